"""The pages of absence and of leaving, as a coordinator uses them."""

import datetime as dt

import pytest
from django.urls import reverse

from oja.access.models import ReadLog
from oja.core.periods import today
from schools.attendance_overview import Overview
from schools.models import AttendanceSpell, Enrolment
from tests.factories.attendance import EnrolmentFactory, SpellFactory
from tests.factories.schools import PupilFactory


def ago(days):
    return today() - dt.timedelta(days=days)


def short(day):
    return f"{day:%d-%m-%Y}"


def tab(slug):
    return reverse("attendance-tab", args=[slug]) if slug else reverse("attendance-list")


def posted(client, url, data):
    """Fill in the form as a browser does: with the hidden fields of the page."""
    page = client.get(url)
    return client.post(url, dict(page.context["hidden_fields"]) | data)


@pytest.fixture
def anna(client, cast):
    client.force_login(cast.anna)
    return client


@pytest.fixture
def pupil(cast):
    EnrolmentFactory(pupil=cast.a.pupil)
    return cast.a.pupil


def another(cast, name, **fields):
    pupil = PupilFactory(site=cast.a.site, first_name=name, last_name="Vogel")
    EnrolmentFactory(pupil=pupil, **fields)
    return pupil


@pytest.fixture
def everybody(cast, pupil):
    """One pupil for every tab, and one of another school."""
    SpellFactory(pupil=pupil, reason="WACHT_PLAATS")
    SpellFactory(pupil=another(cast, "Vrij"), kind="exempt", next_step="", next_step_on=None)
    back = another(cast, "Terug")
    SpellFactory(pupil=back, valid_from=ago(30), valid_until=ago(3), returned=True)
    another(cast, "Weg", valid_until=ago(5), destination_type="none")
    SpellFactory(pupil=another(cast, "Ziek"), kind="ill", valid_from=ago(3))
    EnrolmentFactory(pupil=cast.b.pupil)
    SpellFactory(pupil=cast.b.pupil)


# --- The list -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("", {"Canarylief", "Weg"}),
        ("vrijgesteld", {"Vrij"}),
        ("terug", {"Terug"}),
        ("alles", {"Canarylief", "Vrij", "Weg", "Ziek"}),
    ],
)
def test_every_tab_shows_its_own_pupils(anna, everybody, slug, names):
    page = anna.get(tab(slug))
    assert {row["object"].first_name for row in page.context["rows"]} == names
    assert [item["url"] for item in page.context["tabs"] if item["current"]] == [tab(slug)]


def test_who_nears_sixteen_hours_stands_in_a_tab_of_its_own(anna, cast, pupil, time_machine):
    time_machine.move_to(dt.datetime(2025, 11, 20, 12, tzinfo=dt.UTC))
    day = dt.date(2025, 11, 17)
    SpellFactory(pupil=pupil, valid_from=day, valid_until=day + dt.timedelta(days=2), hours=9)
    less = another(cast, "Minder")
    SpellFactory(pupil=less, valid_from=day, valid_until=day + dt.timedelta(days=1), hours=7)
    reached = another(cast, "Bereikt")
    spell = SpellFactory(pupil=reached, valid_from=day, hours=17, is_full=False)
    page = anna.get(tab("nadert-16-uur"))
    assert {row["object"].first_name for row in page.context["rows"]} == {"Canarylief", "Bereikt"}
    text = page.content.decode()
    assert "9,0" in text
    assert "20 november, niet gemeld" in text
    AttendanceSpell.objects.filter(pk=spell.pk).update(reported_on=dt.date(2025, 11, 20))
    assert reached.pk not in Overview(cast.actor("anna"), dt.date(2025, 11, 20)).hours


def test_a_row_tells_how_long_why_and_what_is_next(anna, everybody):
    text = anna.get(tab("")).content.decode()
    for words in ("telt landelijk mee", "Wacht op een passende plek", "bel de ouders", ">40<"):
        assert words in text
    assert "Nog geen volgende stap" in text


def test_the_file_has_the_rows_of_the_tab(anna, everybody):
    text = anna.get(tab("alles"), {"formaat": "csv"}).content.decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 5
    assert "bel de ouders" in text


def test_another_tab_does_not_exist(anna):
    assert anna.get(tab("spijbelaars")).status_code == 404


def test_nobody_at_home_is_good_news(anna):
    assert "Niemand zit thuis." in anna.get(tab("")).content.decode()


@pytest.mark.parametrize("slug", ["", "alles"])
def test_more_rows_cost_no_more_queries(anna, cast, slug, django_assert_max_num_queries):
    for number in range(2):
        SpellFactory(pupil=another(cast, f"Kind{number}"))
    anna.get(tab(slug))
    with django_assert_max_num_queries(30) as few:
        anna.get(tab(slug))
    for number in range(2, 7):
        SpellFactory(pupil=another(cast, f"Kind{number}"))
    with django_assert_max_num_queries(30) as many:
        anna.get(tab(slug))
    own = [query for query in many.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(few) == len(many)
    assert len(own) <= 12


# --- One spell ------------------------------------------------------------------------------------

NEW = {
    "kind": "unlawful",
    "percent_present": "0",
    "reason": "SCHOOLWEIGERING",
    "hours": "7,5",
    "next_step": "Gesprek met ouders",
}


def test_a_spell_is_recorded_in_one_form(anna, pupil):
    url = f"{reverse('attendance-create')}?leerling={pupil.pk}"
    data = NEW | {"valid_from": short(ago(3)), "next_step_on": short(today())}
    answer = posted(anna, url, data)
    assert answer["Location"].endswith("#verzuim")
    spell = AttendanceSpell.objects.get()
    assert (spell.pupil, spell.valid_from, spell.is_full) == (pupil, ago(3), True)
    assert (spell.hours, spell.next_step_on) == (7.5, today())


def test_absence_that_lasts_needs_a_next_step(anna, pupil):
    url = f"{reverse('attendance-create')}?leerling={pupil.pk}"
    answer = posted(anna, url, NEW | {"valid_from": short(ago(3)), "next_step": ""})
    assert {"next_step", "next_step_on"} <= answer.context["form"].errors.keys()
    over = {"valid_from": short(ago(3)), "valid_until": short(ago(2)), "next_step": ""}
    assert posted(anna, url, NEW | over).status_code == 302


def test_what_the_action_refuses_stands_at_the_field(anna, cast):
    url = f"{reverse('attendance-create')}?leerling={cast.a.pupil.pk}"
    data = NEW | {"valid_from": short(ago(3)), "next_step_on": short(today())}
    assert "valid_from" in posted(anna, url, data).context["form"].errors


def test_a_pupil_is_searched_by_name_without_a_name_in_the_address(anna, cast):
    url = reverse("attendance-create")
    page = anna.post(url, {"naam": "canarylief"}).content.decode()
    assert f"?leerling={cast.a.pupil.pk}" in page
    assert "Merel" not in anna.post(url, {"naam": "merellief"}).content.decode()


def test_a_step_is_two_fields_and_a_choice(anna, pupil):
    spell = SpellFactory(pupil=pupil)
    url = reverse("attendance-detail", args=[spell.pk])
    data = {"rung": "plan", "next_step": "Jeugdarts bellen", "next_step_on": short(today())}
    assert posted(anna, url, data)["Location"] == reverse("attendance-list")
    spell.refresh_from_db()
    assert (spell.rung, spell.next_step) == ("plan", "Jeugdarts bellen")
    refused = posted(anna, url, data | {"next_step": ""})
    assert "next_step" in refused.context["form"].errors


def test_a_spell_ends_and_then_asks_nothing_more(anna, pupil):
    spell = SpellFactory(pupil=pupil)
    url = reverse("attendance-end", args=[spell.pk])
    assert (
        "valid_until"
        in posted(anna, url, {"valid_until": short(ago(99)), "returned": "True"})
        .context["form"]
        .errors
    )
    data = {"valid_until": short(today()), "valid_until_quick": "other", "returned": "True"}
    assert posted(anna, url, data).status_code == 302
    page = anna.get(reverse("attendance-detail", args=[spell.pk]))
    assert "form" not in page.context
    assert "Terug op school" in page.content.decode()


def test_a_correction_keeps_an_unusual_part_and_takes_the_report(anna, pupil):
    spell = SpellFactory(pupil=pupil, is_full=False, percent_present=30)
    url = reverse("attendance-edit", args=[spell.pk])
    form = anna.get(url).context["form"]
    assert form["percent_present"].value() == 30
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"valid_from": short(spell.valid_from), "next_step_on": short(spell.next_step_on)}
    data |= {"reported_on": short(today()), "offer_party": "Vlechtwerk", "attends_by_plan": ""}
    assert "offer_on" in posted(anna, url, data).context["form"].errors
    assert posted(anna, url, data | {"offer_on": short(today())}).status_code == 302
    spell.refresh_from_db()
    assert (spell.reported_on, spell.offer_party) == (today(), "Vlechtwerk")
    assert (spell.percent_present, spell.is_full) == (30, False)


def test_reading_a_spell_is_logged(anna, pupil):
    spell = SpellFactory(pupil=pupil)
    anna.get(reverse("attendance-detail", args=[spell.pk]))
    anna.get(tab(""))
    found = ReadLog.objects.filter(subjects__contains=[pupil.pk])
    assert found.filter(object_id=spell.pk).exists()
    assert found.filter(object_type="attendance").exists()


# --- The card -------------------------------------------------------------------------------------


def test_the_card_says_how_long_somebody_is_at_home(anna, pupil):
    SpellFactory(pupil=pupil)
    text = anna.get(reverse("pupil-detail", args=[pupil.pk])).content.decode()
    assert "40 dagen thuis" in text
    assert "bel de ouders" in text


def test_care_workers_see_no_absence_on_the_card(client, cast, pupil):
    SpellFactory(pupil=pupil)
    client.force_login(cast.bas)
    text = client.get(reverse("pupil-detail", args=[pupil.pk])).content.decode()
    assert "verzuim" not in text.lower()


def test_leaving_is_one_form_with_where_to(anna, pupil):
    enrolment = Enrolment.objects.get(pupil=pupil)
    url = reverse("enrolment-leave", args=[pupil.pk, enrolment.pk])
    assert url in anna.get(reverse("pupil-detail", args=[pupil.pk])).content.decode()
    data = {"valid_until": short(today()), "destination_type": "", "end_reason": ""}
    assert "destination_type" in posted(anna, url, data).context["form"].errors
    assert posted(anna, url, data | {"destination_type": "mbo"}).status_code == 302
    enrolment.refresh_from_db()
    assert (enrolment.valid_until, enrolment.destination_type) == (today(), "mbo")


def test_another_kind_of_school_is_one_form(anna, pupil):
    url = reverse("enrolment-again", args=[pupil.pk])
    data = {"school_type": "so", "valid_from": short(ago(1)), "group_label": "so 2"}
    assert posted(anna, url, data).status_code == 302
    rows = Enrolment.objects.filter(pupil=pupil).order_by("valid_from")
    assert [row.school_type for row in rows] == ["sbo", "so"]
    assert rows[0].destination_type == "so"
