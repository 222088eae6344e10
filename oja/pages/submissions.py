"""One form, one result: a second post of the same form is answered with the result of the first."""

import re
import secrets

from oja.core.workflow import hold
from oja.pages.models import Submission

FIELD = "_key"


def new_key():
    """A key for a form that is about to be shown."""
    return secrets.token_urlsafe(16)


def earlier_result(actor, key):
    """Where the first post with this key led to, or None. Waits for one that is still running."""
    if actor.user_id is None or not is_key(key):
        return None
    hold("submission", f"{actor.user_id}:{key}")
    return result_of(actor, key)


def result_of(actor, key):
    """Where a post with this key led to, or None."""
    found = Submission.objects.visible_to(actor).filter(key=key).values_list("url", flat=True)
    return found.first()


def remember(actor, key, url):
    """Remember the result of a post, for the next one with the same key."""
    if actor.user_id is not None and is_key(key):
        Submission.objects.bulk_create([Submission(user_id=actor.user_id, key=key, url=url[:500])])


def is_key(key):
    """Whether this can be one of our keys; without one a form works, unprotected."""
    return bool(re.fullmatch(r"[\w-]{8,64}", key or "", re.ASCII))
