"""What only the database refuses about costs."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from oja.access.actor import Actor
from oja.core.periods import today
from support import costs
from support.models import ClosedMonth, Commitment
from tests.factories.money import (
    CostLineFactory,
    ExternalCostFactory,
)
from tests.support.budget_year import (
    JANUARY,
    YEAR,
    budget,
    order_of,
)

__all__ = ["budget"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": dt.date(YEAR - 1, 12, 31)},
        {"source": "own"},
        {"source": "own", "category": "ordered", "minutes": 5},
        {"source": "delivery"},
        {"source": "external"},
    ],
)
def test_a_cost_line_that_does_not_add_up_is_refused(cast, budget, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLineFactory(budget=budget, **wrong)


def test_own_help_of_a_month_is_booked_once(cast, budget):
    own = {"budget": budget, "source": "own", "minutes": 60}
    CostLineFactory(**own)
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLineFactory(**own)


@pytest.mark.parametrize("wrong", [{"provider": "b"}, {"municipality": "b"}, {"year": YEAR - 1}])
def test_a_cost_line_is_of_its_budget(cast, budget, wrong):
    values = {
        name: getattr(cast.b, name) if value == "b" else value for name, value in wrong.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLineFactory(budget=budget, **values)


def test_an_amount_never_changes(cast, budget):
    line = CostLineFactory(budget=budget)
    line.cents += 1
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save()


@pytest.mark.parametrize("open_cents", [-1, 100_001])
def test_a_promise_is_never_open_for_more_than_it_was(cast, budget, open_cents):
    order = order_of(cast)
    costs.commit(Actor.system("t"), subcontract=order, on=today())
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.update(open_cents=open_cents)


def test_a_bill_that_is_linked_names_its_trajectory(cast, budget):
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalCostFactory(
            provider=cast.a.provider, municipality=cast.a.municipality, state="matched"
        )


def test_a_closed_month_is_named_by_its_first_day(cast):
    values = {"closed_on": today(), "closed_by": "Cato", "provider": cast.a.provider}
    with pytest.raises(IntegrityError), transaction.atomic():
        ClosedMonth.objects.create(month=dt.date(YEAR, 1, 2), **values)
    ClosedMonth.objects.create(month=JANUARY, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClosedMonth.objects.create(month=JANUARY, **values)
