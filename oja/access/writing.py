"""What every action that writes needs: permission, sight, the lock, clean text, and one sentence.

Who may not see a row gets NotVisible (404), who may only read it MoveNotAllowed (403), and what the
database refuses becomes a ValidationError with the sentence of its constraint.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from oja.access.scoping import CHANGE
from oja.core.constraints import constraint_sentence
from oja.core.text import clean_text, mask_bsn
from oja.core.workflow import MoveNotAllowed, NotVisible


def require(actor, permission):
    """Raise MoveNotAllowed unless the actor's roles allow this kind of thing."""
    if not actor.may(permission):
        raise MoveNotAllowed(_("Your role does not allow this."))


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
