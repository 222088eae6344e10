"""Writes to the record of a pupil: the card, guardians, residence."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.workflow import hold
from schools.actions.base import fill, locked, only, own_site, require, store
from schools.actions.enrolments import enrol
from schools.models import Enrolment, Guardian, Pupil, Residence

PUPIL_FIELDS = (
    "first_name",
    "prefix",
    "last_name",
    "birth_date",
    "gender",
    "group",
    "school_number",
    "language",
)


@transaction.atomic
def add_pupil(actor, *, site, on, municipality=None, enrolled_on=None, household=None, **fields):
    """A new pupil of a site, enrolled from `enrolled_on` (default `on`).

    With `municipality` the residence by the population register is recorded from the same day.
    `fields` are those of PUPIL_FIELDS; `household` is that of a brother or sister.
    """
    own_site(actor, site.pk)
    pupil = fill(Pupil(site=site), only(fields, PUPIL_FIELDS))
    if household:
        pupil.household = household
    _check_pupil(pupil, on)
    pupil = store(pupil)
    start = enrolled_on or on
    enrol(
        actor,
        pupil=pupil,
        valid_from=start,
        school_type=site.school_type,
        group_label=pupil.group_label,
    )
    if municipality:
        set_residence(
            actor, pupil=pupil, municipality=municipality, valid_from=start, checked_on=on
        )
    return pupil


@transaction.atomic
def change_pupil(actor, *, pupil, on, **fields):
    """Change what stands on the card of a pupil itself (PUPIL_FIELDS)."""
    hold("pupil_id", pupil.pk)
    pupil = fill(locked(actor, pupil), only(fields, PUPIL_FIELDS))
    _check_pupil(pupil, on)
    return store(pupil)


def _check_pupil(pupil, on):
    """What one row cannot say about itself: the day, and the school of the group."""
    pupil.group_label = pupil.group.name if pupil.group_id else ""
    if pupil.group_id and pupil.group.site_id != pupil.site_id:
        raise ValidationError({"group": _("This group belongs to another school.")})
    if pupil.birth_date and pupil.birth_date > on:
        raise ValidationError({"birth_date": _("The birth date lies in the future.")})


@transaction.atomic
def change_pupils(actor, *, changes, on):
    """The bulk sister of change_pupil: (pupil, fields) pairs, the same checks, few statements.

    Constraints have the last word. Gives the rows as they are afterwards, in the same order.
    """
    require(actor, Permission.PUPIL_CHANGE)
    for key in sorted(str(pupil.pk) for pupil, _fields in changes):  # one order for everybody
        hold("pupil_id", key)
    rows = Pupil.objects.visible_to(actor, CHANGE).select_related("group")
    rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.in_bulk([pupil.pk for pupil, _fields in changes])
    if len(found) < len(changes):
        raise PermissionDenied(_("You may see this, but not change it."))
    changed = set()
    for pupil, fields in changes:
        row = fill(found[pupil.pk], only(fields, PUPIL_FIELDS))
        _check_pupil(row, on)
        row.clean_fields(exclude=["site", "group"])
        row.clean()
        row.updated_at = timezone.now()
        changed |= fields.keys()
    if changed:
        names = [*changed, "group_label", "sort_name", "updated_at"]
        Pupil.objects.visible_to(actor, CHANGE).bulk_update(
            list(found.values()), names, batch_size=500
        )
    return [found[pupil.pk] for pupil, _fields in changes]


@transaction.atomic
def add_pupils(actor, *, pupils, guardians=(), residences=(), enrolments=()):
    """The bulk sister of add_pupil and its parts: unsaved rows in, the same checks, few statements.

    Sites, groups and labels are set from the pupil. Constraints have the last word.
    """
    for site_id in {pupil.site_id for pupil in pupils}:
        own_site(actor, site_id)
    new = {pupil.pk for pupil in pupils}
    parts = [*guardians, *residences, *enrolments]
    if any(part.pupil_id not in new for part in parts):
        raise ValueError("guardians, residences and enrolments belong to pupils of the same call")
    for pupil in pupils:
        pupil.group_label = pupil.group.name if pupil.group_id else ""
        if pupil.group_id and pupil.group.site_id != pupil.site_id:
            raise ValidationError({"group": _("This group belongs to another school.")})
    for part in parts:
        part.site_id = part.pupil.site_id
    for row in (*pupils, *parts):
        # Keys are looked up one by one; the database checks them all at once.
        row.clean_fields(exclude=[f.name for f in row._meta.fields if f.is_relation])
        row.clean()
    Pupil.objects.bulk_create(pupils, batch_size=500)
    Guardian.objects.bulk_create(guardians, batch_size=500)
    Residence.objects.bulk_create(residences, batch_size=500)
    Enrolment.objects.bulk_create(enrolments, batch_size=500)
    return pupils


@transaction.atomic
def add_residences(actor, *, residences):
    """The bulk sister of set_residence, for pupils without any: unsaved rows in, one statement."""
    for site_id in {row.pupil.site_id for row in residences}:
        own_site(actor, site_id)
    for row in residences:
        row.site_id = row.pupil.site_id
        row.clean_fields(exclude=["pupil", "site", "municipality"])
        row.clean()
    return Residence.objects.bulk_create(residences, batch_size=500)


GUARDIAN_FIELDS = (
    "first_name",
    "prefix",
    "last_name",
    "relation",
    "has_custody",
    "custody_from",
    "custody_until",
    "custody_source",
    "phone",
    "email",
    "language",
    "is_contact_secret",
    "is_deceased",
)


@transaction.atomic
def add_guardian(actor, *, pupil, **fields):
    """A parent or guardian on the card of a pupil (GUARDIAN_FIELDS)."""
    hold("pupil_id", pupil.pk)
    pupil = locked(actor, pupil)
    return store(fill(Guardian(pupil=pupil, site_id=pupil.site_id), only(fields, GUARDIAN_FIELDS)))


@transaction.atomic
def change_guardian(actor, *, guardian, **fields):
    """Change a guardian; a change of custody changes at once who has to agree."""
    hold("pupil_id", guardian.pupil_id)
    return store(fill(locked(actor, guardian), only(fields, GUARDIAN_FIELDS)))


@transaction.atomic
def set_residence(
    actor,
    *,
    pupil,
    municipality,
    valid_from,
    ground=Residence.Ground.BRP,
    checked_on=None,
):
    """Record the residence from a date on: what held then ends, what comes later stays.

    On the first day of a known residence this corrects that row.
    """
    hold("pupil_id", pupil.pk)
    pupil = locked(actor, pupil)
    rows = Residence.objects.visible_to(actor, CHANGE).filter(pupil=pupil)
    values = {"municipality": municipality, "ground": ground, "checked_on": checked_on}
    same = rows.filter(valid_from=valid_from).first()
    if same is not None:
        return store(fill(same, values))
    before = rows.valid_on(valid_from).first()
    later = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if before is not None:
        store(fill(before, {"valid_until": valid_from}))
    until = later.valid_from if later else None
    residence = Residence(
        pupil=pupil, site_id=pupil.site_id, valid_from=valid_from, valid_until=until
    )
    return store(fill(residence, values))
