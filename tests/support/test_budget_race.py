"""Two people spend the last money at the same moment: one gets it, thirty times out of thirty.

Real threads, real transactions, each with the row security of its own person.
"""

import datetime as dt
import random
import threading

import pytest
from django.db import connections
from django.db.models import Sum

from oja.access.actor import Actor, become
from oja.access.permissions import Role
from oja.access.rowsecurity import sync_identity_key
from oja.access.scoping import guarded
from oja.core.periods import today
from oja.core.workflow import MoveRefused
from support import costs
from support.actions.cost_imports import undo_import
from support.actions.costs import close_month, match_external_cost, record_external_costs
from support.models import ClosedMonth, Commitment, Contact, CostLine, ExternalCost
from tests.cast import make_cast
from tests.factories.access import member
from tests.factories.money import (
    BillFactory,
    BudgetFactory,
    CostImportFactory,
    CostLineFactory,
    ExternalCostFactory,
    HourRateFactory,
    OrderFactory,
)
from tests.factories.support import ContactFactory

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 30
JANUARY = dt.date(today().year, 1, 1)


@pytest.fixture
def cast(transactional_db):
    sync_identity_key()
    made = make_cast()
    made.wim = member(Role.PROVIDER_MANAGER, made.a.provider.organisation, "Wim")
    return made


def at_once(*jobs):
    """Run every (user, function of the actor) in a thread of its own; what came of each."""
    outcomes = [None] * len(jobs)
    start = threading.Barrier(len(jobs))

    def run(place, user, work):
        try:
            actor = Actor.for_user(user)
            start.wait(30)
            with become(actor), guarded():
                outcomes[place] = work(actor)
        except Exception as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(place, user, work))
        for place, (user, work) in enumerate(jobs)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "two of them wait for each other"
    return outcomes


def test_two_approvals_at_the_same_moment_never_overspend(cast):
    """There is money for one of the two orders, over two budgets that both need."""
    payer = {"provider": cast.a.provider, "municipality": cast.a.municipality}
    year = today().year
    budgets = [BudgetFactory(**payer, year=year + step, amount_cents=150_000) for step in (0, 1)]
    orders = [
        OrderFactory(
            trajectory=cast.a.trajectory,
            municipality=cast.a.municipality,
            volume=20,
            rate_cents=10_000,
            ceiling_cents=200_000,
            starts_on=dt.date(year, 7, 2),
            ends_on=dt.date(year + 1, 7, 1),
        )
        for _number in range(2)
    ]
    chance = random.Random(7)
    for _round in range(ROUNDS):
        chance.shuffle(orders)
        one, two = orders
        outcomes = at_once(
            (cast.cato, lambda actor, row=one: costs.commit(actor, subcontract=row, on=today())),
            (cast.wim, lambda actor, row=two: costs.commit(actor, subcontract=row, on=today())),
        )
        refused = [item for item in outcomes if isinstance(item, MoveRefused)]
        assert len(refused) == 1, outcomes
        for budget in budgets:
            promised = Commitment.objects.filter(budget=budget).aggregate(cents=Sum("open_cents"))
            assert promised["cents"] <= budget.amount_cents
        assert Commitment.objects.aggregate(cents=Sum("open_cents"))["cents"] == 200_000
        Commitment.objects.all().delete()


def test_a_bill_and_an_approval_at_the_same_moment_never_overspend(cast):
    payer = {"provider": cast.a.provider, "municipality": cast.a.municipality}
    BudgetFactory(**payer, amount_cents=150_000)
    ordered = OrderFactory(
        trajectory=cast.a.trajectory, municipality=cast.a.municipality, ordered=True
    )
    asked = OrderFactory(trajectory=cast.a.trajectory, municipality=cast.a.municipality)
    for number in range(ROUNDS):
        bill = BillFactory(subcontract=ordered, cents=100_000, invoice_number=f"R{number}")
        outcomes = at_once(
            (cast.cato, lambda actor: costs.commit(actor, subcontract=asked, on=today())),
            (
                cast.wim,
                lambda actor, row=bill: costs.book_delivery(actor, delivery=row, on=today()),
            ),
        )
        refused = [item for item in outcomes if isinstance(item, MoveRefused)]
        assert len(refused) == 1, outcomes
        total = costs.totals_of(cast.a.provider, cast.a.municipality, [today().year])
        assert total[today().year].free_cents >= 0
        CostLine.objects.all().delete()
        Commitment.objects.all().delete()


def test_a_month_and_a_file_twice_at_the_same_moment_are_booked_once(cast):
    payer = {"provider": cast.a.provider, "municipality": cast.a.municipality}
    BudgetFactory(**payer)
    HourRateFactory(provider=cast.a.provider)
    Contact.objects.all().delete()
    ContactFactory(trajectory=cast.a.trajectory, on=JANUARY, minutes=60)
    items = [
        {
            "source_ref": f"GEM-{number}",
            "referrer": "02",
            "jz020": "54",
            "period_start": JANUARY,
            "cents": 1_000,
            "municipality": cast.a.municipality,
        }
        for number in range(5)
    ]
    for _round in range(ROUNDS):
        outcomes = at_once(
            (cast.cato, lambda actor: close_month(actor, provider=cast.a.provider, month=JANUARY)),
            (cast.wim, lambda actor: close_month(actor, provider=cast.a.provider, month=JANUARY)),
            (
                cast.cato,
                lambda actor: record_external_costs(actor, provider=cast.a.provider, items=items),
            ),
            (
                cast.wim,
                lambda actor: record_external_costs(actor, provider=cast.a.provider, items=items),
            ),
        )
        assert not [item for item in outcomes if isinstance(item, Exception)], outcomes
        assert CostLine.objects.aggregate(cents=Sum("cents"))["cents"] == 9_000 + 5_000
        for model in (CostLine, ExternalCost, ClosedMonth):
            model.objects.all().delete()


def test_one_file_is_taken_back_once(cast):
    """Two colleagues undo it, and a third links one of its bills, at the same moment."""
    budget = BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality)
    for number in range(ROUNDS):
        file = CostImportFactory(provider=cast.a.provider, read=True)
        bill = ExternalCostFactory(
            provider=cast.a.provider, municipality=cast.a.municipality, file=file
        )
        CostLineFactory(
            budget=budget, source="external", external=bill, category="not_ordered", cents=100
        )
        at = file.done_at + dt.timedelta(minutes=number)

        def undo(actor, file=file, at=at):
            return undo_import(actor, cost_import=file, on=today(), at=at)

        def link(actor, bill=bill):
            return match_external_cost(actor, cost=bill, trajectory=cast.a.trajectory)

        outcomes = at_once((cast.cato, undo), (cast.wim, undo), (cast.cato, link))
        refused = [one for one in outcomes if isinstance(one, MoveRefused)]
        assert len([one for one in outcomes[:2] if isinstance(one, MoveRefused)]) == 1, outcomes
        assert not [one for one in outcomes if isinstance(one, Exception) and one not in refused]
        lines = CostLine.objects.filter(budget=budget).aggregate(cents=Sum("cents"))
        assert lines["cents"] == 0
        for line in CostLine.objects.exclude(reverses=None).select_related("reverses"):
            assert line.trajectory_id == line.reverses.trajectory_id
