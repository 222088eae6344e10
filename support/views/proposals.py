"""The proposal to buy care: made in one page, with the money that is left before it is sent."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission, Role
from oja.core.money import format_euros
from oja.core.periods import today
from oja.core.workflow import MoveRefused, Refusal
from oja.pages.forms import form_page
from oja.pages.refused import refused_page
from providers.models import Provider, ThirdPartyContract
from support import facts, purchases
from support.actions import change_proposal, propose_and_send, propose_anew
from support.forms.subcontracts import ProposalForm
from support.models import PlanState, Subcontract, SubcontractState, Trajectory
from support.views import subcontract_words as words
from support.views.keys import acts_elsewhere, key_or_404
from support.workflow import SUBCONTRACT


def choices_of(actor, case, on):
    """What a proposal for a trajectory can choose from: goals, contracts, third parties."""
    plans = facts.plans_of(actor, case)
    agreed = [plan for plan in plans if plan.state == PlanState.AGREED]
    plan = agreed[-1] if agreed else None
    contracts = ThirdPartyContract.objects.visible_to(actor).filter(provider=case.provider_id)
    thirds = Provider.objects.filter(kind=Provider.Kind.THIRD).order_by("name")
    return {
        "goals": facts.goals_of(actor, case, plan),
        "contracts": list(contracts.valid_on(on).for_list().order_by("third__name", "description")),
        "thirds": list(thirds),
        "on": on,
    }


def case_of(request):
    """The trajectory of `?traject=`; 404 for a stranger."""
    rows = Trajectory.objects.visible_to(request.actor).for_detail()
    return get_visible_or_404(request, Trajectory, key_or_404(request.GET["traject"]), rows=rows)


@needs(Permission.SUBCONTRACT_PROPOSE)
def subcontract_create(request):
    """Propose care by a third party: nine fields, and the money that is left before it is sent."""
    actor, on = request.actor, today()
    if "traject" not in request.GET:
        return choose_case(request)
    case = case_of(request)
    options = choices_of(actor, case, on)
    if not options["goals"]:
        return refused_page(request, no_plan(case), title=_("Propose bought care"))

    earlier = earlier_of(request, case)

    def save(data):
        if earlier is None:
            return propose_and_send(actor, trajectory=case, on=on, **data["values"])
        return propose_anew(actor, subcontract=earlier, on=on, **data["values"])

    key = earlier.pk if earlier else case.pk
    return form_page(
        request,
        ProposalForm,
        save=save,
        title=_("Propose anew") if earlier else _("Propose bought care"),
        template="support/subcontract_form.html",
        success_url=words.detail_url,
        draft_key=f"subcontract-new.{key}",
        submit_label=_("Send proposal"),
        form_kwargs=options | ({"initial": initial_of(earlier, options)} if earlier else {}),
        done=_("Proposal sent. Parents and school are asked at once."),
        context=form_context(request, case, on),
    )


def earlier_of(request, case):
    """The proposal of `?van=` that is proposed anew, or None; 404 for another trajectory."""
    if "van" not in request.GET:
        return None
    rows = Subcontract.objects.visible_to(request.actor).filter(trajectory=case).for_detail()
    return get_visible_or_404(request, Subcontract, key_or_404(request.GET["van"]), rows=rows)


def no_plan(case):
    """What is bought serves a goal of a plan in force."""
    refusal = Refusal(
        _("There is no plan in force yet"),
        who=case.regisseur_name,
        url=reverse("trajectory-plan", args=[case.pk]),
        url_label=_("To the plan"),
    )
    return MoveRefused([refusal], case)


def choose_case(request):
    """Without a trajectory: choose one of the own, with a plan in force."""
    rows = Trajectory.objects.visible_to(request.actor).open().for_list().order_by("pupil_sort")
    rows = rows.filter(state__in=("plan_agreed", "active", "paused"))
    context = {
        "title": _("Propose bought care"),
        "rows": [
            (row, f"{reverse('subcontract-create')}?traject={row.pk}")
            for row in rows
            if row.pk in request.actor.ids(Role.CARE_WORKER, "caseload")
        ],
    }
    return render(request, "support/subcontract_choose.html", context)


def form_context(request, case, on):
    """Around the form of a proposal: for whom, what is left now, and who is asked."""
    payment = purchases.payment_of(request.actor, case, on)
    back = reverse("trajectory-detail", args=[case.pk])
    return {
        "case": case,
        "intro": _("For %(name)s, %(school)s")
        % {"name": case.pupil_name, "school": case.site.name},
        "back": back,
        "crumbs": [
            (_("Trajectories"), reverse("trajectory-list")),
            (case.pupil_name, back),
            (_("Propose bought care"), ""),
        ],
        "is_funded": payment.is_funded,
        "payment_words": payment.sentence,
        "left_now": left_now(request.actor, case, payment, on),
        "effect_url": f"{reverse('subcontract-effect')}?traject={case.pk}",
        "provider_name": case.provider.name,
    }


def stub(case, payment, cents, start, end):
    """An order that is not there, to ask what it would do to the budget."""
    return Subcontract(
        provider_id=case.provider_id,
        municipality_id=payment.municipality_id,
        ceiling_cents=cents,
        starts_on=start,
        ends_on=end,
    )


def left_now(actor, case, payment, on):
    """What is left in the budget of this year, before anything is proposed."""
    if payment.municipality_id is None:
        return []
    found = []
    for effect in purchases.effect_of(actor, stub(case, payment, 0, on, on)):
        texts = {"year": effect.year, "amount": format_euros(effect.free_after_cents)}
        if effect.budget_id is None:
            found.append(_("For %(year)s there is no budget yet.") % texts)
        else:
            found.append(_("Now there is %(amount)s left in %(year)s.") % texts)
    return found


@needs(Permission.SUBCONTRACT_PROPOSE)
def subcontract_effect(request):
    """While typing: the highest amount so far, and what is left of the budget after it."""
    actor, on = request.actor, today()
    case = case_of(request)
    form = ProposalForm(request.POST or request.GET, **choices_of(actor, case, on))
    form.is_valid()
    amount = form.amount()
    start, end = (form.cleaned_data.get(name) for name in ("starts_on", "ends_on"))
    payment = purchases.payment_of(actor, case, on)
    context = {
        "amount": format_euros(amount) if amount else "",
        "sentences": [],
        "is_short": False,
    }
    if amount and start and end and start <= end and payment.municipality_id:
        order = stub(case, payment, amount, start, end)
        effects = purchases.effect_of(actor, order)
        context["sentences"] = words.money_sentences(effects)
        context["is_short"] = not all(effect.fits for effect in effects)
    return render(request, "support/subcontract_effect.html", context)


#: What a form starts with from an earlier proposal, beside goal and offer.
KEPT = (
    *("reason", "could_we", "could_we_note", "volume", "starts_on", "ends_on", "help_kind"),
    *("take_back_plan", "choice_discussed_on", "jz020", "unit", "rate_cents"),
)


def initial_of(row, options):
    """What the form starts with: everything that the proposal says and that can still be chosen."""
    found = {name: getattr(row, name) for name in KEPT}
    contracts = {each.pk for each in options["contracts"]}
    found["offer"] = f"derde.{row.third_id}"
    if row.contract_id in contracts:
        found["offer"] = f"contract.{row.contract_id}"
        found |= dict.fromkeys(("jz020", "unit", "rate_cents"))
        if row.help_kind == row.contract.description:
            found["help_kind"] = ""
    goals = {goal.pk: goal for goal in options["goals"]}
    same = [goal for goal in goals.values() if goal.title == row.goal]
    goal = goals.get(row.plan_goal_id) or (same[0] if same else None)
    return found | {"plan_goal": str(goal.pk) if goal else ""}


@needs(Permission.SUBCONTRACT_PROPOSE)
def subcontract_edit(request, pk):
    """Change a proposal, also one that was sent, while nobody has answered."""
    actor, on = request.actor, today()
    rows = Subcontract.objects.visible_to(actor).for_detail()
    row = get_visible_or_404(request, Subcontract, pk, rows=rows)
    if refusal := acts_elsewhere(request, Role.CARE_WORKER, "caseload", row.trajectory_id):
        return refusal
    if not may_change(actor, row, on):
        return redirect(words.detail_url(row))
    cases = Trajectory.objects.visible_to(actor).for_detail()
    case = get_visible_or_404(request, Trajectory, row.trajectory_id, rows=cases)
    options = choices_of(actor, case, on)

    def save(data):
        return change_proposal(actor, subcontract=row, on=on, **data["values"])

    is_sent = row.state == SubcontractState.ASKED
    return form_page(
        request,
        ProposalForm,
        save=save,
        title=_("Change the proposal"),
        template="support/subcontract_form.html",
        success_url=words.detail_url,
        draft_key=f"subcontract-edit.{row.pk}",
        submit_label=_("Save"),
        form_kwargs={**options, "initial": initial_of(row, options)},
        done=_("Proposal changed. Who was asked reads the new words.")
        if is_sent
        else _("Proposal changed."),
        context=form_context(request, case, on),
    )


def may_change(actor, row, on):
    """Whether this proposal can be changed: not sent yet, or nobody has answered."""
    if row.state == SubcontractState.PROPOSAL:
        return True
    return any(
        found.transition.name == "change" and found.allowed
        for found in SUBCONTRACT.available(row, actor, on=on)
    )
