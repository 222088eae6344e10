"""How an address is sampled: with which rows, and who gets which answer.

In a sample `ok` names who gets the page, `gone` to whom it does not exist (404), `refused` who
sees the row but meets a condition (409); everybody else who is signed in gets 403.
"""

from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

from tests.cast import NAMES


def names(patterns=None, prefix=""):
    """The names of all addresses; an address without a name is named by its pattern."""
    found = []
    for item in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(item, URLPattern):
            found.append(prefix + (item.name or str(item.pattern)))
        else:
            found += names(item.url_patterns, f"{item.namespace}:" if item.namespace else prefix)
    return found


EVERYBODY = " ".join(NAMES)


@dataclass(frozen=True)
class Sample:
    """An address with its rows. `args`, `query` and `data` are functions of a world."""

    name: str
    args: Any = None
    query: Any = None
    data: Any = None
    ok: str = ""
    gone: str = ""
    refused: str = ""
    moved: str = ""
    public: bool = False
    is_post: bool = False
    code: int = 200
    slug: str = field(default="", compare=False)

    def __str__(self):
        return f"{self.name}{':' + self.slug if self.slug else ''}"

    def address(self, world):
        """(path, query) in a world."""
        path = reverse(self.name, args=self.args(world) if self.args else [])
        return path, (self.query(world) if self.query else {})

    @property
    def has_rows(self):
        """Whether the address names a row of somebody."""
        # A page of figures may not be there for a role, and still names nobody's row.
        names = self.args or self.query or self.data
        return bool(self.gone and names) and not self.public

    def body(self, world):
        """What is posted."""
        return self.data(world) if self.data else {}

    def expected(self, person):
        """The status for one of the cast."""
        for code, people in (
            (self.code, self.ok),
            (404, self.gone),
            (409, self.refused),
            (302, self.moved),
        ):
            if person in people.split():
                return code
        return 403


def page(name, ok=EVERYBODY, **options):
    """A page without rows in its address."""
    return Sample(name, ok=ok, **options)


def post(name, **options):
    """An address that takes posts only."""
    return Sample(name, is_post=True, **options)


def of(path):
    """The key of a row of the world, by its name there: "request.pupil"."""

    def args(world):
        row = world
        for part in path.split("."):
            row = getattr(row, part)
        return [row.pk]

    return args


def move(name, path, slug, **options):
    """A move of a row."""
    return Sample(name, args=lambda w: [*of(path)(w), slug], slug=slug, **options)
