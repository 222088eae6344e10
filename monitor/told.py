"""How a published number is written, and what stands there instead of one.

Plain published rows in; knows no engine and no person. Tile, page, chart, table and file write a
number by this one function.
"""

import datetime as dt

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitor.charts import FINAL, MISSING, PROVISIONAL, SMALL, Mark
from oja.core.money import format_euros
from oja.core.templatetags.ui.text import suppressed

NOTHING = "–"


def told(figure):
    """A published cell as text: "76%", "1.055", "€ 562.500", "<10", "too small"."""
    if figure is None:
        return NOTHING
    if figure.text:
        return figure.text
    if figure.value is not None:
        return written(figure.value, figure.unit)
    return hidden_word(figure.status)


def hidden_word(status):
    """What stands in the place of a number."""
    return {
        "small": _("too small"),
        "protected": _("not shown"),
    }.get(status, NOTHING)


def hidden_reason(status):
    """The same in a sentence, or nothing where there is nothing to explain."""
    return {
        "small": _("Fewer than ten, or too much about one pupil."),
        "protected": _("With this number another small number could be worked out."),
    }.get(status, "")


def written(value, unit):
    """A number with its unit."""
    if unit == "percent":
        return f"{value:.0f}%"
    if unit == "euro_cents":
        return format_euros(int(value))
    if unit == "minutes":
        hours = int(value) // 60
        return ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": whole(hours)}
    if unit == "days":
        return ngettext("%(number)s day", "%(number)s days", value) % {"number": whole(value)}
    if unit == "mean":
        return number_format(value, decimal_pos=1, use_l10n=True)
    return whole(value)


def whole(number):
    """A whole number with dots between thousands."""
    return number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True)


def cell(figure):
    """A published cell as it stands in a table: a text, or the hatched block with the words."""
    if figure is not None and figure.status in ("small", "protected"):
        return suppressed(told(figure), hidden_reason(figure.status))
    return told(figure)


def state(figure):
    """How a chart draws it."""
    if figure is None or figure.status in ("not_offered", "not_computed"):
        return MISSING
    if figure.status != "shown" or figure.value is None:
        return SMALL
    return PROVISIONAL if figure.is_provisional else FINAL


def mark(label, figure, before=None):
    """A published cell as a mark of a chart, with the same cell of another snapshot as a tick."""
    return Mark(
        label,
        number(figure),
        told(figure),
        state(figure),
        number(before),
        "" if before is None else told(before),
    )


def number(figure):
    """The number to draw, in the unit it is told in; None where none is shown."""
    if figure is None or figure.value is None:
        return None
    return float(figure.value) / {"euro_cents": 100, "minutes": 60}.get(figure.unit, 1)


def day(date):
    """ "1 november 2026"."""
    return date_format(date, "j F Y")


def short_day(date):
    """ "nov 2026": a snapshot under an axis."""
    return date_format(date, "M Y").lower()


def as_date(text):
    """A date out of what was frozen as text."""
    return dt.date.fromisoformat(text)


def month(text):
    """ "oktober 2026", of a frozen first day."""
    return date_format(as_date(text), "F Y").lower()
