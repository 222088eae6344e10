"""Two editors of one record: what is merged, what somebody has to choose, and what is gone."""

import json

import pytest
from django import forms
from django.http import QueryDict

from oja.access.models import User
from oja.pages import conflicts
from oja.pages.models import Draft
from schools.models import Pupil
from tests.pages.small_pages import (
    add_pupils,
    anna,
    at_once,
    desk,
    fill,
    hidden,
    small,
    text,
    two_windows,
)

__all__ = ["anna", "desk", "small"]


@pytest.fixture
def pupil(small):
    return add_pupils(small, 1)[0]


@pytest.fixture
def url(pupil):
    return f"/klein/{pupil.pk}/"


def test_an_edit_that_nobody_crossed_is_saved(desk, url, pupil):
    desk.post(url, fill(desk.get(url), first_name="Noor"))
    pupil.refresh_from_db()
    assert pupil.first_name == "Noor"


def test_fields_that_nobody_else_touched_are_merged(desk, url, pupil):
    data = fill(desk.get(url), first_name="Noor")
    Pupil.objects.get().save()
    other = Pupil.objects.get()
    other.last_name = "Anders"
    other.save()
    assert desk.post(url, data).status_code == 302
    pupil.refresh_from_db()
    assert (pupil.first_name, pupil.last_name) == ("Noor", "Anders")


def crossed(desk, url):
    """Anna types "Mijn", somebody else has saved "Hun" in the meantime."""
    data = fill(desk.get(url), first_name="Mijn")
    other = Pupil.objects.get()
    other.first_name, other.last_name = "Hun", "Anders"
    other.save()
    return desk.post(url, data)


def test_two_texts_are_shown_side_by_side_and_nothing_is_saved(desk, url, pupil):
    response = crossed(desk, url)
    assert response.status_code == 409
    assert response.context["conflicts"] == [
        {"name": "first_name", "label": "Voornaam", "theirs": "Hun", "mine": "Mijn"}
    ]
    assert 'value="mine" checked' in text(response)
    assert "Hun" in text(response)
    pupil.refresh_from_db()
    assert pupil.first_name == "Hun"
    assert Draft.objects.get().data["first_name"] == ["Mijn"]


@pytest.mark.parametrize(("choice", "stays"), [("mine", "Mijn"), ("theirs", "Hun")])
def test_the_chosen_text_stays_and_the_rest_is_merged(desk, url, pupil, choice, stays):
    response = crossed(desk, url)
    form = response.context["form"]
    data = hidden(response) | {name: form[name].value() or "" for name in form.fields}
    assert desk.post(url, data | {"keep_first_name": choice}).status_code == 302
    pupil.refresh_from_db()
    assert (pupil.first_name, pupil.last_name) == (stays, "Anders")


def test_a_third_change_in_between_is_noticed_again(desk, url):
    response = crossed(desk, url)
    other = Pupil.objects.get()
    other.first_name = "Weer anders"
    other.save()
    form = response.context["form"]
    data = hidden(response) | {name: form[name].value() or "" for name in form.fields}
    assert desk.post(url, data).status_code == 409


def test_the_same_change_twice_is_no_conflict(desk, url):
    data = fill(desk.get(url), first_name="Noor")
    other = Pupil.objects.get()
    other.first_name = "Noor"
    other.save()
    assert desk.post(url, data).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_the_same_moment_one_chooses(small, anna):
    (pupil,) = add_pupils(small, 1)
    clients = two_windows(anna)
    url = f"/klein/{pupil.pk}/"
    typed = {
        client: fill(client.get(url), first_name=name)
        for client, name in zip(clients, ("Eén", "Twee"), strict=True)
    }
    answers = at_once(lambda client: client.post(url, typed[client]), clients)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    (clash,) = next(a for a in answers if a.status_code == 409).context["conflicts"]
    assert {clash["theirs"], clash["mine"]} == {"Eén", "Twee"}
    pupil.refresh_from_db()
    assert pupil.first_name == clash["theirs"]


def test_a_record_that_is_gone_does_not_exist(desk, url, pupil, monkeypatch):
    data = fill(desk.get(url), first_name="Noor")

    def gone(self, *args, **kwargs):
        raise Pupil.DoesNotExist

    monkeypatch.setattr(Pupil, "refresh_from_db", gone)
    assert desk.post(url, data).status_code == 404


@pytest.mark.parametrize("base", ["", "{", "[]", "3"])
def test_without_its_start_every_difference_is_a_choice(desk, url, base):
    data = fill(desk.get(url), first_name="Mijn") | {"_base": base}
    other = Pupil.objects.get()
    other.last_name = "Anders"
    other.save()
    response = desk.post(url, data)
    assert [clash["name"] for clash in response.context["conflicts"]] == ["first_name", "last_name"]


def test_without_a_version_the_last_one_wins(desk, url, pupil):
    values = {"first_name": "Noor", "last_name": "Zomer", "language": "nl", "prefix": ""}
    assert desk.post(url, values).status_code == 302


def test_a_record_of_others_does_not_exist(client, small, url):
    stranger = User.objects.create_user("x@example.nl", "geheim-genoeg", "X")
    client.force_login(stranger)
    assert client.get(url).status_code in (403, 404)


class Mixed(forms.Form):
    """One field of every kind that is posted in its own way."""

    name = forms.CharField()
    on = forms.DateField()
    topics = forms.MultipleChoiceField(choices=[("a", "Rust"), ("b", "Slaap"), ("c", "Geld")])
    urgent = forms.BooleanField(required=False)
    kind = forms.ChoiceField(choices=[("Groep", [("1", "Eén"), ("2", "Twee")])])
    moment = forms.SplitDateTimeField(required=False)
    fixed = forms.CharField(disabled=True, required=False)


def mixed(**values):
    start = {"name": "a", "on": "2026-11-17", "topics": ["a"], "urgent": False, "kind": "1"}
    return Mixed(initial=start | values)


def as_posted(form):
    """The data that a browser would send for an unbound form."""
    data = QueryDict(mutable=True)
    for name in form.fields:
        conflicts.write(data, form, name, form[name].value())
    return data


def started(form):
    return json.loads(conflicts.as_json(conflicts.values_of(form)))


def test_every_kind_of_field_merges_what_the_other_changed():
    base = started(mixed())
    posted = as_posted(mixed())
    now = mixed(name="b", on="2026-12-01", topics=["b", "c"], urgent=True, kind="2")
    data, clashes = conflicts.merge(now, posted, base)
    assert clashes == []
    assert (data["name"], data["on"], data.getlist("topics")) == ("b", "2026-12-01", ["b", "c"])
    assert (data["urgent"], data["kind"]) == ("on", "2")


def test_every_kind_of_field_shows_both_in_words():
    base = started(mixed())
    posted = as_posted(mixed(name="c", topics=["a", "b"], kind="2", on="2026-11-18"))
    now = mixed(name="b", topics=["c"], kind="1", on="2026-11-19")
    _data, clashes = conflicts.merge(now, posted, base)
    shown = {clash["name"]: (clash["theirs"], clash["mine"]) for clash in clashes}
    assert shown == {
        "name": ("b", "c"),
        "on": ("2026-11-19", "2026-11-18"),
        "topics": ("Geld", "Rust, Slaap"),
    }


def test_nothing_changed_is_nothing_to_merge():
    data, clashes = conflicts.merge(mixed(), as_posted(mixed()), started(mixed()))
    assert clashes == []
    assert data == as_posted(mixed())


def test_line_ends_and_spaces_at_the_end_are_no_change():
    base = started(mixed(name="een\ntwee"))
    posted = as_posted(mixed(name="een\r\ntwee "))
    _data, clashes = conflicts.merge(mixed(name="een\ntwee\ndrie"), posted, base)
    assert clashes == []


def test_an_unreadable_value_is_kept_for_the_form_to_judge():
    posted = as_posted(mixed())
    posted["on"] = "gisteren of zo"
    data, clashes = conflicts.merge(mixed(), posted, started(mixed()))
    assert clashes == []
    assert data["on"] == "gisteren of zo"
