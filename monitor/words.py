"""How a number is written: one set of functions for tile, page, list head and command.

Percentages have no space and, under 200 rows, no decimals; nothing to compute is a dash.
"""

from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitor.definition import percentage

#: Below so many rows a share jumps by chance, and the page says so.
SMALL = 50
#: From so many rows a decimal says something.
LARGE = 200
NOTHING = "–"


def written(value):
    """A computed value as text with its unit: "76%", "1.055", "41 days", or a dash."""
    if value.value is None:
        return NOTHING
    if value.unit == "percent":
        return percent(value.numerator, value.denominator)
    if value.unit == "days":
        return ngettext("%(number)s day", "%(number)s days", value.value) % {
            "number": whole(value.value)
        }
    return whole(value.value)


def whole(number):
    """A whole number with dots between thousands."""
    return number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True)


def percent(numerator, denominator):
    """A share over a denominator that is not nought."""
    places = 1 if denominator >= LARGE else 0
    rounded = percentage(numerator, denominator, places)
    return f"{number_format(rounded, decimal_pos=places, use_l10n=True)}%"


def school_year(window):
    """The year as a reader writes it, with a dash."""
    return window.name.replace("-", "–")


def reference(window):
    """The reference date in full: "21 november 2026"."""
    return date_format(window.reference_date, "j F Y")


def compared(before, value):
    """The figure of a year earlier in a sentence, with the date to which it was counted.

    `value` is the number as it is shown there, a link or a text.
    """
    if before.headline.value is None:
        return _("A year earlier there was nothing to count.")
    sentence = (
        _("A year earlier, on {date}: {value}.")
        if before.indicator.is_stock
        else _("A year earlier, up to and including {date}: {value}.")
    )
    return format_html(sentence, date=reference(before.window), value=value)


def nought(figure):
    """Zero in a sentence: "none" for a count, 0% for a share."""
    return _("none") if figure.headline.unit == "count" else written(figure.headline)


def population(figure):
    """Over whom the figure is, in a sentence."""
    return _("Only %(organisations)s.") % {"organisations": figure.own.label}


def has_few(figure):
    """Whether the figure is a share over so few rows that chance moves it."""
    return figure.headline.unit == "percent" and 0 < figure.n < SMALL


def figure_line(entry):
    """One number of the `figures` command for a person to read."""
    value = NOTHING if entry["value"] is None else entry["value"]
    counts = [str(n) for n in (entry["numerator"], entry["denominator"]) if n is not None]
    return (
        f"{entry['slug']} {entry['part']}: {value} ({entry['unit']}; {'/'.join(counts) or '-'}) "
        f"{entry['population']}, {entry['period']}, {entry['reference_date']}, "
        f"{entry['version']}, {entry['status']}"
    )
