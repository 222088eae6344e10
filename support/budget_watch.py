"""What deserves attention beside the budget, by fixed rules; never a name of a child."""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.db.models import Sum

from providers.models import CostCategory
from support.budget_board import LARGEST, largest_of
from support.budgets import own_help
from support.models import ExternalCost, ExternalState, Spending, Subcontract, SubcontractState

#: A kind of help is ahead of its budget from so many percent of that budget on.
AHEAD_PERCENT = 5
#: One trajectory stands out when it carries so many percent of all costs.
DOMINANT_PERCENT = 10


@dataclass(frozen=True)
class Ahead:
    """A kind of help that costs more than its budget allows up to the date."""

    category: CostCategory
    cents: int


@dataclass(frozen=True)
class Watch:
    """What deserves attention beside the figures."""

    to_close: tuple[dt.date, ...]
    ahead: tuple[Ahead, ...]
    overdue: int
    unmatched: int
    unmatched_cents: int
    dominant_percent: int | None
    largest_percent: int | None
    largest_before: int | None
    unfunded_minutes: int
    unknown_minutes: int
    minutes_without_rate: int


def watch_of(actor, provider, board):
    """The Watch of a board: months to close, what goes fast, what lacks something, a few cases."""
    chosen = {"provider": provider}
    if board.municipality is not None:
        chosen["municipality"] = board.municipality
    bills = ExternalCost.objects.visible_to(actor).filter(
        state=ExternalState.UNMATCHED,
        period_start__year=board.year,
        period_start__lte=board.on,
        **chosen,
    )
    numbers = list(bills.values_list("cents", flat=True))
    largest, spent = _largest(actor, chosen, board.year, board.on)
    before = _largest(actor, chosen, board.year - 1, _a_year_before(board.on))
    overdue = Subcontract.objects.visible_to(actor).filter(
        state__in=(SubcontractState.ORDERED, SubcontractState.RUNNING),
        ends_on__lt=board.on,
        **chosen,
    )
    help_ = [row for row in own_help(provider, board.year) if row.month <= board.on]
    closed = {month.first for month in board.months if not month.is_provisional}
    over = [month.first for month in board.months if _ended(month.first, board.on)]
    return Watch(
        to_close=tuple(month for month in over if month not in closed),
        ahead=tuple(_ahead(board)),
        overdue=overdue.count(),
        unmatched=len(numbers),
        unmatched_cents=sum(numbers),
        dominant_percent=_dominant(largest, spent),
        largest_percent=_percent(sum(largest), spent) if len(largest) == LARGEST else None,
        largest_before=_percent(sum(before[0]), before[1]) if len(before[0]) == LARGEST else None,
        unfunded_minutes=sum(
            row.minutes for row in help_ if not row.is_funded and row.municipality_id
        ),
        unknown_minutes=sum(row.minutes for row in help_ if row.municipality_id is None),
        minutes_without_rate=sum(row.minutes_without_rate for row in help_ if row.is_funded),
    )


def _ahead(board):
    """Kinds that are ahead of an even spread, or beyond their budget with what was ordered."""
    for kind in board.kinds:
        allowed = kind.budget_cents - board.even_left_of(kind.budget_cents)
        more = max(kind.spent_cents - allowed, -kind.left_cents)
        if kind.budget_cents and more * 100 > kind.budget_cents * AHEAD_PERCENT:
            yield Ahead(kind.category, more)


def _largest(actor, chosen, year, on):
    """(amounts of the most expensive trajectories, everything that was spent) up to a date."""
    rows = Spending.objects.visible_to(actor).filter(year=year, on__lte=on, **chosen)
    total = rows.aggregate(cents=Sum("cents", default=0))["cents"]
    return [cents for _key, cents in largest_of(rows)], total


def _dominant(largest, spent):
    share = _percent(largest[0], spent) if largest else None
    return share if share is not None and share >= DOMINANT_PERCENT else None


def _percent(part, whole):
    return round(100 * part / whole) if whole > 0 else None


def _a_year_before(on):
    """The same day a year earlier; the last of February stays the last."""
    last = calendar.monthrange(on.year - 1, on.month)[1]
    return dt.date(on.year - 1, on.month, min(on.day, last))


def _ended(first, on):
    """Whether a month was over on a date."""
    return first.month < on.month or (on + dt.timedelta(days=1)).month != on.month
