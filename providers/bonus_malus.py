"""What a year that leaves or lacks money means for the reserve, the provider and the municipality.

Pure: whole cents in, whole cents out. Percentages are decimals, so that no cent is made or lost.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Rule:
    """Percentages: margin and cap of the budget of the year, share of what lies beyond the margin.

    Without an agreement of its own a subsidy has the default.
    """

    margin: Decimal = Decimal(5)
    share: Decimal = Decimal(50)
    cap: Decimal = Decimal(5)

    @classmethod
    def of(cls, row):
        """The rule of a `BonusMalus`, or the default for None."""
        if row is None:
            return cls()
        return cls(row.margin_percent, row.share_percent, row.cap_percent)


@dataclass(frozen=True)
class Settlement:
    """Who gets, or with a minus pays, how many cents; together exactly the difference."""

    margin_cents: int
    reserve_cents: int
    provider_cents: int
    municipality_cents: int

    @property
    def difference_cents(self):
        """What the year left, or with a minus lacked."""
        return self.reserve_cents + self.provider_cents + self.municipality_cents


def percent_of(cents, percent):
    """So many percent of an amount, rounded half up to cents. Neither is negative."""
    return int((Decimal(cents) * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def settle(rule, *, budget_cents, difference_cents):
    """Divide what a year left (or with a minus lacked) of a budget: a Settlement.

    First the reserve, as far as the margin goes; of the rest the provider has its share, at most
    the cap; what is left after that is the municipality's.
    """
    sign = -1 if difference_cents < 0 else 1
    size = abs(difference_cents)
    margin = percent_of(budget_cents, rule.margin)
    reserve = min(size, margin)
    rest = size - reserve
    provider = min(percent_of(rest, rule.share), percent_of(budget_cents, rule.cap))
    return Settlement(margin, sign * reserve, sign * provider, sign * (rest - provider))
