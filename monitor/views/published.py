"""Published figures: what a municipality and a partnership read, and everybody at the table.

This module must not know a person: not the apps that hold pupils, help or providers, nor the
engine that counts them (an import contract in pyproject.toml). It reads what was frozen, through
the database role `oja_figures`.
"""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor import published_charts
from monitor.agenda import meetings_of, own_arrangements, standing
from monitor.in_short import in_short
from monitor.models import Interpretation
from monitor.published_files import export
from monitor.published_tiles import TILES, tile_of
from monitor.reading import board_of, count_date
from monitor.themes import THEMES
from monitor.told import as_date, cell, day, month, short_day
from oja.access.decorators import needs
from oja.access.permissions import Permission

#: Figures that are drawn on the page of another one.
BESIDE = {
    "transitions": ["transitions", "to-special-education", "sent-back"],
    "under-the-line": ["under-the-line", "hours-of-third-parties"],
}
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
        "deliveries": deliveries(board.snapshot),
        "closed": closed(board.snapshot),
        "may_meet": request.actor.may(Permission.MEETING_VIEW),
    }
    return render(request, "monitor/published.html", context)


@needs(Permission.FIGURES_VIEW)
def published_figure(request, slug):
    """One settled figure: its history, its parts, per provider and school, and what it means."""
    board = board_of(request, slugs=BESIDE.get(slug, [slug]))
    if board is None or slug not in board.indicators:
        raise Http404
    if request.GET.get("formaat"):
        return export(request, board, [slug])
    indicator = board.indicators[slug]
    # The classes of a waiting time stand in their drawing.
    drawn = {name for name, *_days in indicator.layout.get("classes", [])}
    parts = [one for one in board.parts(slug) if one.part not in drawn]
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
        **agenda(request, board, slug),
        "school_years": school_years(request, board) if indicator.kind == "matrix" else [],
        "unknown": part_of(parts, "unknown"),
        "hours_of_others": hours_of_others(board) if slug == "under-the-line" else None,
        "with_tables": "tabel" in request.GET,
        "tables_url": request.path + board.query(tabel=1),
        "charts_url": request.path + board.query(),
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
        "csv_url": path + board.query(formaat="csv"),
        "xlsx_url": path + board.query(formaat="xlsx"),
        "monitor_url": reverse("monitor") + board.query(),
    }


def path_of(request):
    """The address of the page, also where it is somebody's home."""
    return reverse("monitor") if request.path == reverse("home") else request.path


def themes(board):
    """Every figure of the snapshot, by theme, as label, link and number."""
    found = []
    for name, label in THEMES.items():
        rows = [
            (one.title, board.url(one.slug), cell(board.headline(one.slug)))
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


def deliveries(snapshot):
    """What each organisation had handed in, in words: [(organisation, depth, [(word, is_in)])]."""
    return [
        (one["organisation"], 1 if one["kind"] == "provider" else 2, list(handed_in(one)))
        for one in snapshot.delivered
    ]


def closed(snapshot):
    """How many lead providers closed every month: (sentence, whether all did)."""
    providers = [one for one in snapshot.delivered if one["kind"] == "provider"]
    done = sum(not one["open_months"] for one in providers)
    said = _("%(done)s of %(all)s lead providers closed all months")
    return said % {"done": done, "all": len(providers)}, done == len(providers)


def handed_in(one):
    """The facts about one organisation as (sentence, whether it is complete)."""
    if one["kind"] == "site":
        if one["pupils_on"]:
            yield (
                _("list of pupils read in on %(date)s") % {"date": day(as_date(one["pupils_on"]))},
                True,
            )
        else:
            yield _("pupils are kept by hand"), True
        return
    if one["closed_on"]:
        said = {"month": month(one["closed_month"]), "date": day(as_date(one["closed_on"]))}
        yield _("%(month)s closed on %(date)s") % said, True
    missing = one["open_months"]
    if missing:
        names = ", ".join(month(name) for name in missing)
        yield _("not closed yet: %(months)s") % {"months": names}, False


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


def part_of(parts, slug):
    """One of the numbers as it stands in a table, or nothing where there is no such part."""
    return next((cell(one) for one in parts if one.part == slug), "")


def hours_of_others(board):
    """The figure of hours of third parties and its number; nothing in an older snapshot."""
    known = board.indicators.get("hours-of-third-parties")
    if known is None:
        return None
    return {
        "indicator": known,
        "number": cell(board.headline(known.slug)),
        "url": board.url(known.slug),
    }


def school_years(request, board):
    """The count dates that can be chosen, each with its last snapshot."""
    found = {}
    for one in board.snapshots:
        found.setdefault(count_date(one.reference_date), one)
    return [
        {
            "label": _("%(before)s to %(after)s")
            % {"before": short_day(date.replace(year=date.year - 1)), "after": short_day(date)},
            "url": path_of(request) + board.query(one),
            "current": date == count_date(board.snapshot.reference_date),
        }
        for date, one in sorted(found.items())
    ]


def agenda(request, board, slug):
    """On which agendas the figure stands, and on which it can be put by who writes there."""
    arrangement = board.snapshot.arrangement_id
    if arrangement not in own_arrangements(request.actor):
        return {}
    meetings = list(meetings_of(request.actor, arrangement))
    points = {
        point.meeting_id: point
        for point in standing(request.actor).filter(slug=slug, meeting__in=meetings)
    }
    query = f"?{urlencode({'oja': arrangement})}"
    return {
        "may_write": True,
        "on_agenda": [(one, points[one.pk]) for one in meetings if one.pk in points],
        "open_meetings": [one for one in meetings if one.pk not in points],
        "has_meetings": bool(meetings),
        "agenda_url": reverse("agenda-add", args=[slug]) + query,
        "interpretation_url": reverse("interpretation-add", args=[slug]) + query,
    }


def interpretations(request, board, slug):
    """What meetings said about this figure: facts and possible explanations."""
    if not request.actor.may(Permission.MEETING_VIEW):
        return []
    rows = Interpretation.objects.visible_to(request.actor).filter(
        slug=slug, arrangement_id=board.snapshot.arrangement_id
    )
    return list(rows.select_related("meeting").order_by("-meeting__on", "created_at", "id")[:6])
