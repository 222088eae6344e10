"""Forms: errors, double submit, and what people type."""

import pytest
from django import forms
from django.db import IntegrityError
from django.http import QueryDict

from oja.core.workflow import MoveNotAllowed, MoveRefused, Refusal
from oja.pages.forms import PageForm, cleaned_query, form_page
from oja.pages.models import Draft, Submission
from schools.models import SchoolGroup
from tests.pages import small_pages
from tests.pages.small_pages import (
    SAVED,
    anna,
    at_once,
    colleague,
    desk,
    fill,
    hidden,
    small,
    text,
    two_windows,
)

__all__ = ["anna", "desk", "small"]
NOTE = "/klein/notitie/"


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
