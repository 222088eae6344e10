"""Sessions of groups and work for classes: one page, a few taps, and minutes that add up.

Whoever was present gets one contact. The minutes of all workers are split over those present, so
that their sum is what was worked: nothing is counted double (see `group_rules.split_minutes`).
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.periods import AMSTERDAM, day_of
from oja.core.workflow import MoveRefused, Refusal
from providers.models import GroupOffer, GroupState, GroupWorker, Participation
from support import facts, group_rules
from support.actions.common import day, locked, moment, refuse, require, seen, store, text
from support.actions.groups import hold_pupils, standing_group, validate_fields
from support.models import (
    Attendance,
    AttendanceOutcome,
    CareNote,
    CollectiveWork,
    Contact,
    Form,
    GroupParticipant,
    GroupSession,
    ParticipantState,
    Place,
    Trajectory,
)


def leaders_on(actor, group, on):
    """The workers who lead the group on a day."""
    rows = GroupWorker.objects.visible_to(actor).filter(group=group).valid_on(on)
    return [row.worker for row in rows.select_related("worker").order_by("valid_from", "pk")]


def _recorder(actor, group, leaders):
    """Which worker the contacts are of: the actor, who has to lead the group."""
    if not leaders:
        refuse(_("Nobody leads this group on that day"), group)
    if actor.kind == "system":
        return leaders[0]
    for worker in leaders:
        if worker.user_id == actor.user_id:
            return worker
    refuse(_("Only who leads this group can do this"), group)
    return None


def marked_participants(actor, group, outcomes):
    """{participant: outcome} of this group, each with its trajectory; strangers are not visible."""
    wanted = {str(getattr(key, "pk", key)): outcome for key, outcome in outcomes.items()}
    rows = GroupParticipant.objects.visible_to(actor).filter(group=group, pk__in=wanted)
    found = {row: wanted[str(row.pk)] for row in rows.order_by("pupil_sort", "pk")}
    if len(found) != len(wanted):
        raise ValidationError(_("Somebody on this list is not in this group. Load the page again."))
    if unknown := set(wanted.values()) - set(AttendanceOutcome.values):
        raise ValidationError(_("Choose present or absent, not %s.") % ", ".join(sorted(unknown)))
    cases = Trajectory.objects.visible_to(actor).select_related("regisseur")
    cases = cases.in_bulk([row.trajectory_id for row in found])
    for row in found:
        row.trajectory = cases[row.trajectory_id]
    return found


def marking_refusals(actor, marked, on):
    """Why some of these pupils cannot be marked on that day."""
    found = []
    for row in marked:
        held = row.valid_from <= on and (row.valid_until is None or on < row.valid_until)
        refusal = (
            group_rules.presence_refusal(actor, row.trajectory, on)
            if held
            else Refusal(_("did not take part in this group on that day"))
        )
        if refusal is not None:
            sentence = _("%(name)s cannot be marked: %(why)s") % {
                "name": row.pupil_name,
                "why": refusal.sentence,
            }
            found.append(
                Refusal(
                    sentence,
                    who=refusal.who,
                    since=refusal.since,
                    url=refusal.url,
                    url_label=refusal.url_label,
                )
            )
    return found


def _check_minutes(minutes, workers, present):
    if present and minutes * workers < present:
        raise ValidationError(
            {"minutes": _("This is less than a minute for each pupil. Fill in the minutes.")}
        )


def rows_of(session, marked, recorder, start_time, attention, label):
    """Attendance, contacts and care notes of one session, not stored yet."""
    present = [row for row, outcome in marked.items() if outcome == AttendanceOutcome.PRESENT]
    _check_minutes(session.minutes, session.workers, len(present))
    shares = group_rules.split_minutes(session.minutes, session.workers, len(present))
    contacts = {
        row: Contact(
            trajectory=row.trajectory,
            provider_id=session.provider_id,
            worker=recorder,
            session=session,
            form=Form.GROEP,
            place=Place.SCHOOL,
            on=session.on,
            start_time=start_time,
            minutes=minutes,
            is_as_planned=True,
            recorded_at=session.recorded_at,
            recorded_by_id=session.recorded_by_id,
        )
        for row, minutes in zip(present, shares, strict=True)
    }
    marks = [
        Attendance(
            trajectory=row.trajectory,
            provider_id=session.provider_id,
            participant=row,
            session=session,
            group_id=session.group_id,
            number=session.number,
            on=session.on,
            outcome=outcome,
        )
        for row, outcome in marked.items()
    ]
    notes = [
        CareNote(
            trajectory=row.trajectory,
            provider_id=session.provider_id,
            contact=contacts.get(row),
            author_id=session.recorded_by_id,
            author_label=label,
            text=words,
        )
        for row in marked
        if (words := text(attention.get(str(row.pk))))
    ]
    for row in (*contacts.values(), *marks, *notes):
        validate_fields(row)
    return marks, list(contacts.values()), notes


def _same(actor, session, outcomes):
    """Whether a session was recorded with these very outcomes."""
    marks = Attendance.objects.visible_to(actor).standing().filter(session=session)
    kept = {str(key): outcome for key, outcome in marks.values_list("participant_id", "outcome")}
    return kept == {str(getattr(key, "pk", key)): value for key, value in outcomes.items()}


@transaction.atomic
def record_session(
    actor, *, group, on, minutes, workers, outcomes, group_note="", attention=None, at=None
):
    """Record one session of a group on a day: who was there, how long, with how many workers.

    `outcomes`: {participant or its key: present|ill|forgotten|unknown}; who is left out has no
    mark. `attention`: {key: text} becomes a care note. The same session twice is one session;
    with other marks it is refused. Raises MoveRefused for whom consent is missing on that day.
    """
    require(actor, Permission.GROUP_RECORD)
    at_ = moment(at, None)
    hold_pupils(actor, group)
    group = standing_group(actor, group)
    existing = GroupSession.objects.visible_to(actor).standing().filter(group=group, on=on).first()
    if existing is not None:
        if not _same(actor, existing, outcomes):
            refuse(_("This session was recorded already. Undo it first to record it anew"), group)
        return existing
    if on > day_of(at_):
        raise ValidationError({"on": _("This day has not come yet.")})
    if on < group.valid_from:
        raise ValidationError({"on": _("On that day the group had not started yet.")})
    recorder = _recorder(actor, group, leaders_on(actor, group, on))
    marked = marked_participants(actor, group, outcomes)
    if not marked:
        raise ValidationError(_("Nobody can be marked yet: consent is missing for everybody."))
    with facts.booked(actor, [row.trajectory for row in marked]):
        refusals = marking_refusals(actor, marked, on)
    if refusals:
        raise MoveRefused(refusals, group)
    session = GroupSession(
        group=group,
        provider_id=group.provider_id,
        site_id=group.site_id,
        number=_next_number(actor, group),
        on=on,
        minutes=minutes,
        workers=workers,
        group_note=text(group_note),
        recorded_at=at_,
        recorded_by_id=actor.user_id,
    )
    notes = {str(getattr(key, "pk", key)): words for key, words in (attention or {}).items()}
    marks, contacts, cares = rows_of(
        session, marked, recorder, group.start_time, notes, actor.label
    )
    store(session, insert=True)
    for model, rows in ((Contact, contacts), (Attendance, marks), (CareNote, cares)):
        model.objects.bulk_create(rows)
    _have_joined(actor, marked)
    if group.state == GroupState.OPEN:
        group.state = GroupState.RUNNING
        store(group, ["state"])
    return session


def _next_number(actor, group):
    rows = GroupSession.objects.visible_to(actor).standing().filter(group=group)
    return (rows.order_by("-number").values_list("number", flat=True).first() or 0) + 1


def _have_joined(actor, marked):
    """Who was invited and is marked takes part from now on."""
    invited = [row.pk for row in marked if row.state == ParticipantState.INVITED]
    rows = GroupParticipant.objects.visible_to(actor, CHANGE).filter(pk__in=invited)
    rows.update(state=ParticipantState.JOINED)


@transaction.atomic
def undo_session(actor, *, session, at=None):
    """Take back what was recorded today: the session, its contacts and the presence.

    A note about a pupil who was absent stays: a note is added, never taken away.
    """
    require(actor, Permission.GROUP_RECORD)
    session = seen(actor, GroupSession, session)
    group = standing_group(actor, seen(actor, GroupOffer, session.group_id))
    session = locked(actor, session)
    at = moment(at, None)
    if session.undone_at is not None:
        refuse(_("This was undone already"), session)
    if day_of(at) != day_of(session.recorded_at):
        refuse(_("This was not recorded today, so it stays as it is"), session)
    corrected = GroupSession.objects.visible_to(actor).filter(replaced_by=session)
    if session.replaced_by_id is not None or corrected.exists():
        refuse(_("A correction is not undone. Correct it again"), session)
    last = GroupSession.objects.visible_to(actor).standing().filter(group=group)
    if last.filter(number__gt=session.number).exists():
        refuse(_("A later session was recorded since. Undo that one first"), session)
    _recorder(actor, group, leaders_on(actor, group, session.on))
    session.undone_at = at
    store(session, ["undone_at"])
    contacts = Contact.objects.visible_to(actor, CHANGE).filter(session=session)
    contacts.update(undone_at=at, updated_at=at)
    marks = Attendance.objects.visible_to(actor, CHANGE).filter(session=session)
    marks.update(is_undone=True, updated_at=at)
    return session


def record_sessions_many(actor, sessions):
    """The bulk sister of record_session: the same guards over a set, few statements.

    `sessions`: dicts with the names of record_session (`group` a GroupOffer, `outcomes` by
    GroupParticipant with its trajectory loaded) and optional `at` (default five o'clock that
    day). Numbers follow the order of the list. Raises MoveRefused with every refusal.
    """
    require(actor, Permission.GROUP_RECORD)
    numbers, refusals, stored = {}, [], []
    marks, contacts, notes, states = [], [], [], {}
    cases = {p.trajectory_id: p.trajectory for item in sessions for p in item["outcomes"]}
    with transaction.atomic():
        with facts.booked(actor, cases.values()):
            for item in sessions:
                group, on = item["group"], item["on"]
                found = marking_refusals(actor, item["outcomes"], on)
                refusals += found
                if found:
                    continue
                if group.pk not in numbers:
                    numbers[group.pk] = _next_number(actor, group), leaders_on(actor, group, on)
                number, leaders = numbers[group.pk]
                numbers[group.pk] = number + 1, leaders
                session = GroupSession(
                    group=group,
                    provider_id=group.provider_id,
                    site_id=group.site_id,
                    number=number,
                    on=on,
                    minutes=item["minutes"],
                    workers=item["workers"],
                    group_note=text(item.get("group_note")),
                    recorded_at=item.get("at") or dt.datetime.combine(on, dt.time(17), AMSTERDAM),
                    recorded_by_id=actor.user_id,
                )
                validate_fields(session)
                attention = {str(p.pk): w for p, w in (item.get("attention") or {}).items()}
                recorder = _recorder(actor, group, leaders)
                made = rows_of(
                    session, item["outcomes"], recorder, group.start_time, attention, actor.label
                )
                stored.append(session)
                for kept, rows in zip((marks, contacts, notes), made, strict=True):
                    kept += rows
                states[group.pk] = group
        if refusals:
            raise MoveRefused(refusals)
        for model, rows in (
            (GroupSession, stored),
            (Contact, contacts),
            (Attendance, marks),
            (CareNote, notes),
        ):
            model.objects.bulk_create(rows, batch_size=1000)
        open_ = [group.pk for group in states.values() if group.state == GroupState.OPEN]
        rows = GroupOffer.objects.visible_to(actor, CHANGE).filter(pk__in=open_)
        rows.update(state=GroupState.RUNNING)
        _have_joined(actor, {p: None for item in sessions for p in item["outcomes"]})
    return stored


# --- Work for a class or team -----------------------------------------------------------------


def _collective(*, site, worker, on, minutes, theme, reach, group_label="", form="COLLECTIEF"):
    return CollectiveWork(
        provider_id=worker.provider_id,
        site_id=getattr(site, "pk", site),
        worker=worker,
        on=on,
        minutes=minutes,
        theme=text(theme),
        reach=reach,
        group_label=text(group_label),
        form=form,
    )


@transaction.atomic
def record_collective(actor, *, worker, on, at=None, **fields):
    """Record work for a class or team: school, minutes, theme and reach; no child, no file.

    `fields`: site, minutes, theme, reach, and optional group_label and form (COLLECTIEF or
    CONSULTATIE_TEAM). Raises ValidationError where the provider did not work there that day.
    """
    require(actor, Permission.GROUP_RECORD)
    if on > day_of(moment(at, None)):
        raise ValidationError({"on": _("This day has not come yet.")})
    row = _collective(worker=worker, on=on, **fields)
    here = Participation.objects.filter(site_id=row.site_id, provider_id=row.provider_id)
    if not here.valid_on(on).exists():
        raise ValidationError({"site": _("Your organisation does not work at this school.")})
    return store(row, insert=True)


@transaction.atomic
def undo_collective(actor, *, work, at=None):
    """Take back work for a class or team that was recorded today."""
    require(actor, Permission.GROUP_RECORD)
    work = locked(actor, work)
    at = moment(at, None)
    if work.undone_at is not None:
        refuse(_("This was undone already"), work)
    if day_of(at) != day_of(work.created_at):
        refuse(_("This was not recorded today, so it stays as it is"), work)
    work.undone_at = at
    return store(work, ["undone_at"])


def record_collective_many(actor, items, *, on=None):
    """The bulk sister of record_collective: dicts with its names, in one statement."""
    require(actor, Permission.GROUP_RECORD)
    rows = [_collective(**item) for item in items]
    late = [row for row in rows if row.on > day(on)]
    if late:
        raise ValidationError(
            ngettext("%(n)d day has not come yet.", "%(n)d days have not come yet.", len(late))
            % {"n": len(late)}
        )
    for row in rows:
        validate_fields(row)
    return CollectiveWork.objects.bulk_create(rows, batch_size=500)
