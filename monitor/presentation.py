"""What a page of live figures shows, worked out from figures: tiles, tables and definition.

Nothing is computed here; every number comes from `monitor.engine` and is written by
`monitor.words`, so that a tile, a table and a list cannot differ.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from monitor import words
from monitor.engine import PROVISIONAL


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
    )


def linked(figure, part, number, choice, **more):
    """A number that opens the rows it counts."""
    url = choice.rows_url(figure.indicator, part, figure.window, **more)
    return format_html('<a href="{}">{}</a>', url, words.whole(number))


def headline(figure, choice, **more):
    """The large number: a count opens its rows, a share shows them as its two counts."""
    value = figure.headline
    if value.unit == "count":
        return linked(figure, value.part, value.value, choice, **more)
    return words.written(value)


def earlier(before, choice, **more):
    """The headline of a year earlier, which opens its rows, or for a share its page."""
    value = before.headline
    if value.value is None:
        return words.NOTHING
    if value.unit == "count":
        return linked(before, value.part, value.value, choice, **more)
    url = choice.detail_url(before.indicator, before.window)
    return format_html('<a href="{}">{}</a>', url, words.written(value))


def part_numbers(figure):
    """How many rows each part has: {part: number}."""
    found = {value.part: value.value for value in figure.values if value.unit == "count"}
    if figure.headline.unit == "percent":
        found |= {
            "numerator": figure.headline.numerator,
            "denominator": figure.headline.denominator,
        }
    return found


def counts(figure, choice):
    """The other numbers of a figure, each with its label; those with rows open them."""
    found = [
        format_html("{} {}", linked(figure, part.slug, number, choice), part.label)
        for part in figure.indicator.measure.lists()
        for number in [part_numbers(figure)[part.slug]]
        if part.slug != figure.headline.part
    ]
    found += [
        format_html("{}: {}", value.label, words.written(value))
        for value in figure.values[1:]
        if value.unit != "count" and value.value is not None
    ]
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
    """Reference date, population and version in one line."""
    return _("Reference date %(date)s · %(population)s · version %(version)s") % {
        "date": words.reference(figure.window),
        "population": figure.own.label,
        "version": figure.indicator.version,
    }


def definition_rows(figure):
    """What is measured, as label and value: complete, or it is no figure."""
    indicator = figure.indicator
    labels = {"numerator": _("Numerator"), "denominator": _("Denominator"), "count": _("Counted")}
    rows = [
        (labels.get(part.slug, _("Of which apart")), part.label)
        for part in indicator.measure.lists()
    ]
    rows += [
        (_("Not counted"), " ".join(map(str, indicator.exclusions))),
        (_("Population"), words.population(figure)),
        (_("Counted on"), indicator.audience_notes.get(figure.own.audience, "")),
        (_("Source"), indicator.origin),
        (_("Norm"), "" if indicator.norm is None else f"{indicator.norm}%"),
        (_("Version"), indicator.version),
        (_("Reference date"), words.reference(figure.window)),
        (_("State of the figure"), status(figure)),
    ]
    return rows


def status(figure):
    """Whether late recording may still change the figure, in words."""
    if figure.status != PROVISIONAL:
        return _("Live, nothing to be expected any more")
    if figure.indicator.provisional_days:
        return _("Provisional: contacts that are recorded late still count")
    return _("Provisional: the day is not over")


@dataclass(frozen=True)
class SiteTable:
    """A figure per school site, in the alphabet, never in the order of the outcome."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Any, ...]], ...]
    total: tuple[Any, ...]


def site_table(figure, before, by_site, names, choice):
    """One row per site with the same numbers as the figure itself, and the total under it."""
    others = [value for value in figure.values if value.unit != "count"]
    heads = [part.label for part in figure.indicator.measure.lists()]
    heads += [value.label for value in others] + [_("A year earlier")]
    rows = [
        (
            names[key],
            _cells(found[figure.window], found[before.window], choice, school=str(key)),
        )
        for key, found in by_site.items()
    ]
    rows.sort(key=lambda row: (row[0].lower(), row[0]))
    return SiteTable(tuple(heads), tuple(rows), _cells(figure, before, choice))


def _cells(figure, before, choice, **more):
    numbers = part_numbers(figure)
    cells = [
        linked(figure, part.slug, numbers[part.slug], choice, **more)
        for part in figure.indicator.measure.lists()
    ]
    cells += [words.written(value) for value in figure.values if value.unit != "count"]
    last = before.headline
    if last.unit == "count":
        return (*cells, earlier(before, choice, **more))
    return (*cells, words.written(last))
