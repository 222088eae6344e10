"""Bought care from approval to review: who may decide, and why not yet."""

from decimal import Decimal

import pytest

from oja.access.actor import become
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused
from schools.models import Residence
from support import actions
from support.models import Commitment, SchoolAnswer, Subcontract, SubcontractAgreement
from support.models import SubcontractState as S
from tests.factories.schools import MunicipalityFactory
from tests.factories.support import days_ago
from tests.support.care_steps import answered, approved, billed, later, moved, sent, words, world

__all__ = ["world"]


def test_it_is_approved_once_everybody_answered_and_reserves_the_money(cast, world):
    row = approved(cast, world)
    assert (row.state, row.approved_by_id) == (S.APPROVED, cast.cato.pk)
    assert sum(Commitment.objects.values_list("open_cents", flat=True)) == 174000
    assert Subcontract.objects.get(pk=row.pk).committed_cents == 174000


def test_the_manager_cannot_approve_before_a_parent_agreed(cast, world):
    row = sent(cast, world)
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[0], answer="agreed")
    with become(cast.actor("anna")) as anna:
        actions.answer_for_school(anna, school_answer=SchoolAnswer.objects.get(), answer="agreed")
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused) as refused:
        actions.approve_subcontract(cato, subcontract=row)
    assert world.parents[1].full_name in words(refused)
    assert not Commitment.objects.exists()


def test_the_last_answer_of_a_parent_counts(cast, world):
    row = sent(cast, world)
    answered(cast, world, row)
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[0], answer="refused")
    assert SubcontractAgreement.objects.filter(guardian=world.parents[0]).count() == 2
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused) as refused:
        actions.approve_subcontract(cato, subcontract=row)
    assert world.parents[0].full_name in words(refused)


def test_it_waits_for_the_answer_of_the_school(cast, world):
    row = sent(cast, world)
    with become(cast.actor("bas")) as bas:
        for parent in world.parents:
            actions.record_agreement(bas, subcontract=row, guardian=parent, answer="agreed")
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused) as refused:
        actions.approve_subcontract(cato, subcontract=row)
    assert len(refused.value.refusals) == 1
    assert refused.value.refusals[0].since == today()


def test_it_does_not_wait_for_a_school_that_may_not_know(cast, world):
    row = sent(cast, world)
    with become(cast.actor("bas")) as bas:
        for parent in world.parents:
            actions.record_agreement(bas, subcontract=row, guardian=parent, answer="agreed")
    share = world.request.consents.filter(purpose="share").first()
    with become(cast.actor("anna")) as anna:
        actions.withdraw_consent(anna, consent=share)
    assert SchoolAnswer.objects.get().shared_site is None
    with become(cast.actor("cato")) as cato:
        assert actions.approve_subcontract(cato, subcontract=row).state == S.APPROVED


def test_an_objection_asks_a_written_decision_and_a_talk(cast, world):
    row = sent(cast, world)
    answered(cast, world, row, "objection", "Liever op woensdagmiddag.")
    with become(cast.actor("cato")) as cato:
        for data in ({}, {"decision_note": "Toch."}, {"talk_held_on": today()}):
            with pytest.raises(MoveRefused) as refused:
                actions.approve_subcontract(cato, subcontract=row, **data)
            assert len(refused.value.refusals) == 1
        with pytest.raises(MoveRefused):  # a talk before the objection is no talk about it
            actions.approve_subcontract(
                cato, subcontract=row, decision_note="Toch.", talk_held_on=days_ago(9)
            )
        row = actions.approve_subcontract(
            cato, subcontract=row, decision_note="Toch.", talk_held_on=today()
        )
    assert (row.decision_note, row.talk_held_on) == ("Toch.", today())


def test_an_arrangement_may_let_an_objection_stop_the_care(cast, world):
    row = sent(cast, world)
    answered(cast, world, row, "objection", "Nee.")
    type(world.arrangement).objects.update(objection_blocks=True)
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused):
        actions.approve_subcontract(
            cato, subcontract=row, decision_note="Toch.", talk_held_on=today()
        )


def test_it_buys_only_for_whom_a_municipality_of_the_arrangement_pays(cast, world):
    row = sent(cast, world)
    answered(cast, world, row)
    Residence.objects.filter(pupil=world.pupil).update(
        municipality=MunicipalityFactory(name="Verweg")
    )
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused) as refused:
        actions.approve_subcontract(cato, subcontract=row)
    assert "Verweg" in words(refused)


def test_beyond_the_budget_it_asks_a_reason(cast, world):
    row = sent(cast, world, volume=Decimal(90000))
    answered(cast, world, row)
    with become(cast.actor("cato")) as cato:
        with pytest.raises(MoveRefused):
            actions.approve_subcontract(cato, subcontract=row)
        row = actions.approve_subcontract(cato, subcontract=row, override_reason="Geen andere weg.")
    assert row.state == S.APPROVED


def test_without_a_budget_of_the_year_there_is_no_approval(cast, world):
    row = sent(cast, world, starts_on=later(800), ends_on=later(830))
    answered(cast, world, row)
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused):
        actions.approve_subcontract(cato, subcontract=row, override_reason="Toch.")


def test_the_worker_does_not_approve_and_the_manager_does_not_answer_for_the_family(cast, world):
    row = sent(cast, world)
    answered(cast, world, row)
    with become(cast.actor("bas")) as bas, pytest.raises(MoveNotAllowed):
        actions.approve_subcontract(bas, subcontract=row)
    with become(cast.actor("cato")) as cato, pytest.raises(MoveNotAllowed):
        actions.record_agreement(cato, subcontract=row, guardian=world.parents[0], answer="refused")


def test_taking_an_approval_back_frees_the_money(cast, world):
    row = moved(cast, "cato", approved(cast, world), "revoke_approval")
    assert (row.state, row.approved_on, row.approved_by_id) == (S.ASKED, None, None)
    assert sum(Commitment.objects.values_list("open_cents", flat=True)) == 0


def test_an_order_asks_once_more_whether_everybody_agrees(cast, world):
    row = approved(cast, world)
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[1], answer="refused")
    with pytest.raises(MoveRefused):
        moved(cast, "cato", row, "order")


def test_a_review_lies_within_three_months(cast, world):
    row, _bill = billed(cast, world)
    assert row.review_on is not None
    with pytest.raises(MoveRefused):
        moved(cast, "bas", row, "review", review_on=later(120), note="Later.")
    row = moved(cast, "bas", row, "review", review_on=later(60), note="Nog nodig.")
    assert row.review_on == later(60)
