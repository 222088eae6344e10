"""How a number is written: one set of functions for tile, page, list head and command.

Percentages have no space and, under 200 rows, no decimals; nothing to compute is a dash.
"""

from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitor.definition import Clock, percentage
from oja.core.money import format_euros

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
        return percent(value.numerator, value.denominator, value.base)
    return amount(value.value, value.unit)


def amount(number, unit):
    """A number with its unit: "41 days", "€ 1.740,50", "12 hours 30 min", "7,8", "1.055".

    Hours and money never break over two lines.
    """
    text = _amount(number, unit)
    return text.replace(" ", "\u00a0") if unit in ("minutes", "euro_cents") else text


def _amount(number, unit):
    if unit == "days":
        return ngettext("%(number)s day", "%(number)s days", number) % {"number": whole(number)}
    if unit == "euro_cents":
        return format_euros(number)
    if unit == "minutes":
        return hours(number)
    if unit == "mean":
        return number_format(number, decimal_pos=1, use_l10n=True)
    return whole(number)


def hours(minutes):
    """Minutes as hours; the minutes only where they are no whole hours."""
    full, rest = divmod(minutes, 60)
    text = ngettext("%(number)s hour", "%(number)s hours", full) % {"number": whole(full)}
    return text + (" " + _("%(minutes)s min") % {"minutes": rest} if rest else "")


def whole(number):
    """A whole number with dots between thousands."""
    return number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True)


def percent(numerator, denominator, base="count"):
    """A share over a denominator that is not nought; of money and time without decimals."""
    places = 1 if denominator >= LARGE and base == "count" else 0
    rounded = percentage(numerator, denominator, places)
    return f"{number_format(rounded, decimal_pos=places, use_l10n=True)}%"


def school_year(window):
    """The year as a reader writes it, with a dash."""
    return window.name.replace("-", "–")


def reference(window):
    """The reference date in full: "21 november 2026"."""
    return date_format(window.reference_date, "j F Y")


def counted_over(figure):
    """Which days the figure is about, in one phrase."""
    window, clock = figure.window, figure.indicator.clock
    if clock == Clock.CALENDAR_YEAR:
        return _("calendar year %(year)s, up to and including %(date)s") % {
            "year": window.money_year,
            "date": reference(window),
        }
    if clock == Clock.COUNTING_DATES:
        return _("from %(before)s to %(after)s") % {
            "before": date_format(window.counting_date_before, "j F Y"),
            "after": date_format(window.counting_date, "j F Y"),
        }
    if figure.indicator.is_stock:
        return _("on %(date)s") % {"date": reference(window)}
    return _("school year %(year)s, up to and including %(date)s") % {
        "year": school_year(window),
        "date": reference(window),
    }


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
    return format_html(sentence, date=counted_on(before), value=value)


def counted_on(figure):
    """The day to which a figure was counted: the reference date, or the count date of schools."""
    if figure.indicator.clock == Clock.COUNTING_DATES:
        return date_format(figure.window.counting_date, "j F Y")
    return reference(figure.window)


def nought(figure):
    """Zero in a sentence: "none" for a count, 0% for a share."""
    return _("none") if figure.headline.unit == "count" else written(figure.headline)


def population(figure):
    """Over whom the figure is, in a sentence."""
    return _("Only %(organisations)s.") % {"organisations": figure.own.label}


def has_few(figure):
    """Whether the figure is a share over so few rows that chance moves it."""
    headline = figure.headline
    return headline.unit == "percent" and headline.base == "count" and 0 < figure.n < SMALL


def figure_line(entry):
    """One number of the `figures` command for a person to read."""
    value = NOTHING if entry["value"] is None else entry["value"]
    counts = [str(n) for n in (entry["numerator"], entry["denominator"]) if n is not None]
    return (
        f"{entry['slug']} {entry['part']}: {value} ({entry['unit']}; {'/'.join(counts) or '-'}) "
        f"{entry['population']}, {entry['period']}, {entry['reference_date']}, "
        f"{entry['version']}, {entry['status']}"
    )
