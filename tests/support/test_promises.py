"""What is left of a budget, and what orders take of it: nothing overspent, nothing lost."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from oja.access.actor import Actor
from oja.core.periods import today
from oja.core.workflow import MoveRefused
from support import costs
from support.models import Commitment, CostLine
from tests.factories.money import (
    BudgetFactory,
    CostLineFactory,
)
from tests.support.budget_year import (
    JANUARY,
    NEXT_YEAR,
    YEAR,
    budget,
    order_of,
    worked,
)
from tests.support.helpers import acting

__all__ = ["budget"]


# --- Over the years -------------------------------------------------------------------------------


def test_it_splits_by_the_days_of_each_year():
    split = costs.split_by_year(174_000, dt.date(2026, 12, 1), dt.date(2027, 4, 1))
    assert split == {2026: 44_579, 2027: 129_421}  # 31 and 90 of 121 days


@given(
    st.integers(min_value=0, max_value=10**12),
    st.dates(min_value=dt.date(2020, 1, 1), max_value=dt.date(2030, 1, 1)),
    st.integers(min_value=1, max_value=2000),
)
def test_it_never_loses_a_cent_between_years(cents, start, days):
    split = costs.split_by_year(cents, start, start + dt.timedelta(days=days))
    assert sum(split.values()) == cents
    assert all(part >= 0 for part in split.values())


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_it_rounds_half_a_cent_away_from_nought(cent_minutes):
    cents = costs.to_cents(cent_minutes)
    assert abs(cents * 60 - cent_minutes) <= 30
    assert costs.to_cents(-cent_minutes) == -cents


# --- What is left ---------------------------------------------------------------------------------


def test_it_shows_what_an_approval_would_leave(cast, budget):
    CostLineFactory(budget=budget, cents=1_000_000)
    worked(cast, JANUARY, 60)
    costs.commit(Actor.system("t"), subcontract=order_of(cast), on=today())
    with acting(cast, "cato") as actor:
        (effect,) = costs.budget_effect(
            actor,
            provider=cast.a.provider,
            municipality=cast.a.municipality,
            cents=174_000,
            start=JANUARY,
            end=NEXT_YEAR,
        )
    assert effect.budget_id == budget.pk
    assert effect.amount_cents == 10_000_000
    assert effect.realised_cents == 1_009_000, "own help that is not booked counts too"
    assert effect.committed_cents == 100_000
    assert effect.asked_cents == 174_000
    assert effect.free_after_cents == 10_000_000 - 1_009_000 - 100_000 - 174_000
    assert effect.fits


@pytest.mark.parametrize("name", ["bas", "gijs"])
def test_it_tells_a_worker_the_totals_of_the_own_provider(cast, budget, name):
    with acting(cast, name) as actor:
        (effect,) = costs.budget_effect(
            actor,
            provider=cast.a.provider,
            municipality=cast.a.municipality,
            cents=1,
            start=JANUARY,
            end=NEXT_YEAR,
        )
        assert not CostLine.objects.visible_to(actor).exists()
    assert effect.free_after_cents == 9_999_999


@pytest.mark.parametrize("name", ["anna", "dirk", "els", "fem", "hans", "ilse", "joke"])
def test_it_tells_nobody_else_anything(cast, budget, name):
    worked(cast, JANUARY, 60)
    with acting(cast, name):
        assert costs.totals_of(cast.a.provider, cast.a.municipality, [YEAR]) == {}
        assert costs.own_help(cast.a.provider, YEAR) == []
        assert costs.payer_on(cast.a.trajectory, today()) == (None, False)


def test_it_says_when_a_year_has_no_budget(cast, budget):
    with acting(cast, "cato") as actor:
        now, later = costs.budget_effect(
            actor,
            provider=cast.a.provider,
            municipality=cast.a.municipality,
            cents=100,
            start=JANUARY,
            end=dt.date(YEAR + 1, 3, 1),
        )
    assert now.fits
    assert later.budget_id is None
    assert not later.fits


# --- Promises -------------------------------------------------------------------------------------


def test_it_promises_over_two_years_to_the_cent(cast, budget):
    later = BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality, year=YEAR + 1)
    order = order_of(cast, ends_on=dt.date(YEAR + 1, 2, 10))
    with acting(cast, "cato") as actor:
        made = costs.commit(actor, subcontract=order, on=today())
    assert {row.budget_id for row in made} == {budget.pk, later.pk}
    assert sum(row.cents for row in made) == order.ceiling_cents
    order.refresh_from_db()
    assert order.committed_cents == order.ceiling_cents


def test_it_refuses_what_does_not_fit_and_takes_a_reason(cast, budget):
    CostLineFactory(budget=budget, cents=9_950_000)
    order = order_of(cast)
    with acting(cast, "cato") as actor:
        with pytest.raises(MoveRefused) as refused, transaction.atomic():
            costs.commit(actor, subcontract=order, on=today())
        assert "€ 500" in str(refused.value.refusals[0].sentence)
        assert not Commitment.objects.visible_to(actor).exists()
        costs.commit(actor, subcontract=order, override_reason="De rechter wil het", on=today())
    assert Commitment.objects.get().open_cents == 100_000


def test_it_refuses_a_year_without_a_budget_whatever_the_reason(cast, budget):
    order = order_of(cast, ends_on=dt.date(YEAR + 1, 2, 10))
    with acting(cast, "cato") as actor, pytest.raises(MoveRefused):
        costs.commit(actor, subcontract=order, override_reason="Toch", on=today())


def test_it_refuses_when_nobody_knows_who_pays(cast, budget):
    order = order_of(cast, municipality=None)
    with acting(cast, "cato") as actor, pytest.raises(MoveRefused):
        costs.commit(actor, subcontract=order, on=today())


def test_it_gives_back_and_promises_anew(cast, budget):
    order = order_of(cast)
    with acting(cast, "cato") as actor:
        costs.commit(actor, subcontract=order, on=today())
        costs.commit(actor, subcontract=order, on=today())
        assert Commitment.objects.visible_to(actor).get().open_cents == 100_000, "twice is once"
        costs.release(actor, subcontract=order, on=today())
        assert order.committed_cents == 0
        costs.commit(actor, subcontract=order, on=today())
    assert Commitment.objects.get().open_cents == 100_000


def test_it_is_no_harm_to_give_back_nothing(cast, budget):
    order = order_of(cast)
    with acting(cast, "cato") as actor:
        costs.release(actor, subcontract=order, on=today())
    assert order.committed_cents == 0
