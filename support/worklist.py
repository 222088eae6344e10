"""What waits for whom, derived from the rows: no task is kept, so none can be out of date.

Every function takes rows that were already read for this actor, and the day. A task is one
sentence that starts with the verb, a reason, and one button that does it or opens exactly that
field.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from support.models import ConsentState, RequestState, ShareState, TrajectoryState
from support.progress import day, helps_with_consent, name_of

#: Days after which an unanswered question deserves a reminder.
REMIND_AFTER = 7
#: Days before an evaluation date on which it becomes a task.
EVALUATE_BEFORE = 14

LATE, NOW, LATER = "late", "now", "later"
GROUPS = (
    (LATE, gettext_lazy("Late")),
    (NOW, gettext_lazy("Today")),
    (LATER, gettext_lazy("Later")),
)


@dataclass(frozen=True)
class Task:
    """One thing that waits: `group` is late, now or later; `order` sorts within the group."""

    group: str
    title: str
    meta: str
    icon: str
    url: str
    label: str
    order: tuple = ()

    @property
    def is_late(self):
        """Whether its day has passed."""
        return self.group == LATE


def grouped(tasks):
    """The tasks as (key, heading, tasks) per group that has any, oldest first."""
    found = []
    for key, heading in GROUPS:
        rows = sorted((task for task in tasks if task.group == key), key=lambda task: task.order)
        if rows:
            found.append((key, heading, rows))
    return found


def days_late(number):
    """3 dagen te laat."""
    return ngettext("%(number)s day late", "%(number)s days late", number) % {"number": number}


def unanswered(consents):
    """Of the standing consents: questions without an answer, and wishes to talk that are the last
    word of that person."""
    last = {}
    for consent in sorted(consents, key=lambda consent: consent.created_at):
        case = (consent.request_id, consent.trajectory_id)
        last[(*case, consent.purpose, consent.guardian_id)] = consent
    return [row for row in last.values() if row.state in (ConsentState.ASKED, ConsentState.TALK)]


def consent_task(consent, pupil_name, on):
    """A person who was asked and has not answered, or who wants to talk first; else None."""
    words = {"who": name_of(consent.giver_label), "pupil": pupil_name}
    record = reverse("consent-record", args=[consent.pk])
    if consent.state == ConsentState.TALK:
        return Task(
            group=NOW,
            title=_("Talk with %(who)s about %(pupil)s") % words,
            meta=_("%(purpose)s · wants to talk first, answered on %(day)s")
            % {"purpose": consent.get_purpose_display(), "day": day(consent.answered_on)},
            icon="message-circle",
            url=record,
            label=_("Record the answer"),
            order=(consent.answered_on,),
        )
    if consent.state != ConsentState.ASKED:
        return None
    due = consent.asked_on + timedelta(days=REMIND_AFTER)
    meta = _("%(purpose)s · asked on %(day)s, no answer yet") % {
        "purpose": consent.get_purpose_display(),
        "day": day(consent.asked_on),
    }
    late = (on - due).days
    if late > 0:
        meta = f"{meta} · {days_late(late)}"
    return Task(
        group=LATE if late > 0 else LATER,
        title=_("Ask %(who)s for consent for %(pupil)s") % words,
        meta=meta,
        icon="user-check",
        url=reverse("consent-link", args=[consent.pk]),
        label=_("Send a reminder"),
        order=(consent.asked_on,),
    )


def request_task(request, on, has_open_question=False):
    """What the coordinator does next for a hulpvraag; None when it waits for someone else."""
    name = {"pupil": request.pupil.full_name}
    detail = reverse("request-detail", args=[request.pk])
    if request.state == RequestState.CONCEPT:
        return Task(
            group=LATER,
            title=_("Finish the request for %(pupil)s") % name,
            meta=_("Draft of %(day)s · nobody else sees this yet")
            % {"day": day(request.created_at)},
            icon="pencil",
            url=reverse("request-edit", args=[request.pk]),
            label=_("Continue"),
            order=(request.created_at.date(),),
        )
    if request.state == RequestState.IN_TEAM and request.team_meeting_on:
        return _team_task(request, on, name, detail)
    if request.state != RequestState.SUBMITTED:
        return None
    if request.share_state == ShareState.COMPLETE:
        return Task(
            group=NOW,
            title=_("Put %(pupil)s on the agenda of the support team") % name,
            meta=_("Submitted on %(day)s · everybody agreed to share")
            % {"day": day(request.submitted_on)},
            icon="users",
            url=reverse("request-move", args=[request.pk, "agenda"]),
            label=_("Put on the agenda"),
            order=(request.submitted_on,),
        )
    if request.share_state == ShareState.DISPUTED:
        return Task(
            group=NOW,
            title=_("Talk about the no for %(pupil)s") % name,
            meta=_("One parent says no · the request stays at school"),
            icon="message-circle",
            url=f"{detail}#toestemming",
            label=_("See what is possible"),
            order=(request.submitted_on,),
        )
    if has_open_question:
        return None
    return Task(
        group=NOW,
        title=_("Ask consent to share for %(pupil)s") % name,
        meta=_("Submitted on %(day)s · not everybody was asked")
        % {"day": day(request.submitted_on)},
        icon="user-check",
        url=f"{detail}#toestemming",
        label=_("Ask consent"),
        order=(request.submitted_on,),
    )


def _team_task(request, on, name, detail):
    meeting = request.team_meeting_on
    late = (on - meeting).days
    if late < 0:
        return Task(
            group=LATER,
            title=_("Discuss %(pupil)s in the support team") % name,
            meta=_("On the agenda of %(day)s") % {"day": day(meeting)},
            icon="users",
            url=detail,
            label=_("Open"),
            order=(meeting,),
        )
    meta = _("Discussed on %(day)s") % {"day": day(meeting)}
    if late:
        meta = f"{meta} · {days_late(late)}"
    return Task(
        group=LATE if late else NOW,
        title=_("Record the decision about %(pupil)s") % name,
        meta=meta,
        icon="list-checks",
        url=f"{detail}#besluit",
        label=_("Record the decision"),
        order=(meeting,),
    )


def assign_task(request, on):
    """An accepted hulpvraag without anybody who helps: the manager's first task."""
    return Task(
        group=NOW,
        title=_("Assign a coordinator of care for %(pupil)s") % {"pupil": request.pupil.full_name},
        meta=_("%(school)s · accepted on %(day)s")
        % {"school": request.site.name, "day": day(request.decided_on)},
        icon="user-plus",
        url=reverse("request-move", args=[request.pk, "toewijzen"]),
        label=_("Assign"),
        order=(request.decided_on,),
    )


TRAJECTORY_TASKS = {
    TrajectoryState.REGISTERED: (
        gettext_lazy("Plan the intake of %(pupil)s"),
        gettext_lazy("Plan the intake"),
        "calendar-plus",
        "intake-plannen",
    ),
    TrajectoryState.INTAKE: (
        gettext_lazy("Record the intake of %(pupil)s"),
        gettext_lazy("Record the intake"),
        "notebook-pen",
        "intake-vastleggen",
    ),
    TrajectoryState.PLAN_DRAFT: (
        gettext_lazy("Make the plan of %(pupil)s"),
        gettext_lazy("To the plan"),
        "target",
        "",
    ),
    TrajectoryState.PLAN_AGREED: (
        gettext_lazy("Start the help for %(pupil)s"),
        gettext_lazy("Start help"),
        "circle-check",
        "hulp-starten",
    ),
}


def trajectory_task(trajectory, on):
    """What the care worker does next in a trajectory; None when nothing waits."""
    name = {"pupil": trajectory.pupil_name}
    plan = reverse("trajectory-plan", args=[trajectory.pk])
    if trajectory.state == TrajectoryState.REGISTERED and not helps_with_consent(trajectory):
        return Task(
            group=NOW,
            title=_("Ask consent to help for %(pupil)s") % name,
            meta=trajectory.site.name,
            icon="user-check",
            url=reverse("trajectory-consent", args=[trajectory.pk]),
            label=_("Ask consent"),
            order=(trajectory.created_at.date(),),
        )
    if trajectory.state in TRAJECTORY_TASKS:
        title, label, icon, step = TRAJECTORY_TASKS[trajectory.state]
        if trajectory.state == TrajectoryState.INTAKE and (trajectory.intake_on or on) > on:
            return None
        url = reverse("trajectory-move", args=[trajectory.pk, step]) if step else plan
        return Task(
            group=NOW,
            title=str(title) % name,
            meta=trajectory.site.name,
            icon=icon,
            url=url,
            label=str(label),
            order=(trajectory.created_at.date(),),
        )
    due = trajectory.next_evaluation_on
    if trajectory.state != TrajectoryState.ACTIVE or due is None:
        return None
    late = (on - due).days
    if late < -EVALUATE_BEFORE:
        return None
    meta = _("The plan asks an evaluation before %(day)s") % {"day": day(due)}
    if late > 0:
        meta = f"{meta} · {days_late(late)}"
    return Task(
        group=LATE if late > 0 else LATER,
        title=_("Fill in the scores of %(pupil)s") % name,
        meta=meta,
        icon="pencil",
        url=plan,
        label=_("Fill in scores"),
        order=(due,),
    )
