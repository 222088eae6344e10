"""What the budget page shows, from spending and promises of one provider and year.

Whole cents until the last moment: the rows of the table add up to its total, and the total to the
lines, to the cent.
"""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from providers.bonus_malus import Rule, Settlement, settle
from providers.models import OUTSIDE_SCHOOL, BonusMalus, Budget, BudgetPart, CostCategory
from support.costs import category_of
from support.models import (
    ClosedMonth,
    Commitment,
    CostLine,
    CostSource,
    Delivery,
    DeliveryState,
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
#: So many of the most expensive trajectories are told together, and can be left out.
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


class Standing:
    """Where money stands on a date. Whoever is one knows `year`, `on`, and three amounts:
    `amount_cents` (the budget), `spent_cents` and `committed_cents` (ordered, not delivered)."""

    @property
    def left_cents(self):
        """What was not spent."""
        return self.amount_cents - self.spent_cents

    @property
    def free_cents(self):
        """What spending and orders leave."""
        return self.left_cents - self.committed_cents

    @property
    def even_left_cents(self):
        """What would be left when every day of the year cost the same."""
        return self.even_left_of(self.amount_cents)

    def even_left_of(self, cents):
        """What would be left of an amount when every day of the year cost the same."""
        days = 366 if calendar.isleap(self.year) else 365
        gone = (self.on - dt.date(self.year, 1, 1)).days + 1
        return cents - cents * min(gone, days) // days

    @property
    def is_over(self):
        """Whether the whole year is in it."""
        return self.on >= dt.date(self.year, 12, 31)


@dataclass(frozen=True)
class Position(Standing):
    """The three amounts of a provider today, without anything behind them."""

    year: int
    on: dt.date
    has_budget: bool
    amount_cents: int
    spent_cents: int
    committed_cents: int


@dataclass(frozen=True)
class Board(Standing):
    """The state of the budget of a provider on a date; `municipality` None is all together."""

    year: int
    on: dt.date
    municipality: object
    budgets: tuple
    kinds: tuple[Kind, ...]
    months: tuple[Month, ...]
    #: Bills for ordered care that came in and were not approved yet: how many, and how much.
    unbooked: tuple[int, int]
    #: Keys of the trajectories that were left out.
    without: tuple = ()

    @property
    def has_budget(self):
        """Whether there is any budget for this year."""
        return bool(self.budgets)

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
    def provisional_months(self):
        """Months of which own help is not booked yet."""
        return [month.first for month in self.months if month.is_provisional]


def positions_of(actor, providers, on):
    """{provider key: Position} of today's year, in three statements: what `board_of` gives."""
    chosen = {"provider__in": [provider.pk for provider in providers], "year": on.year}
    budgets = _per_provider(Budget.objects.visible_to(actor).filter(**chosen), "amount_cents")
    spent = Spending.objects.visible_to(actor).filter(on__lte=on, **chosen)
    promised = Commitment.objects.visible_to(actor).filter(
        subcontract__approved_on__lte=on, **chosen
    )
    spent, promised = _per_provider(spent, "cents"), _per_provider(promised, "open_cents")
    return {
        provider.pk: Position(
            on.year,
            on,
            provider.pk in budgets,
            budgets.get(provider.pk, 0),
            spent.get(provider.pk, 0),
            promised.get(provider.pk, 0),
        )
        for provider in providers
    }


def _per_provider(rows, column):
    return dict(rows.order_by().values_list("provider").annotate(total=Sum(column)))


def board_of(actor, provider, *, year, on, municipality=None, without_largest=False):
    """The Board of a provider and a year as it stood on a date of that year.

    `without_largest` leaves out what was spent and promised for the LARGEST trajectories.
    """
    chosen = {"provider": provider}
    if municipality is not None:
        chosen["municipality"] = municipality
    budgets = list(
        Budget.objects.visible_to(actor)
        .filter(year=year, **chosen)
        .select_related("municipality", "subsidy")
    )
    rows = Spending.objects.visible_to(actor).filter(year=year, on__lte=on, **chosen)
    without = tuple(key for key, _cents in largest_of(rows)) if without_largest else ()
    if without:
        rows = leave_out(rows, without)
    spent = by_kind_and_month(rows)
    parts = dict.fromkeys(ORDER, 0)
    kept = BudgetPart.objects.visible_to(actor).filter(budget__in=[row.pk for row in budgets])
    for category, cents in (
        kept.order_by().values_list("category").annotate(cents=Sum("amount_cents"))
    ):
        parts[CostCategory(category)] = cents
    promised = promised_of(actor, budgets, on, without)
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
    unbooked = unbooked_of(actor, provider, year, on)
    return Board(year, on, municipality, tuple(budgets), kinds, tuple(months), unbooked, without)


def largest_of(rows, number=LARGEST):
    """[(key of a trajectory, cents)] of the most expensive ones among these rows of spending.

    Own help is booked per month, not per child: it is in none of them.
    """
    per_case = rows.filter(trajectory__isnull=False).order_by().values_list("trajectory")
    return list(per_case.annotate(cents=Sum("cents")).order_by("-cents", "trajectory")[:number])


def leave_out(rows, keys):
    """These rows of spending without those of some trajectories."""
    return rows.exclude(trajectory__in=keys, trajectory__isnull=False)


def by_kind_and_month(rows):
    """{(kind, first day of the month): cents} of rows of spending."""
    groups = rows.order_by().annotate(month=TruncMonth("on")).values_list("category", "month")
    return {
        (CostCategory(category), month): cents
        for category, month, cents in groups.annotate(cents=Sum("cents"))
    }


def unbooked_of(actor, provider, year, on):
    """(number, cents) of bills for ordered care that came in by a date and wait for approval."""
    rows = Delivery.objects.visible_to(actor).filter(
        provider=provider,
        state=DeliveryState.REPORTED,
        period_start__year=year,
        reported_on__lte=on,
    )
    found = rows.aggregate(number=Count("pk"), cents=Sum("cents", default=0))
    return found["number"], found["cents"]


def promised_of(actor, budgets, on, without=()):
    """{kind: cents} that orders of these budgets still reserved on a date.

    For an earlier date: what was approved by then, with the bills that came afterwards put back.
    """
    keys = [budget.pk for budget in budgets]
    found = {}
    rows = Commitment.objects.visible_to(actor).filter(budget__in=keys)
    orders = Subcontract.objects.visible_to(actor).filter(approved_on__lte=on)
    if without:
        orders = orders.exclude(trajectory__in=without)
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
class Settled:
    """What a rule would do with the budgets of one subsidy; `row` is None for the default rule."""

    subsidy: object
    row: BonusMalus | None
    rule: Rule
    budget_cents: int
    outcome: Settlement


def settled_of(actor, provider, board):
    """What the rule of each subsidy means for the difference with the budget: [Settled].

    In a running year the difference is that with an even spread up to the date: what it would be
    at the end when the rest of the year costs as much as its budget. No forecast.
    """
    found = []
    rules = {
        row.subsidy_id: row
        for row in BonusMalus.objects.visible_to(actor).filter(provider=provider)
    }
    rows = Spending.objects.visible_to(actor).filter(
        provider=provider, year=board.year, on__lte=board.on
    )
    spent = dict(rows.order_by().values_list("municipality").annotate(cents=Sum("cents")))
    groups = {}
    for budget in board.budgets:
        groups.setdefault(budget.subsidy, []).append(budget)
    for subsidy, budgets in groups.items():
        amount = sum(budget.amount_cents for budget in budgets)
        left = amount - sum(spent.get(budget.municipality_id, 0) for budget in budgets)
        row = rules.get(subsidy.pk) if subsidy else None
        rule = Rule.of(row)
        outcome = settle(
            rule, budget_cents=amount, difference_cents=left - board.even_left_of(amount)
        )
        found.append(Settled(subsidy, row, rule, amount, outcome))
    return found
