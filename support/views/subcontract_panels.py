"""Bought care on other pages: the panel of a trajectory, and what waits for whom on Start."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.permissions import Permission, Role
from oja.core.money import format_euros
from support.models import (
    AgreementState,
    ChoiceRequest,
    Delivery,
    DeliveryState,
    SchoolAnswer,
    Subcontract,
    SubcontractAgreement,
    SubcontractState,
)
from support.progress import day, name_of
from support.views import subcontract_words as words
from support.worklist import LATE, LATER, NOW, REMIND_AFTER, Task, days_late


def care_panel(actor, row):
    """Hulp van buiten for the provider: orders, and what may be started here."""
    orders = Subcontract.objects.visible_to(actor).filter(trajectory=row).for_list()
    helps = row.pk in actor.ids(Role.CARE_WORKER, "caseload") and not row.is_closed
    actions = []
    if helps and actor.may(Permission.SUBCONTRACT_PROPOSE):
        url = f"{reverse('subcontract-create')}?traject={row.pk}"
        actions.append((_("Propose bought care"), url))
    if helps:
        url = f"{reverse('choice-create')}?traject={row.pk}"
        actions.append((_("Record the choice of parents"), url))
    rows = [
        {
            "title": words.title_of(order),
            "facts": words.when_words(order),
            "tag": words.state_tag(order),
            "url": words.detail_url(order),
        }
        for order in orders.order_by("-proposed_on")
    ]
    choices = ChoiceRequest.objects.visible_to(actor).filter(trajectory=row)
    rows += [
        {
            "title": _("Wants another provider"),
            "facts": _("%(who)s, %(day)s")
            % {"who": choice.asked_by_label, "day": day(choice.asked_on)},
            "tag": (choice.get_outcome_display(), "ok", None)
            if choice.outcome
            else (_("Waits for an answer"), "att", None),
            "url": choice.get_absolute_url(),
        }
        for choice in choices.order_by("-asked_on")
    ]
    return {"rows": rows, "actions": actions}


def school_panel(actor, row):
    """Hulp van buiten for the school: its own rows, without reason and amount."""
    answers = SchoolAnswer.objects.visible_to(actor).filter(
        trajectory=row, shared_site__isnull=False
    )
    is_school = actor.holds(Role.SCHOOL_COORDINATOR)
    found = []
    for answer in answers.order_by("-asked_on"):
        stand = words.Stand(answer.subcontract_state)
        asked = answer.subcontract_state == SubcontractState.ASKED and not answer.answer
        tag = (_("Waits for your answer"), "att", None) if asked else words.state_tag(stand)
        found.append(
            {
                "title": _("%(help)s at %(third)s")
                % {"help": answer.help_kind, "third": answer.third_name},
                "facts": _("from %(start)s until and including %(end)s")
                % {"start": words.full(answer.starts_on), "end": words.full(answer.ends_on)},
                "tag": tag,
                "url": reverse("school-answer", args=[answer.pk])
                if is_school
                else reverse("subcontract-detail", args=[answer.subcontract_id]),
            }
        )
    return {"rows": found, "actions": []}


# --- Start --------------------------------------------------------------------------------------


def school_tasks(actor, on):
    """Orders on which the school has not answered: a reminder puts them on top."""
    rows = SchoolAnswer.objects.visible_to(actor).filter(
        answer="", subcontract_state=SubcontractState.ASKED
    )
    found = []
    for row in rows.order_by("asked_on"):
        late = (on - row.asked_on).days - REMIND_AFTER
        meta = _("%(help)s at %(third)s · asked on %(day)s") % {
            "help": row.help_kind,
            "third": row.third_name,
            "day": day(row.asked_on),
        }
        if row.reminded_on:
            meta = f"{meta} · " + _("reminded on %(day)s") % {"day": day(row.reminded_on)}
        found.append(
            Task(
                group=LATE if late > 0 or row.reminded_on else NOW,
                title=_("Give the answer of the school for %(pupil)s") % {"pupil": row.pupil_name},
                meta=meta,
                icon="message-square-reply",
                url=reverse("school-answer", args=[row.pk]),
                label=_("Give an answer"),
                order=(row.asked_on,),
            )
        )
    return found


def worker_tasks(actor, on):
    """Answers of families that stay out, proposals to send, reviews that are due."""
    orders = Subcontract.objects.visible_to(actor).filter(
        trajectory__in=actor.ids(Role.CARE_WORKER, "caseload")
    )
    waiting = {row.pk: row for row in orders.filter(state=SubcontractState.ASKED)}
    asked = SubcontractAgreement.objects.visible_to(actor).filter(
        subcontract__in=waiting, state__in=(AgreementState.ASKED, AgreementState.TALK)
    )
    found = [_family_task(each, waiting[each.subcontract_id], on) for each in asked]
    drafts = orders.filter(state=SubcontractState.PROPOSAL)
    found += [_draft_task(row) for row in drafts]
    runs = orders.filter(
        state=SubcontractState.RUNNING, review_on__lte=on + timedelta(days=words.REVIEW_BEFORE)
    )
    return found + [_review_task(row, on) for row in runs]


def _family_task(agreement, row, on):
    late = (on - agreement.asked_on).days - REMIND_AFTER
    wants_talk = agreement.state == AgreementState.TALK
    facts = {"who": name_of(agreement.giver_label), "pupil": row.pupil_name}
    if wants_talk:
        group, title = NOW, _("Talk with %(who)s about bought care for %(pupil)s")
    else:
        group = LATE if late > 0 else LATER
        title = _("Ask %(who)s about bought care for %(pupil)s")
    meta = _("%(help)s · asked on %(day)s") % {
        "help": row.help_kind,
        "day": day(agreement.asked_on),
    }
    return Task(
        group=group,
        title=title % facts,
        meta=f"{meta} · {days_late(late)}" if late > 0 and not wants_talk else meta,
        icon="message-circle" if wants_talk else "user-check",
        url=words.detail_url(row),
        label=_("Record the answer"),
        order=(agreement.asked_on,),
    )


def _draft_task(row):
    return Task(
        group=LATER,
        title=_("Send the proposal for %(pupil)s") % {"pupil": row.pupil_name},
        meta=row.help_kind,
        icon="pencil",
        url=words.detail_url(row),
        label=_("Continue"),
        order=(row.proposed_on,),
    )


def _review_task(row, on):
    late = (on - row.review_on).days
    meta = _("%(help)s · review before %(day)s") % {
        "help": row.help_kind,
        "day": day(row.review_on),
    }
    return Task(
        group=LATE if late > 0 else LATER,
        title=_("Review the bought care for %(pupil)s") % {"pupil": row.pupil_name},
        meta=f"{meta} · {days_late(late)}" if late > 0 else meta,
        icon="refresh-cw",
        url=reverse("subcontract-move", args=[row.pk, "herbeoordelen"]),
        label=_("Review"),
        order=(row.review_on,),
    )


def manager_tasks(actor, on):
    """Orders to place, bills, and late wishes; proposals to decide have a panel of their own."""
    rows = Subcontract.objects.visible_to(actor).filter(
        provider__in=actor.ids(Role.PROVIDER_MANAGER, "providers")
    )
    found = [
        Task(
            group=NOW,
            title=_("Order the care for %(pupil)s") % {"pupil": row.pupil_name},
            meta=words.title_of(row),
            icon="send",
            url=reverse("subcontract-move", args=[row.pk, "bestellen"]),
            label=_("Place the order"),
            order=(row.approved_on,),
        )
        for row in rows.for_list().filter(state=SubcontractState.APPROVED)
    ]
    bills = Delivery.objects.visible_to(actor).filter(state=DeliveryState.REPORTED)
    bills = bills.exclude(subcontract__approved_by=actor.user_id).select_related("subcontract")
    found += [_bill_task(bill) for bill in bills]
    choices = ChoiceRequest.objects.visible_to(actor).filter(
        answer_on__isnull=True, answer_due_on__lt=on
    )
    return found + [_choice_task(row, on) for row in choices]


def _bill_task(bill):
    return Task(
        group=LATER,
        title=_("Approve a bill for %(pupil)s") % {"pupil": bill.subcontract.pupil_name},
        meta=f"{bill.invoice_number} · {format_euros(bill.cents)}",
        icon="file-text",
        url=reverse("delivery-approve", args=[bill.pk]),
        label=_("Look at it"),
        order=(bill.reported_on,),
    )


def _choice_task(row, on):
    return Task(
        group=LATE,
        title=_("Answer the choice of parents for %(pupil)s") % {"pupil": row.pupil_name},
        meta=days_late((on - row.answer_due_on).days),
        icon="route",
        url=row.get_absolute_url(),
        label=_("Answer"),
        order=(row.answer_due_on,),
    )


def waits(actor, on):
    """How many orders wait for this person: the number in the menu."""
    if actor.holds(Role.PROVIDER_MANAGER):
        rows = Subcontract.objects.visible_to(actor)
        return rows.filter(state__in=(SubcontractState.ASKED, SubcontractState.APPROVED)).count()
    rows = Subcontract.objects.visible_to(actor).filter(state=SubcontractState.RUNNING)
    return rows.filter(review_on__lte=on + timedelta(days=words.REVIEW_BEFORE)).count()
