"""One transaction per request, in which the database knows who asks.

`IdentityMiddleware` stands outside everything that touches the database; `ActorMiddleware`
stands behind the session and says who it is.
"""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.db import connection, transaction

from oja.access import identity, scoping
from oja.access.actor import Actor, become
from oja.access.links import actor_of_session
from oja.access.readlog import write_refusals
from oja.access.signals import LOGGED_IN_AT

#: Session key: seconds since 1970 when the session was last stored with a new end.
SEEN_AT = "oja_seen_at"
#: A session in use gets a new end at most once in so many seconds: that is three statements less
#: in every other request.
SEEN_EVERY = 60


class IdentityMiddleware:
    """The transaction of the request, as the role of the application and for nobody yet.

    It rolls back on a status of 500 or more, and on any exception that left the view: also on a
    404 after a write. What was refused is logged after that.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = Actor.anonymous()
        request.exception_left_the_view = False
        with become(request.actor), scoping.guarded():
            response = self.get_response(request)
            if response.status_code >= 500 or request.exception_left_the_view:
                transaction.set_rollback(True)
        write_refusals(request, response)
        return response

    def process_exception(self, request, exception):
        """Remember that the view did not end well, whatever answer is made of it."""
        request.exception_left_the_view = True


class ActorMiddleware:
    """Who asks: somebody signed in, somebody with a one-time link, or nobody."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        _end_after_absolute_age(request)
        _move_idle_end(request)
        if request.user.is_authenticated:
            request.actor = Actor.for_user(request.user)
            identity.tell(connection, request.actor)
        else:
            request.actor = actor_of_session(request) or request.actor
        response = self.get_response(request)
        if request.actor.kind != "anonymous" and not response.has_header("Cache-Control"):
            # No copy on the disk of a shared computer, and no Back into a page after log-out.
            response["Cache-Control"] = "no-store, private"
        return response


def _end_after_absolute_age(request):
    """A session ends after ten hours, however busy it was."""
    if not request.user.is_authenticated:
        return
    started = request.session.get(LOGGED_IN_AT)
    if started is None or time.time() - started > settings.SESSION_ABSOLUTE_AGE:
        logout(request)


def _move_idle_end(request):
    """The thirty minutes without a request begin again, give or take a minute."""
    if not request.session.is_empty():
        now = int(time.time())
        if now - request.session.get(SEEN_AT, 0) >= SEEN_EVERY:
            request.session[SEEN_AT] = now
