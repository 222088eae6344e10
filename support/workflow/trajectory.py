"""TRAJECTORY: help from registration to its end, with the guards of every move."""

import datetime as dt

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oja.access.permissions import Permission
from oja.core.workflow import Refusal, Transition, guard
from support import consent_rules, facts
from support.models import Purpose, Trajectory, TrajectoryEvent
from support.models import TrajectoryState as S
from support.models.trajectory import LONGEST_PAUSE_WEEKS
from support.workflow.base import CaseWorkflow
from support.workflow.refusals import consent_disputed, consent_missing, to

#: A plan is looked at again within this many months.
EVALUATION_MONTHS = 6


def months_later(day, months):
    """The same day some months later, or the last day of a shorter month."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _plan(row, move):
    return facts.draft_plan(move.actor, row)


def _to_plan(row):
    return {"url": to("trajectory-plan", row.pk), "url_label": _("To the plan")}


@guard(gettext_lazy("Everyone who must agree to help has agreed"))
def help_consent_is_valid(row, move):
    """No help without consent for the regime of that day (Jeugdwet 7.3.4)."""
    day = move.data.get("started_on") or move.on
    return help_refusal(move.actor, row, min(day, move.on))


def help_refusal(actor, row, on, *, is_running=False):
    """Why there may be no help on a day, or None."""
    state = facts.consent_state(actor, row, Purpose.HELP, on)
    if consent_rules.may_help(state, is_running=is_running):
        return None
    url = to("trajectory-consent", row.pk)
    if state.is_disputed:
        return consent_disputed(state, who=_("Manager of the provider"), url=url)
    return consent_missing(state, url=url)


@guard(gettext_lazy("The plan has a goal"))
def plan_has_goal(row, move):
    """At least one goal with a score at the start and one that is wanted."""
    plan = _plan(row, move)
    goals = facts.goals_of(move.actor, row, plan)
    if not goals:
        return Refusal(_("The plan has no goal yet"), who=row.regisseur_name, **_to_plan(row))
    if any(goal.start_score is None or goal.target_score is None for goal in goals):
        return Refusal(
            _("A goal has no score for now and for what is wanted"),
            who=row.regisseur_name,
            **_to_plan(row),
        )
    return None


@guard(gettext_lazy("The next evaluation is planned within six months"))
def evaluation_within_six_months(row, move):
    """Counted from the day on which the plan is agreed."""
    plan = _plan(row, move)
    day = plan.next_evaluation_on if plan else None
    if day is None:
        return Refusal(
            _("The plan has no date of evaluation"), who=row.regisseur_name, **_to_plan(row)
        )
    if move.on < day <= months_later(move.on, EVALUATION_MONTHS):
        return None
    return Refusal(
        _("The evaluation must lie within six months from now"),
        who=row.regisseur_name,
        **_to_plan(row),
    )


@guard(gettext_lazy("The part for home is filled in"))
def home_part_filled(row, move):
    """What happens at home, or why nothing is needed there."""
    plan = _plan(row, move)
    if plan is not None and plan.has_home_part:
        return None
    return Refusal(_("The plan has no part for home"), who=row.regisseur_name, **_to_plan(row))


@guard(gettext_lazy("Everyone agreed to this version of the plan"))
def plan_agreed_by_all(row, move):
    """Pupil and parents by the age on that day."""
    plan = _plan(row, move)
    if plan is None:
        return Refusal(_("There is no draft of the plan"), **_to_plan(row))
    if not facts.sees_family(move.actor, row):
        return Refusal(
            _("Only those who help this child can see who must agree"), who=row.regisseur_name
        )
    givers = facts.plan_givers(move.actor, row, plan, move.on)
    if not any(guardian for guardian, _label, _on in givers) and not _decides_alone(row, move):
        return Refusal(_("It is not known who has custody. Record that first"), who=_("School"))
    missing = [label for _guardian, label, agreed_on in givers if agreed_on is None]
    if not missing:
        return None
    return Refusal(
        _("%(names)s has not agreed to the plan yet") % {"names": ", ".join(missing)},
        who=", ".join(missing),
        **_to_plan(row),
    )


def _decides_alone(row, move):
    born = (facts.pupil_of(move.actor, row) or row).birth_date
    return consent_rules.regime(born, move.on) is consent_rules.Regime.PUPIL


@guard(gettext_lazy("Help is planned: by a worker, in a group, or by an order"))
def help_is_planned(row, move):
    """At least one provision that holds on the day of the start or later, a group, or bought care
    that was approved and has not ended by then."""
    day = move.data.get("started_on") or move.on
    provisions = facts.provisions_of(move.actor, row)
    if any(p.valid_until is None or p.valid_until > day for p in provisions):
        return None
    if any(not participant.has_left for participant in facts.groups_of(move.actor, row)):
        return None
    if any(order.ends_on >= day for order in facts.orders_of(move.actor, row)):
        return None
    return Refusal(
        _("No help is planned yet: by whom, where and how long"),
        who=row.regisseur_name,
        url=to("trajectory-provision", row.pk),
        url_label=_("Plan help"),
    )


@guard(gettext_lazy("Every goal has a score at the end"))
def goals_have_scores(row, move):
    """The result of a trajectory is what its goals say."""
    plan = facts.current_plan(move.actor, row)
    open_goals = [g for g in facts.goals_of(move.actor, row, plan) if g.end_score is None]
    if not open_goals:
        return None
    count = len(open_goals)
    return Refusal(
        ngettext(
            "%(count)d goal has no score at the end yet",
            "%(count)d goals have no score at the end yet",
            count,
        )
        % {"count": count},
        who=row.regisseur_name,
        url=format_lazy("{}?einde=1", to("trajectory-scores", row.pk)),
        url_label=_("Fill in scores"),
    )


@guard(gettext_lazy("The intake has taken place"))
def intake_is_held(row, move):
    """Recorded afterwards, and not before the trajectory was registered."""
    day = move.data.get("intake_held_on")
    if day is not None and day > move.on:
        return Refusal(_("The intake lies in the future"), who=row.regisseur_name)
    if day is not None and day < row.registered_on:
        return Refusal(_("The intake cannot be older than the trajectory"), who=row.regisseur_name)
    return None


@guard(gettext_lazy("The intake lies in the trajectory"))
def intake_is_possible(row, move):
    """An intake is planned after the assignment."""
    day = move.data.get("intake_on")
    if day is not None and day < row.registered_on:
        return Refusal(_("The intake cannot be older than the trajectory"), who=row.regisseur_name)
    return None


@guard(gettext_lazy("The start is not in the future"))
def start_is_not_in_the_future(row, move):
    """Help starts on the day that is recorded, and not before the intake."""
    day = move.data.get("started_on")
    if day is not None and day > move.on:
        return Refusal(_("The start of help lies in the future"), who=row.regisseur_name)
    if day is not None and row.intake_held_on and day < row.intake_held_on:
        return Refusal(_("Help cannot start before the intake"), who=row.regisseur_name)
    return None


@guard(gettext_lazy("The pause is eight weeks at most"))
def pause_is_short(row, move):
    """Longer than that, help has ended."""
    start, end = move.data.get("paused_on") or move.on, move.data.get("pause_until")
    if end is None or start < end <= start + dt.timedelta(weeks=LONGEST_PAUSE_WEEKS):
        return None
    return Refusal(
        _("A pause lasts eight weeks at most. Close the trajectory when help has ended"),
        who=row.regisseur_name,
    )


@guard(gettext_lazy("The end is not in the future"))
def end_is_possible(row, move):
    """The last day lies between the last contact and today."""
    day = move.data.get("ended_on")
    if day is None:
        return None
    if day > move.on:
        return Refusal(_("The end of help lies in the future"), who=row.regisseur_name)
    if row.last_contact_on and day < row.last_contact_on:
        return Refusal(
            _("There is a contact after that day"),
            who=row.regisseur_name,
            since=row.last_contact_on,
        )
    if row.started_on and day < row.started_on:
        return Refusal(_("Help cannot end before it started"), who=row.regisseur_name)
    return None


class TrajectoryWorkflow(CaseWorkflow):
    """Clears the dates of a pause; offers a renewal where somebody writes a new version."""

    def available(self, row, actor, on=None, at=None, may_change=None):
        """As the table says, but no new version of the plan while nobody is writing one."""
        with facts.remembering():
            found = super().available(row, actor, on, at, may_change)
            names = {each.transition.name for each in found}
            if "renew_plan" not in names or facts.draft_plan(actor, row) is not None:
                return found
        return [each for each in found if each.transition.name != "renew_plan"]

    def _set(self, transition, row, step):
        changed = super()._set(transition, row, step)
        if transition.name in ("resume", "close"):
            row.paused_on = row.pause_until = None
            return changed | {"paused_on", "pause_until"}
        return changed


_CHANGES = {"permission": Permission.TRAJECTORY_CHANGE}
_PLAN_GUARDS = (
    plan_has_goal,
    evaluation_within_six_months,
    home_part_filled,
    plan_agreed_by_all,
)
_CLOSES = {
    "target": S.CLOSED,
    "sets": ("ended_on", "end_reason", "closing_note"),
    "kind": "danger",
    "done": gettext_lazy("Trajectory closed."),
    **_CHANGES,
}

TRAJECTORY = TrajectoryWorkflow(
    "trajectory",
    Trajectory,
    "state",
    TrajectoryEvent,
    (
        Transition(
            name="plan_intake",
            label=gettext_lazy("Plan intake"),
            sources=(S.REGISTERED, S.INTAKE),
            target=S.INTAKE,
            sets=("intake_on",),
            guards=(help_consent_is_valid, intake_is_possible),
            locks=("pupil_id",),
            done=gettext_lazy("Intake planned."),
            kind="primary",
            **_CHANGES,
        ),
        Transition(
            name="record_intake",
            label=gettext_lazy("Record intake"),
            sources=(S.INTAKE,),
            target=S.PLAN_DRAFT,
            sets=("intake_held_on",),
            guards=(intake_is_held,),
            done=gettext_lazy("Intake recorded."),
            kind="primary",
            **_CHANGES,
        ),
        Transition(
            name="agree_plan",
            label=gettext_lazy("Put the plan in force"),
            sources=(S.PLAN_DRAFT,),
            target=S.PLAN_AGREED,
            guards=_PLAN_GUARDS,
            locks=("pupil_id",),
            done=gettext_lazy("The plan is in force."),
            kind="primary",
            **_CHANGES,
        ),
        Transition(
            name="start_help",
            label=gettext_lazy("Start help"),
            sources=(S.PLAN_AGREED,),
            target=S.ACTIVE,
            sets=("started_on",),
            guards=(help_consent_is_valid, help_is_planned, start_is_not_in_the_future),
            stamps=("started",),
            locks=("pupil_id",),
            done=gettext_lazy("Help has started."),
            kind="primary",
            **_CHANGES,
        ),
        Transition(
            name="renew_plan",
            label=gettext_lazy("Put the new version in force"),
            sources=(S.ACTIVE,),
            target=S.ACTIVE,
            guards=_PLAN_GUARDS,
            locks=("pupil_id",),
            done=gettext_lazy("The new version of the plan is in force."),
            **_CHANGES,
        ),
        Transition(
            name="pause",
            label=gettext_lazy("Pause"),
            sources=(S.ACTIVE,),
            target=S.PAUSED,
            sets=("paused_on", "pause_until", "note"),
            guards=(pause_is_short,),
            done=gettext_lazy("Help is paused."),
            kind="text",
            **_CHANGES,
        ),
        Transition(
            name="resume",
            label=gettext_lazy("Resume"),
            sources=(S.PAUSED,),
            target=S.ACTIVE,
            guards=(help_consent_is_valid,),
            locks=("pupil_id",),
            done=gettext_lazy("Help goes on."),
            kind="primary",
            **_CHANGES,
        ),
        Transition(
            name="close",
            label=gettext_lazy("Close trajectory"),
            sources=(S.ACTIVE, S.PAUSED),
            guards=(goals_have_scores, end_is_possible),
            **_CLOSES,
        ),
        Transition(
            name="stop",
            label=gettext_lazy("Stop before help starts"),
            sources=(S.REGISTERED, S.INTAKE, S.PLAN_DRAFT, S.PLAN_AGREED),
            guards=(end_is_possible,),
            **_CLOSES,
        ),
    ),
)
