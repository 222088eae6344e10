"""Start: what waits for the coordinator and the teacher; others have files of their own."""

from django.db.models import Count
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.access.lookup import log_list
from oja.access.permissions import Role
from oja.core.periods import today
from providers.models import Posting
from providers.models.provider import Weekday
from schools.attendance_glance import glance
from schools.models import Pupil, SchoolSite
from support import progress, worklist
from support.models import (
    Consent,
    Purpose,
    RequestState,
    SchoolNote,
    SupportRequest,
    Trajectory,
    TrajectoryState,
)
from support.views.group_parts import free_places
from support.views.request_rows import group_words, state_word, trajectory_of, with_trajectory
from support.views.subcontract_panels import school_tasks

#: Rows that a block of Start shows; the rest stands in the list.
SHOWN = 8


def home_coordinator(request):
    """What waits for me, where my hulpvragen are, and who of jeugdhulp is in school today."""
    actor = request.actor
    on = today()
    rows = SupportRequest.objects.visible_to(actor).for_list()
    open_rows = rows.filter(state__in=[*progress.OPEN, RequestState.STARTED])
    requests = [
        row
        for row in with_trajectory(open_rows.order_by("submitted_on", "created_at"), actor)
        if is_running(row)
    ]
    asked = open_questions(actor, requests)
    running = [row for row in requests if row.state != RequestState.CONCEPT]
    running.sort(key=lambda row: (not progress.waiting(row, on).running, row.submitted_on))
    sites = SchoolSite.objects.filter(pk__in=actor.ids(Role.SCHOOL_COORDINATOR, "sites"))
    sites = list(sites.order_by("name"))
    log_list(request, requests, "home")
    return render(
        request,
        "support/home_coordinator.html",
        {
            "title": _("Today at %(site)s") % {"site": sites[0].name}
            if len(sites) == 1
            else _("Today"),
            "facts": site_facts(actor, sites, on),
            "groups": worklist.grouped([*tasks_of(requests, asked, on), *school_tasks(actor, on)]),
            "rows": [running_row(row, asked, on) for row in running[:SHOWN]],
            "total": len(running),
            "postings": postings_of(sites, on),
            "free_places": free_places(actor),
            "absences": glance(actor, on),
            "norm": progress.WAIT_NORM,
        },
    )


def is_running(row):
    """Open, or started and not yet closed as far as the school may see."""
    trajectory = trajectory_of(row)
    if row.state != RequestState.STARTED:
        return True
    return trajectory is not None and trajectory.state != TrajectoryState.CLOSED


def open_questions(actor, requests):
    """Questions about sharing that nobody answered yet: request key -> consents."""
    rows = Consent.objects.visible_to(actor).standing()
    rows = rows.filter(purpose=Purpose.SHARE, request__in=[row.pk for row in requests])
    found = {}
    for consent in worklist.unanswered(rows):
        found.setdefault(consent.request_id, []).append(consent)
    return found


def tasks_of(requests, asked, on):
    """Everything that waits for the coordinator."""
    tasks = []
    for row in requests:
        questions = asked.get(row.pk, [])
        if row.state in (RequestState.SUBMITTED, RequestState.IN_TEAM, RequestState.ACCEPTED):
            tasks += [
                worklist.consent_task(consent, row.pupil.full_name, on) for consent in questions
            ]
        tasks.append(worklist.request_task(row, on, has_open_question=bool(questions)))
    return [task for task in tasks if task is not None]


def running_row(row, asked, on):
    """One line of the running hulpvragen."""
    trajectory = trajectory_of(row)
    wait = progress.waiting(row, on)
    missing = [consent.giver_label for consent in asked.get(row.pk, [])]
    return {
        "name": row.pupil.full_name,
        "group": group_words(row.pupil.group_label),
        "url": reverse("trajectory-detail", args=[trajectory.pk])
        if trajectory
        else reverse("request-detail", args=[row.pk]),
        "done": progress.TRAJECTORY_POSITION[trajectory.state] if trajectory else done_of(row),
        "word": state_word(row),
        "wait": wait,
        "what_now": progress.what_now(row, on, trajectory, missing),
    }


def done_of(row):
    """How many of the five dots are filled before help is registered."""
    return {RequestState.SUBMITTED: 0, RequestState.IN_TEAM: 1}.get(row.state, 2)


def site_facts(actor, sites, on):
    """Dinsdag 17 november 2026 · sbo · 41 van 155 leerlingen krijgen hulp."""
    parts = [progress.day_full(on)]
    if len(sites) == 1:
        parts.append(sites[0].get_school_type_display())
    total = Pupil.objects.visible_to(actor).filter(site__in=sites).count()
    helped = Trajectory.objects.visible_to(actor).active().filter(site__in=sites)
    number = helped.aggregate(number=Count("pupil", distinct=True))["number"]
    words = {"number": number, "total": total}
    parts.append(
        ngettext(
            "%(number)s of %(total)s pupils gets help",
            "%(number)s of %(total)s pupils get help",
            number,
        )
        % words
    )
    return " · ".join(parts)


def postings_of(sites, on):
    """Who of jeugdhulp comes to these schools: in school today first, with until when."""
    rows = Posting.objects.filter(site__in=sites).valid_on(on).select_related("worker", "site")
    found = []
    for row in rows.order_by("worker__name", "start_time"):
        here = on.isoweekday() in row.weekdays
        days = ", ".join(str(Weekday(number).label).lower() for number in sorted(row.weekdays))
        facts = [row.worker.function, row.room if here else days]
        if len(sites) > 1:
            facts.append(row.site.name)
        found.append(
            {
                "name": row.worker.name,
                "facts": " · ".join(part for part in facts if part),
                "is_here": here,
                "until": _("until %(time)s") % {"time": row.end_time.strftime("%H.%M")},
            }
        )
    return sorted(found, key=lambda row: not row["is_here"])


def home_teacher(request):
    """The agreements that were shared with the own class, and nothing else."""
    rows = SchoolNote.objects.visible_to(request.actor).filter(is_undone=False)
    notes = list(rows.order_by("pupil_name", "-on", "-created_at"))
    log_list(request, notes, "agreements")
    pupils = {}
    for note in notes:
        pupils.setdefault(note.pupil_id, {"name": note.pupil_name, "notes": []})
        pupils[note.pupil_id]["notes"].append(note)
    return render(
        request,
        "support/home_teacher.html",
        {"title": _("Agreements"), "pupils": list(pupils.values())},
    )
