"""Free choice: parents or pupil want another provider. It gets an answer, and stops nothing."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.core.periods import add_school_days, closed_days
from schools.models import Guardian
from support import facts
from support.actions.common import day, locked, refuse, require, seen, store, text
from support.models import ChoiceOutcome, ChoiceRequest, Trajectory

#: The answer is given within so many working days.
ANSWER_DAYS = 10


def answer_due_on(asked_on):
    """The day before which an answer is given: working days, so no public holidays."""
    later = asked_on + dt.timedelta(days=5 * ANSWER_DAYS)
    return add_school_days(asked_on, ANSWER_DAYS, closed_days("", asked_on, later))


@transaction.atomic
def record_choice(actor, *, trajectory, guardian=None, asked_on=None, wish="", on=None, at=None):
    """Record that somebody wants another provider; `guardian` None is the pupil.

    The reason is never asked: `wish` may stay empty. The answer is due after ten working days.
    """
    require(actor, Permission.TRAJECTORY_CHANGE)
    on = day(on)
    case = seen(actor, Trajectory, trajectory)
    asked_on = asked_on or on
    if asked_on > on:
        raise ValidationError({"asked_on": _("This day lies in the future.")})
    if guardian is not None:
        guardian = seen(actor, Guardian, guardian, pupil_id=case.pupil_id)
    return store(
        ChoiceRequest(
            trajectory=case,
            provider_id=case.provider_id,
            pupil_id=case.pupil_id,
            pupil_name=case.pupil_name,
            guardian=guardian,
            asked_by_label=facts.guardian_label(guardian) if guardian else case.pupil_name,
            asked_on=asked_on,
            wish=text(wish),
            answer_due_on=answer_due_on(asked_on),
            recorded_by_id=actor.user_id,
        ),
        insert=True,
    )


@transaction.atomic
def answer_choice(actor, *, choice, outcome, note="", answer_on=None, on=None, at=None):
    """Record what was agreed: a third party, district team, individual provision, or stay."""
    require(actor, Permission.TRAJECTORY_CHANGE)
    on = day(on)
    row = locked(actor, choice)
    if row.answer_on is not None:
        refuse(_("This was answered already"), row)
    if outcome not in ChoiceOutcome.values:
        raise ValidationError({"outcome": _("Choose one of the answers.")})
    answer_on = answer_on or on
    if not row.asked_on <= answer_on <= on:
        raise ValidationError(
            {"answer_on": _("The answer lies after the question, not later than today.")}
        )
    row.outcome, row.note, row.answer_on = outcome, text(note), answer_on
    return store(row, ["outcome", "note", "answer_on"])
