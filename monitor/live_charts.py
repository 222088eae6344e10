"""From live figures to charts: which numbers stand in which drawing.

Every number comes out of a figure and is written by `monitor.words`, so that a chart, its table,
the tile and the list cannot differ.
"""

import datetime as dt
from dataclasses import replace

from django.template.defaultfilters import capfirst
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from monitor import charts, drawings, words
from monitor.definition import Clock, Window
from monitor.distribution import distribution
from monitor.engine import PROVISIONAL
from monitor.measures_many import Matrix
from monitor.presentation import linked, part_numbers
from monitor.waiting import CLASSES, Spread
from oja.core.periods import Period
from schools.transition_rules import LEVELS, UNKNOWN

YEARS = 4


def years_of(window):
    """The window and the same days of the years before it, the oldest first."""
    found = [window]
    while len(found) < YEARS:
        found.append(found[-1].previous())
    return tuple(reversed(found))


def months_of(window):
    """The months of the window; the last one up to and including its reference date."""
    found, first = [], window.start
    while first < window.end:
        following = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        month = Period(first, following, label=f"{first:%Y-%m}")
        found.append(Window(month, min(month.last, window.reference_date)))
        first = following
    return tuple(found)


def moment(figure):
    """How a year, or a day in it, is called under an axis."""
    clock, window = figure.indicator.clock, figure.window
    if clock == Clock.CALENDAR_YEAR:
        return str(window.money_year)
    if clock == Clock.COUNTING_DATES:
        return date_format(window.counting_date, "M Y")
    if figure.indicator.is_stock:
        return date_format(window.reference_date, "M Y")
    return f"{window.start.year}–{window.year.last.year % 100:02}"


def mark(figure, value, label):
    """A value of a figure as a mark."""
    state = charts.PROVISIONAL if figure.status == PROVISIONAL else charts.FINAL
    return charts.Mark(str(label), value.value, words.written(value), state)


def trend(figures):
    """The headline over the years: a line for a share, columns for everything else."""
    last = figures[-1]
    known = last.indicator
    marks = [mark(figure, figure.headline, moment(figure)) for figure in figures]
    marks = [one for one in marks if one.value is not None]
    if len(marks) < 2:
        return None
    texts = {
        "title": known.question,
        "subtitle": _("%(what)s, per year, %(who)s") % {"what": known.title, "who": last.own.label},
    }
    if last.headline.unit != "percent":
        return charts.columns(f"{known.slug}-trend", marks, **texts)
    norm = None
    if known.norm is not None:
        norm = (known.norm, _("norm %(percent)s%%") % {"percent": known.norm})
    high = max(100, *(one.value for one in marks))
    return charts.line(f"{known.slug}-trend", marks, norm=norm, high=high, **texts)


def pieces(figure, before):
    """The parts of a whole as bars, with a year earlier as a tick."""
    known = figure.indicator
    slugs = [piece.slug for piece in known.measure.pieces]
    marks = [
        charts.Mark(
            str(figure.value(slug).label),
            figure.value(slug).value,
            words.written(figure.value(slug)),
            charts.PROVISIONAL if figure.status == PROVISIONAL else charts.FINAL,
            before.value(slug).value,
            words.written(before.value(slug)),
        )
        for slug in slugs
    ]
    return charts.bars(
        f"{known.slug}-parts",
        marks,
        title=known.title,
        subtitle=_("%(period)s, %(who)s; the tick is a year earlier")
        % {"period": words.counted_over(figure), "who": figure.own.label},
    )


def waits(figure, choice):
    """How many per class of days, each with the way to its rows."""
    known, numbers = figure.indicator, part_numbers(figure)
    marks = [
        replace(
            mark(figure, figure.value(one.slug), one.axis),
            link=linked(figure, one.slug, numbers[one.slug], choice),
        )
        for one in CLASSES
    ]
    half, most = figure.value("median"), figure.value("p90")
    return distribution(
        f"{known.slug}-classes",
        marks,
        [(one.low, one.high) for one in CLASSES],
        half=(half.value, words.written(half)),
        most=(most.value, words.written(most)),
        late=known.measure.late,
        norm_days=known.measure.norm_days,
        title=_("How long did it take?"),
        subtitle=_("%(what)s, per class of days, %(period)s, %(who)s")
        % {
            "what": known.title,
            "period": words.counted_over(figure),
            "who": figure.own.label,
        },
    )


def taken(figure):
    """What takes from a whole, and what is left, as one bar."""
    known = figure.indicator
    left = figure.values[0].denominator - figure.values[0].numerator
    parts = [part for part in known.measure.parts() if part.slug != "budget"]
    marks = [mark(figure, figure.value(part.slug), part.label) for part in parts]
    marks.append(charts.Mark(_("left of it"), left, words.amount(left, "euro_cents")))
    return charts.stacked(
        f"{known.slug}-bar",
        marks,
        title=known.title,
        subtitle=f"{words.counted_over(figure)}, {figure.own.label}",
    )


def flow(known, own, months):
    """What came, went and runs per month; `months` are figures."""
    periods = [
        drawings.Flow(
            date_format(one.window.start, "M"),
            mark(one, one.value("in"), ""),
            mark(one, one.value("out"), ""),
            mark(one, one.value("end"), ""),
        )
        for one in months
    ]
    return drawings.flow(
        f"{known.slug}-months",
        periods,
        title=known.title,
        subtitle=_("Per month, %(who)s; hatched can still change") % {"who": own.label},
    )


def pyramid(figure):
    """Pupils, hours and euros per layer as shares of their totals."""
    known = figure.indicator
    names = {"pupils": _("Pupils"), "hours": _("Hours"), "euros": _("Euros")}
    state = charts.PROVISIONAL if figure.status == PROVISIONAL else charts.FINAL
    layers = []
    for number, piece in enumerate(known.measure.measures["pupils"].pieces, start=1):
        marks = []
        for name in names:
            value = figure.value(f"{name}-{piece.slug}")
            some, whole, base = (
                value.value,
                value.denominator,
                known.measure.by_slug[value.part].unit,
            )
            if name == "hours" and number == 1:
                some += figure.value("hours-collective").value
            text = words.percent(some, whole, base) if whole else words.NOTHING
            marks.append(charts.Mark("", 100 * some / whole if whole else None, text, state))
        label, _comma, more = str(piece.label).partition(", ")
        outside = piece.slug == "l5"
        layers.append(drawings.Layer(label, more, tuple(marks), is_outside=outside))
    columns = [
        (
            label,
            _("%(share)s under the line") % {"share": words.written(figure.value(f"{name}-share"))},
        )
        for name, label in names.items()
    ]
    return drawings.pyramid(
        "pyramid",
        layers,
        columns,
        title=known.question,
        subtitle=_("Part per layer, %(period)s, %(who)s. Each child counts once.")
        % {"period": words.counted_over(figure), "who": figure.own.label},
    )


def matrix(figure, choice):
    """The transition matrix, with every number as a link to its rows; empty columns left out."""
    known = figure.indicator
    measure = known.measure
    numbers = part_numbers(figure)
    rows = [row for row in measure.rows if numbers[Matrix.row_slug(row[0])]]
    columns = [
        column
        for column in measure.columns
        if any(numbers[Matrix.cell_slug(code, column[0])] for code, _label in rows)
        or (column in measure.rows and column in rows)
    ]

    def cell(code, to):
        slug = Matrix.cell_slug(code, to)
        shown = linked(figure, slug, numbers[slug], choice) if numbers[slug] else words.NOTHING
        return drawings.MatrixCell(shown, (measure.way(code, to) or "") if numbers[slug] else "")

    return drawings.MatrixTable(
        title=known.title,
        subtitle=f"{words.counted_over(figure)}, {figure.own.label}",
        corner=_("from"),
        heads=tuple(short(code, label) for code, label in columns),
        rows=tuple(
            drawings.MatrixRow(
                short(code, label),
                tuple(cell(code, to) for to, _there in columns),
                linked(figure, Matrix.row_slug(code), numbers[Matrix.row_slug(code)], choice),
            )
            for code, label in rows
        ),
        sums=tuple(
            (part.slug, str(part.label), linked(figure, part.slug, numbers[part.slug], choice))
            for part in measure.apart
            if part.slug != UNKNOWN
        ),
    )


def moves(found, windows):
    """Heavier and lighter apart over the years; `found` is {window: figure} of the matrix."""
    charts_of = []
    for slug in ("heavier", "lighter"):
        marks = [mark(found[w], found[w].value(slug), moment(found[w])) for w in windows]
        last = found[windows[-1]]
        charts_of.append(
            charts.columns(
                f"moves-{slug}",
                marks,
                title=capfirst(last.value(slug).label),
                subtitle=_("Pupils per count date, %(who)s") % {"who": last.own.label},
            )
        )
    return charts_of


def unknown(figure, choice):
    """How many left without a known destination: (number as a link, whether it is too many).

    Above one in ten of those who are no longer at a school the figure stays provisional.
    """
    numbers = part_numbers(figure)
    lost = numbers[UNKNOWN]
    at_school = sum(numbers[part.slug] for part in figure.indicator.measure.apart) - lost
    gone = numbers[figure.indicator.measure.whole.slug] - at_school
    return linked(figure, UNKNOWN, lost, choice), lost * 10 > gone


def short(code, label):
    """A kind of school by its code, as everybody in a school calls it; another place in words."""
    return code.replace("_", "/") if code in LEVELS else str(label)


def of(figures, choice, months=()):
    """The charts of one figure; `figures` runs over the years, `months` over the months of one."""
    figure = figures[-1]
    kind = figure.indicator.chart
    found = []
    if kind == "bars":
        found.append(pieces(figure, figures[-2]))
    if isinstance(figure.indicator.measure, Spread) and figure.n:
        found.append(waits(figure, choice))
    if kind == "ratio" and figure.headline.value is not None:
        found.append(taken(figure))
    if kind == "flow" and months:
        found.append(flow(figure.indicator, figure.own, months))
    if kind == "pyramid":
        found.append(pyramid(figure))
    if kind not in ("flow", "matrix", "pyramid"):
        found.append(trend(figures))
    return [one for one in found if one is not None]
