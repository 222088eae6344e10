"""Kinds of measure that hold many numbers: a matrix, measures beside each other, and answers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.text import format_lazy

from monitor.definition import Measure, Part, Value


class Matrix(Measure):
    """From which kind to which kind: a number per pair, and a total per row."""

    def __init__(self, *, rows, columns, whole, row, cell, way, apart=(), sums=(), **options):
        """`rows` and `columns` are (code, label); `whole` is (label, condition).

        `row(code)` and `cell(from, to)` give conditions, `apart` is as in `Count`. `way(from, to)`
        is "heavier", "lighter", "same" or nothing. `sums` names those of `apart` that are cells
        together: the part -> whether `(from, to)` is one of them.
        """
        self.rows, self.columns, self.way = tuple(rows), tuple(columns), way
        self.sums = {
            slug: tuple(
                self.cell_slug(code, to)
                for code, _label in self.rows
                for to, _there in self.columns
                if holds(code, to)
            )
            for slug, holds in dict(sums).items()
        }
        self.whole = Part("count", *whole, **options)
        self.row_parts = tuple(
            self.whole.narrowed(self.row_slug(code), label, row(code)) for code, label in self.rows
        )
        self.cells = tuple(
            self.whole.narrowed(
                self.cell_slug(code, to), format_lazy("{} → {}", label, there), cell(code, to)
            )
            for code, label in self.rows
            for to, there in self.columns
        )
        self.apart = tuple(self.whole.narrowed(*item) for item in apart)

    @staticmethod
    def row_slug(code):
        """The part that holds a row of the matrix."""
        return f"from-{code}"

    @staticmethod
    def cell_slug(code, to):
        """The part that holds a cell of the matrix."""
        return f"{code}-to-{to}"

    def parts(self):
        """The whole, what is apart, the rows and the cells."""
        return (self.whole, *self.apart, *self.row_parts, *self.cells)

    def wholes(self):
        """The whole."""
        return (self.whole,)

    def for_tile(self):
        """The whole and what is apart."""
        return (self.whole, *self.apart)

    def on_tile(self):
        """What is apart; rows and cells stand in the matrix."""
        return tuple(part.slug for part in self.apart)

    def values(self, numbers, window):
        """Those that were worked out; a cell has the total of its row as denominator."""
        under = {self.whole.slug: None}
        under |= {part.slug: "count" for part in (*self.apart, *self.row_parts)}
        under |= {
            self.cell_slug(code, to): self.row_slug(code)
            for code, _label in self.rows
            for to, _there in self.columns
        }
        return tuple(
            Value(
                part.slug,
                "count",
                numbers[part.slug],
                numbers[part.slug],
                numbers[under[part.slug]] if under[part.slug] else None,
                part.label,
            )
            for part in self.parts()
            if part.slug in numbers
        )


class Several(Measure):
    """Measures of one question beside each other: "pupils", "hours" and "euros"."""

    def __init__(self, names, **measures):
        """Name -> measure; the parts get the name before their own, and its word in `names`."""
        self.measures, self.names = measures, names
        self.prefixed = {
            name: tuple(
                replace(part, slug=f"{name}-{part.slug}", label=self.label(name, part.label))
                for part in one.parts()
            )
            for name, one in measures.items()
        }

    def label(self, name, label):
        """What a number is called beside those of the other measures."""
        return format_lazy("{}: {}", self.names[name], label)

    def parts(self):
        """The parts of all."""
        return tuple(part for parts in self.prefixed.values() for part in parts)

    def wholes(self):
        """The wholes of all."""
        slugs = {
            f"{name}-{part.slug}" for name, one in self.measures.items() for part in one.wholes()
        }
        return tuple(part for part in self.parts() if part.slug in slugs)

    def on_tile(self):
        """The headlines of the others."""
        return tuple(f"{name}-share" for name in list(self.measures)[1:])

    def values(self, numbers, window):
        """The headline of each measure first, then everything else."""
        found = [
            [
                replace(value, part=f"{name}-{value.part}", label=self.label(name, value.label))
                for value in one.values(
                    {part.slug: numbers[f"{name}-{part.slug}"] for part in one.parts()}, window
                )
            ]
            for name, one in self.measures.items()
        ]
        return tuple([values[0] for values in found] + [v for vs in found for v in vs[1:]])


class Anonymous(Measure):
    """Numbers of anonymous answers: no rows to count, to list or to open.

    `read(results, window)` makes the values of what the survey gives for the organisations.
    """

    def __init__(self, read: Callable[[Any, Any], tuple[Value, ...]], shown=()):
        """`read` gets the results of the survey and the window; `shown` stands on the tile."""
        self.read, self.shown = read, tuple(shown)

    def on_tile(self):
        """The values beside the headline."""
        return self.shown

    def parts(self):
        """None: there is nothing to open."""
        return ()

    def values(self, numbers, window):
        """The values; `numbers` are the results of the survey."""
        return self.read(numbers, window)
