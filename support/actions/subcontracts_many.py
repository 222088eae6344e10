"""Bought care of many trajectories at once: the bulk sisters of the actions."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from support import costs, facts, purchases
from support.actions.common import require, text
from support.actions.deliveries import new_delivery
from support.actions.proposals import new_proposal
from support.actions.subcontracts import question_to
from support.models import (
    Answer,
    ChoiceRequest,
    Delivery,
    DeliveryState,
    SchoolAnswer,
    Subcontract,
    SubcontractAgreement,
)
from support.workflow import SUBCONTRACT


@transaction.atomic
def propose_many(actor, proposals):
    """The bulk sister of propose_subcontract. Returns the rows, in order, in state proposal.

    `proposals`: dicts with `trajectory` (a row), `on`, the FIELDS of a proposal, and optional
    `proposed_by` (a User).
    """
    require(actor, Permission.SUBCONTRACT_PROPOSE)
    rows = []
    with facts.booked(actor, [item["trajectory"] for item in proposals]):
        for item in proposals:
            values = dict(item)
            case, on = values.pop("trajectory"), values.pop("on")
            by = values.pop("proposed_by", None)
            row = new_proposal(actor, case, on, values)
            row.proposed_by_id = by.pk if by else actor.user_id
            _check_fields(row)
            rows.append(row)
        Subcontract.objects.bulk_create(rows, batch_size=500)
    return rows


@transaction.atomic
def move_purchases_many(actor, rows, move, *, on_of=None, data_of=None, by_of=None):
    """Make one move of SUBCONTRACT for many orders, with all facts read once. Returns the rows.

    `by_of`: row -> User who approves; without it an approval of the system has no name, and a
    bill could not be kept apart from it.
    """
    with purchases.booked(actor, rows):
        moved = SUBCONTRACT.perform_many(rows, move, actor, on_of=on_of, data_of=data_of)
    if by_of is not None and move == "approve":
        for row in moved:
            row.approved_by = by_of(row)
        Subcontract.objects.visible_to(actor).bulk_update(moved, ["approved_by"], 500)
    return moved


@transaction.atomic
def record_agreements_many(actor, answers):
    """The bulk sister of record_agreement, for orders that were sent.

    `answers`: dicts with `subcontract`, `guardian` (absent: the pupil), `answer` (agreed, refused,
    talk), `on`, and optional `form` (talk, link, letter) and `note`. Open questions are answered.
    """
    require(actor, Permission.CONSENT_RECORD)
    orders = {item["subcontract"].pk: item["subcontract"] for item in answers}
    with purchases.booked(actor, list(orders.values())):
        changed, new = [], []
        for item in answers:
            row, guardian = item["subcontract"], item.get("guardian")
            key = guardian.pk if guardian else None
            known = [
                each
                for each in purchases.agreements_of(actor, row)
                if each.guardian_id == key and each.state == "asked"
            ]
            given = known[0] if known else _unasked(actor, row, guardian, item["on"])
            (changed if known else new).append(given)
            given.state, given.answered_on = item["answer"], item["on"]
            given.form, given.note = item.get("form", "talk"), text(item.get("note"))
            _check_fields(given)
        fields = ["state", "answered_on", "form", "note"]
        SubcontractAgreement.objects.visible_to(actor).bulk_update(changed, fields, 500)
        SubcontractAgreement.objects.bulk_create(new, batch_size=500)
    return changed + new


def _unasked(actor, row, guardian, on):
    case, pupil = purchases.trajectory_of(actor, row), facts.pupil_of(actor, row)
    return question_to(row, pupil, guardian, case, on)


@transaction.atomic
def answer_for_schools_many(actor, answers):
    """The bulk sister of answer_for_school: dicts with `subcontract`, `answer`, `on`, and optional
    `remark` and `by` (a User). Orders about which the school was not asked are passed over."""
    require(actor, Permission.SUBCONTRACT_ANSWER)
    wanted = {item["subcontract"].pk: item for item in answers}
    rows = list(SchoolAnswer.objects.visible_to(actor).filter(subcontract__in=wanted))
    for row in rows:
        item = wanted[row.subcontract_id]
        if item["answer"] not in Answer.values:
            raise ValidationError({"answer": _("Choose one of the answers.")})
        row.answer, row.remark = item["answer"], text(item.get("remark"))
        row.answered_on = item["on"]
        row.answered_by = item.get("by")
    fields = ["answer", "remark", "answered_on", "answered_by"]
    SchoolAnswer.objects.visible_to(actor).bulk_update(rows, fields, 500)
    return rows


@transaction.atomic
def deliver_many(actor, deliveries):
    """Bills of many orders, reported and (with `approved_by`) approved and booked.

    `deliveries`: dicts with `subcontract`, `period_start`, `volume`, `invoice_number`,
    `invoiced_on`, `on`, and optional `cents`, `reported_by`, `approved_by` (Users),
    `approved_on`. Returns the rows.
    """
    require(actor, Permission.INVOICE_APPROVE)
    rows = []
    for item in deliveries:
        values = {
            name: item[name]
            for name in ("period_start", "volume", "invoice_number", "invoiced_on", "cents")
            if name in item
        }
        row = new_delivery(item["subcontract"], item["on"], values)
        row.reported_by = item.get("reported_by")
        if item.get("approved_by") is not None:
            row.state, row.approved_by = DeliveryState.APPROVED, item["approved_by"]
            row.approved_on = item.get("approved_on") or item["on"]
        _check_fields(row)
        rows.append(row)
    Delivery.objects.bulk_create(rows, batch_size=500)
    booked = [(row, row.approved_on) for row in rows if row.state == DeliveryState.APPROVED]
    costs.book_deliveries_many(actor, booked)
    return rows


@transaction.atomic
def record_choices_many(actor, choices):
    """Requests for another provider: dicts with the fields of ChoiceRequest and `trajectory`."""
    require(actor, Permission.TRAJECTORY_CHANGE)
    rows = []
    for item in choices:
        case = item["trajectory"]
        copies = {
            "provider_id": case.provider_id,
            "pupil_id": case.pupil_id,
            "pupil_name": case.pupil_name,
        }
        row = ChoiceRequest(**{**item, **copies})
        _check_fields(row)
        rows.append(row)
    return ChoiceRequest.objects.bulk_create(rows, batch_size=500)


def _check_fields(row):
    row.clean_fields(exclude=[f.name for f in row._meta.fields if f.is_relation])
