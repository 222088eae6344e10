"""The people of the tests and their two small worlds; `cast` is the fixture.

World A: De Wissel (school) with Vlechtwerk (provider P). World B: Het Baken with Kiemkracht (Q).
Every pupil of A is called Canary…, every pupil of B Merel…: a leak is found by name.

    anna   coordinator A      dirk  coordinator B     els  municipal adviser
    bas    care worker P      hans  manager Q         fem  administrator
    cato   manager P          joke  care worker Q     ilse teacher A
    gijs   care worker P without a treatment relation

A world has: site, group, provider, arrangement, municipality, worker (bas or joke), spare (gijs),
pupil with request and trajectory of an active, shared case (`parents`, `plan`, `goal`,
`provision`, `contact`, `care_note`, `school_note`), `concept`, `unshared` (submitted, nobody agreed
yet), `queued` (submitted and shared) and `accepted` requests of other pupils.
"""

from types import SimpleNamespace

import pytest

from oja.access.actor import Actor
from oja.access.permissions import Role
from schools.models import GroupTeacher
from tests.factories.access import SINCE, OrganisationFactory, member
from tests.factories.providers import (
    ArrangementFactory,
    ParticipatingMunicipalityFactory,
    ParticipationFactory,
    ProviderFactory,
    WorkerFactory,
)
from tests.factories.schools import (
    GroupFactory,
    MunicipalityFactory,
    PupilFactory,
    SiteFactory,
    family_of,
)
from tests.factories.support import (
    CareNoteFactory,
    ContactFactory,
    GoalFactory,
    PlanFactory,
    ProvisionFactory,
    RequestFactory,
    SchoolNoteFactory,
    TrajectoryFactory,
    plan_agreements,
)

NAMES = ("anna", "bas", "cato", "dirk", "els", "fem", "gijs", "hans", "ilse", "joke")


class Cast(SimpleNamespace):
    """People by name, worlds `a` and `b`, and an actor for each of them."""

    def actor(self, name):
        """A fresh actor, as a request would make it."""
        return Actor.for_user(getattr(self, name))


class World(SimpleNamespace):
    """One school with one provider."""

    def new_pupil(self, **fields):
        """Another pupil of this school, with two parents with custody, who lives here."""
        fields.setdefault("first_name", f"{self.bird}{len(self.bird)}")
        pupil = PupilFactory(site=self.site, group=self.group, **fields)
        pupil.parents = family_of(pupil, self.municipality)
        return pupil

    def new_request(self, pupil=None, **traits):
        """A request of a new pupil of this school, in the situation of the traits."""
        pupil = pupil or self.new_pupil()
        return RequestFactory(pupil=pupil, participation=self.participation, **traits)

    def new_trajectory(self, pupil=None, **traits):
        """A trajectory of a new pupil, with the worker of this world as regisseur."""
        request = self.new_request(pupil=pupil, started=True, shared=True)
        traits.setdefault("helped", True)
        return TrajectoryFactory(request=request, regisseur=self.worker, **traits)


def make_world(name, provider_name, bird, worker, spare):
    """A school with its provider and one row of everything."""
    municipality = MunicipalityFactory(name=f"Gemeente {bird}")
    site = SiteFactory(name=name, municipality=municipality)
    arrangement = ArrangementFactory(name=f"OJA {bird}")
    ParticipatingMunicipalityFactory(arrangement=arrangement, municipality=municipality)
    provider = ProviderFactory(name=provider_name)
    world = World(
        bird=bird,
        site=site,
        group=GroupFactory(site=site, name="Groep 6"),
        municipality=municipality,
        arrangement=arrangement,
        provider=provider,
        participation=ParticipationFactory(arrangement=arrangement, site=site, provider=provider),
    )
    world.worker_user = member(Role.CARE_WORKER, provider.organisation, worker)
    world.worker = WorkerFactory(provider=provider, user=world.worker_user, name=worker)
    if spare:
        world.spare_user = member(Role.CARE_WORKER, provider.organisation, spare)
        world.spare = WorkerFactory(provider=provider, user=world.spare_user, name=spare)
    _fill(world)
    return world


def _fill(world):
    world.pupil = world.new_pupil(first_name=f"{world.bird}lief")
    world.parents = world.pupil.parents
    world.trajectory = world.new_trajectory(pupil=world.pupil, active=True)
    world.request = world.trajectory.request
    world.plan = PlanFactory(trajectory=world.trajectory, agreed=True)
    plan_agreements(world.plan)
    world.goal = GoalFactory(plan=world.plan, title=f"{world.bird} speelt met een ander kind")
    world.provision = ProvisionFactory(trajectory=world.trajectory)
    world.contact = ContactFactory(trajectory=world.trajectory)
    world.care_note = CareNoteFactory(
        trajectory=world.trajectory, text=f"{world.bird}zorg: thuis is het onrustig."
    )
    world.school_note = SchoolNoteFactory(
        trajectory=world.trajectory, text=f"{world.bird}afspraak: apart zitten mag."
    )
    world.concept = world.new_request()
    world.unshared = world.new_request(submitted=True)
    world.queued = world.new_request(submitted=True, shared=True)
    world.accepted = world.new_request(accepted=True, shared=True)
    world.trajectory.refresh_from_db()
    world.request.refresh_from_db()


def make_cast():
    """Everybody and both worlds."""
    a = make_world("De Wissel", "Vlechtwerk", "Canary", "Bas", "Gijs")
    b = make_world("Het Baken", "Kiemkracht", "Merel", "Joke", None)
    town = OrganisationFactory(kind="municipality", name="Oosterveld")
    # Els works for the municipality that pays in world A: she reads what is published there.
    a.municipality.organisation = town
    a.municipality.save()
    platform = OrganisationFactory(kind="platform", name="OJA")
    people = {
        "anna": member(Role.SCHOOL_COORDINATOR, a.site.organisation, "Anna"),
        "bas": a.worker_user,
        "cato": member(Role.PROVIDER_MANAGER, a.provider.organisation, "Cato"),
        "dirk": member(Role.SCHOOL_COORDINATOR, b.site.organisation, "Dirk"),
        "els": member(Role.MUNICIPAL_ADVISER, town, "Els"),
        "fem": member(Role.ADMINISTRATOR, platform, "Fem", is_staff=True),
        "gijs": a.spare_user,
        "hans": member(Role.PROVIDER_MANAGER, b.provider.organisation, "Hans"),
        "ilse": member(Role.TEACHER, a.site.organisation, "Ilse"),
        "joke": b.worker_user,
    }
    GroupTeacher.objects.create(group=a.group, user=people["ilse"], site=a.site, valid_from=SINCE)
    return Cast(a=a, b=b, **people)


@pytest.fixture
def cast(db):
    """Ten people and two worlds."""
    return make_cast()
