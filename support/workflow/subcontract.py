"""SUBCONTRACT: care that is bought, from proposal to settlement, with the guards of every move."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.access.permissions import Permission
from oja.core.money import format_euros
from oja.core.workflow import Refusal, Transition, guard
from support import facts, purchases
from support.models import Answer, Delivery, DeliveryState, Subcontract, SubcontractEvent
from support.models import SubcontractState as S
from support.workflow.base import CaseWorkflow
from support.workflow.refusals import names, since, to

#: Bought care that runs is looked at again within this many days.
REVIEW_DAYS = 91


def _edit(row, label):
    return {"url": to("subcontract-edit", row.pk), "url_label": label}


def _page(row, label):
    return {"url": to("subcontract-detail", row.pk), "url_label": label}


# --- To send ------------------------------------------------------------------------------------


@guard(gettext_lazy("There is a plan that everybody agreed to"))
def plan_is_agreed(row, move):
    """What is bought serves a goal of a plan in force: one child, one plan."""
    if purchases.agreed_plan(move.actor, row) is not None:
        return None
    return Refusal(
        _("There is no plan in force yet"),
        who=purchases.trajectory_of(move.actor, row).regisseur_name,
        url=to("trajectory-plan", row.trajectory_id),
        url_label=_("To the plan"),
    )


@guard(gettext_lazy("The last day and a plan to take the help back are filled in"))
def has_end_and_take_back_plan(row, move):
    """Bought care ends, and comes back into the school unless nobody can bring it there."""
    if row.ends_on < move.on:
        return Refusal(_("The last day lies in the past"), **_edit(row, _("Change the proposal")))
    if row.needs_take_back_plan and not row.take_back_plan.strip():
        return Refusal(
            _("Write first how the help is taken back"), **_edit(row, _("Change the proposal"))
        )
    return None


@guard(gettext_lazy("The choice of the parents is discussed"))
def choice_is_discussed(row, move):
    """Parents know that they may choose another provider (Jeugdwet 2.3, fourth paragraph)."""
    if row.choice_discussed_on and row.choice_discussed_on <= move.on:
        return None
    return Refusal(
        _("Talk with the parents first about their own choice"),
        **_edit(row, _("Record when you did")),
    )


@guard(gettext_lazy("Nobody has answered yet"))
def nobody_answered(row, move):
    """What somebody answered to never changes under that answer."""
    found = purchases.answered_by(move.actor, row)
    if not found:
        return None
    return Refusal(
        _("%(names)s answered already. Propose it anew") % {"names": ", ".join(found)},
        url=f"{to('subcontract-create')}?traject={row.trajectory_id}&van={row.pk}",
        url_label=_("Propose anew"),
    )


# --- To approve ---------------------------------------------------------------------------------


@guard(gettext_lazy("Everyone who must agree has agreed"))
def agreement_is_complete(row, move):
    """A hard condition: parents, from 12 the pupil too, from 16 the pupil alone."""
    state = purchases.agreement_state(move.actor, row, move.on)
    if state.is_complete:
        return None
    page = _page(row, _("See the answers"))
    if state.has_no_custodian and not state.refused:
        return Refusal(_("It is not known who has custody. Record that first"), who=_("School"))
    if state.refused:
        return Refusal(
            _("%(names)s said no. Talk about what is possible") % {"names": names(state.refused)},
            who=names(state.refused),
            since=since(state.refused),
            **page,
        )
    named = [giver for giver in state.missing if giver.label]
    if not named or len(named) < len(state.missing):
        return Refusal(_("Not everyone who must agree was asked"), **page)
    return Refusal(
        _("No agreement yet: %(names)s") % {"names": names(named)},
        who=names(named),
        since=since(named),
        **page,
    )


@guard(gettext_lazy("The school has answered"))
def school_has_answered(row, move):
    """The school is consulted: its answer must be there, whatever it says."""
    answer = purchases.school_answer_of(move.actor, row)
    if answer is not None and answer.answer:
        return None
    if not purchases.school_may_answer(move.actor, row, move.on):
        return None  # parents ended the sharing: there is nobody left to ask
    return Refusal(
        _("The school has not answered yet"),
        who=_("School"),
        since=answer.asked_on if answer else None,
        **_page(row, _("Send a reminder")),
    )


@guard(gettext_lazy("An objection of the school is answered"))
def objection_is_answered(row, move):
    """An objection asks a written decision and a talk; an arrangement may let it stop the care."""
    answer = purchases.school_answer_of(move.actor, row)
    if answer is None or answer.answer != Answer.OBJECTION:
        return None
    if _objection_blocks(row, move.on):
        return Refusal(
            _("The school objects. In this arrangement that stops the care"), who=_("School")
        )
    if not move.data:  # a page that only asks what is possible: the form asks for both
        return None
    talk = move.data.get("talk_held_on")
    if not (move.data.get("decision_note") or "").strip() or talk is None:
        return Refusal(
            _("The school objects: write your decision, and say when you talked"),
            who=_("Manager of the provider"),
        )
    if not answer.answered_on <= talk <= move.on:
        return Refusal(
            _("The talk with the school lies after its objection and not in the future"),
            who=_("Manager of the provider"),
        )
    return None


def _objection_blocks(row, on):
    participation = facts.participation_on(row.site_id, on)
    return participation is not None and participation.arrangement.objection_blocks


@guard(gettext_lazy("The municipality of the pupil pays"))
def residence_is_funded(row, move):
    """Not the address but the recorded residence decides (Jeugdwet 1.1)."""
    payment = purchases.payment_of(move.actor, row, move.on)
    if payment.is_funded:
        return None
    return Refusal(payment.sentence, who=_("School"))


@guard(gettext_lazy("It fits in the budget"))
def fits_in_the_budget(row, move):
    """Or the manager writes why it has to go beyond it."""
    if (move.data.get("override_reason") or "").strip():
        return None
    payment = purchases.payment_of(move.actor, row, move.on)
    if payment.municipality_id is None:
        return None  # another guard says so
    for effect in purchases.effect_of(move.actor, row, payment.municipality_id):
        if effect.budget_id is None:
            return Refusal(
                _("There is no budget for %(year)s yet. Record it first") % {"year": effect.year},
                who=_("Manager of the provider"),
                url=to("budget-keep"),
                url_label=_("Record the budget"),
            )
        if not effect.fits and move.data:
            return Refusal(
                _("This does not fit in the budget of %(year)s: %(short)s too little")
                % {"year": effect.year, "short": format_euros(-effect.free_after_cents)},
                who=_("Manager of the provider"),
                url=to("budget"),
                url_label=_("See the budget"),
            )
    return None


# --- Later --------------------------------------------------------------------------------------


@guard(gettext_lazy("The day is not in the future"))
def day_is_not_in_the_future(row, move):
    """What is recorded has happened, and not before the order."""
    day = move.data.get("ended_on") or move.data.get("begun_on")
    if day is None:
        return None
    if day > move.on:
        return Refusal(_("This day lies in the future"))
    if row.ordered_on and day < row.ordered_on:
        return Refusal(_("This day lies before the order"))
    return None


@guard(gettext_lazy("The next review is planned within three months"))
def review_is_planned(row, move):
    """Bought care is looked at again and again: can it come back into the school?"""
    day = move.data.get("review_on")
    if day is None or move.on < day <= move.on + dt.timedelta(days=REVIEW_DAYS):
        return None
    return Refusal(_("The next review lies within three months"))


@guard(gettext_lazy("Every bill is decided"))
def bills_are_decided(row, move):
    """What is settled gets no bills any more."""
    open_bills = Delivery.objects.visible_to(move.actor).filter(
        subcontract=row.pk, state=DeliveryState.REPORTED
    )
    if not open_bills.exists():
        return None
    return Refusal(
        _("A bill still waits for a decision"),
        who=_("Manager of the provider"),
        **_page(row, _("See the bills")),
    )


class SubcontractWorkflow(CaseWorkflow):
    """Writes with a move what follows from its day: who pays, when to look again."""

    def _set(self, transition, row, step):
        changed = super()._set(transition, row, step)
        extra = {}
        if transition.name in ("send", "approve"):
            payment = purchases.payment_of(step.actor, row, step.on)
            extra["municipality_id"] = payment.municipality_id
        if transition.name == "start":
            extra["review_on"] = min(step.on + dt.timedelta(days=REVIEW_DAYS), row.ends_on)
        if transition.name == "revoke_approval":
            extra |= {"approved_on": None, "approved_by_id": None, "override_reason": ""}
        if transition.name in ("end", "settle"):
            extra["review_on"] = None
        for name, value in extra.items():
            setattr(row, name, value)
        return changed | {name.removesuffix("_id") for name in extra}


_PROPOSES = {"permission": Permission.SUBCONTRACT_PROPOSE}
_APPROVES = {"permission": Permission.SUBCONTRACT_APPROVE}
_HELPS = {"permission": Permission.TRAJECTORY_CHANGE}
#: Consent and custody are written under this lock too, so a guard's answer stays true.
_OF_CHILD = {"locks": ("pupil_id",)}

SUBCONTRACT = SubcontractWorkflow(
    "subcontract",
    Subcontract,
    "state",
    SubcontractEvent,
    (
        Transition(
            name="send",
            label=gettext_lazy("Send proposal"),
            sources=(S.PROPOSAL,),
            target=S.ASKED,
            guards=(plan_is_agreed, has_end_and_take_back_plan, choice_is_discussed),
            stamps=("sent",),
            done=gettext_lazy("Proposal sent. Parents and school are asked at once."),
            kind="primary",
            **_PROPOSES,
            **_OF_CHILD,
        ),
        Transition(
            name="change",
            label=gettext_lazy("Change the proposal"),
            sources=(S.ASKED,),
            target=S.ASKED,
            guards=(nobody_answered, has_end_and_take_back_plan, choice_is_discussed),
            done=gettext_lazy("Proposal changed. Who was asked reads the new words."),
            **_PROPOSES,
            **_OF_CHILD,
        ),
        Transition(
            name="approve",
            label=gettext_lazy("Approve"),
            sources=(S.ASKED,),
            target=S.APPROVED,
            sets=("override_reason", "decision_note", "talk_held_on"),
            guards=(
                plan_is_agreed,
                residence_is_funded,
                agreement_is_complete,
                school_has_answered,
                objection_is_answered,
                has_end_and_take_back_plan,
                fits_in_the_budget,
            ),
            stamps=("approved",),
            done=gettext_lazy("Approved. You can order now."),
            kind="primary",
            **_APPROVES,
            **_OF_CHILD,
        ),
        Transition(
            name="order",
            label=gettext_lazy("Place the order"),
            sources=(S.APPROVED,),
            target=S.ORDERED,
            guards=(agreement_is_complete,),
            stamps=("ordered",),
            done=gettext_lazy("Ordered. The amount is a fixed obligation now."),
            kind="primary",
            **_APPROVES,
            **_OF_CHILD,
        ),
        Transition(
            name="start",
            label=gettext_lazy("Care has started"),
            sources=(S.ORDERED,),
            target=S.RUNNING,
            done=gettext_lazy("Recorded: the care has started."),
            kind="primary",
            **_HELPS,
        ),
        Transition(
            name="review",
            label=gettext_lazy("Record the review"),
            sources=(S.RUNNING,),
            target=S.RUNNING,
            sets=("review_on", "note"),
            guards=(review_is_planned,),
            done=gettext_lazy("Review recorded."),
            **_HELPS,
        ),
        Transition(
            name="end",
            label=gettext_lazy("End"),
            sources=(S.ORDERED, S.RUNNING),
            target=S.ENDED,
            sets=("ended_on", "note"),
            guards=(day_is_not_in_the_future,),
            done=gettext_lazy("Ended. Settle it when every bill is in."),
            kind="danger",
            **_HELPS,
        ),
        Transition(
            name="settle",
            label=gettext_lazy("Settle"),
            sources=(S.ENDED,),
            target=S.SETTLED,
            permission=Permission.INVOICE_APPROVE,
            guards=(bills_are_decided,),
            done=gettext_lazy("Settled. What is left of the money is free again."),
            kind="primary",
        ),
        Transition(
            name="reject",
            label=gettext_lazy("Reject"),
            sources=(S.ASKED,),
            target=S.REJECTED,
            sets=("decision_note",),
            done=gettext_lazy("Rejected. The proposer and the school see that."),
            kind="danger",
            **_APPROVES,
            **_OF_CHILD,
        ),
        Transition(
            name="withdraw",
            label=gettext_lazy("Withdraw"),
            sources=(S.PROPOSAL, S.ASKED),
            target=S.WITHDRAWN,
            sets=("note",),
            done=gettext_lazy("Proposal withdrawn."),
            kind="danger",
            **_PROPOSES,
            **_OF_CHILD,
        ),
        Transition(
            name="revoke_approval",
            label=gettext_lazy("Take approval back"),
            sources=(S.APPROVED,),
            target=S.ASKED,
            done=gettext_lazy("The approval is taken back. The money is free again."),
            kind="text",
            **_APPROVES,
            **_OF_CHILD,
        ),
    ),
)
