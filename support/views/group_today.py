"""Groups among the appointments of the day: one button, who is there."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from providers.models import GroupOffer, GroupWorker
from support.views import group_parts as parts


@dataclass(frozen=True)
class GroupAppointment:
    """One group on one day, and whether that session was recorded."""

    group: GroupOffer
    on: date
    number: int
    is_done: bool

    @property
    def title(self):
        """Group Weerbaar samen."""
        return _("Group %(title)s") % {"title": self.group.title}

    @property
    def time(self):
        """11.00, or empty when no time was agreed."""
        start = self.group.start_time
        return start.strftime("%H.%M") if start else ""

    @property
    def facts(self):
        """Session 6 of 10, 8 pupils, the room."""
        return parts.line(
            parts.times_words(self.number, self.group),
            parts.pupils_words(self.group.taken),
            self.group.room,
        )

    @property
    def url(self):
        """The session itself: to record, or as it was recorded."""
        url = reverse("group-session", args=[self.group.pk, self.number])
        return url if self.is_done else f"{url}?van=vandaag&dag={self.on:%Y-%m-%d}"


def own_groups(actor, start, end):
    """Groups that this person led on some day of the period."""
    leading = GroupWorker.objects.visible_to(actor).filter(
        worker__user_id=actor.user_id, valid_from__lte=end
    )
    keys = [row.group_id for row in leading if row.valid_until is None or row.valid_until > start]
    return list(parts.group_rows(actor).standing().filter(pk__in=keys, taken__gt=0))


def groups_between(actor, start, end):
    """Appointments of the own groups from a day up to and including another, in order of day."""
    groups = own_groups(actor, start, end)
    sessions = parts.sessions_of(actor, groups) if groups else {}
    found = []
    for group in groups:
        numbers = {on: number for number, on in sessions.get(group.pk, [])}
        upcoming = max(numbers.values(), default=0) + 1
        day = start
        while day <= end:
            number = numbers.get(day)
            is_open = number is None and upcoming <= group.session_count
            if number is not None or (is_open and parts.meets_on(group, day)):
                found.append(GroupAppointment(group, day, number or upcoming, number is not None))
            day += timedelta(days=1)
    return sorted(found, key=lambda item: (item.on, item.time, item.title))
