"""Pages for reading a list of pupils: choose a file, check the columns, look, read, undo."""

from functools import partial

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404, log_list
from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core import periods
from oja.pages import files
from schools.imports import FileRefused
from schools.models import Pupil, PupilImport, SchoolSite
from schools.pupil_import import actions, columns, words
from schools.pupil_import.forms import ColumnsForm, FileForm
from schools.pupil_import.plan import make_plan

PAGE = "pupil-import-detail"
State = PupilImport.State


@needs(Permission.PUPIL_CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def pupil_import(request):
    """Choose a file; below it the files of before."""
    actor = request.actor
    sites = list(
        SchoolSite.objects.filter(pk__in=actor.ids("school_coordinator", "sites")).order_by("name")
    )
    if not sites:
        raise Http404
    asked = request.GET.get("school", "")
    site = next((site for site in sites if str(site.pk) == asked), sites[0])
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST":
        actions.forget_old(actor, at=timezone.now())
        action = partial(actions.hand_in, actor, site=site, on=periods.today())
        given = files.hand_in(form, action)
        if given is not None:
            return redirect(PAGE, given.pk)
    earlier = PupilImport.objects.visible_to(actor).filter(site=site)
    return render(
        request,
        "schools/pupil_import.html",
        {
            "form": form,
            "site": site,
            "sites": [
                {"label": one.name, "url": f"?school={one.pk}", "current": one == site}
                for one in sites
            ]
            if len(sites) > 1
            else [],
            "breadcrumb": [(_("Pupils"), reverse("pupil-list")), (_("Read a list"), "")],
            "steps": files.steps(0),
            "earlier": list(earlier.exclude(state=State.DROPPED)[:20]),
            "form_url": request.get_full_path(),
        },
    )


@needs(Permission.PUPIL_CHANGE)
def pupil_import_detail(request, pk):
    """What a file would do, or did."""
    return _page(request, _given(request, pk))


@needs(Permission.PUPIL_CHANGE)
@require_POST
def pupil_import_columns(request, pk):
    """Say which column holds what, and see the example anew."""
    given = _given(request, pk)
    action = partial(actions.choose_columns, request.actor, pupil_import=given)
    form = partial(_columns_form, request.actor, given)
    return files.check_columns(request, given, form, action, page=_page, to=PAGE)


@needs(Permission.PUPIL_CHANGE)
@require_POST
def pupil_import_run(request, pk):
    """Read the pupils as the example said."""
    given = _given(request, pk)
    action = partial(
        actions.read_in, request.actor, pupil_import=given, on=periods.today(), at=timezone.now()
    )
    return files.read(request, given, action, page=_page, to=PAGE, said=_said)


def _said(report):
    number = report["new"] + report["changed"]
    return ngettext("%d pupil read.", "%d pupils read.", number) % number


@needs(Permission.PUPIL_CHANGE)
@require_POST
def pupil_import_undo(request, pk):
    """Take back what a file brought."""
    given = _given(request, pk)
    action = partial(
        actions.undo_import,
        request.actor,
        pupil_import=given,
        on=periods.today(),
        at=timezone.now(),
    )
    return files.undo(request, given, action, page=_page, to=PAGE)


@needs(Permission.PUPIL_CHANGE)
@require_POST
def pupil_import_drop(request, pk):
    """Put a file away without reading it."""
    given = _given(request, pk)
    action = partial(actions.put_away, request.actor, pupil_import=given)
    return files.put_away(request, given, action, page=_page, start="pupil-import")


# --- What the page shows --------------------------------------------------------------------------


def _given(request, pk):
    rows = PupilImport.objects.visible_to(request.actor, CHANGE).select_related("site")
    return get_visible_or_404(request, PupilImport, pk, rows=rows)


def _columns_form(actor, given, data=None):
    known = given.columns if given.are_columns_checked else actions.remembered(actor, given.site)
    guesses = actions.guesses_of(given, periods.today(), known)
    return ColumnsForm(data, given=given, guesses=guesses)


def _page(request, given, *, form=None, refusals=()):
    """The page of a file in any state; with refusals it is a 409."""
    at = timezone.now()
    context = {
        "given": given,
        "site": given.site,
        "breadcrumb": [
            (_("Pupils"), reverse("pupil-list")),
            (_("Read a list"), reverse("pupil-import")),
            (given.file_name, ""),
        ],
        "facts": " · ".join((given.site.name, given.get_kind_display(), given.given_by)),
        "refusals": files.told(refusals),
        "may_undo": given.may_undo(at),
        "undo_until": given.undo_until(),
        "form": None,
        "problem": "",
        "plan": None,
        "steps": files.steps(4 if given.done_at else 1),
    }
    if given.state == State.OPEN:
        context |= _open_context(request, given, form)
    elif given.report:
        context |= {
            "summary": _summary(given.report),
            "sentences": words.sentences(given.report),
            "refused": given.report["refused"][: files.SHOWN],
        }
    status = 409 if refusals else 200
    return render(request, "schools/pupil_import_detail.html", context, status=status)


def _open_context(request, given, form):
    """The columns, and the example when they are clear."""
    if form is None and given.kind != PupilImport.Kind.EDEXML:
        form = _columns_form(request.actor, given)
    found = {"form": form, "steps": files.steps(2 if given.are_columns_checked else 1)}
    try:
        parsed = actions.parsed_of(given, periods.today())
    except FileRefused as problem:
        return found | {"problem": str(problem)}
    plan = make_plan(request.actor, site=given.site, parsed=parsed, on=periods.today())
    shown = [one.pupil for one in (*plan.changed, *plan.ended)] + plan.absent
    log_list(request, shown, "pupil-import", subject="pk")
    report = actions.vars_of(plan)
    return found | {
        "plan": plan,
        "fingerprint": plan.fingerprint(),
        "summary": _summary(report),
        "sentences": words.sentences(report),
        "refused": report["refused"][: files.SHOWN],
        "new": [(row, plan.places.get(row.line)) for row in plan.new[: files.SHOWN]],
        "has_places": any(row.line in plan.places for row in plan.new),
        "ended": plan.ended[: files.SHOWN],
        "changed": [(one, _changes(one)) for one in plan.changed[: files.SHOWN]],
        "absent": plan.absent[: files.SHOWN],
        "more": {
            name: max(0, len(rows) - files.SHOWN)
            for name, rows in (
                ("refused", plan.refused),
                ("new", plan.new),
                ("changed", plan.changed),
                ("ended", plan.ended),
                ("absent", plan.absent),
            )
        },
        "nothing": not plan.new and not plan.changed and not plan.ended,
    }


def _summary(report):
    left = report.get("left", 0)
    return [
        (_("New"), report["new"]),
        (_("Changed"), report["changed"] - left),
        (_("Left the school"), left),
        (_("Unchanged"), report["unchanged"]),
        (_("Refused"), len(report["refused"])),
        (_("Not in the file"), report["gone"]),
    ]


def _changes(change):
    """Sentences such as "Group: 5a → 6a"."""
    return [
        f"{columns.FIELD_LABELS[name]}: {_shown(name, old) or '–'} → {_shown(name, new)}"
        for name, (old, new) in change.fields.items()
    ]


def _shown(name, value):
    if name == "birth_date":
        return date_format(value, "d-m-Y")
    return str(Pupil.Gender(value).label) if name == "gender" else str(value)
