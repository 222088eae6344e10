"""What the definition of a figure is: declared, dated and versioned, and without a single row.

A definition says *which* rows count, as `Q` objects. Whose rows those are is no part of it:
`monitor.engine` asks `visible_to(actor)` and restricts to the population of the audience.
"""

import datetime as dt
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import cached_property

from oja.access.permissions import Role
from oja.core.periods import Period, school_year, school_year_of


class Clock(StrEnum):
    """By which calendar a figure counts within a window."""

    SCHOOL_YEAR = "school_year"
    CALENDAR_YEAR = "calendar_year"
    COUNTING_DATES = "counting_dates"


class Audience(StrEnum):
    """For whom a live figure is made; each counts the rows of its own organisation only."""

    SCHOOL = "school"
    PROVIDER = "provider"


@dataclass(frozen=True)
class Population:
    """The role an audience has, the set of organisations that goes with it, the column on a row."""

    role: str
    grants: str
    column: str


POPULATIONS = {
    Audience.SCHOOL: Population(Role.SCHOOL_COORDINATOR, grants="sites", column="site"),
    Audience.PROVIDER: Population(Role.PROVIDER_MANAGER, grants="providers", column="provider"),
}


@dataclass(frozen=True)
class Window:
    """A school year as it stood at the end of one of its days, the reference date.

    A flow is counted from the first day of the year up to and including that day, a stock on
    that day itself.
    """

    year: Period
    reference_date: dt.date

    @classmethod
    def of(cls, year, on):
        """The window of a school year as seen on a day: up to that day, or to its last.

        Raises ValueError for a year that has not begun on that day.
        """
        if year.start > on:
            raise ValueError(f"{year} has not begun on {on}")
        return cls(year, min(on, year.last))

    @classmethod
    def of_school_year(cls, name, on):
        """The window of "2025-2026". Raises ValueError for another text or a year to come."""
        return cls.of(school_year(name), on)

    @property
    def start(self):
        """The first day."""
        return self.year.start

    @property
    def end(self):
        """The day after the reference date: half open, as every period."""
        return self.reference_date + dt.timedelta(days=1)

    @property
    def name(self):
        """The school year as it stands in an address: "2025-2026"."""
        return self.year.label

    @property
    def is_whole(self):
        """Whether the reference date is the last day of the year."""
        return self.reference_date == self.year.last

    @property
    def day_before(self):
        """The day before the first day: the stock with which the window begins is counted on it."""
        return self.start - dt.timedelta(days=1)

    @property
    def money_year(self):
        """The calendar year of the reference date: budgets are given per calendar year."""
        return self.reference_date.year

    @property
    def counting_date(self):
        """The last 1 February on or before the reference date: schools count their pupils then."""
        day = self.reference_date
        return dt.date(day.year if day.month >= 2 else day.year - 1, 2, 1)

    @property
    def counting_date_before(self):
        """The 1 February a year before the counting date."""
        return self.counting_date.replace(year=self.counting_date.year - 1)

    def previous(self):
        """The same days a year earlier, so that a running year is compared with its like."""
        before = school_year_of(self.start - dt.timedelta(days=1))
        if self.is_whole:
            return Window(before, before.last)
        day = self.reference_date
        # 28 February for the 29th, so that the window never reaches into March.
        last = 28 if (day.month, day.day) == (2, 29) else day.day
        return Window(before, day.replace(year=day.year - 1, day=last))


@dataclass(frozen=True)
class Part:
    """Rows and the number over them: a number and its list are made from this one condition.

    `rows` gives the condition in a window. `how` says what is worked out over those rows: count,
    distinct, sum, median, p90 or min of `of` (a column or an expression); `unit` is the unit of
    the outcome. `source` names the model per audience where it differs from the indicator's.
    `person` is the column that tells children apart: a published number needs to know how many
    stand behind it. `opens` is False for a number over the rows of another part.
    """

    slug: str
    label: Any
    rows: Callable[[Window], Q]
    source: Mapping[Audience, type[Model]] | None = None
    of: Any = "pk"
    how: str = "count"
    person: str | None = None
    unit: str = "count"
    columns: tuple[str, ...] = ()
    opens: bool = True
    #: A condition that costs little and that every row of the part meets: only such rows are read,
    #: and Q() is every row. Without it the conditions of the whole measure decide.
    among: Callable[[Window], Q] | None = None

    def narrowed(self, slug, label, condition, **changes):
        """A part within this one: its rows meet both conditions."""
        return replace(
            self,
            slug=slug,
            label=label,
            # The narrower one first: the database does not look at the other where it fails.
            rows=lambda window: condition(window) & self.rows(window),
            **changes,
        )

    def also(self, slug, label, **changes):
        """Another number over the same rows, which opens no list of its own."""
        return replace(self, slug=slug, label=label, opens=False, **changes)


@dataclass(frozen=True)
class Value:
    """One computed number. `value` is None when there is nothing to compute it from.

    `unit` is "percent" (0 to 100), "count", "days", "euro_cents", "minutes" or "mean". Numerator
    and denominator are counts, minutes or cents. `people` says how many different children stand
    behind the number and `largest` how much the single largest child has of it; both are worked
    out for publication only.
    """

    part: str
    unit: str
    value: int | float | None
    numerator: int | None = None
    denominator: int | None = None
    label: Any = ""
    people: int | None = None
    largest: int | None = None
    #: What numerator and denominator are: "count", "euro_cents" or "minutes".
    base: str = "count"


@dataclass(frozen=True)
class Number:
    """What came out over the rows of a part, with how many children and the largest among them."""

    value: Any
    people: int | None = None
    largest: int | None = None


@dataclass(frozen=True)
class Cell:
    """Over whom a figure is counted for publication.

    `where` names it: () is the whole arrangement, (("provider", name),) or (("site", name),) one
    part of it. `sites`, `providers` and `municipalities` are the keys of the rows that may count;
    a source is restricted by those of these columns that it has, and an empty tuple of
    municipalities restricts nothing. `population` is the number of pupils behind it, `arrangement`
    the key of the arrangement, for answers that belong to one.
    """

    where: tuple[tuple[str, str], ...] = ()
    sites: tuple[uuid.UUID, ...] = ()
    providers: tuple[uuid.UUID, ...] = ()
    population: int = 0
    municipalities: tuple[uuid.UUID, ...] = ()
    arrangement: uuid.UUID | None = None

    @property
    def dimensions(self):
        """The names of the dimensions, such as ("site",); () for the whole."""
        return tuple(name for name, _label in self.where)

    @property
    def label(self):
        """The names in `where`, or nothing for the whole."""
        return ", ".join(label for _name, label in self.where)


def percentage(numerator, denominator, places):
    """A share in percent, rounded half up to so many decimals. The denominator is not nought."""
    exact = Decimal(100 * numerator) / Decimal(denominator)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


class Measure(ABC):
    """A kind of number; `monitor.measures` holds them. A new kind is a subclass."""

    @abstractmethod
    def parts(self) -> tuple[Part, ...]:
        """Every number that has to be worked out over rows; each slug once."""

    @abstractmethod
    def values(self, numbers: Mapping[str, Any], window: Window) -> tuple[Value, ...]:
        """The numbers that are shown, the headline first, from {part: outcome}."""

    def wholes(self) -> tuple[Part, ...]:
        """The parts that hold all others: no other row has to be read."""
        return tuple(part for part in self.parts() if part.opens)

    @cached_property
    def by_slug(self) -> Mapping[str, Part]:
        """The parts by name."""
        return {part.slug: part for part in self.parts()}

    def for_tile(self) -> tuple[Part, ...]:
        """The parts that a tile needs; a measure with many parts leaves most to its own page."""
        return self.parts()

    def on_tile(self) -> tuple[str, ...]:
        """The parts and values that a tile names under its headline; the rest is a page away."""
        return tuple(part.slug for part in self.lists())

    def lists(self) -> tuple[Part, ...]:
        """The parts whose rows a reader can open."""
        return tuple(part for part in self.parts() if part.opens)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One figure. `oja/docs/how-to/add-an-indicator.md` explains each field.

    `sources` names, per audience, the model whose rows it may count for ever: the record that
    is that organisation's own. The conditions of `measure` must fit each of those models.
    """

    slug: str
    order: int
    version: str
    title: Any
    question: Any
    definition: Any
    measure: Measure
    sources: Mapping[Audience, type[Model]]
    columns: tuple[str, ...]
    direction: str
    origin: Any
    #: The audience whose record is counted for publication, and per what it may be split there.
    published: Audience | None = None
    breakdowns: tuple[str, ...] = ()
    #: What does not count, one sentence each; per audience below where it differs.
    exclusions: tuple[Any, ...] = ()
    audience_notes: Mapping[Audience, Any] = field(default_factory=dict)
    #: The lowest (direction up) or highest (down) percentage that was agreed on.
    norm: int | None = None
    #: A stock is counted on the reference date, a flow over the whole period.
    is_stock: bool = False
    #: Whether its counts only grow within a school year. Not so where a pupil who leaves, or who
    #: goes to another layer, takes a number along: then the attack before publication may not
    #: count on it.
    accumulates: bool = True
    #: Days after the end of the period in which late recording may still change the figure.
    provisional_days: int = 0
    term: str = ""
    #: The school year, the calendar year of money, or the two count dates of schools.
    clock: Clock = Clock.SCHOOL_YEAR
    #: Facts that conditions read by name, as expressions over the rows of `sources`.
    annotations: Callable[[Window], Mapping[str, Any]] = lambda window: {}
    #: Audiences that get numbers of anonymous answers, which have no rows to count or to open.
    without_rows: tuple[Audience, ...] = ()
    #: Whether it has a tile among the live figures; else another figure leads to it.
    on_dashboard: bool = True
    #: Under which of `monitor.themes.THEMES` it stands, and how it is drawn.
    theme: str = "access"
    chart: str = "share"

    def part(self, slug):
        """The part of that name whose rows can be opened. Raises KeyError."""
        return {part.slug: part for part in self.measure.lists()}[slug]

    def source_of(self, part, audience):
        """The model that a part is counted on for an audience. KeyError when there is none."""
        return (part.source or self.sources)[audience]

    def is_for(self, audience):
        """Whether the figure exists for that audience."""
        return audience in self.sources or audience in self.without_rows

    def is_provisional(self, window, on):
        """Whether work that is recorded late may still change the figure."""
        return on < window.end + dt.timedelta(days=self.provisional_days)
