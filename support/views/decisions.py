"""Bought care that waits for a decision of the manager: on Start and on the budget page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.scoping import CHANGE
from oja.core.money import format_euros
from support import purchases
from support.models import Subcontract, SubcontractState
from support.workflow import SUBCONTRACT

#: Decisions that a panel shows; the rest stands in the list.
SHOWN = 8


@dataclass(frozen=True)
class Decision:
    """One proposal: ready to decide, or what it still waits for."""

    row: Subcontract
    title: str
    meta: str
    url: str
    is_ready: bool


def decisions_of(actor, on, provider=None):
    """([Decision], how many there are): sent proposals, first those that can be decided now."""
    rows = Subcontract.objects.visible_to(actor).filter(state=SubcontractState.ASKED)
    if provider is not None:
        rows = rows.filter(provider=provider)
    shown = list(rows.for_list().order_by("sent_on", "pk")[:SHOWN])
    total = len(shown) if len(shown) < SHOWN else rows.count()
    mine = Subcontract.objects.visible_to(actor, CHANGE).filter(pk__in=[row.pk for row in shown])
    mine = set(mine.values_list("pk", flat=True))
    with purchases.read_once(actor, shown, on):
        found = [decision_of(actor, row, on, row.pk in mine) for row in shown]
    return sorted(found, key=lambda item: not item.is_ready), total


def decision_of(actor, row, on, may_change):
    """What stands in the way of approving one proposal, as far as the first sentence."""
    moves = {
        item.transition.name: item
        for item in SUBCONTRACT.available(row, actor, on=on, may_change=may_change)
    }
    approve = moves.get("approve")
    refusals = approve.refusals if approve else ()
    state = str(refusals[0].sentence) if refusals else _("everything is in")
    return Decision(
        row=row,
        title=f"{row.pupil_name} – {row.help_kind}",
        meta=f"{format_euros(row.ceiling_cents)} · {state}",
        url=reverse("subcontract-detail", args=[row.pk]),
        is_ready=approve is not None and not refusals,
    )
