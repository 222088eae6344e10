"""The questions about satisfaction as data: one TOML file per language, in our own words.

A text that no native speaker has reviewed is offered in the demo world only, and says so.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(__file__).parent
DEFAULT = "nl"
#: Scores of the four answers, in the order in which they are shown.
SCORES = (4, 3, 2, 1)


@dataclass(frozen=True)
class Question:
    """One screen: four faces, a mark from 1 to 10, or a text that may stay empty."""

    key: str
    kind: str  # faces, mark or text
    text: str
    answers: tuple[str, ...] = ()
    picture: str = ""

    @property
    def choices(self) -> list[tuple[int, str]]:
        """Score and words of each answer, from very positive to negative."""
        if self.kind == "faces":
            return list(zip(SCORES, self.answers, strict=True))
        return [(number, str(number)) for number in range(1, 11)]


@dataclass(frozen=True)
class Questionnaire:
    """Everything that one kind of informant reads, in one language."""

    informant: str
    questions: tuple[Question, ...]
    words: dict


@dataclass(frozen=True)
class Language:
    """A language with its questionnaires. `state`: own, reviewed or translated."""

    code: str
    name: str
    direction: str
    state: str
    words: dict
    of: dict[str, Questionnaire]

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody whose language it is wrote or read the texts."""
        return self.state in ("own", "reviewed")


@cache
def all_languages() -> dict[str, Language]:
    """Every language that there are texts for, our own first."""
    found = [_read(path) for path in sorted(FOLDER.glob("*.toml"))]
    found.sort(key=lambda language: (language.code != DEFAULT, language.code))
    return {language.code: language for language in found}


def languages() -> dict[str, Language]:
    """The languages that are offered here."""
    return {
        code: language
        for code, language in all_languages().items()
        if language.is_reviewed or settings.DEMO
    }


def language(code: str | None) -> Language:
    """The language of a code; our own when it is not offered."""
    offered = languages()
    return offered.get(code or DEFAULT) or offered[DEFAULT]


def _read(path: Path) -> Language:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = {key: value for key, value in data.items() if isinstance(value, dict)}
    words = kinds.pop("words")
    return Language(
        **{name: data[name] for name in ("code", "name", "direction", "state")},
        words=words,
        of={kind: _questionnaire(kind, value) for kind, value in kinds.items()},
    )


def _questionnaire(informant: str, data: dict) -> Questionnaire:
    questions = tuple(
        Question(**{**item, "answers": tuple(item.get("answers", ()))})
        for item in data["questions"]
    )
    words = {name: value for name, value in data.items() if name != "questions"}
    return Questionnaire(informant, questions, words)
