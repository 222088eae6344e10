"""Where a hulpvraag or trajectory stands, in words: steps, waiting time and what comes now.

Pure functions over rows that were already read; nothing here queries or asks what day it is.
Lists, homes and detail pages use them, so that one state has one sentence everywhere.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.periods import closed_days, school_days_between
from support.models import RequestState, ShareState, TrajectoryState

#: School days from submission until the first talk of the helper.
WAIT_NORM = 10

REQUEST_STEPS = (
    gettext_lazy("Draft"),
    gettext_lazy("Submitted"),
    gettext_lazy("Support team"),
    gettext_lazy("Decision"),
    gettext_lazy("Started"),
)
TRAJECTORY_STEPS = (
    gettext_lazy("Request"),
    gettext_lazy("Intake"),
    gettext_lazy("Plan"),
    gettext_lazy("Help is running"),
    gettext_lazy("Close"),
)
REQUEST_POSITION = {
    RequestState.CONCEPT: 0,
    RequestState.SUBMITTED: 1,
    RequestState.IN_TEAM: 2,
    RequestState.ACCEPTED: 3,
    RequestState.STARTED: 4,
}
TRAJECTORY_POSITION = {
    TrajectoryState.REGISTERED: 1,
    TrajectoryState.INTAKE: 1,
    TrajectoryState.PLAN_DRAFT: 2,
    TrajectoryState.PLAN_AGREED: 2,
    TrajectoryState.ACTIVE: 3,
    TrajectoryState.PAUSED: 3,
    TrajectoryState.CLOSED: 4,
}
OPEN = frozenset(
    {RequestState.CONCEPT, RequestState.SUBMITTED, RequestState.IN_TEAM, RequestState.ACCEPTED}
)
# The tone is the third carrier of a state, after the icon and the word.
REQUEST_TONES = {
    RequestState.SUBMITTED: "info",
    RequestState.IN_TEAM: "info",
    RequestState.ACCEPTED: "info",
    RequestState.STARTED: "ok",
}
TRAJECTORY_TONES = {
    TrajectoryState.INTAKE: "info",
    TrajectoryState.PLAN_DRAFT: "info",
    TrajectoryState.PLAN_AGREED: "info",
    TrajectoryState.ACTIVE: "info",
    TrajectoryState.PAUSED: "att",
    TrajectoryState.CLOSED: "ok",
}
OTHER_WAYS = frozenset(
    {
        RequestState.EDUCATION,
        RequestState.DISTRICT_TEAM,
        RequestState.ELSEWHERE,
        RequestState.NOT_FUNDED,
        RequestState.WITHDRAWN,
    }
)


def day(value):
    """17 november."""
    return date_format(value, "j F")


def day_full(value):
    """Dinsdag 17 november 2026."""
    return date_format(value, "l j F Y").capitalize()


def relation_of(label):
    """ "father" of "father, Karim de Boer"; the name itself when that is all there is."""
    return label.partition(", ")[0]


def name_of(label):
    """ "Karim de Boer" of "father, Karim de Boer"."""
    relation, _comma, name = label.partition(", ")
    return name or relation


@dataclass(frozen=True)
class Wait:
    """School days since submission; `running` until the first talk or another way."""

    days: int | None
    running: bool

    @property
    def is_over_norm(self):
        """True while the first talk is later than the norm and has not been held."""
        return self.running and self.days is not None and self.days > WAIT_NORM


def waiting(request, on):
    """How long the pupil of this hulpvraag waits, or waited, for the first talk."""
    if request.submitted_on is None or request.state == RequestState.CONCEPT:
        return Wait(None, running=False)
    ended = request.first_talk_on or request.first_help_on
    running = ended is None and (request.state in OPEN or request.state == RequestState.STARTED)
    if not running and ended is None:
        ended = request.decided_on
    return Wait(waited(request.site, request.submitted_on, ended or on), running=running)


def waited(site, submitted_on, until):
    """School days of a site between submission and a later day."""
    closed = closed_days(site.holiday_region, submitted_on, until)
    return school_days_between(submitted_on, until, closed)


def submitted_before(region, days, on):
    """The first day of submission that no longer waits more than `days` school days on `on`."""
    start = on - timedelta(days=days)
    while school_days_between(start, on, closed_days(region, start, on)) <= days:
        start -= timedelta(days=1)
    return start + timedelta(days=1)


def what_now(request, on, trajectory=None, missing=()):
    """The one thing that has to happen now, in a few words.

    `missing`: labels of those who still have to agree to sharing, as far as the reader sees them.
    `trajectory`: the trajectory that followed, when the reader may see it.
    """
    if trajectory is not None:
        return what_now_trajectory(trajectory, on)
    if request.state == RequestState.CONCEPT:
        return _("Finish and submit")
    if request.state == RequestState.IN_TEAM and request.team_meeting_on:
        if request.team_meeting_on < on:
            return _("Record the decision")
        return _("Discuss on %(day)s") % {"day": day(request.team_meeting_on)}
    if request.state in (RequestState.SUBMITTED, RequestState.IN_TEAM):
        if request.share_state == ShareState.DISPUTED:
            return _("One parent says no")
        if request.share_state == ShareState.NONE:
            return _("Ask for consent")
        if request.share_state != ShareState.COMPLETE:
            if len(missing) == 1:
                who = relation_of(missing[0])
                return _("%(name)s answers") % {"name": who[:1].upper() + who[1:]}
            return _("Wait for consent")
        return _("Put on the agenda")
    if request.state == RequestState.ACCEPTED:
        return _("Needs a coordinator of care")
    if request.state == RequestState.STARTED:
        return _("Help has been handed over")
    return request.get_state_display()


def helps_with_consent(trajectory):
    """Whether everyone agreed to the help, as the database keeps it on the row."""
    return trajectory.help_state == ShareState.COMPLETE


def what_now_trajectory(trajectory, on):
    """The one thing that has to happen now in a trajectory."""
    state = trajectory.state
    if state == TrajectoryState.REGISTERED and not helps_with_consent(trajectory):
        return _("Ask for consent")
    if state == TrajectoryState.REGISTERED:
        return _("Plan the intake")
    if state == TrajectoryState.INTAKE:
        if trajectory.intake_on and trajectory.intake_on >= on:
            return _("Intake on %(day)s") % {"day": day(trajectory.intake_on)}
        return _("Record the intake")
    if state == TrajectoryState.PLAN_DRAFT:
        return _("Make the plan")
    if state == TrajectoryState.PLAN_AGREED:
        return _("Start help")
    if state == TrajectoryState.PAUSED:
        return _("Resume or close")
    if state == TrajectoryState.ACTIVE and trajectory.next_evaluation_on:
        if trajectory.next_evaluation_on < on:
            return _("Evaluation was due on %(day)s") % {"day": day(trajectory.next_evaluation_on)}
        return _("Evaluation before %(day)s") % {"day": day(trajectory.next_evaluation_on)}
    return trajectory.get_state_display()


@dataclass(frozen=True)
class Step:
    """One step of the line: state is done, now, next or skipped; `note` is the date under it."""

    label: str
    state: str
    note: str = ""


def _line(labels, position, whens, ended=False):
    def state(index):
        if index < position or (ended and index == position):
            return "done"
        return "now" if index == position else "next"

    return [
        Step(str(label), state(index), whens.get(index, "")) for index, label in enumerate(labels)
    ]


def request_steps(request):
    """The five steps of a hulpvraag with their dates; another way ends at the decision."""
    whens = {}
    if request.submitted_on:
        whens[1] = day(request.submitted_on)
    if request.team_meeting_on:
        whens[2] = day(request.team_meeting_on)
    if request.decided_on:
        whens[3] = day(request.decided_on)
    if request.assigned_on:
        whens[4] = day(request.assigned_on)
    if request.state in OTHER_WAYS:
        reached = 3 if request.decided_on else (1 if request.submitted_on else 0)
        steps = _line(REQUEST_STEPS, reached, whens, ended=True)
        return [step if step.state == "done" else Step(step.label, "skipped") for step in steps]
    position = REQUEST_POSITION[request.state]
    return _line(REQUEST_STEPS, position, whens, ended=request.state == RequestState.STARTED)


def trajectory_steps(trajectory, request=None):
    """The steps of a trajectory with their dates."""
    whens = {}
    if request is not None and request.submitted_on:
        whens[0] = day(request.submitted_on)
    if trajectory.intake_held_on or trajectory.intake_on:
        whens[1] = day(trajectory.intake_held_on or trajectory.intake_on)
    if trajectory.started_on:
        whens[3] = _("since %(day)s") % {"day": day(trajectory.started_on)}
    if trajectory.ended_on:
        whens[4] = day(trajectory.ended_on)
    position = TRAJECTORY_POSITION[trajectory.state]
    ended = trajectory.state == TrajectoryState.CLOSED
    return _line(TRAJECTORY_STEPS, position, whens, ended=ended)
