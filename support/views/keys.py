"""Keys that come from an address or a form, and who may only read what an address names."""

import uuid

from django.http import Http404
from django.utils.translation import gettext as _

from oja.access.refusals import forbidden
from oja.access.scoping import CHANGE


def key_or_404(text):
    """The uuid in a text. Raises Http404 for anything else: no such row."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise Http404 from None


def only_reads(request, row):
    """The 403 page for who sees a row in a role that may not change it, or None.

    A page with a form asks this before it opens: nobody types what cannot be sent.
    """
    if type(row).objects.visible_to(request.actor, CHANGE).filter(pk=row.pk).exists():
        return None
    return forbidden(request, _("You may see this, but not change it."))


def acts_elsewhere(request, role, within, key):
    """The 403 page for who holds a role, but not there where a row belongs; or None.

    For forms that write another row than the one in the address.
    """
    if key in request.actor.ids(role, within):
        return None
    return forbidden(request, _("You may see this, but not change it."))
