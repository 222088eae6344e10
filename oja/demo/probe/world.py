"""The probe world: its wings in the order in which they need each other."""

import datetime as dt

from oja.demo.probe import absence, files, groups, money, published, schools, surveys
from oja.demo.probe.audience import CASE_P, SCHOOL_B
from oja.demo.probe.house import House
from oja.demo.probe.purchases import Market
from oja.demo.probe.record import Probe

#: Pages that belong to nobody in particular.
PAGES = (
    "home",
    "pupil-list",
    "request-list",
    "trajectory-list",
    "figures",
    "figure-flow",
    "figure-pyramid",
)
FIGURES = (("start-within-28-days", "denominator"), ("open-waiting", "count"))


class World:
    """Builds the probe world step by step, each step by the person who may take it."""

    def __init__(self, on: dt.date):
        self.probe = Probe(on=on, start=on - dt.timedelta(days=700))
        self.house = House(on, self.probe)

    def build(self) -> Probe:
        """Fill the empty database; the caller owns the transaction."""
        house = self.house
        house.build()
        money.build(house)
        schools.build(house)
        groups.build(house)
        schools.withdraw(house)
        market = Market(house)
        market.build()
        absence.build(house)
        surveys.build(house)
        files.build(house)
        money.book(house, market.race)
        published.build(house)
        self._pages()
        return self.probe

    def _pages(self):
        probe = self.probe
        for name in PAGES:
            probe.url(name)
        probe.form("pupil-create", may=f"coordinator_a {SCHOOL_B}", first_name="Ander")
        workers = f"{CASE_P} colleague_p worker_q coordinator_b_and_worker_p"
        probe.form("contact-create", may=workers)
        for slug, part in FIGURES:
            probe.url("figure-detail", slug)
            probe.url("figure-rows", slug, part)
            probe.url("figure-rows", slug, part, query="?formaat=csv")
