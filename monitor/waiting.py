"""How long people waited: half, nine of ten, and how many per class of days.

The classes belong to the page of a figure and to what is published; a tile asks none of them.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from monitor.definition import Value
from monitor.measures import Duration, Share

#: The last day of each class; the one behind it has no end.
EDGES = (7, 14, 21, 28, 42)


@dataclass(frozen=True)
class Class:
    """A class of days: its part, its name under an axis, and its first and last day."""

    slug: str
    axis: str
    low: int
    high: int | None
    label: Any


def _classes():
    low = 0
    for high in EDGES:
        days = f"{low}–{high}"
        yield Class(f"days-{high}", days, low, high, format_lazy(_("{days} days"), days=days))
        low = high + 1
    more = format_lazy(_("more than {days} days"), days=EDGES[-1])
    yield Class("days-more", f"{low}+", low, None, more)


CLASSES = tuple(_classes())


def lasted(start, end, one):
    """The days between two date columns lie in a class; the first class has no lower end."""

    def condition(window):
        found = Q(**{f"{start}__isnull": False})
        if one.low:
            found &= Q(**{f"{end}__gte": F(start) + dt.timedelta(days=one.low)})
        if one.high is not None:
            found &= Q(**{f"{end}__lte": F(start) + dt.timedelta(days=one.high)})
        return found

    return condition


class Spread:
    """For measures over rows with two dates: the rows per class of days between them."""

    #: The agreed number of days, where there is one; the last day of a class.
    norm_days: int | None = None

    def spread(self, whole, start, end):
        """Divide the rows of a part into the classes."""
        self.classes = tuple(
            whole.narrowed(one.slug, one.label, lasted(start, end, one)) for one in CLASSES
        )

    @property
    def late(self):
        """The number of the first class beyond the norm, or None without one."""
        found = [one.high for one in CLASSES]
        return None if self.norm_days is None else found.index(self.norm_days) + 1

    def of_classes(self, numbers, total):
        """The values of the classes, where they were worked out."""
        return tuple(
            Value(part.slug, "count", numbers[part.slug], numbers[part.slug], total, part.label)
            for part in self.classes
            if part.slug in numbers
        )


class Waits(Spread, Duration):
    """A duration between two dates, with its classes."""

    def __init__(self, *, done, start, end, **options):
        """`done` as in `Duration`; `start` and `end` are the date columns."""
        super().__init__(done=done, days=F(end) - F(start), **options)
        self.spread(self.done, start, end)

    def parts(self):
        """Those of the duration, and the classes."""
        return (*super().parts(), *self.classes)

    def for_tile(self):
        """Those of the duration."""
        return super().parts()

    def values(self, numbers, window):
        """Those of the duration, then the classes."""
        return (*super().values(numbers, window), *self.of_classes(numbers, numbers["count"]))


class Timely(Spread, Share):
    """A share that was in time, with half, nine of ten and the classes of days behind it."""

    def __init__(self, *, in_time, among, start, end, norm_days, **options):
        """`in_time` is the label of the numerator, `among` as the denominator of `Share`.

        `start` and `end` are the date columns, `norm_days` the last day that is in time.
        """
        self.norm_days = norm_days
        norm = dt.timedelta(days=norm_days)
        fast = Q(**{f"{end}__lte": F(start) + norm})
        super().__init__(numerator=(in_time, lambda w: fast), denominator=among, **options)
        days, whole = F(end) - F(start), self.denominator
        self.half = whole.also("median", _("half within"), how="median", of=days, unit="days")
        self.most = whole.also("p90", _("9 of 10 within"), how="p90", of=days, unit="days")
        self.spread(whole, start, end)

    def parts(self):
        """Those of the share, the two durations, and the classes."""
        return (*super().parts(), self.half, self.most, *self.classes)

    def for_tile(self):
        """Those of the share."""
        return super().parts()

    def on_tile(self):
        """Numerator and denominator."""
        return ("numerator", "denominator")

    def values(self, numbers, window):
        """The percentage, the two durations, then the classes, where they were worked out."""
        total = numbers["denominator"]
        durations = tuple(
            Value(part.slug, "days", _days(numbers[part.slug]), None, total, part.label)
            for part in (self.half, self.most)
            if part.slug in numbers
        )
        return (*super().values(numbers, window), *durations, *self.of_classes(numbers, total))


def _days(duration):
    return getattr(duration, "days", duration)
