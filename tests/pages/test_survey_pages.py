"""The pages of the survey: inviting, answering without an account, and what is left behind."""

import datetime as dt
import re

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from oja.access.actor import Actor, become
from oja.access.models import AccessEvent, OneTimeLink, ReadLog
from oja.core.periods import today
from oja.pages.models import Draft, Submission
from support.actions.survey import invite_to_survey, record_answers_many
from support.models import Goal, SealedSheet, SurveyInvitation
from support.survey_rules import HalfYear
from support.survey_texts import all_languages, languages
from tests.pages.support_pages import send, sign_in, text_of

pytestmark = pytest.mark.django_db


def invite(cast, informant="parent", trajectory=None, name="bas"):
    """(invitation, path of the link)."""
    with become(Actor.for_user(getattr(cast, name))) as actor:
        row, code = invite_to_survey(
            actor, trajectory=trajectory or cast.a.trajectory, informant=informant
        )
    return row, reverse("link-open", args=[code])


def walk(link, answers=("4", "3", "none", "8", "")):
    """A visitor who answers everything; the page after sending."""
    client = Client()
    client.get(link)
    for number, answer in enumerate(answers, start=1):
        posted = client.post(reverse("survey-question", args=[number]), {"answer": answer})
        assert posted.status_code == 302, text_of(posted)
    return client, client.post(reverse("survey-check"), follow=True)


# --- Staff ----------------------------------------------------------------------------------------


def test_it_invites_from_the_trajectory_and_shows_the_link(client, cast):
    sign_in(client, cast.bas)
    url = reverse("survey-invite", args=[cast.a.trajectory.pk])
    mother = cast.a.parents[0]
    answer = send(client, url, {"who": str(mother.pk)})
    row = SurveyInvitation.objects.get()
    assert row.guardian_id == mother.pk
    page = text_of(client.get(answer.url))
    link = re.search(r"/l/[\w-]+/", page).group()
    assert Client().get(link).url == reverse("survey-start")
    assert str(mother.pk) not in text_of(client.get(url))


def test_the_manager_invites_a_parent_without_seeing_the_family(client, cast):
    sign_in(client, cast.cato)
    url = reverse("survey-invite", args=[cast.a.trajectory.pk])
    send(client, url, {"who": "parent"})
    assert SurveyInvitation.objects.get().guardian_id is None


def test_it_mails_a_link_without_the_name_of_the_child(
    client, cast, django_capture_on_commit_callbacks
):
    mother = cast.a.parents[0]
    type(mother).objects.filter(pk=mother.pk).update(
        email="moeder@example.org", is_contact_secret=False
    )
    sign_in(client, cast.bas)
    url = reverse("survey-invite", args=[cast.a.trajectory.pk])
    page = send(client, url, {"who": str(mother.pk)})
    assert "Link mailen naar moeder@example.org" in text_of(client.get(page.url))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page.url)
    (sent,) = mail.outbox
    assert sent.to == ["moeder@example.org"]
    assert "/l/" in sent.body
    assert "geboortedatum" not in sent.body
    assert cast.a.pupil.last_name not in sent.subject + sent.body


def test_the_link_is_shown_on_the_day_of_the_invitation_only(client, cast):
    row, _link = invite(cast)
    SurveyInvitation.objects.filter(pk=row.pk).update(asked_on=today() - dt.timedelta(days=1))
    sign_in(client, cast.bas)
    assert client.get(reverse("survey-link", args=[row.pk])).status_code == 404
    again = client.post(reverse("survey-again", args=[row.pk]))
    assert again.url == reverse("survey-link", args=[row.pk])
    assert client.get(again.url).status_code == 200
    refused = client.post(reverse("survey-again", args=[row.pk]), follow=True)
    assert "tweede keer" in text_of(refused)


def test_the_page_shows_marks_from_five_answers(client, cast):
    on = HalfYear.of(today())
    with become(Actor.system("a world with a past")) as system:
        answer = {"provider": cast.a.provider, "arrangement": cast.a.arrangement}
        answer |= {"half_year": str(on), "informant": "parent", "q1": 4, "mark": 9}
        record_answers_many(system, [{**answer, "remark": "Eerder"} for _number in range(5)])
    invite(cast)
    page = text_of(sign_in(client, cast.cato).get(reverse("survey-list")))
    assert "9,0" in page
    assert page.count("Eerder") == 5
    other = Client()
    page = text_of(sign_in(other, cast.bas).get(reverse("survey-list")))
    assert "9,0" in page
    assert "Eerder" not in page
    stranger = text_of(sign_in(Client(), cast.hans).get(reverse("survey-list")))
    assert "9,0" not in stranger


def test_the_page_keeps_the_half_year_in_its_links(client, cast):
    row, _link = invite(cast)
    past = HalfYear.of(row.asked_on - dt.timedelta(days=200))
    SurveyInvitation.objects.filter(pk=row.pk)
    sign_in(client, cast.cato)
    page = client.get(reverse("survey-list"), {"halfjaar": str(past)})
    assert cast.a.pupil.last_name not in text_of(page)
    assert f"halfjaar={past}" in text_of(page).replace("&amp;", "&")
    sheet = client.get(reverse("survey-list"), {"halfjaar": str(past), "formaat": "csv"})
    assert cast.a.pupil.last_name not in b"".join(sheet).decode()


@pytest.mark.parametrize("text", ["2026-3", "x", "", "0000-1", "9999-2", "2026-1-1", "٢٠٢٦-1"])
def test_a_half_year_that_does_not_exist_is_the_one_of_today(client, cast, text):
    answer = sign_in(client, cast.cato).get(reverse("survey-list"), {"halfjaar": text})
    assert answer.status_code == 200


def test_closing_reminds_of_the_questions(client, cast):
    sign_in(client, cast.bas)
    Goal.objects.filter(trajectory=cast.a.trajectory).update(end_score=8)
    url = reverse("trajectory-move", args=[cast.a.trajectory.pk, "afsluiten"])
    reminder = reverse("survey-invite", args=[cast.a.trajectory.pk])
    assert f'href="{reminder}"' in text_of(client.get(url))
    invite(cast)
    assert f'href="{reminder}"' not in text_of(client.get(url))


# --- Behind the link ------------------------------------------------------------------------------


def test_the_questions_show_nothing_personal(cast):
    _row, link = invite(cast)
    client = Client()
    client.get(link)
    page = text_of(client.get(reverse("survey-question", args=[1])))
    for word in (
        cast.a.pupil.last_name,
        cast.a.pupil.first_name,
        "De Wissel",
        str(cast.a.trajectory.pk),
    ):
        assert word not in page
    assert "Weet ik niet" in page


def test_one_question_per_screen_and_none_is_skipped(cast):
    _row, link = invite(cast)
    client = Client()
    client.get(link)
    assert client.get(reverse("survey-question", args=[3])).url.endswith("/1/")
    assert client.get(reverse("survey-check")).url.endswith("/1/")
    missing = client.post(reverse("survey-question", args=[1]), {})
    assert missing.status_code == 422
    assert "Kies een antwoord" in text_of(missing)
    assert client.get(reverse("survey-question", args=[6])).status_code == 404


def test_after_sending_the_link_opens_nothing(cast):
    _row, link = invite(cast)
    client, thanks = walk(link)
    assert "Dank u wel" in text_of(thanks)
    assert Client().get(link).status_code == 404
    again = client.post(reverse("survey-check"))
    assert again.url == reverse("survey-thanks")
    assert SealedSheet.objects.count() == 1


def test_a_survey_link_opens_no_other_page(cast):
    _row, link = invite(cast)
    client = Client()
    client.get(link)
    assert client.get(reverse("link-answer")).status_code == 403
    detail = client.get(reverse("trajectory-detail", args=[cast.a.trajectory.pk]))
    assert detail.url.startswith(reverse("account_login"))


def test_nothing_is_left_behind_that_ties_the_answer(cast, caplog):
    """Sessions, read log, log lines, drafts, events: no link, no child, no invitation."""
    row, link = invite(cast)
    key = str(OneTimeLink.objects.get(purpose="survey").pk)
    before = set(ReadLog.objects.values_list("pk", flat=True))
    with caplog.at_level("INFO"):
        walk(link)
    code = link.split("/")[2]
    for session in Session.objects.all():
        assert key not in str(session.get_decoded())
    new = ReadLog.objects.exclude(pk__in=before)
    traces = [*new.values_list(), *AccessEvent.objects.values_list(), *Draft.objects.values_list()]
    traces += [*Submission.objects.values_list(), caplog.text]
    for words in (key, code, str(row.pk), str(row.trajectory_id), cast.a.pupil.last_name):
        assert words not in str(traces)


# --- Texts ----------------------------------------------------------------------------------------


def test_every_language_asks_the_same_questions():
    own, *others = all_languages().values()
    for other in others:
        assert other.words.keys() == own.words.keys()
        for informant, paper in own.of.items():
            twin = other.of[informant]
            assert twin.words.keys() == paper.words.keys()
            assert [(q.key, q.kind, len(q.answers), q.picture) for q in twin.questions] == [
                (q.key, q.kind, len(q.answers), q.picture) for q in paper.questions
            ]
            assert len(twin.words["check"]) == len(paper.words["check"])


def test_texts_without_a_review_are_for_the_demo_only(settings):
    settings.DEMO = False
    assert list(languages()) == ["nl"]
    settings.DEMO = True
    assert list(languages()) == ["nl", "ar"]


def test_sentences_for_parents_are_short():
    paper = all_languages()["nl"].of["parent"]
    texts = [paper.words["privacy"], paper.words["stop"], *paper.words["check"]]
    texts += [question.text for question in paper.questions]
    sentences = [s for text in texts for s in re.split(r"(?<=[.?])\s", text)]
    assert [s for s in sentences if len(s.split()) > 15] == []
