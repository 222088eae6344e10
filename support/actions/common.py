"""What every action of support shares: what oja.access.writing gives, the day, and references."""

import datetime as dt
import hashlib

from django.utils import timezone

from oja.access.writing import key, locked, require, seen, store, text, validate
from oja.core.periods import AMSTERDAM, today
from oja.core.workflow import MoveRefused, Refusal

__all__ = [
    "day",
    "key",
    "locked",
    "moment",
    "people",
    "reference",
    "refuse",
    "require",
    "seen",
    "store",
    "text",
    "validate",
]

#: Letters of references: no vowels, so that no words appear, and nothing that is read wrongly.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"


def day(on):
    """The day of an action: the given one, or today in Amsterdam."""
    return on or today()


def moment(at, on):
    """The moment of an action: the given one, now, or noon of a day in the past."""
    if at is not None:
        return at
    if on is None or on >= today():
        return timezone.now()
    return dt.datetime.combine(on, dt.time(12), tzinfo=AMSTERDAM)


def refuse(sentence, row=None, **more):
    """Raise MoveRefused with one sentence."""
    raise MoveRefused([Refusal(sentence, **more)], row)


def reference(prefix, pk, on):
    """A short readable reference, such as H-26-K7M4Q: from the key, so it tells no numbers."""
    number = int.from_bytes(hashlib.sha256(pk.bytes).digest()[:8])
    letters = []
    for _step in range(5):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return f"{prefix}-{on:%y}-{''.join(letters)}"


def people(items):
    """Who was there, as plain data: a list of {"id", "label"}."""
    return [{"id": str(item["id"]), "label": text(item["label"])} for item in items]
