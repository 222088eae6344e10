"""Published figures: what a municipality and a partnership read, and everybody at the table.

This module must not know a person: not the apps that hold pupils, help or providers, nor the
engine that counts them (an import contract in pyproject.toml). It reads what was frozen, through
the database role `oja_figures`.
"""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor import published_charts
from monitor.models import Interpretation
from monitor.reading import board_of
from monitor.themes import THEMES
from monitor.told import cell, day, hidden_reason, hidden_word, short_day, state, told, written
from oja.access.decorators import needs
from oja.access.permissions import Permission
from oja.core.export import Column, to_csv, to_xlsx

#: The tiles, in the order of the meeting: the four questions of the client first.
TILES = (
    ("thuiszitters-ocw",),
    ("to-special-education",),
    ("realised-and-committed", "budget-use"),
    ("marks-of-parents", "marks-of-pupils"),
    ("start-within-28-days",),
    ("under-the-line",),
    ("share-of-third-parties-in-cost",),
    ("reach",),
)
#: More numbers than this are folded away under the drawings.
LONG = 14
#: The columns of the table per provider and school: figure and part.
COLUMNS = (
    ("reach", "numerator", gettext_lazy("Pupils with help")),
    ("thuiszitters-ocw", "count", gettext_lazy("At home")),
    ("to-special-education", "share", gettext_lazy("To special education")),
    ("start-within-28-days", "share", gettext_lazy("Start within 28 days")),
    ("hours-by-form", "total", gettext_lazy("Hours of help")),
)


@needs(Permission.FIGURES_VIEW)
def monitor(request):
    """The settled figures of an arrangement: tiles, the table per school, and all the others."""
    board = board_of(request)
    if board is None:
        return render(request, "monitor/published_none.html", {})
    if request.GET.get("formaat"):
        return export(request, board, list(board.indicators))
    context = frame(request, board) | {
        "tiles": [tile for slugs in TILES for tile in [tile_of(board, slugs)] if tile],
        "table": table(board, COLUMNS),
        "themes": themes(board),
        "in_short": in_short(board),
        "may_meet": request.actor.may(Permission.MEETING_VIEW),
    }
    return render(request, "monitor/published.html", context)


@needs(Permission.FIGURES_VIEW)
def published_figure(request, slug):
    """One settled figure: its history, its parts, per provider and school, and what it means."""
    board = board_of(request, slugs=[slug])
    if board is None or slug not in board.indicators:
        raise Http404
    if request.GET.get("formaat"):
        return export(request, board, [slug])
    indicator = board.indicators[slug]
    parts = board.parts(slug)
    columns = [
        (slug, one.part, one.part_label)
        for one in parts
        if indicator.kind != "matrix" and one.status != "not_offered"
    ][:8]
    context = frame(request, board) | {
        "indicator": indicator,
        "headline": tile_of(board, (slug,)),
        "parts": part_rows(board, parts),
        "fold_parts": len(parts) > LONG,
        "charts": published_charts.of(board, indicator),
        "matrix": published_charts.matrix(board, indicator) if indicator.kind == "matrix" else None,
        "table": table(board, columns) if len(columns) else None,
        "definition": definition(indicator),
        "interpretations": interpretations(request, board, slug),
        "with_tables": "tabel" in request.GET,
        "tables_url": request.path + query(board, tabel=1),
        "charts_url": request.path + query(board),
    }
    return render(request, "monitor/published_figure.html", context)


@needs(Permission.FIGURES_VIEW)
def published_flow(request):
    """From which kind of school to which: the matrix at an address of its own."""
    return published_figure(request, "transitions")


@needs(Permission.FIGURES_VIEW)
def published_pyramid(request):
    """The tilted pyramid at an address of its own."""
    return published_figure(request, "under-the-line")


@needs(Permission.PAGE_VIEW)
def small_numbers(request):
    """Why some numbers are not there: the rule in plain words."""
    context = {
        "few": _(
            "Fewer than ten pupils: you read <10. Also when there are none, because none says "
            "something as well."
        ),
        "percents": _("A percentage needs 25 pupils or more, and goes in steps of 5%."),
    }
    return render(request, "monitor/small_numbers.html", context)


# --- What stands on them --------------------------------------------------------------------------


def query(board, **more):
    """The query string of this snapshot: nothing for the newest one of the only arrangement."""
    said = {}
    if len(board.arrangements) > 1:
        said["oja"] = str(board.snapshot.arrangement_id)
    if board.snapshot != board.snapshots[0]:
        said["stand"] = board.snapshot.reference_date.isoformat()
    said |= more
    return f"?{urlencode(said)}" if said else ""


def frame(request, board):
    """What stands around every page: which figures these are, and which others there are."""
    snapshot = board.snapshot
    path = path_of(request)
    sites = sum(len(names) for _provider, names in snapshot.places)
    facts = [
        _("Snapshot of %(date)s") % {"date": day(snapshot.reference_date)},
        _("%(sites)s schools, %(providers)s lead providers, %(pupils)s pupils")
        % {
            "sites": sites,
            "providers": len(snapshot.places),
            "pupils": snapshot.population_text,
        },
    ]
    others = [
        {
            "label": one.arrangement_name,
            "url": f"{path}?{urlencode({'oja': one.arrangement_id})}",
            "current": one.arrangement_id == snapshot.arrangement_id,
        }
        for one in board.arrangements
    ]
    dates = []
    for one in reversed(board.snapshots[:6]):
        said = {"stand": one.reference_date.isoformat()}
        if len(others) > 1:
            said = {"oja": one.arrangement_id} | said
        dates.append(
            {
                "label": short_day(one.reference_date),
                "url": f"{path}?{urlencode(said)}",
                "current": one == snapshot,
            }
        )
    return {
        "earlier": short_day(board.earlier.reference_date) if board.earlier else "",
        "snapshot": snapshot,
        "facts": " · ".join(facts),
        "arrangements": others if len(others) > 1 else [],
        "snapshots": dates if len(dates) > 1 else [],
        "csv_url": path + query(board, formaat="csv"),
        "xlsx_url": path + query(board, formaat="xlsx"),
        "monitor_url": reverse("monitor") + query(board),
    }


def path_of(request):
    """The address of the page, also where it is somebody's home."""
    return reverse("monitor") if request.path == reverse("home") else request.path


def figure_url(board, slug):
    """The page of a figure."""
    return reverse("published-figure", args=[slug]) + query(board)


def tile_of(board, slugs):
    """A tile of one figure, or of two beside each other; None when it is not in the snapshot."""
    known = [board.indicators[slug] for slug in slugs if slug in board.indicators]
    heads = [board.headline(one.slug) for one in known]
    # Of several names for one question the first that shows something stands on the tile.
    if len(known) > 1 and slugs[0] == "realised-and-committed":
        pairs = [pair for pair in zip(known, heads, strict=True) if pair[1].status == "shown"]
        known, heads = ([one for one, _head in pairs[:1]], [head for _one, head in pairs[:1]])
        known = known or [board.indicators[slugs[0]]]
        heads = heads or [board.headline(known[0].slug)]
    if not known:
        return None
    first, head = known[0], heads[0]
    shown = [one for one in heads if one.status == "shown"]
    return {
        "question": first.question,
        "url": figure_url(board, first.slug),
        "value": value_of(shown) if shown else hidden_word(head.status),
        "unit": unit_of(first, head) if len(shown) < 2 else _("parents and pupils"),
        "compare": compared(board, first, head),
        "state": tile_state(head) if not shown else tile_state(shown[0]),
        "reason": hidden_reason(head.status),
        "notes": notes(board, first, head),
        "chart": published_charts.trend(board, first.slug),
    }


def value_of(shown):
    """One number, or two beside each other."""
    texts = [told(one) for one in shown]
    return (
        texts[0]
        if len(texts) == 1
        else _("%(one)s and %(other)s") % dict(zip(("one", "other"), texts, strict=True))
    )


def unit_of(indicator, head):
    """The words beside the large number: over what it is, and that it was rounded."""
    if head.status != "shown":
        return ""
    if head.unit == "count":
        return _("rounded to 5")
    if head.unit == "percent" and head.denominator is not None:
        if head.numerator is not None and indicator.kind == "share":
            return _("%(part)s of %(whole)s") % {
                "part": f"{head.numerator:.0f}",
                "whole": f"{head.denominator:.0f}",
            }
        if indicator.theme == "money":
            return _("of %(whole)s") % {"whole": written(head.denominator, "euro_cents")}
        return ""
    return _("over %(n)s") % {"n": head.n_text} if head.n_text else ""


def tile_state(head):
    """Final, provisional, too small or not there."""
    kind = state(head)
    if head.status == "shown":
        return "provisional" if head.is_provisional else "final"
    return {"small": "small", "missing": "missing"}.get(kind, kind)


def compared(board, indicator, head):
    """The same number in the snapshot to compare with, with its date."""
    earlier = board.earlier
    if earlier is None:
        return _("This is the first snapshot.")
    before = board.figure(indicator.slug, head.part, snapshot=earlier)
    if before is None or before.version != head.version:
        return _("Not counted like this in %(date)s.") % {"date": short_day(earlier.reference_date)}
    return _("In %(date)s: %(value)s.") % {
        "date": short_day(earlier.reference_date),
        "value": told(before),
    }


def notes(board, indicator, head):
    """The norm, and the warning that few rows make a share jump."""
    found = []
    if indicator.norm is not None:
        found.append(_("Norm %(percent)s%%.") % {"percent": indicator.norm})
    if head.unit == "percent" and head.denominator is not None and head.denominator < 50:
        found.append(_("With small numbers this goes up and down a lot."))
    return found


def themes(board):
    """Every figure of the snapshot, by theme, as label, link and number."""
    found = []
    for name, label in THEMES.items():
        rows = [
            (one.title, figure_url(board, one.slug), cell(board.headline(one.slug)))
            for one in board.indicators.values()
            if one.theme == name
        ]
        if rows:
            found.append({"label": label, "rows": rows})
    return found


def table(board, columns):
    """Per provider and school, in the alphabet: never in the order of the outcome."""
    columns = [column for column in columns if column[0] in board.indicators]
    rows = []
    for label, where, depth in board.places():
        figures = [board.figure(slug, part, where) for slug, part, _label in columns]
        # Where a figure is not split up this far, no row says so for every school.
        if any(one is not None and one.status != "not_offered" for one in figures):
            cells = [cell(one) for one in figures]
            rows.append({"label": label, "depth": depth, "cells": cells})
    return {"heads": [label for _slug, _part, label in columns], "rows": rows}


def part_rows(board, parts):
    """The numbers of a figure with what they are, over how many, and the earlier one."""
    earlier = board.earlier
    return [
        {
            "label": one.part_label,
            "value": cell(one),
            "n": one.n_text,
            "before": cell(board.figure(one.slug, one.part, snapshot=earlier)) if earlier else "",
        }
        for one in parts
        if one.status != "not_offered"
    ]


def in_short(board):
    """Sentences that follow from the numbers by a fixed rule: both numbers, and no reason why."""
    earlier, found = board.earlier, []
    if earlier is None:
        return found
    for slug in ("start-within-28-days", "to-special-education", "share-of-third-parties-in-cost"):
        head = board.headline(slug)
        before = board.headline(slug, earlier)
        if head is None or before is None or head.value is None or before.value is None:
            continue
        if head.version != before.version:
            continue
        if head.value > before.value:
            icon, word = "trending-up", _("More than before.")
        elif head.value < before.value:
            icon, word = "trending-down", _("Less than before.")
        else:
            icon, word = "equal", _("The same as before.")
        text = _("%(title)s: %(now)s, in %(date)s %(then)s.") % {
            "title": board.indicators[slug].title,
            "now": told(head),
            "date": short_day(earlier.reference_date),
            "then": told(before),
        }
        found.append({"icon": icon, "word": word, "text": text})
    return found


def definition(indicator):
    """What is measured, as label and value."""
    return [
        (_("Not counted"), " ".join(indicator.exclusions)),
        (_("Counted on"), indicator.population),
        (_("Source"), indicator.origin),
        (_("Norm"), "" if indicator.norm is None else f"{indicator.norm}%"),
        (_("Version"), indicator.version),
        (_("State of the figure"), indicator.get_status_display()),
    ]


def interpretations(request, board, slug):
    """What meetings said about this figure: facts and possible explanations."""
    if not request.actor.may(Permission.MEETING_VIEW):
        return []
    rows = Interpretation.objects.visible_to(request.actor).filter(
        slug=slug, arrangement_id=board.snapshot.arrangement_id
    )
    return list(rows.select_related("meeting").order_by("-meeting__on", "created_at", "id")[:6])


# --- Files ----------------------------------------------------------------------------------------


def export(request, board, slugs):
    """The cells as a file, written as the pages write them. 404 for another kind of file."""
    kind = request.GET["formaat"]
    order = {slug: number for number, slug in enumerate(slugs)}
    places = {where: number for number, (_label, where, _depth) in enumerate(board.places())}
    rows = [
        one
        for (snapshot, slug, _part, _where), one in board.figures.items()
        if snapshot == board.snapshot.pk and slug in order
    ]
    rows.sort(
        key=lambda one: (order[one.slug], one.part_order, places.get(tuple(one.where.items()), 0))
    )
    columns = [
        Column("figure", _("Figure"), lambda row: board.indicators[row.slug].title),
        Column("part", _("Part"), lambda row: row.part_label),
        Column("where", _("Where"), lambda row: row.where_label or board.snapshot.arrangement_name),
        Column("value", _("Value"), told),
        Column("n", _("Over how many"), lambda row: row.n_text),
        Column("status", _("State of the figure"), lambda row: row.get_status_display()),
        Column(
            "final",
            _("Provisional"),
            lambda row: _("provisional") if row.is_provisional else _("final"),
        ),
        Column("version", _("Version"), lambda row: row.version),
        Column("date", _("Reference date"), lambda row: board.snapshot.reference_date, "date"),
    ]
    name = slugify(f"monitor {board.snapshot.arrangement_name} {board.snapshot.reference_date}")
    if kind == "csv":
        body, content = to_csv(columns, rows), "text/csv; charset=utf-8"
    elif kind == "xlsx":
        about = {
            _("Arrangement"): board.snapshot.arrangement_name,
            _("Reference date"): day(board.snapshot.reference_date),
            _("Rounding"): _(
                "Numbers of pupils are rounded to 5 and not shown below 10. Each number is "
                "rounded by itself, so they need not add up."
            ),
        }
        body = to_xlsx(columns, rows, about)
        content = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        raise Http404
    response = HttpResponse(body, content_type=content)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
