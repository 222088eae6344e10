"""Forms: errors, double submit, two editors, and what people type."""

import json
import threading

import pytest
from django import forms
from django.db import IntegrityError, connection
from django.http import QueryDict
from django.test import Client

from oja.access.models import User
from oja.core.workflow import MoveNotAllowed, MoveRefused, Refusal
from oja.pages import conflicts
from oja.pages.forms import PageForm, cleaned_query, form_page
from oja.pages.models import Draft, Submission
from schools.models import Pupil, SchoolGroup
from tests.pages import small_pages
from tests.pages.small_pages import SAVED, add_pupils, anna, colleague, desk, hidden, small

__all__ = ["anna", "desk", "small"]
NOTE = "/klein/notitie/"


def text(response):
    return response.content.decode()


@pytest.fixture
def pupil(small):
    return add_pupils(small, 1)[0]


@pytest.fixture
def url(pupil):
    return f"/klein/{pupil.pk}/"


def fill(response, **changes):
    """What a browser would post: the fields of the page, some of them changed."""
    form = response.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return hidden(response) | values | changes


def test_it_saves_says_so_and_goes_on(desk):
    response = desk.post(NOTE, fill(desk.get(NOTE), title="7a"), follow=True)
    assert response.redirect_chain[0][0].startswith("/klein/?groep=")
    assert "7a bewaard" in text(response)
    assert SchoolGroup.objects.get().name == "7a"


def test_it_takes_only_get_and_post(desk):
    assert desk.put(NOTE).status_code == 405
    assert desk.head(NOTE).status_code == 200


def test_an_error_keeps_the_text_and_names_the_field(desk):
    response = desk.post(NOTE, fill(desk.get(NOTE), title="", text="een lang verhaal"))
    assert response.status_code == 200
    assert "<title>Fout: " in text(response)
    assert 'href="#id_title"' in text(response)
    assert "een lang verhaal" in text(response)
    assert Draft.objects.get().data["text"] == ["een lang verhaal"]


def test_an_empty_field_says_what_to_do():
    class Form(PageForm):
        day = forms.DateField(label="Dag")
        topic = forms.ChoiceField(choices=[("a", "A")])
        own = forms.CharField(error_messages={"required": "Kies met wie"})

    assert Form({}).errors == {
        "day": ["Vul in: Dag"],
        "topic": ["Kies: Topic"],
        "own": ["Kies met wie"],
    }


def test_an_error_of_the_action_stands_at_its_field(desk):
    response = desk.post(NOTE, fill(desk.get(NOTE), title="weiger", text="x"))
    assert response.context["form"].errors == {"text": ["Schrijf iets anders"]}
    assert not Submission.objects.exists()


def test_what_the_database_refuses_is_an_error_in_words(desk):
    desk.post(NOTE, {"title": "7a"})
    response = desk.post(NOTE, {"title": "7a"})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert SchoolGroup.objects.count() == 1


@pytest.mark.parametrize(
    "value", ["a\x00b", "\x00", "\uffff\ud83d\ude00"[:1], "<script>", "'\"", "١٢٣"]
)
def test_naughty_text_is_no_fault(desk, value):
    assert desk.post(NOTE, {"title": value + "x", "text": value}).status_code == 302
    assert "\x00" not in SAVED[0]["title"]


def test_a_service_number_is_masked_and_that_is_said(desk):
    response = desk.post(
        NOTE,
        {"title": "Noor 999990019", "text": "tel. 111222333", "phone": "111222333"},
        follow=True,
    )
    assert SAVED[0]["title"] == "Noor •••••••••"
    assert SAVED[0]["text"] == "tel. •••••••••"
    assert SAVED[0]["phone"] == "111222333"
    assert "burgerservicenummer" in text(response)
    assert "Titel, Tekst" in text(response)


def test_other_kinds_of_fields_are_not_masked():
    class Form(PageForm):
        unmasked = ("own",)
        own = forms.CharField()
        mail = forms.EmailField()
        number = forms.IntegerField()

    form = Form({"own": "999990019", "mail": "999990019@x.nl", "number": "999990019"})
    assert form.is_valid()
    assert form.cleaned_data == {"own": "999990019", "mail": "999990019@x.nl", "number": 999990019}
    assert form.masked == []


def test_cleaning_a_query_keeps_lists_and_plain_dictionaries():
    query = cleaned_query({"a": "x\x00", "b": ["1\x00", "2"], "c": 3})
    assert (query["a"], query.getlist("b"), query["c"]) == ("x", ["1", "2"], 3)
    assert cleaned_query(QueryDict("a=1&a=2")).getlist("a") == ["1", "2"]


# Sent twice


def test_a_second_post_gets_the_result_of_the_first(desk):
    data = fill(desk.get(NOTE), title="7a")
    first = desk.post(NOTE, data)
    second = desk.post(NOTE, data | {"title": "anders"})
    assert first.url == second.url
    assert SchoolGroup.objects.count() == 1


def test_a_new_page_is_a_new_form(desk):
    for title in ("7a", "7b"):
        desk.post(NOTE, fill(desk.get(NOTE), title=title))
    assert SchoolGroup.objects.count() == 2


def test_an_error_does_not_use_the_key_up(desk):
    data = fill(desk.get(NOTE), title="")
    response = desk.post(NOTE, data)
    assert hidden(response)["_key"] == data["_key"]
    desk.post(NOTE, data | {"title": "7a"})
    assert SchoolGroup.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x", "é" * 20, "a" * 100, "\x00" * 20])
def test_a_strange_key_protects_nothing_and_breaks_nothing(desk, key):
    assert desk.post(NOTE, {"title": "7a", "_key": key}).status_code == 302


def test_a_key_belongs_to_one_person(desk, small, client):
    data = fill(desk.get(NOTE), title="7a")
    desk.post(NOTE, data)
    client.force_login(colleague(small, "Wies"))
    assert client.post(NOTE, data | {"title": "7b"}).status_code == 302
    assert SchoolGroup.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_the_same_moment_save_once(small, anna):
    clients = two_windows(anna)
    data = fill(clients[0].get(NOTE), title="7a")
    answers = at_once(lambda client: client.post(NOTE, data), clients)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer.url for answer in answers}) == 1
    assert SchoolGroup.objects.count() == 1


def two_windows(user):
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
    return clients


def at_once(work, clients):
    """Run the same thing for every client in a thread of its own."""
    answers, barrier = [], threading.Barrier(len(clients))

    def run(client):
        barrier.wait(10)
        try:
            answers.append(work(client))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


# Two editors


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


def test_a_draft_key_is_no_path(rf):
    with pytest.raises(ValueError, match="no slash"):
        form_page(
            rf.get("/"),
            PageForm,
            save=None,
            title="",
            success_url="",
            draft_key="a/b",
            submit_label="",
        )


@pytest.mark.parametrize(
    ("problem", "status", "words"),
    [
        (MoveNotAllowed("Dat mag jij niet"), 403, "Dat mag jij niet"),
        (MoveRefused([Refusal("Dat kan nu niet.")]), 409, "Dat kan nu niet"),
        (IntegrityError("x"), 200, "Dit past niet bij wat er al staat"),
        (forms.ValidationError({"other": "Iets anders klopt niet"}), 200, "Iets anders klopt niet"),
    ],
)
def test_what_an_action_refuses_is_said_in_words(desk, monkeypatch, problem, status, words):
    def refuse(*args, **kwargs):
        raise problem

    monkeypatch.setattr(small_pages.actions, "add_group", refuse)
    response = desk.post(NOTE, {"title": "7a", "text": "verhaal"})
    assert response.status_code == status
    assert words in text(response)
    if status != 403:
        assert Draft.objects.get().data["text"] == ["verhaal"]


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
