"""Bought care: one order with everything on it, and its moves."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission, Role
from oja.core.money import format_euros
from oja.core.periods import today
from oja.core.templatetags.ui.text import tag
from oja.pages.moves import move_page
from support import facts, purchases
from support.actions.proposals import ANEW
from support.actions.subcontracts import ANSWERS_COUNT
from support.models import (
    Delivery,
    Subcontract,
    SubcontractEvent,
    SubcontractState,
)
from support.views import moves
from support.views import subcontract_words as words
from support.views.keys import only_reads
from support.workflow import SUBCONTRACT

SLUGS = {
    "versturen": "send",
    "goedkeuren": "approve",
    "bestellen": "order",
    "gestart": "start",
    "herbeoordelen": "review",
    "beeindigen": "end",
    "afrekenen": "settle",
    "afwijzen": "reject",
    "intrekken": "withdraw",
    "goedkeuring-intrekken": "revoke_approval",
}
_STEPS = {move: slug for slug, move in SLUGS.items()}


# --- One order ----------------------------------------------------------------------------------


@needs(Permission.SUBCONTRACT_PROPOSE, Permission.SUBCONTRACT_APPROVE)
def subcontract_detail(request, pk):
    """One order: what everybody says, the proposal, the money, and the next step."""
    rows = Subcontract.objects.visible_to(request.actor).for_detail()
    row = get_visible_or_404(request, Subcontract, pk, rows=rows)
    with facts.remembering():
        context = detail_context(request.actor, row, today())
    return render(request, "support/subcontract_detail.html", context)


def detail_context(actor, row, on):
    """Everything on the page of one order."""
    state = purchases.agreement_state(actor, row, on)
    agreements = purchases.agreements_of(actor, row)
    answer = purchases.school_answer_of(actor, row)
    may_answer = purchases.school_may_answer(actor, row, on)
    is_asking = row.state in (SubcontractState.PROPOSAL, SubcontractState.ASKED)
    payment = purchases.payment_of(actor, row, on) if is_asking else None
    effects = purchases.effect_of(actor, row, payment.municipality_id) if payment else []
    available = SUBCONTRACT.available(row, actor, on=on)
    found = moves.choices(
        [each for each in available if each.transition.name in _STEPS],
        lambda name: reverse("subcontract-move", args=[row.pk, _STEPS[name]]),
        row.state,
    )
    chosen, others = moves.next_of(found)
    bills = list(
        Delivery.objects.visible_to(actor)
        .filter(subcontract=row)
        .select_related("approved_by")
        .order_by("period_start", "created_at")
    )
    is_worker = row.trajectory_id in actor.ids(Role.CARE_WORKER, "caseload")
    is_open = is_worker and row.state in ANSWERS_COUNT
    return {
        "row": row,
        "title": words.title_of(row),
        "facts_line": words.facts_of(row, purchases.trajectory_of(actor, row), on),
        "state_tag": words.state_tag(row),
        "steps": words.steps_of(
            row, len(state.given) + bool(answer and answer.answer), len(state.givers) + 1
        ),
        "family": words.family_card(state, agreements),
        "givers": giver_links(row, state) if is_open else [],
        "school": words.school_card(row, answer, may_answer),
        "may_remind": is_worker
        and row.state == SubcontractState.ASKED
        and answer is not None
        and not answer.answer,
        "next": chosen,
        "others": [choice for choice in others if choice.kind != "danger"],
        "endings": [choice for choice in others if choice.kind == "danger"],
        "blocked": [blocked(choice) for choice in found if choice.guards],
        "proposal": words.filled(words.proposal_rows(row)),
        "may_edit": is_worker and can_be_changed(row, available),
        "anew_url": anew_url(row) if is_worker and needs_anew(row, available) else "",
        "money": words.money_sentences(effects) if is_asking else [],
        "bars": [bar for bar in (words.money_bar(each) for each in effects) if bar],
        "budget_url": reverse("budget") if actor.may(Permission.BUDGET_VIEW) else "",
        "conditions": words.conditions(actor, row, state, answer, effects, may_answer, on)
        if is_asking
        else [],
        "bills": [bill_row(actor, row, bill) for bill in bills],
        "bills_words": bills_words(row, bills),
        "may_bill": actor.may(Permission.INVOICE_APPROVE)
        and row.state in ("ordered", "running", "ended"),
        "events": events_of(actor, row, agreements, answer),
        "is_manager": actor.holds(Role.PROVIDER_MANAGER),
    }


def can_be_changed(row, available):
    """Not sent yet, or sent and nobody has answered."""
    changes = [each for each in available if each.transition.name == "change"]
    return row.state == SubcontractState.PROPOSAL or any(each.allowed for each in changes)


def needs_anew(row, available):
    """Answered, rejected or withdrawn: a change is a new proposal."""
    return row.state in ANEW and not can_be_changed(row, available)


def anew_url(row):
    """The form of a new proposal, with everything that this one said."""
    return f"{reverse('subcontract-create')}?traject={row.trajectory_id}&van={row.pk}"


def blocked(choice):
    """What still stands in the way of a step; what is met stands among the conditions."""
    return {
        "id": choice.guards_id,
        "title": _("%(step)s is not possible yet") % {"step": choice.label},
        "guards": [guard for guard in choice.guards if not guard["met"]],
    }


def giver_links(row, state):
    """Where the answer of each person is recorded, or asked by link."""
    page = reverse("subcontract-agreement", args=[row.pk])
    found = []
    for giver in state.givers:
        name = giver.label.partition(", ")[2] or giver.label
        found.append(
            {
                "name": name,
                "record_url": f"{page}?wie={giver.key}",
                "link_url": f"{page}?wie={giver.key}&manier=link"
                if row.state == SubcontractState.ASKED and giver not in state.given
                else "",
            }
        )
    return found


def bill_row(actor, row, bill):
    """One bill of an order, with what may be done with it."""
    kinds = {"reported": "att", "approved": "ok", "refused": "neutral"}
    open_bill = bill.state == "reported" and actor.may(Permission.INVOICE_APPROVE)
    who = str(bill.approved_by) if bill.approved_by_id else ""
    return {
        "month": words.full(bill.period_start).split(" ", 1)[1],
        "volume": purchases.volume_words(bill.volume, row.unit),
        "amount": format_euros(bill.cents),
        "number": bill.invoice_number,
        "tag": tag(bill.get_state_display(), kinds[bill.state]),
        "who": who,
        "note": bill.note or bill.override_reason,
        "approve_url": reverse("delivery-approve", args=[bill.pk]) if open_bill else "",
        "refuse_url": reverse("delivery-refuse", args=[bill.pk]) if open_bill else "",
    }


def bills_words(row, bills):
    """€ 870 van € 1.740 goedgekeurd."""
    total = sum(bill.cents for bill in bills if bill.state == "approved")
    texts = {"amount": format_euros(total), "total": format_euros(row.ceiling_cents)}
    return _("%(amount)s of %(total)s approved") % texts


def events_of(actor, row, agreements, answer):
    """The steps of an order and the answers to it, newest first."""
    steps = SubcontractEvent.objects.visible_to(actor).filter(subcontract=row)
    labels = {each.name: each.label for each in SUBCONTRACT.transitions}
    found = [
        (each.on, each.created_at, str(labels[each.move]), each.actor_label, each.note)
        for each in steps
    ]
    found += [
        (
            each.answered_on,
            each.updated_at,
            str(each.get_state_display()),
            f"{each.giver_label} · {each.get_form_display().lower()}",
            each.note,
        )
        for each in agreements
        if each.answered_on
    ]
    if answer is not None and answer.answered_on:
        title = _("Answer of the school: %(answer)s") % {
            "answer": answer.get_answer_display().lower()
        }
        who = str(answer.answered_by) if answer.answered_by_id else row.site.name
        found.append((answer.answered_on, answer.updated_at, title, who, answer.remark))
    found.sort(key=lambda each: each[:2], reverse=True)
    return [
        {"title": title, "facts": who, "when": words.full(on), "text": text}
        for on, _at, title, who, text in found
    ]


@needs(Permission.SUBCONTRACT_PROPOSE, Permission.SUBCONTRACT_APPROVE, Permission.TRAJECTORY_CHANGE)
def subcontract_move(request, pk, step):
    """Any move of an order: GET shows its form, POST makes it."""
    move = moves.move_name(SLUGS, step)
    rows = Subcontract.objects.visible_to(request.actor).for_detail()
    row = get_visible_or_404(request, Subcontract, pk, rows=rows)
    if refusal := only_reads(request, row):
        return refusal
    url = words.detail_url(row)
    label = SUBCONTRACT.transition(move).label
    return move_page(
        request,
        SUBCONTRACT,
        row,
        move,
        success_url=url,
        template="support/move.html",
        context={
            "name": format_html("{} · {}", words.title_of(row), row.pupil_name),
            "detail_url": url,
            "step_text": step_text(move, row),
            "crumbs": [
                (_("Bought care"), reverse("subcontract-list")),
                (words.title_of(row), url),
                (label, ""),
            ],
        },
    )


def step_text(move, row):
    """What a step comes to, above its button."""
    amount = {"amount": format_euros(row.ceiling_cents), "third": row.third.name}
    texts = {
        "approve": _("You approve %(amount)s. After ordering this is a fixed obligation."),
        "order": _(
            "You order for %(amount)s at most from %(third)s. After this you can only end it."
        ),
        "revoke_approval": _("The %(amount)s that is reserved is free again."),
        "reject": _("The family and the school hear it from the regisseur."),
        "settle": _("No bills can be reported after this. What is left is free again."),
    }
    return texts[move] % amount if move in texts else ""
