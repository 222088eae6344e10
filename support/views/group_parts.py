"""What the pages of groups share: when a group meets, who may be marked, and cards of groups."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.access.scoping import READ
from oja.core.periods import closed_days, school_days_between
from providers.models import GroupOffer, GroupWorker
from support import facts, group_rules
from support.models import (
    Attendance,
    AttendanceOutcome,
    GroupParticipant,
    GroupSession,
    Purpose,
    Trajectory,
)
from support.progress import day_full
from support.workflow.trajectory import help_refusal

#: Weeks in which the next school day of a group is looked for: longer than any holiday.
LOOK_AHEAD = 10


def meets_on(group, on, closed=None):
    """Whether a group meets on that very day: its weekday, while it stands, on a school day."""
    if group.weekday != on.isoweekday() or not group.holds_on(on):
        return False
    tomorrow = on + timedelta(days=1)
    if closed is None:
        closed = closed_days(group.site.holiday_region, on, tomorrow)
    return school_days_between(on, tomorrow, closed) == 1


def next_day(group, start):
    """The first day from `start` on which the group meets, or None."""
    first = max(start, group.valid_from)
    first += timedelta(days=(group.weekday - first.isoweekday()) % 7)
    closed = closed_days(
        group.site.holiday_region, first, first + timedelta(weeks=LOOK_AHEAD, days=1)
    )
    for week in range(LOOK_AHEAD):
        on = first + timedelta(weeks=week)
        if meets_on(group, on, closed):
            return on
    return None


def last_day(group, on, recorded):
    """The latest day up to `on` on which the group met and nothing was recorded, or None."""
    day = on - timedelta(days=(on.isoweekday() - group.weekday) % 7)
    while day >= group.valid_from and on - day < timedelta(weeks=LOOK_AHEAD):
        if day in recorded:
            return None
        if meets_on(group, day):
            return day
        day -= timedelta(days=7)
    return None


def line(*items):
    """The parts that say something, in one line."""
    return " · ".join(item for item in items if item)


def when_words(group):
    """Every Tuesday 11.00-12.00."""
    words = _("every %(day)s") % {"day": group.get_weekday_display().lower()}
    return f"{words} {time_words(group)}".strip()


def time_words(group):
    """From when until when, or nothing when no time was agreed."""
    if group.start_time is None:
        return ""
    start = group.start_time.hour * 60 + group.start_time.minute
    end = (start + group.minutes) % (24 * 60)
    return f"{group.start_time:%H.%M}–{end // 60:02d}.{end % 60:02d}"


def places_words(group):
    """6 of 8 places taken."""
    return _("%(taken)s of %(places)s places taken") % {
        "taken": group.taken,
        "places": group.places,
    }


def free_words(group):
    """2 places free."""
    if group.free < 1:
        return _("full")
    return ngettext("%(n)d place free", "%(n)d places free", group.free) % {"n": group.free}


def times_words(number, group):
    """Session 6 of 10."""
    return _("session %(number)s of %(count)s") % {"number": number, "count": group.session_count}


def pupils_words(number):
    """8 pupils."""
    return ngettext("%(n)d pupil", "%(n)d pupils", number) % {"n": number}


def count_words(present, absent, waiting):
    """6 present, 1 absent, 1 not yet: (the strong part, the rest)."""
    rest = [_("%(n)d absent") % {"n": absent}]
    if waiting:
        rest.append(_("%(n)d not yet") % {"n": waiting})
    return _("%(n)d present") % {"n": present}, " · ".join(rest)


def length_words(minutes, workers):
    """60 minutes, 2 workers: (the strong part, the rest)."""
    return (
        ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes},
        ngettext("%(n)d worker", "%(n)d workers", workers) % {"n": workers},
    )


def count_template():
    """The same words for the script that counts along with the taps."""
    return {
        "present": _("{n} present"),
        "absent": _("{n} absent"),
        "waiting": _("{n} not yet"),
    }


def leaders_of(actor, groups, on):
    """{group key: [Worker]} of who leads these groups on a day."""
    rows = GroupWorker.objects.visible_to(actor).filter(group__in=[g.pk for g in groups])
    found = {}
    for row in rows.valid_on(on).select_related("worker").order_by("worker__name"):
        found.setdefault(row.group_id, []).append(row.worker)
    return found


def leads(actor, leaders):
    """Whether this person is one of the workers."""
    return any(worker.user_id == actor.user_id for worker in leaders)


def sessions_of(actor, groups):
    """{group key: [(number, day)]} of what was recorded, oldest first.

    The school does not read sessions; it knows them from the presence of its own pupils.
    """
    keys = [group.pk for group in groups]
    found = {}
    rows = GroupSession.objects.visible_to(actor).standing().filter(group__in=keys)
    pairs = list(rows.order_by("number").values_list("group_id", "number", "on"))
    if not pairs:
        marks = Attendance.objects.visible_to(actor).standing().filter(group_id__in=keys)
        pairs = sorted(set(marks.values_list("group_id", "number", "on")), key=lambda p: p[1])
    for group_id, number, on in pairs:
        found.setdefault(group_id, []).append((number, on))
    return found


@dataclass(frozen=True)
class Presence:
    """How often somebody was there, of how many sessions with a mark."""

    present: int
    total: int

    @property
    def words(self):
        """5 of 6 times."""
        if not self.total:
            return _("no session yet")
        return _("%(present)s of %(total)s times") % {"present": self.present, "total": self.total}


def presence_of(actor, group, *by):
    """{key: Presence} of a group, counted by a column of Attendance."""
    rows = Attendance.objects.visible_to(actor).standing().filter(group_id=group.pk)
    held = Count("pk", filter=Q(outcome=AttendanceOutcome.PRESENT))
    counted = rows.order_by().values_list(*by).annotate(present=held, total=Count("pk"))
    return {row[0]: Presence(row[-2], row[-1]) for row in counted}


@dataclass(frozen=True)
class Blocked:
    """A participant who cannot be marked: what is missing, and where it is solved."""

    row: object
    sentence: str
    url: str
    label: str


def sort_out(actor, participants, on):
    """(who can be marked on a day, who cannot and why). Trajectories are read for the actor."""
    with_cases(actor, participants)
    known = [row for row in participants if row.trajectory is not None]
    able, blocked = [], []
    with facts.booked(actor, [row.trajectory for row in known]):
        for row in known:
            refusal = group_rules.presence_refusal(actor, row.trajectory, on)
            if refusal is None:
                able.append(row)
            else:
                blocked.append(_blocked(actor, row, refusal, on))
    return able, blocked


def with_cases(actor, participants):
    """Hang on each participant the trajectory as this person may see it, or None."""
    rows = Trajectory.objects.visible_to(actor).select_related("regisseur")
    cases = rows.in_bulk([row.trajectory_id for row in participants])
    for row in participants:
        row._state.fields_cache["trajectory"] = cases.get(row.trajectory_id)


def _blocked(actor, row, refusal, on):
    """The sentence of the row: whose consent is missing, and one button that solves it."""
    case = row.trajectory
    is_help = help_refusal(actor, case, on, is_running=True) is not None
    purpose, aim = (Purpose.HELP, "hulp") if is_help else (Purpose.OTHERS_PRESENT, "anderen")
    state = facts.consent_state(actor, case, purpose, on)
    if not refusal.url or state.is_complete or not state.givers:
        return Blocked(row, refusal.sentence, case.get_absolute_url(), _("Look at it"))
    page = reverse("trajectory-consent", args=[case.pk])
    if state.is_disputed:
        sentence = _("Cannot take part: %(who)s said no") % {"who": short_names(state.refused)}
        return Blocked(row, sentence, f"{page}#{aim}", _("Look at it"))
    words = {"who": short_names(state.missing)}
    sentence = (
        _("Cannot take part yet: consent to help of %(who)s is missing") % words
        if is_help
        else _("Cannot take part yet: consent of %(who)s is missing") % words
    )
    if len(state.missing) == 1:
        url = f"{page}?doel={aim}&wie={state.missing[0].key}&manier=link"
        return Blocked(row, sentence, url, _("Send a link"))
    return Blocked(row, sentence, f"{page}#{aim}", _("Ask for consent"))


def short_names(givers):
    """Father, mother, or the first name of the pupil: as one speaks of them beside the child."""
    found = []
    for giver in givers:
        relation, comma, _name = giver.label.partition(", ")
        found.append(relation if comma else giver.label.partition(" ")[0])
    return ", ".join(found)


def card_of(group, leaders, sessions, on):
    """What a card shows of a group."""
    done = sessions.get(group.pk, [])
    upcoming = None if group.is_done else next_day(group, on)
    return {
        "group": group,
        "url": reverse("group-detail", args=[group.pk]),
        "facts": line(when_words(group), group.room),
        "leaders": ", ".join(worker.name for worker in leaders.get(group.pk, [])),
        "places": places_words(group),
        "free": free_words(group),
        "is_full": group.free < 1,
        "next": day_full(upcoming) if upcoming else "",
        "times": times_words(len(done) + 1, group)
        if len(done) < group.session_count
        else _("all %(count)s sessions recorded") % {"count": group.session_count},
    }


def group_rows(actor, may=READ):
    """The groups that this person may read (or change), with what every page of them shows."""
    return GroupOffer.objects.visible_to(actor, may).for_list()


def participation_rows(actor, trajectory, on, **shared):
    """The groups in which a pupil takes part now, in words, as lines of what is planned."""
    rows = GroupParticipant.objects.visible_to(actor).filter(trajectory=trajectory, **shared)
    rows = list(rows.current().select_related("group").order_by("valid_from", "pk"))
    leaders = leaders_of(actor, [row.group for row in rows], on)
    found = []
    for row in rows:
        presence = presence_of(actor, row.group, "participant_id").get(row.pk, Presence(0, 0))
        names = ", ".join(worker.name for worker in leaders.get(row.group_id, []))
        found.append(
            {
                "title": _("Group %(title)s") % {"title": row.group.title},
                "facts": line(names, when_words(row.group), presence.words),
                "planned": 0,
                "held": 0,
                "hours": "",
            }
        )
    return found


def free_places(actor):
    """Groups where a pupil can still join, for the page somebody starts on."""
    rows = group_rows(actor).standing().filter(taken__lt=F("places"))
    return [
        {
            "title": row.title,
            "url": row.get_absolute_url(),
            "facts": line(when_words(row), row.goal),
            "free": free_words(row),
        }
        for row in rows
    ]


def crumbs(group, last):
    """The way to a page of one group."""
    return [
        (_("Groups"), reverse("group-list")),
        (group.title, group.get_absolute_url()),
        (last, ""),
    ]
