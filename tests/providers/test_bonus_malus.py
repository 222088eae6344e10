"""The rule that settles a year: to the cent, on both sides of every border."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from oja.access.actor import Actor
from oja.core.workflow import MoveNotAllowed, NotVisible
from providers.actions import set_bonus_malus
from providers.bonus_malus import Rule, Settlement, percent_of, settle
from providers.models import BonusMalus
from tests.cast import cast
from tests.factories.money import BonusMalusFactory, SubsidyFactory

__all__ = ["cast"]
EUROS = 100
BUDGET = 3_000_000 * EUROS


@pytest.mark.parametrize(
    ("realised", "reserve", "provider", "municipality"),
    [
        (2_780_000, 150_000, 35_000, 35_000),
        (3_450_000, -150_000, -150_000, -150_000),
        (3_000_000, 0, 0, 0),
        (2_850_000, 150_000, 0, 0),  # the last euro of the margin
        (2_849_998, 150_000, 1, 1),
        (3_150_000, -150_000, 0, 0),
        (2_550_000, 150_000, 150_000, 150_000),  # the cap, just
        (2_000_000, 150_000, 150_000, 700_000),  # the cap holds
        (4_000_000, -150_000, -150_000, -700_000),
    ],
)
def test_the_default_rule(realised, reserve, provider, municipality):
    found = settle(Rule(), budget_cents=BUDGET, difference_cents=BUDGET - realised * EUROS)
    amounts = (reserve * EUROS, provider * EUROS, municipality * EUROS)
    assert found == Settlement(150_000 * EUROS, *amounts)


def test_another_agreement_is_another_rule():
    rule = Rule(margin=Decimal("2.5"), share=Decimal(100), cap=Decimal(0))
    found = settle(rule, budget_cents=1_000_01, difference_cents=10_000)
    assert (found.reserve_cents, found.provider_cents, found.municipality_cents) == (
        2_500,
        0,
        7_500,
    )


def test_it_rounds_half_a_cent_up():
    assert [percent_of(cents, Decimal(50)) for cents in (0, 1, 2, 3)] == [0, 1, 1, 2]
    assert percent_of(10, Decimal("4.99")) == 0


percents = st.decimals(0, 100, places=2)


@given(
    st.integers(0, 10**13), st.integers(-(10**13), 10**13), st.tuples(percents, percents, percents)
)
def test_it_makes_and_loses_no_cent(budget, difference, percentages):
    rule = Rule(*percentages)
    found = settle(rule, budget_cents=budget, difference_cents=difference)
    assert found.difference_cents == difference
    parts = (found.reserve_cents, found.provider_cents, found.municipality_cents)
    assert all(part == 0 or (part > 0) == (difference > 0) for part in parts)
    assert abs(found.reserve_cents) <= found.margin_cents
    assert abs(found.provider_cents) <= percent_of(budget, rule.cap)


# --- The rule of a subsidy ------------------------------------------------------------------------


PERCENTAGES = {
    "margin_percent": Decimal(4),
    "share_percent": Decimal(60),
    "cap_percent": Decimal(3),
}


@pytest.fixture
def subsidy(cast):
    return SubsidyFactory(provider=cast.a.provider, arrangement=cast.a.arrangement)


def test_the_manager_records_what_was_agreed_and_changes_it(cast, subsidy):
    actor = cast.actor("cato")
    assert Rule.of(None) == Rule()
    row = set_bonus_malus(actor, subsidy=subsidy, **PERCENTAGES)
    assert Rule.of(row) == Rule(Decimal(4), Decimal(60), Decimal(3))
    set_bonus_malus(actor, subsidy=subsidy, **PERCENTAGES | {"cap_percent": Decimal("3.25")})
    assert BonusMalus.objects.get().cap_percent == Decimal("3.25")


@pytest.mark.parametrize(
    ("name", "problem"), [("hans", NotVisible), ("bas", MoveNotAllowed), ("anna", MoveNotAllowed)]
)
def test_nobody_else_records_it(cast, subsidy, name, problem):
    with pytest.raises(problem):
        set_bonus_malus(cast.actor(name), subsidy=subsidy, **PERCENTAGES)


@pytest.mark.parametrize("percent", [Decimal("-0.01"), Decimal("100.01")])
@pytest.mark.parametrize("field", ["margin_percent", "share_percent", "cap_percent"])
def test_a_percentage_lies_between_nought_and_a_hundred(cast, subsidy, field, percent):
    with pytest.raises(ValidationError):
        set_bonus_malus(Actor.system("t"), subsidy=subsidy, **PERCENTAGES | {field: percent})
    with pytest.raises(IntegrityError, match="bonusmalus_is_a_percentage"), transaction.atomic():
        BonusMalusFactory(subsidy=subsidy, **{field: percent})
