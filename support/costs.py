"""Budgets, promises and cost lines: what an approval takes, and what help has cost. Whole cents.

Every function takes the actor first. What several people may write at the same moment is decided
under a lock on the budgets, in the order of their keys: two approvals never spend one euro twice.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.scoping import CHANGE
from oja.core.money import format_euros, share
from oja.core.workflow import MoveRefused, NotVisible, Refusal
from providers.models import RESIDENTIAL, Budget, CostCategory
from schools.models import Municipality
from support.models import (
    ClosedMonth,
    Commitment,
    CostLine,
    CostSource,
    Subcontract,
)


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
    rows = _rows("SELECT * FROM oja.own_help(%s, %s)", [_key(provider), year])
    found = [OwnHelp(*row) for row in rows]
    return sorted(found, key=lambda row: (row.month, str(row.municipality_id), row.category))


def own_help_open(actor, provider, year):
    """Own help of the year that is not booked yet: {(municipality, category, layer): cents}.

    What was recorded in the year, minus what was booked of it: also what was added to a month
    that was closed already. Only help that the arrangement pays.
    """
    totals = {}
    for row in own_help(provider, year):
        if row.is_funded and row.municipality_id is not None:
            key = (row.municipality_id, row.category, row.layer)
            totals[key] = totals.get(key, 0) + row.cent_minutes
    found = {key: to_cents(value) for key, value in totals.items()}
    booked = CostLine.objects.visible_to(actor).filter(
        provider=_key(provider), year=year, minutes__isnull=False
    )
    for row in (
        booked.order_by().values("municipality", "category", "layer").annotate(total=Sum("cents"))
    ):
        key = (row["municipality"], row["category"], row["layer"])
        found[key] = found.get(key, 0) - row["total"]
    return {key: cents for key, cents in found.items() if cents}


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
    rows = _rows("SELECT * FROM oja.budget_totals(%s, %s)", [_key(provider), _key(municipality)])
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
    rows = _rows("SELECT * FROM oja.case_payer(%s, %s)", [_key(trajectory), on])
    return rows[0] if rows else (None, False)


# --- Promises -------------------------------------------------------------------------------------


def locked_budgets(actor, **filters):
    """Budgets that the actor keeps, locked until the end of the transaction, in one fixed order."""
    rows = Budget.objects.visible_to(actor, CHANGE).filter(**filters).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _end_of(subcontract):
    return subcontract.ends_on + dt.timedelta(days=1)


def no_budget(years, subcontract=None):
    sentence = _("There is no budget for %(years)s yet. Record it first.")
    words = {"years": ", ".join(map(str, sorted(years)))}
    raise MoveRefused(
        [Refusal(sentence % words, url=reverse("budget-keep"), url_label=_("Record the budget"))],
        subcontract,
    )


def does_not_fit(year, short_cents, subcontract=None):
    sentence = _("This does not fit in the budget of %(year)s: %(short)s too little")
    words = {"year": year, "short": format_euros(short_cents)}
    raise MoveRefused(
        [Refusal(sentence % words, url=reverse("budget"), url_label=_("See the budget"))],
        subcontract,
    )


@transaction.atomic
def commit(actor, *, subcontract, override_reason="", on):
    """Reserve the ceiling of an order on the budgets of its years. Returns the Commitments.

    Locks the budgets first, then looks what is left. Raises MoveRefused when there is no budget,
    or when it does not fit and nobody gave a reason to go beyond it.
    """
    if subcontract.municipality_id is None:
        raise MoveRefused(
            [Refusal(_("It is not known which municipality pays for this pupil"))], subcontract
        )
    parts = split_by_year(subcontract.ceiling_cents, subcontract.starts_on, _end_of(subcontract))
    budgets = {
        budget.year: budget
        for budget in locked_budgets(
            actor,
            provider=subcontract.provider_id,
            municipality=subcontract.municipality_id,
            year__in=list(parts),
        )
    }
    if parts.keys() - budgets.keys():
        no_budget(parts.keys() - budgets.keys(), subcontract)
    earlier = {
        row.budget_id: row
        for row in Commitment.objects.visible_to(actor, CHANGE).filter(subcontract=subcontract)
    }
    totals = totals_of(subcontract.provider_id, subcontract.municipality_id, parts)
    made = []
    for year, cents in parts.items():
        row = earlier.get(budgets[year].pk)
        released = row.open_cents if row else 0
        free = totals[year].free_cents + released - cents
        if free < 0 and not override_reason.strip():
            does_not_fit(year, -free, subcontract)
        if row is None:
            row = Commitment(
                subcontract=subcontract,
                provider_id=subcontract.provider_id,
                budget=budgets[year],
                year=year,
            )
        row.cents = row.open_cents = cents
        row.save()
        made.append(row)
    _keep_open(actor, subcontract)
    return made


@transaction.atomic
def release(actor, *, subcontract, on):
    """Give back what an order reserved and nobody delivered. Harmless when there is nothing."""
    rows = _locked_commitments(actor, subcontract)
    for row in rows:
        row.open_cents = 0
        row.save(update_fields=["open_cents", "updated_at"])
    if rows:
        _keep_open(actor, subcontract)


def _locked_commitments(actor, subcontract, *budget_ids):
    """The commitments of an order, in the order of the years, under a lock on their budgets."""
    rows = Commitment.objects.visible_to(actor, CHANGE).filter(subcontract=subcontract)
    keys = {*rows.order_by().values_list("budget_id", flat=True), *budget_ids}
    locked_budgets(actor, pk__in=keys)
    return list(rows.order_by("year", "pk"))


def _keep_open(actor, subcontract):
    """Bring what the order itself says is reserved up to date."""
    rows = Commitment.objects.visible_to(actor).filter(subcontract=subcontract)
    total = rows.aggregate(total=Sum("open_cents"))["total"] or 0
    Subcontract.objects.visible_to(actor, CHANGE).filter(pk=subcontract.pk).update(
        committed_cents=total
    )
    subcontract.committed_cents = total


# --- Cost lines -----------------------------------------------------------------------------------


def category_of(jz020, *, ordered):
    """The kind of help that a product category is in the budget."""
    if jz020 in RESIDENTIAL:
        return CostCategory.RESIDENTIAL
    return CostCategory.ORDERED if ordered else CostCategory.NOT_ORDERED


@transaction.atomic
def book_delivery(actor, *, delivery, on, override_reason=""):
    """Book the bill of a month on the one budget of its municipality and year. Returns the line.

    What the order reserved gets smaller by the same amount: first of this budget, then of its
    other years. Raises MoveRefused when nobody of the arrangement pays for the child in that
    month, when there is no budget, or when the rest does not fit in it without a reason.
    """
    order = Subcontract.objects.visible_to(actor).filter(pk=delivery.subcontract_id).first()
    if order is None:
        raise NotVisible
    municipality_id, is_funded = payer_on(order.trajectory_id, delivery.period_start)
    if not is_funded:
        raise MoveRefused([Refusal(_not_funded(municipality_id, delivery.period_start))], delivery)
    year = delivery.period_start.year
    budget = (
        Budget.objects.visible_to(actor)
        .filter(provider=order.provider_id, municipality=municipality_id, year=year)
        .first()
    )
    if budget is None:
        no_budget([year], delivery)
    rows = _locked_commitments(actor, order, budget.pk)
    own = [row for row in rows if row.budget_id == budget.pk]
    others = [row for row in rows if row.budget_id != budget.pk]
    left = _take(own, delivery.cents)
    if left:
        # What was just taken of the own reserve is no longer promised, and not yet booked.
        free = totals_of(order.provider_id, municipality_id, [year])[year].free_cents
        if free < delivery.cents and not override_reason.strip():
            does_not_fit(year, delivery.cents - free, delivery)
        _take(others, left)
    line = CostLine(
        provider_id=order.provider_id,
        budget=budget,
        municipality_id=municipality_id,
        year=year,
        on=delivery.period_start,
        category=category_of(order.jz020, ordered=True),
        source=CostSource.DELIVERY,
        cents=delivery.cents,
        layer=order.layer,
        jz020=order.jz020,
        subcontract=order,
        delivery=delivery,
        trajectory_id=order.trajectory_id,
        pupil_key=order.pupil_id,
        is_provisional=not is_closed(actor, order.provider_id, delivery.period_start),
        booked_on=on,
        description=order.help_kind[:200],
    )
    line.save(force_insert=True)
    _keep_open(actor, order)
    return line


def _take(rows, cents):
    """Lower open commitments, one after the other; returns what they did not cover."""
    for row in rows:
        part = min(row.open_cents, cents)
        if part:
            row.open_cents -= part
            row.save(update_fields=["open_cents", "updated_at"])
            cents -= part
    return cents


def _not_funded(municipality_id, on):
    if municipality_id is None:
        return _("It is not known in which municipality this pupil lived in this month")
    name = Municipality.objects.get(pk=municipality_id).name
    return _(
        "The pupil lived in %(municipality)s in this month. That municipality does not take part,"
        " so this bill belongs on no budget of the arrangement"
    ) % {"municipality": name}


def is_closed(actor, provider, day):
    """Whether the own help of the month of a day was booked."""
    rows = ClosedMonth.objects.visible_to(actor).filter(provider=_key(provider))
    return rows.filter(month=day.replace(day=1)).exists()
