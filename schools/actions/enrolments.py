"""When a pupil is enrolled, as what, and where it went."""

from django.db import transaction

from schools.actions.base import fill, locked, only, store
from schools.models import Enrolment


@transaction.atomic
def enrol(actor, *, pupil, valid_from, school_type, group_label="", valid_until=None):
    """Record that the pupil is enrolled at the school of the record."""
    pupil = locked(actor, pupil)
    return store(
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
    """Correct or end an enrolment (ENROLMENT_FIELDS)."""
    return store(fill(locked(actor, enrolment), only(fields, ENROLMENT_FIELDS)))
