"""The small charts of live tiles, out of the two figures that the page has read already.

A share is a bar up to a hundred, with a year earlier as a tick and the norm as a dashed line; every
other number stands under that of a year earlier. More years stand on the page of the figure.
"""

from django.utils.translation import gettext as _

from monitor import charts, words
from monitor.engine import PROVISIONAL
from oja.core.charts import Drawing, scale

WIDTH, ROOM = 250, 150
THICK = 16


def small(figure, before):
    """The chart of a tile, or nothing where there is no number to draw."""
    head, then = figure.headline, before.headline
    if head.value is None:
        return ""
    state = charts.PROVISIONAL if figure.status == PROVISIONAL else charts.FINAL
    marks = [
        charts.Mark(_("a year earlier"), then.value, words.written(then)),
        charts.Mark(_("now"), head.value, words.written(head), state),
    ]
    draw, height = (_share, 46) if head.unit == "percent" else (_pair, 52)
    drawing = Drawing(
        f"small-{figure.indicator.slug}-{figure.own.audience}",
        WIDTH,
        height,
        title=figure.indicator.question,
        description=charts.said_of(marks),
    )
    draw(drawing, marks, figure.indicator.norm)
    return drawing.svg()


def _share(drawing, marks, norm):
    """One bar of a hundred; more than that fills it."""
    pen, place = charts._Pen(drawing), scale(0, 100, 0, WIDTH)
    then, now = marks
    drawing.rect(0, 4, WIDTH, THICK, "fig-left")
    pen.block(0, 4, place(max(0, min(now.value, 100))), THICK, now)
    if then.value is not None:
        x = place(max(0, min(then.value, 100)))
        drawing.line((x, 0), (x, 24), "fig-tick")
        end = "end" if x > WIDTH / 2 else "start"
        drawing.text((x, 40), f"{then.label} {then.text}", anchor=end)
    if norm is not None:
        drawing.line((place(norm), 0), (place(norm), 24), "fig-norm")


def _pair(drawing, marks, _norm):
    """Two bars from nought, that of a year earlier in grey."""
    pen = charts._Pen(drawing)
    place = scale(0, max([one.value or 0 for one in marks]) or 1, 0, ROOM)
    for number, one in enumerate(marks):
        y = number * 26 + 2
        length = place(max(one.value or 0, 0))
        if one.value is not None:
            css = "fig-1" if number else "fig-baseline"
            pen.block(0, y, length, THICK, one, css)
        drawing.text((length + 6, y + 13), one.text, "strong" if number else "")
    drawing.line((0, 0), (0, 48), "chart-now")
