"""Contacts and notes: as planned in one tap, otherwise in words; undone the same day, or corrected.

No contact of help without a consent that holds on that day (Jeugdwet 7.3.4), none in the future,
none outside the trajectory. What figures count follows by trigger.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.periods import AMSTERDAM, day_of
from oja.core.workflow import MoveRefused, Refusal
from providers.models import Worker
from support import facts
from support.actions.common import (
    day,
    locked,
    moment,
    refuse,
    require,
    seen,
    validate,
)
from support.actions.common import people as plain_people
from support.actions.common import text as clean_text
from support.models import (
    CareNote,
    Contact,
    ContactOutcome,
    NoteKind,
    Provision,
    SchoolNote,
    Trajectory,
    TrajectoryState,
)
from support.workflow.trajectory import help_refusal

RUNNING = (TrajectoryState.ACTIVE, TrajectoryState.PAUSED)
CARE, SCHOOL = "care", "school"
#: What a correction may change.
CHANGEABLE = ("contact_on", "start_time", "minutes", "form", "place", "people", "outcome")


def _refusal(actor, row, contact_on, outcome, on):
    """Why there can be no such contact in this trajectory on that day, or None."""
    who = row.regisseur_name
    if row.is_closed:
        return Refusal(_("This trajectory is closed. You can add something, not change it"))
    if contact_on > on:
        return Refusal(_("This day has not come yet. Plan it instead"), who=who)
    if row.state not in RUNNING:
        return Refusal(_("Help has not started yet. Start it first"), who=who)
    if contact_on < row.started_on:
        return Refusal(_("On that day help had not started yet"), who=who, since=row.started_on)
    if outcome == ContactOutcome.HELD:
        return help_refusal(actor, row, contact_on, is_running=True)
    return None


def _check(actor, row, contact_on, outcome, on):
    refusal = _refusal(actor, row, contact_on, outcome, on)
    if refusal is not None:
        raise MoveRefused([refusal], row)


def own_worker(actor, row):
    """The actor as a worker of the provider of a trajectory; the regisseur for anybody else."""
    if actor.user_id is None:
        return row.regisseur
    rows = Worker.objects.filter(user_id=actor.user_id, provider_id=row.provider_id)
    return rows.first() or row.regisseur


def _insert(contact):
    """Store a contact; None when the planned day was recorded by somebody else meanwhile."""
    validate_fields(contact)
    try:
        with transaction.atomic():
            contact.save(force_insert=True)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) == "contact_once_per_planned_day":
            return None
        raise
    return contact


def validate_fields(contact):
    """Field by field, and that what took place took time."""
    contact.clean_fields(exclude=[f.name for f in contact._meta.fields if f.is_relation])
    if contact.outcome == ContactOutcome.HELD and contact.minutes < 1:
        raise ValidationError({"minutes": _("A contact that took place took at least a minute.")})


@transaction.atomic
def record_contact(
    actor,
    *,
    trajectory,
    contact_on,
    minutes,
    provision=None,
    worker=None,
    start_time=None,
    form="INDIVIDUEEL",
    place="school",
    people=(),
    outcome="held",
    note="",
    audience=CARE,
    on=None,
    at=None,
):
    """Record a contact, and with `note` a note for those who help or, by `audience`, the school."""
    require(actor, Permission.CONTACT_RECORD)
    on_day = day(on)
    row = locked(actor, trajectory)
    _check(actor, row, contact_on, outcome, on_day)
    if provision is not None:
        provision = seen(actor, Provision, provision, trajectory_id=row.pk)
    contact = _contact(
        actor,
        row,
        provision=provision,
        worker=worker or own_worker(actor, row),
        form=form,
        place=place,
        contact_on=contact_on,
        start_time=start_time,
        minutes=minutes,
        people=people,
        outcome=outcome,
        recorded_at=moment(at, on),
    )
    if _insert(contact) is None:
        refuse(_("This contact was recorded already"), row)
    if note:
        add_note(actor, trajectory=row, text=note, audience=audience, contact=contact, on=on, at=at)
    return contact


def _contact(actor, row, *, worker, contact_on, people, **values):
    if worker.provider_id != row.provider_id:
        raise ValidationError(
            {"worker": _("%(name)s does not work for this provider.") % {"name": worker.name}}
        )
    return Contact(
        trajectory=row,
        provider_id=row.provider_id,
        worker=worker,
        on=contact_on,
        people=plain_people(people),
        recorded_by_id=actor.user_id,
        **values,
    )


def _as_planned(actor, provision, contact_on, outcome, on, at):
    require(actor, Permission.CONTACT_RECORD)
    provision = seen(actor, Provision, provision)
    row = locked(actor, seen(actor, Trajectory, provision.trajectory_id))
    existing = (
        Contact.objects.visible_to(actor)
        .standing()
        .filter(provision=provision, on=contact_on)
        .first()
    )
    if existing is not None:
        if existing.outcome != outcome:
            refuse(
                _("It was recorded already: %(outcome)s. Correct that instead")
                % {"outcome": existing.get_outcome_display()},
                row,
            )
        return existing
    fits = provision.weekday in (None, contact_on.isoweekday())
    if not fits or not _holds(provision, contact_on):
        refuse(_("Nothing is planned on that day. Record it as another contact"), row)
    _check(actor, row, contact_on, outcome, day(on))
    contact = _contact(
        actor,
        row,
        provision=provision,
        worker=own_worker(actor, row) if actor.user_id else provision.worker,
        form=provision.form,
        place=provision.place,
        contact_on=contact_on,
        start_time=provision.start_time,
        minutes=provision.minutes if outcome == ContactOutcome.HELD else 0,
        people=provision.people,
        outcome=outcome,
        is_as_planned=True,
        recorded_at=moment(at, on),
    )
    return _insert(contact)


def _holds(provision, on):
    return provision.valid_from <= on and (
        provision.valid_until is None or on < provision.valid_until
    )


@transaction.atomic
def record_planned(actor, *, provision, contact_on, on=None, at=None):
    """It went as planned. Twice for the same provision and day is one contact, the first."""
    return _as_planned(actor, provision, contact_on, ContactOutcome.HELD, on, at)


@transaction.atomic
def record_missed(actor, *, provision, contact_on, outcome="cancelled", on=None, at=None):
    """What was planned did not take place: cancelled, no_show or moved."""
    if outcome not in (ContactOutcome.CANCELLED, ContactOutcome.NO_SHOW, ContactOutcome.MOVED):
        raise ValidationError({"outcome": _("Choose why it did not take place.")})
    return _as_planned(actor, provision, contact_on, outcome, on, at)


@transaction.atomic
def undo_contact(actor, *, contact, at=None):
    """Take back what was recorded today; the day stands as planned again. Later: correct it."""
    require(actor, Permission.CONTACT_RECORD)
    contact = _standing(actor, contact)
    at = moment(at, None)
    if day_of(at) != day_of(contact.recorded_at):
        refuse(_("This was not recorded today. Correct it instead"), contact)
    if Contact.objects.visible_to(actor).filter(replaced_by=contact).exists():
        refuse(_("A correction is not undone. Correct it again"), contact)
    contact.undone_at = at
    contact.save(update_fields=["undone_at", "updated_at"])
    notes = SchoolNote.objects.visible_to(actor, CHANGE).filter(contact=contact)
    notes.update(is_undone=True)
    return contact


def _standing(actor, contact):
    row = seen(actor, Trajectory, contact.trajectory_id)
    if row.is_closed:
        refuse(_("This trajectory is closed. You can add something, not change it"), row)
    found = locked(actor, contact)
    if not found.is_standing:
        refuse(_("Somebody else changed this contact just before you"), found)
    if found.session_id is not None:  # the minutes of a session add up over all who were there
        refuse(_("This belongs to a session of a group. Change it there"), found)
    return found


@transaction.atomic
def correct_contact(actor, *, contact, reason, note="", audience=CARE, on=None, at=None, **fields):
    """Make a new version of a contact; both stay. `fields` are those of CHANGEABLE."""
    require(actor, Permission.CONTACT_RECORD)
    unknown = set(fields) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not to be corrected: {sorted(unknown)}")
    if not clean_text(reason):
        raise ValidationError({"reason": _("Say what was wrong.")})
    old = _standing(actor, contact)
    row = locked(actor, seen(actor, Trajectory, old.trajectory_id))
    contact_on = fields.pop("contact_on", old.on)
    outcome = fields.get("outcome", old.outcome)
    _check(actor, row, contact_on, outcome, day(on))
    kept = {
        name: fields.get(name, getattr(old, name))
        for name in ("start_time", "minutes", "form", "place", "people", "outcome")
    }
    new = _contact(
        actor,
        row,
        worker=Worker.objects.get(pk=old.worker_id),
        contact_on=contact_on,
        provision_id=old.provision_id,
        correction_reason=clean_text(reason),
        recorded_at=moment(at, on),
        **kept,
    )
    validate_fields(new)
    # The old version makes room first: of a planned day only one may stand.
    old.replaced_by_id = new.pk
    old.save(update_fields=["replaced_by", "updated_at"])
    if _insert(new) is None:
        refuse(_("This contact was recorded already"), row)
    if note:
        add_note(actor, trajectory=row, text=note, audience=audience, contact=new, on=on, at=at)
    return new


@transaction.atomic
def add_note(
    actor, *, trajectory, text, audience=CARE, kind="message", contact=None, on=None, at=None
):
    """Write a note, also on a closed trajectory: for those who help, or for the school.

    Two audiences are two tables: a note for the school is a row that the school may read.
    """
    require(actor, Permission.CONTACT_RECORD)
    row = seen(actor, Trajectory, trajectory)
    note = _note(actor, row, contact, clean_text(text), audience, kind, day(on))
    if not note.text:
        raise ValidationError({"note": _("Write something first.")})
    validate(note)
    note.save(force_insert=True)
    return note


def _note(actor, row, contact, words, audience, kind, on):
    written = {
        "trajectory": row,
        "provider_id": row.provider_id,
        "contact": contact,
        "author_id": actor.user_id,
        "author_label": actor.label,
        "text": words,
    }
    if audience == CARE:
        return CareNote(**written)
    if audience != SCHOOL or kind not in NoteKind.values:
        raise ValidationError({"audience": _("Choose who may read it.")})
    return SchoolNote(
        **written,
        pupil_id=row.pupil_id,
        site_id=row.site_id,
        pupil_name=row.pupil_name,
        kind=kind,
        on=on,
    )


def record_contacts_many(actor, contacts, *, at_of=None, on=None):
    """The bulk sister of record_contact: the same guards over a set, few statements.

    `contacts`: dicts with the names of record_contact (`trajectory` as read for the actor, and
    `worker` are rows), and optional `is_as_planned` and `kind` of a note. Without `at_of` a
    contact is recorded at five o'clock on its own day. Raises MoveRefused with every refusal.
    """
    require(actor, Permission.CONTACT_RECORD)
    on = day(on)
    cases = {item["trajectory"].pk: item["trajectory"] for item in contacts}
    rows, notes, refusals = [], [], []
    with transaction.atomic():
        with facts.booked(actor, cases.values()):
            for item in contacts:
                case, contact_on = item["trajectory"], item["contact_on"]
                outcome = item.get("outcome", ContactOutcome.HELD)
                refusal = _refusal(actor, case, contact_on, outcome, on)
                if refusal is not None:
                    refusals.append(refusal)
                    continue
                contact = _one_of_many(actor, case, item, at_of)
                rows.append(contact)
                if item.get("note"):
                    notes.append(
                        _note(
                            actor,
                            case,
                            contact,
                            clean_text(item["note"]),
                            item.get("audience", CARE),
                            item.get("kind", NoteKind.MESSAGE),
                            contact_on,
                        )
                    )
        if refusals:
            raise MoveRefused(refusals)
        Contact.objects.bulk_create(rows, batch_size=1000)
        for model in (CareNote, SchoolNote):
            model.objects.bulk_create([n for n in notes if type(n) is model], batch_size=1000)
    return rows


def _one_of_many(actor, case, item, at_of):
    at = at_of(item) if at_of else dt.datetime.combine(item["contact_on"], dt.time(17), AMSTERDAM)
    provision = item.get("provision")
    if provision is not None and provision.trajectory_id != case.pk:
        raise ValidationError({"provision": _("This belongs to another trajectory.")})
    contact = _contact(
        actor,
        case,
        worker=item["worker"],
        contact_on=item["contact_on"],
        people=item.get("people", ()),
        provision=provision,
        start_time=item.get("start_time"),
        minutes=item["minutes"],
        form=item.get("form", "INDIVIDUEEL"),
        place=item.get("place", "school"),
        outcome=item.get("outcome", ContactOutcome.HELD),
        is_as_planned=item.get("is_as_planned", False),
        recorded_at=at,
    )
    validate_fields(contact)
    return contact
