"""Where budgets stand: what was spent, what own help costs, what an approval would leave.

Reading only, in whole cents. The database answers for the own provider: lines to its manager,
totals also to its workers (before they propose care by a third party), nothing to anybody else.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from oja.core.money import share
from support import facts
from support.models import ClosedMonth


@dataclass(frozen=True)
class Effect:
    """What an amount does to the budget of one year. `budget_id` is None where there is no budget.

    `realised_cents` is booked plus own help that is not booked yet; `asked_cents` the part of the
    amount that falls in this year; `free_after_cents` what is left when it is granted.
    """

    year: int
    budget_id: object
    amount_cents: int
    realised_cents: int
    committed_cents: int
    asked_cents: int
    free_after_cents: int

    @property
    def fits(self):
        """Whether there is a budget, and it is not overspent by the amount."""
        return self.budget_id is not None and self.free_after_cents >= 0


@dataclass(frozen=True)
class OwnHelp:
    """Own help of a month that is not booked: which municipality, which kind, how much.

    `municipality_id` is None where nobody knows who pays; `cents` is rounded per row.
    """

    municipality_id: object
    is_funded: bool
    month: dt.date
    category: str
    layer: str
    minutes: int
    cent_minutes: int
    minutes_without_rate: int

    @property
    def cents(self):
        """Minutes times rate, rounded half up to cents."""
        return to_cents(self.cent_minutes)


def to_cents(cent_minutes):
    """Minutes times cents per hour as cents, half up (away from nought)."""
    whole = (abs(cent_minutes) * 2 + 60) // 120
    return whole if cent_minutes >= 0 else -whole


def split_by_year(cents, start, end):
    """{year: cents} of an amount over the days from `start` up to, not including, `end`.

    The parts add up to the amount exactly. Raises ValueError when there is no day.
    """
    days = {}
    for year in range(start.year, (end - dt.timedelta(days=1)).year + 1):
        first = max(start, dt.date(year, 1, 1))
        days[year] = (min(end, dt.date(year + 1, 1, 1)) - first).days
    return dict(zip(days, share(cents, list(days.values())), strict=True))


# --- Reading --------------------------------------------------------------------------------------


def _rows(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _key(row):
    return getattr(row, "pk", row)


def own_help(provider, year):
    """Own help of a calendar year per municipality, month, kind and layer: [OwnHelp].

    The database answers for the own provider only, to its manager and workers (totals, no child).
    """
    asked = [_key(provider), year]
    rows = facts.once(
        ("own help", *asked), lambda: _rows("SELECT * FROM oja.own_help(%s, %s)", asked)
    )
    found = [OwnHelp(*row) for row in rows]
    return sorted(found, key=lambda row: (row.month, str(row.municipality_id), row.category))


@dataclass(frozen=True)
class Totals:
    """Where one budget stands."""

    budget_id: object
    year: int
    amount_cents: int
    realised_cents: int
    committed_cents: int

    @property
    def free_cents(self):
        """What is neither spent nor promised."""
        return self.amount_cents - self.realised_cents - self.committed_cents


def totals_of(provider, municipality, years):
    """{year: Totals} of the budgets that exist. Own help that is not booked yet counts as spent."""
    found = {}
    asked = [_key(provider), _key(municipality)]
    rows = facts.once(
        ("budget totals", *asked), lambda: _rows("SELECT * FROM oja.budget_totals(%s, %s)", asked)
    )
    for budget_id, year, amount, booked, own_booked, committed in rows:
        if year in years:
            own = {}
            for row in own_help(provider, year):
                if row.is_funded and row.municipality_id == _key(municipality):
                    group = (row.category, row.layer)
                    own[group] = own.get(group, 0) + row.cent_minutes
            realised = booked - own_booked + sum(map(to_cents, own.values()))
            found[year] = Totals(budget_id, year, amount, realised, committed)
    return found


def budget_effect(actor, *, provider, municipality, cents, start, end):
    """What an amount over the days [start, end) does to the budgets of its years: [Effect].

    A worker may ask this too, before care is proposed: totals of the own provider, no lines.
    Municipality None (nobody knows who pays) gives effects without a budget.
    """
    parts = split_by_year(cents, start, end)
    totals = totals_of(provider, municipality, parts) if municipality is not None else {}
    effects = []
    for year, asked in parts.items():
        now = totals.get(year)
        if now is None:
            effects.append(Effect(year, None, 0, 0, 0, asked, -asked))
            continue
        effects.append(
            Effect(
                year,
                now.budget_id,
                now.amount_cents,
                now.realised_cents,
                now.committed_cents,
                asked,
                now.free_cents - asked,
            )
        )
    return effects


def payer_on(trajectory, on):
    """(municipality key or None, whether the arrangement pays) for a case on a date."""
    return payers_on([(_key(trajectory), on)])[_key(trajectory), on]


def payers_on(pairs):
    """The same for many (trajectory key, date) pairs, in one statement: {pair: answer}."""
    found = dict.fromkeys(pairs, (None, False))
    sql = (
        "SELECT asked.trajectory, asked.day, paid.*"
        " FROM unnest(%s::uuid[], %s::date[]) AS asked(trajectory, day)"
        " CROSS JOIN LATERAL oja.case_payer(asked.trajectory, asked.day) AS paid"
    )
    asked = list(found)
    for key, on, *answer in _rows(sql, [[key for key, _on in asked], [on for _key, on in asked]]):
        found[key, on] = tuple(answer)
    return found


def closed_months(actor, providers):
    """Months of which the own help was booked: a set of (provider key, first day)."""
    rows = ClosedMonth.objects.visible_to(actor).filter(provider__in=providers)
    return set(rows.values_list("provider_id", "month"))
