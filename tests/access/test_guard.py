"""The guard: each way in which a query could forget to ask for whom."""

import pytest
from django import forms
from django.db.models import Count, Prefetch
from django.template import Context, Engine

from oja.access import scoping
from oja.access.actor import Actor, become
from oja.access.scoping import CHANGE, UnscopedRead, guarded, unscoped
from tests.access import world
from tests.access.world import Case, Note, Treatment

WAYS = {
    "iteration": lambda rows: list(rows),
    "bool": lambda rows: bool(rows),
    "len": lambda rows: len(rows),
    "index": lambda rows: rows[0],
    "slice": lambda rows: list(rows[:2]),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "aggregate": lambda rows: rows.aggregate(n=Count("pk")),
    "get": lambda rows: rows.get(name="x"),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "latest": lambda rows: rows.latest("created_at"),
    "contains": lambda rows: rows.contains(Case()),
    "in_bulk": lambda rows: rows.in_bulk(),
    "values": lambda rows: list(rows.values("name")),
    "values_list": lambda rows: list(rows.values_list("name", flat=True)),
    "dates": lambda rows: list(rows.dates("shared_until", "year")),
    "datetimes": lambda rows: list(rows.datetimes("created_at", "day")),
    "union": lambda rows: list(rows.union(rows)),
    "or": lambda rows: list(rows | rows),
    "and": lambda rows: list(rows & rows),
    "xor": lambda rows: list(rows ^ rows),
    "update": lambda rows: rows.update(name="x"),
    "delete": lambda rows: rows.delete(),
    "iterator": lambda rows: list(rows.iterator()),
    "explain": lambda rows: rows.explain(),
    "raw": lambda rows: list(Case.objects.raw("SELECT * FROM world_case")),
    "get_or_create": lambda rows: rows.get_or_create(name="x"),
    "update_or_create": lambda rows: rows.update_or_create(name="x"),
    "bulk_update": lambda rows: rows.bulk_update([Case(name="x")], ["name"]),
    "refresh from": lambda rows: list(Case._base_manager.all()),
}

EMPTY = ("provider", "shared_site", "shared_until")  # may be empty in the table


@pytest.fixture
def case(people):
    made = world.new_case(site=people.site_a.pk, provider=people.p.pk, name="Canary")
    Note.objects.create(case=made, text="a note")
    Treatment.objects.create(case=made, provider=people.p.pk, user=people.bas.pk)
    return made


@pytest.mark.parametrize("way", WAYS)
def test_it_stops_whoever_does_not_ask_for_whom(case, way):
    with guarded(), pytest.raises(UnscopedRead):
        WAYS[way](Case.objects.all())


@pytest.mark.parametrize("way", sorted(WAYS.keys() - {"raw", "refresh from", "get", "contains"}))
def test_it_lets_through_whoever_asks(people, case, way):
    anna = Actor.for_user(people.anna)
    with guarded():
        rows = Case.objects.visible_to(anna)
        if way in ("get_or_create", "update_or_create"):
            rows.get_or_create(name="Canary")
        elif way == "delete":
            assert rows.exclude(name="Canary").delete()[0] == 0
        elif way == "bulk_update":
            assert rows.bulk_update([case], ["name"]) == 1
        else:
            WAYS[way](rows)


def test_it_stops_a_combination_with_rows_that_were_not_asked(people, case):
    asked = Case.objects.visible_to(Actor.for_user(people.anna))
    loose = Case.objects.all()
    with guarded():
        for rows in (asked | loose, loose | asked, asked & loose, asked.union(loose)):
            with pytest.raises(UnscopedRead):
                list(rows)
        with pytest.raises(UnscopedRead):
            list(Case.objects.none() | loose)
        assert list(Case.objects.none() | asked) == [case]
        assert list(asked | Case.objects.none()) == [case]


def test_nothing_may_be_asked_for_nobody(case):
    with guarded():
        assert list(Case.objects.none()) == []
        assert list(Case.objects.visible_to(Actor.anonymous())) == []


def test_it_stops_a_choice_field_over_every_row(case):
    class ChoiceForm(forms.Form):
        case = forms.ModelChoiceField(queryset=Case.objects.all())

    with guarded(), pytest.raises(UnscopedRead):
        str(ChoiceForm()["case"])
    with guarded(), pytest.raises(UnscopedRead):
        ChoiceForm({"case": str(case.pk)}).is_valid()


def test_it_lets_a_choice_field_over_visible_rows_through(people, case):
    class ChoiceForm(forms.Form):
        case = forms.ModelChoiceField(queryset=Case.objects.visible_to(Actor.for_user(people.anna)))

    with guarded():
        assert str(case.pk) in str(ChoiceForm()["case"])


def test_it_stops_a_reverse_relation_in_a_template(people, case):
    page = Engine().from_string("{% for note in case.notes.all %}{{ note.text }}{% endfor %}")
    with guarded():
        seen = Case.objects.visible_to(Actor.for_user(people.anna)).get()
        with pytest.raises(UnscopedRead):
            page.render(Context({"case": seen}))


def test_it_stops_a_prefetch_that_was_not_scoped(people, case):
    bas = Actor.for_user(people.bas)
    with guarded():
        with pytest.raises(UnscopedRead):
            list(Case.objects.visible_to(bas).prefetch_related("notes"))
        scoped = Prefetch("notes", Note.objects.visible_to(bas))
        rows = list(Case.objects.visible_to(bas).prefetch_related(scoped))
        assert [note.text for row in rows for note in row.notes.all()] == ["a note"]


def test_it_stops_a_key_followed_afterwards(people, case):
    bas = Actor.for_user(people.bas)
    with guarded():
        note = Note.objects.visible_to(bas).get()
        with pytest.raises(UnscopedRead):
            _ = note.case
        joined = Note.objects.visible_to(bas).select_related("case").get()
        assert joined.case.name == "Canary"


def test_it_stops_a_prefetched_key(people, case):
    with guarded(), pytest.raises(UnscopedRead):
        list(Note.objects.visible_to(Actor.for_user(people.bas)).prefetch_related("case"))


def test_it_lets_a_row_be_read_again_and_saved(people, case):
    with guarded():
        seen = Case.objects.visible_to(Actor.for_user(people.anna)).get()
        seen.refresh_from_db()
        seen.name = "Renamed"
        seen.save(update_fields=["name"])
        Note(text="x").full_clean(exclude=["case"])
    lone = world.new_case()
    with guarded():
        lone.delete()
    assert not Case.objects.filter(pk=lone.pk).exists()


def test_it_lets_validation_see_every_row(people, case):
    with guarded():
        with pytest.raises(Exception, match="bestaat al"):
            Case(site=people.site_a.pk, name="Canary").full_clean(EMPTY)
        double = Case(site=people.site_a.pk, name="Canary")
        with pytest.raises(Exception, match="bestaat al"):
            double.validate_unique()
        double.clean_fields(EMPTY)
        double.validate_constraints()
        assert scoping.is_guarded()


def test_an_unevaluated_subquery_is_allowed(people, case):
    with guarded():
        rows = Case.objects.visible_to(Actor.for_user(people.anna))
        assert rows.filter(pk__in=Note.objects.values("case")).count() == 1


def test_outside_a_request_nothing_is_stopped(case):
    assert Case.objects.count() == 1
    assert list(Case.objects.raw("SELECT * FROM world_case")) == [case]


def test_rows_that_were_read_are_not_asked_again(people, case):
    rows = Case.objects.all()
    assert list(rows) == [case]
    with guarded():
        assert (rows.count(), rows.exists(), list(rows)) == (1, True, [case])


def test_a_reason_opens_the_guard_and_no_reason_does_not(case):
    with guarded():
        with unscoped("counting for a test"):
            assert Case.objects.count() == 1
        with pytest.raises(Exception, match="reason"), unscoped(""):
            pass


def test_the_system_works_past_the_guard_but_never_inside_a_request(case):
    with become(Actor.system("a test")) as actor:
        assert Case.objects.count() == Case.objects.visible_to(actor).count() == 1
    system = become(Actor.system("a test"))
    with guarded(), pytest.raises(RuntimeError, match="SystemFunction"):
        system.__enter__()
    with pytest.raises(ValueError, match="reason"):
        Actor.system("")


def test_a_right_that_does_not_exist_is_refused(people):
    with pytest.raises(ValueError, match="no right"):
        Case.objects.visible_to(Actor.for_user(people.anna), may="peek")


def test_a_write_to_a_table_that_grants_access_is_seen_at_once(people, case):
    bas = Actor.for_user(people.bas)
    assert Case.objects.visible_to(bas, may=CHANGE).count() == 1
    treatment = Treatment.objects.get()
    treatment.delete()
    assert Case.objects.visible_to(bas).count() == 0
    Treatment.objects.bulk_create([treatment])
    assert Case.objects.visible_to(bas).count() == 1
    Treatment.objects.update(until=treatment.created_at.date())
    assert Case.objects.visible_to(bas).count() == 0
    Treatment.objects.all().delete()
    Treatment(case=case, provider=people.p.pk, user=people.bas.pk).save()
    assert Case.objects.visible_to(bas).count() == 1
