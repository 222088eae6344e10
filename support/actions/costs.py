"""Closing a month of own help, and bills that nobody here ordered."""

import datetime as dt
import re
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.workflow import MoveRefused, NotVisible, Refusal, hold
from providers.actions.money import own_money
from providers.models import Budget
from schools.models import Pupil
from support.actions.common import day, locked, refuse, require, store
from support.budgets import closed_months, own_help, to_cents
from support.costs import category_of, no_budget
from support.models import (
    ClosedMonth,
    CostLine,
    CostSource,
    ExternalCost,
    ExternalState,
    Layer,
    Trajectory,
)

#: What a case number looks like: of a trajectory (T-26-K7M4Q) or of a pupil.
CASE_NUMBER = re.compile(r"T-\d{2}-[0-9A-Z]{5}|[0-9A-Z]{3}-[0-9A-Z]{3}")


# --- Own help -------------------------------------------------------------------------------------


@transaction.atomic
def close_month(actor, *, provider, month, on=None):
    """Book the own help of a month, and of earlier months of its year that are still open.

    A line is what the year has cost so far minus what was booked: help that was recorded after
    its month was closed comes along with the next one. Closing twice books nothing. Returns the
    new lines. Raises MoveRefused while the month is not over, without a rate, or without a budget.
    """
    on = day(on)
    provider = own_money(actor, provider)
    month = month.replace(day=1)
    if next_month(month) > on:
        refuse(_("This month is not over yet"))
    hold("costs", provider.pk)
    closed = {day for _provider, day in closed_months(actor, [provider.pk])}
    if month in closed:
        return []
    months = [dt.date(month.year, number, 1) for number in range(1, month.month + 1)]
    help_of_year = own_help(provider, month.year)
    lines = []
    if dt.date(month.year - 1, 12, 1) in closed:
        lines = _late_lines(actor, provider, month.year - 1, on)
    # Also a month in which nobody worked: what is recorded in it later comes after this one.
    for each in (each for each in months if each not in closed):
        until = [row for row in help_of_year if row.month <= each]
        lines += _book(actor, provider, until, each, CostSource.OWN, on)
        ClosedMonth(provider=provider, month=each, closed_on=on, closed_by=actor.label[:200]).save(
            force_insert=True
        )
        CostLine.objects.visible_to(actor, CHANGE).filter(
            provider=provider, on__gte=each, on__lt=next_month(each), is_provisional=True
        ).update(is_provisional=False)
    return lines


def next_month(month):
    """The first day of the month after."""
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _late_lines(actor, provider, year, on):
    """What was recorded in a year after its last month was closed, booked in that December."""
    december = dt.date(year, 12, 1)
    return _book(actor, provider, own_help(provider, year), december, CostSource.OTHER, on)


def _book(actor, provider, rows, month, source, on):
    """Lines for the difference between rows of one year and what was booked of that year."""
    worth = {}
    for row in rows:
        if row.is_funded and row.municipality_id is not None:
            if row.minutes_without_rate:
                _no_rate(row.month)
            key = (row.municipality_id, row.category, row.layer)
            cents, minutes = worth.get(key, (0, 0))
            worth[key] = (cents + row.cent_minutes, minutes + row.minutes)
    worth = {key: (to_cents(value), minutes) for key, (value, minutes) in worth.items()}
    booked = CostLine.objects.visible_to(actor).filter(
        provider=provider, year=month.year, minutes__isnull=False
    )
    groups = booked.order_by().values_list("municipality", "category", "layer")
    for *key, cents, minutes in groups.annotate(cents=Sum("cents"), worked=Sum("minutes")):
        before = worth.get(tuple(key), (0, 0))
        worth[tuple(key)] = (before[0] - cents, before[1] - minutes)
    changed = {key: value for key, value in worth.items() if value[0]}
    budgets = {
        row.municipality_id: row
        for row in Budget.objects.visible_to(actor).filter(provider=provider, year=month.year)
    }
    if {key[0] for key in changed} - budgets.keys():
        no_budget([month.year])
    lines = [
        CostLine(
            provider=provider,
            budget=budgets[municipality],
            municipality_id=municipality,
            year=month.year,
            on=month,
            category=category,
            source=source,
            cents=cents,
            layer=layer,
            minutes=minutes,
            booked_on=on,
            description="" if source == CostSource.OWN else _("Recorded after the year was closed"),
        )
        for (municipality, category, layer), (cents, minutes) in sorted(
            changed.items(), key=lambda item: [str(part) for part in item[0]]
        )
    ]
    CostLine.objects.bulk_create(lines)
    return lines


def _no_rate(month):
    raise MoveRefused(
        [
            Refusal(
                _("There is no rate per hour for %(month)s yet") % {"month": f"{month:%m-%Y}"},
                url=reverse("budget-keep"),
                url_label=_("Record the rate"),
            )
        ],
        None,
    )


# --- Bills from outside ---------------------------------------------------------------------------


@dataclass
class Booked:
    """What recording bills from outside came to."""

    new: list = field(default_factory=list)
    unchanged: int = 0
    matched: int = 0
    problems: list = field(default_factory=list)  # (index of the item, sentence)

    @property
    def cents(self):
        """What was booked."""
        return sum(line.cents for line in self.new)


@transaction.atomic
def record_external_costs(actor, *, provider, items, on=None, file=None):
    """Book bills for youth care that nobody here ordered, each on its one budget: all or none.

    items: dicts with source_ref, referrer (code), jz020, period_start (date), cents,
    municipality (Municipality) and optional case_number. A reference that stands here already
    with the same content is left as it is; one that was undone may come again. `file` is the
    CostImport they came from. Returns Booked; with problems, nothing was written.
    """
    require(actor, Permission.BUDGET_CHANGE)
    provider = own_money(actor, provider)
    on = day(on)
    hold("costs", provider.pk)
    result = Booked()
    known = {
        row.source_ref: row
        for row in ExternalCost.objects.visible_to(actor)
        .filter(provider=provider, source_ref__in=[item["source_ref"] for item in items])
        .exclude(state=ExternalState.UNDONE)
    }
    budgets = {
        (row.municipality_id, row.year): row
        for row in Budget.objects.visible_to(actor).filter(provider=provider)
    }
    closed = {day for _provider, day in closed_months(actor, [provider.pk])}
    cases = _cases(actor, provider, {item.get("case_number", "") for item in items})
    costs = []
    for index, item in enumerate(items):
        earlier = known.get(item["source_ref"])
        if earlier is not None:
            if _same(earlier, item):
                result.unchanged += 1
            else:
                sentence = _("Bill %(reference)s was read in already, with other content")
                result.problems.append((index, sentence % {"reference": item["source_ref"]}))
            continue
        budget = budgets.get((item["municipality"].pk, item["period_start"].year))
        if budget is None:
            sentence = _("There is no budget of %(municipality)s for %(year)s")
            words = {"municipality": item["municipality"].name, "year": item["period_start"].year}
            result.problems.append((index, sentence % words))
            continue
        case = cases.get(item.get("case_number", ""))
        cost = _external(provider, item, case, file)
        known[cost.source_ref] = cost
        costs.append(cost)
        result.matched += case is not None
        result.new.append(_line_of(cost, budget, case, closed, on))
    if result.problems:
        return Booked(unchanged=result.unchanged, problems=result.problems)
    for row in costs:
        row.clean_fields(exclude=["provider", "municipality", "trajectory", "file"])
    ExternalCost.objects.bulk_create(costs, batch_size=500)
    CostLine.objects.bulk_create(result.new, batch_size=500)
    return result


def _external(provider, item, case, file):
    label = item.get("case_number", "")
    return ExternalCost(
        provider=provider,
        municipality=item["municipality"],
        file=file,
        source_ref=item["source_ref"],
        referrer=item["referrer"],
        jz020=item["jz020"],
        period_start=item["period_start"],
        cents=item["cents"],
        trajectory=case,
        pupil_label=label if CASE_NUMBER.fullmatch(label) else "",
        state=ExternalState.MATCHED if case else ExternalState.UNMATCHED,
    )


def _line_of(cost, budget, case, closed, on):
    return CostLine(
        provider_id=cost.provider_id,
        budget=budget,
        municipality_id=cost.municipality_id,
        year=cost.period_start.year,
        on=cost.period_start,
        category=category_of(cost.jz020, ordered=False),
        source=CostSource.EXTERNAL,
        cents=cost.cents,
        layer=Layer.L5,
        jz020=cost.jz020,
        external=cost,
        trajectory=case,
        pupil_key=case.pupil_id if case else None,
        is_provisional=cost.period_start.replace(day=1) not in closed,
        booked_on=on,
        description=cost.get_referrer_display(),
    )


def _same(row, item):
    return (row.referrer, row.jz020, row.period_start, row.cents, row.municipality_id) == (
        item["referrer"],
        item["jz020"],
        item["period_start"],
        item["cents"],
        item["municipality"].pk,
    )


def _cases(actor, provider, numbers):
    """{case number: the newest trajectory of the own provider}; unknown numbers are left out."""
    numbers = numbers - {"", None}
    rows = Trajectory.objects.visible_to(actor).filter(provider=provider)
    found = {row.reference: row for row in rows.filter(reference__in=numbers)}
    pupils = dict(
        Pupil.objects.visible_to(actor)
        .filter(case_number__in=numbers - found.keys())
        .values_list("pk", "case_number")
    )
    for row in rows.filter(pupil__in=list(pupils)).order_by("registered_on"):
        found[pupils[row.pupil_id]] = row
    return found


@transaction.atomic
def match_external_cost(actor, *, cost, trajectory, on=None):
    """Say for whose trajectory a bill from outside was. The amount stays where it stands."""
    require(actor, Permission.BUDGET_CHANGE)
    hold("costs", cost.provider_id)
    cost = locked(actor, cost)
    if cost.state == ExternalState.UNDONE:
        refuse(_("This bill was taken back with its file"), cost)
    found = (
        Trajectory.objects.visible_to(actor)
        .filter(pk=getattr(trajectory, "pk", trajectory), provider=cost.provider_id)
        .first()
    )
    if found is None:
        raise NotVisible
    cost.trajectory = found
    cost.state = ExternalState.MATCHED
    store(cost, ["trajectory", "state"])
    CostLine.objects.visible_to(actor, CHANGE).filter(external=cost).update(
        trajectory=found, pupil_key=found.pupil_id
    )
    return cost
