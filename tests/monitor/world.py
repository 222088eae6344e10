"""A small world for figures: two schools of one provider, one of another, and dated requests."""

import datetime as dt

from monitor.definition import Window
from monitor.engine import measure, populations
from monitor.indicators import indicators
from oja.access.actor import Actor, become
from oja.access.models import Membership, Organisation, User
from oja.access.permissions import Role
from providers.models import (
    Arrangement,
    Budget,
    ParticipatingMunicipality,
    Participation,
    Provider,
    Worker,
)
from schools.models import (
    AttendanceSpell,
    Enrolment,
    Guardian,
    Municipality,
    Pupil,
    Residence,
    SchoolSite,
)
from support.models import (
    CollectiveWork,
    Consent,
    Contact,
    CostLine,
    SupportRequest,
    Trajectory,
)
from tests.factories.money import CommitmentFactory, SubcontractFactory

TODAY = dt.date(2026, 11, 21)
SINCE = dt.date(2023, 8, 1)


class World:
    """Sites a and c belong to provider p, site b to provider q."""

    def __init__(self):
        self.numbers = iter(range(1, 1000))
        self.town = town = Municipality.objects.create(code="9998", name="Oosterveld")
        self.elsewhere = Municipality.objects.create(code="9997", name="Westerveld")
        arrangement = Arrangement.objects.create(name="OJA Oosterveld", valid_from=SINCE)
        self.arrangement = arrangement
        ParticipatingMunicipality.objects.create(
            arrangement=arrangement, municipality=town, valid_from=SINCE
        )
        self.p, self.q = self.provider("Vlechtwerk"), self.provider("Kiemkracht")
        self.workers = {
            one.pk: Worker.objects.create(provider=one, name=f"Helper {one}")
            for one in (self.p, self.q)
        }
        self.a, self.b, self.c = (
            self.site(name, town) for name in ("De Wissel", "Het Baken", "De Kring")
        )
        for site, provider in ((self.a, self.p), (self.b, self.q), (self.c, self.p)):
            Participation.objects.create(
                arrangement=arrangement, site=site, provider=provider, valid_from=SINCE
            )
        self.users = {
            "anna": self.user("Anna", (Role.SCHOOL_COORDINATOR, self.a)),
            "bas": self.user("Bas", (Role.CARE_WORKER, self.p)),
            "cato": self.user("Cato", (Role.PROVIDER_MANAGER, self.p)),
            "dirk": self.user("Dirk", (Role.SCHOOL_COORDINATOR, self.b)),
            "els": self.user("Els", (Role.MUNICIPAL_ADVISER, self.place("municipality"))),
            "fem": self.user("Fem", (Role.ADMINISTRATOR, self.place("platform"))),
            "hans": self.user("Hans", (Role.PROVIDER_MANAGER, self.q)),
            "kees": self.user(
                "Kees",
                (Role.SCHOOL_COORDINATOR, self.a),
                (Role.SCHOOL_COORDINATOR, self.c),
                (Role.PROVIDER_MANAGER, self.q),
            ),
        }

    @staticmethod
    def place(kind, name="Oosterveld"):
        return Organisation.objects.create(kind=kind, name=name)

    def provider(self, name):
        organisation = self.place("provider", name)
        return Provider.objects.create(organisation=organisation, kind="lead", name=name)

    def site(self, name, town):
        organisation = self.place("site", name)
        return SchoolSite.objects.create(organisation=organisation, name=name, municipality=town)

    @staticmethod
    def user(name, *roles):
        user = User.objects.create_user(
            f"{name.lower()}@example.test", "wachtwoord-voor-tests", name
        )
        for role, place in roles:
            organisation = getattr(place, "organisation", place)
            Membership.objects.create(
                user=user, role=role, organisation=organisation, valid_from=SINCE
            )
        return user

    def pupil(self, site, **fields):
        """A pupil of eight years, unless told otherwise."""
        given = {
            "first_name": "Canary",
            "last_name": f"Number{next(self.numbers)}",
            "birth_date": dt.date(2018, 3, 1),
        }
        return Pupil.objects.create(site=site, **(given | fields))

    def enrolled(self, site, kind="bao", since="2024-08-01", until=None, destination="", **fields):
        """A pupil with an enrolment, and where it went."""
        pupil = fields.pop("pupil", None) or self.pupil(site, **fields)
        Enrolment.objects.create(
            pupil=pupil,
            site=site,
            school_type=kind,
            valid_from=since,
            valid_until=until,
            destination_type=destination,
        )
        return pupil

    def absent(self, pupil, since, until=None, **fields):
        """A spell of absence; wholly and without a valid reason, unless told otherwise."""
        given = {"kind": "unlawful", "valid_from": since, "valid_until": until}
        return AttendanceSpell.objects.create(pupil=pupil, site=pupil.site, **(given | fields))

    def lives(self, pupil, municipality):
        """Where a pupil lives, since it was born."""
        return Residence.objects.create(
            pupil=pupil, site=pupil.site, municipality=municipality, valid_from=pupil.birth_date
        )

    def budget(self, provider, year, cents):
        """What a provider may spend for the town."""
        return Budget.objects.create(
            provider=provider, municipality=self.town, year=year, amount_cents=cents
        )

    @staticmethod
    def cost(budget, on, cents, category="individual", layer="L3", trajectory=None):
        """A line on a budget, perhaps about one child."""
        return CostLine.objects.create(
            provider=budget.provider,
            budget=budget,
            municipality=budget.municipality,
            year=budget.year,
            on=on,
            cents=cents,
            category=category,
            layer=layer,
            source="other",
            trajectory=trajectory,
            pupil_key=trajectory.pupil_id if trajectory else None,
            booked_on=on,
        )

    def order(self, trajectory, budget, cents, open_cents):
        """Bought care that was ordered, and what it takes of a budget."""
        bought = SubcontractFactory(
            trajectory=trajectory,
            volume=1,
            rate_cents=cents,
            ceiling_cents=cents,
            ordered=True,
            starts_on=day("2026-09-01"),
            ends_on=day("2026-12-31"),
        )
        return CommitmentFactory(
            subcontract=bought, budget=budget, cents=cents, open_cents=open_cents
        )

    def request(
        self, site, submitted, *, decided=None, state=None, ended=None, shared=True, pupil=None
    ):
        """A request of a new pupil; `decided` accepts it, unless another state is given."""
        provider = self.q if site == self.b else self.p
        number = next(self.numbers)
        pupil = pupil or self.pupil(site)
        parent = pupil.guardians.first() or Guardian.objects.create(
            pupil=pupil,
            site=site,
            first_name="Canary",
            last_name="Parent",
            relation="mother",
            has_custody=True,
        )
        request = SupportRequest.objects.create(
            reference=f"H-26-{number:04}",
            pupil=pupil,
            site=site,
            provider=provider,
            state=state or ("accepted" if decided else "submitted"),
            submitted_on=submitted,
            decided_on=decided,
            ended_on=ended,
        )
        request.consent = None
        if shared:
            request.consent = Consent.objects.create(
                request=request,
                pupil=pupil,
                site=site,
                purpose="share",
                guardian=parent,
                giver_label="Canary Parent",
                regime="parents",
                state="given",
                asked_on=submitted,
                answered_on=submitted,
            )
        return request

    def started(self, site, submitted, decided, helped=None, ended=None, pupil=None):
        """A request with a regisseur, and with a contact that took place when `helped`."""
        request = self.request(site, submitted, decided=decided, pupil=pupil)
        SupportRequest.objects.filter(pk=request.pk).update(state="started", assigned_on=decided)
        request.trajectory_row = Trajectory.objects.create(
            reference=request.reference.replace("H", "T"),
            request=request,
            pupil=request.pupil,
            pupil_name=request.pupil.full_name,
            pupil_sort=request.pupil.sort_name,
            birth_date=request.pupil.birth_date,
            site=site,
            provider=request.provider,
            regisseur=self.workers[request.provider_id],
            registered_on=decided,
        )
        if helped:
            self.contact(request, helped)
        if ended:
            Trajectory.objects.filter(request=request).update(
                state="closed", started_on=decided, ended_on=ended, end_reason="31"
            )
        return request

    def collective(self, provider, site, on, minutes, form="COLLECTIEF"):
        """Work for a class or team."""
        return CollectiveWork.objects.create(
            provider=provider,
            site=site,
            worker=self.workers[provider.pk],
            on=on,
            minutes=minutes,
            theme="Pesten",
            reach=24,
            form=form,
        )

    def contact(self, request, on, **fields):
        """A contact of the help that took place."""
        given = {"minutes": 45}
        return Contact.objects.create(
            trajectory=request.trajectory_row,
            provider=request.provider,
            worker=self.workers[request.provider_id],
            on=on,
            recorded_at=dt.datetime.combine(on, dt.time(12), dt.UTC),
            **(given | fields),
        )

    @staticmethod
    def stop_sharing(request):
        """The parent ends the sharing; nothing else changes."""
        Consent.objects.filter(pk=request.consent.pk).update(
            state="withdrawn",
            withdrawn_on=TODAY,
            withdrawn_at=dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC),
        )


def day(text):
    """A date from "2026-09-01"."""
    return dt.date.fromisoformat(text)


def fill(world):
    """Requests on both sides of every border of the two rules, at every school."""
    for site in (world.a, world.b, world.c):
        world.request(site, day("2026-11-10"))
        world.request(site, day("2026-11-01"), decided=day("2026-11-10"), state="education")
        world.request(site, day("2026-10-20"), decided=day("2026-11-10"))
        world.request(site, day("2026-10-24"), decided=day("2026-11-10"))
        world.request(
            site, day("2026-06-10"), decided=day("2026-07-01"), state="withdrawn", ended=TODAY
        )
        world.request(site, day("2026-09-10"), state="withdrawn", ended=day("2026-09-20"))
        # 28 days, 29 days, and the edges of the school years
        world.started(site, day("2026-09-01"), day("2026-09-08"), helped=day("2026-09-29"))
        world.started(site, day("2026-09-01"), day("2026-09-08"), helped=day("2026-09-30"))
        world.started(site, day("2026-07-20"), day("2026-07-22"), helped=day("2026-08-01"))
        world.started(site, day("2026-05-01"), day("2026-05-22"), helped=day("2026-07-31"))
        world.started(
            site,
            day("2025-09-01"),
            day("2025-09-05"),
            helped=day("2025-09-15"),
            ended=day("2026-03-01"),
        )
        world.started(site, day("2026-11-02"), day("2026-11-12"))
        world.started(site, day("2026-02-01"), day("2026-02-12"), ended=day("2026-04-01"))
    world.started(world.a, day("2026-10-01"), day("2026-10-05"), helped=day("2026-10-10"))
    world.request(world.a, day("2026-10-01"), decided=day("2026-10-05"), shared=False)
    gone = world.started(world.a, day("2026-08-20"), day("2026-08-25"), helped=day("2026-09-01"))
    world.stop_sharing(gone)
    waiting = world.started(world.a, day("2026-08-20"), day("2026-08-25"))
    world.stop_sharing(waiting)
    return world


def figure_of(world, name, slug, year, audience=None):
    """The figure that one person sees over one school year."""
    window = Window.of_school_year(year, TODAY)
    actor = Actor.for_user(world.users[name], on=TODAY)
    with become(actor):
        owns = [own for own in populations(actor) if audience in (None, own.audience)]
        (found,) = (measure(indicators(), actor, own, [window], on=TODAY) for own in owns)
    return found[slug, window]


def numbers_of(world, name, slug, year="2026-2027"):
    """{part: number} of a figure over its rows."""
    figure = figure_of(world, name, slug, year)
    return {slug: number.value for slug, number in figure.numbers.items()}


def values_of(world, name, slug, year="2026-2027"):
    """{part: value} of what a figure shows."""
    return {value.part: value.value for value in figure_of(world, name, slug, year).values}


def fill_whole(world):
    """The requests of `fill`, and a bit of everything else that figures count."""
    fill(world)
    kinds = ("bao", "sbo", "so", "pro", "vo", "vso")
    for number, pupil in enumerate(Pupil.objects.order_by("created_at", "pk")):
        left = number % 5 == 4
        world.enrolled(
            pupil.site,
            kinds[number % 6],
            until="2025-10-01" if left else None,
            destination=("so", "none", "unknown", "abroad")[number // 5 % 4] if left else "",
            pupil=pupil,
        )
        world.lives(pupil, world.elsewhere if number % 7 == 6 else world.town)
        if number % 4 == 1 and not left:
            world.absent(pupil, "2026-09-01", None if number % 8 == 1 else "2026-11-01")
    for provider in (world.p, world.q):
        budgets = {year: world.budget(provider, year, 1_000_000) for year in (2025, 2026)}
        helped = Trajectory.objects.filter(provider=provider, first_help_on__isnull=False)
        for number, trajectory in enumerate(helped.order_by("created_at", "pk")):
            request = SupportRequest.objects.get(pk=trajectory.request_id)
            request.trajectory_row = trajectory
            on = day("2026-10-01") + dt.timedelta(days=number)
            form = ("GROEP", "GEZIN", "INDIVIDUEEL")[number % 3]
            world.contact(request, on, minutes=30 + number, form=form)
            category, layer = (("ordered", "L5"), ("individual", "L3"), ("group", "L2"))[number % 3]
            world.cost(budgets[2026], on, 10_001 + number, category, layer, trajectory)
            world.cost(budgets[2025], day("2025-09-01"), 5_000 + number, category, layer)
            if number == 0:
                world.order(trajectory, budgets[2026], 30_000, 12_345)
        site = world.a if provider == world.p else world.b
        world.collective(provider, site, day("2026-10-07"), 91)
        world.collective(provider, site, day("2025-10-07"), 60, "CONSULTATIE_TEAM")
    return world
