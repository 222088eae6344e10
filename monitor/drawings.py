"""The three drawings of the meeting: flow with its stock, the matrix, and the tilted pyramid.

As `monitor.charts`: plain values in, and no way to a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from monitor.charts import (
    MISSING,
    NARROW,
    PROVISIONAL,
    SMALL,
    Mark,
    _Pen,
    chart,
    words_for,
)
from oja.core.charts import scale


@dataclass(frozen=True)
class Flow:
    """A period with what came, what went and what stands at its end; `None` is not shown."""

    label: str
    came: Mark
    went: Mark
    stands: Mark


def flow(name, periods: Sequence[Flow], *, title, subtitle, note=""):
    """Columns up and down from one line, and the stock as a line above them."""
    height, zero, reach, above = 330, 190, 80, 62

    def draw(drawing, width):
        pen = _Pen(drawing)
        wide = width != NARROW
        right = width - (90 if wide else 0)
        step = right / max(len(periods), 1)
        thick = min(56, step * 0.56)
        highest = (
            max((m.value or 0 for p in periods for m in (p.came, p.went) if m.is_drawn), default=0)
            or 1
        )
        place = scale(0, highest, 0, reach)
        stocks = [p.stands.value for p in periods if p.stands.is_drawn]
        height_of = scale(min(stocks, default=0) * 0.8, max(stocks, default=1), above, 34)
        points = []
        drawing.text((0, 14), _("running at the end"), "strong")
        for number, period in enumerate(periods):
            middle = step * (number + 0.5)
            x = middle - thick / 2
            for mark, up in ((period.came, True), (period.went, False)):
                if not mark.is_drawn:
                    top = zero - 30 if up else zero
                    pen.small(x, top, thick, 30, words_for(mark.state))
                    continue
                size = place(mark.value)
                pen.block(
                    x, zero - size if up else zero, thick, size, mark, "fig-1" if up else "fig-2"
                )
                y = zero - size - 6 if up else zero + size + 16
                drawing.text((middle, y), mark.text, "brand" if up else "att", anchor="middle")
            at = (middle, height_of(period.stands.value)) if period.stands.is_drawn else None
            points.append((at, period.stands))
            drawing.text((middle, height - 26), period.label, anchor="middle")
        for (start, _mark), (end, mark) in pairwise(points):
            if start and end:
                css = "fig-stock-open" if mark.state == PROVISIONAL else "fig-stock"
                drawing.path([start, end], css)
        for at, mark in points:
            if at:
                css = "fig-dot-open" if mark.state == PROVISIONAL else "fig-dot"
                drawing.dot(at, css, radius=4)
                drawing.text((at[0], at[1] - 9), mark.text, "strong", anchor="middle")
        drawing.line((0, zero), (right, zero), "chart-zero")
        if wide:
            drawing.text((right + 8, zero - 20), _("started"), "brand")
            drawing.text((right + 8, zero + 28), _("ended"), "att")
        else:
            drawing.text((0, height - 4), _("up: started; down: ended"))

    said = "; ".join(
        _("%(period)s: started %(came)s, ended %(went)s, running %(stands)s")
        % {"period": p.label, "came": p.came.text, "went": p.went.text, "stands": p.stands.text}
        for p in periods
    )
    return chart(
        name,
        draw,
        title=title,
        subtitle=subtitle,
        said=f"{said}.",
        heads=("", _("Started"), _("Ended"), _("Running at the end")),
        rows=[(p.label, p.came.text, p.went.text, p.stands.text) for p in periods],
        note=note,
        wide=height,
        narrow=height,
    )


@dataclass(frozen=True)
class Layer:
    """A layer of the pyramid: its name, a few words, and a mark per column."""

    label: str
    words: str
    marks: tuple[Mark, ...]
    is_outside: bool = False


def pyramid(
    name, layers: Sequence[Layer], columns: Sequence[tuple[str, str]], *, title, subtitle, note=""
):
    """The tilted triangle as index at the left, a column of bars per quantity, the dotted line.

    `layers` run from the lowest to the highest; `columns` are (head, what lies under the line).
    The triangle carries no quantity, the bars do: `value` of a mark is a percentage.
    """
    shades = ("fig-s2", "fig-s4", "fig-s5", "fig-s7", "fig-outside")

    def draw(drawing, width):
        if width == NARROW:
            _pyramid_narrow(drawing, layers, columns, shades)
            return
        pen = _Pen(drawing)
        top, step = 62, 54
        labels, first = 250, 410
        room = (width - first) / len(columns)
        for number, (head, under) in enumerate(columns):
            x = first + number * room
            drawing.text((x, 16), head, "strong")
            drawing.text((x, 36), under, "brand")
        for row, layer in enumerate(reversed(layers)):
            index = len(layers) - 1 - row
            y = top + row * step
            _slice(drawing, row, len(layers), y, step, shades[index], layer)
            drawing.text((labels, y + 20), layer.label, "strong")
            drawing.text((labels, y + 38), layer.words)
            for number, mark in enumerate(layer.marks):
                x = first + number * room
                if not mark.is_drawn:
                    pen.small(x, y + 8, 70, 30, words_for(mark.state))
                    continue
                size = (mark.value or 0) / 100 * (room - 56)
                pen.block(x, y + 8, size, 30, mark, shades[index])
                drawing.text((x + size + 6, y + 28), mark.text, "strong")
            if layer.is_outside:
                drawing.line((0, y + step - 3), (width, y + step - 3), "fig-dotted")
                drawing.text((0, y + step - 12), _("outside school"), "strong")
                drawing.text((0, y + step + 15), _("in school"), "strong")

    heads = ("", *(head for head, _under in columns))
    rows = [(layer.label, *(mark.text for mark in layer.marks)) for layer in reversed(layers)]
    return chart(
        name,
        draw,
        title=title,
        subtitle=subtitle,
        said="; ".join(f"{head}: {under}" for head, under in columns) + ".",
        heads=heads,
        rows=rows,
        note=note,
        wide=62 + len(layers) * 54,
        narrow=len(columns) * (len(layers) * 30 + 54),
    )


def _slice(drawing, row, count, y, step, css, layer):
    """One slice of the triangle; the top leans to the right."""

    def edge(part):
        return 190 - 84 * part, 202 + 34 * part

    (left_top, right_top), (left, right) = edge(row / count), edge((row + 1) / count)
    drawing.area([(left_top, y), (right_top, y), (right, y + step - 6), (left, y + step - 6)], css)
    white = "fig-on-dark" if css in ("fig-s5", "fig-s7") else "strong"
    number = str(count - row)
    middle = (left_top + right_top + left + right) / 4
    if not layer.is_outside:
        drawing.text((middle, y + step / 2 + 2), number, white, anchor="middle")


def _pyramid_narrow(drawing, layers, columns, shades):
    """The columns under each other, with the dotted line in each."""
    pen = _Pen(drawing)
    y = 0
    for number, (head, under) in enumerate(columns):
        drawing.text((0, y + 16), head, "strong")
        drawing.text((NARROW, y + 16), under, "brand", anchor="end")
        y += 30
        for index in range(len(layers) - 1, -1, -1):
            layer, mark = layers[index], layers[index].marks[number]
            drawing.text((0, y + 16), str(index + 1), "strong")
            if mark.is_drawn:
                size = (mark.value or 0) / 100 * (NARROW - 90)
                pen.block(22, y, size, 20, mark, shades[index])
                drawing.text((28 + size, y + 15), mark.text, "strong")
            else:
                pen.small(22, y, 100, 20, words_for(mark.state))
            y += 30
            if layer.is_outside:
                drawing.line((0, y - 5), (NARROW, y - 5), "fig-dotted")
        y += 24


@dataclass(frozen=True)
class MatrixCell:
    """A cell: what it shows (a link or a text), which way it is, and its state."""

    shown: Any
    direction: str = ""  # heavier, lighter, same or nothing
    state: str = ""

    @property
    def is_small(self):
        """Whether the number is too small to show."""
        return self.state in (SMALL, MISSING)


@dataclass(frozen=True)
class MatrixRow:
    """From one kind: the cells and the total."""

    label: str
    cells: tuple[MatrixCell, ...]
    total: Any


@dataclass(frozen=True)
class MatrixTable:
    """From which kind to which, with the totals per row: a table that is its own chart."""

    title: str
    subtitle: str
    corner: str
    heads: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    sums: tuple[tuple[str, str, Any], ...]  # (direction, words, number) under the matrix
    note: str = ""
