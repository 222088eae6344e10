"""A small world for figures: two schools of one provider, one of another, and dated requests."""

import datetime as dt

from oja.access.models import Membership, Organisation, User
from oja.access.permissions import Role
from providers.models import Arrangement, Participation, Provider, Worker
from schools.models import Guardian, Municipality, Pupil, SchoolSite
from support.models import Consent, Contact, SupportRequest, Trajectory

TODAY = dt.date(2026, 11, 21)
SINCE = dt.date(2023, 8, 1)


class World:
    """Sites a and c belong to provider p, site b to provider q."""

    def __init__(self):
        self.numbers = iter(range(1, 1000))
        town = Municipality.objects.create(code="9998", name="Oosterveld")
        arrangement = Arrangement.objects.create(name="OJA Oosterveld", valid_from=SINCE)
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

    def request(self, site, submitted, *, decided=None, state=None, ended=None, shared=True):
        """A request of a new pupil; `decided` accepts it, unless another state is given."""
        provider = self.q if site == self.b else self.p
        number = next(self.numbers)
        pupil = Pupil.objects.create(
            site=site,
            first_name="Canary",
            last_name=f"Number{number}",
            birth_date=dt.date(2018, 3, 1),
        )
        parent = Guardian.objects.create(
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

    def started(self, site, submitted, decided, helped=None, ended=None):
        """A request with a regisseur, and with a contact that took place when `helped`."""
        request = self.request(site, submitted, decided=decided)
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

    def contact(self, request, on):
        """A contact of the help that took place."""
        return Contact.objects.create(
            trajectory=request.trajectory_row,
            provider=request.provider,
            worker=self.workers[request.provider_id],
            on=on,
            minutes=45,
            recorded_at=dt.datetime.combine(on, dt.time(12), dt.UTC),
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
