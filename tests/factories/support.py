"""Requests, consents and trajectories in every situation. What triggers write, they write.

A request is of a pupil with two parents with custody; `shared=True` lets both agree to sharing.
"""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from oja.core.periods import AMSTERDAM, today
from support.consent_rules import regime
from support.models import (
    CareNote,
    Consent,
    Contact,
    Family,
    FamilyMember,
    Goal,
    Plan,
    PlanAgreement,
    Provision,
    SchoolNote,
    SupportRequest,
    Trajectory,
    TreatmentRelation,
)
from tests.factories.providers import ParticipationFactory, WorkerFactory
from tests.factories.schools import PupilFactory


def days_ago(days):
    """A day in the recent past."""
    return today() - dt.timedelta(days=days)


def number(prefix):
    """A reference per row."""
    return factory.Sequence(lambda n: f"{prefix}-26-{n:05d}")


class ConsentFactory(DjangoModelFactory):
    """One answer. Without `guardian` the pupil answers."""

    class Meta:
        model = Consent

    class Params:
        asked = factory.Trait(
            state="asked",
            answered_on=None,
            asked_on=factory.LazyFunction(lambda: days_ago(20)),
            form="link",
        )
        refused = factory.Trait(state="refused")
        talk = factory.Trait(state="talk")
        withdrawn = factory.Trait(
            state="withdrawn",
            withdrawn_on=factory.LazyFunction(today),
            withdrawn_at=factory.LazyFunction(lambda: noon(today())),
        )

    request = factory.SubFactory("tests.factories.support.RequestFactory")
    pupil = factory.SelfAttribute("request.pupil")
    site = factory.SelfAttribute("request.site")
    provider = factory.SelfAttribute("request.provider")
    trajectory = None
    purpose = "share"
    guardian = None
    giver_label = factory.LazyAttribute(lambda o: str(o.guardian or o.pupil))
    state = "given"
    answered_on = factory.LazyFunction(lambda: days_ago(20))
    regime = factory.LazyAttribute(
        lambda o: regime(o.pupil.birth_date, o.answered_on or today()).value
    )


def noon(day):
    """Twelve o'clock in Amsterdam."""
    return dt.datetime.combine(day, dt.time(12), AMSTERDAM)


def agree(request, purpose="share", trajectory=None, **fields):
    """Everyone who must agree agrees: parents with custody, and from twelve the pupil."""
    pupil, on = request.pupil, fields.get("answered_on", days_ago(20))
    decides = regime(pupil.birth_date, on).value
    givers = [] if decides == "pupil" else [g for g in pupil.guardians.all() if g.has_custody]
    if decides != "parents":
        givers.append(None)
    return [
        ConsentFactory(
            request=request, purpose=purpose, guardian=giver, trajectory=trajectory, **fields
        )
        for giver in givers
    ]


class RequestFactory(DjangoModelFactory):
    """A draft; traits move it on."""

    class Meta:
        model = SupportRequest
        skip_postgeneration_save = True

    class Params:
        submitted = factory.Trait(
            state="submitted", submitted_on=factory.LazyFunction(lambda: days_ago(15))
        )
        in_team = factory.Trait(
            state="in_team",
            submitted_on=factory.LazyFunction(lambda: days_ago(15)),
            team_meeting_on=factory.LazyFunction(lambda: days_ago(10)),
        )
        accepted = factory.Trait(
            state="accepted",
            submitted_on=factory.LazyFunction(lambda: days_ago(15)),
            team_meeting_on=factory.LazyFunction(lambda: days_ago(10)),
            decided_on=factory.LazyFunction(lambda: days_ago(10)),
        )
        started = factory.Trait(
            state="started",
            submitted_on=factory.LazyFunction(lambda: days_ago(15)),
            team_meeting_on=factory.LazyFunction(lambda: days_ago(10)),
            decided_on=factory.LazyFunction(lambda: days_ago(10)),
            assigned_on=factory.LazyFunction(lambda: days_ago(9)),
        )

    reference = number("H")
    pupil = factory.SubFactory(PupilFactory)
    site = factory.SelfAttribute("pupil.site")
    participation = factory.SubFactory(
        ParticipationFactory, site=factory.SelfAttribute("..pupil.site")
    )
    provider = factory.LazyAttribute(lambda o: o.participation.provider)
    arrangement = factory.LazyAttribute(lambda o: o.participation.arrangement)
    is_funded = True
    talk_with = factory.LazyFunction(lambda: [{"id": "pupil", "label": "Canary"}])
    talk_on = factory.LazyFunction(lambda: days_ago(20))
    topics = factory.LazyFunction(lambda: ["SOCEM"])
    question = "Canary vindt spelen met anderen lastig."

    @factory.post_generation
    def shared(self, create, extracted, **kwargs):
        """Everyone who must agree has agreed to sharing."""
        if create and extracted:
            agree(self)
            self.refresh_from_db()


class FamilyFactory(DjangoModelFactory):
    class Meta:
        model = Family

    regisseur = factory.SubFactory(WorkerFactory)
    provider = factory.SelfAttribute("regisseur.provider")
    household = factory.Faker("uuid4", cast_to=None)


class TrajectoryFactory(DjangoModelFactory):
    """Registered; traits move it on. Its request is shared, else nobody may open a trajectory."""

    class Meta:
        model = Trajectory
        skip_postgeneration_save = True

    class Params:
        intake = factory.Trait(state="intake", intake_on=factory.LazyFunction(lambda: days_ago(8)))
        plan_draft = factory.Trait(
            state="plan_draft",
            intake_on=factory.LazyFunction(lambda: days_ago(8)),
            intake_held_on=factory.LazyFunction(lambda: days_ago(8)),
        )
        plan_agreed = factory.Trait(
            state="plan_agreed",
            intake_on=factory.LazyFunction(lambda: days_ago(8)),
            intake_held_on=factory.LazyFunction(lambda: days_ago(8)),
        )
        active = factory.Trait(
            state="active",
            intake_on=factory.LazyFunction(lambda: days_ago(8)),
            intake_held_on=factory.LazyFunction(lambda: days_ago(8)),
            started_on=factory.LazyFunction(lambda: days_ago(7)),
        )
        paused = factory.Trait(
            state="paused",
            intake_held_on=factory.LazyFunction(lambda: days_ago(8)),
            started_on=factory.LazyFunction(lambda: days_ago(7)),
            paused_on=factory.LazyFunction(lambda: days_ago(1)),
            pause_until=factory.LazyFunction(lambda: days_ago(-14)),
        )
        closed = factory.Trait(
            state="closed",
            intake_held_on=factory.LazyFunction(lambda: days_ago(8)),
            started_on=factory.LazyFunction(lambda: days_ago(7)),
            ended_on=factory.LazyFunction(today),
            end_reason="31",
        )

    reference = number("T")
    request = factory.SubFactory(RequestFactory, started=True, shared=True)
    pupil = factory.SelfAttribute("request.pupil")
    pupil_name = factory.LazyAttribute(lambda o: o.pupil.full_name)
    pupil_sort = factory.LazyAttribute(lambda o: o.pupil.sort_name)
    birth_date = factory.SelfAttribute("pupil.birth_date")
    group_label = factory.SelfAttribute("pupil.group_label")
    site = factory.SelfAttribute("request.site")
    provider = factory.SelfAttribute("request.provider")
    regisseur = factory.SubFactory(WorkerFactory, provider=factory.SelfAttribute("..provider"))
    family = factory.SubFactory(
        FamilyFactory,
        regisseur=factory.SelfAttribute("..regisseur"),
        household=factory.SelfAttribute("..pupil.household"),
    )
    registered_on = factory.LazyFunction(lambda: days_ago(9))

    @factory.post_generation
    def relation(self, create, extracted, **kwargs):
        """The regisseur helps, and the pupil is a member of the family."""
        if not create:
            return
        TreatmentRelationFactory(trajectory=self, worker=extracted or self.regisseur)
        if self.family:
            FamilyMember.objects.create(
                family=self.family, pupil=self.pupil, provider=self.provider
            )

    @factory.post_generation
    def helped(self, create, extracted, **kwargs):
        """Everyone who must agree has agreed to help."""
        if create and extracted:
            agree(self.request, purpose="help", trajectory=self)
            self.refresh_from_db()


class TreatmentRelationFactory(DjangoModelFactory):
    class Meta:
        model = TreatmentRelation

    trajectory = factory.SubFactory(TrajectoryFactory)
    worker = factory.SelfAttribute("trajectory.regisseur")
    user = factory.SelfAttribute("worker.user")
    pupil = factory.SelfAttribute("trajectory.pupil")
    provider = factory.SelfAttribute("trajectory.provider")
    family = factory.SelfAttribute("trajectory.family")
    valid_from = factory.SelfAttribute("trajectory.registered_on")
    ground = "assignment"


class PlanFactory(DjangoModelFactory):
    """A draft that lacks nothing but agreement."""

    class Meta:
        model = Plan

    class Params:
        agreed = factory.Trait(state="agreed", agreed_on=factory.LazyFunction(lambda: days_ago(7)))

    trajectory = factory.SubFactory(TrajectoryFactory, plan_draft=True)
    provider = factory.SelfAttribute("trajectory.provider")
    family = factory.SelfAttribute("trajectory.family")
    next_evaluation_on = factory.LazyFunction(lambda: days_ago(-60))
    home_part = "Elke avond samen terugkijken op de dag."


class GoalFactory(DjangoModelFactory):
    class Meta:
        model = Goal

    plan = factory.SubFactory(PlanFactory)
    trajectory = factory.SelfAttribute("plan.trajectory")
    provider = factory.SelfAttribute("trajectory.provider")
    position = 1
    title = "Canary speelt twee keer per week met een ander kind"
    start_score = 3
    target_score = 7
    current_score = 3
    is_for_school = True


def plan_agreements(plan):
    """Everyone who must agree has agreed to this version of the plan."""
    pupil, on = plan.trajectory.pupil, days_ago(1)
    decides = regime(pupil.birth_date, on).value
    givers = [] if decides == "pupil" else [g for g in pupil.guardians.all() if g.has_custody]
    if decides != "parents":
        givers.append(None)
    return [
        PlanAgreement.objects.create(
            plan=plan,
            trajectory=plan.trajectory,
            provider=plan.provider,
            guardian=giver,
            giver_label=str(giver or pupil),
            agreed_on=on,
        )
        for giver in givers
    ]


class ProvisionFactory(DjangoModelFactory):
    """Every week on the weekday of today (Friday in a weekend)."""

    class Meta:
        model = Provision

    trajectory = factory.SubFactory(TrajectoryFactory, active=True)
    provider = factory.SelfAttribute("trajectory.provider")
    site = factory.SelfAttribute("trajectory.site")
    worker = factory.SelfAttribute("trajectory.regisseur")
    weekday = factory.LazyFunction(lambda: min(today().isoweekday(), 5))
    start_time = dt.time(9)
    minutes = 45
    valid_from = factory.LazyFunction(lambda: days_ago(7))


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    trajectory = factory.SubFactory(TrajectoryFactory, active=True)
    provider = factory.SelfAttribute("trajectory.provider")
    worker = factory.SelfAttribute("trajectory.regisseur")
    on = factory.LazyFunction(lambda: days_ago(2))
    minutes = 45
    recorded_at = factory.LazyAttribute(lambda o: noon(o.on))


class CareNoteFactory(DjangoModelFactory):
    class Meta:
        model = CareNote

    trajectory = factory.SubFactory(TrajectoryFactory, active=True)
    provider = factory.SelfAttribute("trajectory.provider")
    text = "Canaryzorg: thuis is het onrustig."


class SchoolNoteFactory(DjangoModelFactory):
    class Meta:
        model = SchoolNote

    trajectory = factory.SubFactory(TrajectoryFactory, active=True)
    provider = factory.SelfAttribute("trajectory.provider")
    pupil = factory.SelfAttribute("trajectory.pupil")
    site = factory.SelfAttribute("trajectory.site")
    text = "Canaryafspraak: even apart zitten mag altijd."
    kind = "agreement"
    on = factory.LazyFunction(lambda: days_ago(2))
