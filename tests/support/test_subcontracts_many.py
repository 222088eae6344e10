"""Bought care of many trajectories at once."""

from decimal import Decimal

from oja.access.actor import Actor, become
from oja.core.periods import today
from schools.models import Guardian
from support import actions
from support.models import CostLine, Subcontract, SubcontractAgreement
from tests.factories.purchases import (
    AgreementFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
    third_party,
)
from tests.factories.support import PlanFactory, days_ago
from tests.support.care_steps import second_manager, values, world

__all__ = ["world"]


def test_it_does_all_of_it_for_many(cast, world):
    petra = second_manager(cast)
    cases = [world.trajectory, world.new_trajectory(active=True)]
    PlanFactory(trajectory=cases[1], agreed=True)
    with become(Actor.system("test")) as actor:
        rows = actions.propose_many(
            actor,
            [
                {
                    "trajectory": case,
                    "on": days_ago(5),
                    "proposed_by": cast.bas,
                    **values(world, plan_goal=None, goal="Slapen", starts_on=days_ago(4)),
                    "choice_discussed_on": days_ago(6),
                }
                for case in cases
            ],
        )
        on = {"on_of": lambda row: days_ago(4)}
        rows = actions.move_purchases_many(actor, rows, "send", **on)
        assert SubcontractAgreement.objects.count() == 4
        actions.record_agreements_many(
            actor,
            [
                {"subcontract": row, "guardian": parent, "answer": "agreed", "on": days_ago(3)}
                for row in rows
                for parent in Guardian.objects.filter(pupil=row.pupil_id)
            ],
        )
        actions.answer_for_schools_many(
            actor,
            [
                {"subcontract": row, "answer": "agreed", "on": days_ago(3), "by": cast.anna}
                for row in rows
            ],
        )
        on = {"on_of": lambda row: days_ago(3)}
        rows = actions.move_purchases_many(
            actor, rows, "approve", by_of=lambda row: cast.cato, **on
        )
        rows = actions.move_purchases_many(actor, rows, "order", **on)
        rows = actions.move_purchases_many(actor, rows, "start", **on)
        bills = actions.deliver_many(
            actor,
            [
                {
                    "subcontract": row,
                    "period_start": today(),
                    "volume": Decimal(2),
                    "invoice_number": f"F{number}",
                    "invoiced_on": today(),
                    "on": today(),
                    "reported_by": cast.cato,
                    "approved_by": petra,
                }
                for number, row in enumerate(rows)
            ],
        )
    assert len(bills) == 2
    assert sum(CostLine.objects.values_list("cents", flat=True)) == 58000
    kept = Subcontract.objects.all()
    assert {row.state for row in kept} == {"running"}
    assert sum(row.committed_cents for row in kept) == 2 * 145000


def test_factories_fit_the_constraints(cast):
    for state in ("asked", "approved", "ordered", "running"):
        SubcontractFactory(trajectory=cast.a.trajectory, **{state: True})
    AgreementFactory(subcontract=SubcontractFactory(trajectory=cast.a.trajectory, asked=True))
    SchoolAnswerFactory(subcontract=SubcontractFactory(trajectory=cast.a.trajectory, asked=True))
    assert third_party().kind == "third"
