"""Computes figures and opens the rows behind them, always for somebody.

Each number and its list come from the same condition over the same rows: those that
`visible_to(actor)` gives, of the organisations for which the actor may see live figures.
All numbers of a page go out in one statement, counted apart per source and window.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Aggregate, Min, Q, Sum
from django.db.models import Count as CountOf

from monitor import answers, statements
from monitor.conditions import any_of
from monitor.definition import POPULATIONS, Audience, Cell, Indicator, Number, Value, Window
from monitor.measures_many import Anonymous
from oja.access.permissions import Permission
from oja.access.scoping import READ, condition_for

#: Nothing can be computed: there are no rows in the denominator.
NO_ROWS = "no-rows"
#: More rows than there will ever be.
EVERY = 2**62
PROVISIONAL = "provisional"
FINAL = "final"


@dataclass(frozen=True)
class Own:
    """The organisations of one audience over which a figure is counted."""

    audience: Audience
    organisations: tuple[Any, ...] = ()
    name: str = ""

    @property
    def label(self):
        """The names, in the alphabet: a figure says over whom it is."""
        return self.name or ", ".join(sorted(one.name for one in self.organisations))

    @property
    def keys(self):
        """The keys that a row is compared with."""
        return tuple(one.pk for one in self.organisations)


@dataclass(frozen=True)
class Figure:
    """The numbers of one indicator over one population and window; `values[0]` is the headline."""

    indicator: Indicator
    own: Own
    window: Window
    values: tuple[Value, ...]
    status: str
    #: What came out over the rows of each part, by its name.
    numbers: Mapping[str, Number] = field(default_factory=dict, compare=False)

    @property
    def headline(self):
        """The number that the tile shows large."""
        return self.values[0]

    def value(self, part):
        """The number of one part. Raises KeyError."""
        return {value.part: value for value in self.values}[part]

    @property
    def n(self):
        """How many rows the figure rests on."""
        return self.headline.denominator or self.headline.numerator or 0


def populations(actor):
    """Over whom this actor may see live figures: one `Own` per audience, or none."""
    if not actor.may(Permission.FIGURES_LIVE):
        return ()
    found = (
        Own(audience, tuple(actor.organisations(population.role)))
        for audience, population in POPULATIONS.items()
    )
    return tuple(own for own in found if own.organisations)


def source_rows(model, own, actor):
    """The rows of a source that may count: visible to the actor, of its own organisations."""
    return model.objects.visible_to(actor).filter(
        **{f"{POPULATIONS[own.audience].column}__in": own.keys}
    )


def rows(indicator, part, own, actor, window):
    """The rows that the number of that part counts, as a queryset. KeyError: no such part."""
    asked = indicator.part(part)
    found = source_rows(indicator.source_of(asked, own.audience), own, actor)
    return found.annotate(**_facts([(indicator, asked)], [window])).filter(asked.rows(window))


def measure(indicators, actor, own, windows, *, on, for_tiles=False):
    """Figures of one population: {(slug, window): Figure}, all of them in one statement.

    `on` is the day of looking: it decides what is still provisional. An indicator that has no
    source for this audience is left out. `for_tiles` works out only what a tile shows.
    """
    offered = [known for known in indicators if known.is_for(own.audience)]
    numbers = _aggregated(_by_source(offered, own.audience, for_tiles), own, actor, windows)
    told = answers.of_windows(actor, own, windows) if _has_answers(offered) else {}
    return {
        (known.slug, window): _figure(known, own, window, numbers, index, on, told)
        for known in offered
        for index, window in enumerate(windows)
    }


def measure_by_site(indicator, actor, own, windows, *, on):
    """The same figures apart per school site: {site key: {window: Figure}}, a query per source.

    Empty where a source knows no site.
    """
    sources = _by_source([indicator], own.audience)
    if not sources or not all(has_field(model, "site") for model, _among in sources):
        return {}
    numbers: dict[Any, dict[str, Any]] = {}
    empty: dict[str, Any] = {}
    for (model, _among), parts in sources.items():
        aggregates = _aggregates(parts, enumerate(windows))
        empty |= {name: 0 if _adds_up(name, parts) else None for name in aggregates}
        counted = _counted(source_rows(model, own, actor), parts, windows)
        sums = _sums(parts, windows)
        for site, found in statements.apart(counted, "site_id", _fenced, aggregates, sums):
            numbers.setdefault(site, {}).update(found)
    return {
        site: {
            window: _figure(indicator, own, window, empty | found, index, on)
            for index, window in enumerate(windows)
        }
        for site, found in numbers.items()
    }


def measure_cell(indicators, actor, cell: Cell, window, *, on):
    """Exact figures over the rows of a cell, for publication: {slug: Figure}.

    `actor` is a system actor. Counted is the record of the audience that the indicator names for
    publication; each value says how many different children stand behind it (`people`) and, for
    money, how much the single largest child has of it (`largest`). An indicator that is not
    published, or not split by the dimensions of the cell, is left out.
    """
    found = {}
    for audience in Audience:
        own = Own(audience, name=cell.label)
        offered = [
            known
            for known in indicators
            if known.published is audience and set(cell.dimensions) <= set(known.breakdowns)
        ]
        numbers: dict[str, Any] = {}
        people: dict[str, int] = {}
        largest: dict[str, int] = {}
        for (model, _among), asked in _by_source(offered, audience).items():
            counted = _counted(_cell_rows(model, cell, actor), asked, [window])
            apart = {f"{name}__people": who for name, who in _people(asked, window).items()}
            answer = _fenced(counted).aggregate(**_aggregates(asked, [(0, window)]), **apart)
            numbers |= answer
            people |= {name: answer[f"{name}__people"] for name in _people(asked, window)}
            largest |= _largest(counted, asked, window)
        told = answers.of_cell(actor, cell, window) if _has_answers(offered) else {}
        for known in offered:
            figure = _figure(known, own, window, numbers, 0, on, told)
            found[known.slug] = _with_people(figure, people, largest)
    return {known.slug: found[known.slug] for known in indicators if known.slug in found}


class Percentile(Aggregate):
    """The smallest value that at least this share of the rows does not exceed."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"


def _aggregate(part, window):
    condition = part.rows(window)
    match part.how:
        case "count":
            return CountOf("pk", filter=condition)
        case "distinct":
            return CountOf(part.of, distinct=True, filter=condition)
        case "sum":
            return Sum(part.of, filter=condition, default=0)
        case "min":
            return Min(part.of, filter=condition)
        case "median":
            return Percentile(part.of, filter=condition, share="0.5")
        case "p90":
            return Percentile(part.of, filter=condition, share="0.9")
    raise ValueError(f"{part.slug}: nothing is known about {part.how!r}")


def _name(slug, part, index):
    return f"{slug}__{part.slug}__{index}".replace("-", "_")


def _by_source(offered, audience, for_tiles=False):
    """{(model, among): [(indicator, part)]}: what has to be worked out over which rows."""
    found = defaultdict(list)
    for known in offered:
        for part in known.measure.for_tile() if for_tiles else known.measure.parts():
            found[known.source_of(part, audience), part.among].append((known, part))
    return found


def _facts(asked, windows):
    """The facts by name that the conditions of these parts read."""
    known = {indicator.slug: indicator for indicator, part in asked if part.source is None}
    return {
        name: fact
        for indicator in known.values()
        for window in windows
        for name, fact in indicator.annotations(window).items()
    }


def _counted(rows_of_source, asked, windows):
    """The rows that any of these parts counts in any of these windows, with their facts.

    Those of one entry of `_by_source`, so that they agree on `among`.
    """
    indicators = {known.slug: known for known, _part in asked}.values()
    (among,) = {part.among for _known, part in asked}
    if among:
        held = [among(window) for window in windows]
    else:
        held = [
            part.rows(window)
            for known in indicators
            for part in known.measure.wholes()
            if any(part is one for _known, one in asked)
            for window in windows
        ]
    return rows_of_source.annotate(**_facts(asked, windows)).filter(any_of(held))


def _fenced(counted):
    """The same rows, with each fact worked out once per row: the database does not look through a
    limit, and else it puts the text of a fact in every place where a condition reads it.
    """
    return counted.order_by()[:EVERY] if counted.query.annotations else counted


def _aggregates(asked, numbered):
    """The numbers of these parts in each of the windows: (index, window)."""
    return {
        _name(known.slug, part, index): _aggregate(part, window)
        for index, window in numbered
        for known, part in asked
    }


def _aggregated(sources, own, actor, windows):
    """Every number over these sources, in one statement.

    Each window reads its own rows: two years in one pass would weigh every row by both.
    """

    def make():
        return [
            (
                _fenced(_counted(source_rows(model, own, actor), asked, [window])),
                _aggregates(asked, [(index, window)]),
            )
            for (model, _among), asked in sources.items()
            for index, window in enumerate(windows)
        ]

    seen = {
        model: None if actor.kind == "system" else condition_for(model, actor, READ)
        for model, _among in sources
    }
    parts = [(known, part) for asked in sources.values() for known, part in asked]
    key = (
        own.audience,
        own.keys,
        tuple(seen.items()),
        tuple((known.slug, known.version, part.slug) for known, part in parts),
        tuple(windows),
    )
    return statements.together(key, make, _sums(parts, windows))


def _sums(asked, windows):
    """The names of what adds up: the database gives those as decimals."""
    return [
        _name(known.slug, part, index)
        for known, part in asked
        if part.how == "sum"
        for index in range(len(windows))
    ]


def _adds_up(name, asked):
    """Whether the number of that name is nought, and not unknown, over no rows."""
    return any(
        name.startswith(_name(known.slug, part, "")) and part.how in ("count", "distinct", "sum")
        for known, part in asked
    )


def _has_answers(offered):
    return any(isinstance(known.measure, Anonymous) for known in offered)


def _figure(known, own, window, numbers, index, on, told=None):
    names = {part.slug: _name(known.slug, part, index) for part in known.measure.parts()}
    asked = {slug: numbers[name] for slug, name in names.items() if name in numbers}
    given = told[window] if isinstance(known.measure, Anonymous) else asked
    values = known.measure.values(given, window)
    status = _status(known, values, window, on)
    kept = {slug: Number(number) for slug, number in asked.items()}
    return Figure(known, own, window, values, status, kept)


def _status(known, values, window, on):
    if values[0].value is None:
        return NO_ROWS
    return PROVISIONAL if known.is_provisional(window, on) else FINAL


def has_field(model, field):
    """Whether the rows of a model have that column."""
    try:
        model._meta.get_field(field)
    except FieldDoesNotExist:
        return False
    return True


def _cell_rows(model, cell, actor):
    """The rows of a source within a cell, restricted by each of its columns that the source has."""
    condition = Q()
    if has_field(model, "site"):
        condition &= Q(site__in=cell.sites)
    if has_field(model, "provider") and not has_field(model, "site"):
        condition &= Q(provider__in=cell.providers)
    if has_field(model, "municipality") and cell.municipalities and not has_field(model, "site"):
        condition &= Q(municipality__in=cell.municipalities)
    return model.objects.visible_to(actor).filter(condition)


def _people(asked, window):
    """How many different children stand behind each part that knows them."""
    return {
        _name(known.slug, part, 0): CountOf(part.person, distinct=True, filter=part.rows(window))
        for known, part in asked
        if part.person
    }


def _largest(counted, asked, window):
    """The largest part that one child has of each sum of money: one query, if there is any."""
    sums = {
        _name(known.slug, part, 0): part
        for known, part in asked
        if part.person and part.unit == "euro_cents"
    }
    persons = {part.person for part in sums.values()}
    found = dict.fromkeys(sums, 0)
    for person in persons:
        aggregates = {
            name: Sum(part.of, filter=part.rows(window), default=0)
            for name, part in sums.items()
            if part.person == person
        }
        known = counted.filter(**{f"{person}__isnull": False})
        for answer in known.order_by().values(person).annotate(**aggregates):
            for name in aggregates:
                found[name] = max(found[name], answer[name])
    return found


def _with_people(figure, people, largest):
    """The figure with how many children, and how much of the largest, stand behind each part."""
    parts = figure.indicator.measure.by_slug
    names = {slug: _name(figure.indicator.slug, part, 0) for slug, part in parts.items()}
    numbers = {
        slug: replace(number, people=people.get(names[slug]), largest=largest.get(names[slug]))
        for slug, number in figure.numbers.items()
    }
    values = tuple(
        replace(value, people=numbers[value.part].people, largest=numbers[value.part].largest)
        if value.part in numbers
        else value
        for value in figure.values
    )
    return replace(figure, values=values, numbers=numbers)
