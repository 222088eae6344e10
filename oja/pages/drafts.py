"""Drafts: text of a form on the server, private to its author, until it is sent or thrown away."""

import datetime as dt
import json
import re

from django.db import IntegrityError, transaction
from django.http import JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oja.access.decorators import needs
from oja.access.permissions import Permission
from oja.core.periods import AMSTERDAM
from oja.core.text import clean_text
from oja.pages import submissions
from oja.pages.models import DRAFT_DAYS, Draft

SIZE_LIMIT = 200_000  # characters of JSON; a form of ours holds a few thousand
# Kept beside the fields: from which version the text started.
CARRIED = ("_version", "_base")
_SECRET = re.compile(r"password|wachtwoord|^token$|^otp$|^code$", re.IGNORECASE)


def posted(data):
    """The fields of a posted form as they go into a draft: never a password or a token."""
    kept = {}
    for name in data:
        if _SECRET.search(name) or name == "csrfmiddlewaretoken":
            continue
        if not name.startswith("_") or name in CARRIED:
            kept[clean_text(name)] = [clean_text(value) for value in data.getlist(name)]
    return kept


def as_query(data):
    """A draft's fields as a form takes them."""
    query = QueryDict(mutable=True)
    for name, values in data.items():
        query.setlist(name, values)
    return query


def keep(actor, form, data, *, at, reason=Draft.Reason.TYPING):
    """Keep the text of a form (`posted`) for its author. Returns the draft.

    Raises ValueError when it is larger than any form of ours.
    """
    if len(json.dumps(data)) > SIZE_LIMIT or len(form) > 120:
        raise ValueError("too large for a draft")
    values = {
        "data": data,
        "reason": reason,
        "saved_at": at,
        "expires_at": at + dt.timedelta(days=DRAFT_DAYS),
        "updated_at": at,
    }
    mine = Draft.objects.visible_to(actor, may="change").filter(form=form)
    if not mine.update(**values):
        try:
            with transaction.atomic():
                Draft.objects.bulk_create([Draft(user_id=actor.user_id, form=form, **values)])
        except IntegrityError:  # two windows at the same moment: the last one counts
            mine.update(**values)
    return mine.first()


def find(actor, form, at):
    """The author's draft of a form, or None."""
    if actor.user_id is None:
        return None
    return Draft.objects.visible_to(actor).filter(form=form, expires_at__gt=at).first()


def discard(actor, form):
    """Throw the draft of a form away, if there is one."""
    if actor.user_id is not None:
        Draft.objects.visible_to(actor, may="delete").filter(form=form).delete()


def moment_text(moment, now):
    """When: "10.42 uur", "gisteren, 15.10 uur" or "16 november, 15.10 uur"."""
    local, today = moment.astimezone(AMSTERDAM), now.astimezone(AMSTERDAM).date()
    time = _("%(time)s h") % {"time": local.strftime("%H.%M")}
    days = (today - local.date()).days
    if days == 0:
        return time
    day = _("yesterday") if days == 1 else date_format(local.date(), "j F")
    return f"{day}, {time}"


@require_POST
@needs(Permission.PAGE_VIEW)
def draft_save(request, form):
    """Keep what stands in a form now. Answers with the sentence that the page shows."""
    now = timezone.now()
    key = request.POST.get(submissions.FIELD, "")
    if submissions.is_key(key) and submissions.result_of(request.actor, key):
        return JsonResponse({"text": ""})  # sent while the form was being saved: nothing is left
    try:
        draft = keep(request.actor, clean_text(form), posted(request.POST), at=now)
    except ValueError:
        return JsonResponse({"text": _("This is too long to keep as a draft.")}, status=413)
    time = moment_text(draft.saved_at, now)
    return JsonResponse(
        {"text": _("Draft kept at %(time)s") % {"time": time}, "saved_at": now.isoformat()}
    )


@require_POST
@needs(Permission.PAGE_VIEW)
def draft_discard(request, form):
    """Throw a draft away and go back to the empty form."""
    discard(request.actor, clean_text(form))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return redirect("home")
    return redirect(back)


def save_url(form):
    """Where the page sends a draft."""
    return reverse("draft-save", args=[form])
