"""What a page of live figures shows, worked out from figures: tiles, tables and definition.

Nothing is computed here; every number comes from `monitor.engine` and is written by
`monitor.words`, so that a tile, a table and a list cannot differ.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.template.defaultfilters import capfirst
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from monitor import words
from monitor.engine import PROVISIONAL
from monitor.small_charts import small


@dataclass(frozen=True)
class Choice:
    """The window and population that a page is about, and how an address says so."""

    own: Any
    window: Any
    today: Any
    has_others: bool

    def query(self, window=None, **more):
        """The query string, with "?" or empty: only what differs from the default."""
        window = window or self.window
        said = {}
        if not window.year.contains(self.today):
            said["schooljaar"] = window.name
        if window.reference_date != min(self.today, window.year.last):
            said |= {"schooljaar": window.name, "tot": window.reference_date.isoformat()}
        if self.has_others:
            said["voor"] = self.own.audience.value
        said |= more
        return f"?{urlencode(said)}" if said else ""

    def detail_url(self, indicator, window=None):
        """The page of one figure."""
        return reverse("figure-detail", args=[indicator.slug]) + self.query(window)

    def rows_url(self, indicator, part, window=None, **more):
        """The rows behind one number."""
        address = reverse("figure-rows", args=[indicator.slug, part])
        return address + self.query(window, **more)


@dataclass(frozen=True)
class Tile:
    """A figure in a tile: question, value and comparison, and all that makes it a figure."""

    question: str
    url: str
    value: str
    compare: str
    state: str
    counts: tuple[Any, ...]
    notes: tuple[str, ...]
    definition: str
    facts: str
    chart: str


def tile(figure, before, choice):
    """The tile of one figure beside the same figure a year earlier."""
    return Tile(
        question=figure.indicator.question,
        url=choice.detail_url(figure.indicator),
        value=headline(figure, choice),
        # In a sentence nought is a word; in the tables it is a figure.
        compare=words.compared(
            before, earlier(before, choice) if before.headline.value else words.nought(before)
        ),
        state="provisional" if figure.status == PROVISIONAL else "live",
        counts=counts(figure, choice),
        notes=notes(figure),
        definition=figure.indicator.definition,
        facts=facts(figure),
        chart=small(figure, before),
    )


def linked(figure, part, number, choice, **more):
    """A number that opens the rows it counts, with its unit."""
    url = choice.rows_url(figure.indicator, part, figure.window, **more)
    unit = figure.indicator.measure.by_slug[part].unit
    return format_html('<a href="{}">{}</a>', url, words.amount(number, unit))


def shown(figure, value, choice, **more):
    """A value as it stands on a page: a link where it has rows, else text."""
    if value.value is not None and value.part in part_numbers(figure):
        return linked(figure, value.part, value.value, choice, **more)
    return words.written(value)


def headline(figure, choice, **more):
    """The large number: a count opens its rows, a share shows them as its two counts."""
    return shown(figure, figure.headline, choice, **more)


def earlier(before, choice, **more):
    """The headline of a year earlier, which opens its rows, or for a share its page."""
    value = before.headline
    if value.value is None:
        return words.NOTHING
    if value.part in part_numbers(before):
        return linked(before, value.part, value.value, choice, **more)
    url = choice.detail_url(before.indicator, before.window)
    return format_html('<a href="{}">{}</a>', url, words.written(value))


def part_numbers(figure):
    """The number over the rows of each part that can be opened: {part: number}."""
    return {
        part.slug: figure.numbers[part.slug].value
        for part in figure.indicator.measure.lists()
        if part.slug in figure.numbers
    }


def counts(figure, choice):
    """What a tile names under its headline, each with its label; those with rows open them."""
    return _lines(figure, choice, figure.indicator.measure.on_tile())


def all_counts(figure, choice):
    """Every other number of a figure, for its own page; those of a table stand there."""
    if figure.indicator.chart in ("matrix", "pyramid"):
        return counts(figure, choice)
    asked = [part.slug for part in figure.indicator.measure.lists()]
    asked += [value.part for value in figure.values[1:] if value.part not in asked]
    # The classes of a waiting time stand in their drawing.
    drawn = {part.slug for part in getattr(figure.indicator.measure, "classes", ())}
    return _lines(figure, choice, [slug for slug in asked if slug not in drawn])


def _lines(figure, choice, slugs):
    parts = figure.indicator.measure.by_slug
    numbers = part_numbers(figure)
    values = {value.part: value for value in figure.values}
    found = []
    for slug in slugs:
        if slug == figure.headline.part:
            continue
        if slug in numbers:
            number = linked(figure, slug, numbers[slug], choice)
            found.append(format_html("{} {}", number, parts[slug].label))
        elif values[slug].value is not None:
            value = values[slug]
            found.append(format_html("{}: {}", value.label, words.written(value)))
    return tuple(found)


def notes(figure):
    """The norm, and the warning that few rows make a share jump."""
    found = []
    if figure.indicator.norm is not None:
        found.append(_("Norm %(percent)s%%.") % {"percent": figure.indicator.norm})
    if words.has_few(figure):
        found.append(_("With small numbers this goes up and down a lot."))
    return tuple(found)


def facts(figure):
    """Over which days, population and version in one line."""
    return _("%(period)s · %(population)s · version %(version)s") % {
        "period": capfirst(words.counted_over(figure)),
        "population": figure.own.label,
        "version": figure.indicator.version,
    }


def definition_rows(figure):
    """What is measured, as label and value: complete, or it is no figure."""
    indicator = figure.indicator
    labels = {"numerator": _("Numerator"), "denominator": _("Denominator"), "count": _("Counted")}
    rows = [
        (labels[part.slug.rpartition("-")[2]], part.label)
        for part in indicator.measure.lists()
        if part.slug.rpartition("-")[2] in labels
    ]
    rows += [
        (_("Not counted"), " ".join(map(str, indicator.exclusions))),
        (_("Population"), words.population(figure)),
        (_("Counted on"), indicator.audience_notes.get(figure.own.audience, "")),
        (_("Source"), indicator.origin),
        (_("Norm"), "" if indicator.norm is None else f"{indicator.norm}%"),
        (_("Version"), indicator.version),
        (_("Counted over"), words.counted_over(figure)),
        (_("Reference date"), words.reference(figure.window)),
        (_("State of the figure"), status(figure)),
    ]
    return rows


def status(figure):
    """Whether late recording may still change the figure, in words."""
    if figure.status != PROVISIONAL:
        return _("Live, nothing to be expected any more")
    if figure.indicator.provisional_days and figure.indicator.theme not in ("access", "use"):
        return _("Provisional: what is recorded late still counts")
    if figure.indicator.provisional_days:
        return _("Provisional: contacts that are recorded late still count")
    return _("Provisional: the day is not over")


@dataclass(frozen=True)
class SiteTable:
    """A figure per school site, in the alphabet, never in the order of the outcome."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Any, ...]], ...]
    total: tuple[Any, ...]


def layer_table(figure, choice):
    """Layers by quantity, from the highest, with every number as a link to its rows."""
    several = figure.indicator.measure
    numbers = part_numbers(figure)
    pieces = {piece.slug: piece.label for one in several.measures.values() for piece in one.pieces}
    order = sorted(pieces, key=lambda slug: "l0" if slug == "collective" else slug, reverse=True)

    def cells(slug):
        return tuple(
            linked(figure, f"{name}-{slug}", numbers[f"{name}-{slug}"], choice)
            if f"{name}-{slug}" in numbers
            else words.NOTHING
            for name in several.measures
        )

    return SiteTable(
        tuple(capfirst(several.names[name]) for name in several.measures),
        tuple((capfirst(pieces[slug]), cells(slug)) for slug in order),
        tuple(words.written(figure.value(f"{name}-total")) for name in several.measures),
    )


def site_table(figure, before, by_site, names, choice):
    """One row per site with the numbers of the tile, and the total under it."""
    columns = _site_columns(figure)
    heads = [label for _slug, label in columns] + [_("A year earlier")]
    rows = [
        (
            names[key],
            _cells(found[figure.window], found[before.window], columns, choice, school=str(key)),
        )
        for key, found in by_site.items()
    ]
    rows.sort(key=lambda row: (row[0].lower(), row[0]))
    return SiteTable(tuple(heads), tuple(rows), _cells(figure, before, columns, choice))


def _site_columns(figure):
    """(slug, label): the numbers of the tile, in its order, then the headline where it is none."""
    parts = figure.indicator.measure.by_slug
    values = {value.part: value for value in figure.values}
    slugs = [figure.headline.part, *figure.indicator.measure.on_tile()]
    slugs = list(dict.fromkeys(slugs))
    if figure.headline.part not in parts:  # a share stands behind the counts it is made of
        slugs = [*slugs[1:], slugs[0]]
    return [(slug, (values.get(slug) or parts.get(slug)).label) for slug in slugs]


def _cells(figure, before, columns, choice, **more):
    numbers = part_numbers(figure)
    values = {value.part: value for value in figure.values}
    cells = [
        linked(figure, slug, numbers[slug], choice, **more)
        if slug in numbers
        else words.written(values[slug])
        for slug, _label in columns
    ]
    if before.headline.part in part_numbers(before):
        return (*cells, earlier(before, choice, **more))
    return (*cells, words.written(before.headline))
