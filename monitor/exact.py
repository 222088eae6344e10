"""From what the engine measured to the exact cells of a publication, and how they hang together.

One function per kind of measure says which numbers it publishes: a new kind of measure cannot be
published before it stands here. Every part stands in every cell, also when it is nought: a part
that is left out would tell that it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

from django.utils.translation import gettext as _

from monitor.definition import Clock, Number, Part
from monitor.disclosure import Exact, Kind, too_personal
from monitor.measures import Breakdown, Claimed, Count, Duration, Measure, Ratio, Share, StockFlow
from monitor.measures_many import Anonymous, Matrix, Several
from monitor.tables import Shape
from monitor.waiting import Timely, Waits

#: From this population on an undivided total also shows what is below ten.
LARGE = 200
#: A place with fewer pupils gets no numbers at all.
TINY = 10
KINDS = {"count": Kind.COUNT, "euro_cents": Kind.EUROS, "minutes": Kind.HOURS}
UNITS = {
    Kind.COUNT: "count",
    Kind.EUROS: "euro_cents",
    Kind.HOURS: "minutes",
    Kind.SHARE: "percent",
    Kind.PART_OF_SUM: "percent",
    Kind.MEAN: "mean",
    Kind.MEDIAN: "days",
    Kind.TAIL: "days",
    Kind.EXTREME: "days",
}
#: Anonymous answers: a percentage -> its two counts, and which count a mean is of.
OF_ANSWERS = {"high": ("high-count", "answers"), "share": ("answered", "invited")}
WITHIN_ANSWERS = (("high-count", "answers"), ("answered", "invited"))


@dataclass(frozen=True)
class Piece:
    """One number of a figure, wherever it is counted. `divided`: a part of a breakdown."""

    part: str
    label: Any
    kind: Kind
    value: Any = None
    of: str = ""
    over: tuple[str, str] | None = None
    people: int | None = None
    largest: int = 0
    divided: bool = False


@dataclass(frozen=True)
class Layout:
    """The pieces of a figure, the headline first, and how they hang together."""

    pieces: tuple[Piece, ...]
    balances: tuple[tuple[tuple[str, int], ...], ...] = ()
    within: tuple[tuple[str, str], ...] = ()
    grows: frozenset[str] = frozenset()
    stays: frozenset[str] = frozenset()
    dimensions: int = 0  # besides where: 1 of a breakdown, 2 of a matrix


def layout_of(figure) -> Layout:
    """What is published of a figure. Raises NotImplementedError for a measure it does not know."""
    return _layout(figure.indicator.measure, figure.numbers, figure)


def exact_cells(figure, cell, *, crossings):
    """The exact cells of one figure over one cell, with their pieces: [(Exact, Piece)]."""
    layout = layout_of(figure)
    is_whole = not cell.where and cell.population >= LARGE
    offered = cell.population >= TINY and _is_offered(layout.dimensions, cell, crossings)
    return [
        (
            Exact(
                figure.indicator.slug,
                piece.part,
                cell.where,
                piece.kind,
                piece.value,
                of=piece.of,
                over=piece.over,
                people=piece.people,
                largest=piece.largest,
                whole=is_whole and not piece.divided,
                offered=offered or (cell.population >= TINY and not _is_divided(layout, piece)),
            ),
            piece,
        )
        for piece in layout.pieces
    ]


def _is_divided(layout, piece):
    return piece.divided or layout.dimensions > 1


def _is_offered(dimensions, cell, crossings):
    """At most two dimensions are crossed, and those once a quarter."""
    crossed = dimensions + len(cell.where)
    return crossed < 2 or (crossed == 2 and crossings)


def shape_of(figure) -> Shape:
    """How the parts of a figure hang together, for the attack."""
    layout = layout_of(figure)
    known = figure.indicator
    counts = frozenset(piece.part for piece in layout.pieces if piece.kind == Kind.COUNT)
    grows, stays = layout.grows, layout.stays
    if known.clock == Clock.COUNTING_DATES:
        grows, stays = frozenset(), counts
    elif known.is_stock or not known.accumulates:
        grows, stays = frozenset(), frozenset()
    elif not grows:
        grows = counts
    return Shape(
        known.slug,
        str(known.title),
        layout.balances,
        layout.within,
        grows,
        stays,
    )


# --- One per kind of measure ----------------------------------------------------------------------


@singledispatch
def _layout(measure: Measure, numbers, figure) -> Layout:
    raise NotImplementedError(f"it is not said how {type(measure).__name__} is published")


def _piece(part: Part, numbers, **more) -> Piece:
    number = numbers[part.slug]
    kind = KINDS[part.unit]
    if kind == Kind.COUNT:
        return Piece(part.slug, part.label, kind, number.value, **more)
    more.pop("of", None)
    # A sum of which nobody says whose it is would be shown as nobody's: a budget names no person.
    return Piece(
        part.slug,
        part.label,
        kind,
        number.value,
        people=number.people if part.person else None,
        largest=(number.largest or 0) if part.person else 0,
        **more,
    )


def _sum_of(slug, label, pieces: Iterable[Piece], **more) -> Piece:
    """Pieces together. A child may stand in several: both bounds are taken on the safe side."""
    pieces = list(pieces)
    known = [piece.people for piece in pieces if piece.people is not None]
    return Piece(
        slug,
        label,
        pieces[0].kind,
        sum(piece.value for piece in pieces),
        people=max(known, default=None),
        largest=sum(piece.largest for piece in pieces),
        **more,
    )


def _share(numerator: Piece, denominator: Piece, label, slug="share") -> Piece:
    kind = Kind.SHARE if numerator.kind == Kind.COUNT else Kind.PART_OF_SUM
    return Piece(slug, label, kind, over=(numerator.part, denominator.part))


def _balance(whole, parts):
    return ((whole.part, 1), *((piece.part, -1) for piece in parts))


@_layout.register
def _layout_of_share(measure: Share, numbers, figure) -> Layout:
    denominator = _piece(measure.denominator, numbers)
    numerator = _piece(measure.numerator, numbers, of=measure.denominator.slug)
    return Layout(
        (_share(numerator, denominator, _("Percentage")), numerator, denominator),
        within=((numerator.part, denominator.part),),
    )


def _with_classes(layout, whole, fast, measure, numbers):
    """A layout with the classes of days that divide `whole`; those in time are `fast` together."""
    classes = tuple(_piece(part, numbers, of=whole, divided=True) for part in measure.classes)
    balances = (((whole, 1), *((one.part, -1) for one in classes)),)
    if fast:
        in_time = classes[: measure.late]
        balances += (((fast, 1), *((one.part, -1) for one in in_time)),)
    return replace(
        layout,
        pieces=(*layout.pieces, *classes),
        balances=(*layout.balances, *balances),
        dimensions=1,
    )


@_layout.register
def _layout_of_timely(measure: Timely, numbers, figure) -> Layout:
    layout = _layout_of_share(measure, numbers, figure)
    people = numbers[measure.denominator.slug].value
    durations = tuple(
        Piece(part.slug, part.label, kind, _days(numbers[part.slug]), people=people)
        for part, kind in ((measure.half, Kind.MEDIAN), (measure.most, Kind.TAIL))
    )
    layout = replace(layout, pieces=(*layout.pieces, *durations))
    return _with_classes(layout, "denominator", "numerator", measure, numbers)


@_layout.register
def _layout_of_waits(measure: Waits, numbers, figure) -> Layout:
    return _with_classes(
        _layout_of_duration(measure, numbers, figure), "count", "", measure, numbers
    )


@_layout.register
def _layout_of_ratio(measure: Ratio, numbers, figure) -> Layout:
    pieces = tuple(_piece(part, numbers) for part in measure.parts())
    return Layout((_share(pieces[0], pieces[1], _("Percentage")), *pieces))


@_layout.register
def _layout_of_claimed(measure: Claimed, numbers, figure) -> Layout:
    pieces = tuple(_piece(part, numbers) for part in measure.pieces)
    within = _piece(measure.within, numbers)
    taken = _sum_of("taken", _("taken together"), pieces)
    # What is left tells what is taken, whoever's it is.
    left = Piece("left", _("left"), within.kind, within.value - taken.value)
    whose = Exact("", "", (), taken.kind, taken.value, people=taken.people, largest=taken.largest)
    if too_personal(whose):
        left = replace(left, people=0, largest=abs(left.value) + 1)
    return Layout(
        (_share(taken, within, _("Percentage")), *pieces, within, taken, left),
        balances=(_balance(taken, pieces), _balance(within, (taken, left))),
    )


@_layout.register
def _layout_of_count(measure: Count, numbers, figure) -> Layout:
    whole = _piece(measure.count, numbers)
    apart = tuple(_piece(part, numbers, of=whole.part) for part in measure.apart)
    pieces = (whole, *apart)
    if measure.longest:
        pieces += (Piece(measure.longest.slug, measure.longest.label, Kind.EXTREME),)
    return Layout(pieces, within=tuple((piece.part, whole.part) for piece in apart))


@_layout.register
def _layout_of_duration(measure: Duration, numbers, figure) -> Layout:
    done = _piece(measure.done, numbers)
    half, most = (
        Piece(part.slug, part.label, kind, _days(numbers[part.slug]), people=done.value)
        for part, kind in ((measure.half, Kind.MEDIAN), (measure.most, Kind.TAIL))
    )
    pieces: tuple[Piece, ...] = (half, done, most)
    within: tuple[tuple[str, str], ...] = ()
    if measure.within:
        fast = _piece(measure.within, numbers, of=done.part)
        pieces += (fast, _share(fast, done, _("Percentage")))
        within = ((fast.part, done.part),)
    return Layout(pieces, within=within)


def _days(number: Number):
    return getattr(number.value, "days", number.value)


@_layout.register
def _layout_of_stock_flow(measure: StockFlow, numbers, figure) -> Layout:
    return Layout(
        tuple(_piece(part, numbers) for part in measure.parts()),
        balances=((("end", 1), ("begin", -1), ("in", -1), ("out", 1)),),
        grows=frozenset({"in", "out"}),
        stays=frozenset({"begin"}),
    )


@_layout.register
def _layout_of_breakdown(measure: Breakdown, numbers, figure) -> Layout:
    pieces = tuple(_piece(part, numbers, divided=True) for part in measure.pieces)
    if measure.whole:
        total = _piece(measure.whole, numbers)
    else:
        total = _sum_of("total", measure.label, pieces)
    found = (total, *pieces)
    balances: tuple[Any, ...] = (_balance(total, pieces),)
    if measure.share:
        label, slugs = measure.share
        chosen = [piece for piece in pieces if piece.part in slugs]
        some = _sum_of("some", label, chosen, of=total.part if _is_count(total) else "")
        found = (_share(some, total, label), *found, some)
        balances += (_balance(some, chosen),)
    return Layout(found, balances=balances, dimensions=1)


def _is_count(piece):
    return piece.kind == Kind.COUNT


@_layout.register
def _layout_of_matrix(measure: Matrix, numbers, figure) -> Layout:
    whole = _piece(measure.whole, numbers)
    apart = tuple(_piece(part, numbers, of=whole.part) for part in measure.apart)
    rows, cells, balances = [], [], []
    for (code, _label), part in zip(measure.rows, measure.row_parts, strict=True):
        row = _piece(part, numbers, divided=True)
        slugs = {measure.cell_slug(code, to) for to, _there in measure.columns}
        inside = [
            _piece(one, numbers, of=row.part, divided=True)
            for one in measure.cells
            if one.slug in slugs
        ]
        rows.append(row)
        cells += inside
        balances.append(_balance(row, inside))
    by_part = {piece.part: piece for piece in (*apart, *cells)}
    balances += [
        _balance(by_part[slug], [by_part[one] for one in inside])
        for slug, inside in measure.sums.items()
    ]
    return Layout(
        (whole, *apart, *rows, *cells),
        balances=(_balance(whole, rows), *balances),
        within=tuple((piece.part, whole.part) for piece in apart),
        dimensions=2,
    )


@_layout.register
def _layout_of_several(measure: Several, numbers, figure) -> Layout:
    heads, others, balances, within = [], [], [], []
    for name, one in measure.measures.items():
        own = {part.slug: numbers[f"{name}-{part.slug}"] for part in one.parts()}
        layout = _layout(one, own, figure)
        found = [_prefixed(piece, name, measure) for piece in layout.pieces]
        heads.append(found[0])
        others += found[1:]
        balances += [
            tuple((f"{name}-{part}", factor) for part, factor in balance)
            for balance in layout.balances
        ]
        within += [(f"{name}-{part}", f"{name}-{whole}") for part, whole in layout.within]
    return Layout((*heads, *others), tuple(balances), tuple(within), dimensions=1)


def _prefixed(piece, name, measure):
    return replace(
        piece,
        label=_named(measure, name, piece.label),
        part=f"{name}-{piece.part}",
        of=f"{name}-{piece.of}" if piece.of else "",
        over=tuple(f"{name}-{part}" for part in piece.over) if piece.over else None,
    )


def _named(measure, name, label):
    """ "hours: individual", and not "hours: hours"."""
    same = str(measure.names[name]).lower() == str(label).lower()
    return label if same else measure.label(name, label)


@_layout.register
def _layout_of_anonymous(measure: Anonymous, numbers, figure) -> Layout:
    pieces = []
    for value in figure.values:
        if value.unit == "percent":
            over = OF_ANSWERS[value.part]
            pieces.append(Piece(value.part, value.label, Kind.SHARE, over=over))
            if over[0] not in {one.part for one in figure.values}:
                pieces.append(Piece(over[0], value.label, Kind.COUNT, value.numerator, of=over[1]))
        elif value.unit == "mean":
            pieces.append(
                Piece(value.part, value.label, Kind.MEAN, value.value, people=value.people)
            )
        else:
            pieces.append(Piece(value.part, value.label, Kind.COUNT, value.value))
    parts = {piece.part for piece in pieces}
    within = tuple(pair for pair in WITHIN_ANSWERS if set(pair) <= parts)
    return Layout(tuple(pieces), within=within)
