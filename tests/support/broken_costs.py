"""Constraint of costs -> what breaks it in a world; see test_constraints."""

import datetime as dt

from tests.factories.money import (
    BudgetFactory,
    ClosedMonthFactory,
    CommitmentFactory,
    CostImportFactory,
    CostLineFactory,
    ExternalCostFactory,
    OrderFactory,
)


def budget(world):
    """A budget of the provider for its own municipality."""
    return BudgetFactory(provider=world.provider, municipality=world.municipality)


def line(**fields):
    """Books a line that cannot be."""
    return lambda w: CostLineFactory(budget=budget(w), **fields)


def own_help_twice(world):
    """Books the same month of own help twice."""
    of = budget(world)
    for _each in range(2):
        CostLineFactory(budget=of, source="own", minutes=60)


def promise(times=1, **fields):
    """Promises money of an order that cannot be."""

    def attempt(world):
        order, of = OrderFactory(trajectory=world.trajectory, ordered=True), budget(world)
        for _each in range(times):
            CommitmentFactory(subcontract=order, budget=of, **fields)

    return attempt


def bill(times=1, **fields):
    """Reads in a bill that cannot be."""

    def attempt(world):
        for _each in range(times):
            ExternalCostFactory(provider=world.provider, municipality=world.municipality, **fields)

    return attempt


def closed(times=1, **fields):
    """Closes a month that cannot be."""

    def attempt(world):
        for _each in range(times):
            ClosedMonthFactory(provider=world.provider, **fields)

    return attempt


def reversed_by_a_bill(world):
    """Takes back a line with something else than a correction."""
    of = budget(world)
    first = CostLineFactory(budget=of)
    CostLineFactory(budget=of, source="own", minutes=60, reverses=first)


def file(**fields):
    """Hands in a file that cannot be."""
    return lambda w: CostImportFactory(provider=w.provider, **fields)


BROKEN = {
    "costline_only_a_correction_reverses": reversed_by_a_bill,
    "costimport_rows_only_while_open": file(state="dropped"),
    "costimport_done_has_a_moment": file(state="done", sheet=None),
    "costline_date_lies_in_year": line(on=dt.date(2020, 1, 1)),
    "costline_has_its_source": line(source="external"),
    "costline_own_help_is_in_school": line(source="own", minutes=60, category="ordered"),
    "costline_own_help_once_per_month": own_help_twice,
    "commitment_once_per_budget": promise(times=2),
    "commitment_open_is_within_amount": promise(open_cents=999_999_999),
    "externalcost_reference_once": bill(times=2, source_ref="GEM-1"),
    "externalcost_matched_has_trajectory": bill(state="matched"),
    "closedmonth_once": closed(times=2),
    "closedmonth_is_the_first": closed(month=dt.date(2026, 1, 2)),
}
