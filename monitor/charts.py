"""Charts of figures: plain values in, a drawing for each width and its table out.

Knows no indicator, no engine and no row, so that live and published pages draw alike. Each state of
a value has one drawing: final filled, provisional hatched or open, too small a light hatch with the
words, baseline grey. A chart always carries the table of the same texts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from oja.core.charts import Drawing, scale, ticks

FINAL, PROVISIONAL, SMALL, MISSING, BASELINE = (
    "final",
    "provisional",
    "small",
    "missing",
    "baseline",
)
#: Units of the column that a chart stands in: beside a context column, and on a phone.
WIDE, NARROW = 776, 310
ROW = 34  # height of a bar with its label
CHARACTER = 7.2  # width of a character of the smallest text


@dataclass(frozen=True)
class Mark:
    """One value of a chart: its name, how large it is, how it is written, and its state.

    `text` is what the tile, the list and the table write too. `before` is the same a year earlier.
    `link` is the text as a link to its rows, for the table. `breaks`: from here on it was counted
    by another rule, so that nothing connects it with what stands before it.
    """

    label: str
    value: float | None
    text: str
    state: str = FINAL
    before: float | None = None
    before_text: str = ""
    link: Any = ""
    breaks: bool = False

    @property
    def is_drawn(self):
        """Whether there is a number to draw."""
        return self.value is not None and self.state not in (SMALL, MISSING)


@dataclass(frozen=True)
class Chart:
    """A chart on a page: what it says, a drawing per width, and its table."""

    name: str
    title: str
    subtitle: str
    wide: str
    narrow: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""


def chart(name, draw: Callable[..., None], *, title, subtitle, said, heads, rows, note="", **size):
    """Draw at both widths. `draw(drawing, width)` fills it and `size` gives its heights.

    `said` is what is read aloud: the title with the main numbers.
    """
    drawn = {}
    for kind, width in (("wide", WIDE), ("narrow", NARROW)):
        drawing = Drawing(f"{name}-{kind}", width, size[kind], title=title, description=said)
        draw(drawing, width)
        drawn[kind] = drawing.svg()
    return Chart(
        name, title, subtitle, drawn["wide"], drawn["narrow"], tuple(heads), tuple(rows), note
    )


def said_of(marks: Sequence[Mark]):
    """The numbers in one sentence, as they are read aloud."""
    return "; ".join(f"{mark.label}: {mark.text}" for mark in marks) + "."


def _table(marks):
    if any(mark.before_text for mark in marks):
        return (
            ("", _("Value"), _("A year earlier")),
            [(mark.label, mark.link or mark.text, mark.before_text) for mark in marks],
        )
    return ("", _("Value")), [(mark.label, mark.link or mark.text) for mark in marks]


def _of_marks(name, draw, marks, height, narrow=None, **texts):
    """A chart whose table has a row per mark; `narrow` is its height on a phone where it differs.

    `texts` are title, subtitle and perhaps note.
    """
    heads, rows = _table(marks)
    return chart(
        name,
        draw,
        said=said_of(marks),
        heads=heads,
        rows=rows,
        wide=height,
        narrow=narrow or height,
        **texts,
    )


def _box(x, y, width, height):
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


class _Pen:
    """Draws blocks in the way of their state; the pattern is made once per drawing."""

    def __init__(self, drawing):
        self.drawing = drawing
        self._fills: dict[str, str] = {}

    def hatch(self, css):
        """The address of a pattern in one colour."""
        if css not in self._fills:
            self._fills[css] = self.drawing.hatch(css, key=css)
        return self._fills[css]

    def block(self, x, y, width, height, mark, css="fig-1"):
        """A bar or column of a mark."""
        if mark.state == BASELINE:
            css = "fig-baseline"
        if mark.state == PROVISIONAL:
            self.drawing.rect(x, y, width, height, "fig-provisional")
            self.drawing.hatched(_box(x, y, width, height), self.hatch("fig-hatch-line"))
            return
        self.drawing.rect(x, y, width, height, css)

    def small(self, x, y, width, height, words):
        """A value that may not be shown: a light hatch over the whole height, with the words."""
        self.drawing.rect(x, y, width, height, "fig-small")
        self.drawing.hatched(_box(x, y, width, height), self.hatch("fig-small-line"))
        if width > len(words) * CHARACTER:
            middle = (x + width / 2, y + height / 2 + 5)
            self.drawing.text(middle, words, "fig-quiet", anchor="middle")


def _break(drawing, x, above, bottom):
    """The line between two ways of counting."""
    drawing.line((x, above - 8), (x, bottom), "fig-break")


def _apart(places, room=16):
    """Where the words of levels stand, so that two that lie close do not cover each other."""
    if len(places) < 2 or abs(places[0] - places[1]) >= room:
        return places
    high, low = sorted(places)
    middle = (high + low) / 2
    moved = (middle - room / 2, middle + room / 2)
    return list(moved if places[0] <= places[1] else moved[::-1])


def words_for(state):
    """What stands in the place of a value that is not shown."""
    return _("too small") if state == SMALL else _("not delivered")


def bars(name, marks: Sequence[Mark], *, outside=(), top=None, **texts):
    """Horizontal bars from nought, in the order given, each with its number.

    `outside` holds the labels of what lies outside the school: round dots instead of a fill.
    `top` is the value of a full bar; without it the largest.
    """
    highest = top or max((mark.value or 0 for mark in marks if mark.is_drawn), default=0)

    def draw(drawing, width):
        pen = _Pen(drawing)
        narrow = width == NARROW
        step = 52 if narrow else ROW
        left = 0 if narrow else min(260, max(len(m.label) for m in marks) * CHARACTER + 16)
        room = width - left - max(len(m.text) for m in marks) * 8 - 12
        place = scale(0, highest, 0, room)
        for number, mark in enumerate(marks):
            y = number * step + (22 if narrow else 4)
            label = (0, y - 6) if narrow else (0, y + 16)
            drawing.text(label, mark.label, "strong" if narrow else "")
            if not mark.is_drawn and mark.state in (SMALL, MISSING):
                pen.small(left, y, min(room, 120), 22, words_for(mark.state))
                continue
            length = place(mark.value or 0)
            css = "fig-outside" if mark.label in outside else "fig-1"
            pen.block(left, y, length, 22, mark, css)
            if mark.before is not None:
                drawing.line(
                    (left + place(mark.before), y - 3),
                    (left + place(mark.before), y + 25),
                    "fig-tick",
                )
            drawing.text((left + length + 8, y + 16), mark.text, "strong")
        drawing.line((left, 0), (left, len(marks) * step), "chart-now")

    count = len(marks)
    return _of_marks(name, draw, marks, count * ROW + 8, narrow=count * 52 + 8, **texts)


def columns(name, marks: Sequence[Mark], **texts):
    """Columns from nought, time from left to right, the number on top of each."""
    height, bottom, above = 240, 210, 30
    highest = max((mark.value or 0 for mark in marks if mark.is_drawn), default=0) or 1

    def draw(drawing, width):
        pen = _Pen(drawing)
        step = width / max(len(marks), 1)
        thick = min(64, step * 0.6)
        place = scale(0, highest, bottom, above)
        for number, mark in enumerate(marks):
            middle = step * (number + 0.5)
            x = middle - thick / 2
            if not mark.is_drawn:
                pen.small(x, above, thick, bottom - above, words_for(mark.state))
            else:
                y = place(mark.value)
                pen.block(x, y, thick, bottom - y, mark)
                drawing.text((middle, y - 8), mark.text, "strong", anchor="middle")
            css = "strong" if number == len(marks) - 1 else ""
            drawing.text((middle, bottom + 20), mark.label, css, anchor="middle")
            if mark.breaks:
                _break(drawing, step * number, above, bottom)
        drawing.line((0, bottom), (width, bottom), "chart-zero")

    return _of_marks(name, draw, marks, height, **texts)


def line(
    name, marks: Sequence[Mark], *, norm=None, baseline=None, low=0, high=100, unit="%", **texts
):
    """A line over time; what is not shown breaks it, and so does another rule.

    `norm` and `baseline` are (value, text) or None: a dashed line, and a grey one.
    """
    height, bottom, above = 260, 220, 24

    def draw(drawing, width):
        left, right = 44, width - (96 if width == WIDE else 20)
        place = scale(low, high, bottom, above)
        across = scale(0, max(len(marks) - 1, 1), left + 20, right - 20)
        for tick in ticks(low, high):
            drawing.line((left, place(tick)), (right, place(tick)), "chart-grid")
            drawing.text((left - 8, place(tick) + 5), f"{tick:g}{unit}", anchor="end")
        levels = [(*norm, "fig-norm")] if norm else []
        levels += [(*baseline, "fig-baseline-line")] if baseline else []
        for (value, words, css), y in zip(
            levels, _apart([place(value) for value, *_rest in levels]), strict=True
        ):
            drawing.line((left, place(value)), (right, place(value)), css)
            at = (right + 8, y + 5) if width == WIDE else (right, y - 6)
            drawing.text(at, words, "", anchor="start" if width == WIDE else "end")
        points = [
            (across(number), place(mark.value)) if mark.is_drawn else None
            for number, mark in enumerate(marks)
        ]
        for number in range(1, len(points)):
            if marks[number].breaks:
                _break(drawing, (across(number - 1) + across(number)) / 2, above, bottom)
            elif points[number - 1] and points[number]:
                is_open = marks[number].state == PROVISIONAL
                css = "chart-line-provisional" if is_open else "chart-line"
                drawing.path([points[number - 1], points[number]], css)
        for number, (mark, point) in enumerate(zip(marks, points, strict=True)):
            css = "strong" if number == len(marks) - 1 else ""
            drawing.text((across(number), bottom + 22), mark.label, css, anchor="middle")
            if point is None:
                continue
            drawing.dot(point, "chart-dot-open" if mark.state == PROVISIONAL else "chart-dot")
            drawing.text((point[0], point[1] - 12), mark.text, "strong", anchor="middle")
        drawing.line((left, bottom), (right, bottom), "chart-zero")

    return _of_marks(name, draw, marks, height, **texts)


def stacked(name, marks: Sequence[Mark], **texts):
    """One bar of 100 % in two or three parts, the last of which is what is left."""
    styles = (*("fig-1", "fig-3")[: len(marks) - 1], "fig-left")
    total = sum(max(mark.value or 0, 0) for mark in marks) or 1

    def draw(drawing, width):
        pen = _Pen(drawing)
        x = 0.0
        for number, mark in enumerate(marks):
            part = max(mark.value or 0, 0) / total * width
            pen.block(x, 4, part, 36, mark, styles[number])
            x += part
            y = 66 + number * 26
            drawing.rect(0, y - 12, 14, 14, styles[number])
            drawing.text((22, y), mark.label)
            drawing.text((width, y), mark.text, "strong", anchor="end")

    return _of_marks(name, draw, marks, 60 + len(marks) * 26, **texts)


def histogram(name, marks: Sequence[Mark], *, late=None, words=(), half=None, **texts):
    """Classes of a duration beside each other, the shortest first, each with its number.

    `late` is the number of the first class beyond the norm and `words` what stands at either side
    of it. `half` is (where, text): in which class half of all lies, counted in classes from 0.
    """
    height, bottom, above = 268, 196, 40
    highest = max((mark.value or 0 for mark in marks if mark.is_drawn), default=0) or 1

    def draw(drawing, width):
        pen = _Pen(drawing)
        step = width / max(len(marks), 1)
        place = scale(0, highest, bottom, above)
        for number, mark in enumerate(marks):
            x, thick = step * number + 3, step - 6
            css = "fig-2" if late is not None and number >= late else "fig-1"
            if not mark.is_drawn:
                pen.small(x, above, thick, bottom - above, mark.text)
            else:
                y = place(mark.value)
                pen.block(x, y, thick, bottom - y, mark, css)
                drawing.text((x + thick / 2, y - 8), mark.text, "strong", anchor="middle")
            drawing.text((x + thick / 2, bottom + 20), mark.label, anchor="middle")
        drawing.line((0, bottom), (width, bottom), "chart-zero")
        if late is not None:
            x = step * late
            drawing.line((x, 0), (x, bottom), "fig-norm")
            within, beyond = words if width == WIDE else ("", words[1])
            drawing.text((x - 8, 12), within, "brand", anchor="end")
            side = (x + 8, "start") if width == WIDE else (x - 8, "end")
            drawing.text((side[0], 12), beyond, "att", anchor=side[1])
        if half:
            x = max(70, min(step * half[0], width - 70))
            drawing.area([(x - 6, 242), (x + 6, 242), (x, 232)], "fig-mark")
            drawing.text((x, 260), half[1], "strong", anchor="middle")

    return _of_marks(name, draw, marks, height, **texts)
