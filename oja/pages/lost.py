"""Text that was sent after the session had ended, or with a stale token, is not lost.

Every form carries a signed mark of its author. When a post cannot be accepted because nobody is
signed in, the fields become a draft of that author: only who signs in as that person gets them
back. The draft is written by a function of the database, since nobody is signed in.
"""

import json

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.db import connection
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from oja.access.refusals import forbidden
from oja.pages.drafts import SIZE_LIMIT, posted

FIELD = "_who"
MAX_AGE = 24 * 60 * 60  # seconds that a page may stand open
_SALT = "oja.pages.lost"


def mark(actor, form):
    """The signed mark of an author and a form; empty for who has no account."""
    if actor.user_id is None:
        return ""
    return signing.dumps([str(actor.user_id), form], salt=_SALT)


def read_mark(text):
    """(user id, form) of a mark that we signed less than a day ago, or None."""
    try:
        user_id, form = signing.loads(text, salt=_SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return user_id, form


def keep_for_author(request):
    """Keep the posted fields for the author of the form. Returns the author's id, or None."""
    found = read_mark(request.POST.get(FIELD, ""))
    data = json.dumps(posted(request.POST))
    if found is None or len(data) > SIZE_LIMIT:
        return None
    user_id, form = found
    with connection.cursor() as cursor:
        cursor.execute("SELECT oja.keep_lost_text(%s, %s, %s)", [user_id, form, data])
    return user_id


class LostTextMiddleware:
    """Keeps the text of a form that is posted by somebody who is no longer signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Before the log-in page takes over; nothing when this was no form of ours."""
        if request.method != "POST" or request.actor.kind != "anonymous":
            return None
        return _back_to_login(request) if FIELD in request.POST else None


def csrf_failure(request, reason=""):
    """The answer to a post with a stale token: back to the form, with the text."""
    author = keep_for_author(request) if FIELD in request.POST else None
    if request.actor.kind == "anonymous" and author:
        return _login(request)
    if author and author == str(request.actor.user_id):
        return redirect(request.get_full_path())
    if request.path == reverse("account_login"):
        messages.info(request, _("This page stood open for too long. Please sign in again."))
        return redirect(request.get_full_path())
    return forbidden(
        request, _("This page stood open for too long. Go back, reload it and try again.")
    )


def _back_to_login(request):
    return _login(request) if keep_for_author(request) else None


def _login(request):
    if resolve(request.path).url_name == "draft-save":
        text = _("Your session has ended. Your text is kept: sign in to go on.")
        return JsonResponse({"text": text, "login": reverse("account_login")}, status=403)
    return redirect_to_login(request.get_full_path())
