"""Drawings of figures: SVG made on the server, without script, colours from the stylesheet.

A drawing knows shapes, not figures: who draws says where, in units of its own width. Colours and
strokes stand in charts.css under the classes that are given here, so that a municipality's tokens
and the print view hold for charts too. Text is 13 px or more at the width it is drawn for.
"""

import math

from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

SMALLEST_TEXT = 13


class Drawing:
    """One chart. `name` is unique on its page; title and description are what is read aloud."""

    def __init__(self, name, width, height, *, title, description):
        self.name, self.width, self.height = name, width, height
        self.title, self.description = title, description
        self._shapes = []

    def _add(self, tag, css, **attributes):
        said = "".join(
            f' {key.rstrip("_").replace("_", "-")}="{escape(number(value))}"'
            for key, value in attributes.items()
            if value is not None
        )
        self._shapes.append(f'<{tag} class="{escape(css)}"{said}/>')

    def line(self, start, end, css):
        """A straight line between two points (x, y)."""
        self._add("line", css, x1=start[0], y1=start[1], x2=end[0], y2=end[1])

    def path(self, points, css):
        """A line through the points; nothing for fewer than two."""
        if len(points) > 1:
            self._add("path", css, d=_through(points), fill="none")

    def area(self, points, css):
        """The area that the points enclose."""
        if len(points) > 2:
            self._add("path", css, d=_through(points) + "Z")

    def rect(self, x, y, width, height, css):
        """A bar or block."""
        self._add("rect", css, x=x, y=y, width=max(width, 0), height=max(height, 0))

    def dot(self, at, css, radius=5):
        """A mark at a point."""
        self._add("circle", css, cx=at[0], cy=at[1], r=radius)

    def text(self, at, words, css="", anchor="start", size=SMALLEST_TEXT):
        """Words at a point. anchor: start, middle or end. Raises ValueError below 13."""
        if size < SMALLEST_TEXT:
            raise ValueError(f"text of {size} px is too small to read")
        self._shapes.append(
            f'<text class="{escape(("chart-text " + css).strip())}" x="{number(at[0])}"'
            f' y="{number(at[1])}" text-anchor="{anchor}" font-size="{number(size)}">'
            f"{escape(words)}</text>"
        )

    def hatch(self, css="chart-hatch-line", key="hatch"):
        """Make the pattern of provisional values; returns what a class may not say: its address.

        `key` tells several patterns of one drawing apart.

        Shapes of class `chart-hatch` drawn by `hatched` are filled with it.
        """
        self._shapes.append(
            f'<defs><pattern id="{escape(self.name)}-{escape(key)}" width="6" height="6"'
            ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<line class="{escape(css)}" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
        )
        return f"url(#{self.name}-{key})"

    def hatched(self, points, fill):
        """An area filled with a pattern that `hatch` gave."""
        if len(points) > 2:
            self._add("path", "chart-hatch", d=_through(points) + "Z", fill=fill)

    def svg(self):
        """The drawing as markup for a template."""
        return format_html(
            '<svg class="chart" viewBox="0 0 {} {}" width="{}" role="img"'
            ' aria-labelledby="{}-title {}-text"><title id="{}-title">{}</title>'
            '<desc id="{}-text">{}</desc>{}</svg>',
            number(self.width),
            number(self.height),
            number(self.width),
            self.name,
            self.name,
            self.name,
            self.title,
            self.name,
            self.description,
            mark_safe("".join(self._shapes)),  # noqa: S308 - every part was escaped above
        )


def _through(points):
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def number(value):
    """A number as SVG writes it, with a decimal at most; anything else as text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.1f}".removesuffix(".0")


def scale(low, high, start, end):
    """A function from values between low and high to places between start and end."""
    span = (high - low) or 1
    return lambda value: start + (value - low) / span * (end - start)


def ticks(low, high, most=4):
    """Round values for hairlines between low and high, at most `most` steps, nought among them."""
    low, high = min(low, 0), max(high, 0)
    if low == high:
        return [0]
    rough = (high - low) / most
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [index * step for index in range(first, last + 1)]
