"""What family and school say to bought care: in a talk, by link, at school; and free choice."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from oja.access.actor import become
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from schools.models import Guardian
from support import actions, purchases
from support.actions.choices import answer_due_on
from support.models import SchoolAnswer, Subcontract, SubcontractAgreement
from tests.support.care_steps import answered, approved, linked, moved, sent, world

__all__ = ["world"]


def test_it_asks_a_pupil_of_twelve_too_and_one_of_sixteen_alone(cast, world):
    row = sent(cast, world)
    pupil = world.pupil
    for years, expected in ((13, {"pupil", "parents"}), (17, {"pupil"})):
        pupil.birth_date = today().replace(year=today().year - years, day=1)
        pupil.save()
        with become(cast.actor("cato")) as cato:
            state = purchases.agreement_state(cato, row, today())
        keys = {"pupil" if giver.key == "pupil" else "parents" for giver in state.givers}
        assert keys == expected


def test_a_manager_and_a_worker_get_the_same_people_to_ask(cast, world):
    row = sent(cast, world)
    Guardian.objects.filter(pk=world.parents[1].pk).update(has_custody=False)
    states = []
    for name in ("bas", "cato"):
        with become(cast.actor(name)) as actor:
            states.append(purchases.agreement_state(actor, row, today()))
    assert [[giver.key for giver in state.givers] for state in states] == [
        [world.parents[0].pk],
        [world.parents[0].pk],
    ]
    assert [giver.label for giver in states[1].givers] == [
        SubcontractAgreement.objects.get(guardian=world.parents[0]).giver_label
    ]


def test_a_stranger_gets_no_keys_of_a_family(cast, world):
    row = sent(cast, world)
    for name in ("anna", "gijs", "hans", "joke", "els", "fem"):
        with become(cast.actor(name)), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM oja.support_purchase_givers(%s, %s)", [row.pk, today()])
            assert cursor.fetchall() == [], name


@pytest.mark.parametrize(
    ("answer", "state"), [("yes", "agreed"), ("no", "refused"), ("talk", "talk")]
)
def test_a_parent_answers_by_link_once(cast, world, answer, state):
    row = sent(cast, world)
    agreement, parent = linked(cast, world, row, world.parents[0])
    with become(parent):
        actions.answer_agreement(parent, agreement=agreement, answer=answer)
    agreement.refresh_from_db()
    assert (agreement.state, agreement.form, agreement.answered_on) == (state, "link", today())
    with become(parent), pytest.raises(MoveRefused):
        actions.answer_agreement(parent, agreement=agreement, answer="yes")


def test_a_link_sees_its_own_question_and_nothing_else(cast, world):
    row = sent(cast, world)
    agreement, parent = linked(cast, world, row, world.parents[0])
    with become(parent) as actor:
        assert list(SubcontractAgreement.objects.visible_to(actor)) == [agreement]
        assert list(SubcontractAgreement.objects.all()) == [agreement]
        assert not Subcontract.objects.exists()
        assert not SchoolAnswer.objects.exists()


def test_a_talk_after_the_link_closes_the_link(cast, world):
    row = sent(cast, world)
    agreement, parent = linked(cast, world, row, world.parents[0])
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[0], answer="refused")
    with become(parent), pytest.raises(MoveRefused):
        actions.answer_agreement(parent, agreement=agreement, answer="yes")
    agreement.refresh_from_db()
    assert agreement.state == "refused"


def test_the_answer_to_a_withdrawn_proposal_is_refused(cast, world):
    row = sent(cast, world)
    agreement, parent = linked(cast, world, row, world.parents[0])
    Subcontract.objects.filter(pk=row.pk).update(state="withdrawn")
    with become(parent), pytest.raises(MoveRefused):
        actions.answer_agreement(parent, agreement=agreement, answer="yes")


def test_the_school_may_change_its_answer_until_the_decision(cast, world):
    row = sent(cast, world)
    answered(cast, world, row, "objection", "Nee.")
    with become(cast.actor("anna")) as anna:
        answer = SchoolAnswer.objects.get()
        actions.answer_for_school(anna, school_answer=answer, answer="agreed")
    with become(cast.actor("cato")) as cato:
        actions.approve_subcontract(cato, subcontract=row)
    with become(cast.actor("anna")) as anna, pytest.raises(MoveRefused):
        actions.answer_for_school(anna, school_answer=answer, answer="objection", remark="Toch.")


@pytest.mark.parametrize("name", ["bas", "cato", "dirk", "ilse", "joke", "els"])
def test_nobody_else_answers_for_the_school(cast, world, name):
    sent(cast, world)
    answer = SchoolAnswer.objects.get()
    with become(cast.actor(name)) as actor, pytest.raises((NotVisible, MoveNotAllowed)):
        actions.answer_for_school(actor, school_answer=answer, answer="agreed")


def test_a_remark_and_an_objection_are_written(cast, world):
    sent(cast, world)
    with become(cast.actor("anna")) as anna:
        for answer in ("remark", "objection"):
            with pytest.raises(ValidationError):
                actions.answer_for_school(
                    anna, school_answer=SchoolAnswer.objects.get(), answer=answer
                )


def test_a_reminder_puts_the_question_on_top(cast, world):
    row = sent(cast, world)
    with become(cast.actor("bas")) as bas:
        actions.remind_school(bas, subcontract=row)
    assert SchoolAnswer.objects.get().reminded_on == today()


def test_the_choice_of_parents_gets_an_answer_and_stops_nothing(cast, world):
    with become(cast.actor("bas")) as bas:
        choice = actions.record_choice(bas, trajectory=world.trajectory, guardian=world.parents[0])
        assert choice.answer_due_on > today() + dt.timedelta(days=9)
        world.trajectory.refresh_from_db()
        assert world.trajectory.state == "active"
        choice = actions.answer_choice(bas, choice=choice, outcome="stay", note="Blijft.")
        with pytest.raises(MoveRefused):
            actions.answer_choice(bas, choice=choice, outcome="subcontract")
    assert (choice.outcome, choice.answer_on) == ("stay", today())


def test_a_parent_may_take_an_agreement_back_while_care_runs(cast, world):
    row = moved(cast, "bas", moved(cast, "cato", approved(cast, world), "order"), "start")
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[0], answer="refused")
        assert purchases.agreement_state(bas, row, today()).is_disputed
        with pytest.raises(MoveRefused):  # a link asks what is still open, and nothing else
            actions.ask_agreement_by_link(bas, subcontract=row, guardian=world.parents[0])


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (dt.date(2026, 11, 2), dt.date(2026, 11, 16)),  # ten weekdays
        (dt.date(2026, 12, 21), dt.date(2027, 1, 6)),  # Christmas and New Year in between
        (dt.date(2027, 3, 25), dt.date(2027, 4, 12)),  # Good Friday and Easter Monday
        (dt.date(2026, 7, 13), dt.date(2026, 7, 27)),  # the holidays of schools are working days
    ],
)
def test_an_answer_is_due_after_ten_working_days(asked, due):
    assert answer_due_on(asked) == due
