"""Statements by hand about care: the school answers in the own name, payers of own cases only."""

import pytest
from django.db import IntegrityError, connection, transaction

from oja.access.actor import Actor, become
from oja.access.permissions import Role
from oja.core.periods import today
from support import costs
from support.models import SchoolAnswer, Subcontract
from tests.factories.access import member
from tests.factories.groups import AttendanceFactory, GroupSessionFactory, group_of, join
from tests.factories.purchases import SchoolAnswerFactory

ANSWERED = {"answer": "agreed", "answered_on": today()}


@pytest.fixture
def question(cast):
    """The open question to the school of Anna."""
    return SchoolAnswerFactory(subcontract__trajectory=cast.a.trajectory)


def changed(actor, row, **fields):
    with become(actor), transaction.atomic():
        return SchoolAnswer.objects.filter(pk=row.pk).update(**fields)


def test_it_keeps_an_answer_of_the_school_in_the_own_name(cast, question):
    assert changed(cast.actor("anna"), question, answered_by=cast.anna, **ANSWERED) == 1


@pytest.mark.parametrize("name", ["bas", "dirk", None])
def test_it_takes_no_answer_of_the_school_in_the_name_of_somebody_else(cast, question, name):
    named = getattr(cast, name) if name else None
    with pytest.raises(IntegrityError, match="in the own name"):
        changed(cast.actor("anna"), question, answered_by=named, **ANSWERED)


def test_it_hands_no_answer_over_to_a_colleague(cast, question):
    changed(cast.actor("anna"), question, answered_by=cast.anna, **ANSWERED)
    colleague = member(Role.SCHOOL_COORDINATOR, cast.a.site.organisation, "Saskia")
    with pytest.raises(IntegrityError, match="in the own name"):
        changed(cast.actor("anna"), question, answered_by=colleague)
    with pytest.raises(IntegrityError, match="in the own name"):
        changed(Actor.for_user(colleague), question, remark="Toch niet.")
    again = {"answer": "objection", "remark": "Toch niet.", "answered_by": colleague}
    assert changed(Actor.for_user(colleague), question, **again) == 1


@pytest.mark.parametrize("fields", [{"remark": "De school vindt het best."}, {"answered_by": True}])
def test_it_writes_no_words_beside_an_open_question(cast, question, fields):
    if "answered_by" in fields:
        fields = {"answered_by": cast.bas}
    with pytest.raises(IntegrityError, match="in the own name"):
        changed(cast.actor("bas"), question, **fields)


def test_it_asks_no_question_that_is_answered_already(cast, question):
    Subcontract.objects.filter(pk=question.subcontract_id).update(state="asked")
    question.delete()
    new = SchoolAnswerFactory.build(
        subcontract=Subcontract.objects.get(pk=question.subcontract_id), remark="Prima."
    )
    with pytest.raises(IntegrityError, match="in the own name"), become(cast.actor("bas")):
        SchoolAnswer.objects.bulk_create([new])


def test_it_tells_who_pays_to_who_may_see_the_case_only(cast):
    case, answer = cast.a.trajectory, (cast.a.municipality.pk, True)
    for name, told in (("bas", answer), ("cato", answer), ("gijs", (None, False))):
        with become(cast.actor(name)):
            assert costs.payer_on(case, today()) == told, name
    for name in ("joke", "hans", "anna", "els", "fem"):
        with become(cast.actor(name)):
            assert costs.payer_on(case, today()) == (None, False), name


def test_it_tells_who_pays_by_hand_no_more_than_that(cast):
    for name, number in (("bas", 1), ("gijs", 0), ("hans", 0), ("anna", 0)):
        with become(cast.actor(name)), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM oja.case_payer(%s, %s)", [cast.a.trajectory.pk, today()])
            assert len(cursor.fetchall()) == number, name


def test_it_counts_marks_of_a_session_for_the_own_provider_only(cast):
    group = group_of(cast.a)
    session = GroupSessionFactory(group=group)
    for _each in range(2):
        AttendanceFactory(participant=join(cast.a, group), session=session)
    for name, number in (("bas", 2), ("gijs", 2), ("joke", 0), ("anna", 0)):
        with become(cast.actor(name)), connection.cursor() as cursor:
            cursor.execute("SELECT oja.support_session_marks(%s)", [session.pk])
            assert cursor.fetchone() == (number,), name
