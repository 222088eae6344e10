"""Bills for bought care: reported, checked and approved by somebody else than who ordered."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.money import format_euros
from oja.core.workflow import MoveRefused, Refusal
from providers.queries import managers_of
from support import costs, purchases
from support.actions.common import day, locked, refuse, require, store, text
from support.models import Delivery, DeliveryState, Subcontract, SubcontractState

#: States in which something can be delivered: there is an order, and it is not settled.
DELIVERS = (SubcontractState.ORDERED, SubcontractState.RUNNING, SubcontractState.ENDED)
ANOTHER = gettext_lazy("Somebody else than who ordered approves the bill")
ENOUGH = gettext_lazy("The bill stays within the order")


@transaction.atomic
def report_delivery(
    actor,
    *,
    subcontract,
    period_start,
    volume,
    invoice_number,
    invoiced_on,
    cents=None,
    on=None,
    at=None,
):
    """Report what was delivered in a month, with the bill. Without `cents`: volume times rate."""
    require(actor, Permission.INVOICE_APPROVE)
    row = locked(actor, subcontract)
    new = new_delivery(
        row,
        day(on),
        {
            "period_start": period_start,
            "volume": volume,
            "invoice_number": invoice_number,
            "invoiced_on": invoiced_on,
            "cents": cents,
            "reported_by_id": actor.user_id,
        },
    )
    return store(new, insert=True)


def new_delivery(row, on, values):
    """A delivery of an order, not stored yet. Raises ValidationError or MoveRefused."""
    if row.state not in DELIVERS:
        refuse(_("Without an order there is nothing to deliver"), row)
    month = values["period_start"].replace(day=1)
    if not row.starts_on.replace(day=1) <= month <= (row.ended_on or row.ends_on):
        raise ValidationError({"period_start": _("This month lies outside the order.")})
    if month > on:
        raise ValidationError({"period_start": _("This month is still to come.")})
    if values["invoiced_on"] > on:
        raise ValidationError({"invoiced_on": _("The bill lies in the future.")})
    cents = values.get("cents") or purchases.ceiling(values["volume"], row.rate_cents)
    return Delivery(
        subcontract=row,
        trajectory_id=row.trajectory_id,
        provider_id=row.provider_id,
        reported_on=on,
        **{
            **values,
            "period_start": month,
            "cents": cents,
            "invoice_number": text(values["invoice_number"]),
        },
    )


def approved_cents(actor, subcontract_id):
    """What was approved of an order so far."""
    rows = Delivery.objects.visible_to(actor).filter(
        subcontract=subcontract_id, state=DeliveryState.APPROVED
    )
    return sum(rows.values_list("cents", flat=True))


def delivery_conditions(actor, row, delivery):
    """(met labels, refusals) of approving a bill, for the page and for the action itself."""
    met, refusals = [], []
    orderer = row.approved_by_id is not None and row.approved_by_id == actor.user_id
    registrar = row.third.registered_by is not None and row.third.registered_by == actor.user_id
    if orderer or registrar:
        sentence = (
            _("You approved the order, so somebody else approves the bill")
            if orderer
            else _("You registered this third party, so somebody else approves the bill")
        )
        refusals.append(Refusal(sentence, who=_who_can(row)))
    else:
        met.append(ANOTHER)
    over = approved_cents(actor, row.pk) + delivery.cents - row.ceiling_cents
    if over > 0:
        refusals.append(
            Refusal(
                _("This is %(amount)s more than was ordered. Write why you approve it anyway")
                % {"amount": format_euros(over)}
            )
        )
    else:
        met.append(ENOUGH)
    return met, refusals


def _who_can(row):
    others = [
        name
        for key, name in managers_of(row.provider_id)
        if key not in (row.approved_by_id, row.third.registered_by)
    ]
    return ", ".join(others) or _("another manager of %(provider)s") % {
        "provider": row.provider.name
    }


def _reported(actor, delivery):
    """(order, delivery), both locked, the order first: so also settling and booking take turns."""
    require(actor, Permission.INVOICE_APPROVE)
    orders = Subcontract.objects.visible_to(actor, CHANGE).select_related("third", "provider")
    order = orders.select_for_update(of=("self",), no_key=True)
    row = order.filter(pk=delivery.subcontract_id).first()
    found = locked(actor, delivery)
    if row is None or found.state != DeliveryState.REPORTED:
        refuse(_("This bill was decided already"), found)
    return row, found


@transaction.atomic
def approve_delivery(actor, *, delivery, override_reason="", on=None, at=None):
    """Approve a bill: it becomes a cost line, and the order reserves that much less.

    Raises MoveRefused for whoever approved the order or registered the third party, and above the
    order or the budget without a written reason.
    """
    on = day(on)
    row, found = _reported(actor, delivery)
    if row.state not in DELIVERS:
        refuse(_("Without an order there is nothing to deliver"), found)
    _met, refusals = delivery_conditions(actor, row, found)
    reason = text(override_reason)
    if reason:  # a reason answers the money, never who may approve
        refusals = [each for each in refusals if each.who]
    if refusals:
        raise MoveRefused(refusals, row)
    found.state, found.override_reason = DeliveryState.APPROVED, reason
    found.approved_on, found.approved_by_id = on, actor.user_id
    store(found, ["state", "override_reason", "approved_on", "approved_by"])
    costs.book_delivery(actor, delivery=found, on=on, override_reason=reason)
    return found


@transaction.atomic
def refuse_delivery(actor, *, delivery, note, on=None, at=None):
    """Refuse a bill and say why; a right one is reported as a new row."""
    _row, found = _reported(actor, delivery)
    if not text(note):
        raise ValidationError({"note": _("Say what is wrong with the bill.")})
    found.state, found.note = DeliveryState.REFUSED, text(note)
    found.approved_on, found.approved_by_id = day(on), actor.user_id
    return store(found, ["state", "note", "approved_on", "approved_by"])
