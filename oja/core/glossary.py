"""The shared vocabulary as data: docs/glossary.toml, shown at /begrippen/ and as tooltips."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.text import slugify

from oja.core.text import fold

FILE = Path(__file__).resolve().parent.parent / "docs" / "glossary.toml"


@dataclass(frozen=True)
class Term:
    """One word; the head of the file says what its parts mean."""

    nl: str
    identifier: str
    en: str
    definition: str
    source: str
    since: str
    parents: str = ""

    @property
    def slug(self):
        """Its place in the address."""
        return slugify(fold(self.nl))

    @property
    def text(self):
        """Everything that a search looks at, folded."""
        return fold(" ".join((self.nl, self.en, self.identifier, self.definition, self.parents)))


@cache
def terms():
    """All terms in the order of the alphabet. Raises TypeError for an unknown or missing key."""
    with FILE.open("rb") as file:
        found = [Term(**item) for item in tomllib.load(file)["term"]]
    return tuple(sorted(found, key=lambda term: fold(term.nl)))


@cache
def by_slug():
    """Slug -> term."""
    return {term.slug: term for term in terms()}


def find(text):
    """Terms in which every word of the text occurs."""
    words = fold(text).split()
    return [term for term in terms() if all(word in term.text for word in words)]
