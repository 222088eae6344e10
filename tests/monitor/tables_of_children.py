"""Made-up children and the tables that are counted from them, for the tests of disclosure.

Every table is counted child by child, so totals, parts and complements hang together as they do
in a real snapshot.
"""

from dataclasses import dataclass
from random import Random

from monitor.disclosure import Exact, Kind
from monitor.tables import Publication, Shape

PLACES = {
    "Kiemkracht": ("Het Baken", "Het Palet", "De Werkplaats"),
    "Vlechtwerk": ("De Kring", "De Vlonder", "De Wissel"),
}
PROVIDER_OF = {site: provider for provider, sites in PLACES.items() for site in sites}
CLASSES = ("short", "middle", "long", "longer")


@dataclass(frozen=True)
class Child:
    """One child with what is counted of it."""

    site: str
    wanted: bool
    in_time: bool
    kind: str
    cents: int
    minutes: int


def children(seed, size=6, helped=0.3):
    """Children of six sites, about `size` to ten times as many each."""
    random = Random(seed)
    found = []
    for site in PROVIDER_OF:
        for _number in range(random.randint(size, size * 10)):
            wanted = random.random() < helped
            found.append(
                Child(
                    site,
                    wanted,
                    wanted and random.random() < 0.7,
                    random.choice(CLASSES),
                    random.choice([0, 0, 40_000, 120_000, 900_000, 6_000_000]) if wanted else 0,
                    random.randint(30, 900) if wanted else 0,
                )
            )
    return found


def wheres():
    """The whole, the providers and the sites."""
    yield ()
    for provider in PLACES:
        yield (("provider", provider),)
    for site in PROVIDER_OF:
        yield (("site", site),)


def inside(child, where):
    """Whether the child is counted there."""
    if not where:
        return True
    ((dimension, name),) = where
    return name == (child.site if dimension == "site" else PROVIDER_OF[child.site])


def publication(found, slug="start", before=None, grows=True):
    """A share, a breakdown, a sum of money and a sum of hours over these children."""
    cells = []
    populations = {}
    for where in wheres():
        here = [child for child in found if inside(child, where)]
        populations[where] = len(here)
        whole = not where and len(here) >= 200
        wanted = [child for child in here if child.wanted]

        def add(part, kind, value, where=where, **more):
            cells.append(Exact(slug, part, where, kind, value, **more))

        add("denominator", Kind.COUNT, len(wanted), whole=whole)
        add(
            "numerator",
            Kind.COUNT,
            sum(child.in_time for child in wanted),
            of="denominator",
            whole=whole,
        )
        add("share", Kind.SHARE, None, over=("numerator", "denominator"), whole=whole)
        for kind in CLASSES:
            add(kind, Kind.COUNT, sum(child.kind == kind for child in wanted))
        add_sum(add, "euros", Kind.EUROS, [child.cents for child in wanted], whole)
        for kind in CLASSES:
            add_sum(
                add,
                f"euros-{kind}",
                Kind.EUROS,
                [child.cents for child in wanted if child.kind == kind],
                False,
            )
        add_sum(add, "hours", Kind.HOURS, [child.minutes for child in wanted], whole)
    shape = Shape(
        slug,
        "start of help",
        balances=(
            (("denominator", 1), *((kind, -1) for kind in CLASSES)),
            (("euros", 1), *((f"euros-{kind}", -1) for kind in CLASSES)),
        ),
        within=(("numerator", "denominator"),),
        grows=frozenset({"denominator", "numerator", *CLASSES} if grows else ()),
    )
    return Publication(tuple(cells), {slug: shape}, PLACES, populations, before=before or {})


def add_sum(add, part, kind, amounts, whole):
    """A sum with what disclosure has to know about the children behind it."""
    some = [amount for amount in amounts if amount]
    add(part, kind, sum(some), people=len(some), largest=max(some, default=0), whole=whole)
