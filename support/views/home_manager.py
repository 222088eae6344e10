"""Start of the manager: decisions, requests, waiting, room of the workers, money, missing data."""

from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.access.lookup import log_list
from oja.access.permissions import Role
from oja.core.periods import today
from providers.models import GroupState, GroupWorker, Posting, Worker
from schools.models import SchoolSite
from support import progress, worklist
from support.capacity import rooms
from support.models import (
    ClosedMonth,
    ExternalCost,
    ExternalState,
    Provision,
    RequestState,
    SupportRequest,
    Trajectory,
)
from support.trajectory_queries import NO_FIRST_HELP, SILENT_DAYS, not_planned, silent
from support.views.budget import money_sentence
from support.views.decisions import decisions_of
from support.views.home import SHOWN
from support.views.subcontract_panels import manager_tasks


def home_manager(request):
    """What waits for a decision first, then how the organisation stands."""
    actor = request.actor
    on = today()
    requests = SupportRequest.objects.visible_to(actor)
    unassigned = requests.filter(state=RequestState.ACCEPTED)
    accepted = list(unassigned.for_list().order_by("submitted_on", "created_at")[:SHOWN])
    trajectories = Trajectory.objects.visible_to(actor).open()
    quiet = trajectories.filter(silent(on))
    quiet_rows = list(quiet.for_list().order_by("last_contact_on")[:SHOWN])
    decisions, waiting = decisions_of(actor, on)
    log_list(request, [*accepted, *quiet_rows, *(item.row for item in decisions)], "home")
    return render(
        request,
        "support/home_manager.html",
        {
            "title": _("Home"),
            "facts": progress.day_full(on),
            "groups": worklist.grouped([worklist.assign_task(row, on) for row in accepted]),
            "total": unassigned.count(),
            "schools": waiting_per_school(requests, on),
            "silent": quiet_rows,
            "silent_total": quiet.count(),
            "silent_days": SILENT_DAYS,
            "rooms": [room_row(room) for room in rooms_of(actor, trajectories, on)],
            "norm": progress.WAIT_NORM,
            "decisions": decisions,
            "purchases": worklist.grouped(manager_tasks(actor, on)),
            "waiting": waiting,
            "money": money_sentence(actor, on),
            "missing": missing_data(actor, on),
        },
    )


def waiting_per_school(requests, on):
    """Per school: how many wait for the first talk, the longest wait, and above the norm."""
    waits = requests.filter(
        state__in=[*progress.OPEN - {RequestState.CONCEPT}, RequestState.STARTED],
        submitted_on__isnull=False,
        first_talk_on__isnull=True,
        first_help_on__isnull=True,
    )
    numbers = list(waits.order_by().values_list("site", "submitted_on").annotate(Count("pk")))
    sites = SchoolSite.objects.in_bulk({site for site, _submitted_on, _number in numbers})
    found = {}
    for key, submitted_on, number in numbers:
        site = sites[key]
        days = progress.waited(site, submitted_on, on)
        school = found.setdefault(
            site.name, {"name": site.name, "number": 0, "longest": 0, "over": 0}
        )
        school["number"] += number
        school["longest"] = max(school["longest"], days)
        school["over"] += number if days > progress.WAIT_NORM else 0
    return [found[name] for name in sorted(found)]


# --- Room of the workers --------------------------------------------------------------------------


def rooms_of(actor, trajectories, on):
    """The Room of every worker of the own providers, on a day."""
    workers = list(Worker.objects.filter(provider__in=own_keys(actor)))
    postings = Posting.objects.valid_on(on).filter(worker__in=workers)
    planned = (
        Provision.objects.visible_to(actor)
        .valid(on)
        .filter(weekday__isnull=False, trajectory__in=trajectories.values("pk"))
    )
    leads = GroupWorker.objects.visible_to(actor).valid_on(on).exclude(group__state=GroupState.DONE)
    leads = leads.filter(
        Q(group__valid_until__isnull=True) | Q(group__valid_until__gt=on),
        group__valid_from__lte=on,
    )
    cases = dict(trajectories.order_by().values_list("regisseur").annotate(Count("pk")))
    return rooms(
        workers,
        postings=postings,
        provisions=planned.values_list("worker_id", "minutes"),
        groups=leads.values_list("worker_id", "group__minutes"),
        cases=cases,
    )


def own_keys(actor):
    """Keys of the providers of which the actor is the manager."""
    return actor.ids(Role.PROVIDER_MANAGER, "providers")


def room_row(room):
    """A Room in words: hours with at most one decimal."""
    return {
        "name": room.name,
        "school": hours(room.school_minutes) if room.school_minutes else "–",
        "planned": hours(room.planned_minutes),
        "free": "–" if room.free_minutes is None else hours(room.free_minutes),
        "is_over": room.free_minutes is not None and room.free_minutes < 0,
        "cases": room.cases,
        "per_fte": "–" if room.per_fte is None else str(room.per_fte).replace(".", ","),
    }


def hours(minutes):
    """Minutes as hours, with at most one decimal: "6", "2,5"; a real minus sign."""
    text = f"{abs(minutes) / 60:.1f}".removesuffix(".0").replace(".", ",")
    return f"−{text}" if minutes < 0 else text


# --- Missing data ---------------------------------------------------------------------------------


def missing_data(actor, on):
    """[{title, figure, url}]: what is not recorded, and which figure suffers from it.

    Each number is that of the rows of the list behind its link.
    """
    cases = Trajectory.objects.visible_to(actor).open()
    numbers = cases.aggregate(
        begin=Count("pk", filter=NO_FIRST_HELP), plan=Count("pk", filter=not_planned(on))
    )
    bills = ExternalCost.objects.visible_to(actor).filter(state=ExternalState.UNMATCHED).count()
    found = []
    if numbers["begin"]:
        sentence = ngettext(
            "%(number)s trajectory runs without a first contact",
            "%(number)s trajectories run without a first contact",
            numbers["begin"],
        )
        found.append(
            (
                sentence % {"number": numbers["begin"]},
                _("Not in: start of help within 28 days."),
                f"{reverse('trajectory-list')}?aandacht=begin",
            )
        )
    if numbers["plan"]:
        sentence = ngettext(
            "%(number)s trajectory runs without a planned moment",
            "%(number)s trajectories run without a planned moment",
            numbers["plan"],
        )
        found.append(
            (
                sentence % {"number": numbers["plan"]},
                _("Not in: the free hours above."),
                f"{reverse('trajectory-list')}?aandacht=moment",
            )
        )
    if bills:
        sentence = ngettext(
            "%(number)s bill without trajectory", "%(number)s bills without trajectory", bills
        )
        found.append(
            (
                sentence % {"number": bills},
                _("Not in: the costs of one trajectory, and pupils with a third party."),
                f"{reverse('budget-lines')}?koppeling=zonder",
            )
        )
    return found + _open_months(actor, on)


def _open_months(actor, on):
    """Months of this year of which the own help was not booked, for any of the providers."""
    keys = own_keys(actor)
    closed = ClosedMonth.objects.visible_to(actor).filter(provider__in=keys, month__year=on.year)
    number = (on.month - 1) * len(keys) - closed.filter(month__lt=on.replace(day=1)).count()
    if number <= 0:
        return []
    sentence = ngettext(
        "%(number)s month of own help is not closed",
        "%(number)s months of own help are not closed",
        number,
    )
    return [
        (
            sentence % {"number": number},
            _("Provisional until then: everything about the budget."),
            reverse("budget"),
        )
    ]
