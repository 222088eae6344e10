"""Spells of absence: record, go a step on, correct, end. A spell lies within an enrolment."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.workflow import hold
from schools.actions.base import fill, locked, only, own_site, require, store
from schools.models import AttendanceSpell, Enrolment

SPELL_FIELDS = (
    "kind",
    "reason",
    "valid_from",
    "valid_until",
    "is_full",
    "percent_present",
    "hours",
    "attends_by_plan",
    "offer_on",
    "offer_party",
    "returned",
    "reported_on",
    "rung",
    "next_step",
    "next_step_on",
)
Kind = AttendanceSpell.Kind
#: Who is exempt need not be enrolled; who is nowhere enrolled may not be.
FREE = (Kind.EXEMPT, Kind.ABSOLUTE)
#: What cannot be known before it happens.
NOT_AHEAD = (Kind.UNLAWFUL, Kind.ILL, Kind.ABSOLUTE)


@transaction.atomic
def record_spell(actor, *, pupil, kind, valid_from, on, **fields):
    """A spell of absence from `valid_from` on (SPELL_FIELDS); `on` is the day of recording.

    Raises ValidationError outside an enrolment (or inside one, for absence without enrolment),
    before it happened, and over another spell.
    """
    require(actor, Permission.ATTENDANCE_RECORD)
    hold("pupil_id", pupil.pk)
    pupil = locked(actor, pupil)
    spell = AttendanceSpell(pupil=pupil, site_id=pupil.site_id)
    values = {"kind": kind, "valid_from": valid_from, **fields}
    return _stored(actor, _filled(spell, values, on))


@transaction.atomic
def correct_spell(actor, *, spell, on, **fields):
    """Change what was recorded (SPELL_FIELDS); the same errors as `record_spell`."""
    return _stored(actor, _filled(_held(actor, spell), fields, on))


@transaction.atomic
def record_step(actor, *, spell, rung, next_step, next_step_on, on):
    """How far the way back to school is, and what happens next on which date."""
    values = {"rung": rung, "next_step": next_step, "next_step_on": next_step_on}
    return store(_filled(_held(actor, spell), values, on))


@transaction.atomic
def end_spell(actor, *, spell, valid_until, returned, on):
    """End a spell: `valid_until` is the first day that no longer belongs to it."""
    if valid_until > on:
        raise ValidationError({"valid_until": _("This day lies in the future.")})
    values = {"valid_until": valid_until, "returned": returned}
    return store(_filled(_held(actor, spell), values, on))


@transaction.atomic
def record_spells_many(actor, spells, *, on):
    """The bulk sister of `record_spell`: dicts with pupil and SPELL_FIELDS; few statements."""
    require(actor, Permission.ATTENDANCE_RECORD)
    for site_id in {values["pupil"].site_id for values in spells}:
        own_site(actor, site_id)
    enrolments = _enrolments(actor, {values["pupil"].pk for values in spells})
    rows = []
    for values in spells:
        fields = {name: value for name, value in values.items() if name != "pupil"}
        spell = AttendanceSpell(pupil=values["pupil"], site_id=values["pupil"].site_id)
        spell = _filled(spell, fields, on)
        # Keys are looked up one by one; the database checks them all at once.
        spell.clean_fields(exclude=[f.name for f in spell._meta.fields if f.is_relation])
        spell.clean()
        _check_enrolled(spell, enrolments.get(spell.pupil_id, ()))
        rows.append(spell)
    return AttendanceSpell.objects.bulk_create(rows, batch_size=500)


def _held(actor, spell):
    require(actor, Permission.ATTENDANCE_RECORD)
    hold("pupil_id", spell.pupil_id)
    return locked(actor, spell)


def _filled(spell, values, on):
    spell = fill(spell, only(values, SPELL_FIELDS))
    if spell.is_full:
        spell.percent_present = 0
    if spell.kind in (Kind.ILL, Kind.EXEMPT):
        spell.reason = ""
    if spell.kind in NOT_AHEAD and spell.valid_from > on:
        raise ValidationError({"valid_from": _("This day lies in the future.")})
    return spell


def _stored(actor, spell):
    _check_enrolled(spell, _enrolments(actor, {spell.pupil_id}).get(spell.pupil_id, ()))
    return store(spell)


def _enrolments(actor, pupils):
    """Pupil key -> its enrolments that hold for a day at least, oldest first."""
    found = {}
    rows = Enrolment.objects.visible_to(actor).filter(pupil__in=pupils)
    for row in rows.order_by("pupil_id", "valid_from"):
        if row.valid_until is None or row.valid_until > row.valid_from:
            found.setdefault(row.pupil_id, []).append(row)
    return found


def _runs(enrolments):
    """(start, end) of days on which the pupil was enrolled without a gap; no end = None."""
    runs = []
    for row in enrolments:
        if runs and runs[-1][1] == row.valid_from:
            runs[-1] = (runs[-1][0], row.valid_until)
        else:
            runs.append((row.valid_from, row.valid_until))
    return runs


def _end_of(spell, enrolments):
    """When the enrolments let this spell end at the latest (None: not); ValidationError at once."""
    runs = _runs(enrolments)
    around = next((run for run in runs if _is_in(spell.valid_from, run)), None)
    if spell.kind == Kind.ABSOLUTE:
        if around is not None:
            raise ValidationError(
                {"kind": _("The pupil is enrolled then. First record that the pupil left.")}
            )
        return min((start for start, _end in runs if start > spell.valid_from), default=None)
    if spell.kind == Kind.EXEMPT:
        return None
    if around is None:
        raise ValidationError(
            {"valid_from": _("The pupil was not enrolled then. Record the enrolment first.")}
        )
    return around[1]


def _is_in(day, run):
    return run[0] <= day and (run[1] is None or day < run[1])


def _is_late(spell, end):
    return end is not None and (spell.valid_until is None or spell.valid_until > end)


def _has_days(spell):
    return spell.valid_until is None or spell.valid_until > spell.valid_from


def _check_enrolled(spell, enrolments):
    """A spell of no days was a mistake, and lies nowhere."""
    if _has_days(spell) and _is_late(spell, _end_of(spell, enrolments)):
        if spell.kind == Kind.ABSOLUTE:
            words = _("The pupil was enrolled again before that. Choose an earlier date.")
        else:
            words = _("The enrolment ended before that. Choose an earlier date.")
        raise ValidationError({"valid_until": words})


def fit_spells(actor, pupils):
    """End the spells that ran past what is now recorded of the enrolments of these pupils.

    A spell that would lie outside from its first day raises ValidationError. Absence without
    enrolment that ends here ends by returning to school.
    """
    enrolments, late = _enrolments(actor, pupils), []
    rows = AttendanceSpell.objects.visible_to(actor, CHANGE).filter(pupil__in=pupils)
    for spell in filter(_has_days, rows.select_for_update(of=("self",), no_key=True)):
        try:
            end = _end_of(spell, enrolments.get(spell.pupil_id, ()))
        except ValidationError as error:
            raise ValidationError(
                _("Absence from %(day)s does not fit these dates. Correct that first.")
                % {"day": f"{spell.valid_from:%d-%m-%Y}"}
            ) from error
        if _is_late(spell, end):
            spell.valid_until = end
            spell.returned = spell.kind == Kind.ABSOLUTE
            spell.updated_at = timezone.now()  # bulk_update leaves it as it was
            late.append(spell)
    names = ["valid_until", "returned", "updated_at"]
    AttendanceSpell.objects.visible_to(actor, CHANGE).bulk_update(late, names, batch_size=500)
