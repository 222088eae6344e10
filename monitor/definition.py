"""What the definition of a figure is: declared, dated and versioned, and without a single row.

A definition says *which* rows count, as `Q` objects. Whose rows those are is no part of it:
`monitor.engine` asks `visible_to(actor)` and restricts to the population of the audience.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import Min, Model, Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.core.periods import Period, school_year, school_year_of


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
    """Rows that a number counts: the number and its list are made from this one condition."""

    slug: str
    label: Any
    rows: Callable[[Window], Q]


def narrowed(whole, slug, label, condition):
    """A part within another part: its rows meet both conditions."""
    return Part(slug, label, lambda window: whole.rows(window) & condition(window))


@dataclass(frozen=True)
class Value:
    """One computed number. `value` is None when there is nothing to compute it from.

    `unit` is "percent" (0 to 100), "count" or "days".
    """

    part: str
    unit: str
    value: int | float | None
    numerator: int | None = None
    denominator: int | None = None
    label: Any = ""


def percentage(numerator, denominator, places):
    """A share in percent, rounded half up to so many decimals. The denominator is not nought."""
    exact = Decimal(100 * numerator) / Decimal(denominator)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


class Measure(ABC):
    """A kind of number. A new kind (a sum, a median) is a subclass with these three answers."""

    @abstractmethod
    def parts(self) -> tuple[Part, ...]:
        """Every set of rows that a reader can open."""

    @property
    @abstractmethod
    def whole(self) -> Part:
        """The part that holds all others: no other row has to be read."""

    @abstractmethod
    def aggregates(self, window: Window) -> dict[str, Any]:
        """Aggregates with a `filter=`, by name, so that many measures share one query."""

    @abstractmethod
    def values(self, answers: Mapping[str, Any], window: Window) -> tuple[Value, ...]:
        """The numbers, the headline first, from what the aggregates answered."""

    def rows(self, part, window):
        """The condition of a part. Raises KeyError for an unknown part."""
        return {known.slug: known for known in self.parts()}[part].rows(window)


class Share(Measure):
    """Rows of the numerator among the rows of the denominator, as a percentage."""

    def __init__(self, *, numerator, denominator):
        """Labels and conditions of both; the numerator only narrows the denominator."""
        self.denominator = Part("denominator", *denominator)
        self.numerator = narrowed(self.denominator, "numerator", *numerator)

    def parts(self):
        """Numerator and denominator."""
        return (self.numerator, self.denominator)

    @property
    def whole(self):
        """The denominator."""
        return self.denominator

    def aggregates(self, window):
        """Both counts."""
        return {part.slug: CountOf("pk", filter=part.rows(window)) for part in self.parts()}

    def values(self, answers, window):
        """One percentage with one decimal; None over an empty denominator."""
        numerator, denominator = answers["numerator"], answers["denominator"]
        percent = float(percentage(numerator, denominator, 1)) if denominator else None
        return (Value("share", "percent", percent, numerator, denominator, _("Percentage")),)


class Count(Measure):
    """Rows that are in a state on the reference date, some of them apart, and the oldest."""

    def __init__(self, *, count, apart=(), longest=None):
        """`count` is (label, condition); each of `apart`, (slug, label, condition), narrows it.

        `longest` is (label, date column): the longest duration in days since that date.
        """
        self.count = Part("count", *count)
        self.apart = tuple(narrowed(self.count, *item) for item in apart)
        self.longest = longest

    def parts(self):
        """All of them, then those apart."""
        return (self.count, *self.apart)

    @property
    def whole(self):
        """All of them."""
        return self.count

    def aggregates(self, window):
        """The counts, and the earliest date."""
        found = {part.slug: CountOf("pk", filter=part.rows(window)) for part in self.parts()}
        if self.longest:
            found["oldest"] = Min(self.longest[1], filter=self.count.rows(window))
        return found

    def values(self, answers, window):
        """The count, the counts apart with the whole as denominator, the longest in days."""
        total = answers["count"]
        found = [Value("count", "count", total, total, label=self.count.label)]
        for part in self.apart:
            number = answers[part.slug]
            found.append(Value(part.slug, "count", number, number, total, part.label))
        if self.longest:
            oldest = answers["oldest"]
            days = (window.reference_date - oldest).days if oldest else None
            found.append(Value("longest", "days", days, label=self.longest[0]))
        return tuple(found)


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
    #: What does not count, one sentence each; per audience below where it differs.
    exclusions: tuple[Any, ...] = ()
    audience_notes: Mapping[Audience, Any] = field(default_factory=dict)
    #: The lowest (direction up) or highest (down) percentage that was agreed on.
    norm: int | None = None
    #: A stock is counted on the reference date, a flow over the whole period.
    is_stock: bool = False
    #: Days after the end of the period in which late recording may still change the figure.
    provisional_days: int = 0
    term: str = ""

    def part(self, slug):
        """The part of that name. Raises KeyError."""
        return {part.slug: part for part in self.measure.parts()}[slug]

    def is_provisional(self, window, on):
        """Whether work that is recorded late may still change the figure."""
        return on < window.end + dt.timedelta(days=self.provisional_days)
