"""What tests of whole snapshots share: small publications, and what a stranger knows of them."""

from monitor.disclosure import Exact, Kind
from monitor.tables import Publication, Shape
from tests.monitor.stranger import FAR, text_of
from tests.monitor.tables_of_children import CLASSES, PLACES, wheres

PROVIDER = (("provider", "Vlechtwerk"),)
SITES = tuple((("site", name),) for name in PLACES["Vlechtwerk"])


def shown_by_key(settled):
    return {shown.key: shown for shown in settled.shown}


def counts_of(made):
    return {cell.key: cell for cell in made.cells if cell.kind == Kind.COUNT}


def said_by(made, settled):
    """(text, whole) per cell with a count."""
    exact = counts_of(made)
    return {
        key: (text_of(shown), exact[key].whole)
        for key, shown in shown_by_key(settled).items()
        if key in exact
    }


def equations_of(slug="start"):
    """What everybody knows of these tables."""
    found = []
    for where in wheres():
        parts = {(slug, kind, where): -1 for kind in CLASSES}
        found.append(({(slug, "denominator", where): 1} | parts, 0, 0))
        within = {(slug, "denominator", where): 1, (slug, "numerator", where): -1}
        found.append((within, 0, FAR))
    for part in ("denominator", "numerator", *CLASSES):
        providers = {(slug, part, (("provider", name),)): -1 for name in PLACES}
        found.append(({(slug, part, ()): 1} | providers, 0, 0))
        for name, sites in PLACES.items():
            pieces = {(slug, part, (("site", site),)): -1 for site in sites}
            found.append(({(slug, part, (("provider", name),)): 1} | pieces, 0, 0))
    return found


def groups_of(made):
    """Every cell, and everybody who is not in the numerator."""
    exact = counts_of(made)
    for key, cell in exact.items():
        yield {key: 1}, cell.value
        if cell.of:
            whole = exact[(cell.slug, cell.of, cell.where)]
            yield {whole.key: 1, key: -1}, whole.value - cell.value


def planted(*numbers, total=None):
    """A count at the three sites of a provider, where 13 + 13 + 1 reads 15, 15 and 25."""
    cells = [
        Exact("plant", "count", PROVIDER, Kind.COUNT, sum(numbers) if total is None else total)
    ]
    cells += [
        Exact("plant", "count", where, Kind.COUNT, number)
        for where, number in zip(SITES, numbers, strict=True)
    ]
    return Publication(
        tuple(cells),
        {"plant": Shape("plant", "the planted table")},
        {"Vlechtwerk": PLACES["Vlechtwerk"]},
    )
