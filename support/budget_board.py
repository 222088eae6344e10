"""Everything the budget page shows, from lines, promises and own help of one provider and year.

Whole cents until the last moment: the rows of the table add up to its total, and the total to the
lines, to the cent.
"""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from providers.models import OUTSIDE_SCHOOL, Budget, BudgetPart, CostCategory
from support.budgets import own_help
from support.costs import category_of
from support.models import (
    ClosedMonth,
    Commitment,
    CostLine,
    CostSource,
    ExternalCost,
    ExternalState,
    Spending,
    Subcontract,
)

#: The order of the table: help from outside the school above the dotted line.
ORDER = (
    CostCategory.RESIDENTIAL,
    CostCategory.NOT_ORDERED,
    CostCategory.ORDERED,
    CostCategory.INDIVIDUAL,
    CostCategory.GROUP,
)
#: So many of the most expensive trajectories are told together as a share.
LARGEST = 5


@dataclass(frozen=True)
class Kind:
    """One kind of help: budgeted, spent, promised."""

    category: CostCategory
    budget_cents: int
    spent_cents: int
    committed_cents: int

    @property
    def left_cents(self):
        """Budget minus what was spent and promised."""
        return self.budget_cents - self.spent_cents - self.committed_cents

    @property
    def is_last_outside(self):
        """Whether the dotted line runs under this row."""
        return self.category == OUTSIDE_SCHOOL[-1]


@dataclass(frozen=True)
class Month:
    """A month up to the reference date: spent in it, and whether its own help was booked."""

    first: dt.date
    spent_cents: int
    is_provisional: bool


@dataclass(frozen=True)
class Board:
    """The state of the budget of a provider on a date; `municipality` None is all together."""

    year: int
    on: dt.date
    municipality: object
    budgets: tuple
    kinds: tuple[Kind, ...]
    months: tuple[Month, ...]

    @property
    def amount_cents(self):
        """The budget."""
        return sum(budget.amount_cents for budget in self.budgets)

    @property
    def spent_cents(self):
        """Booked, and own help that is not booked yet."""
        return sum(kind.spent_cents for kind in self.kinds)

    @property
    def committed_cents(self):
        """Ordered and not delivered yet."""
        return sum(kind.committed_cents for kind in self.kinds)

    @property
    def left_cents(self):
        """What bookings leave."""
        return self.amount_cents - self.spent_cents

    @property
    def free_cents(self):
        """What bookings and orders leave."""
        return self.left_cents - self.committed_cents

    @property
    def even_left_cents(self):
        """What would be left when every day of the year cost the same."""
        days = 366 if calendar.isleap(self.year) else 365
        gone = (self.on - dt.date(self.year, 1, 1)).days + 1
        return self.amount_cents - self.amount_cents * min(gone, days) // days

    @property
    def is_over(self):
        """Whether the whole year is in it."""
        return self.on >= dt.date(self.year, 12, 31)

    @property
    def provisional_months(self):
        """Months of which own help is not booked yet."""
        return [month.first for month in self.months if month.is_provisional]


def board_of(actor, provider, *, year, on, municipality=None):
    """The Board of a provider and a year as it stood on a date of that year."""
    chosen = {"provider": provider}
    if municipality is not None:
        chosen["municipality"] = municipality
    budgets = list(
        Budget.objects.visible_to(actor).filter(year=year, **chosen).select_related("municipality")
    )
    spent = spent_of(actor, provider, year, on, municipality)
    parts = dict.fromkeys(ORDER, 0)
    rows = BudgetPart.objects.visible_to(actor).filter(budget__in=[row.pk for row in budgets])
    for category, cents in (
        rows.order_by().values_list("category").annotate(cents=Sum("amount_cents"))
    ):
        parts[CostCategory(category)] = cents
    promised = promised_of(actor, budgets, on)
    closed = set(
        ClosedMonth.objects.visible_to(actor)
        .filter(provider=provider, month__year=year)
        .values_list("month", flat=True)
    )
    months = []
    for number in range(1, on.month + 1):
        first = dt.date(year, number, 1)
        total = sum(cents for (_kind, month), cents in spent.items() if month == first)
        months.append(Month(first, total, first not in closed))
    kinds = tuple(
        Kind(
            category,
            parts[category],
            sum(cents for (kind, _month), cents in spent.items() if kind == category),
            promised.get(category, 0),
        )
        for category in ORDER
    )
    return Board(year, on, municipality, tuple(budgets), kinds, tuple(months))


def spent_of(actor, provider, year, on, municipality=None):
    """{(kind, month): cents} up to a date: lines, and own help that was not booked yet."""
    rows = Spending.objects.visible_to(actor).filter(provider=provider, year=year, on__lte=on)
    if municipality is not None:
        rows = rows.filter(municipality=municipality)
    groups = rows.order_by().annotate(month=TruncMonth("on")).values_list("category", "month")
    return {
        (CostCategory(category), month): cents
        for category, month, cents in groups.annotate(cents=Sum("cents"))
    }


def promised_of(actor, budgets, on):
    """{kind: cents} that orders of these budgets still reserved on a date.

    For an earlier date: what was approved by then, with the bills that came afterwards put back.
    """
    keys = [budget.pk for budget in budgets]
    found = {}
    rows = Commitment.objects.visible_to(actor).filter(budget__in=keys)
    orders = Subcontract.objects.visible_to(actor).filter(approved_on__lte=on)
    categories = {
        pk: category_of(jz020, ordered=True) for pk, jz020 in orders.values_list("pk", "jz020")
    }
    open_ = dict(rows.order_by().values_list("subcontract").annotate(cents=Sum("open_cents")))
    later = CostLine.objects.visible_to(actor).filter(
        budget__in=keys, source=CostSource.DELIVERY, on__gt=on
    )
    for pk, cents in later.order_by().values_list("subcontract").annotate(cents=Sum("cents")):
        open_[pk] = open_.get(pk, 0) + cents
    for pk, cents in open_.items():
        if pk in categories:
            found[categories[pk]] = found.get(categories[pk], 0) + cents
    return found


@dataclass(frozen=True)
class Watch:
    """What deserves attention beside the figures."""

    unmatched: int
    unmatched_cents: int
    unfunded_minutes: int
    unknown_minutes: int
    minutes_without_rate: int
    largest_cents: int
    largest_percent: int | None
    to_close: tuple[dt.date, ...]


def watch_of(actor, provider, board):
    """Bills without a trajectory, hours that nobody pays, a few cases that cost much."""
    year, municipality = board.year, board.municipality
    bills = ExternalCost.objects.visible_to(actor).filter(
        provider=provider, state=ExternalState.UNMATCHED, period_start__year=year
    )
    lines = CostLine.objects.visible_to(actor).filter(
        provider=provider, year=year, on__lte=board.on, pupil_key__isnull=False
    )
    if municipality is not None:
        bills = bills.filter(municipality=municipality)
        lines = lines.filter(municipality=municipality)
    numbers = list(bills.values_list("cents", flat=True))
    per_child = lines.order_by().values("pupil_key").annotate(cents=Sum("cents"))
    largest = sum(per_child.order_by("-cents").values_list("cents", flat=True)[:LARGEST])
    help_ = [row for row in own_help(provider, year) if row.month <= board.on]
    closed = {month.first for month in board.months if not month.is_provisional}
    over = [month.first for month in board.months if _ended(month.first, board.on)]
    return Watch(
        unmatched=len(numbers),
        unmatched_cents=sum(numbers),
        unfunded_minutes=sum(
            row.minutes for row in help_ if not row.is_funded and row.municipality_id
        ),
        unknown_minutes=sum(row.minutes for row in help_ if row.municipality_id is None),
        minutes_without_rate=sum(row.minutes_without_rate for row in help_ if row.is_funded),
        largest_cents=largest,
        largest_percent=round(100 * largest / board.spent_cents) if board.spent_cents > 0 else None,
        to_close=tuple(month for month in over if month not in closed),
    )


def _ended(first, on):
    """Whether a month was over on a date."""
    return first.month < on.month or (on + dt.timedelta(days=1)).month != on.month
