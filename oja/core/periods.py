"""Periods, school years, school days and ages. Pure: only `today` looks at a clock."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass, field
from functools import cache

from django.utils import timezone

AMSTERDAM = zoneinfo.ZoneInfo("Europe/Amsterdam")


def day_of(moment):
    """The date in Amsterdam of a moment."""
    return moment.astimezone(AMSTERDAM).date()


def today():
    """The date in Amsterdam. Views and commands ask it; rules and actions get it as `on`."""
    return day_of(timezone.now())


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` up to, not including, `end`. Without an end it goes on."""

    start: dt.date
    end: dt.date | None = None
    label: str = field(default="", compare=False)

    def __post_init__(self):
        if self.end is not None and self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.start})")

    def contains(self, day):
        """Whether the day lies in the period."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other):
        """Whether at least one day lies in both."""
        start = max(self.start, other.start)
        return all(end is None or start < end for end in (self.end, other.end))

    def intersection(self, other):
        """The days in both as a Period, or None."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends) if ends else None
        return None if end is not None and end <= start else Period(start, end)

    @property
    def last(self):
        """The last day, or None when there is no end."""
        return None if self.end is None else self.end - dt.timedelta(days=1)

    @property
    def days(self):
        """Number of days. Raises ValueError when there is no end."""
        if self.end is None:
            raise ValueError("a period without an end has no length")
        return (self.end - self.start).days

    def __str__(self):
        return self.label or f"{self.start} – {self.last or ''}"


def school_year(name):
    """The school year "2025-2026": 1 August up to and including 31 July.

    Raises ValueError for anything that is no such pair of years.
    """
    first, dash, second = str(name).replace("–", "-").partition("-")
    digits = first.isascii() and second.isascii() and first.isdigit() and second.isdigit()
    if not (dash and digits and len(first) == len(second) == 4):
        raise ValueError(f"no school year: {name}")
    if int(second) != int(first) + 1 or int(first) < 1:
        raise ValueError(f"no school year: {name}")
    year = int(first)
    return Period(dt.date(year, 8, 1), dt.date(year + 1, 8, 1), label=f"{first}-{second}")


def school_year_of(day):
    """The school year in which a day lies."""
    year = day.year if day.month >= 8 else day.year - 1
    return school_year(f"{year:04d}-{year + 1:04d}")


def school_days_between(start, end, closed=()):
    """School days from `start` up to, not including, `end`: Monday to Friday, not closed.

    `closed` holds Periods and dates. Negative when `end` lies before `start`.
    """
    if end < start:
        return -school_days_between(end, start, closed)
    weeks, rest = divmod((end - start).days, 7)
    count = weeks * 5 + sum((start.weekday() + i) % 7 < 5 for i in range(rest))
    # Days as ordinals: a list of fifty rows asks this fifty times.
    first, stop = start.toordinal(), end.toordinal()
    off = set()
    for item in closed:
        if isinstance(item, Period):
            last = stop if item.end is None else min(item.end.toordinal(), stop)
            off.update(range(max(item.start.toordinal(), first), last))
        elif start <= item < end:
            off.add(item.toordinal())
    return count - sum((day - 1) % 7 < 5 for day in off)  # day 1 was a Monday


def add_school_days(start, number, closed=()):
    """The first day on which `number` school days have passed since `start`."""
    first = start.toordinal()  # what was closed before does not count
    off = set()
    for item in closed:
        if isinstance(item, Period):
            began = item.start.toordinal()
            off.update(range(max(began, first), began + item.days))
        else:
            off.add(item.toordinal())
    day = start
    while number > 0:
        if day.weekday() < 5 and day.toordinal() not in off:
            number -= 1
        day += dt.timedelta(days=1)
    while day.weekday() >= 5 or day.toordinal() in off:
        day += dt.timedelta(days=1)
    return day


def birthday(birth_date, years):
    """The day on which somebody reaches an age. Born on 29 February: 1 March in other years."""
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return dt.date(birth_date.year + years, 3, 1)


def age_on(birth_date, on):
    """Whole years on a day. Negative before birth never happens: it is nought."""
    years = on.year - birth_date.year
    if on < birthday(birth_date, years):
        years -= 1
    return max(years, 0)


@dataclass(frozen=True)
class SchoolHoliday:
    """A holiday of a region; `start` and `last` are both days off, as they are announced."""

    name: str
    start: dt.date
    last: dt.date

    @property
    def period(self):
        """The same days as a half-open Period."""
        return Period(self.start, self.last + dt.timedelta(days=1), label=self.name)


# Source: the dates that the ministry of education announces per region
# (rijksoverheid.nl/onderwerpen/schoolvakanties). Fixed for every school are two weeks at Christmas,
# six weeks in summer and one week in May; the autumn and spring weeks are advice, and many schools
# make the May holiday two weeks: neither of these is known here, so a school that differs counts a
# few school days too many or too few. The pages of the ministry were not at hand: the dates of
# 2026-2027 were compared with two other copies of its list and agree, those before it with lists
# of schools of 2024-2026; before 2024 they were not compared.
_DATES = {
    "NOORD": """
        Herfstvakantie 2022-10-15 2022-10-23 · Kerstvakantie 2022-12-24 2023-01-08
        Voorjaarsvakantie 2023-02-25 2023-03-05 · Meivakantie 2023-04-29 2023-05-07
        Zomervakantie 2023-07-22 2023-09-03
        Herfstvakantie 2023-10-21 2023-10-29 · Kerstvakantie 2023-12-23 2024-01-07
        Voorjaarsvakantie 2024-02-17 2024-02-25 · Meivakantie 2024-04-27 2024-05-05
        Zomervakantie 2024-07-20 2024-09-01
        Herfstvakantie 2024-10-26 2024-11-03 · Kerstvakantie 2024-12-21 2025-01-05
        Voorjaarsvakantie 2025-02-15 2025-02-23 · Meivakantie 2025-04-26 2025-05-04
        Zomervakantie 2025-07-12 2025-08-24
        Herfstvakantie 2025-10-18 2025-10-26 · Kerstvakantie 2025-12-20 2026-01-04
        Voorjaarsvakantie 2026-02-21 2026-03-01 · Meivakantie 2026-04-25 2026-05-03
        Zomervakantie 2026-07-04 2026-08-16
        Herfstvakantie 2026-10-10 2026-10-18 · Kerstvakantie 2026-12-19 2027-01-03
        Voorjaarsvakantie 2027-02-20 2027-02-28 · Meivakantie 2027-04-24 2027-05-02
        Zomervakantie 2027-07-10 2027-08-22
    """,
    "MIDDEN": """
        Herfstvakantie 2022-10-22 2022-10-30 · Kerstvakantie 2022-12-24 2023-01-08
        Voorjaarsvakantie 2023-02-25 2023-03-05 · Meivakantie 2023-04-29 2023-05-07
        Zomervakantie 2023-07-08 2023-08-20
        Herfstvakantie 2023-10-14 2023-10-22 · Kerstvakantie 2023-12-23 2024-01-07
        Voorjaarsvakantie 2024-02-17 2024-02-25 · Meivakantie 2024-04-27 2024-05-05
        Zomervakantie 2024-07-13 2024-08-25
        Herfstvakantie 2024-10-26 2024-11-03 · Kerstvakantie 2024-12-21 2025-01-05
        Voorjaarsvakantie 2025-02-22 2025-03-02 · Meivakantie 2025-04-26 2025-05-04
        Zomervakantie 2025-07-19 2025-08-31
        Herfstvakantie 2025-10-18 2025-10-26 · Kerstvakantie 2025-12-20 2026-01-04
        Voorjaarsvakantie 2026-02-14 2026-02-22 · Meivakantie 2026-04-25 2026-05-03
        Zomervakantie 2026-07-18 2026-08-30
        Herfstvakantie 2026-10-17 2026-10-25 · Kerstvakantie 2026-12-19 2027-01-03
        Voorjaarsvakantie 2027-02-20 2027-02-28 · Meivakantie 2027-04-24 2027-05-02
        Zomervakantie 2027-07-17 2027-08-29
    """,
    "ZUID": """
        Herfstvakantie 2022-10-22 2022-10-30 · Kerstvakantie 2022-12-24 2023-01-08
        Voorjaarsvakantie 2023-02-18 2023-02-26 · Meivakantie 2023-04-29 2023-05-07
        Zomervakantie 2023-07-15 2023-08-27
        Herfstvakantie 2023-10-14 2023-10-22 · Kerstvakantie 2023-12-23 2024-01-07
        Voorjaarsvakantie 2024-02-10 2024-02-18 · Meivakantie 2024-04-27 2024-05-05
        Zomervakantie 2024-07-06 2024-08-18
        Herfstvakantie 2024-10-26 2024-11-03 · Kerstvakantie 2024-12-21 2025-01-05
        Voorjaarsvakantie 2025-02-22 2025-03-02 · Meivakantie 2025-04-26 2025-05-04
        Zomervakantie 2025-07-05 2025-08-17
        Herfstvakantie 2025-10-11 2025-10-19 · Kerstvakantie 2025-12-20 2026-01-04
        Voorjaarsvakantie 2026-02-14 2026-02-22 · Meivakantie 2026-04-25 2026-05-03
        Zomervakantie 2026-07-11 2026-08-23
        Herfstvakantie 2026-10-17 2026-10-25 · Kerstvakantie 2026-12-19 2027-01-03
        Voorjaarsvakantie 2027-02-13 2027-02-21 · Meivakantie 2027-04-24 2027-05-02
        Zomervakantie 2027-07-24 2027-09-05
    """,
}


def _read(text):
    words = text.replace("·", " ").split()
    rows = zip(words[::3], words[1::3], words[2::3], strict=True)
    parse = dt.date.fromisoformat
    return tuple(SchoolHoliday(name, parse(first), parse(last)) for name, first, last in rows)


DUTCH_HOLIDAYS = {region: _read(text) for region, text in _DATES.items()}
_PERIODS = {region: [item.period for item in items] for region, items in DUTCH_HOLIDAYS.items()}


def easter(year):
    """Easter Sunday in the Gregorian calendar (Meeus, Astronomical Algorithms)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


@cache
def public_holidays(year):
    """Days on which every school is closed, outside the holidays: dates of one calendar year."""
    sunday = easter(year)
    king = dt.date(year, 4, 27)
    after = (-2, 1, 39, 40, 50)  # Good Friday, Easter Monday, Ascension Day and after, Whit Monday
    days = {sunday + dt.timedelta(days=number) for number in after}
    days.add(king - dt.timedelta(days=1) if king.weekday() == 6 else king)
    days |= {dt.date(year, 5, 5), dt.date(year, 12, 25), dt.date(year, 12, 26)}
    return frozenset(days | {dt.date(year, 1, 1)})


def closed_days(region, start, end):
    """What `school_days_between` takes as `closed` for a region: holidays and public holidays.

    An unknown region has only the public holidays.
    """
    inside = Period(start, max(start, end))
    years = range(start.year, end.year + 1)
    single = [day for year in years for day in public_holidays(year) if inside.contains(day)]
    return [period for period in _PERIODS.get(region, ()) if period.overlaps(inside)] + single
