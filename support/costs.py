"""Promises of orders and their bills: what an approval takes from a budget, and what was spent.

Every function takes the actor first; amounts are whole cents. What several people may write at the
same moment is decided under a lock on the budgets, taken in the order of their keys before anything
is read: two approvals never spend one euro twice. Reading stands in `support.budgets`.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.scoping import CHANGE
from oja.core.money import format_euros
from oja.core.workflow import MoveRefused, NotVisible, Refusal
from providers.models import RESIDENTIAL, Budget, CostCategory
from schools.models import Municipality
from support.budgets import (
    Effect,
    OwnHelp,
    Totals,
    budget_effect,
    closed_months,
    own_help,
    payer_on,
    payers_on,
    split_by_year,
    to_cents,
    totals_of,
)
from support.models import Commitment, CostLine, CostSource, Subcontract

__all__ = [
    "Effect",
    "OwnHelp",
    "Totals",
    "book_deliveries_many",
    "book_delivery",
    "budget_effect",
    "category_of",
    "commit",
    "commit_many",
    "locked_budgets",
    "no_budget",
    "own_help",
    "payer_on",
    "release",
    "split_by_year",
    "to_cents",
    "totals_of",
]


def category_of(jz020, *, ordered):
    """The kind of help that a product category is in the budget."""
    if jz020 in RESIDENTIAL:
        return CostCategory.RESIDENTIAL
    return CostCategory.ORDERED if ordered else CostCategory.NOT_ORDERED


def locked_budgets(actor, **filters):
    """Budgets that the actor keeps, locked until the end of the transaction, in one fixed order."""
    rows = Budget.objects.visible_to(actor, CHANGE).filter(**filters).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def no_budget(years, row=None):
    """Raise MoveRefused: for these years there is no budget to take it from."""
    sentence = _("There is no budget for %(years)s yet. Record it first")
    words = {"years": ", ".join(map(str, sorted(years)))}
    _refuse(sentence % words, row, url=reverse("budget-keep"), url_label=_("Record the budget"))


def _does_not_fit(year, short_cents, row):
    sentence = _("This does not fit in the budget of %(year)s: %(short)s too little")
    words = {"year": year, "short": format_euros(short_cents)}
    _refuse(sentence % words, row, url=reverse("budget"), url_label=_("See the budget"))


def _refuse(sentence, row, **more):
    raise MoveRefused([Refusal(sentence, **more)], row)


class _Purse:
    """What is left on locked budgets, kept up to date while a list is worked through."""

    def __init__(self):
        self._left = {}

    def left(self, budget):
        """Cents that are neither spent nor promised."""
        if budget.pk not in self._left:
            found = totals_of(budget.provider_id, budget.municipality_id, [budget.year])
            self._left[budget.pk] = found[budget.year].free_cents
        return self._left[budget.pk]

    def take(self, budget, cents):
        """Spend or promise; a negative amount gives back."""
        self._left[budget.pk] = self.left(budget) - cents


# --- Promises -------------------------------------------------------------------------------------


def commit(actor, *, subcontract, override_reason="", on):
    """Reserve the ceiling of an order on the budgets of its years. Returns the Commitments.

    Locks the budgets first, then looks what is left. Raises MoveRefused when there is no budget,
    or when it does not fit and nobody gave a reason to go beyond it.
    """
    return commit_many(actor, [(subcontract, override_reason, on)])


@transaction.atomic
def commit_many(actor, orders):
    """The bulk sister of commit: [(subcontract, override reason, date)], all or none."""
    for order, _reason, _on in orders:
        if order.municipality_id is None:
            _refuse(_("It is not known which municipality pays for this pupil"), order)
    budgets = {
        (row.provider_id, row.municipality_id, row.year): row
        for row in locked_budgets(
            actor,
            provider__in={order.provider_id for order, *_rest in orders},
            municipality__in={order.municipality_id for order, *_rest in orders},
        )
    }
    earlier = {
        (row.subcontract_id, row.budget_id): row
        for row in Commitment.objects.visible_to(actor, CHANGE).filter(
            subcontract__in=[order.pk for order, *_rest in orders]
        )
    }
    purse = _Purse()
    new, changed = [], []
    for order, reason, _on in orders:
        for row in _promises(order, reason, budgets, earlier, purse):
            (changed if (row.subcontract_id, row.budget_id) in earlier else new).append(row)
    Commitment.objects.bulk_create(new, batch_size=500)
    Commitment.objects.visible_to(actor, CHANGE).bulk_update(changed, ["cents", "open_cents"], 500)
    _keep_open(actor, [order for order, *_rest in orders])
    return changed + new


def _promises(order, reason, budgets, earlier, purse):
    """The commitments of one order, not stored yet."""
    end = order.ends_on + dt.timedelta(days=1)
    parts = split_by_year(order.ceiling_cents, order.starts_on, end)
    of_year = {
        year: budgets.get((order.provider_id, order.municipality_id, year)) for year in parts
    }
    if None in of_year.values():
        no_budget([year for year, budget in of_year.items() if budget is None], order)
    found = []
    for year, cents in parts.items():
        budget = of_year[year]
        row = earlier.get((order.pk, budget.pk))
        if row is None:
            row = Commitment(
                subcontract=order, provider_id=order.provider_id, budget=budget, year=year
            )
        more = cents - (row.open_cents or 0)
        if purse.left(budget) < more and not reason.strip():
            _does_not_fit(year, more - purse.left(budget), order)
        purse.take(budget, more)
        row.cents = row.open_cents = cents
        found.append(row)
    return found


@transaction.atomic
def release(actor, *, subcontract, on):
    """Give back what an order reserved and nobody delivered. Harmless when there is nothing."""
    rows = _locked_commitments(actor, [subcontract])
    for row in rows:
        row.open_cents = 0
    Commitment.objects.visible_to(actor, CHANGE).bulk_update(rows, ["open_cents"])
    _keep_open(actor, [subcontract])


def _locked_commitments(actor, orders, *budget_ids):
    """The commitments of orders, in the order of the years, under a lock on their budgets."""
    rows = Commitment.objects.visible_to(actor, CHANGE).filter(
        subcontract__in=[order.pk for order in orders]
    )
    keys = {*rows.order_by().values_list("budget_id", flat=True), *budget_ids}
    locked_budgets(actor, pk__in=keys)
    return list(rows.order_by("year", "pk"))


def _keep_open(actor, orders):
    """Bring what the orders themselves say is reserved up to date."""
    rows = Commitment.objects.visible_to(actor).filter(subcontract__in=[row.pk for row in orders])
    open_ = dict(rows.order_by().values_list("subcontract").annotate(total=Sum("open_cents")))
    changed = []
    for order in orders:
        total = open_.get(order.pk, 0)
        if order.committed_cents != total:
            order.committed_cents = total
            changed.append(order)
    Subcontract.objects.visible_to(actor, CHANGE).bulk_update(changed, ["committed_cents"], 500)


# --- Bills ----------------------------------------------------------------------------------------


def book_delivery(actor, *, delivery, on, override_reason=""):
    """Book the bill of a month on the one budget of its municipality and year. Returns the line.

    What the order reserved gets smaller by the same amount: first of this budget, then of its
    other years. Raises MoveRefused when nobody of the arrangement pays for the child in that
    month, when there is no budget, or when the rest does not fit in it without a reason.
    """
    (line,) = book_deliveries_many(actor, [(delivery, on)], override_reason=override_reason)
    return line


@transaction.atomic
def book_deliveries_many(actor, deliveries, *, override_reason=""):
    """The bulk sister of book_delivery: [(delivery, date)], all or none. Returns the lines."""
    orders = {
        row.pk: row
        for row in Subcontract.objects.visible_to(actor).filter(
            pk__in={delivery.subcontract_id for delivery, _on in deliveries}
        )
    }
    if len(orders) < len({delivery.subcontract_id for delivery, _on in deliveries}):
        raise NotVisible
    payers = payers_on([(row.trajectory_id, row.period_start) for row, _on in deliveries])
    budgets = {
        (row.provider_id, row.municipality_id, row.year): row
        for row in Budget.objects.visible_to(actor).filter(
            provider__in={order.provider_id for order in orders.values()}
        )
    }
    paid_from = {delivery.pk: _budget_of(delivery, payers, budgets) for delivery, _on in deliveries}
    promises = {}
    used = {budget.pk for budget in paid_from.values()}
    for row in _locked_commitments(actor, orders.values(), *used):
        promises.setdefault(row.subcontract_id, []).append(row)
    closed = closed_months(actor, {order.provider_id for order in orders.values()})
    purse = _Purse()
    lines = []
    for delivery, on in deliveries:
        order, budget = orders[delivery.subcontract_id], paid_from[delivery.pk]
        rows = promises.get(order.pk, [])
        left = _take([row for row in rows if row.budget_id == budget.pk], delivery.cents)
        if left:
            if purse.left(budget) < left and not override_reason.strip():
                _does_not_fit(budget.year, left - purse.left(budget), delivery)
            purse.take(budget, left)
            _take([row for row in rows if row.budget_id != budget.pk], left)
        is_open = (order.provider_id, delivery.period_start) not in closed
        lines.append(_line(order, delivery, budget, is_open, on))
    CostLine.objects.bulk_create(lines, batch_size=500)
    changed = [row for rows in promises.values() for row in rows]
    Commitment.objects.visible_to(actor, CHANGE).bulk_update(changed, ["open_cents"], 500)
    _keep_open(actor, list(orders.values()))
    return lines


def _budget_of(delivery, payers, budgets):
    """The one budget that pays a bill, by where the child lived in that month."""
    month = delivery.period_start
    municipality_id, is_funded = payers[delivery.trajectory_id, month]
    if not is_funded:
        _refuse(_not_funded(municipality_id), delivery)
    budget = budgets.get((delivery.provider_id, municipality_id, month.year))
    if budget is None:
        no_budget([month.year], delivery)
    return budget


def _not_funded(municipality_id):
    if municipality_id is None:
        return _("It is not known in which municipality this pupil lived in this month")
    name = Municipality.objects.get(pk=municipality_id).name
    return _(
        "The pupil lived in %(municipality)s in this month. That municipality does not take part,"
        " so this bill belongs on no budget of the arrangement"
    ) % {"municipality": name}


def _take(rows, cents):
    """Lower open promises, one after the other; returns what they did not cover."""
    for row in rows:
        part = min(row.open_cents, cents)
        row.open_cents -= part
        cents -= part
    return cents


def _line(order, delivery, budget, is_provisional, on):
    return CostLine(
        provider_id=order.provider_id,
        budget=budget,
        municipality_id=budget.municipality_id,
        year=budget.year,
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
        is_provisional=is_provisional,
        booked_on=on,
        description=order.help_kind[:200],
    )
