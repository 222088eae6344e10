"""What somebody with a survey link, or a worker, may try by SQL: add one answer, change none."""

import hashlib
import json
import os
import uuid

import pytest
from django.db import DatabaseError, transaction

from oja.access.actor import Actor, become
from oja.access.models import OneTimeLink
from oja.core.periods import today
from support.actions.survey import MARK, link_code, send_survey_again
from support.models import AnswerSheet, SealedSheet, SurveyInvitation, SurveyRound
from support.survey_rules import TOGETHER, HalfYear, link_expires_on
from tests.factories.survey import SurveyInvitationFactory
from tests.support.helpers import acting
from tests.support.surveys import fill_in, holder, invite, rows, send

pytestmark = pytest.mark.django_db

LENGTH = 32 + 16 + 4096 + 32


def garbage(mark=b""):
    """A sealed answer that nobody can open."""
    return (mark or os.urandom(MARK)) + os.urandom(LENGTH - MARK)


def written(text):
    """A sealed answer to a text of the own choice."""
    return garbage(hashlib.sha256(text.encode()).digest())


def send_by_sql(sealed, opened=None):
    """What a link gets to do past the application."""
    with transaction.atomic():
        ((done,),) = rows(
            "SELECT oja.send_survey(%s::bytea, %s::jsonb)",
            sealed,
            json.dumps(opened) if opened is not None else None,
        )
    return done


def sealed():
    return sorted(bytes(body) for body in SealedSheet.objects.values_list("body", flat=True))


@pytest.fixture
def waiting(cast):
    """Four answers wait; the fifth link has not sent yet."""
    for number in range(TOGETHER - 1):
        send(invite(cast)[1], mark=number + 5, remark=f"echt {number}")
    return invite(cast)[1]


def made_up(number=TOGETHER):
    return [
        json.dumps({"salt": str(n), "q1": 1, "mark": 1, "remark": "vals"}) for n in range(number)
    ]


def test_a_link_cannot_replace_what_waits(waiting):
    """Five answers of the own making do not belong to what was sent, so nothing changes."""
    before = sealed()
    texts = made_up()
    with become(waiting):
        for body in (written(texts[0]), garbage()):
            with pytest.raises(DatabaseError, match="nobody sent this answer"):
                send_by_sql(body, texts)
    assert sealed() == before
    assert not AnswerSheet.objects.exists()
    assert OneTimeLink.objects.filter(pk=waiting.link_id).exists()


def test_a_link_cannot_send_the_own_answer_five_times(waiting):
    before = sealed()
    text = made_up(1)[0]
    with become(waiting), pytest.raises(DatabaseError, match="nobody sent this answer"):
        send_by_sql(written(text), [text] * TOGETHER)
    assert sealed() == before


@pytest.mark.parametrize(
    "attack",
    [
        *("UPDATE support_sealedsheet SET body = ''", "DELETE FROM support_sealedsheet"),
        *("SELECT body FROM support_sealedsheet", "TRUNCATE support_sealedsheet"),
        "INSERT INTO support_sealedsheet (id, round_id, body)"
        " SELECT gen_random_uuid(), r.id, '' FROM support_surveyround r",
        "INSERT INTO support_answersheet (id, round_id, mark, remark)"
        " SELECT gen_random_uuid(), r.id, 10, '' FROM support_surveyround r",
        "SELECT oja.keep_survey_answers(r.id, '{}', '[]') FROM support_surveyround r",
        "SELECT oja.survey_round_of_link()",
        "DELETE FROM access_onetimelink",
        "UPDATE access_onetimelink SET expires_on = expires_on + 30",
    ],
)
def test_a_link_reaches_no_answer_and_no_link(waiting, attack):
    before = sealed()
    refused = pytest.raises(DatabaseError, match="permission denied")
    with become(waiting), refused, transaction.atomic():
        rows(attack)
    assert sealed() == before


def test_a_link_adds_one_answer_and_the_others_stay_what_they_were(waiting):
    before = sealed()
    body = garbage()
    with become(waiting):
        assert send_by_sql(body) is True
        assert send_by_sql(garbage()) is False
    assert sealed() == sorted([*before, body])


@pytest.mark.parametrize("length", [0, 1, LENGTH - 1, LENGTH + 1, 2 * LENGTH])
def test_an_answer_is_not_known_by_its_length(waiting, length):
    with become(waiting), pytest.raises(DatabaseError, match="one length"):
        send_by_sql(os.urandom(length))
    with become(waiting), pytest.raises(DatabaseError, match="one length"):
        send_by_sql(None)


def test_somebody_elses_sealed_answer_is_not_sent_a_second_time(waiting):
    """Whoever copies what waits, with its mark or with another one, spoils nothing."""
    before = sealed()
    with become(waiting):
        pool = [bytes(body) for (body,) in rows("SELECT * FROM oja.survey_pool()")]
        assert sorted(pool) == before
        with pytest.raises(DatabaseError, match="there already"):
            send_by_sql(pool[0])
        assert send_by_sql(os.urandom(MARK) + pool[0][MARK:])
    assert len(sealed()) == TOGETHER


def test_what_cannot_be_opened_stops_nobody(cast, waiting):
    """Garbage waits for ever; the five real answers become readable as they were sent."""
    with become(waiting):
        pool = [bytes(body) for (body,) in rows("SELECT * FROM oja.survey_pool()")]
        bad = os.urandom(MARK) + pool[0][MARK:]
        send_by_sql(bad)
    assert send(invite(cast)[1], mark=9, remark="echt 4")
    remarks = AnswerSheet.objects.order_by("remark").values_list("remark", flat=True)
    assert list(remarks) == [f"echt {number}" for number in range(TOGETHER)]
    assert sealed() == [bad]


def test_an_answer_out_of_range_comes_in_nowhere(cast):
    """Five links of one attacker: even then an answer is one that the pages could have sent."""
    texts = [json.dumps({"salt": str(n), "q1": 9}) for n in range(TOGETHER)]
    for text in texts[:-1]:
        with become(invite(cast)[1]):
            assert send_by_sql(written(text))
    with become(invite(cast)[1]), pytest.raises(DatabaseError, match="scores_in_range"):
        send_by_sql(written(texts[-1]), texts)


def test_a_link_works_once_also_when_it_is_used_twice_at_once(cast):
    _invitation, link = invite(cast)
    fill_in(link, q1=1)
    with become(link):
        assert send_by_sql(garbage())
        assert send_by_sql(garbage()) is False
        assert rows("SELECT * FROM oja.survey_pool()") == []
        assert rows("SELECT count(*) FROM support_surveyround") == [(0,)]


def test_a_link_of_a_closed_half_year_sends_nothing(cast):
    """However long somebody made the link."""
    past = SurveyRound.objects.create(
        provider=cast.a.provider,
        arrangement=cast.a.arrangement,
        half_year="2020-1",
        informant="parent",
    )
    link = OneTimeLink.objects.create(
        token_hash="a" * 64,
        purpose="survey",
        target_id=past.pk,
        expires_on=link_expires_on(today()),
    )
    with become(Actor.for_link(link)):
        assert send_by_sql(garbage()) is False


def test_the_pool_stays_sealed_until_it_is_large_enough(cast):
    for _number in range(TOGETHER - 2):
        send(invite(cast)[1])
    _invitation, link = invite(cast)
    with become(link):
        assert rows("SELECT * FROM oja.survey_pool()") == []
        with pytest.raises(DatabaseError, match="at a time"):
            send_by_sql(garbage(), made_up(1))


# --- Workers --------------------------------------------------------------------------------------


def new_link(invitation, is_new=True, code=None):
    """The function that makes a link, called by hand."""
    digest = hashlib.sha256((code or uuid.uuid4().hex).encode()).hexdigest()
    with transaction.atomic():
        rows("SELECT oja.open_survey_link(%s, %s, %s)", invitation.pk, digest, is_new)


def links():
    return OneTimeLink.objects.filter(purpose="survey").count()


def test_an_invitation_has_one_link_however_often_it_is_asked_for(cast):
    invitation, _link = invite(cast, cast.a.trajectory)
    with acting(cast, "bas"):
        for _time in range(3):
            new_link(invitation)
    assert links() == 1


def test_an_answered_invitation_gets_no_new_link(cast):
    invitation, link = invite(cast, cast.a.trajectory)
    assert send(link)
    with acting(cast, "bas"):
        new_link(invitation)
        new_link(invitation, code=link_code(invitation))
    assert links() == 0


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE support_surveyinvitation SET has_link = false",
        "INSERT INTO support_surveyinvitation (id, created_at, updated_at, provider_id,"
        " trajectory_id, arrangement_id, half_year, informant, giver_label, asked_on, expires_on,"
        " has_link) SELECT gen_random_uuid(), created_at, updated_at, provider_id, trajectory_id,"
        " arrangement_id, half_year, 'child', 'x', asked_on, expires_on, true"
        " FROM support_surveyinvitation",
    ],
)
def test_nobody_says_that_an_invitation_has_no_link_yet(cast, attack):
    invite(cast, cast.a.trajectory)
    refused = pytest.raises(DatabaseError, match="one link")
    with acting(cast, "bas"), refused, transaction.atomic():
        rows(attack)


def test_nobody_makes_a_survey_link_past_the_invitation(cast):
    """Links of other questions are made by their makers; these are not."""
    _invitation, link = invite(cast, cast.a.trajectory)
    (target,) = SurveyRound.objects.values_list("pk", flat=True)
    with acting(cast, "bas") as actor:
        forged = OneTimeLink(
            token_hash="f" * 64,
            purpose="survey",
            target_id=target,
            expires_on=link_expires_on(today()),
            created_by_id=actor.user_id,
        )
        with pytest.raises(DatabaseError, match="needs an invitation"), transaction.atomic():
            forged.save(force_insert=True)
    assert list(OneTimeLink.objects.values_list("pk", flat=True)) == [link.link_id]


def test_a_worker_does_not_choose_how_long_a_link_works(cast):
    """A date of its own would mark the link of one parent."""
    far = today().replace(year=today().year + 2)
    invitation = SurveyInvitationFactory(trajectory=cast.a.trajectory)
    SurveyInvitation.objects.filter(pk=invitation.pk).update(expires_on=far)
    with acting(cast, "bas"):
        new_link(invitation)
    assert OneTimeLink.objects.get().expires_on == link_expires_on(today())


def test_a_worker_makes_no_round_for_one(cast):
    """Not in another half-year, and not with the parent of another child."""
    other = HalfYear.of(today()).period.end
    values = (
        {"half_year": str(HalfYear.of(other))},
        {"half_year": "2019-1"},
        {"half_year": "x"},
        {"asked_on": other, "expires_on": link_expires_on(other), "half_year": "2019-1"},
        {"guardian": cast.b.parents[0]},
    )
    for number, fields in enumerate(values):
        trajectory = cast.a.new_trajectory(active=True)
        invitation = SurveyInvitationFactory(trajectory=trajectory, **fields)
        with acting(cast, "bas"), pytest.raises(DatabaseError, match=r"nobody is asked|another"):
            new_link(invitation)
        assert links() == 0, number


def test_opening_a_link_or_withdrawing_all_leaves_no_trace(cast):
    """The row of a link stays as it is: no moment, no other place on the disk."""
    codes = [link_code(invite(cast)[0]) for _number in range(3)]
    hidden = "SELECT l.*, l.xmin::text, l.ctid::text FROM access_onetimelink l ORDER BY l.id"
    before = rows(hidden)
    (target,) = SurveyRound.objects.values_list("pk", flat=True)
    with acting(cast, "bas"):
        digest = hashlib.sha256(codes[0].encode()).hexdigest()
        assert rows("SELECT state FROM oja.open_link(%s)", digest) == [("open",)]
        rows("SELECT oja.revoke_links('survey', %s)", target)
    assert rows(hidden) == before


def test_sending_again_gives_the_same_link_more_time(cast):
    invitation, link = invite(cast, cast.a.trajectory)
    OneTimeLink.objects.filter(pk=link.link_id).update(expires_on=today())
    with acting(cast, "bas") as actor:
        _row, code = send_survey_again(actor, invitation=invitation)
    assert holder(code).link.expires_on == link_expires_on(today())
    assert links() == 1
