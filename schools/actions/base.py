"""What every action needs: permission, the row itself, clean text, and sentences for errors."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.constraints import constraint_sentence
from oja.core.text import clean_text, mask_bsn


def require(actor, permission):
    """Raise PermissionDenied unless the actor's roles allow this kind of thing."""
    if not actor.may(permission):
        raise PermissionDenied(_("Your role does not allow this."))


def own_site(actor, site_id):
    """Refuse a site where the actor is no coordinator; the system may write everywhere."""
    require(actor, Permission.PUPIL_CHANGE)
    if actor.kind != "system" and site_id not in actor.ids("school_coordinator", "sites"):
        raise Http404


def locked(actor, row):
    """The row as it is now, locked, or Http404 for a stranger and PermissionDenied for a reader."""
    require(actor, Permission.PUPIL_CHANGE)
    model = type(row)
    if not model.objects.visible_to(actor).filter(pk=row.pk).exists():
        raise Http404
    rows = model.objects.visible_to(actor, CHANGE).select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise PermissionDenied(_("You may see this, but not change it."))
    return found


# Fields in which nine digits are something else.
UNMASKED = {"phone", "email"}


def fill(row, values):
    """Set fields on the row; text loses NUL and what looks like a citizen service number."""
    for name, value in values.items():
        if isinstance(value, str):
            value = clean_text(value).strip()
            value = value if name in UNMASKED else mask_bsn(value)[0]
        setattr(row, name, value)
    return row


def store(row):
    """Validate, save and return; what another writer took in between becomes the same sentence."""
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError(constraint_sentence(error)) from error
    return row


def only(fields, names):
    unknown = fields.keys() - set(names)
    if unknown:
        raise TypeError(f"not to be set here: {', '.join(sorted(unknown))}")
    return fields
