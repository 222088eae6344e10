"""The organisations of the demo world: a fictional municipality, six schools, two providers."""

import datetime as dt
from dataclasses import dataclass, field

from oja.access.models import Membership, Organisation, User
from oja.access.permissions import Role
from oja.demo.accounts import DEMO_ACCOUNTS
from providers.actions import (
    add_participation,
    add_worker,
    post_worker,
    register_provider,
    start_arrangement,
)
from providers.models import Arrangement, Provider, Worker
from schools.actions import add_group, assign_teacher, register_municipality, register_site
from schools.models import Municipality, SchoolGroup, SchoolSite


@dataclass(frozen=True)
class SiteSize:
    """A fictional school: its kind, its pupils and the ages it teaches."""

    name: str
    school_type: str
    provider: str
    pupils: int
    ages: tuple[int, int]
    groups: tuple[str, ...]
    coordinator: str
    helped: float  # share of the pupils with help in a year


PRIMARY_GROUPS = ("3a", "3b", "4a", "4b", "5a", "5b", "6a", "6b", "7a", "7b", "8a", "8b")
SECONDARY_GROUPS = ("1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "5")

#: Magnitudes of a pilot with six schools for special and practical education.
SITES = (
    SiteSize("De Wissel", "sbo", "Vlechtwerk", 155, (6, 12), PRIMARY_GROUPS, "Anna de Vries", 0.30),
    SiteSize(
        "De Vlonder", "sbo", "Vlechtwerk", 165, (6, 12), PRIMARY_GROUPS, "Roos Scholten", 0.30
    ),
    SiteSize("De Kring", "sbo", "Vlechtwerk", 140, (6, 12), PRIMARY_GROUPS, "Jelle Kramer", 0.30),
    SiteSize("Het Baken", "so", "Kiemkracht", 95, (6, 12), PRIMARY_GROUPS[:8], "Dirk Postma", 0.60),
    SiteSize("Het Palet", "vso", "Kiemkracht", 180, (12, 18), SECONDARY_GROUPS, "Maud Blom", 0.50),
    SiteSize(
        "De Werkplaats", "pro", "Kiemkracht", 320, (12, 18), SECONDARY_GROUPS, "Niek Prins", 0.30
    ),
)

#: Workers by school; those who have a demo account carry the name of that account.
TEAMS = {
    "De Wissel": ("Bas Wolters", "Farida Azizi"),
    "De Vlonder": ("Sanne Bos", "Thijs Kuipers"),
    "De Kring": ("Iris Veenstra", "Koen Maas"),
    "Het Baken": ("Merel Dekker", "Youssef Tahiri"),
    "Het Palet": ("Floris Evers", "Zehra Koç"),
    "De Werkplaats": ("Femke Huisman", "Sven Koster", "Lieke Groen"),
}

SITE_OF = {name: site for site, names in TEAMS.items() for name in names}

#: Who teaches which group.
TEACHERS = (("Marleen ter Braak", "De Wissel", "7a"),)

FUNCTIONS = ("jeugdhulpverlener", "gedragswetenschapper")
ROOMS = ("kamer 2.04", "kamer 1.12", "het atelier")


@dataclass
class Register:
    """What the rest of the demo world is built on."""

    home: Municipality
    neighbour: Municipality
    arrangement: Arrangement
    providers: dict[str, Provider] = field(default_factory=dict)
    sites: dict[str, SchoolSite] = field(default_factory=dict)
    groups: dict[str, list[SchoolGroup]] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    workers: dict[str, Worker] = field(default_factory=dict)


def build_register(actor, *, start: dt.date, sites: tuple[SiteSize, ...] = SITES) -> Register:
    """Municipalities, schools, providers, workers, arrangement and accounts from `start` on."""
    town = Organisation.objects.create(kind=Organisation.Kind.MUNICIPALITY, name="Oosterveld")
    partners = Organisation.objects.create(
        kind=Organisation.Kind.PARTNERSHIP, name="Passend Oosterveld"
    )
    home = register_municipality(actor, code="9901", name="Oosterveld", organisation=town)
    neighbour = register_municipality(actor, code="9902", name="Hagenbeek")
    arrangement = start_arrangement(
        actor,
        name="OJA Oosterveld",
        valid_from=start,
        municipalities=[home],
        partnership=partners,
    )
    register = Register(home=home, neighbour=neighbour, arrangement=arrangement)
    for name in sorted({site.provider for site in sites}):
        register.providers[name] = register_provider(actor, name=name)
    for index, size in enumerate(sites):
        _build_site(actor, register, size, index, start)
    _build_accounts(register, start, [town, partners])
    for name, site, group in TEACHERS:
        for row in register.groups.get(site, ()):
            if row.name == group:
                assign_teacher(actor, group=row, user=register.people[name], valid_from=start)
    return register


def _build_site(actor, register, size, index, start):
    site = register_site(
        actor,
        name=size.name,
        municipality=register.home,
        school_type=size.school_type,
        street="Dorpsweg",
        house_number=str(10 + index),
        postal_code=f"999{index} XX",
        city="Oosterveld",
        holiday_region="NOORD",
    )
    register.sites[size.name] = site
    provider = register.providers[size.provider]
    add_participation(
        actor, arrangement=register.arrangement, site=site, provider=provider, valid_from=start
    )
    register.groups[size.name] = [add_group(actor, site=site, name=name) for name in size.groups]
    _member(register, size.coordinator, Role.SCHOOL_COORDINATOR, site.organisation, start)
    for number, name in enumerate(TEAMS[size.name]):
        user = _member(register, name, Role.CARE_WORKER, provider.organisation, start)
        worker = add_worker(
            actor,
            provider=provider,
            name=name,
            user=user,
            function=FUNCTIONS[number % 2],
            hours_per_week=32 if number % 2 == 0 else 24,
        )
        register.workers[name] = worker
        post_worker(
            actor,
            worker=worker,
            site=site,
            weekdays=(1, 2, 3, 4, 5) if number % 2 == 0 else (3, 5),
            start_time=dt.time(8, 30),
            end_time=dt.time(16, 0),
            valid_from=start,
            room=ROOMS[number % len(ROOMS)],
        )


def _build_accounts(register, start, others):
    """The accounts of the log-in page; the password is the same for all and made once."""
    hashed = None
    places = {site.name: site.organisation for site in register.sites.values()}
    places |= {provider.name: provider.organisation for provider in register.providers.values()}
    platform = Organisation.objects.create(kind=Organisation.Kind.PLATFORM, name="OJA Oosterveld")
    places |= {place.name: place for place in (*others, platform)}
    for account in DEMO_ACCOUNTS:
        place = places.get(account.organisation)
        if place is None:  # a smaller world does not have this school or provider
            continue
        user = _member(register, account.name, account.role, place, start)
        user.email = account.email
        user.is_staff = account.role == Role.ADMINISTRATOR
        if hashed is None:
            user.set_password(account.password)
            hashed = user.password
        user.password = hashed
        user.save(update_fields=["email", "is_staff", "password"])


def _member(register, name, role, organisation, start):
    """The account of that name with the role; made without a password when it is new."""
    user = register.people.get(name)
    if user is None:
        number = len(register.people) + 1
        user = User.objects.create_user(f"medewerker{number}@demo.example", name=name)
        register.people[name] = user
    Membership.objects.get_or_create(
        user=user, role=role, organisation=organisation, defaults={"valid_from": start}
    )
    return user
