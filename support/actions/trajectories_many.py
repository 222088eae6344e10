"""Plans, provisions and scores of many trajectories at once: the bulk sisters of `trajectories`."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from support import facts
from support.actions.common import refuse, require, text
from support.actions.trajectories import new_goal, new_provision
from support.models import Goal, Plan, PlanAgreement, Provision


@transaction.atomic
def save_plans_many(actor, plans):
    """The bulk sister of save_plan, for trajectories without a plan. Returns the plans.

    `plans`: dicts with `trajectory`, `goals`, `next_evaluation_on` and optional `home_part`,
    `home_not_needed_reason`, `going_well`, `agreements` (dicts with `guardian`, `agreed_on`).
    """
    require(actor, Permission.TRAJECTORY_CHANGE)
    made, goals, agreements = [], [], []
    for item in plans:
        row = item["trajectory"]
        if len(item["goals"]) > 3:
            raise ValidationError({"goals": _("A plan has at most three goals.")})
        plan = Plan(
            trajectory=row,
            provider_id=row.provider_id,
            family_id=row.family_id,
            next_evaluation_on=item["next_evaluation_on"],
            **{
                name: text(item.get(name))
                for name in ("home_part", "home_not_needed_reason", "going_well")
            },
        )
        made.append(plan)
        goals += [new_goal(row, plan, n, values) for n, values in enumerate(item["goals"], start=1)]
        agreements += [
            PlanAgreement(
                plan=plan,
                trajectory=row,
                provider_id=row.provider_id,
                guardian=answer.get("guardian"),
                giver_label=facts.guardian_label(answer["guardian"])
                if answer.get("guardian")
                else row.pupil_name,
                agreed_on=answer["agreed_on"],
                form=answer.get("form", "talk"),
            )
            for answer in item.get("agreements", ())
        ]
    _check_fields(*made, *goals, *agreements)
    Plan.objects.bulk_create(made, batch_size=500)
    Goal.objects.bulk_create(goals, batch_size=500)
    PlanAgreement.objects.bulk_create(agreements, batch_size=500)
    return made


@transaction.atomic
def add_provisions_many(actor, provisions):
    """The bulk sister of add_provision: dicts with its names. Returns the provisions."""
    require(actor, Permission.TRAJECTORY_CHANGE)
    rows = []
    for item in provisions:
        values = {k: v for k, v in item.items() if k not in ("trajectory", "worker")}
        if item["trajectory"].is_closed:
            refuse(_("This trajectory is closed"), item["trajectory"])
        rows.append(new_provision(item["trajectory"], item["worker"], values))
    _check_fields(*rows)
    Provision.objects.bulk_create(rows, batch_size=500)
    return rows


@transaction.atomic
def score_goals_many(actor, scores, which="end"):
    """The bulk sister of score_goals: Goal -> score, goals as they were read for the actor."""
    require(actor, Permission.TRAJECTORY_CHANGE)
    column = {"current": "current_score", "end": "end_score"}[which]
    for goal, score in scores.items():
        setattr(goal, column, score)
    _check_fields(*scores)
    Goal.objects.visible_to(actor, CHANGE).bulk_update(list(scores), [column], 500)


def _check_fields(*rows):
    for row in rows:
        row.clean_fields(exclude=[f.name for f in row._meta.fields if f.is_relation])
