"""Keys that come from an address or a form and not through the URL patterns."""

import uuid

from django.http import Http404


def key_or_404(text):
    """The uuid in a text. Raises Http404 for anything else: no such row."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise Http404 from None
