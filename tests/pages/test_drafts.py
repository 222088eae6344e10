"""Drafts: typed text is never lost, and never anybody else's."""

import datetime as dt

import pytest
from django.core import signing
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from oja.access.actor import Actor, become
from oja.pages import drafts, lost
from oja.pages.models import Draft, PersonSearch, Submission
from schools.models import Pupil, SchoolGroup
from tests.pages.small_pages import add_pupils, anna, colleague, desk, hidden, small

__all__ = ["anna", "desk", "small"]
NOTE = "/klein/notitie/"
SAVE = "/concept/small-note/"
AT = dt.datetime(2026, 11, 17, 9, 42, tzinfo=dt.UTC)


def text(response):
    return response.content.decode()


@pytest.fixture
def strict(anna):
    """Anna's browser, with the tokens of a real one."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    return client


def test_typing_is_kept_and_comes_back(desk):
    response = desk.post(SAVE, {"title": "half", "text": "een verh"})
    assert response.json()["text"].startswith("Concept bewaard om ")
    page = desk.get(NOTE)
    assert "Je had hier nog een concept van" in text(page)
    assert "een verh" in text(page)
    assert page.context["form"]["title"].value() == "half"
    assert "Fout:" not in text(page)


def test_going_on_hides_the_notice_and_keeps_the_text(desk):
    desk.post(SAVE, {"title": "half"})
    page = desk.get(desk.get(NOTE).context["resume_url"])
    assert "Je had hier nog" not in text(page)
    assert page.context["form"]["title"].value() == "half"


def test_throwing_away_gives_an_empty_form(desk):
    desk.post(SAVE, {"title": "half"})
    response = desk.post(f"{SAVE}weggooien/", {"next": NOTE})
    assert response.url == NOTE
    assert not desk.get(NOTE).context["form"]["title"].value()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org", "javascript:x", ""])
def test_throwing_away_never_leads_to_another_site(desk, address):
    assert desk.post(f"{SAVE}weggooien/", {"next": address}).url == "/"


def test_saving_the_form_forgets_the_draft(desk):
    desk.post(SAVE, {"title": "half"})
    desk.post(NOTE, {"title": "7a"})
    assert not Draft.objects.exists()


def test_typing_that_arrives_after_the_form_was_saved_leaves_no_draft(desk):
    data = hidden(desk.get(NOTE)) | {"title": "7a"}
    desk.post(NOTE, data)
    assert desk.post(SAVE, data).json() == {"text": ""}
    assert not Draft.objects.exists()


def test_there_is_one_draft_per_form_and_the_last_one_counts(desk):
    desk.post(SAVE, {"title": "een"})
    desk.post(SAVE, {"title": "twee", "topics": ["a", "b"]})
    draft = Draft.objects.get()
    assert draft.data == {"title": ["twee"], "topics": ["a", "b"]}
    assert draft.expires_at - draft.saved_at == dt.timedelta(days=30)
    assert str(draft) == "small-note"


def test_a_draft_never_holds_a_password_or_a_token(desk):
    page = desk.get(NOTE)
    fields = hidden(page) | {
        "password": "geheim",
        "Wachtwoord2": "geheim",
        "otp": "123",
        "csrfmiddlewaretoken": "x",
        "is_contact_secret": "on",
    }
    desk.post(SAVE, fields)
    desk.post(NOTE, fields)
    assert Draft.objects.get().data == {"is_contact_secret": ["on"]}


def test_nul_and_half_letters_are_no_fault(desk):
    assert desk.post(SAVE, {"title": "a\x00b\uffff", "x\x00": "y"}).status_code == 200
    assert Draft.objects.get().data == {"title": ["ab\uffff"], "x": ["y"]}


def test_a_draft_has_a_size(desk):
    response = desk.post(SAVE, {"text": "x" * 200_001})
    assert response.status_code == 413
    assert desk.post(f"/concept/{'x' * 130}/", {"text": "x"}).status_code == 413
    assert not Draft.objects.exists()


def test_text_that_is_too_large_for_a_draft_still_comes_back_with_its_error(desk):
    response = desk.post(NOTE, {"title": "", "text": "x" * 200_001})
    assert response.status_code == 200
    assert not Draft.objects.exists()


def test_drafts_are_only_posted(desk):
    assert desk.get(SAVE).status_code == 405
    assert desk.get(f"{SAVE}weggooien/").status_code == 405


def test_a_draft_belongs_to_its_author(desk, small, client):
    desk.post(SAVE, {"title": "geheim"})
    wies = colleague(small, "Wies")
    client.force_login(wies)
    page = client.get(NOTE)
    assert page.context["draft"] is None
    assert "geheim" not in text(page)
    client.post(f"{SAVE}weggooien/", {"next": NOTE})
    assert Draft.objects.count() == 1


def test_row_security_alone_keeps_a_draft_private(desk, small, anna):
    desk.post(SAVE, {"title": "geheim"})
    wies = colleague(small, "Wies")
    for user, number in ((wies, 0), (anna, 1)):
        with become(Actor.for_user(user)), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pages_draft")
            assert cursor.fetchone()[0] == number
            cursor.execute("DELETE FROM pages_draft WHERE user_id = %s", [wies.pk])
            assert cursor.rowcount == 0


def test_a_draft_keeps_the_version_it_started_from(desk, small):
    (pupil,) = add_pupils(small, 1)
    url = f"/klein/{pupil.pk}/"
    page = desk.get(url)
    values = hidden(page) | {"first_name": "Mijn", "last_name": "Zomer 000", "language": "nl"}
    desk.post(f"/concept/small-edit.{pupil.pk}/", values)
    other = Pupil.objects.get()
    other.first_name = "Hun"
    other.save()
    page = desk.get(url)
    assert page.context["form"]["first_name"].value() == "Mijn"
    response = desk.post(url, hidden(page) | {"first_name": "Mijn", "last_name": "Zomer 000"})
    assert response.status_code == 409
    assert [clash["theirs"] for clash in response.context["conflicts"]] == ["Hun"]


def test_two_windows_keep_one_draft(anna, monkeypatch):
    actor = Actor.for_user(anna)
    drafts.keep(actor, "x", {"a": ["1"]}, at=AT)
    real = Draft.objects.visible_to
    calls = []

    class Late:
        """The draft of the other window appears between looking and writing."""

        def __init__(self, rows):
            self.rows = rows

        def filter(self, **values):
            return Late(self.rows.filter(**values))

        def update(self, **values):
            calls.append(1)
            return 0 if len(calls) == 1 else self.rows.update(**values)

        def first(self):
            return self.rows.first()

    monkeypatch.setattr(Draft.objects, "visible_to", lambda *args, **kw: Late(real(*args, **kw)))
    assert drafts.keep(actor, "x", {"a": ["2"]}, at=AT).data == {"a": ["2"]}


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (dt.timedelta(minutes=5), "10.42 uur"),
        (dt.timedelta(hours=20), "gisteren, 10.42 uur"),
        (dt.timedelta(days=2), "17 november, 10.42 uur"),
    ],
)
def test_it_says_when_in_words(later, words):
    assert drafts.moment_text(AT, AT + later) == words


def test_old_things_are_removed(anna):
    actor = Actor.for_user(anna)
    now = timezone.now()
    for days, form in ((31, "old"), (29, "young")):
        drafts.keep(actor, form, {}, at=now - dt.timedelta(days=days))
    for days, key in ((3, "old-key-1"), (1, "young-key")):
        Submission.objects.create(user=anna, key=key, url="/")
        made = now - dt.timedelta(days=days)
        Submission.objects.filter(key=key).update(created_at=made)
    for days in (31, 29):
        PersonSearch.objects.create(user=anna, number=days, text="x")
        made = now - dt.timedelta(days=days)
        PersonSearch.objects.filter(number=days).update(updated_at=made)
    assert drafts.find(actor, "old", now) is None
    call_command("expire_drafts")
    assert [str(row) for row in Draft.objects.all()] == ["young"]
    assert [str(row) for row in Submission.objects.all()] == ["young-key"]
    assert [str(row) for row in PersonSearch.objects.all()] == ["29"]


# The session ended


def sent_after_the_session(client, page, **fields):
    """Post what the page shows after the session is gone."""
    data = hidden(page) | {"title": "7a", "text": "een lang verhaal"} | fields
    client.logout()
    return client.post(NOTE, data)


def test_text_of_an_ended_session_comes_back_after_log_in(desk, anna):
    response = sent_after_the_session(desk, desk.get(NOTE))
    assert response.status_code == 302
    assert response.url == f"/inloggen/?next={NOTE}"
    assert not SchoolGroup.objects.exists()
    desk.force_login(anna)
    page = desk.get(NOTE)
    assert "Je was uitgelogd. Je tekst is bewaard" in text(page)
    assert page.context["form"]["text"].value() == "een lang verhaal"
    assert desk.post(NOTE, hidden(page) | {"title": "7a", "text": "x"}).status_code == 302
    assert not Draft.objects.exists()


def test_text_of_an_ended_session_is_for_its_author_only(desk, small):
    sent_after_the_session(desk, desk.get(NOTE))
    desk.force_login(colleague(small, "Wies"))
    page = desk.get(NOTE)
    assert page.context["draft"] is None
    assert "een lang verhaal" not in text(page)


def test_typing_after_the_session_is_kept_and_says_so(desk, anna):
    page = desk.get(NOTE)
    desk.logout()
    response = desk.post(SAVE, hidden(page) | {"title": "half"})
    assert response.status_code == 403
    assert "Je tekst is bewaard" in response.json()["text"]
    assert Draft.objects.get().data["title"] == ["half"]


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "x",
        signing.dumps(["5", "form"], salt="another"),
        signing.dumps("short", salt="oja.pages.lost"),
        signing.dumps([1, 2, 3], salt="oja.pages.lost"),
    ],
    ids=["empty", "no mark", "another salt", "one word", "three numbers"],
)
def test_a_forged_mark_keeps_nothing(desk, mark):
    desk.logout()
    response = desk.post(NOTE, {"title": "x", "_who": mark})
    assert response.status_code == 302
    assert not Draft.objects.exists()


def test_an_old_mark_keeps_nothing(desk, monkeypatch):
    page = desk.get(NOTE)
    monkeypatch.setattr(lost, "MAX_AGE", -1)
    sent_after_the_session(desk, page)
    assert not Draft.objects.exists()


def test_what_is_too_large_is_not_kept(desk):
    response = sent_after_the_session(desk, desk.get(NOTE), text="x" * 200_001)
    assert response.status_code == 302
    assert not Draft.objects.exists()


def test_a_post_without_mark_goes_to_the_log_in(client, small):
    assert client.post(NOTE, {"title": "x"}).url.startswith("/inloggen/")
    assert client.get(NOTE).url.startswith("/inloggen/")


def test_a_stale_token_brings_back_into_the_form(strict, anna):
    page = strict.get(NOTE)
    data = hidden(page) | {"title": "7a", "text": "verhaal", "csrfmiddlewaretoken": "x" * 64}
    response = strict.post(NOTE, data)
    assert response.url == NOTE
    page = strict.get(NOTE)
    assert page.context["form"]["text"].value() == "verhaal"


def test_a_stale_token_without_session_asks_to_log_in(strict):
    data = hidden(strict.get(NOTE)) | {"title": "7a"}
    strict.logout()
    assert strict.post(NOTE, data).url == f"/inloggen/?next={NOTE}"
    assert Draft.objects.get().reason == "lost"


def test_a_form_of_somebody_else_is_kept_for_that_person(strict, small, anna):
    data = hidden(strict.get(NOTE)) | {"title": "van Anna"}
    strict.force_login(colleague(small, "Wies"))
    assert strict.post(NOTE, data).status_code == 403
    assert Draft.objects.get().user == anna


def test_a_stale_token_elsewhere_is_explained(strict):
    assert "te lang open" in text(strict.post(NOTE, {"title": "x"}))
    response = strict.post("/inloggen/", {"login": "x"})
    assert response.url == "/inloggen/"


def test_the_function_of_the_database_only_writes(anna):
    with become(Actor.anonymous()), connection.cursor() as cursor:
        cursor.execute("SELECT oja.keep_lost_text(%s, 'x', '{}')", [anna.pk])
        cursor.execute("SELECT oja.keep_lost_text(%s, %s, '{}')", [anna.pk, "x" * 121])
        cursor.execute("SELECT count(*) FROM pages_draft")
        assert cursor.fetchone()[0] == 0
    assert Draft.objects.get().reason == "lost"
