"""Computes figures and opens the rows behind them, always for somebody.

Each number and its list come from the same condition over the same rows: those that
`visible_to(actor)` gives, of the organisations for which the actor may see live figures.
All counts over one source go out in one query, for every indicator and window at once.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from monitor.definition import POPULATIONS, Audience, Indicator, Value, Window
from oja.access.permissions import Permission

#: Nothing can be computed: there are no rows in the denominator.
NO_ROWS = "no-rows"
PROVISIONAL = "provisional"
FINAL = "final"


@dataclass(frozen=True)
class Own:
    """The organisations of one audience for which an actor may see live figures."""

    audience: Audience
    organisations: tuple[Any, ...]

    @property
    def label(self):
        """The names, in the alphabet: a figure says over whom it is."""
        return ", ".join(sorted(one.name for one in self.organisations))

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


def source_rows(indicator, own, actor):
    """The rows of the source that may count: visible to the actor, of its own organisations."""
    rows = indicator.sources[own.audience].objects.visible_to(actor)
    return rows.filter(**{f"{POPULATIONS[own.audience].column}__in": own.keys})


def counted_rows(group, own, actor, windows):
    """The rows of one source that any of these figures counts in any of these windows."""
    wholes = [known.measure.whole.rows(window) for known in group for window in windows]
    return source_rows(group[0], own, actor).filter(reduce(or_, wholes))


def rows(indicator, part, own, actor, window):
    """The rows that the number of that part counts, as a queryset. KeyError: no such part."""
    condition = indicator.part(part).rows(window)
    return source_rows(indicator, own, actor).filter(condition)


def measure(indicators, actor, own, windows, *, on):
    """Figures of one population: {(slug, window): Figure}, one query per source.

    `on` is the day of looking: it decides what is still provisional. An indicator that has no
    source for this audience is left out.
    """
    offered = [known for known in indicators if own.audience in known.sources]
    by_source: dict[Any, list[Indicator]] = {}
    for known in offered:
        by_source.setdefault(known.sources[own.audience], []).append(known)
    found = {}
    for group in by_source.values():
        asked = _aggregates(group, windows)
        answers = counted_rows(group, own, actor, windows).aggregate(**asked)
        found |= _figures(group, own, windows, answers, on)
    return {(known.slug, w): found[known.slug, w] for known in offered for w in windows}


def measure_by_site(indicator, actor, own, windows, *, on):
    """The same figures apart per school site: {site key: {window: Figure}}, in one query."""
    counted = counted_rows([indicator], own, actor, windows)
    answers = counted.order_by().values("site").annotate(**_aggregates([indicator], windows))
    found = {}
    for answer in answers:
        figures = _figures([indicator], own, windows, answer, on)
        found[answer["site"]] = {window: figures[indicator.slug, window] for window in windows}
    return found


def _name(known, index, key):
    return f"{known.slug}_{index}_{key}".replace("-", "_")


def _aggregates(group, windows):
    return {
        _name(known, index, key): aggregate
        for known in group
        for index, window in enumerate(windows)
        for key, aggregate in known.measure.aggregates(window).items()
    }


def _figures(group, own, windows, answers, on):
    found = {}
    for known in group:
        for index, window in enumerate(windows):
            asked = known.measure.aggregates(window)
            values = known.measure.values(
                {key: answers[_name(known, index, key)] for key in asked}, window
            )
            found[known.slug, window] = Figure(
                known, own, window, values, _status(known, values, window, on)
            )
    return found


def _status(known, values, window, on):
    if values[0].value is None:
        return NO_ROWS
    return PROVISIONAL if known.is_provisional(window, on) else FINAL
