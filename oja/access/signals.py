"""What must happen around a log-in."""

import time

from django.contrib.auth.signals import user_logged_in
from django.db import connection

from oja.access import identity, scoping
from oja.access.actor import Actor

#: Session key: seconds since 1970 at log-in.
LOGGED_IN_AT = "oja_logged_in_at"


def act_as_who_logged_in(sender, request, user, **kwargs):
    """From here on the request is that person's; the session remembers when it began.

    Runs before Django's own receiver, which writes the moment of the log-in on the person's row.
    """
    request.session[LOGGED_IN_AT] = int(time.time())
    request.session.pop("oja_link", None)
    if scoping.is_guarded():
        request.actor = Actor.for_user(user)
        identity.tell(connection, request.actor)


def connect():
    """Connect the receivers."""
    user_logged_in.connect(act_as_who_logged_in, dispatch_uid="oja_access_logged_in")
