"""What a line of a workflow table is made of, and how a move can be refused."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

# Forms of moves, by (workflow, move). Forms are a floor above the tables, so they register.
MOVE_FORMS: dict[tuple[str, str], type] = {}


def move_form(workflow_name, move_name):
    """Class decorator: the form that asks what a move sets. Start-up checks compare the two."""

    def register(form_class):
        MOVE_FORMS[workflow_name, move_name] = form_class
        return form_class

    return register


@dataclass(frozen=True)
class Refusal:
    """Why a move cannot be made now: what is missing, who can solve it, since when, and where."""

    sentence: str
    who: str = ""
    since: dt.date | None = None
    url: str = ""
    url_label: str = ""


@dataclass(frozen=True)
class Move:
    """What guards and effects are told: who moves, on which day, and what the form said.

    While a page only asks what is possible, `data` is empty.
    """

    actor: Any
    on: dt.date
    at: dt.datetime
    data: dict[str, Any] = field(default_factory=dict)


Guard = Callable[[Any, Move], Refusal | None]


def guard(label):
    """Marks a guard and gives it the sentence that is shown with a check when it is met."""

    def mark(function):
        function.label = label
        return function

    return mark


class MoveNotAllowed(PermissionDenied):
    """The actor may see the row, and may not make this move (403)."""


class NotVisible(Http404):
    """For this actor the row does not exist (404)."""


class MoveRefused(Exception):
    """It is not the right moment (409). `refusals` tells what is missing."""

    def __init__(self, refusals, row=None):
        self.refusals = list(refusals)
        self.row = row
        super().__init__(" ".join(str(refusal.sentence) for refusal in self.refusals))


class StateChanged(MoveRefused):
    """Somebody else was first: what the actor looked at is no longer how it is (409)."""


@dataclass(frozen=True)
class Transition:
    """One line of the table.

    sets: names that the form of the move asks for. Those that are fields of the row are saved;
        others reach guards and effects through `Move.data`.
    stamps: "decided" fills `decided_on` (the day of the move, unless the form asked for it) and
        `decided_by`, where the model has them.
    locks: fields of the row whose value is locked until the end of the transaction, so that
        facts which guards read stay as they are; see `hold`.
    done: what is said after success. kind: primary, secondary, text or danger.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    permission: Any
    sets: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    done: str = ""
    kind: str = "secondary"
    locks: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Available:
    """A move that the actor could make from this state, and what still stands in its way."""

    transition: Transition
    refusals: list[Refusal]
    met: list[str]

    @property
    def allowed(self):
        """Whether it can be made now."""
        return not self.refusals
