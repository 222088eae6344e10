"""Small questions that the workflow engine asks: of models, of versions and of values."""

import datetime as dt
import uuid
from decimal import Decimal

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone

from oja.core.periods import AMSTERDAM, day_of
from oja.core.transitions import Move


def make_move(actor, on, at, data):
    """What guards and effects are told; without a moment a past day is dated at noon."""
    now = timezone.now()
    if on is None:
        on = day_of(at or now)
    if at is None:
        at = min(now, dt.datetime.combine(on, dt.time(12), tzinfo=AMSTERDAM))
        if on == day_of(now):
            at = now
    return Move(actor=actor, on=on, at=at, data=data)


def refusals_of(transition, row, step):
    """The refusals of the guards that are not met."""
    answers = (check(row, step) for check in transition.guards)
    return [answer for answer in answers if answer]


def moment_of(version):
    """The moment that a version stands for; None when it cannot be read."""
    if isinstance(version, dt.datetime):
        return version
    try:
        return dt.datetime.fromisoformat(version)
    except (TypeError, ValueError):
        return None


def has_field(model, name):
    """Whether the model has a column under this name."""
    try:
        return model._meta.get_field(name).concrete
    except FieldDoesNotExist:
        return False


def field_name(name):
    """The field behind the attribute of a stamp: "decided_by_id" is "decided_by"."""
    return name.removesuffix("_id") if name.endswith("_by_id") else name


def all_but(model, fields):
    """Field names to leave out of validation: relations (the key does that) and the untouched."""
    return {item.name for item in model._meta.fields if item.is_relation or item.name not in fields}


def as_json(value):
    """A value as JSON can hold it."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, dt.date | dt.time | uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, list | tuple | set | models.QuerySet):
        return [as_json(item) for item in value]
    return value
