"""The organisations and people of the probe world, and what every wing of it is built on."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from oja.access.actor import Actor, become
from oja.access.models import Organisation
from oja.access.permissions import Role
from oja.demo.probe.audience import DUAL
from oja.demo.probe.record import Probe
from providers.actions import (
    add_participation,
    add_worker,
    end_participation,
    register_provider,
    start_arrangement,
)
from schools.actions import add_group, assign_teacher, register_municipality, register_site

#: Only a database with this organisation is a probe world.
MARK = "Probe world of OJA"


@dataclass
class Case:
    """A child with help, as it was built: what later wings hang their rows on."""

    pupil: Any
    parent: Any
    request: Any = None
    trajectory: Any = None
    provision: Any = None


@dataclass
class House:
    """Organisations and people, and the cases built so far."""

    on: dt.date
    probe: Probe
    cases: dict[str, Case] = field(default_factory=dict)

    def __post_init__(self):
        self.changed_on = self.on - dt.timedelta(days=300)  # school A changed provider
        self.recent = self.on - dt.timedelta(days=30)

    def acting(self, name: str):
        """Do something as this user."""
        return become(Actor.for_user(self.probe.accounts[name]))

    def word(self, group: str, before: str = "Tekst") -> str:
        """A short text of a group, with a new canary."""
        return f"{before} {self.probe.canary(group)}"

    def days_ago(self, days: int) -> dt.date:
        """A date before today."""
        return self.on - dt.timedelta(days=days)

    def build(self) -> None:
        """Organisations, people and who works where."""
        with become(Actor.system("probe world")) as actor:
            self._organisations(actor)
            self._people(actor)

    def _organisations(self, actor):
        start = self.probe.start
        kinds = Organisation.Kind
        make = Organisation.objects.create
        self.platform = make(kind=kinds.PLATFORM, name=MARK)
        self.town_hall = make(kind=kinds.MUNICIPALITY, name="Gemeente Oosterveld")
        self.west_hall = make(kind=kinds.MUNICIPALITY, name="Gemeente Westerveld")
        self.partners = make(kind=kinds.PARTNERSHIP, name="Samenwerkingsverband")
        self.town = register_municipality(
            actor, code="9901", name="Oosterveld", organisation=self.town_hall
        )
        west = register_municipality(
            actor, code="9902", name="Westerveld", organisation=self.west_hall
        )
        self.arrangement = start_arrangement(
            actor,
            name="OJA Oosterveld",
            valid_from=start,
            municipalities=[self.town],
            partnership=self.partners,
        )
        self.arrangement_west = start_arrangement(
            actor, name="OJA Westerveld", valid_from=start, municipalities=[west]
        )
        self.p = register_provider(actor, name="Provider P")
        self.q = register_provider(actor, name="Provider Q")
        self.a = register_site(actor, name="School A", municipality=self.town, school_type="sbo")
        self.b = register_site(actor, name="School B", municipality=self.town, school_type="so")
        self.c = register_site(actor, name="School C", municipality=west, school_type="so")
        here = {"arrangement": self.arrangement}
        before = add_participation(actor, site=self.a, provider=self.q, valid_from=start, **here)
        end_participation(actor, participation=before, on=self.changed_on)
        add_participation(actor, site=self.a, provider=self.p, valid_from=self.changed_on, **here)
        add_participation(actor, site=self.b, provider=self.q, valid_from=start, **here)
        # Provider Q works in two arrangements; the people of the one do not meet the other.
        add_participation(
            actor,
            arrangement=self.arrangement_west,
            site=self.c,
            provider=self.q,
            valid_from=start,
        )
        self.group_a = add_group(actor, site=self.a, name="5a")
        self.group_b = add_group(actor, site=self.b, name="5b")

    def _people(self, actor):
        a, b, p, q = (row.organisation for row in (self.a, self.b, self.p, self.q))
        u, role = self.probe.user, Role
        u("coordinator_a", role.SCHOOL_COORDINATOR, a)
        u("coordinator_b", role.SCHOOL_COORDINATOR, b)
        teacher = u("teacher_a", role.TEACHER, a)
        for name in ("worker_p", "leader_p", "colleague_p"):
            u(name, role.CARE_WORKER, p)
        # Two, because who approved an order does not approve its bills.
        for name in ("manager_p", "second_manager_p"):
            u(name, role.PROVIDER_MANAGER, p)
        u("worker_q", role.CARE_WORKER, q)
        u("manager_q", role.PROVIDER_MANAGER, q)
        # Two roles in two places: they must not mix.
        u(DUAL, role.SCHOOL_COORDINATOR, b)
        u(DUAL, role.CARE_WORKER, p)
        u("adviser", role.MUNICIPAL_ADVISER, self.town_hall)
        u("adviser_west", role.MUNICIPAL_ADVISER, self.west_hall)
        u("partnership", role.PARTNERSHIP, self.partners)
        u("administrator", role.ADMINISTRATOR, self.platform)
        for name, provider in (
            ("worker_p", self.p),
            ("leader_p", self.p),
            ("colleague_p", self.p),
            ("worker_q", self.q),
        ):
            self.probe.workers[name] = add_worker(
                actor, provider=provider, name=f"Helper {name}", user=self.probe.accounts[name]
            )
        assign_teacher(actor, group=self.group_a, user=teacher, valid_from=self.probe.start)
