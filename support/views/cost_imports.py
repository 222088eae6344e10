"""Pages for reading a file of bills: choose it, check the columns, look, read, undo."""

from functools import partial

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.money import format_euros
from oja.core.periods import today
from oja.pages import files
from support.actions import cost_imports as actions
from support.cost_import import guesses_of
from support.forms.budget import CostColumnsForm, CostFileForm
from support.models import CostImport
from support.views.budget import chosen_provider

PAGE = "budget-import-detail"
State = CostImport.State


@needs(Permission.BUDGET_CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def budget_import(request):
    """Choose a file; below it the files of before."""
    actor, provider = request.actor, chosen_provider(request)
    form = CostFileForm(request.POST, request.FILES) if request.method == "POST" else CostFileForm()
    if request.method == "POST":
        actions.forget_old(actor, at=timezone.now())
        given = files.hand_in(form, partial(actions.hand_in, actor, provider=provider))
        if given is not None:
            return redirect(PAGE, given.pk)
    earlier = CostImport.objects.visible_to(actor).filter(provider=provider)
    return render(
        request,
        "support/cost_import.html",
        {
            "form": form,
            "provider": provider,
            "steps": files.steps(0),
            "earlier": [
                (one, format_euros(one.report["cents"]) if one.report else "")
                for one in earlier.exclude(state=State.DROPPED)[:20]
            ],
        },
        status=422 if form.errors else 200,
    )


@needs(Permission.BUDGET_CHANGE)
def budget_import_detail(request, pk):
    """What a file would book, or booked."""
    return _page(request, _given(request, pk))


@needs(Permission.BUDGET_CHANGE)
@require_POST
def budget_import_columns(request, pk):
    """Say which column holds what, and see the example anew."""
    given = _given(request, pk)
    action = partial(actions.choose_columns, request.actor, cost_import=given)
    form = partial(_columns_form, request.actor, given)
    return files.check_columns(request, given, form, action, page=_page, to=PAGE)


@needs(Permission.BUDGET_CHANGE)
@require_POST
def budget_import_run(request, pk):
    """Book the bills as the example said."""
    given = _given(request, pk)
    action = partial(
        actions.read_in, request.actor, cost_import=given, on=today(), at=timezone.now()
    )
    return files.read(request, given, action, page=_page, to=PAGE, said=_said)


def _said(report):
    sentence = ngettext(
        "Booked: %(number)s bill, %(amount)s.",
        "Booked: %(number)s bills, %(amount)s.",
        report["new"],
    )
    return sentence % {"number": report["new"], "amount": format_euros(report["cents"])}


@needs(Permission.BUDGET_CHANGE)
@require_POST
def budget_import_undo(request, pk):
    """Take back what a file booked."""
    given = _given(request, pk)
    action = partial(
        actions.undo_import, request.actor, cost_import=given, on=today(), at=timezone.now()
    )
    return files.undo(request, given, action, page=_page, to=PAGE)


@needs(Permission.BUDGET_CHANGE)
@require_POST
def budget_import_drop(request, pk):
    """Put a file away without reading it."""
    given = _given(request, pk)
    action = partial(actions.put_away, request.actor, cost_import=given)
    return files.put_away(request, given, action, page=_page, start="budget-import")


# --- What the page shows --------------------------------------------------------------------------


def _given(request, pk):
    rows = CostImport.objects.visible_to(request.actor, CHANGE).select_related("provider")
    return get_visible_or_404(request, CostImport, pk, rows=rows)


def _columns_form(actor, given, data=None):
    known = given.columns
    if not given.are_columns_checked:
        known = actions.remembered(actor, given.provider)
    return CostColumnsForm(data, given=given, guesses=guesses_of(given.sheet, known))


def _page(request, given, *, form=None, refusals=()):
    """The page of a file in any state; with refusals it is a 409."""
    context = {
        "given": given,
        "facts": " · ".join((given.provider.name, given.given_by)),
        "refusals": files.told(refusals),
        "may_undo": given.may_undo(timezone.now()),
        "undo_until": given.undo_until(),
        "columns_url": reverse("budget-import-columns", args=[given.pk]),
        "steps": files.steps(2 if given.are_columns_checked else 1),
        "form": None,
    }
    if given.state == State.OPEN:
        report, context["fingerprint"] = actions.example_of(request.actor, given, today())
        context["form"] = form or _columns_form(request.actor, given)
        context |= _told(report.as_dict())
        context |= {"nothing": not report.new, "example": report}
        context["amount"] = format_euros(report.cents)
    elif given.report:
        context |= _told(given.report)
    status = 409 if refusals else 200
    return render(request, "support/cost_import_detail.html", context, status=status)


def _told(report):
    """A report in words: what is new, what was left out, which lines are wrong."""
    sentences = list(report["notes"])
    if report["ignored_columns"]:
        words = {"columns": ", ".join(report["ignored_columns"])}
        sentences.insert(0, _("Not read, because we do not need it: %(columns)s.") % words)
    return {
        "is_refused": bool(report["refused"]),
        "summary": [
            (_("New"), report["new"]),
            (_("Together"), format_euros(report["cents"])),
            (_("Unchanged"), report["unchanged"]),
            (_("Without trajectory"), report["unmatched"]),
            (_("Refused"), len(report["refused"])),
        ],
        "sentences": sentences,
        "refused": report["refused"][: files.SHOWN],
        "more": {"refused": max(0, len(report["refused"]) - files.SHOWN)},
    }
