"""The world in which `manage.py bench` measures: one provider with many requests, loaded at once.

No rule is proven here, so the rows are made past the actions and with the triggers off; what
triggers would write (who may see a row) is written by hand, as sharing that everybody agreed to.
"""

import datetime as dt
import uuid
from contextlib import contextmanager
from random import Random

from django.apps import apps
from django.db import connection, transaction

from oja.access.models import Membership, Organisation, User
from oja.access.permissions import Role
from oja.demo import bench_figures
from oja.demo.bench_record import contact, record
from oja.demo.names import Namer
from providers.models import Arrangement, ParticipatingMunicipality, Participation, Provider, Worker
from schools.models import Guardian, Municipality, Pupil, Residence, SchoolSite
from support.models import (
    Contact,
    Family,
    RequestEvent,
    SupportRequest,
    Topic,
    Trajectory,
    TreatmentRelation,
)

PASSWORD = "bench-world-only"  # noqa: S105 - of a database that is dropped after measuring
MANAGER, WORKER, SCHOOL = "manager@bench.test", "worker@bench.test", "school@bench.test"
SITES = 40
CASELOAD = 60  # open cases of the worker; each has a full record
CONTACTS = 40  # of each case in the caseload
BATCH = 2000
#: State of a request -> how many in a hundred.
STATES = {
    "submitted": 3,
    "in_team": 4,
    "accepted": 3,
    "started": 75,
    "education": 8,
    "district_team": 4,
    "withdrawn": 3,
}


@contextmanager
def without_triggers():
    """Load in one transaction past the triggers of our tables; then they are on again."""
    labels = {"schools", "providers", "support", "access"}
    models = [m for m in apps.get_models() if m._meta.app_label in labels and m._meta.managed]
    tables = [model._meta.db_table for model in models]
    with transaction.atomic(), connection.cursor() as cursor:
        switch(cursor, tables, "DISABLE")
        yield
        # The foreign keys are checked here; a table with checks to come cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        switch(cursor, tables, "ENABLE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def switch(cursor, tables, verb):
    """DISABLE or ENABLE the triggers that are ours, not those of foreign keys."""
    for table in tables:
        cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} {verb} TRIGGER USER")


class World:
    """Loads the world with a number of requests, as they stand on a day."""

    def __init__(self, requests, on):
        self.number, self.on = requests, on
        self.random = Random(2026)  # noqa: S311 - the same world every time
        self.namer = Namer(self.random)

    def load(self):
        """Make everything; returns how many rows of what."""
        with without_triggers():
            self.organisations()
            self.people()
            self.pupils()
            self.requests()
            self.trajectories()
            self.records()
            more = bench_figures.fill(self)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return {
            "requests": self.number,
            "trajectories": len(self.cases),
            "contacts": self.contacts,
            "sites": SITES,
            **more,
        }

    @property
    def trajectory(self):
        """The case that is measured: the newest of the worker."""
        return self.mine[-1]

    def organisations(self):
        """Sites, one provider, one arrangement with one municipality."""
        since = self.on - dt.timedelta(days=1500)
        self.municipality = Municipality.objects.create(code="9999", name="Oosterveld")
        kind = Organisation.Kind
        places = [Organisation(kind=kind.SITE, name=f"School {n:02}") for n in range(SITES)]
        provider = Organisation(kind=kind.PROVIDER, name="Vlechtwerk")
        Organisation.objects.bulk_create([*places, provider])
        self.sites = SchoolSite.objects.bulk_create(
            SchoolSite(organisation=place, name=place.name, municipality=self.municipality)
            for place in places
        )
        self.provider = Provider.objects.create(
            organisation=provider, kind=Provider.Kind.LEAD, name=provider.name
        )
        self.arrangement = Arrangement.objects.create(name="OJA Oosterveld", valid_from=since)
        ParticipatingMunicipality.objects.create(
            arrangement=self.arrangement, municipality=self.municipality, valid_from=since
        )
        found = Participation.objects.bulk_create(
            Participation(
                arrangement=self.arrangement, site=site, provider=self.provider, valid_from=since
            )
            for site in self.sites
        )
        self.participations = {one.site_id: one for one in found}

    def people(self):
        """Three accounts, and workers of whom one has an account."""
        accounts = {
            MANAGER: (Role.PROVIDER_MANAGER, self.provider.organisation),
            WORKER: (Role.CARE_WORKER, self.provider.organisation),
            SCHOOL: (Role.SCHOOL_COORDINATOR, self.sites[0].organisation),
        }
        since = self.on - dt.timedelta(days=1000)
        self.users = {}
        for email, (role, organisation) in accounts.items():
            user = User.objects.create_user(email, PASSWORD, email.partition("@")[0].title())
            Membership.objects.create(
                user=user, role=role, organisation=organisation, valid_from=since
            )
            self.users[email] = user
        self.workers = Worker.objects.bulk_create(
            Worker(
                provider=self.provider,
                name=self.namer.member(self.namer.family()).last_name,
                user=self.users[WORKER] if number == 0 else None,
            )
            for number in range(30)
        )

    def pupils(self):
        """One pupil per request, with a parent who has custody and a residence."""
        people = []
        for _number in range(self.number):
            family = self.namer.family()
            child = self.namer.member(family)
            pupil = Pupil(
                site=self.random.choice(self.sites),
                first_name=child.first_name,
                prefix=child.prefix,
                last_name=child.last_name,
                birth_date=self.on - dt.timedelta(days=self.random.randint(1700, 4300)),
                group_label=f"groep {self.random.randint(3, 8)}",
                shared_with=self.provider.organisation,
                client_of=self.provider.organisation,
            )
            pupil.case_number = self.case_number(len(people))
            pupil.fill_sort_name()
            people.append((pupil, self.namer.adult(family, woman=True)))
        self.children = [pupil for pupil, _parent in people]
        Pupil.objects.bulk_create(self.children, BATCH)
        self.parents = Guardian.objects.bulk_create(
            (
                Guardian(
                    pupil=pupil,
                    site_id=pupil.site_id,
                    first_name=parent.first_name,
                    prefix=parent.prefix,
                    last_name=parent.last_name,
                    relation=Guardian.Relation.MOTHER,
                    has_custody=True,
                )
                for pupil, parent in people
            ),
            BATCH,
        )
        Residence.objects.bulk_create(
            (
                Residence(
                    pupil=pupil,
                    site_id=pupil.site_id,
                    municipality=self.municipality,
                    valid_from=pupil.birth_date,
                )
                for pupil in self.children
            ),
            BATCH,
        )

    @staticmethod
    def case_number(number):
        """Never the same twice, which random numbers are not at this scale."""
        alphabet = "23456789BCDFGHJKMNPQRSTVWXYZ"
        letters = ""
        for _place in range(6):
            number, rest = divmod(number, len(alphabet))
            letters += alphabet[rest]
        return f"{letters[:3]}-{letters[3:]}"

    def requests(self):
        """One request per pupil over three years, with the dates that its state implies."""
        codes = [topic.value for topic in Topic]
        states = self.random.choices(list(STATES), STATES.values(), k=self.number)
        self.asked = []
        for number, (pupil, state) in enumerate(zip(self.children, states, strict=True)):
            age = self.random.randint(1, 60 if state in ("submitted", "in_team") else 1000)
            submitted = self.on - dt.timedelta(days=age)
            decided = min(submitted + dt.timedelta(days=self.random.randint(5, 25)), self.on)
            helped = decided + dt.timedelta(days=self.random.randint(2, 20))
            is_decided = state not in ("submitted", "in_team")
            is_started = state == "started"
            self.asked.append(
                SupportRequest(
                    reference=f"H-{submitted:%y}-{number:05}",
                    pupil=pupil,
                    site_id=pupil.site_id,
                    provider=self.provider,
                    participation=self.participations[pupil.site_id],
                    arrangement=self.arrangement,
                    municipality=self.municipality,
                    is_funded=True,
                    talk_with=[{"id": "pupil", "label": pupil.first_name}],
                    talk_on=submitted,
                    topics=self.random.sample(codes, k=self.random.randint(1, 3)),
                    question="In de klas lukt het niet om mee te doen met de groep.",
                    state=state,
                    submitted_on=submitted,
                    team_meeting_on=None if state == "submitted" else decided,
                    decided_on=decided if is_decided else None,
                    assigned_on=decided if is_started else None,
                    ended_on=decided if state == "withdrawn" else None,
                    first_talk_on=decided if is_started else None,
                    first_help_on=helped if is_started and helped <= self.on else None,
                    help_ended_on=self.ended(helped) if is_started else None,
                    share_state="complete",
                )
            )
        SupportRequest.objects.bulk_create(self.asked, BATCH)

    def trajectories(self):
        """One for each started request; those of the last months are open."""
        started = [request for request in self.asked if request.state == "started"]
        children = {pupil.pk: pupil for pupil in self.children}
        started.sort(key=lambda request: request.submitted_on)
        helped = [request.pk for request in started if request.first_help_on]
        recent = set(helped[-CASELOAD:])
        self.cases = []
        for number, request in enumerate(started):
            child = children[request.pupil_id]
            ended = self.ended(request.first_help_on)
            mine = request.pk in recent
            self.cases.append(
                Trajectory(
                    reference=f"T-{request.submitted_on:%y}-{number:05}",
                    request=request,
                    pupil=child,
                    pupil_name=child.full_name,
                    pupil_sort=child.sort_name,
                    birth_date=child.birth_date,
                    group_label=child.group_label,
                    site_id=child.site_id,
                    provider=self.provider,
                    regisseur=self.workers[0] if mine else self.random.choice(self.workers[1:]),
                    topics=request.topics,
                    state=self.state(ended is None, request.first_help_on),
                    submitted_on=request.submitted_on,
                    registered_on=request.decided_on,
                    started_on=request.first_help_on,
                    first_help_on=request.first_help_on,
                    last_contact_on=request.first_help_on,
                    intake_held_on=request.first_talk_on,
                    ended_on=ended,
                    end_reason="31" if ended else "",
                    highest_layer=("L2", "L3", "L4", "L5")[number % 4],
                    has_third_party=number % 25 == 0,
                    shared_site=child.site_id,
                )
            )
        self.mine = [case for case in self.cases if case.request_id in recent]
        families = [
            Family(household=uuid.uuid4(), provider=self.provider, regisseur=self.workers[0])
            for _case in self.mine
        ]
        Family.objects.bulk_create(families)
        for case, family in zip(self.mine, families, strict=True):
            case.family = family
        Trajectory.objects.bulk_create(self.cases, BATCH)
        RequestEvent.objects.bulk_create(self.request_events(), BATCH)
        TreatmentRelation.objects.bulk_create(
            TreatmentRelation(
                user=self.users[WORKER],
                worker=self.workers[0],
                trajectory=case,
                pupil_id=case.pupil_id,
                provider=self.provider,
                family_id=case.family_id,
                valid_from=case.registered_on,
                ground="regisseur",
            )
            for case in self.mine
        )

    def ended(self, first_help_on):
        """When help that began on that day was closed; None while it runs."""
        if first_help_on is None or (self.on - first_help_on).days < 150:
            return None
        return first_help_on + dt.timedelta(days=120)

    @staticmethod
    def state(is_open, first_help_on):
        """A state that fits the dates."""
        if not is_open:
            return "closed"
        return "intake" if first_help_on is None else "active"

    def request_events(self):
        """The steps of each request."""
        moment = dt.datetime.combine(self.on, dt.time(9), dt.UTC)
        for request in self.asked:
            steps = [("submit", "concept", "submitted", request.submitted_on)]
            if request.decided_on:
                steps.append(("accept", "in_team", "accepted", request.decided_on))
            for move, source, target, on in steps:
                yield RequestEvent(
                    request=request,
                    site_id=request.site_id,
                    shared_provider=self.provider.pk,
                    move=move,
                    from_state=source,
                    to_state=target,
                    on=on,
                    at=moment,
                    actor_label="Bench",
                )

    def records(self):
        """Two contacts in every case; a whole record in the cases of the worker."""
        moment = dt.datetime.combine(self.on, dt.time(15), dt.UTC)
        held = [case for case in self.cases if case.first_help_on]
        mine = {case.pk for case in self.mine}
        rows = [
            contact(self, case, case.first_help_on + dt.timedelta(days=3 * number), moment)
            for case in held
            for number in range(CONTACTS if case.pk in mine else 2)
        ]
        Contact.objects.bulk_create(rows, BATCH)
        self.contacts = len(rows)
        for case in self.mine:
            record(self, case, moment)
