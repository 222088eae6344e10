"""Made-up people: names composed from public lists by a seeded random number generator."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

NAMES_FILE = Path(__file__).parent / "data" / "names.toml"


@dataclass(frozen=True)
class Person:
    """A composed name, with the language that is spoken at home."""

    first_name: str
    prefix: str
    last_name: str
    language: str
    is_girl: bool


@cache
def _lists() -> tuple[dict, ...]:
    return tuple(tomllib.loads(NAMES_FILE.read_text(encoding="utf-8"))["names"])


class Namer:
    """Composes persons and keeps the members of a family together in language and surname."""

    def __init__(self, random: Random):
        self.random = random

    def family(self) -> tuple[dict, str, str]:
        """A list of names with a surname from it: what the members of a family share."""
        lists = _lists()
        names = self.random.choices(lists, weights=[entry["weight"] for entry in lists])[0]
        prefix, _, last_name = self.random.choice(names["surnames"]).rpartition("|")
        return names, prefix, last_name

    def member(self, family: tuple[dict, str, str], *, girl: bool | None = None) -> Person:
        """Somebody of the family."""
        names, prefix, last_name = family
        is_girl = self.random.random() < 0.5 if girl is None else girl
        first_name = self.random.choice(names["girls" if is_girl else "boys"])
        return Person(first_name, prefix, last_name, names["language"], is_girl)

    def adult(self, family: tuple[dict, str, str], *, woman: bool) -> Person:
        """A parent: often with a surname of their own, from the same list."""
        names, prefix, last_name = family
        if woman and self.random.random() < 0.6:
            prefix, _, last_name = self.random.choice(names["surnames"]).rpartition("|")
        return self.member((names, prefix, last_name), girl=woman)
