"""The kinds of number that a figure can be: declared in an indicator, worked out by the engine.

Each says which numbers it needs over which rows (`parts`) and makes the shown values of them.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitor.definition import Measure, Part, Value, percentage


def _percent(numerator, denominator):
    """With one decimal, or None over nothing."""
    return float(percentage(numerator, denominator, 1)) if denominator else None


class Share(Measure):
    """Rows of the numerator among the rows of the denominator, as a percentage."""

    def __init__(self, *, numerator, denominator, **options):
        """Labels and conditions of both; the numerator only narrows the denominator.

        Options are those of `Part` and hold for both, such as how="sum" with of and unit.
        """
        self.denominator = Part("denominator", *denominator, **options)
        self.numerator = self.denominator.narrowed("numerator", *numerator)

    def parts(self):
        """Numerator and denominator."""
        return (self.numerator, self.denominator)

    def wholes(self):
        """The denominator."""
        return (self.denominator,)

    def values(self, numbers, window):
        """One percentage with one decimal; None over an empty denominator."""
        numerator, denominator = numbers["numerator"], numbers["denominator"]
        percent = _percent(numerator, denominator)
        return (
            Value(
                "share",
                "percent",
                percent,
                numerator,
                denominator,
                _("Percentage"),
                base=self.denominator.unit,
            ),
        )


class Ratio(Measure):
    """One sum over another, as a percentage; the two may come from different tables."""

    def __init__(self, *, numerator, denominator, apart=()):
        """Three kinds of `Part`; those of `apart` are shown beside with the same denominator."""
        self.numerator, self.denominator, self.apart = numerator, denominator, tuple(apart)

    def parts(self):
        """All of them."""
        return (self.numerator, self.denominator, *self.apart)

    def values(self, numbers, window):
        """The percentage, then the numbers that it was made of."""
        under = numbers[self.denominator.slug]
        over = numbers[self.numerator.slug]
        found = [
            Value(
                "share",
                "percent",
                _percent(over, under),
                over,
                under,
                _("Percentage"),
                base=self.denominator.unit,
            )
        ]
        for part in self.parts():
            number = numbers[part.slug]
            found.append(Value(part.slug, part.unit, number, number, label=part.label))
        return tuple(found)


class Claimed(Measure):
    """Sums that take from one whole, such as a budget: together, apart, and what is left."""

    def __init__(self, *pieces, within):
        """`pieces` and `within` are parts with the same unit, each over a table of its own."""
        self.pieces, self.within = pieces, within

    def parts(self):
        """The pieces and the whole."""
        return (*self.pieces, self.within)

    def on_tile(self):
        """The sums, and what is left."""
        return (*(part.slug for part in self.parts()), "left")

    def values(self, numbers, window):
        """The percentage that is taken, then the sums, and what is left."""
        whole = numbers[self.within.slug]
        taken = sum(numbers[piece.slug] for piece in self.pieces)
        found = [
            Value(
                "share",
                "percent",
                _percent(taken, whole),
                taken,
                whole,
                _("Percentage"),
                base=self.within.unit,
            )
        ]
        for part in self.parts():
            number = numbers[part.slug]
            found.append(Value(part.slug, part.unit, number, number, whole, part.label))
        left = whole - taken
        found.append(Value("left", self.within.unit, left, left, whole, _("left of it")))
        return tuple(found)


class Count(Measure):
    """Rows that meet a condition, some of them apart, and the longest time since a date."""

    def __init__(self, *, count, apart=(), longest=None, **options):
        """`count` is (label, condition); each of `apart`, (slug, label, condition), narrows it.

        `longest` is (label, date column): the longest duration in days since that date.
        """
        self.count = Part("count", *count, **options)
        self.apart = tuple(self.count.narrowed(*item) for item in apart)
        self.longest = None
        if longest:
            label, column = longest
            self.longest = self.count.also("longest", label, how="min", of=column, unit="days")

    def parts(self):
        """All of them, then those apart."""
        return (self.count, *self.apart, *((self.longest,) if self.longest else ()))

    def wholes(self):
        """All of them."""
        return (self.count,)

    def on_tile(self):
        """Those apart, and the longest time."""
        return (*(part.slug for part in self.apart), *(("longest",) if self.longest else ()))

    def values(self, numbers, window):
        """The number, those apart with the whole as denominator, the longest in days."""
        total, unit = numbers["count"], self.count.unit
        found = [Value("count", unit, total, total, label=self.count.label)]
        for part in self.apart:
            number = numbers[part.slug]
            found.append(Value(part.slug, unit, number, number, total, part.label))
        if self.longest:
            oldest = numbers["longest"]
            days = (window.reference_date - oldest).days if oldest else None
            found.append(Value("longest", "days", days, label=self.longest.label))
        return tuple(found)


class Total(Count):
    """A sum of cents or minutes over rows, some of them apart."""

    def __init__(self, *, total, of, unit, apart=(), **options):
        """`total` is (label, condition); each of `apart`, (slug, label, condition), narrows it."""
        super().__init__(count=total, apart=apart, of=of, how="sum", unit=unit, **options)


class Duration(Measure):
    """How many days something took: how many, half within, nine of ten within, and the norm."""

    def __init__(self, *, done, days, norm=None, **options):
        """`done` is (label, condition) of what is counted; `days` the expression of its duration.

        `norm` is (label, condition): those that were fast enough.
        """
        self.done = Part("count", *done, **options)
        self.half = self.done.also("median", _("half within"), how="median", of=days, unit="days")
        self.most = self.done.also("p90", _("9 of 10 within"), how="p90", of=days, unit="days")
        self.within = self.done.narrowed("within", *norm) if norm else None

    def parts(self):
        """The rows, the two durations, and those within the norm."""
        return (self.done, self.half, self.most, *((self.within,) if self.within else ()))

    def wholes(self):
        """All rows that took time."""
        return (self.done,)

    def on_tile(self):
        """How many, nine of ten, and the share within the norm."""
        return ("count", "p90", *(("within", "share") if self.within else ()))

    def values(self, numbers, window):
        """Half within so many days, over how many, nine of ten, and the share within the norm."""
        n = numbers["count"]
        found = [
            Value(part.slug, "days", _days(numbers[part.slug]), None, n, part.label)
            for part in (self.half, self.most)
        ]
        found.insert(1, Value("count", "count", n, n, label=self.done.label))
        if self.within:
            fast = numbers["within"]
            found += [
                Value("within", "count", fast, fast, n, self.within.label),
                Value("share", "percent", _percent(fast, n), fast, n, _("Percentage")),
            ]
        return tuple(found)


def _days(duration):
    return getattr(duration, "days", duration)


class StockFlow(Measure):
    """How many there were, how many came and went, how many there are; the four must balance."""

    def __init__(self, *, start, end, labels, among=lambda window: Q(), **options):
        """`start` and `end` are date columns: it runs from its start up to, not including, its end.

        `labels` are those of begin, in, out and end of the window. A row whose end lies before
        its start is no row that a stock can hold: the source forbids it.
        """

        def rows(condition):
            return lambda window: among(window) & condition(window)

        def before(column, day):
            return Q(**{f"{column}__lt": day})

        def running(day):
            return before(start, day) & (Q(**{f"{end}__isnull": True}) | ~before(end, day))

        def during(column, window):
            return Q(**{f"{column}__gte": window.start, f"{column}__lt": window.end})

        began = {f"{start}__isnull": False}
        conditions = {
            "end": lambda window: running(window.end),
            "begin": lambda window: running(window.start),
            "in": lambda window: during(start, window),
            "out": lambda window: during(end, window) & Q(**began),
        }
        self._parts = tuple(
            Part(slug, labels[slug], rows(condition), **options)
            for slug, condition in conditions.items()
        )

    def parts(self):
        """The stock at the end is the headline; then begin, in and out."""
        return self._parts

    def on_tile(self):
        """Begin, in and out."""
        return ("begin", "in", "out")

    def values(self, numbers, window):
        """The four numbers. Raises ArithmeticError when they do not balance."""
        if numbers["begin"] + numbers["in"] - numbers["out"] != numbers["end"]:
            raise ArithmeticError(f"stock and flow do not balance: {dict(numbers)}")
        return tuple(
            Value(part.slug, "count", numbers[part.slug], numbers[part.slug], label=part.label)
            for part in self._parts
        )


class Breakdown(Measure):
    """One whole in parts: each part with its share, and perhaps the share of some of them."""

    def __init__(self, *parts, total, share=None):
        """`total` is the label of the sum, or a Part over all rows that its parts divide.

        `share` is (label, slugs): those parts together, as a percentage of the whole.
        """
        self.pieces = tuple(parts)
        self.whole = total if isinstance(total, Part) else None
        self.label = total.label if self.whole else total
        self.share = share

    def parts(self):
        """The whole, where it is counted by itself, and the pieces."""
        return (*((self.whole,) if self.whole else ()), *self.pieces)

    def wholes(self):
        """The whole, or the pieces together."""
        return (self.whole,) if self.whole else self.pieces

    def on_tile(self):
        """The total beside a share; else the pieces."""
        if self.share:
            return (self.whole.slug if self.whole else "total",)
        return tuple(piece.slug for piece in self.pieces)

    def values(self, numbers, window):
        """The share, where there is one, the total, and each piece over the total."""
        summed = sum(numbers[piece.slug] for piece in self.pieces)
        total = numbers[self.whole.slug] if self.whole else summed
        unit = self.pieces[0].unit
        slug = self.whole.slug if self.whole else "total"
        found = [Value(slug, unit, total, total, label=self.label)]
        if self.share:
            label, slugs = self.share
            some = sum(numbers[slug] for slug in slugs)
            percent = _percent(some, total)
            found.insert(0, Value("share", "percent", percent, some, total, label, base=unit))
        found += [
            Value(piece.slug, unit, numbers[piece.slug], numbers[piece.slug], total, piece.label)
            for piece in self.pieces
        ]
        return tuple(found)
