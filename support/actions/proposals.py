"""The proposal to buy care: made, changed while nobody answered, and made anew."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.core.workflow import hold
from providers.models import Provider
from support import purchases
from support.actions.common import day, locked, reference, refuse, require, seen, store, text
from support.models import Goal, Subcontract, SubcontractState, Trajectory
from support.workflow import SUBCONTRACT

#: What a proposal says; the rest follows from it.
FIELDS = (
    *("third", "contract", "jz020", "goal", "plan_goal", "help_kind", "reason", "could_we"),
    *("could_we_note", "volume", "unit", "rate_cents", "starts_on", "ends_on"),
    *("take_back_plan", "choice_discussed_on"),
)


def fill(row, values):
    """Put what a proposal says on its row. A contract gives its own help, unit and rate.

    Raises TypeError for other names, ValidationError where a value does not fit.
    """
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise TypeError(f"no fields of a proposal: {sorted(unknown)}")
    for name, value in values.items():
        setattr(row, name, text(value) if isinstance(value, str) else value)
    contract = row.contract
    if contract is not None:
        if contract.provider_id != row.provider_id:
            raise ValidationError({"contract": _("This contract is of another provider.")})
        row.third_id, row.jz020 = contract.third_id, contract.jz020
        row.unit, row.rate_cents = contract.unit, contract.rate_cents
        row.help_kind = row.help_kind or contract.description
    if row.plan_goal is not None:
        if row.plan_goal.trajectory_id != row.trajectory_id:
            raise ValidationError({"plan_goal": _("This goal belongs to another plan.")})
        row.goal = row.goal or row.plan_goal.title
    if row.third_id is None or row.volume is None or not row.rate_cents:
        raise ValidationError(_("Choose a provider and fill in volume and rate."))
    row.ceiling_cents = purchases.ceiling(row.volume, row.rate_cents)
    return row


def _check(row, third):
    if third.kind != Provider.Kind.THIRD:
        raise ValidationError({"third": _("Care is bought from a third party.")})
    if row.ends_on < row.starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first day.")})
    if row.starts_on < row.trajectory.registered_on:
        raise ValidationError({"starts_on": _("Help cannot be planned before the assignment.")})
    if row.contract is not None and not row.contract.holds_on(row.starts_on):
        raise ValidationError({"contract": _("This contract does not hold on the first day.")})


def new_proposal(actor, case, on, values):
    """A proposal for a trajectory, not stored yet, with the municipality that pays on that day."""
    row = Subcontract(
        trajectory=case,
        provider_id=case.provider_id,
        pupil_id=case.pupil_id,
        pupil_name=case.pupil_name,
        site_id=case.site_id,
        proposed_by_id=actor.user_id,
        proposed_on=on,
    )
    row.reference = reference("D", row.pk, on)
    fill(row, values)
    _check(row, row.third)
    row.municipality_id = purchases.payment_of(actor, case, on).municipality_id
    return row


@transaction.atomic
def propose_subcontract(actor, *, trajectory, on=None, at=None, **values):
    """A proposal to buy care for a trajectory: `values` are FIELDS. Amounts in cents.

    With a `contract` the third party, category, unit and rate come from it.
    """
    require(actor, Permission.SUBCONTRACT_PROPOSE)
    case = locked(actor, trajectory)
    if case.is_closed:
        refuse(_("This trajectory is closed"), case)
    _own_goal(actor, case, values)
    return store(new_proposal(actor, case, day(on), values), insert=True)


def _own_goal(actor, case, values):
    if values.get("plan_goal") is not None:
        values["plan_goal"] = seen(actor, Goal, values["plan_goal"], trajectory_id=case.pk)


@transaction.atomic
def change_proposal(actor, *, subcontract, version=None, on=None, at=None, **values):
    """Change a proposal, also one that was sent, as long as nobody has answered.

    Who was asked reads the new words; an answer to the old ones is refused. Raises MoveRefused
    when somebody answered: then `propose_anew`.
    """
    require(actor, Permission.SUBCONTRACT_PROPOSE)
    row = locked(actor, subcontract)
    hold("pupil_id", row.pupil_id)  # answers wait here
    is_sent = row.state != SubcontractState.PROPOSAL
    if row.state not in (SubcontractState.PROPOSAL, SubcontractState.ASKED):
        refuse(_("This was decided already. Propose it anew"), row)
    if is_sent and purchases.answered_by(actor, row):
        refuse(_("Somebody answered already. Propose it anew"), row)
    row.trajectory = seen(actor, Trajectory, row.trajectory_id)
    _own_goal(actor, row.trajectory, values)
    row.help_kind = row.goal = ""
    fill(row, values)
    _check(row, row.third)
    store(row, [*values, *_DERIVED])
    return SUBCONTRACT.perform(row, "change", actor, on=on, at=at) if is_sent else row


_DERIVED = ("third", "jz020", "unit", "rate_cents", "help_kind", "goal", "ceiling_cents")


@transaction.atomic
def propose_and_send(actor, *, trajectory, on=None, at=None, **values):
    """Make a proposal and send it: parents (pupil) and school are asked at once."""
    row = propose_subcontract(actor, trajectory=trajectory, on=on, at=at, **values)
    return SUBCONTRACT.perform(row, "send", actor, on=on, at=at)


@transaction.atomic
def propose_anew(actor, *, subcontract, on=None, at=None, **values):
    """Propose care once more that was answered, rejected or withdrawn: everybody is asked anew.

    What still asks for answers is withdrawn in the same breath.
    """
    row = locked(actor, subcontract)
    if row.state not in ANEW:
        refuse(_("This was decided already. End it first"), row)
    case = seen(actor, Trajectory, row.trajectory_id)
    new = propose_and_send(actor, trajectory=case, on=on, at=at, **values)
    if row.state == SubcontractState.ASKED:
        note = _("Proposed anew as %(reference)s") % {"reference": new.reference}
        SUBCONTRACT.perform(row, "withdraw", actor, on=on, at=at, note=note)
    return new


#: From here a proposal can be made once more.
ANEW = (SubcontractState.ASKED, SubcontractState.REJECTED, SubcontractState.WITHDRAWN)
