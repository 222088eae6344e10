"""Bills of bought care: somebody else approves them, and what is booked is what was delivered."""

from decimal import Decimal

import pytest

from oja.access.actor import Actor, become
from oja.core.periods import today
from oja.core.workflow import MoveRefused
from support import actions
from support.models import Commitment, CostLine, Subcontract
from support.models import SubcontractState as S
from tests.support.care_steps import approved, billed, moved, second_manager, words, world

__all__ = ["world"]


def test_somebody_else_than_the_approver_of_the_order_approves_the_bill(cast, world):
    petra = second_manager(cast)
    row, bill = billed(cast, world)
    assert (bill.cents, bill.period_start.day) == (29000, 1)
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused) as refused:
        actions.approve_delivery(cato, delivery=bill, override_reason="Haast.")
    assert refused.value.refusals[0].who == "Petra"
    with become(Actor.for_user(petra)) as actor:
        actions.approve_delivery(actor, delivery=bill)
    line = CostLine.objects.get()
    assert (line.cents, line.delivery_id) == (29000, bill.pk)
    assert Subcontract.objects.get(pk=row.pk).committed_cents == 145000


def test_who_registered_the_third_party_does_not_approve_its_bills(cast, world):
    petra = second_manager(cast)
    third = world.contract.third
    third.registered_by = petra.pk
    third.save()
    _row, bill = billed(cast, world)
    with become(Actor.for_user(petra)) as actor, pytest.raises(MoveRefused):
        actions.approve_delivery(actor, delivery=bill)


def test_a_bill_above_the_order_asks_a_reason(cast, world):
    petra = second_manager(cast)
    _row, bill = billed(cast, world, cents=174001)
    with become(Actor.for_user(petra)) as actor:
        with pytest.raises(MoveRefused) as refused:
            actions.approve_delivery(actor, delivery=bill)
        assert "0,01" in words(refused)
        actions.approve_delivery(actor, delivery=bill, override_reason="Extra gesprek.")
    assert CostLine.objects.get().cents == 174001


def test_without_an_order_there_is_no_delivery(cast, world):
    row = approved(cast, world)
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused):
        actions.report_delivery(
            cato,
            subcontract=row,
            period_start=today(),
            volume=Decimal(1),
            invoice_number="1",
            invoiced_on=today(),
        )


def test_a_refused_bill_books_nothing_and_may_come_again(cast, world):
    row, bill = billed(cast, world)
    with become(cast.actor("cato")) as cato:
        actions.refuse_delivery(cato, delivery=bill, note="Verkeerde maand.")
        again = actions.report_delivery(
            cato,
            subcontract=row,
            period_start=today(),
            volume=Decimal(2),
            invoice_number="2026-118",
            invoiced_on=today(),
        )
    assert again.state == "reported"
    assert not CostLine.objects.exists()


def test_it_is_settled_when_every_bill_is_decided(cast, world):
    row, bill = billed(cast, world)
    row = moved(cast, "bas", row, "end", ended_on=today(), note="Klaar.")
    with pytest.raises(MoveRefused):
        moved(cast, "cato", row, "settle")
    with become(cast.actor("cato")) as cato:
        actions.refuse_delivery(cato, delivery=bill, note="Dubbel.")
    row = moved(cast, "cato", row, "settle")
    assert row.state == S.SETTLED
    assert sum(Commitment.objects.values_list("open_cents", flat=True)) == 0
