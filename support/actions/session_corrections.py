"""A session of a group as it should have been recorded: a new version; the earlier one stays."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.periods import day_of
from oja.core.workflow import MoveRefused, hold
from providers.models import GroupOffer
from support import facts
from support.actions.common import locked, moment, refuse, require, seen, store, text
from support.actions.groups import standing_group
from support.actions.sessions import leaders_on, marked_participants, marking_refusals, rows_of
from support.models import Attendance, CareNote, Contact, GroupSession, Trajectory


@transaction.atomic
def correct_session(
    actor,
    *,
    session,
    reason,
    minutes,
    workers,
    outcomes,
    on=None,
    group_note=None,
    attention=None,
    at=None,
):
    """Record anew who was there, when and how long; the earlier version and its marks stay.

    Names as in `record_session`; `on` and `group_note` stay as they were when left out. Whoever
    leads the group, now or on that day, corrects it, and only while seeing everybody who was
    marked: the minutes are split over all of them. In a month that was closed already the
    difference is booked with the next month, as for contacts. Raises MoveRefused with every
    reason, ValidationError where nothing was changed or said.
    """
    require(actor, Permission.GROUP_RECORD)
    if not text(reason):
        raise ValidationError({"reason": _("Say what was wrong.")})
    at = moment(at, None)
    session = seen(actor, GroupSession, session)
    marks = _marks(actor, session)
    group = standing_group(actor, seen(actor, GroupOffer, session.group_id))
    old = locked(actor, session)
    if not old.is_standing:
        refuse(_("Somebody else changed this session just before you"), old)
    leaders = leaders_on(actor, group, old.on)
    _check_leads(actor, group, leaders, at)
    _check_sees_all(old, marks)
    on = on or old.on
    _check_day(actor, old, group, on, at)
    marked = marked_participants(actor, group, outcomes)
    if not marked:
        raise ValidationError(_("Nobody is left in this session. Undo it the same day instead."))
    note = old.group_note if group_note is None else text(group_note)
    was = (old.on, old.minutes, old.workers, old.group_note, _outcomes(marks))
    is_said = any(text(words) for words in (attention or {}).values())
    becomes = (on, minutes, workers, note, {row.pk: mark for row, mark in marked.items()})
    if was == becomes and not is_said:
        raise ValidationError(_("Nothing is different from what was recorded."))
    with facts.booked(actor, [row.trajectory for row in marked]):
        refusals = marking_refusals(actor, marked, on)
    if refusals:
        raise MoveRefused(refusals, group)
    new = GroupSession(
        group=group,
        provider_id=group.provider_id,
        site_id=group.site_id,
        number=old.number,
        on=on,
        minutes=minutes,
        workers=workers,
        group_note=note,
        correction_reason=text(reason),
        recorded_at=at,
        recorded_by_id=actor.user_id,
    )
    contacts = {each.trajectory_id: each for each in _contacts(actor, old)}
    recorder = next((each.worker for each in contacts.values()), None) or leaders[0]
    words = {str(getattr(key, "pk", key)): value for key, value in (attention or {}).items()}
    rows = rows_of(new, marked, recorder, group.start_time, words, actor.label)
    _replace(actor, old, new, contacts, rows, at)
    return new


def _marks(actor, session):
    """Who was marked, with the lock on their pupils: before that of the group, as everywhere."""
    rows = Attendance.objects.visible_to(actor).standing().filter(session=session)
    found = list(rows)
    cases = Trajectory.objects.visible_to(actor).filter(pk__in=[m.trajectory_id for m in found])
    for pupil in sorted(set(cases.values_list("pupil", flat=True))):
        hold("pupil_id", pupil)
    return found


def _outcomes(marks):
    return {mark.participant_id: mark.outcome for mark in marks}


def _check_leads(actor, group, leaders, at):
    if actor.kind == "system":
        return
    now = leaders_on(actor, group, day_of(at))
    if not any(worker.user_id == actor.user_id for worker in (*leaders, *now)):
        refuse(_("Only who leads this group can do this"), group)


def _check_sees_all(session, marks):
    with connection.cursor() as cursor:
        cursor.execute("SELECT oja.support_session_marks(%s)", [session.pk])
        (number,) = cursor.fetchone()
    if number > len(marks):
        refuse(_("You do not see everybody who was there any more. Ask who helps them"), session)


def _check_day(actor, session, group, on, at):
    """Not in the future, not before the group began, and between the sessions around it."""
    if on > day_of(at):
        raise ValidationError({"on": _("This day has not come yet.")})
    if on < group.valid_from:
        raise ValidationError({"on": _("On that day the group had not started yet.")})
    others = GroupSession.objects.visible_to(actor).standing().filter(group=group)
    others = others.exclude(pk=session.pk)
    before = others.filter(number__lt=session.number, on__gte=on)
    after = others.filter(number__gt=session.number, on__lte=on)
    if before.exists() or after.exists():
        raise ValidationError({"on": _("This day does not lie between the sessions around it.")})


def _contacts(actor, session):
    rows = Contact.objects.visible_to(actor, CHANGE).standing().filter(session=session)
    return rows.select_related("worker")


def _replace(actor, old, new, contacts, rows, at):
    """The old version makes room first: of a number and a day only one may stand."""
    marks, made, notes = rows
    old.replaced_by_id = new.pk
    store(old, ["replaced_by"])
    store(new, insert=True)
    changed = []
    for contact in made:
        contact.correction_reason = new.correction_reason
        earlier = contacts.pop(contact.trajectory_id, None)
        if earlier is not None:
            earlier.replaced_by_id, earlier.updated_at = contact.pk, at
            changed.append(earlier)
    for gone in contacts.values():  # was not there after all
        gone.undone_at = gone.updated_at = at
        changed.append(gone)
    number = Contact.objects.visible_to(actor, CHANGE).bulk_update(
        changed, ["replaced_by", "undone_at", "updated_at"]
    )
    rows = Attendance.objects.visible_to(actor, CHANGE).filter(session=old)
    if number != len(changed) or rows.update(is_undone=True, updated_at=at) < 1:
        refuse(_("You do not see everybody who was there any more. Ask who helps them"), old)
    Contact.objects.bulk_create(made)
    Attendance.objects.bulk_create(marks)
    CareNote.objects.bulk_create(notes)
