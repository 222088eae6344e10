"""Refusals: returned, not raised, and logged after the transaction of the request rolled back."""

from django.shortcuts import render
from django.utils.translation import gettext as _


def note_refusal(request, *, action, result, object_type="", object_id=None, ground="") -> None:
    """Remember what was refused; the outermost middleware writes it when all else is done."""
    vars(request).setdefault("refusals", []).append(
        {
            "action": action,
            "result": result,
            "object_type": object_type,
            "object_id": object_id,
            "ground": ground,
        }
    )


def forbidden(request, reason: str = ""):
    """The 403 page with the reason in words."""
    context = {"reason": reason or _("Your role does not include this page.")}
    return render(request, "403.html", context, status=403)
