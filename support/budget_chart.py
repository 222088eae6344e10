"""The burn-down of a budget: what is left per month beside an even spread over the year."""

import calendar
import datetime as dt

from django.utils.translation import gettext as _

from oja.core.charts import Drawing, scale, ticks
from oja.core.money import format_euros
from support.budget_words import about, finding

WIDE, NARROW = 784, 344


def burn_down(board, name, width=WIDE):
    """The drawing for a Board: left after bookings, even spread, months not booked in dashes."""
    points = left_per_month(board)
    narrow = width < 500
    height = 300 if narrow else 360
    left, right = (74 if narrow else 88), (12 if narrow else 132)
    top, bottom = 40, height - 40
    lowest = min(0, *(cents for _when, cents, _open in points), board.free_cents)
    highest = max(board.amount_cents, 1)
    y = scale(lowest, highest, bottom, top)
    days = 366 if calendar.isleap(board.year) else 365
    x = scale(0, days, left, width - right)
    drawing = Drawing(name, width, height, title=finding(board), description=told(board))
    for tick in ticks(lowest / 100, highest / 100):
        css = "chart-zero" if tick == 0 else "chart-grid"
        drawing.line((left, y(tick * 100)), (width - right, y(tick * 100)), css)
        drawing.text((left - 8, y(tick * 100) + 4), short(tick), "", "end")
    _months(drawing, board, x, height, narrow)
    drawing.path([(x(0), y(board.amount_cents)), (x(days), y(0))], "chart-even")
    places = [(x(_day(board.year, when)), y(cents)) for when, cents, _open in points]
    firm = [place for place, (_w, _c, is_open) in zip(places, points, strict=True) if not is_open]
    drawing.path(firm, "chart-line")
    loose = places[max(len(firm) - 1, 0) :]
    drawing.path(loose, "chart-line-provisional")
    _labels(drawing, board, x, y, places[-1], days, width, narrow, is_loose=len(loose) > 1)
    return drawing.svg()


def _months(drawing, board, x, height, narrow):
    for number in range(1, 13):
        first = dt.date(board.year, number, 1)
        middle = x(_day(board.year, first) + 15)
        css = "strong" if number == board.on.month else ""
        if not narrow or number % 3 == 1:
            drawing.text((middle, height - 12), MONTHS[number - 1], css, "middle")


def _labels(drawing, board, x, y, last, days, width, narrow, *, is_loose):
    """Words at the ends of the lines instead of a legend."""
    now = x(_day(board.year, board.on) + 1)
    drawing.line((now, 28), (now, drawing.height - 34), "chart-now")
    anchor = "end" if now > width / 2 else "start"
    shift = -6 if anchor == "end" else 6
    # At the start of a year the words about the money stand beside the line: this one goes before.
    if anchor == "start" and last[1] < 60:
        shift, anchor = -6, "end"
    drawing.text((now + shift, 24), day_words(board.on), "strong", anchor)
    drawing.dot(last, "chart-dot-open" if is_loose else "chart-dot")
    # Beside the end of the line; where there is no room, in the empty corner below the line.
    beside = (last[0] + 10, last[1] - 10) if not narrow else (x(0) + 8, y(0) - 30)
    words = _("%(left)s left") % {"left": format_euros(_whole(board.left_cents))}
    drawing.text(beside, words, "brand")
    if board.committed_cents:
        end = (last[0], y(board.free_cents))
        drawing.line(last, end, "chart-committed")
        drawing.dot(end, "chart-dot-committed", 4)
        words = _("%(free)s after orders") % {"free": format_euros(_whole(board.free_cents))}
        # The words keep clear of those above, also where little was ordered.
        below = beside[1] + 20 if narrow else max(end[1] + 5, last[1] + 12)
        drawing.text((beside[0], below), words, "att")
    if not narrow:
        drawing.text((x(days * 0.03), y(board.amount_cents * 0.7)), _("spread evenly"))


MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def day_words(day):
    """21 nov."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def left_per_month(board):
    """[(date, cents left, whether that month is provisional)], beginning with the whole budget."""
    left = board.amount_cents
    points = [(dt.date(board.year, 1, 1), left, False)]
    for month in board.months:
        left -= month.spent_cents
        end = (month.first + dt.timedelta(days=32)).replace(day=1)
        points.append((min(end, board.on + dt.timedelta(days=1)), left, month.is_provisional))
    return points


def told(board):
    """What the drawing says, for who hears it."""
    words = {
        "amount": about(board.amount_cents),
        "day": day_words(board.on),
        "left": about(board.left_cents),
        "even": about(board.even_left_cents),
    }
    return (
        _("Of %(amount)s, %(left)s is left on %(day)s; spread evenly it would be %(even)s.") % words
    )


def short(euros):
    """An amount on the axis: € 1,2 mln, € 400.000."""
    if not euros:
        return "0"
    if abs(euros) >= 1_000_000:
        millions = f"{euros / 1_000_000:.2f}".rstrip("0").rstrip(".").replace(".", ",")
        return f"€ {millions} mln".replace("-", "−")
    return format_euros(round(euros) * 100)


def _day(year, when):
    return (when - dt.date(year, 1, 1)).days


def _whole(cents):
    """Whole euros: cents do not help in a drawing."""
    return round(cents / 100) * 100
