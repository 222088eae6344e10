"""Who is invited to the survey, and what somebody with a link fills in and sends."""

import datetime as dt
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, transaction

from oja.access.actor import become
from oja.access.models import OneTimeLink
from oja.access.scoping import guarded
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from support.actions.survey import (
    KEYS,
    invite_to_survey,
    keep_survey_answer,
    link_code,
    send_survey_again,
    send_survey_answers,
    survey_progress,
)
from support.models import SealedSheet, SurveyInvitation, SurveyProgress, SurveyRound
from support.survey_rules import HalfYear, pupil_informant
from tests.support.helpers import acting
from tests.support.surveys import FULL, fill_in, invite, rows, send

pytestmark = pytest.mark.django_db


def test_it_invites_once_per_half_year(cast):
    invitation, link = invite(cast, cast.a.trajectory)
    assert invitation.half_year == str(HalfYear.of(today()))
    assert invitation.provider_id == cast.a.provider.pk
    assert invitation.arrangement_id == cast.a.arrangement.pk
    with become(link), guarded():
        (seen,) = SurveyRound.objects.visible_to(link)
        assert (seen.provider_id, seen.informant) == (cast.a.provider.pk, "parent")
        assert not SurveyInvitation.objects.visible_to(link).exists()
    with pytest.raises(ValidationError, match=r"uitgenodigd|invited"):
        invite(cast, cast.a.trajectory)


def test_it_invites_each_parent_for_themselves(cast):
    first, second = cast.a.parents
    one, _link = invite(cast, cast.a.trajectory, guardian=first)
    other, _link = invite(cast, cast.a.trajectory, guardian=second)
    assert one.giver_label != other.giver_label


def test_it_asks_nothing_before_help_started(cast):
    waiting = cast.a.new_trajectory(helped=False)
    with pytest.raises(ValidationError):
        invite(cast, waiting)


def test_it_gives_questions_of_the_right_age_only(cast):
    wrong = (
        "pupil" if pupil_informant(cast.a.trajectory.birth_date, today()) == "child" else "child"
    )
    with pytest.raises(ValidationError):
        invite(cast, cast.a.trajectory, informant=wrong)


def test_it_lets_no_stranger_invite(cast):
    with acting(cast, "joke") as actor, pytest.raises(NotVisible):
        invite_to_survey(actor, trajectory=cast.a.trajectory, informant="parent")
    with acting(cast, "anna") as actor, pytest.raises(MoveNotAllowed):
        invite_to_survey(actor, trajectory=cast.a.trajectory, informant="parent")


def test_it_makes_no_link_for_an_invitation_of_others(cast):
    invitation, _link = invite(cast, cast.a.trajectory)
    with acting(cast, "hans"), pytest.raises(DatabaseError), transaction.atomic():
        rows("SELECT oja.open_survey_link(%s, %s, true)", invitation.pk, "0" * 64)


def test_it_sends_a_link_a_second_time_and_no_third(cast):
    invitation, _link = invite(cast, cast.a.trajectory)
    code = link_code(invitation)
    before = OneTimeLink.objects.filter(purpose="survey").count()
    with acting(cast, "bas") as actor:
        again, same = send_survey_again(actor, invitation=invitation)
        assert same == code
        with pytest.raises(MoveRefused):
            send_survey_again(actor, invitation=again)
    assert OneTimeLink.objects.filter(purpose="survey").count() == before


def test_it_does_not_open_an_answered_link_again(cast):
    invitation, link = invite(cast, cast.a.trajectory)
    assert send(link)
    with acting(cast, "bas") as actor:
        send_survey_again(actor, invitation=invitation)
    assert not OneTimeLink.objects.filter(purpose="survey").exists()


# --- Filling in -----------------------------------------------------------------------------------


def test_it_keeps_what_was_filled_in_until_sending(cast):
    _invitation, link = invite(cast, cast.a.trajectory)
    fill_in(link, q1=4, q2=None)
    with become(link), guarded():
        assert survey_progress(link) == {"q1": 4, "q2": None}
        with pytest.raises(ValidationError):
            send_survey_answers(link)
    assert send(link)
    assert not SurveyProgress.objects.exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [("q1", 0), ("q1", 5), ("q1", "4"), ("mark", 11), ("q9", 1), ("remark", "x" * 501)],
)
def test_it_refuses_what_is_no_answer(cast, key, value):
    _invitation, link = invite(cast, cast.a.trajectory)
    with become(link), guarded(), pytest.raises(ValidationError):
        keep_survey_answer(link, key=key, value=value)


def test_it_asks_children_three_questions_only(cast):
    assert KEYS["child"] == ("q1", "q2", "q3")
    pupil = cast.a.new_pupil(birth_date=today() - dt.timedelta(days=366 * 8))
    trajectory = cast.a.new_trajectory(pupil=pupil, active=True)
    _invitation, link = invite(cast, trajectory, informant="child")
    with become(link), guarded(), pytest.raises(ValidationError):
        keep_survey_answer(link, key="mark", value=8)


def test_it_takes_an_answer_once(cast):
    _invitation, link = invite(cast, cast.a.trajectory)
    assert send(link)
    with become(link), guarded(), pytest.raises(MoveNotAllowed):
        send_survey_answers(link)
    with become(link):
        assert rows("SELECT oja.send_survey(%s::bytea, NULL)", b"x") == [(False,)]
    assert SealedSheet.objects.count() == 1


def test_it_takes_nothing_by_an_expired_link(cast):
    _invitation, link = invite(cast, cast.a.trajectory)
    fill_in(link, **FULL)
    OneTimeLink.objects.filter(pk=link.link_id).update(expires_on=today())
    with become(link):
        assert rows("SELECT oja.send_survey(%s::bytea, NULL)", b"x") == [(False,)]


def test_it_shows_one_link_nothing_of_another(cast):
    _one, first = invite(cast)
    _two, second = invite(cast)
    fill_in(first, q1=1)
    with become(second), guarded():
        assert survey_progress(second) == {}
        assert not SurveyProgress.objects.visible_to(second).exists()
    with become(second):
        assert rows("SELECT count(*) FROM support_surveyprogress") == [(0,)]


def test_it_masks_a_number_that_looks_like_a_bsn(cast):
    _invitation, link = invite(cast, cast.a.trajectory)
    with become(link), guarded():
        kept = keep_survey_answer(link, key="remark", value="bel 111222333 even")
    assert "111222333" not in kept["remark"]


def test_it_forgets_unfinished_surveys_of_ended_links(cast):
    _invitation, link = invite(cast, cast.a.trajectory)
    fill_in(link, q1=4)
    OneTimeLink.objects.filter(pk=link.link_id).update(expires_on=today())
    call_command("clear_surveys", stdout=(said := StringIO()))
    assert said.getvalue() == "1 unfinished surveys removed.\n"
    assert not SurveyProgress.objects.exists()
