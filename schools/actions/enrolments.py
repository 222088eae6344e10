"""When a pupil is enrolled, as what, and where it went."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.workflow import hold
from schools import transition_rules
from schools.actions.attendance import fit_spells
from schools.actions.base import fill, locked, only, own_site, require, store
from schools.models import Enrolment


@transaction.atomic
def enrol(actor, *, pupil, valid_from, school_type, group_label="", valid_until=None):
    """Record that the pupil is enrolled at the school of the record."""
    hold("pupil_id", pupil.pk)
    pupil = locked(actor, pupil)
    row = store(
        fill(
            Enrolment(pupil=pupil, site_id=pupil.site_id),
            {
                "valid_from": valid_from,
                "valid_until": valid_until,
                "school_type": school_type,
                "group_label": group_label,
            },
        )
    )
    fit_spells(actor, {pupil.pk})
    return row


ENROLMENT_FIELDS = (
    "valid_from",
    "valid_until",
    "school_type",
    "group_label",
    "end_reason",
    "destination_type",
)


@transaction.atomic
def change_enrolment(actor, *, enrolment, **fields):
    """Correct or end an enrolment (ENROLMENT_FIELDS); running absence ends with it."""
    hold("pupil_id", enrolment.pupil_id)
    row = store(fill(locked(actor, enrolment), only(fields, ENROLMENT_FIELDS)))
    fit_spells(actor, {row.pupil_id})
    return row


@transaction.atomic
def end_enrolment(actor, *, enrolment, valid_until, destination_type, on, end_reason=""):
    """The pupil left: `valid_until` is the first day without it, `on` the day of recording.

    Raises ValidationError without a destination ("unknown" is one) or more than a year ahead.
    """
    if not destination_type:
        raise ValidationError({"destination_type": _("Say where the pupil went.")})
    _check_year("valid_until", valid_until, on)
    return change_enrolment(
        actor,
        enrolment=enrolment,
        valid_until=valid_until,
        destination_type=destination_type,
        end_reason=end_reason,
    )


def _check_year(name, day, on):
    if (day - on).days > 366:
        raise ValidationError({name: _("Check the year: this is more than a year ahead.")})


# What the direction says about why the enrolment before it ended.
REASONS = {
    transition_rules.HEAVIER: Enrolment.EndReason.SPECIAL,
    transition_rules.LIGHTER: Enrolment.EndReason.RETURNED,
    transition_rules.SAME: Enrolment.EndReason.MOVED_UP,
}


@transaction.atomic
def enrol_again(actor, *, pupil, school_type, valid_from, on, group_label=""):
    """Another kind of school, or back after having left: what held until then ends.

    On the first day of a known enrolment this corrects that row. Raises ValidationError more
    than a year ahead, and when a later enrolment is known.
    """
    _check_year("valid_from", valid_from, on)
    hold("pupil_id", pupil.pk)
    rows = Enrolment.objects.visible_to(actor, CHANGE).filter(pupil=locked(actor, pupil))
    before = rows.valid_on(valid_from).first()
    values = {"school_type": school_type, "group_label": group_label}
    if before is not None and before.valid_from == valid_from:
        return change_enrolment(actor, enrolment=before, **values)
    if before is not None:
        way = transition_rules.direction(before.school_type, school_type)
        ended = {
            "valid_until": valid_from,
            "destination_type": school_type,
            "end_reason": REASONS[way],
        }
        store(fill(locked(actor, before), ended))
    return enrol(actor, pupil=pupil, valid_from=valid_from, **values)


@transaction.atomic
def end_enrolments_many(actor, ends):
    """The bulk sister of `end_enrolment`: dicts enrolment, valid_until, destination_type and,
    where known, end_reason; few statements."""
    require(actor, Permission.PUPIL_CHANGE)
    rows = []
    for values in ends:
        fields = {name: value for name, value in values.items() if name != "enrolment"}
        row = fill(values["enrolment"], only(fields, ENROLMENT_FIELDS))
        row.clean_fields(exclude=["pupil", "site"])
        row.clean()
        row.updated_at = timezone.now()  # bulk_update leaves it as it was
        rows.append(row)
    for site_id in {row.site_id for row in rows}:
        own_site(actor, site_id)
    names = ["valid_until", "destination_type", "end_reason", "updated_at"]
    Enrolment.objects.bulk_update(rows, names, batch_size=500)
    fit_spells(actor, {row.pupil_id for row in rows})
    return rows
