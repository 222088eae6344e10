"""The proposal to buy care: sent, changed while nobody answered, made anew."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from oja.access.actor import become
from oja.access.models import OneTimeLink
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible, make_move
from support import actions, purchases
from support.actions.subcontracts import QuestionChanged
from support.models import SchoolAnswer, Subcontract, SubcontractAgreement
from support.models import SubcontractState as S
from support.workflow.trajectory import help_is_planned
from tests.factories.purchases import (
    ContractFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
    third_party,
)
from tests.factories.support import days_ago
from tests.support.care_steps import (
    answered,
    later,
    linked,
    moved,
    sent,
    values,
    words,
    world,
)

__all__ = ["world"]


def test_it_asks_parents_and_school_at_once(cast, world):
    row = sent(cast, world)
    assert row.state == S.ASKED
    assert row.ceiling_cents == 174000
    assert row.municipality_id == world.municipality.pk
    asked = SubcontractAgreement.objects.filter(subcontract=row)
    assert {each.guardian_id for each in asked} == {parent.pk for parent in world.parents}
    assert {each.state for each in asked} == {"asked"}
    answer = SchoolAnswer.objects.get()
    assert (answer.answer, answer.third_name) == ("", "Praktijk De Linde")
    assert answer.shared_site == world.site.pk
    assert row.events.get().move == "send"


def test_it_takes_help_and_rate_from_the_contract(cast, world):
    with become(cast.actor("bas")) as bas:
        row = actions.propose_subcontract(
            bas, trajectory=world.trajectory, **values(world, volume=Decimal("7.25"))
        )
    assert (row.third, row.jz020, row.rate_cents) == (world.contract.third, "54", 14500)
    assert row.help_kind == "Traumabehandeling"
    assert row.ceiling_cents == 105125


@pytest.mark.parametrize(
    ("volume", "rate", "cents"), [("0.33", 150, 50), ("0.01", 149, 1), ("1.5", 101, 152)]
)
def test_it_rounds_the_highest_amount_half_up(volume, rate, cents):
    assert purchases.ceiling(Decimal(volume), rate) == cents


def test_it_does_not_send_without_a_plan_in_force(cast, world):
    world.plan.state = "ended"
    world.plan.save()
    with become(cast.actor("bas")) as bas, pytest.raises(MoveRefused) as refused:
        actions.propose_and_send(bas, trajectory=world.trajectory, **values(world))
    assert "plan" in words(refused)
    assert not Subcontract.objects.exists()


def test_it_does_not_send_without_a_plan_to_take_it_back(cast, world):
    with become(cast.actor("bas")) as bas, pytest.raises(MoveRefused):
        actions.propose_and_send(
            bas, trajectory=world.trajectory, **values(world, take_back_plan="")
        )
    row = sent(cast, world, take_back_plan="", reason="imposed")
    assert row.state == S.ASKED


def test_it_does_not_send_without_a_talk_about_the_choice(cast, world):
    with become(cast.actor("bas")) as bas, pytest.raises(MoveRefused):
        actions.propose_and_send(
            bas, trajectory=world.trajectory, **values(world, choice_discussed_on=None)
        )


@pytest.mark.parametrize("name", ["anna", "cato", "dirk", "gijs", "joke", "els", "ilse"])
def test_only_who_helps_the_child_proposes(cast, world, name):
    with become(cast.actor(name)) as actor, pytest.raises((NotVisible, MoveNotAllowed)):
        actions.propose_and_send(actor, trajectory=world.trajectory, **values(world))


def test_a_rejected_or_withdrawn_proposal_closes_its_links(cast, world):
    for name, move, data in (
        ("cato", "reject", {"decision_note": "Kan hier."}),
        ("bas", "withdraw", {"note": "Anders opgelost."}),
    ):
        row = sent(cast, world)
        with become(cast.actor("bas")) as bas:
            _agreement, link, _code = actions.ask_agreement_by_link(
                bas, subcontract=row, guardian=world.parents[0]
            )
        row = moved(cast, name, row, move, **data)
        assert OneTimeLink.objects.get(pk=link.pk).revoked_at is not None
        assert row.school_answer.subcontract_state == row.state


# --- Changed after it was sent --------------------------------------------------------------------


def changed(cast, world, row, **more):
    with become(cast.actor("bas")) as bas:
        return actions.change_proposal(bas, subcontract=row, **values(world, **more))


def test_it_changes_a_sent_proposal_and_what_everybody_is_asked(cast, world):
    row = sent(cast, world)
    other = ContractFactory(
        provider=world.provider,
        third=third_party("Praktijk Elders"),
        description="Vaktherapie",
        rate_cents=9000,
    )
    row = changed(cast, world, row, contract=other, volume=Decimal(10), ends_on=later(20))
    assert (row.state, row.ceiling_cents) == (S.ASKED, 90000)
    for each in SubcontractAgreement.objects.filter(subcontract=row):
        assert (each.third_name, each.help_kind) == ("Praktijk Elders", "Vaktherapie")
        assert (each.volume, each.ends_on, each.state) == (Decimal(10), later(20), "asked")
    answer = SchoolAnswer.objects.get()
    assert (answer.third_name, answer.ends_on) == ("Praktijk Elders", later(20))
    assert [each.move for each in row.events.order_by("created_at")] == ["send", "change"]


def test_it_changes_nothing_once_somebody_answered(cast, world):
    row = sent(cast, world)
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[0], answer="talk")
    with pytest.raises(MoveRefused):
        changed(cast, world, row, volume=Decimal(10))
    other = SubcontractFactory(trajectory=world.trajectory, asked=True)
    SchoolAnswerFactory(subcontract=other, answered=True)
    with pytest.raises(MoveRefused):
        changed(cast, world, other, volume=Decimal(10))
    row.refresh_from_db()
    assert row.volume == Decimal(12)


@pytest.mark.parametrize("state", ["approved", "ordered", "running"])
def test_it_changes_nothing_that_was_decided(cast, world, state):
    row = SubcontractFactory(trajectory=world.trajectory, **{state: True})
    with pytest.raises(MoveRefused):
        changed(cast, world, row, volume=Decimal(10))


def test_a_sent_proposal_stays_a_whole_one(cast, world):
    row = sent(cast, world)
    with pytest.raises(ValidationError):
        changed(cast, world, row, take_back_plan="")
    with pytest.raises(MoveRefused):
        changed(cast, world, row, starts_on=days_ago(9), ends_on=days_ago(2))
    row.refresh_from_db()
    assert (row.take_back_plan != "", row.ends_on) == (True, later(30))


def test_who_read_the_old_words_reads_again(cast, world):
    row = sent(cast, world)
    agreement, parent = linked(cast, world, row, world.parents[0])
    answer = SchoolAnswer.objects.get()
    read, read_at_school = agreement.words_key, answer.words_key
    changed(cast, world, row, ends_on=later(20))
    with become(parent), pytest.raises(QuestionChanged):
        actions.answer_agreement(parent, agreement=agreement, answer="yes", words_key=read)
    with become(cast.actor("anna")) as anna, pytest.raises(QuestionChanged):
        actions.answer_for_school(
            anna, school_answer=answer, answer="agreed", words_key=read_at_school
        )
    agreement.refresh_from_db()
    assert agreement.state == "asked"
    with become(parent):  # the link still works, and brings back what was read now
        actions.answer_agreement(
            parent, agreement=agreement, answer="yes", words_key=agreement.words_key
        )
    answer.refresh_from_db()
    with become(cast.actor("anna")) as anna:
        actions.answer_for_school(
            anna, school_answer=answer, answer="agreed", words_key=answer.words_key
        )


def test_what_the_school_does_not_read_leaves_its_question_as_it_was(cast, world):
    row, answer = sent(cast, world), SchoolAnswer.objects.get()
    changed(cast, world, row, volume=Decimal(9), reason="capacity")
    assert SchoolAnswer.objects.get().words_key == answer.words_key


def test_nobody_rewrites_a_question_by_hand(cast, world):
    sent(cast, world)
    asked = SubcontractAgreement.objects.filter(guardian=world.parents[0])
    for rows, fields in (
        (asked, {"help_kind": "Iets anders"}),
        (asked, {"volume": Decimal(1)}),
        (asked, {"pupil_label": "Iemand"}),
        (SchoolAnswer.objects.all(), {"third_name": "Iemand"}),
        (SchoolAnswer.objects.all(), {"ends_on": later(9)}),
    ):
        with (
            become(cast.actor("bas")),
            pytest.raises(IntegrityError, match="follows the proposal"),
            transaction.atomic(),
        ):
            rows.update(**fields)


# --- Made anew ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["answered", "rejected", "withdrawn"])
def test_it_is_proposed_anew_and_everybody_is_asked_again(cast, world, state):
    row = sent(cast, world)
    answered(cast, world, row)
    if state != "answered":
        name, move = ("cato", "reject") if state == "rejected" else ("bas", "withdraw")
        data = {"decision_note": "Nee."} if state == "rejected" else {}
        row = moved(cast, name, row, move, **data)
    with become(cast.actor("bas")) as bas:
        new = actions.propose_anew(bas, subcontract=row, **values(world, volume=Decimal(8)))
    row.refresh_from_db()
    assert (new.state, new.ceiling_cents) == (S.ASKED, 116000)
    assert row.state == (S.WITHDRAWN if state == "answered" else state)
    assert SubcontractAgreement.objects.filter(subcontract=new, state="asked").count() == 2
    if state == "answered":
        assert new.reference in row.events.get(move="withdraw").note


@pytest.mark.parametrize("state", ["approved", "ordered", "running"])
def test_what_was_decided_is_not_proposed_anew(cast, world, state):
    row = SubcontractFactory(trajectory=world.trajectory, **{state: True})
    with become(cast.actor("bas")) as bas, pytest.raises(MoveRefused):
        actions.propose_anew(bas, subcontract=row, **values(world))


# --- What an order is good for --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "counts"),
    [("asked", False), ("approved", True), ("ordered", True), ("running", True)],
)
def test_an_approved_order_counts_as_planned_help(cast, world, state, counts):
    case = world.new_trajectory(active=True)
    SubcontractFactory(trajectory=case, **{state: True})
    with become(cast.actor("bas")) as bas:
        move = make_move(bas, today(), None, {})
        assert (help_is_planned(case, move) is None) == counts


def test_an_order_that_ends_before_the_start_is_no_planned_help(cast, world):
    case = world.new_trajectory(active=True)
    SubcontractFactory(trajectory=case, approved=True, starts_on=days_ago(9), ends_on=later(2))
    with become(cast.actor("bas")) as bas:
        for days, counts in ((2, True), (3, False)):
            move = make_move(bas, today(), None, {"started_on": later(days)})
            assert (help_is_planned(case, move) is None) == counts
