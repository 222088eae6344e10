"""The cast with one secret of every kind in both worlds, and who may read each of them."""

import datetime as dt
import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from oja.access.actor import Actor
from oja.core.periods import today
from oja.pages.drafts import keep
from oja.pages.searches import remember_search
from schools.models import AttendanceSpell, Enrolment, Guardian, Municipality
from support.actions import ask_consent_by_link
from support.models import (
    ChoiceRequest,
    Closing,
    Consent,
    Contact,
    Delivery,
    ExternalCost,
    Goal,
    Plan,
    Provision,
    RequestEvent,
    Subcontract,
    SubcontractAgreement,
    SupportRequest,
    SurveyInvitation,
    TrajectoryEvent,
)
from tests.cast import make_cast
from tests.factories.attendance import SpellFactory
from tests.factories.groups import (
    AttendanceFactory,
    CollectiveWorkFactory,
    GroupParticipantFactory,
    GroupSessionFactory,
    group_of,
)
from tests.factories.money import (
    BonusMalusFactory,
    BudgetFactory,
    CostImportFactory,
    CostLineFactory,
    ExternalCostFactory,
    HourRateFactory,
    SubsidyFactory,
)
from tests.factories.monitor import (
    ActionPointFactory,
    AgendaPointFactory,
    DecisionFactory,
    InterpretationFactory,
    MeetingFactory,
    ParticipantFactory,
    published,
)
from tests.factories.pupil_import import PupilFileFactory
from tests.factories.purchases import (
    AgreementFactory,
    ChoiceFactory,
    ContractFactory,
    DeliveryFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
    event_of,
)
from tests.factories.support import (
    CareNoteFactory,
    GoalFactory,
    SchoolNoteFactory,
    days_ago,
    noon,
)
from tests.factories.survey import SurveyInvitationFactory

#: Who plays the same part in the two worlds.
PARTS = {
    "a": {
        "coordinator": "anna",
        "worker": "bas",
        "manager": "cato",
        "spare": "gijs",
        "teacher": "ilse",
        "adviser": "els",
    },
    "b": {"coordinator": "dirk", "worker": "joke", "manager": "hans"},
}


@dataclass(frozen=True)
class Secret:
    """A text that only some people may read."""

    what: str
    text: str
    readers: frozenset

    def is_in(self, page):
        """Whether the text stands on a page as a whole: name 1 is not name 12."""
        return re.search(rf"{re.escape(self.text)}(?![0-9])", page) is not None


def make_house():
    """The cast, and `secrets`: every text with the people who may read it."""
    cast = make_cast()
    cast.secrets = []
    for key, parts in PARTS.items():
        world = getattr(cast, key)
        world.key, world.people = key, {part: getattr(cast, name) for part, name in parts.items()}
        # A municipality and an arrangement are public, and must not look like a leak.
        name = {"a": "Westerveld", "b": "Oosterhout"}[key]
        Municipality.objects.filter(pk=world.municipality.pk).update(name=name)
        type(world.arrangement).objects.filter(pk=world.arrangement.pk).update(name=f"OJA {name}")
        _more_rows(world)
        cast.secrets += _secrets(world, parts)
    return cast


def _more_rows(world):
    worker, coordinator = world.people["worker"], world.people["coordinator"]
    world.ended = world.new_trajectory(closed=True)
    # Not at school, so that it is planned in a holiday too.
    Provision.objects.filter(pk=world.provision.pk).update(place="online")
    world.enrolment = Enrolment.objects.create(
        pupil=world.pupil, site=world.site, school_type="sbo", valid_from=days_ago(400)
    )
    # The two files show a name and the reason why a line was refused.
    world.pupil_file = PupilFileFactory(site=world.site)
    world.read_file = PupilFileFactory(site=world.site, read=True)
    world.spell = SpellFactory(pupil=world.pupil)
    world.spell_ended = SpellFactory(
        pupil=world.pupil, valid_from=days_ago(90), valid_until=days_ago(80), returned=True
    )
    world.secret_goal = GoalFactory(plan=world.plan, position=2, is_for_school=False)
    guardian = world.unshared.pupil.guardians.order_by("created_at").first()
    world.asked, _link, world.token = ask_consent_by_link(
        Actor.for_user(coordinator), request=world.unshared, purpose="share", guardian=guardian
    )
    helped = Consent.objects.filter(trajectory=world.trajectory, purpose="help")
    world.help_consent = helped.order_by("created_at").first()
    world.offer = group_of(world)
    world.participant = GroupParticipantFactory(
        group=world.offer, trajectory=world.trajectory, agreed=True
    )
    world.session = GroupSessionFactory(group=world.offer)
    AttendanceFactory(participant=world.participant, session=world.session)
    world.collective = CollectiveWorkFactory(worker=world.worker, site=world.site)
    HourRateFactory(provider=world.provider)
    payer = {"provider": world.provider, "municipality": world.municipality}
    world.subsidy = SubsidyFactory(provider=world.provider, arrangement=world.arrangement)
    world.budgets = [BudgetFactory(**payer, year=today().year - back) for back in (0, 1)]
    BonusMalusFactory(subsidy=world.subsidy)
    world.cost_file = CostImportFactory(provider=world.provider)
    world.read_cost_file = CostImportFactory(provider=world.provider, read=True)
    world.external_cost = ExternalCostFactory(**payer)
    world.cost_line = CostLineFactory(
        budget=world.budgets[0], source="external", external=world.external_cost, description="x"
    )
    world.invitation = SurveyInvitationFactory(trajectory=world.trajectory)
    _bought_care(world)
    _figures(world)
    world.wrong = Contact.objects.create(
        trajectory=world.trajectory,
        provider=world.provider,
        worker=world.worker,
        provision=world.provision,
        on=days_ago(3),
        minutes=30,
        recorded_at=noon(days_ago(3)),
        recorded_by=worker,
    )


def _figures(world):
    world.snapshot = published(world.arrangement, world.provider.name, world.site.name)
    world.meeting = MeetingFactory(arrangement=world.arrangement, snapshot=world.snapshot)
    world.talk = InterpretationFactory(meeting=world.meeting, slug="thuiszitters-ocw")
    world.point = ActionPointFactory(meeting=world.meeting)
    world.agenda_point = AgendaPointFactory(meeting=world.meeting)
    ParticipantFactory(meeting=world.meeting)
    DecisionFactory(meeting=world.meeting)


def _bought_care(world):
    case = {"trajectory": world.trajectory, "municipality": world.municipality}
    ContractFactory(provider=world.provider)
    world.proposal = SubcontractFactory(**case)
    # The school knows which help it is; the row of its answer never changes afterwards.
    world.purchase = SubcontractFactory(
        asked=True, help_kind=f"{world.bird}geheim-bought-help", **case
    )
    world.ordered = SubcontractFactory(ordered=True, **case)
    world.agreement = AgreementFactory(
        subcontract=world.purchase, guardian=world.parents[0], asked=True
    )
    world.school_answer = SchoolAnswerFactory(subcontract=world.purchase)
    world.bill = DeliveryFactory(subcontract=world.ordered)
    world.choice = ChoiceFactory(trajectory=world.trajectory)


def _secrets(world, parts):
    """Write a text of its own in every kind of row, and say who may read it."""
    found = []

    def secret(what, text, readers):
        names = frozenset(parts[part] for part in readers.split() if part in parts)
        found.append(Secret(f"{what} of {world.key}", text, names))
        return text

    def written(what, readers):
        return secret(what, f"{world.bird}geheim-{what.replace(' ', '-')}", readers)

    school, queue, help_ = "coordinator", "coordinator worker manager spare", "coordinator worker"
    for what, row, readers in (
        ("concept", world.concept, school),
        ("unshared", world.unshared, school),
        ("queued", world.queued, queue),
        ("accepted", world.accepted, queue),
        ("helped", world.request, "coordinator worker manager"),
        ("ended", world.ended.request, "coordinator worker manager"),
    ):
        own = " teacher" if what == "helped" else ""
        secret(f"pupil {what}", row.pupil.last_name, readers + own)
        question = written(f"question {what}", readers)
        SupportRequest.objects.filter(pk=row.pk).update(question=question)
        # The phone of a parent is for who speaks with the family.
        sees_family = help_ if what in ("helped", "ended") else school
        number = written(f"phone {what}", sees_family)
        Guardian.objects.filter(pupil=row.pupil).update(phone=number)

    AttendanceSpell.objects.filter(pk=world.spell.pk).update(next_step=written("absence", school))
    care, provider = "worker", "worker manager"
    CareNoteFactory(trajectory=world.trajectory, text=written("care note", care))
    SchoolNoteFactory(
        trajectory=world.trajectory, text=written("school note", "coordinator worker teacher")
    )
    Plan.objects.filter(pk=world.plan.pk).update(home_part=written("plan", provider))
    Goal.objects.filter(pk=world.secret_goal.pk).update(title=written("care goal", provider))
    Goal.objects.filter(pk=world.goal.pk).update(
        title=written("school goal", "coordinator worker manager")
    )
    Contact.objects.filter(pk=world.wrong.pk).update(
        correction_reason=written("correction", provider)
    )
    SurveyInvitation.objects.filter(pk=world.invitation.pk).update(
        giver_label=written("invitation", provider)
    )
    Closing.objects.create(
        trajectory=world.ended,
        provider=world.provider,
        reason="31",
        note=written("closing", provider),
        on=today(),
    )
    step = {"on": today(), "at": noon(today()), "actor_label": "iemand"}
    TrajectoryEvent.objects.create(
        trajectory=world.trajectory,
        provider=world.provider,
        move="pause",
        from_state="active",
        to_state="paused",
        note=written("step of help", provider),
        **step,
    )
    RequestEvent.objects.create(
        request=world.request,
        site=world.site,
        move="accept",
        from_state="in_team",
        to_state="accepted",
        note=written("decision", "coordinator manager"),
        **step,
    )
    for row, what in ((world.purchase, "asked"), (world.ordered, "ordered")):
        # Why and how much is never the school's, not even where it answers.
        Subcontract.objects.filter(pk=row.pk).update(
            take_back_plan=written(f"take back {what}", provider),
            goal=written(f"bought for {what}", provider),
            could_we_note=written(f"could we {what}", provider),
        )
    event_of(world.purchase, note=written("step of bought care", provider))
    SubcontractAgreement.objects.filter(pk=world.agreement.pk).update(
        note=written("note of an agreement", provider)
    )
    written("bought help", "coordinator worker manager")
    Delivery.objects.filter(pk=world.bill.pk).update(
        override_reason=written("reason of a bill", provider)
    )
    table = "coordinator manager adviser"
    type(world.talk).objects.filter(pk=world.talk.pk).update(text=written("meaning", table))
    type(world.point).objects.filter(pk=world.point.pk).update(text=written("action", table))
    type(world.meeting).objects.filter(pk=world.meeting.pk).update(place=written("place", table))
    ChoiceRequest.objects.filter(pk=world.choice.pk).update(wish=written("choice", provider))
    name = written("name in a file", school)
    world.pupil_file.sheet["rows"][0][1][1] = name
    world.pupil_file.save()
    world.session.group_note = written("group note", "worker manager spare")
    world.session.save()
    ExternalCost.objects.filter(pk=world.external_cost.pk).update(
        pupil_label=written("case of a bill", "manager")[:40]
    )
    reason = written("refused line", school)
    world.read_file.report["refused"] = [{"line": 2, "reason": reason}]
    world.read_file.save()
    actor = Actor.for_user(world.people["coordinator"])
    form = f"request-create.{world.unshared.pupil_id}"
    keep(actor, form, {"question": [written("draft", school)]}, at=noon(today()))
    world.search = remember_search(actor, written("search", school))
    return found


def text_of(response):
    """Everything that a reader gets: the page, or the cells of a spreadsheet."""
    if response.get("Content-Type", "").startswith("application/vnd.openxml"):
        with zipfile.ZipFile(BytesIO(response.content)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return response.content.decode() + "".join(f"{k}: {v}" for k, v in response.items())


def leaks(house, name, response):
    """The secrets on a page that this person (None: nobody) may not read."""
    page = text_of(response)
    return [s.what for s in house.secrets if name not in s.readers and s.is_in(page)]


def planned(world):
    """The last day on which help was planned, as Vandaag posts it."""
    day = today()
    while day.isoweekday() != world.provision.weekday:
        day -= dt.timedelta(days=1)
    return {"inzet": str(world.provision.pk), "dag": str(day)}
