"""Subsidy, budgets and bills of the lead providers, over all years of the demo world."""

import datetime as dt
from decimal import Decimal
from random import Random

from oja.access.actor import Actor, become
from oja.demo.register import SITES, Register
from providers.actions import (
    grant_subsidy,
    pay_advance,
    set_bonus_malus,
    set_budget,
    set_rate,
)
from providers.models import CostCategory, Provider
from support.actions.costs import close_month, next_month, record_external_costs

RATE = 13_500  # cents an hour
#: Euros in a year, per kind of help and for each pupil at the schools of the provider.
PER_PUPIL = {
    CostCategory.RESIDENTIAL: 165,
    CostCategory.NOT_ORDERED: 70,
    CostCategory.ORDERED: 95,
    CostCategory.INDIVIDUAL: 365,
    CostCategory.GROUP: 52,
}
#: How many hundredths of it the budget of each year holds, the last for all years after it.
GROWTH = (11, 93, 112)
#: Bills that nobody here ordered: referrer, category of care, euros a month, share with a child
#: that is known here.
FROM_OUTSIDE = (
    ("04", "44", (1_400, 2_000), 0.0),
    ("08", "43", (700, 1_000), 0.0),
    ("02", "54", (260, 600), 0.0),
    ("05", "54", (300, 700), 0.0),
    ("03", "45", (90, 180), 0.8),
)
#: How many of such series run at the same time, for each hundred pupils.
SERIES = {"44": 0.55, "43": 0.4, "54": 0.5, "45": 0.35}


class Treasury:
    """Keeps the money of the providers, each by its own manager."""

    def __init__(self, register: Register, random: Random, start: dt.date, today: dt.date):
        self.register = register
        self.random = random
        self.start = start
        self.today = today

    def _pupils(self, provider: Provider) -> int:
        sizes = [site for site in SITES if site.name in self.register.sites]
        return sum(site.pupils for site in sizes if site.provider == provider.name)

    def grant(self, provider: Provider, manager) -> None:
        """Five years of subsidy with advances, a budget for each year, and the rate of an hour."""
        pupils = self._pupils(provider)
        a_year = sum(PER_PUPIL.values()) * pupils * 100
        with become(Actor.for_user(manager)) as actor:
            subsidy = grant_subsidy(
                actor,
                provider=provider,
                arrangement=self.register.arrangement,
                decision_number=f"OJA-{self.start.year}-{provider.name[:3].upper()}",
                amount_cents=a_year * 5,
                valid_from=self.start,
                valid_until=self.start.replace(year=self.start.year + 5),
            )
            set_bonus_malus(
                actor,
                subsidy=subsidy,
                margin_percent=Decimal(5),
                share_percent=Decimal(50),
                cap_percent=Decimal(5),
            )
            paid_on = self.start
            while paid_on <= self.today:
                pay_advance(actor, subsidy=subsidy, on=paid_on, amount_cents=a_year // 4)
                paid_on = next_month(next_month(next_month(paid_on)))
            for year in range(self.start.year, self.today.year + 2):
                # In the first half year the help has yet to begin; then there is more every year.
                share = GROWTH[min(year - self.start.year, len(GROWTH) - 1)]
                parts = {category: euros * pupils * share for category, euros in PER_PUPIL.items()}
                set_budget(
                    actor,
                    provider=provider,
                    municipality=self.register.home,
                    year=year,
                    parts=parts,
                    subsidy=subsidy,
                )
            set_rate(actor, provider=provider, cents_per_hour=RATE, valid_from=self.start)

    def book(self, provider: Provider, manager, case_numbers: list[str]) -> None:
        """Bills from outside, and the own help of every month that is over for a while."""
        with become(Actor.for_user(manager)) as actor:
            items = list(self._bills(provider, case_numbers))
            booked = record_external_costs(actor, provider=provider, items=items, on=self.today)
            if booked.problems:
                raise ValueError(booked.problems[:3])
            month = self.start.replace(day=1)
            # The last month is left to close, and this one is provisional.
            while next_month(next_month(month)) <= self.today:
                close_month(actor, provider=provider, month=month, on=self.today)
                month = next_month(month)

    def _bills(self, provider, case_numbers):
        number = 0
        for referrer, jz020, (least, most), known in FROM_OUTSIDE:
            count = max(1, round(self._pupils(provider) / 100 * SERIES[jz020] * 3))
            for series in range(count):
                month = self.start
                for _skip in range(self.random.randrange(0, 24)):
                    month = next_month(month)
                cents = self.random.randint(least * 100, most * 100)
                child = self.random.choice(case_numbers) if case_numbers else ""
                # Of what can be known one series is, in every world, also in a small one.
                is_known = self.random.random() < known or (known and not series)
                case_number = child if is_known else ""
                for _month in range(self.random.randint(3, 11)):
                    if month >= self.today.replace(day=1):
                        break
                    number += 1
                    yield {
                        "source_ref": f"{provider.name[:2].upper()}{number:05}",
                        "referrer": referrer,
                        "jz020": jz020,
                        "period_start": month,
                        "cents": cents + self.random.randint(-2_000, 2_000),
                        "municipality": self.register.home,
                        "case_number": case_number,
                    }
                    month = next_month(month)
