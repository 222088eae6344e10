"""Whom a survey may ask, per half-year, and from how many answers anything is shown. Pure."""

import datetime as dt
from dataclasses import dataclass

from oja.core.periods import Period, age_on, school_year_of

#: Answers become readable together, so many at a time, and never fewer.
TOGETHER = 5
#: A link works at least so many days, up to and including the Sunday after it.
LINK_DAYS = 14
#: From this age a pupil gets the questions of pupils; younger than CHILD nobody is asked.
PUPIL_AGE = 12
CHILD_AGE = 6


@dataclass(frozen=True)
class HalfYear:
    """Half a school year: August to January (1), February to July (2)."""

    year: int  # the calendar year in which the school year starts
    half: int

    @classmethod
    def of(cls, day: dt.date) -> "HalfYear":
        """The half-year in which a day lies."""
        return cls(school_year_of(day).start.year, 1 if day.month >= 8 or day.month == 1 else 2)

    @classmethod
    def parse(cls, key: str) -> "HalfYear":
        """Of "2026-1". Raises ValueError for anything else."""
        year, _dash, half = key.partition("-")
        if half not in ("1", "2") or not (year.isascii() and year.isdigit() and len(year) == 4):
            raise ValueError(f"no half-year: {key}")
        if not 1900 <= int(year) <= 2200:
            raise ValueError(f"a half-year outside the calendar of this application: {key}")
        return cls(int(year), int(half))

    def __str__(self):
        return f"{self.year:04d}-{self.half}"

    @property
    def period(self) -> Period:
        """Its days; both halves together are the school year."""
        turn = dt.date(self.year + 1, 2, 1)
        if self.half == 1:
            return Period(dt.date(self.year, 8, 1), turn, label=str(self))
        return Period(turn, dt.date(self.year + 1, 8, 1), label=str(self))

    @property
    def closes_on(self) -> dt.date:
        """The first day on which no link of this half-year works any more."""
        return link_expires_on(self.period.last)

    def is_closed(self, on: dt.date) -> bool:
        """Whether no answer can come any more."""
        return on >= self.closes_on


def link_expires_on(asked_on: dt.date) -> dt.date:
    """The first day on which a link no longer works: a Monday, the same for a whole week.

    A date of its own per link would say on which day, so to whom, it was given.
    """
    day = asked_on + dt.timedelta(days=LINK_DAYS)
    return day + dt.timedelta(days=(7 - day.weekday()) % 7)


def half_years_in(start: dt.date, end: dt.date) -> list[HalfYear]:
    """The half-years that lie wholly in [start, end), in order."""
    found, item = [], HalfYear.of(start)
    while item.period.end <= end:
        if item.period.start >= start:
            found.append(item)
        item = HalfYear.of(item.period.end)
    return found


def pupil_informant(birth_date: dt.date, on: dt.date) -> str | None:
    """Which questions a pupil gets on a day: "pupil", "child", or None when too young."""
    age = age_on(birth_date, on)
    if age >= PUPIL_AGE:
        return "pupil"
    return "child" if age >= CHILD_AGE else None
