"""Every write to the register and to the record of a pupil. Actor first, dates as arguments."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from oja.access.models import Organisation
from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.constraints import constraint_sentence
from oja.core.text import clean_text, mask_bsn
from oja.core.workflow import hold
from schools.models import (
    Enrolment,
    GroupTeacher,
    Guardian,
    Municipality,
    Pupil,
    Residence,
    SchoolGroup,
    SchoolSite,
    SchoolType,
    SiteChange,
)


def require(actor, permission):
    """Raise PermissionDenied unless the actor's roles allow this kind of thing."""
    if not actor.may(permission):
        raise PermissionDenied(_("Your role does not allow this."))


def _own_site(actor, site_id):
    """Refuse a site where the actor is no coordinator; the system may write everywhere."""
    require(actor, Permission.PUPIL_CHANGE)
    if actor.kind != "system" and site_id not in actor.ids("school_coordinator", "sites"):
        raise Http404


def _locked(actor, row):
    """The row as it is now, locked, or Http404 for a stranger and PermissionDenied for a reader."""
    require(actor, Permission.PUPIL_CHANGE)
    model = type(row)
    if not model.objects.visible_to(actor).filter(pk=row.pk).exists():
        raise Http404
    rows = model.objects.visible_to(actor, CHANGE).select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise PermissionDenied(_("You may see this, but not change it."))
    return found


# Fields in which nine digits are something else.
UNMASKED = {"phone", "email"}


def _set(row, values):
    """Set fields on the row; text loses NUL and what looks like a citizen service number."""
    for name, value in values.items():
        if isinstance(value, str):
            value = clean_text(value).strip()
            value = value if name in UNMASKED else mask_bsn(value)[0]
        setattr(row, name, value)
    return row


def store(row):
    """Validate, save and return; what another writer took in between becomes the same sentence."""
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError(constraint_sentence(error)) from error
    return row


# --- Register -------------------------------------------------------------------------------------


@transaction.atomic
def register_municipality(actor, *, code, name):
    """A municipality by its code of four digits; an existing one is given back as it is."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    found = Municipality.objects.filter(code=code).first()
    return found or store(Municipality(code=code, name=name))


@transaction.atomic
def register_site(actor, *, name, municipality, code=None, school_type=SchoolType.BAO, **fields):
    """A site with the organisation that people work for. Returns the SchoolSite."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    organisation = Organisation.objects.create(kind=Organisation.Kind.SITE, name=name)
    site = SchoolSite(
        organisation=organisation,
        name=name,
        municipality=municipality,
        code=code or None,
        school_type=school_type,
        **fields,
    )
    return store(site)


# Fields of a site whose change is history; the import keeps the same.
SITE_HISTORY = ("name", "board", "municipality", "street", "house_number", "postal_code", "city")


@transaction.atomic
def change_site(actor, *, site, on, **fields):
    """Change a site by hand; name, board and address leave history, the organisation follows."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    before = SchoolSite.objects.get(pk=site.pk)
    old = {name: _as_history(getattr(before, name)) for name in SITE_HISTORY}
    site = store(_set(before, fields))
    for name in SITE_HISTORY:
        new = _as_history(getattr(site, name))
        if old[name] != new:
            SiteChange.objects.create(site=site, field=name, old=old[name], new=new, on=on)
    Organisation.objects.filter(pk=site.pk).exclude(name=site.name).update(name=site.name)
    return site


def _as_history(value):
    """The number of a board, the code of a municipality, or the text itself."""
    return str(getattr(value, "number", None) or getattr(value, "code", None) or value or "")


@transaction.atomic
def save_reference(actor, *, row):
    """Store a row of the register or of an arrangement that needs nothing else."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    return store(row)


@transaction.atomic
def add_group(actor, *, site, name):
    """A group of a site."""
    _own_site(actor, site.pk)
    return store(_set(SchoolGroup(site=site), {"name": name}))


@transaction.atomic
def group_of_name(actor, *, site, name):
    """The group of a site with that name, made when there is none."""
    _own_site(actor, site.pk)
    rows = SchoolGroup.objects.visible_to(actor).filter(site=site)
    return rows.filter(name__iexact=name).first() or add_group(actor, site=site, name=name)


@transaction.atomic
def assign_teacher(actor, *, group, user, valid_from, valid_until=None):
    """Let a user teach a group; the user sees the agreements of that group in that period."""
    _own_site(actor, group.site_id)
    return store(
        GroupTeacher(
            user=user,
            group=group,
            site_id=group.site_id,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    )


# --- Pupils ---------------------------------------------------------------------------------------

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
    _own_site(actor, site.pk)
    pupil = _set(Pupil(site=site), _only(fields, PUPIL_FIELDS))
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
    pupil = _set(_locked(actor, pupil), _only(fields, PUPIL_FIELDS))
    _check_pupil(pupil, on)
    return store(pupil)


def _only(fields, names):
    unknown = fields.keys() - set(names)
    if unknown:
        raise TypeError(f"not to be set here: {', '.join(sorted(unknown))}")
    return fields


def _check_pupil(pupil, on):
    """What one row cannot say about itself: the day, and the school of the group."""
    pupil.group_label = pupil.group.name if pupil.group_id else ""
    if pupil.group_id and pupil.group.site_id != pupil.site_id:
        raise ValidationError({"group": _("This group belongs to another school.")})
    if pupil.birth_date and pupil.birth_date > on:
        raise ValidationError({"birth_date": _("The birth date lies in the future.")})


@transaction.atomic
def add_pupils(actor, *, pupils, guardians=(), residences=(), enrolments=()):
    """The bulk sister of add_pupil and its parts: unsaved rows in, the same checks, few statements.

    Sites, groups and labels are set from the pupil. Constraints have the last word.
    """
    for site_id in {pupil.site_id for pupil in pupils}:
        _own_site(actor, site_id)
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


# --- Guardians ------------------------------------------------------------------------------------

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
    pupil = _locked(actor, pupil)
    return store(_set(Guardian(pupil=pupil, site_id=pupil.site_id), _only(fields, GUARDIAN_FIELDS)))


@transaction.atomic
def change_guardian(actor, *, guardian, **fields):
    """Change a guardian; a change of custody changes at once who has to agree."""
    hold("pupil_id", guardian.pupil_id)
    return store(_set(_locked(actor, guardian), _only(fields, GUARDIAN_FIELDS)))


# --- Residence and enrolment ----------------------------------------------------------------------


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
    pupil = _locked(actor, pupil)
    rows = Residence.objects.visible_to(actor, CHANGE).filter(pupil=pupil)
    values = {"municipality": municipality, "ground": ground, "checked_on": checked_on}
    same = rows.filter(valid_from=valid_from).first()
    if same is not None:
        return store(_set(same, values))
    before = rows.valid_on(valid_from).first()
    later = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if before is not None:
        store(_set(before, {"valid_until": valid_from}))
    until = later.valid_from if later else None
    residence = Residence(
        pupil=pupil, site_id=pupil.site_id, valid_from=valid_from, valid_until=until
    )
    return store(_set(residence, values))


@transaction.atomic
def enrol(actor, *, pupil, valid_from, school_type, group_label="", valid_until=None):
    """Record that the pupil is enrolled at the school of the record."""
    pupil = _locked(actor, pupil)
    return store(
        _set(
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
    return store(_set(_locked(actor, enrolment), _only(fields, ENROLMENT_FIELDS)))
