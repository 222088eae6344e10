"""From published cells to charts: the same drawings as live figures, with hidden cells drawn."""

from dataclasses import replace
from itertools import pairwise

from django.template.defaultfilters import capfirst
from django.utils.translation import gettext as _

from monitor import charts, drawings
from monitor.distribution import distribution
from monitor.reading import count_date
from monitor.told import cell, mark, short_day, state, told
from monitor.told import number as amount
from oja.core.charts import Drawing, scale

SMALL_WIDTH, SMALL_HEIGHT = 250, 92
LAYERS = ("l1", "l2", "l3", "l4", "l5")


def of(board, indicator):
    """The charts of a figure: its history, and its parts where it has them."""
    if indicator.kind == "matrix":
        return flow_lines(board)
    found = [history(board, indicator)]
    if indicator.layout.get("classes"):
        found.append(waits(board, indicator))
    if indicator.kind == "breakdown":
        found.append(parts(board, indicator))
    if indicator.kind == "stockflow":
        found.append(flow(board, indicator))
    if indicator.slug == "under-the-line":
        found.append(pyramid(board, indicator))
    return [one for one in found if one is not None]


def marks_of(board, slug):
    """The headline in each snapshot, with a break where another rule begins."""
    head, found, before = board.headline(slug), [], None
    for one in board.history:
        figure = board.figure(slug, head.part, snapshot=one)
        made = mark(short_day(one.reference_date), figure)
        if figure is not None:
            made = replace(made, breaks=before is not None and before.version != figure.version)
            before = figure
        found.append(made)
    return found


def history(board, indicator):
    """The headline over the snapshots; nothing where there is only one."""
    headline = board.headline(indicator.slug)
    if headline is None or len(board.history) < 2:
        return None
    marks = marks_of(board, indicator.slug)
    first = board.baseline(indicator.slug, headline.part)
    is_percent = headline.unit == "percent"
    notes = [
        _("From %(date)s on it is counted in another way. Do not compare across the red line.")
        % {"date": one.label}
        for one in marks
        if one.breaks
    ]
    if first is not None and not is_percent:
        marks = _with_baseline(board, marks, first)
        notes.append(_("Grey is the baseline."))
    texts = {
        "title": indicator.question,
        "subtitle": _("%(what)s, per snapshot, %(who)s")
        % {"what": indicator.title, "who": board.snapshot.arrangement_name},
        "note": " ".join(notes),
    }
    if not is_percent:
        return charts.columns(f"{indicator.slug}-history", marks, **texts)
    norm = baseline = None
    if indicator.norm is not None:
        norm = (indicator.norm, _("norm %(percent)s%%") % {"percent": indicator.norm})
    if first is not None and first.value is not None:
        words = _("baseline %(value)s") % {"value": told(first)}
        baseline = (float(first.value), words)
    high = max([100, *(one.value for one in marks if one.value is not None)])
    return charts.line(
        f"{indicator.slug}-history", marks, norm=norm, baseline=baseline, high=high, **texts
    )


def _with_baseline(board, marks, first):
    """The same with the first snapshot as a grey column in front."""
    base = mark(short_day(board.first.reference_date), first)
    if base.is_drawn:
        base = replace(base, state=charts.BASELINE)
    return [base, *(marks[1:] if board.first == board.history[0] else marks)]


def trend(board, slug):
    """The headline over the snapshots as the small chart of a tile; "" where there is only one."""
    head = board.headline(slug)
    if head is None or len(board.history) < 2:
        return ""
    marks = marks_of(board, slug)
    drawing = Drawing(
        f"{slug}-trend",
        SMALL_WIDTH,
        SMALL_HEIGHT,
        title=board.indicators[slug].question,
        description=charts.said_of(marks),
    )
    draw = _small_columns if head.unit == "count" else _small_line
    draw(drawing, marks)
    drawing.text((0, SMALL_HEIGHT - 4), marks[0].label)
    drawing.text((SMALL_WIDTH, SMALL_HEIGHT - 4), marks[-1].label, "strong", anchor="end")
    return drawing.svg()


def _small_columns(drawing, marks):
    pen, bottom, above = charts._Pen(drawing), SMALL_HEIGHT - 20, 18
    highest = max((one.value for one in marks if one.is_drawn), default=0) or 1
    place = scale(0, highest, bottom, above)
    step = SMALL_WIDTH / len(marks)
    thick = min(44, step * 0.7)
    for number, one in enumerate(marks):
        x = step * (number + 0.5) - thick / 2
        if not one.is_drawn:
            pen.small(x, above, thick, bottom - above, "")
            continue
        y = place(one.value)
        pen.block(x, y, thick, bottom - y, one)
        drawing.text((x + thick / 2, y - 4), one.text, "strong", anchor="middle")
    drawing.line((0, bottom), (SMALL_WIDTH, bottom), "chart-zero")


def _small_line(drawing, marks):
    drawn = [one.value for one in marks if one.is_drawn]
    low, high = min([0, *drawn]), max(drawn, default=1) or 1
    place = scale(low, high, SMALL_HEIGHT - 24, 26)
    across = scale(0, len(marks) - 1, 8, SMALL_WIDTH - 40)
    points = [
        (across(number), place(one.value)) if one.is_drawn else None
        for number, one in enumerate(marks)
    ]
    for (start, _before), (end, one) in pairwise(zip(points, marks, strict=True)):
        if start and end and not one.breaks:
            open_end = one.state == charts.PROVISIONAL
            drawing.path([start, end], "chart-line-provisional" if open_end else "chart-line")
    for point, one in zip(points, marks, strict=True):
        if point:
            drawing.dot(point, "chart-dot-open" if one.state == charts.PROVISIONAL else "chart-dot")
    if points[-1]:
        drawing.text((points[-1][0], points[-1][1] - 10), marks[-1].text, "brand", anchor="middle")


def waits(board, indicator):
    """How many per class of days; None where the snapshot has no classes."""
    layout = indicator.layout
    cells = [board.figure(indicator.slug, slug) for slug, *_days in layout["classes"]]
    if any(one is None for one in cells):
        return None
    half, most = (board.figure(indicator.slug, part) for part in ("median", "p90"))
    return distribution(
        f"{indicator.slug}-classes",
        [
            mark(axis, one)
            for (_slug, axis, _low, _high), one in zip(layout["classes"], cells, strict=True)
        ],
        [(low, high) for _slug, _axis, low, high in layout["classes"]],
        half=(amount(half), told(half)),
        most=(amount(most), told(most)),
        late=layout["late"],
        norm_days=layout["norm_days"],
        title=_("How long did it take?"),
        subtitle=_("%(what)s, per class of days, %(who)s")
        % {"what": indicator.title, "who": board.snapshot.arrangement_name},
        note=_("Each number is rounded by itself, so they need not add up."),
    )


def parts(board, indicator):
    """The parts of a whole as bars; the tick is the snapshot compared with."""
    skip = {"share", "some", "total", "count"}
    rows = [one for one in board.parts(indicator.slug) if one.part not in skip]
    if not rows:
        return None
    earlier = board.earlier
    marks = [
        mark(
            one.part_label,
            one,
            board.figure(indicator.slug, one.part, snapshot=earlier) if earlier else None,
        )
        for one in rows
    ]
    note = _("Each number is rounded by itself, so they need not add up.")
    return charts.bars(
        f"{indicator.slug}-parts",
        marks,
        title=indicator.title,
        subtitle=board.snapshot.arrangement_name,
        note=note,
    )


def flow(board, indicator):
    """What came, went and stands, per snapshot."""

    def one_of(snapshot, part):
        return mark("", board.figure(indicator.slug, part, snapshot=snapshot))

    periods = [
        drawings.Flow(
            short_day(one.reference_date), one_of(one, "in"), one_of(one, "out"), one_of(one, "end")
        )
        for one in board.history
    ]
    return drawings.flow(
        f"{indicator.slug}-flow",
        periods,
        title=indicator.title,
        subtitle=_("Since the start of the school year, per snapshot"),
        note=_("Each number is rounded by itself, so they need not add up."),
    )


def pyramid(board, indicator):
    """The tilted pyramid: each layer as a share of what is shown of the whole."""
    slug = indicator.slug
    heads = {"pupils": _("Pupils"), "hours": _("Hours"), "euros": _("Euros")}
    columns = tuple(
        (
            heads[name],
            _under(board.figure(slug, f"{name}-share")),
        )
        for name in heads
    )
    layers = []
    for layer in LAYERS:
        cells = [board.figure(slug, f"{name}-{layer}") for name in heads]
        if cells[0] is None:
            return None
        marks = tuple(
            _share_of(one, board.figure(slug, f"{name}-total"))
            for name, one in zip(heads, cells, strict=True)
        )
        layers.append(
            drawings.Layer(
                # Of "pupils: special, outside the school" the drawing says all but the name.
                cells[0].part_label.rpartition(": ")[2].partition(",")[0],
                "",
                marks,
                is_outside=layer == LAYERS[-1],
            )
        )
    return drawings.pyramid(
        f"{slug}-pyramid",
        layers,
        columns,
        title=indicator.title,
        subtitle=board.snapshot.arrangement_name,
        note=_("A pupil counts once, in the highest layer. Each number is rounded by itself."),
    )


def _under(figure):
    """How much lies under the line, in the few words that fit above a column."""
    if state(figure) in (charts.SMALL, charts.MISSING):
        return told(figure)
    return _("%(share)s under the line") % {"share": told(figure)}


def _share_of(figure, total):
    """A bar as long as its share of the total; the number beside it is the published one."""
    if figure is None or figure.value is None or not getattr(total, "value", None):
        kind = state(figure) if state(figure) != charts.FINAL else charts.SMALL
        return charts.Mark("", None, told(figure), kind)
    value = min(100, float(100 * figure.value / total.value))
    return charts.Mark("", value, told(figure), state(figure))


def matrix(board, indicator):
    """From which kind of school to which."""
    figures = {one.part: one for one in board.parts(indicator.slug)}
    kinds = indicator.layout["rows"]
    ways = indicator.layout["ways"]
    rows = [
        drawings.MatrixRow(
            _code(code),
            tuple(
                drawings.MatrixCell(
                    told(figures.get(f"{code}-to-{to}")),
                    ways.get(f"{code}-to-{to}", ""),
                    _hidden(figures.get(f"{code}-to-{to}")),
                )
                for to, _label in kinds
            ),
            cell(figures.get(f"from-{code}")),
        )
        for code, _label in kinds
    ]
    sums = tuple(
        (part, figures[part].part_label, told(figures[part]))
        for part in ("heavier", "lighter", "same")
        if part in figures
    )
    return drawings.MatrixTable(
        title=indicator.title,
        subtitle=board.snapshot.arrangement_name,
        corner=_("from, to"),
        heads=tuple(_code(code) for code, _label in kinds),
        rows=tuple(rows),
        sums=sums,
        note=_("Other destinations stand in the table below. Numbers need not add up."),
    )


def flow_lines(board):
    """The moves between kinds of schools: a dot per count date, from its last snapshot."""
    snapshots = board.count_dates()
    if len(snapshots) < 2:
        return []
    found = []
    for slug, part in (
        ("to-special-education", "share"),
        ("sent-back", "share"),
        ("transitions", "heavier"),
        ("transitions", "lighter"),
    ):
        cells = [board.figure(slug, part, snapshot=one) for one in snapshots]
        if cells[-1] is None:
            continue
        marks = []
        for one, figure in zip(snapshots, cells, strict=True):
            made = mark(short_day(count_date(one.reference_date)), figure)
            before = cells[len(marks) - 1] if marks else None
            breaks = bool(before and figure and before.version != figure.version)
            marks.append(replace(made, breaks=breaks))
        draw = charts.line if part == "share" else charts.columns
        more = {}
        if part == "share":
            top = max((one.value or 0 for one in marks), default=0)
            more = {"high": 20 if top <= 20 else 100}
        title = cells[-1].part_label if slug == "transitions" else board.indicators[slug].title
        found.append(
            draw(
                f"{slug}-{part}-dates",
                marks,
                title=capfirst(title),
                subtitle=_("Per count date, %(who)s") % {"who": board.snapshot.arrangement_name},
                **more,
            )
        )
    return found


def _code(code):
    """A kind of school as the field writes it: sbo, so/vso."""
    return code.replace("_", "/")


def _hidden(figure):
    if figure is None or figure.status != "shown":
        return charts.SMALL
    return ""
