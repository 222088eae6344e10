"""The steps of a file that is handed in: choose it, check the columns, look, read, undo.

`page(request, given, form=None, refusals=())` draws the file of a wing in any state; `to` is the
name of its address. What an action refuses is told on that page.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.core.sheets import FileRefused
from oja.core.workflow import MoveRefused

#: Rows of one kind on the page.
SHOWN = 200


def steps(now):
    """The steps with their state; `now` counts from zero."""
    labels = [_("Choose a file"), _("Check the columns"), _("Look at the example"), _("Read in")]
    return [
        {"label": label, "state": "done" if place < now else "now" if place == now else "next"}
        for place, label in enumerate(labels)
    ]


def told(refusals):
    """Refusals as the list of conditions shows them."""
    return [
        vars(one) | {"met": False, "sentence": str(one.sentence).removesuffix(".")}
        for one in refusals
    ]


def hand_in(form, action):
    """The file that `action(content, file_name)` keeps; None when the form tells why not."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        return action(content=file.read(), file_name=file.name)
    except FileRefused as problem:
        form.add_error("file", str(problem))
        return None


def check_columns(request, given, make_form, action, *, page, to):
    """Take over what was said about the columns, and show the example anew."""
    form = make_form(request.POST) if given.has_open_columns else None
    if form is not None and not form.is_valid():
        return page(request, given, form=form)
    try:
        action(chosen=form.chosen() if form else {})
    except ValidationError as problem:
        form.add_error(None, problem)
        return page(request, given, form=form)
    except MoveRefused as problem:
        return page(request, given, refusals=problem.refusals)
    return redirect(f"{reverse(to, args=[given.pk])}#voorbeeld")


def read(request, given, action, *, page, to, said):
    """Read the file as the example said; `said(report)` is the sentence about it."""
    try:
        given = action(expected=request.POST.get("example", "")[:40] or "-")
    except MoveRefused as problem:
        given.refresh_from_db()
        if given.state != given.State.DONE:  # else a second click
            return page(request, given, refusals=problem.refusals)
    except FileRefused as problem:
        messages.error(request, str(problem))
    except ValidationError as problem:
        messages.warning(request, " ".join(problem.messages))
    else:
        messages.success(request, said(given.report), extra_tags="toast")
    return redirect(to, given.pk)


def undo(request, given, action, *, page, to):
    """Take back what the file brought."""
    try:
        action()
    except MoveRefused as problem:
        given.refresh_from_db()
        return page(request, given, refusals=problem.refusals)
    messages.success(request, _("The import is undone."), extra_tags="toast")
    return redirect(to, given.pk)


def put_away(request, given, action, *, page, start):
    """Forget the file; `start` is the name of the page where a file is chosen."""
    try:
        action()
    except MoveRefused as problem:
        return page(request, given, refusals=problem.refusals)
    messages.success(request, _("The file is put away."), extra_tags="toast")
    return redirect(start)
