"""Freezing and publishing: exact figures in, what may be shown out, and nothing else is stored.

Only the system does this, from a command: a web request never becomes the system.
"""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from monitor import relations
from monitor.definition import Clock, Window
from monitor.deliveries import deliveries_of
from monitor.disclosure import Kind, Shown, Status, nearest
from monitor.engine import PROVISIONAL, measure_cell
from monitor.exact import LARGE, UNITS, exact_cells, shape_of
from monitor.indicators import indicators
from monitor.measures_many import Matrix
from monitor.models import Figure, Snapshot, SnapshotIndicator
from monitor.places import cells_of
from monitor.tables import Publication, settle
from monitor.waiting import CLASSES, Spread
from oja.core.periods import school_year_of

#: Smallest units per unit in which a number is told.
DIVISOR = {"euro_cents": 100, "minutes": 60}
TOO_SMALL = "te klein"


class NotNow(Exception):
    """Nothing can be frozen for this date; the text says why, in one sentence."""


def _only_the_system(actor):
    if actor.kind != "system":
        raise PermissionDenied(_("Only the system freezes figures."))


@transaction.atomic
def freeze_snapshot(actor, *, arrangement, reference_date, reason, on):
    """Measure, round and attack the figures of an arrangement on a date; returns the Snapshot.

    A snapshot in which a small group could be found is stored as blocked, without any figure.
    Raises NotNow when that month was published already, a later snapshot was, the date is to
    come, or nobody takes part on it.
    """
    _only_the_system(actor)
    previous = _previous(arrangement, reference_date, on)
    cells = cells_of(actor, arrangement, reference_date)
    if not cells:
        raise NotNow(_("Nobody takes part in this arrangement on that date."))
    window = Window.of(school_year_of(reference_date), reference_date)
    crossings = previous is None or not _had_crossings(arrangement, reference_date)
    with translation.override("nl"):
        measured = [
            (cell, measure_cell(indicators(), actor, cell, window, on=on)) for cell in cells
        ]
        publication, pieces = _publication(measured, previous, window, crossings)
        settled = settle(publication)
        snapshot = Snapshot.objects.create(
            arrangement_id=arrangement.pk,
            arrangement_name=arrangement.name,
            reference_date=reference_date,
            month=reference_date.replace(day=1),
            period=window.name,
            made_at=dt.datetime.now(dt.UTC),
            made_reason=reason,
            state=Snapshot.State.BLOCKED if settled.leaks else Snapshot.State.DRAFT,
            gate_report={
                "groups": settled.groups,
                "programs": settled.programs,
                "protected": len(settled.protected),
                "leaks": sorted({leak.table for leak in settled.leaks}),
                "whole": cells[0].population >= LARGE,
            },
            previous=previous,
            has_crossings=crossings,
            delivered=deliveries_of(actor, arrangement, reference_date),
            places=[[name, list(sites)] for name, sites in publication.places.items()],
            population_text=number_format(
                nearest(cells[0].population, 5), decimal_pos=0, force_grouping=True
            ),
        )
        if not settled.leaks:
            _store(snapshot, measured, settled, pieces)
    return snapshot


@transaction.atomic
def publish(actor, *, snapshot, at=None):
    """Let everybody at the table read a frozen snapshot. Raises NotNow for a blocked one."""
    _only_the_system(actor)
    snapshot = Snapshot.objects.select_for_update(no_key=True).get(pk=snapshot.pk)
    if snapshot.state == Snapshot.State.PUBLISHED:
        return snapshot
    if snapshot.state == Snapshot.State.BLOCKED:
        raise NotNow(
            _("In these figures a small group could be found: %(tables)s.")
            % {"tables": ", ".join(snapshot.gate_report["leaks"])}
        )
    snapshot.state = Snapshot.State.PUBLISHED
    snapshot.published_at = at or dt.datetime.now(dt.UTC)
    snapshot.published_arrangement_id = snapshot.arrangement_id
    snapshot.save(update_fields=["state", "published_at", "published_arrangement_id"])
    for model in (SnapshotIndicator, Figure):
        model.objects.filter(snapshot=snapshot).update(
            published_arrangement_id=snapshot.arrangement_id
        )
    return snapshot


def _previous(arrangement, reference_date, on):
    """The last published snapshot of the arrangement; NotNow when this one may not follow it."""
    if reference_date > on:
        raise NotNow(_("This date is still to come."))
    last = (
        Snapshot.objects.filter(arrangement_id=arrangement.pk, state=Snapshot.State.PUBLISHED)
        .order_by("-reference_date")
        .first()
    )
    if last and last.month == reference_date.replace(day=1):
        raise NotNow(_("Figures of this month were published already."))
    if last and last.reference_date > reference_date:
        raise NotNow(_("Later figures were published already."))
    return last


def _had_crossings(arrangement, reference_date):
    """Whether two dimensions were crossed in the same quarter already."""
    first = reference_date.replace(month=(reference_date.month - 1) // 3 * 3 + 1, day=1)
    return Snapshot.objects.filter(
        arrangement_id=arrangement.pk,
        state=Snapshot.State.PUBLISHED,
        has_crossings=True,
        reference_date__gte=first,
    ).exists()


def _publication(measured, previous, window, crossings):
    exact, pieces, shapes = [], {}, {}
    for cell, figures in measured:
        for slug, figure in figures.items():
            for one, piece in exact_cells(figure, cell, crossings=crossings):
                exact.append(one)
                pieces[one.key] = piece
            shapes.setdefault(slug, shape_of(figure))
    _no_part_is_missing(exact)
    places: dict[str, list[str]] = {}
    for cell, _figures in measured:
        match cell.where:
            case (("provider", name),):
                places[name] = []
            case (("site", name),):
                places[list(places)[-1]].append(name)
    publication = Publication(
        tuple(exact),
        shapes,
        {name: tuple(sites) for name, sites in places.items()},
        {cell.where: cell.population for cell, _figures in measured},
        _before(previous, window, measured[0][1], pieces),
        relations.SAME,
        relations.AT_MOST,
    )
    return publication, pieces


def _no_part_is_missing(exact):
    """A part that stands in one cell and not in another would tell something by its absence."""
    parts: dict[str, set[str]] = {}
    here: dict[tuple, set[str]] = {}
    for cell in exact:
        parts.setdefault(cell.slug, set()).add(cell.part)
        here.setdefault((cell.slug, cell.where), set()).add(cell.part)
    for (slug, where), found in here.items():
        if found != parts[slug]:
            raise ValueError(f"{slug} misses {sorted(parts[slug] - found)} in {where}")


def _before(previous, window, figures, pieces):
    """What earlier snapshots told last, where they counted by the same rule in the same calendar.

    A number that is given once a quarter is compared with the last time that it was given.
    """
    found = {}
    snapshots = []
    while previous is not None and len(snapshots) < 12:
        snapshots.append(previous)
        previous = previous.previous
    for snapshot in reversed(snapshots):
        comparable = _comparable(snapshot, window, figures)
        rows = Figure.objects.filter(snapshot=snapshot, unit="count")
        for row in rows.exclude(status=Status.NOT_OFFERED):
            where = tuple(row.where.items())
            key = row.slug, row.part, where
            if (row.slug, row.version) in comparable and key in pieces:
                value = None if row.value is None else int(row.value)
                is_whole = snapshot.gate_report["whole"] and not where and not pieces[key].divided
                found[key] = Shown(key, Kind.COUNT, Status(row.status), value, row.text), is_whole
    return found


def _comparable(snapshot, window, figures):
    """(figure, version) that an earlier snapshot counted in the calendar of this window."""
    earlier = Window.of(school_year_of(snapshot.reference_date), snapshot.reference_date)
    return {
        (slug, figure.indicator.version)
        for slug, figure in figures.items()
        if (
            earlier.counting_date == window.counting_date
            if figure.indicator.clock == Clock.COUNTING_DATES
            else snapshot.period == window.name
        )
    }


def _store(snapshot, measured, settled, pieces):
    told = {shown.key: shown for shown in settled.shown}
    figures = measured[0][1]
    SnapshotIndicator.objects.bulk_create(
        SnapshotIndicator(
            snapshot=snapshot,
            slug=figure.indicator.slug,
            version=figure.indicator.version,
            order=figure.indicator.order,
            theme=figure.indicator.theme,
            kind=type(figure.indicator.measure).__name__.lower(),
            title=str(figure.indicator.title),
            question=str(figure.indicator.question),
            definition=str(figure.indicator.definition),
            exclusions=[str(text) for text in figure.indicator.exclusions],
            population=str(figure.indicator.audience_notes.get(figure.indicator.published, "")),
            origin=str(figure.indicator.origin),
            direction=figure.indicator.direction,
            norm=figure.indicator.norm,
            chart=figure.indicator.chart,
            term=figure.indicator.term,
            is_stock=figure.indicator.is_stock,
            layout=_layout(figure.indicator.measure),
            status="provisional" if figure.status == PROVISIONAL else "final",
        )
        for figure in figures.values()
    )
    order = {}
    for slug, part, where in told:
        if not where:
            order[slug, part] = len([one for one in order if one[0] == slug])
    Figure.objects.bulk_create(
        _row(snapshot, shown, pieces[shown.key], order, told, figures[shown.key[0]])
        for shown in settled.shown
    )


def _layout(measure):
    """What a drawing of it needs and whoever reads it later cannot look up."""
    if isinstance(measure, Spread):
        classes = [[one.slug, one.axis, one.low, one.high] for one in CLASSES]
        return {"classes": classes, "late": measure.late, "norm_days": measure.norm_days}
    if not isinstance(measure, Matrix):
        return {}
    codes = [code for code, _label in measure.rows]
    return {
        "rows": [[code, str(label)] for code, label in measure.rows],
        "ways": {
            measure.cell_slug(code, to): measure.way(code, to) for code in codes for to in codes
        },
    }


def _row(snapshot, shown, piece, order, told, figure):
    slug, part, where = shown.key
    parts = [told[slug, name, where] for name in piece.over] if piece.over else [None, None]
    return Figure(
        snapshot=snapshot,
        slug=slug,
        version=figure.indicator.version,
        part=part,
        part_label=str(piece.label),
        part_order=order[slug, part],
        where=dict(where),
        where_label=where[0][1] if where else "",
        unit=UNITS[shown.kind],
        value=shown.value,
        text=shown.text,
        numerator=parts[0].value if parts[0] else None,
        denominator=parts[1].value if parts[1] else None,
        n_text=_n(shown, piece, told, parts[1]),
        status=shown.status,
        is_provisional=figure.status == PROVISIONAL,
    )


def _n(shown, piece, told, denominator):
    """Over how many, as it is shown itself: the denominator, or the count beside a duration."""
    slug, _part, where = shown.key
    if denominator is not None and denominator.kind == Kind.COUNT:
        return denominator.text or _whole(denominator.value)
    beside = piece.of or {Kind.MEAN: "answers"}.get(shown.kind, "count")
    count = told.get((slug, beside, where))
    if count is None or count.kind != Kind.COUNT or count.key == shown.key:
        return ""
    return count.text or _whole(count.value)


def _whole(value):
    return "" if value is None else str(value)


# --- Out ------------------------------------------------------------------------------------------


def _told(figure):
    """A stored number in the unit it is told in: euros, hours, percent, days or a count."""
    if figure.value is None:
        return figure.text or (TOO_SMALL if figure.status == Status.SMALL else None)
    value = figure.value / DIVISOR.get(figure.unit, 1)
    return int(value) if value == value.to_integral_value() else float(round(value, 1))


def _in_unit(figure):
    """A stored number in its own unit (cents, minutes), as live figures are printed."""
    if figure.value is None:
        return _told(figure)
    is_whole = figure.value == figure.value.to_integral_value()
    return int(figure.value) if is_whole else float(figure.value)


def statements(actor):
    """Every published cell, oldest snapshot first: what an attacker from outside would gather."""
    rows = Figure.objects.visible_to(actor).filter(published_arrangement_id__isnull=False)
    rows = rows.select_related("snapshot").order_by(
        "snapshot__reference_date",
        "snapshot__arrangement_name",
        "slug",
        "part_order",
        "where_label",
        "id",
    )
    for row in rows.iterator():
        yield {
            "snapshot": f"{row.snapshot.reference_date:%Y-%m-%d} {row.snapshot.arrangement_name}",
            "slug": row.slug,
            "where": {"part": row.part, **row.where},
            "value": _told(row),
        }


def published_entries(actor):
    """The newest published snapshot of each arrangement as the figures command prints it."""
    newest = {
        snapshot.arrangement_id: snapshot
        for snapshot in Snapshot.objects.visible_to(actor)
        .filter(state=Snapshot.State.PUBLISHED)
        .order_by("reference_date")
    }
    rows = Figure.objects.visible_to(actor).filter(snapshot__in=newest.values())
    return [
        {
            "slug": row.slug,
            "version": row.version,
            "part": row.part,
            "value": _in_unit(row),
            "unit": row.unit,
            "numerator": _number(row.numerator),
            "denominator": _number(row.denominator),
            "status": row.status,
            "reference_date": row.snapshot.reference_date.isoformat(),
            "period": row.snapshot.period,
            "population": row.where_label or row.snapshot.arrangement_name,
            "where": row.where,
        }
        for row in rows.select_related("snapshot").order_by(
            "snapshot__arrangement_name", "slug", "part_order", "where_label", "id"
        )
    ]


def _number(value: Decimal | None):
    return None if value is None else int(value)
