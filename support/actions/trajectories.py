"""The trajectory: intake, plan, agreement, start, provisions, scores and the end."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.workflow import MoveNotAllowed, Refusal, StateChanged, hold
from providers.models import Worker
from schools.models import Guardian
from support import facts
from support.actions.common import day, key, locked, people, refuse, require, seen, store, text
from support.actions.effects import relation_of
from support.models import Goal, Plan, PlanAgreement, PlanState, Provision, Trajectory
from support.workflow import TRAJECTORY

GOAL_FIELDS = (
    "title",
    "approach",
    "topic",
    "start_score",
    "target_score",
    "current_score",
    "is_for_school",
)


def plan_intake(actor, *, trajectory, intake_on, on=None, at=None):
    """Plan the first talk. Asks a valid consent to help."""
    return TRAJECTORY.perform(trajectory, "plan_intake", actor, on=on, at=at, intake_on=intake_on)


def record_intake(actor, *, trajectory, intake_held_on, on=None, at=None):
    """Record that the first talk took place."""
    return TRAJECTORY.perform(
        trajectory, "record_intake", actor, on=on, at=at, intake_held_on=intake_held_on
    )


def agree_plan(actor, *, trajectory, on=None, at=None):
    """Put the draft in force once everyone agreed: for the first time, or as a new version."""
    move = "agree_plan" if trajectory.state == "plan_draft" else "renew_plan"
    return TRAJECTORY.perform(trajectory, move, actor, on=on, at=at)


def start_help(actor, *, trajectory, started_on=None, on=None, at=None):
    """Start the help. Asks a valid consent and a provision by a worker of the provider."""
    started_on = started_on or day(on)
    return TRAJECTORY.perform(trajectory, "start_help", actor, on=on, at=at, started_on=started_on)


def pause_help(actor, *, trajectory, pause_until, paused_on=None, note="", on=None, at=None):
    """Pause the help for eight weeks at most."""
    return TRAJECTORY.perform(
        trajectory,
        "pause",
        actor,
        on=on,
        at=at,
        paused_on=paused_on or day(on),
        pause_until=pause_until,
        note=note,
    )


def resume_help(actor, *, trajectory, on=None, at=None):
    """Go on after a pause."""
    return TRAJECTORY.perform(trajectory, "resume", actor, on=on, at=at)


@transaction.atomic
def close_trajectory(
    actor,
    *,
    trajectory,
    end_reason,
    ended_on=None,
    closing_note="",
    scores=None,
    on=None,
    at=None,
):
    """Close a trajectory; `scores` are end scores by goal. Before help it is the move `stop`."""
    if scores:
        score_goals(actor, trajectory=trajectory, scores=scores, which="end", on=on, at=at)
        trajectory = seen(actor, Trajectory, trajectory)
    move = "close" if trajectory.state in ("active", "paused") else "stop"
    return TRAJECTORY.perform(
        trajectory,
        move,
        actor,
        on=on,
        at=at,
        ended_on=ended_on or day(on),
        end_reason=end_reason,
        closing_note=closing_note,
    )


def _open(actor, trajectory):
    """The trajectory, locked, refused when it is closed."""
    require(actor, Permission.TRAJECTORY_CHANGE)
    row = locked(actor, trajectory)
    if row.is_closed:
        refuse(_("This trajectory is closed. You can add something, not change it"), row)
    return row


@transaction.atomic
def save_plan(
    actor,
    *,
    trajectory,
    goals,
    next_evaluation_on,
    home_part="",
    home_not_needed_reason="",
    going_well="",
    version=None,
    on=None,
    at=None,
):
    """Save the draft of the plan; when a version is in force, a new draft is made beside it.

    `goals`: at most three dicts of GOAL_FIELDS. Agreements to an earlier text of the draft end
    with a new version, so a draft that somebody agreed to is followed by a next one.
    """
    row = _open(actor, trajectory)
    if len(goals) > 3:
        raise ValidationError({"goals": _("A plan has at most three goals.")})
    plan = facts.draft_plan(actor, row)
    if plan is not None and version is not None and str(version) != plan.version:
        raise StateChanged([Refusal(_("Somebody else changed this plan just before you"))], row)
    if plan is not None and facts.agreements_of(actor, row, plan):
        plan.state = PlanState.ENDED
        store(plan, ["state"])
        plan = None
    is_new = plan is None
    if is_new:
        plan = _next_version(actor, row)
    plan.next_evaluation_on = next_evaluation_on
    plan.home_part, plan.home_not_needed_reason = text(home_part), text(home_not_needed_reason)
    plan.going_well = text(going_well)
    if is_new:
        store(plan, insert=True)
    else:
        store(plan, ["next_evaluation_on", "home_part", "home_not_needed_reason", "going_well"])
    _save_goals(actor, row, plan, goals)
    return plan


def _next_version(actor, row):
    numbers = [plan.version_number for plan in facts.plans_of(actor, row)]
    return Plan(
        trajectory=row,
        provider_id=row.provider_id,
        family_id=row.family_id,
        version_number=max(numbers, default=0) + 1,
    )


def new_goal(row, plan, position, values):
    """A goal of a plan, not stored yet; `values` are GOAL_FIELDS."""
    unknown = set(values) - {*GOAL_FIELDS, "end_score"}
    if unknown:
        raise TypeError(f"no fields of a goal: {sorted(unknown)}")
    goal = Goal(plan=plan, trajectory=row, provider_id=row.provider_id, position=position)
    return _set_goal(goal, values)


def _set_goal(goal, values):
    for name, value in values.items():
        setattr(goal, name, text(value) if isinstance(value, str) else value)
    if goal.current_score is None:
        goal.current_score = goal.start_score
    return goal


def _save_goals(actor, row, plan, goals):
    known = {goal.position: goal for goal in facts.goals_of(actor, row, plan)}
    for position, values in enumerate(goals, start=1):
        goal = known.pop(position, None)
        if goal is None:
            store(new_goal(row, plan, position, values), insert=True)
        else:
            store(_set_goal(goal, values), list(values))
    for goal in known.values():
        goal.delete()


@transaction.atomic
def record_plan_agreement(
    actor, *, plan, guardian=None, form="talk", agreed_on=None, on=None, at=None
):
    """Record that somebody agreed to this version of the plan; `guardian` None is the pupil."""
    require(actor, Permission.TRAJECTORY_CHANGE)
    on = day(on)
    plan = locked(actor, plan)
    if plan.state != PlanState.DRAFT:
        refuse(_("This version of the plan is not a draft any more"), plan)
    row = seen(actor, Trajectory, plan.trajectory_id)
    agreed_on = agreed_on or on
    if agreed_on > on:
        raise ValidationError({"agreed_on": _("The answer lies in the future.")})
    if guardian is not None:
        guardian = seen(actor, Guardian, guardian, pupil_id=row.pupil_id)
    return store(
        PlanAgreement(
            plan=plan,
            trajectory=row,
            provider_id=row.provider_id,
            guardian=guardian,
            giver_label=facts.guardian_label(guardian) if guardian else row.pupil_name,
            agreed_on=agreed_on,
            form=form,
        ),
        insert=True,
    )


def _own_worker(row, worker):
    worker = worker if isinstance(worker, Worker) else Worker.objects.get(pk=worker)
    if worker.provider_id != row.provider_id:
        raise ValidationError(
            {"worker": _("%(name)s does not work for this provider.") % {"name": worker.name}}
        )
    return worker


def new_provision(row, worker, values):
    """A provision of a trajectory, not stored yet, by a worker of its provider."""
    if values["valid_from"] < row.registered_on:
        raise ValidationError({"valid_from": _("Help cannot be planned before the assignment.")})
    return Provision(
        trajectory=row,
        provider_id=row.provider_id,
        site_id=row.site_id,
        worker=_own_worker(row, worker),
        **{**values, "people": people(values.get("people", ()))},
    )


@transaction.atomic
def add_provision(
    actor,
    *,
    trajectory,
    worker,
    valid_from,
    form="INDIVIDUEEL",
    place="school",
    weekday=None,
    start_time=None,
    minutes=45,
    people=(),
    layer="L3",
    valid_until=None,
    on=None,
    at=None,
):
    """Plan help: by whom, where, on which weekday and how long. "Today" follows from it."""
    row = _open(actor, trajectory)
    values = {
        "form": form,
        "place": place,
        "weekday": weekday,
        "start_time": start_time,
        "minutes": minutes,
        "people": people,
        "layer": layer,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    return store(new_provision(row, worker, values), insert=True)


@transaction.atomic
def end_provision(actor, *, provision, valid_until, on=None, at=None):
    """Say from which day on this help is not planned any more."""
    require(actor, Permission.TRAJECTORY_CHANGE)
    provision = locked(actor, provision)
    provision.valid_until = valid_until
    return store(provision, ["valid_until"])


@transaction.atomic
def score_goals(actor, *, trajectory, scores, which="current", on=None, at=None):
    """Record scores by goal (Goal or key -> 0 to 10): `current` at an evaluation, or `end`."""
    row = _open(actor, trajectory)
    column = {"current": "current_score", "end": "end_score"}[which]
    wanted = {str(key(goal)): score for goal, score in scores.items()}
    goals = Goal.objects.visible_to(actor, CHANGE).filter(trajectory=row, pk__in=wanted)
    found = list(goals)
    if len(found) != len(wanted):
        raise MoveNotAllowed(_("These goals belong to another trajectory."))
    for goal in found:
        setattr(goal, column, wanted[str(goal.pk)])
        store(goal, [column])
    return found


@transaction.atomic
def add_worker(actor, *, trajectory, worker, on=None, at=None):
    """Let another worker of the provider help too: it sees the case from that day on."""
    require(actor, Permission.REQUEST_ASSIGN)
    row = locked(actor, trajectory)
    if row.is_closed:
        refuse(_("This trajectory is closed"), row)
    return store(relation_of(row, _own_worker(row, worker), day(on)), insert=True)


@transaction.atomic
def change_regisseur(actor, *, trajectory, regisseur, on=None, at=None):
    """Give a trajectory another regisseur of the same provider, who sees it from that day on."""
    require(actor, Permission.REQUEST_ASSIGN)
    hold("trajectory_id", key(trajectory))
    row = locked(actor, trajectory)
    if row.is_closed:
        refuse(_("This trajectory is closed"), row)
    regisseur = _own_worker(row, regisseur)
    helps = row.relations.visible_to(actor).filter(worker=regisseur, valid_until__isnull=True)
    if not helps.exists():
        store(relation_of(row, regisseur, day(on)), insert=True)
    row.regisseur = regisseur
    return store(row, ["regisseur"])
