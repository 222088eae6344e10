"""Subsidy, budgets, bills from outside and closed months; and two orders of which one fits."""

import datetime as dt

from oja.access.actor import Actor, become
from oja.demo.probe.audience import MANAGERS_P
from oja.demo.probe.house import House
from oja.demo.probe.record import email_of
from providers.actions import grant_subsidy, pay_advance, set_budget, set_rate
from providers.models import CostCategory
from support.actions.costs import close_month, record_external_costs
from support.costs import totals_of
from support.models import ExternalCost

A_YEAR = 4_000_000
ORDER = 100_000


def build(house: House) -> None:
    """Subsidy, advances, rate and budgets of both providers; nothing is spent yet."""
    start, probe = house.probe.start, house.probe
    for letter, manager in (("p", "manager_p"), ("q", "manager_q")):
        provider = getattr(house, letter)
        with house.acting(manager) as actor:
            subsidy = grant_subsidy(
                actor,
                provider=provider,
                arrangement=house.arrangement,
                decision_number=probe.canary(f"money_{letter}"),
                amount_cents=A_YEAR * 5,
                valid_from=start,
                valid_until=start.replace(year=start.year + 5, day=1),
            )
            pay_advance(actor, subsidy=subsidy, on=start, amount_cents=A_YEAR)
            set_rate(actor, provider=provider, cents_per_hour=11_800, valid_from=start)
            for year in range(start.year, house.on.year + 2):
                _budget(house, actor, provider, year, A_YEAR)
    managers = f"{MANAGERS_P} manager_q"
    for name in ("budget", "budget-lines", "budget-keep"):
        probe.url(name)
    probe.url("budget-lines", query="?formaat=csv")
    probe.form("budget-import", may=managers)
    for what, fields in (
        ("subsidie", {"decision_number": "X", "amount_cents": "1000,00", "last_day": "31-12-2031"}),
        ("voorschot", {"on": "vandaag", "amount_cents": "1,00"}),
        ("budget", {"year": str(house.on.year), "part_ordered": "1,00"}),
        ("tarief", {"cents_per_hour": "120,00", "valid_from": "vandaag"}),
    ):
        probe.form("budget-record", what, may=managers, **fields)
    month = (house.on.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    probe.button("budget-close", may=managers, maand=month.isoformat())


def _budget(house, actor, provider, year, cents):
    parts = dict.fromkeys(CostCategory.values, 0) | {CostCategory.ORDERED: cents}
    return set_budget(actor, provider=provider, municipality=house.town, year=year, parts=parts)


def book(house: House, race: list) -> None:
    """What others ordered, and the months that are over; `race`: two orders, room for one."""
    for letter, manager in (("p", "manager_p"), ("q", "manager_q")):
        provider = getattr(house, letter)
        case = house.cases["case_a" if letter == "p" else "case_b"]
        with house.acting(manager) as actor:
            items = [
                {
                    "source_ref": house.probe.canary(f"money_{letter}"),
                    "referrer": "02",
                    "jz020": "54",
                    "period_start": house.days_ago(60).replace(day=1),
                    "cents": 45_000,
                    "municipality": house.town,
                    "case_number": number,
                }
                for number in ("", case.trajectory.reference)
            ]
            booked = record_external_costs(actor, provider=provider, items=items, on=house.on)
            if booked.problems:
                raise ValueError(booked.problems)
            month = (house.on.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
            close_month(actor, provider=provider, month=month, on=house.on)
            unknown = ExternalCost.objects.visible_to(actor).get(provider=provider, trajectory=None)
        may = MANAGERS_P if letter == "p" else "manager_q"
        house.probe.form("budget-match", unknown.pk, may=may, reference=case.trajectory.reference)
    with house.acting("manager_p") as actor:
        _budget(house, actor, house.p, house.on.year + 1, _promised(house) + ORDER * 3 // 2)
    _write_down(house, race)


def _promised(house):
    year = house.on.year + 1
    totals = totals_of(house.p.pk, house.town.pk, [year])[year]
    return totals.committed_cents + totals.realised_cents


def _write_down(house, race):
    """The budgets in cents, for whoever wants to add them up or to overspend them."""
    years = list(range(house.probe.start.year, house.on.year + 2))
    with become(Actor.system("probe world")):
        for letter, manager in (("p", "manager_p"), ("q", "manager_q")):
            provider = getattr(house, letter)
            for year, totals in totals_of(provider.pk, house.town.pk, years).items():
                house.probe.budgets.append(_entry(house, provider, manager, year, totals))
    entry = next(
        one
        for one in house.probe.budgets
        if one["provider"] == house.p.name and one["year"] == house.on.year + 1
    )
    for row in race:
        form = house.probe.form(
            "subcontract-move", row.pk, "goedkeuren", may=MANAGERS_P, override_reason=""
        )
        entry["approve"].append({"url": form["url"], "cents": row.ceiling_cents})


def _entry(house, provider, manager, year, totals):
    return {
        "provider": provider.name,
        "municipality": house.town.name,
        "year": year,
        "amount_cents": totals.amount_cents,
        "realised_cents": totals.realised_cents,
        "committed_cents": totals.committed_cents,
        "url": house.probe.url("budget", query=f"?jaar={year}"),
        "user": email_of(manager),
        "approve": [],
    }
