"""A session of a group in four taps, its undoing, and work for a class without any child."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404, log_list
from oja.access.permissions import Permission, Role
from oja.access.refusals import forbidden
from oja.core.periods import day_of, today
from oja.core.workflow import MoveNotAllowed, MoveRefused
from oja.pages.forms import form_page
from oja.pages.refused import refused_page
from providers.models import GroupOffer
from schools.models import SchoolSite
from support.actions import record_collective, record_session, undo_collective, undo_session
from support.forms.groups import CollectiveWorkForm, SessionForm
from support.models import (
    Attendance,
    AttendanceOutcome,
    CollectiveWork,
    GroupParticipant,
    GroupSession,
)
from support.progress import day_full
from support.views import group_parts as parts
from support.views.groups import own_workers, sites_of
from support.views.keys import acts_elsewhere, only_reads
from support.views.request_rows import group_words
from support.views.session_corrections import may_correct, versions_of


@needs(Permission.GROUP_VIEW)
def group_session(request, pk, number):
    """A session that was recorded, or the next one to record."""
    actor = request.actor
    group = get_visible_or_404(request, GroupOffer, pk, rows=parts.group_rows(actor))
    held = dict(parts.sessions_of(actor, [group]).get(group.pk, []))
    if number in held:
        return recorded(request, group, number, held[number])
    if number != max(held, default=0) + 1 or group.is_done:
        raise Http404
    if not actor.may(Permission.GROUP_RECORD):
        return forbidden(request)
    if refusal := acts_elsewhere(request, Role.CARE_WORKER, "providers", group.provider_id):
        return refusal
    leaders = parts.leaders_of(actor, [group], today()).get(group.pk, [])
    if not parts.leads(actor, leaders):
        return forbidden(request, _("Only who leads this group can record who was there."))
    return record(request, group, number, held, leaders)


def record(request, group, number, held, leaders):
    """Everybody is present; tap who was not, and save."""
    actor, on = request.actor, today()
    asked = parse_date(request.GET.get("dag", ""))
    session_on = asked or parts.last_day(group, on, set(held.values())) or on
    rows = GroupParticipant.objects.visible_to(actor).filter(group=group).current()
    participants = list(rows.filter(valid_from__lte=on).order_by("pupil_sort", "pk"))
    able, blocked = parts.sort_out(actor, participants, session_on)
    log_list(request, sorted({row.trajectory.pupil_id for row in participants}), "group-session")
    for row in participants:
        row.class_words = group_words(row.group_label)
    from_today = request.GET.get("van") == "vandaag"

    def save(data):
        session = record_session(actor, group=group, **data, at=timezone.now())
        undo = reverse("group-session-undo", args=[group.pk, session.number])
        messages.success(request, kept_words(group, data["outcomes"]), extra_tags=f"undo:{undo}")
        return session

    return form_page(
        request,
        SessionForm,
        save=save,
        title=group.title,
        template="support/group_session.html",
        success_url=reverse("home") if from_today else group.get_absolute_url(),
        draft_key=f"group-session.{group.pk}-{session_on:%Y%m%d}",
        submit_label=_("Save the session"),
        form_kwargs={
            "participants": able,
            "today": on,
            "initial": {
                "on": session_on,
                "minutes": group.minutes,
                "workers": max(len(leaders), 1),
            },
        },
        context={
            "group": group,
            "facts": session_facts(group, number, session_on),
            "blocked": blocked,
            "counts": parts.count_words(len(able), 0, len(blocked)),
            "count_template": parts.count_template(),
            "waiting": len(blocked),
            "length_words": parts.length_words(group.minutes, max(len(leaders), 1)),
            "crumbs": parts.crumbs(group, parts.times_words(number, group)),
        },
    )


def session_facts(group, number, on):
    """Session 6 of 10, Tuesday 17 November, 11.00-12.00."""
    return parts.line(
        parts.times_words(number, group), day_full(on).lower(), parts.time_words(group)
    )


def kept_words(group, outcomes):
    """Weerbaar samen kept: 7 of 8 present."""
    present = sum(outcome == AttendanceOutcome.PRESENT for outcome in outcomes.values())
    return _("%(group)s kept: %(present)s of %(total)s present") % {
        "group": group.title,
        "present": present,
        "total": len(outcomes),
    }


def recorded(request, group, number, on):
    """Who was there; the school sees presence and no reason of absence."""
    actor = request.actor
    marks = Attendance.objects.visible_to(actor).standing()
    marks = list(marks.filter(group_id=group.pk, number=number).select_related("participant"))
    participants = [mark.participant for mark in marks]
    parts.with_cases(actor, participants)
    log_list(
        request,
        sorted({row.trajectory.pupil_id for row in participants if row.trajectory}),
        "group-session",
    )
    session = GroupSession.objects.visible_to(actor).standing().filter(group=group, number=number)
    session = session.first()
    is_care = actor.may(Permission.CONTACT_VIEW)
    rows = [
        {
            "name": mark.participant.pupil_name,
            "class": group_words(mark.participant.group_label),
            "is_present": mark.is_present,
            "word": mark.get_outcome_display()
            if is_care and not mark.is_present
            else (_("Present") if mark.is_present else _("Absent")),
        }
        for mark in sorted(marks, key=lambda mark: mark.participant.pupil_sort)
    ]
    present = sum(row["is_present"] for row in rows)
    versions = versions_of(actor, session) if session is not None else []
    is_last = not versions  # a correction is corrected again, not undone
    return render(
        request,
        "support/group_session_recorded.html",
        {
            "title": group.title,
            "group": group,
            "session": session,
            "facts": session_facts(group, number, on),
            "rows": rows,
            "counts": parts.count_words(present, len(rows) - present, 0),
            "length_words": parts.length_words(session.minutes, session.workers)
            if session
            else None,
            "may_undo": is_last and may_undo(actor, group, session),
            "correct_url": reverse("group-session-correct", args=[group.pk, number])
            if may_correct(actor, group, session)
            else "",
            "versions": versions,
            "undo_url": reverse("group-session-undo", args=[group.pk, number]),
            "crumbs": parts.crumbs(group, parts.times_words(number, group)),
        },
    )


def may_undo(actor, group, session):
    """Recorded today, by somebody of the group who is looking now."""
    if session is None or not actor.may(Permission.GROUP_RECORD) or group.is_done:
        return False
    if day_of(session.recorded_at) != today():
        return False
    return parts.leads(actor, parts.leaders_of(actor, [group], session.on).get(group.pk, []))


@needs(Permission.GROUP_RECORD)
@require_POST
def group_session_undo(request, pk, number):
    """Take back a session of today: contacts and presence too."""
    actor = request.actor
    group = get_visible_or_404(request, GroupOffer, pk)
    session = GroupSession.objects.visible_to(actor).standing().filter(group=group, number=number)
    session = session.first()
    if session is None:
        raise Http404
    if refusal := only_reads(request, session):
        return refusal
    try:
        undo_session(actor, session=session, at=timezone.now())
    except MoveNotAllowed as problem:
        return forbidden(request, str(problem))
    except MoveRefused as problem:
        back = group.get_absolute_url()
        return refused_page(request, problem, title=_("Undo"), back_url=back)
    messages.success(request, _("Session taken back."))
    return redirect(group.get_absolute_url())


# --- Work for a class or team -----------------------------------------------------------------


@needs(Permission.GROUP_RECORD)
def collective_create(request):
    """Work for a class or team: school, theme, minutes and an estimated reach."""
    actor, on = request.actor, today()
    own = own_workers(actor)
    sites = sites_of(own, on)

    def save(data):
        site = SchoolSite.objects.get(pk=data.pop("site"))
        worker = worker_at(own, site, data["on"])
        work = record_collective(actor, worker=worker, site=site, **data, at=timezone.now())
        undo = reverse("collective-undo", args=[work.pk])
        messages.success(
            request,
            _("Kept: %(theme)s, %(minutes)s minutes")
            % {"theme": work.theme, "minutes": work.minutes},
            extra_tags=f"undo:{undo}",
        )
        return work

    initial = {"on": on, "minutes": 60, "form": "COLLECTIEF"}
    if len(sites) == 1:
        initial["site"] = sites[0][0]
    return form_page(
        request,
        CollectiveWorkForm,
        save=save,
        title=_("Work for a class or team"),
        template="support/small_form.html",
        success_url=reverse("group-list"),
        draft_key="collective-create.new",
        submit_label=_("Save"),
        form_kwargs={"sites": sites, "today": on, "initial": initial},
        context={
            "intro": _("No names and no file: hours and reach only"),
            "crumbs": [(_("Groups"), reverse("group-list")), (_("Class or team"), "")],
            "back": reverse("group-list"),
        },
    )


def worker_at(own, site, on):
    """The worker of this person whose provider works at a school; the first when none does."""
    there = dict(sites_of_provider(own, site, on))
    for worker in own:
        if worker.provider_id in there:
            return worker
    return own[0]


def sites_of_provider(own, site, on):
    """(provider, school) of these workers at one school on a day."""
    return [
        (worker.provider_id, key)
        for worker in own
        for key, _label in sites_of([worker], on)
        if key == str(site.pk)
    ]


@needs(Permission.GROUP_RECORD)
@require_POST
def collective_undo(request, pk):
    """Take back work that was recorded today."""
    work = get_visible_or_404(request, CollectiveWork, pk)
    if refusal := only_reads(request, work):
        return refusal
    try:
        undo_collective(request.actor, work=work, at=timezone.now())
    except MoveRefused as problem:
        return refused_page(request, problem, title=_("Undo"), back_url=reverse("group-list"))
    messages.success(request, _("Taken back."))
    return redirect("group-list")
