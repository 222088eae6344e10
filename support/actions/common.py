"""What every action of support shares: permission, sight, the lock, the day, and clean text."""

import datetime as dt
import hashlib

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oja.access.scoping import CHANGE
from oja.core.constraints import constraint_sentence
from oja.core.periods import AMSTERDAM, today
from oja.core.text import clean_text, mask_bsn
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible, Refusal

#: Letters of references: no vowels, so that no words appear, and nothing that is read wrongly.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"


def require(actor, permission):
    """Raise MoveNotAllowed unless the actor's roles allow this kind of thing."""
    if not actor.may(permission):
        raise MoveNotAllowed(_("Your role does not allow this."))


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


def key(row):
    """The primary key of a row, or the key itself."""
    return getattr(row, "pk", row)


def seen(actor, model, row, **filters):
    """The row as it is now for this actor, or NotVisible for a stranger."""
    found = model.objects.visible_to(actor).filter(pk=key(row), **filters).first()
    if found is None:
        raise NotVisible
    return found


def locked(actor, row):
    """The row as it is now, locked until the end of the transaction.

    Raises NotVisible for a stranger and MoveNotAllowed for who may only read.
    """
    model = type(row)
    rows = model.objects.visible_to(actor, CHANGE).select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=row.pk).first()
    if found is not None:
        return found
    if model.objects.visible_to(actor).filter(pk=row.pk).exists():
        raise MoveNotAllowed(_("You may see this, but not change it."))
    raise NotVisible


def refuse(sentence, row=None, **more):
    """Raise MoveRefused with one sentence."""
    raise MoveRefused([Refusal(sentence, **more)], row)


def text(value):
    """Typed text as it is stored: no NUL, no number that looks like a BSN, no blanks around."""
    return mask_bsn(clean_text(value or "").strip())[0]


def validate(row):
    """Validate one row; that keys exist is left to the database, in the same statement."""
    row.clean_fields(exclude=[f.name for f in row._meta.fields if f.is_relation])
    row.clean()
    for item in row._meta.concrete_fields:
        longest = item.max_length if isinstance(item, models.TextField) else None
        if longest and len(getattr(row, item.attname)) > longest:  # Django checks it in forms only
            sentence = _("Use %(number)d characters at most.") % {"number": longest}
            raise ValidationError({item.name: sentence})
    row.validate_constraints()


def store(row, fields=None, *, insert=False):
    """Validate and save; what another writer took in between becomes the same sentence."""
    validate(row)
    try:
        with transaction.atomic():
            if fields is None:
                row.save(force_insert=insert)
            else:
                row.save(update_fields={*fields, "updated_at"})
    except IntegrityError as error:
        raise ValidationError(constraint_sentence(error)) from error
    return row


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
