"""Vandaag: the appointments of a care worker, derived from the provisions, each with one button."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404, log_list
from oja.access.permissions import Permission
from oja.core.periods import AMSTERDAM, closed_days, school_days_between, today
from oja.core.workflow import MoveRefused
from oja.pages.refused import refused_page
from support import worklist
from support.actions import record_missed, record_planned
from support.models import (
    Consent,
    Contact,
    ContactOutcome,
    Place,
    Provision,
    Purpose,
    Trajectory,
    TrajectoryState,
)
from support.progress import day_full
from support.views.contacts import kept_sentence, toast
from support.views.group_today import groups_between
from support.views.keys import key_or_404
from support.views.subcontract_panels import worker_tasks

#: Days back in which an appointment that was not recorded is still asked for.
LOOK_BACK = 7
MISSED = {
    ContactOutcome.CANCELLED: "circle-x",
    ContactOutcome.MOVED: "calendar-days",
    ContactOutcome.NO_SHOW: "user",
}


@dataclass(frozen=True)
class Appointment:
    """One planned meeting on one day, and the contact that was recorded for it."""

    provision: Provision
    on: date
    contact: Contact | None
    state: str

    @property
    def facts(self):
        """Gesprek op school · 45 minuten."""
        provision = self.provision
        place = provision.get_place_display().lower()
        words = [f"{provision.get_form_display()}, {place}"]
        words.append(_("%(minutes)s minutes") % {"minutes": provision.minutes})
        return " · ".join(words)

    @property
    def time(self):
        """10.15, or empty when no time was agreed."""
        start = self.provision.start_time
        return start.strftime("%H.%M") if start else ""

    @property
    def change_url(self):
        """Where the contact is recorded differently from what was planned."""
        query = f"inzet={self.provision.pk}&dag={self.on:%Y-%m-%d}"
        return f"{reverse('contact-create')}?{query}"

    @property
    def word(self):
        """What was recorded, in one word."""
        if self.contact is None:
            return ""
        held = self.contact.outcome == ContactOutcome.HELD
        return _("Recorded") if held else self.contact.get_outcome_display()


def home(request):
    """Appointments of today, what was not recorded this week, and what waits."""
    actor = request.actor
    on = today()
    now = timezone.now().astimezone(AMSTERDAM).time()
    provisions = own_provisions(actor, on - timedelta(days=LOOK_BACK), on)
    recorded = recorded_on(actor, provisions, on - timedelta(days=LOOK_BACK))
    appointments = appointments_on(provisions, recorded, on, now)
    groups = groups_between(actor, on - timedelta(days=LOOK_BACK), on)
    log_list(request, sorted({item.trajectory.pupil_id for item in provisions}), "today")
    return render(
        request,
        "support/home_care_worker.html",
        {
            "title": _("Today"),
            "date": day_full(on),
            "appointments": in_order(appointments, [item for item in groups if item.on == on]),
            "missing": not_recorded(provisions, recorded, on),
            "missing_groups": [item for item in groups if item.on < on and not item.is_done],
            "missed": [(str(value), ContactOutcome(value).label) for value in MISSED],
            "groups": worklist.grouped(waits_for(actor, on)),
        },
    )


def in_order(appointments, groups):
    """Pupils and groups of the day by their time; those without a time come first."""
    return sorted([*appointments, *groups], key=lambda item: item.time)


def own_provisions(actor, start, end):
    """Provisions of this person that held on some day of the period, in running trajectories."""
    rows = (
        Provision.objects.visible_to(actor)
        .filter(worker__user=actor.user, trajectory__state=TrajectoryState.ACTIVE)
        .filter(weekday__isnull=False, valid_from__lte=end)
        .select_related("trajectory", "site", "worker")
        .order_by("start_time", "trajectory__pupil_sort")
    )
    return [row for row in rows if row.valid_until is None or row.valid_until > start]


def recorded_on(actor, provisions, start):
    """Contacts that were recorded for these provisions since a day: (provision, day) -> contact."""
    rows = Contact.objects.visible_to(actor).standing()
    rows = rows.filter(provision__in=[item.pk for item in provisions], on__gte=start)
    return {(row.provision_id, row.on): row for row in rows}


def is_planned(provision, on):
    """Whether this provision meets on that very day. At school nothing happens in holidays."""
    if provision.weekday != on.isoweekday() or on < provision.valid_from:
        return False
    if provision.valid_until is not None and on >= provision.valid_until:
        return False
    if provision.place != Place.SCHOOL:
        return True
    tomorrow = on + timedelta(days=1)
    closed = closed_days(provision.site.holiday_region, on, tomorrow)
    return school_days_between(on, tomorrow, closed) == 1


def appointments_on(provisions, recorded, on, now):
    """The day in time order; the one that comes next, or is not recorded yet, is marked."""
    planned = [item for item in provisions if is_planned(item, on)]
    open_ = [item for item in planned if (item.pk, on) not in recorded]
    started = [item for item in open_ if item.start_time is None or item.start_time <= now]
    current = started[0] if started else (open_[0] if open_ else None)
    rows = []
    for item in planned:
        contact = recorded.get((item.pk, on))
        state = "done" if contact else ("now" if item is current else "next")
        rows.append(Appointment(item, on, contact, state))
    return rows


def not_recorded(provisions, recorded, on):
    """Appointments of the last days without a contact, the oldest first."""
    days = [on - timedelta(days=back) for back in range(LOOK_BACK, 0, -1)]
    return [
        Appointment(item, day, None, "next")
        for day in days
        for item in provisions
        if is_planned(item, day) and (item.pk, day) not in recorded
    ]


def waits_for(actor, on):
    """Tasks from the own trajectories, and questions that nobody answered."""
    trajectories = Trajectory.objects.visible_to(actor).open().select_related("site", "regisseur")
    own = [row for row in trajectories if row.regisseur.user_id == actor.user_id]
    tasks = [worklist.trajectory_task(row, on) for row in own]
    names = {row.pk: row.pupil_name for row in own}
    asked = Consent.objects.visible_to(actor).standing()
    asked = asked.exclude(purpose=Purpose.SHARE).filter(trajectory__in=names)
    tasks += [
        worklist.consent_task(row, names[row.trajectory_id], on)
        for row in worklist.unanswered(asked)
    ]
    tasks += worker_tasks(actor, on)
    return [task for task in tasks if task is not None]


def _planned_from(request):
    """The provision and the day of a post from Vandaag."""
    rows = Provision.objects.visible_to(request.actor).select_related("trajectory")
    provision = get_visible_or_404(
        request, Provision, key_or_404(request.POST.get("inzet")), rows=rows
    )
    on = parse_date(request.POST.get("dag", "")) or today()
    if on > today():
        raise Http404
    return provision, on


@needs(Permission.CONTACT_RECORD)
@require_POST
def contact_done(request):
    """Gedaan: keep what was planned, at once; the toast offers the way back."""
    provision, on = _planned_from(request)
    try:
        contact = record_planned(
            request.actor, provision=provision, contact_on=on, on=today(), at=timezone.now()
        )
    except MoveRefused as problem:
        return refused_page(request, problem, title=_("Record contact"), back_url=reverse("home"))
    toast(request, kept_sentence(provision.trajectory, contact), contact)
    return redirect("home")


@needs(Permission.CONTACT_RECORD)
@require_POST
def contact_missed(request):
    """It did not go ahead, was moved, or nobody was there."""
    provision, on = _planned_from(request)
    outcome = request.POST.get("uitkomst", "")
    if outcome not in MISSED:
        raise Http404
    try:
        contact = record_missed(
            request.actor,
            provision=provision,
            contact_on=on,
            outcome=outcome,
            on=today(),
            at=timezone.now(),
        )
    except MoveRefused as problem:
        return refused_page(request, problem, title=_("Record contact"), back_url=reverse("home"))
    toast(request, _("Kept: %(what)s") % {"what": contact.get_outcome_display()}, contact)
    return redirect("home")
