"""The page of a move that cannot be made now: what is missing, and what you can do about it."""

from django.shortcuts import render
from django.utils.translation import gettext as _


def refused_page(request, problem, *, title, met=(), back_url="", back_label=""):
    """The 409 page of a `MoveRefused`: every condition, the met ones with a check."""
    row = problem.row
    if not back_url and row is not None and hasattr(row, "get_absolute_url"):
        back_url = row.get_absolute_url()
    items = [{"met": True, "label": label} for label in met]
    for refusal in problem.refusals:
        # The list puts a point where more words follow.
        sentence = str(refusal.sentence).removesuffix(".")
        items.append({"met": False, **vars(refusal), "sentence": sentence})
    context = {
        "title": title,
        # A copy on the row itself: the record of the pupil may not be there for this reader.
        "facts": [getattr(row, "pupil_name", "") or str(row)] if row is not None else [],
        "items": items,
        "kept": request.method == "POST",
        "back_url": back_url,
        "back_label": back_label or _("Back"),
    }
    return render(request, "pages/refused.html", context, status=409)
