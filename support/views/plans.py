"""The plan with its goals, scores and agreements, and the provision of a trajectory."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.periods import today
from oja.pages.forms import form_page
from providers.queries import workers_of
from support import facts
from support.actions import add_provision, record_plan_agreement, save_plan, score_goals
from support.forms.trajectories import (
    GOALS,
    AgreementForm,
    PlanForm,
    ProvisionForm,
    ScoresForm,
)
from support.models import Form, Place, Plan, PlanState, Provision, Purpose, Trajectory
from support.progress import day
from support.views import moves
from support.views.contacts import PUPIL, present_of
from support.views.group_parts import participation_rows
from support.views.trajectory_parts import (
    current_plan,
    head_context,
    is_draft,
    plan_words,
    provision_rows,
    subnav,
)
from support.views.trajectory_rows import detail_url
from support.workflow import TRAJECTORY


def trajectory_or_404(request, pk):
    """The trajectory with what its pages show, for who may change it: reading is not enough."""
    rows = Trajectory.objects.visible_to(request.actor, CHANGE).for_detail()
    return get_visible_or_404(request, Trajectory, pk, rows=rows)


def frame_context(request, row, part, plan=None):
    """Identity line, steps and sub navigation: the same on every part of a trajectory."""
    on = today()
    state = facts.consent_state(request.actor, row, Purpose.HELP, on)
    return {
        **head_context(row, on),
        "part": part,
        "subnav": subnav(request, row, state),
        "plan": plan,
        "plan_words": plan_words(plan),
    }


@needs(Permission.TRAJECTORY_CHANGE)
def trajectory_plan(request, pk):
    """The plan: goals, home, evaluation, and who agreed to this version."""
    actor = request.actor
    on = today()
    row = trajectory_or_404(request, pk)
    plan = current_plan(actor, row)
    goals = facts.goals_of(actor, row, plan)
    found = moves.choices(
        TRAJECTORY.available(row, actor, on=on),
        lambda move: moves.trajectory_url(row, move),
        row.state,
    )
    names = {"agree_plan", "renew_plan", "start_help"}

    def save(data):
        return save_plan(
            actor,
            trajectory=row,
            goals=data["goals"],
            next_evaluation_on=data["next_evaluation_on"],
            home_part=data["home_part"],
            home_not_needed_reason=data["home_not_needed_reason"],
            going_well=data["going_well"],
            on=on,
        )

    return form_page(
        request,
        PlanForm,
        save=save,
        title=_("Plan and goals"),
        template="support/trajectory_plan.html",
        success_url=reverse("trajectory-plan", args=[row.pk]),
        draft_key=f"trajectory-plan.{row.pk}",
        submit_label=_("Save the plan"),
        done=lambda saved: _("Plan kept, version %(number)s.") % {"number": saved.version_number},
        form_kwargs={"initial": initial_of(plan, goals)},
        context={
            **frame_context(request, row, _("Plan and goals"), plan),
            "is_agreed": plan is not None and plan.state == PlanState.AGREED,
            "givers": agreement_rows(actor, row, plan, on),
            "moves": [
                choice
                for choice in found
                if choice.name in names and (choice.name == "start_help" or is_draft(plan))
            ],
            "may_change": not row.is_closed,
        },
    )


def initial_of(plan, goals):
    """What the form starts with: the current version."""
    if plan is None:
        return {}
    initial = {
        "going_well": plan.going_well,
        "home_part": plan.home_part,
        "home_not_needed_reason": plan.home_not_needed_reason,
        "next_evaluation_on": plan.next_evaluation_on,
    }
    for number, goal in zip(GOALS, goals, strict=False):
        initial |= {
            f"goal{number}_title": goal.title,
            f"goal{number}_approach": goal.approach,
            f"goal{number}_start": goal.start_score,
            f"goal{number}_target": goal.target_score,
            f"goal{number}_current": goal.current_score,
            f"goal{number}_school": goal.is_for_school,
        }
    return initial


def agreement_rows(actor, row, plan, on):
    """Who must agree to this version, and who did."""
    if plan is None:
        return []
    url = reverse("plan-agreement", args=[row.pk])
    return [
        {
            "name": guardian.full_name if guardian else row.pupil_name,
            "relation": guardian.get_relation_display() if guardian else _("pupil"),
            "agreed_on": agreed_on,
            "words": day(agreed_on) if agreed_on else "",
            "url": f"{url}?wie={guardian.pk if guardian else PUPIL}",
        }
        for guardian, _label, agreed_on in facts.plan_givers(actor, row, plan, on)
    ]


@needs(Permission.TRAJECTORY_CHANGE)
def plan_agreement(request, pk):
    """That one person (`?wie=`) agreed to this version of the plan."""
    actor = request.actor
    on = today()
    row = trajectory_or_404(request, pk)
    plan = current_plan(actor, row)
    if plan is None:
        raise Http404
    found = [
        guardian
        for guardian, _label, _agreed in facts.plan_givers(actor, row, plan, on)
        if str(guardian.pk if guardian else PUPIL) == request.GET.get("wie")
    ]
    if not found:
        raise Http404
    guardian = found[0]
    name = guardian.full_name if guardian else row.pupil_name

    def save(data):
        return record_plan_agreement(actor, plan=plan, guardian=guardian, **data, on=on)

    back = reverse("trajectory-plan", args=[row.pk])
    return form_page(
        request,
        AgreementForm,
        save=save,
        title=_("%(name)s agrees to the plan") % {"name": name},
        template="support/small_form.html",
        success_url=f"{back}#akkoord",
        draft_key=f"plan-agreement.{plan.pk}.{guardian.pk if guardian else PUPIL}",
        submit_label=_("Save the agreement"),
        done=_("Agreement of %(name)s kept.") % {"name": name},
        form_kwargs={"on": on},
        context={
            "row": row,
            "intro": row.pupil_name,
            "crumbs": crumbs(row, back, _("Plan and goals"), _("Agreement")),
            "back": back,
        },
    )


def crumbs(row, url, label, title):
    """The way back from a form about a part of a trajectory."""
    return [
        (_("Trajectories"), reverse("trajectory-list")),
        (row.pupil_name, detail_url(row)),
        (label, url),
        (title, ""),
    ]


@needs(Permission.TRAJECTORY_CHANGE)
def trajectory_scores(request, pk):
    """A score per goal: how it is now, or with `?einde=1` how it ended."""
    actor = request.actor
    row = trajectory_or_404(request, pk)
    plans = Plan.objects.visible_to(actor).filter(trajectory=row, state=PlanState.AGREED)
    plan = plans.first() or current_plan(actor, row)
    is_end = request.GET.get("einde") == "1"
    goals = facts.goals_of(actor, row, plan)

    def save(data):
        which = "end" if is_end else "current"
        return score_goals(actor, trajectory=row, **data, which=which, on=today())

    return form_page(
        request,
        ScoresForm,
        save=save,
        title=_("How did it end?") if is_end else _("How is it now?"),
        template="support/small_form.html",
        success_url=detail_url(row),
        draft_key=f"trajectory-scores.{row.pk}",
        submit_label=_("Save the scores"),
        done=_("Scores kept."),
        form_kwargs={"goals": goals, "is_end": is_end},
        context={
            "row": row,
            "crumbs": crumbs(
                row, reverse("trajectory-plan", args=[row.pk]), _("Plan and goals"), _("Scores")
            ),
            "back": detail_url(row),
            "intro": row.pupil_name,
        },
    )


@needs(Permission.TRAJECTORY_CHANGE)
def trajectory_provision(request, pk):
    """What help is planned, and a form to add to it."""
    actor = request.actor
    on = today()
    row = trajectory_or_404(request, pk)
    present = present_of(actor, row)
    labels = dict(present)
    rows = (
        Provision.objects.visible_to(actor).filter(trajectory=row).select_related("worker", "site")
    )
    workers = workers_of(row.provider)

    def save(data):
        people = [{"id": key, "label": labels[key]} for key in data["people"]]
        return add_provision(actor, trajectory=row, **{**data, "people": people}, on=on)

    own = [worker for worker in workers if worker.user_id == actor.user_id]
    return form_page(
        request,
        ProvisionForm,
        save=save,
        title=_("Provision"),
        template="support/trajectory_provision.html",
        success_url=reverse("trajectory-provision", args=[row.pk]),
        draft_key=f"trajectory-provision.{row.pk}",
        submit_label=_("Add provision"),
        done=_("Provision kept. It now stands in Today."),
        form_kwargs={
            "workers": workers,
            "people": present,
            "on": on,
            "initial": {
                "worker": own[0].pk if own else row.regisseur_id,
                "form": Form.INDIVIDUEEL,
                "place": Place.SCHOOL,
                "people": [PUPIL],
                "valid_from": on,
            },
        },
        context={
            **frame_context(request, row, _("Provision")),
            "provisions": [
                *provision_rows(actor, rows, on),
                *participation_rows(actor, row, on),
            ],
            "may_change": not row.is_closed,
        },
    )
