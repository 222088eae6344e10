"""What a move makes true elsewhere: the trajectory of an assignment, the plan in force, the end.

Registered for one row and, in the same words, for many.
"""

from django.db.models import Q

from oja.access.scoping import CHANGE
from schools.models import Pupil
from support import facts
from support.actions.common import reference, text
from support.models import (
    Closing,
    Family,
    FamilyMember,
    Plan,
    PlanState,
    Provision,
    Trajectory,
    TreatmentRelation,
)
from support.workflow import REQUEST, TRAJECTORY

GROUND = "assignment"


# --- Assignment -------------------------------------------------------------------------------


@REQUEST.effect_many("assign")
def open_trajectories(steps):
    """Family, trajectory and treatment relation of every assigned request."""
    actor = steps[0][1].actor
    pupils = _pupils(actor, [row for row, _move in steps])
    families = _families(actor, steps, pupils)
    rows = []
    for request, move in steps:
        pupil, family = pupils[request.pupil_id], families.get(pupils[request.pupil_id].household)
        regisseur = move.data["regisseur"]
        row = Trajectory(
            request=request,
            pupil_id=pupil.pk,
            pupil_name=pupil.full_name,
            pupil_sort=pupil.sort_name,
            birth_date=pupil.birth_date,
            group_label=pupil.group_label,
            site_id=request.site_id,
            provider_id=request.provider_id,
            family=family,
            has_family_elsewhere=family is None,
            regisseur=regisseur,
            topics=list(request.topics),
            registered_on=request.assigned_on,
            submitted_on=request.submitted_on,
        )
        row.reference = reference("T", row.pk, request.assigned_on)
        request.new_trajectory = row
        rows.append(row)
    Trajectory.objects.bulk_create(rows, batch_size=500)
    TreatmentRelation.objects.bulk_create(
        [relation_of(row, row.regisseur, row.registered_on) for row in rows], batch_size=500
    )


@REQUEST.effect("assign")
def open_trajectory(row, move):
    """The same for one request."""
    open_trajectories([(row, move)])


def relation_of(trajectory, worker, valid_from):
    """That a worker helps in a trajectory; triggers fill in the copies."""
    return TreatmentRelation(
        user_id=worker.user_id,
        worker=worker,
        trajectory=trajectory,
        pupil_id=trajectory.pupil_id,
        provider_id=trajectory.provider_id,
        family_id=trajectory.family_id,
        valid_from=valid_from,
        ground=GROUND,
    )


def _pupils(actor, rows):
    found = Pupil.objects.visible_to(actor).filter(pk__in=[row.pupil_id for row in rows])
    return {pupil.pk: pupil for pupil in found}


def _families(actor, steps, pupils):
    """Household -> family at this provider; a household of another provider has none here."""
    wanted = {}
    for request, move in steps:
        household = pupils[request.pupil_id].household
        wanted.setdefault(household, (request.provider_id, move.data["regisseur"]))
    known = Family.objects.visible_to(actor).filter(household__in=wanted)
    found = {family.household: family for family in known}
    new = {
        household: Family(household=household, provider_id=provider_id, regisseur=regisseur)
        for household, (provider_id, regisseur) in wanted.items()
        if household not in found
    }
    if new:
        # A colleague may be first, and a household at another provider has a family unseen here.
        Family.objects.bulk_create(new.values(), ignore_conflicts=True)
        made = Family.objects.visible_to(actor).filter(household__in=new)
        found |= {family.household: family for family in made}
    fitting = {}
    for request, _move in steps:
        family = found.get(pupils[request.pupil_id].household)
        if family is not None and family.provider_id == request.provider_id:
            fitting[family.household] = family
    members = FamilyMember.objects.visible_to(actor).filter(pupil_id__in=pupils)
    known_members = set(members.values_list("pupil_id", flat=True))
    FamilyMember.objects.bulk_create(
        [
            FamilyMember(family=family, pupil=pupil, provider_id=family.provider_id)
            for pupil in pupils.values()
            if (family := fitting.get(pupil.household)) and pupil.pk not in known_members
        ]
    )
    return fitting


# --- Plan -------------------------------------------------------------------------------------


@TRAJECTORY.effect_many("agree_plan")
@TRAJECTORY.effect_many("renew_plan")
def put_plans_in_force(steps):
    """The draft is in force; what was in force for this family ends."""
    actor = steps[0][1].actor
    plans = []
    for row, move in steps:
        plan = facts.draft_plan(actor, row)
        plan.state, plan.agreed_on = PlanState.AGREED, move.on
        plans.append(plan)
        row.next_evaluation_on = plan.next_evaluation_on
    rows = Plan.objects.visible_to(actor, CHANGE).filter(state=PlanState.AGREED)
    of_these = Q(trajectory_id__in=[row.pk for row, _move in steps])
    of_family = Q(family_id__in=[row.family_id for row, _move in steps if row.family_id])
    rows.filter(of_these | of_family).update(state=PlanState.ENDED)
    _in_force(actor, plans)
    Trajectory.objects.visible_to(actor, CHANGE).bulk_update(
        [row for row, _move in steps], ["next_evaluation_on"], 500
    )


def _in_force(actor, plans):
    """One plan per family: of brothers and sisters in one set the last one stays in force."""
    last = {plan.family_id or plan.pk: plan for plan in plans}
    for plan in plans:
        if last[plan.family_id or plan.pk] is not plan:
            plan.state = PlanState.ENDED
    Plan.objects.visible_to(actor, CHANGE).bulk_update(plans, ["state", "agreed_on"], 500)


@TRAJECTORY.effect("agree_plan")
@TRAJECTORY.effect("renew_plan")
def put_plan_in_force(row, move):
    """The same for one trajectory."""
    put_plans_in_force([(row, move)])


# --- End --------------------------------------------------------------------------------------


@TRAJECTORY.effect_many("close")
@TRAJECTORY.effect_many("stop")
def end_help(steps):
    """What was planned ends with the trajectory, and why it ended is kept for those who helped."""
    actor = steps[0][1].actor
    Closing.objects.bulk_create(
        [
            Closing(
                trajectory=row,
                provider_id=row.provider_id,
                reason=row.end_reason,
                note=text(move.data.get("closing_note")),
                on=row.ended_on,
            )
            for row, move in steps
        ],
        batch_size=500,
    )
    ended = {row.pk: row.ended_on for row, _move in steps}
    running = Provision.objects.visible_to(actor, CHANGE).filter(trajectory_id__in=ended)
    provisions = [
        p
        for p in running.select_for_update(of=("self",), no_key=True)
        if p.valid_until is None or p.valid_until > ended[p.trajectory_id]
    ]
    for provision in provisions:
        # nothing ends before it began
        provision.valid_until = max(ended[provision.trajectory_id], provision.valid_from)
    Provision.objects.visible_to(actor, CHANGE).bulk_update(provisions, ["valid_until"], 500)
    plans = Plan.objects.visible_to(actor, CHANGE).filter(trajectory_id__in=ended)
    plans.filter(state=PlanState.AGREED).update(state=PlanState.ENDED)


@TRAJECTORY.effect("close")
@TRAJECTORY.effect("stop")
def end_one(row, move):
    """The same for one trajectory."""
    end_help([(row, move)])
