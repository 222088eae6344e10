"""Live figures: exact, of the own organisation only, and every number opens its rows."""

import datetime as dt
import uuid

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from monitor import live_charts, words
from monitor.columns import detail_url, for_list, orderings, row_columns, subject_of
from monitor.definition import Window
from monitor.engine import has_field, measure, measure_by_site, populations, rows
from monitor.indicators import indicator, indicators
from monitor.presentation import (
    Choice,
    all_counts,
    definition_rows,
    layer_table,
    notes,
    site_table,
    status,
    tile,
)
from monitor.themes import THEMES
from monitor.views.pyramid import around_pyramid
from oja.access.decorators import needs
from oja.access.permissions import Permission
from oja.core.periods import school_year, school_year_of, today
from oja.pages.lists import list_page
from schools.models import SchoolSite

#: So many school years can be chosen: the running one and those before it.
YEARS = 4


@needs(Permission.FIGURES_LIVE)
def figures(request):
    """Every figure that the actor may see, in tiles, per population and theme."""
    choices = choices_of(request)
    sections = []
    for choice in choices:
        before = choice.window.previous()
        found = measure(
            [known for known in indicators() if known.on_dashboard],
            request.actor,
            choice.own,
            (choice.window, before),
            on=choice.today,
            for_tiles=True,
        )
        tiles = [
            (figure.indicator.theme, tile(figure, found[slug, before], choice))
            for (slug, window), figure in found.items()
            if window == choice.window
        ]
        themes = [
            {"label": label, "tiles": [one for theme, one in tiles if theme == name]}
            for name, label in THEMES.items()
        ]
        shown = [theme for theme in themes if theme["tiles"]]
        sections.append({"label": choice.own.label, "themes": shown})
    window = choices[0].window
    context = {
        "sections": sections,
        "years": years(window, reverse("figures")),
        "facts": _("School year %(year)s, counted up to and including %(date)s")
        % {"year": words.school_year(window), "date": words.reference(window)},
        "may_see_published": request.actor.may(Permission.FIGURES_VIEW),
    }
    return render(request, "monitor/figures.html", context)


@needs(Permission.FIGURES_LIVE)
def figure_detail(request, slug):
    """One figure: its value, its charts, what it measures, and the same per school site."""
    known, choice = asked(request, slug)
    windows = live_charts.years_of(choice.window)
    if known.chart in ("matrix", "pyramid"):
        windows = windows[-2:]
    months = live_charts.months_of(choice.window) if known.chart == "flow" else ()
    found = measure([known], request.actor, choice.own, (*windows, *months), on=choice.today)
    figures = [found[slug, window] for window in windows]
    figure, earlier = figures[-1], figures[-2]
    by_site = measure_by_site(known, request.actor, choice.own, windows[-2:], on=choice.today)
    names = {site.pk: str(site) for site in SchoolSite.objects.filter(pk__in=by_site)}
    drawn = live_charts.of(figures, choice, [found[slug, month] for month in months])
    context = {
        "figure": figure,
        "tile": tile(figure, earlier, choice),
        "counts": all_counts(figure, choice) if known.chart != "matrix" else (),
        "charts": [*drawn, *(moves(request, choice) if slug == "transitions" else [])],
        "unknown": live_charts.unknown(figure, choice) if slug == "transitions" else None,
        "layers": layer_table(figure, choice) if known.chart == "pyramid" else None,
        "beside": around_pyramid(request, choice) if slug == "under-the-line" else None,
        "matrix": live_charts.matrix(figure, choice) if known.chart == "matrix" else None,
        "notes": notes(figure),
        "status": status(figure),
        "definition": definition_rows(figure),
        "table": site_table(figure, earlier, by_site, names, choice) if len(by_site) > 1 else None,
        "years": years(choice.window, request.path, choice),
        "figures_url": reverse("figures") + choice.query(),
        "with_tables": "tabel" in request.GET,
        "tables_url": request.path + choice.query(tabel=1),
        "charts_url": request.path + choice.query(),
        "may_see_published": request.actor.may(Permission.FIGURES_VIEW),
    }
    return render(request, "monitor/figure_detail.html", context)


def moves(request, choice):
    """The shares and numbers of moves between kinds of schools over the years, in one query."""
    windows = live_charts.years_of(choice.window)
    asked = [indicator(slug) for slug in ("to-special-education", "sent-back", "transitions")]
    found = measure(asked, request.actor, choice.own, windows, on=choice.today, for_tiles=True)
    lines = [live_charts.trend([found[one.slug, w] for w in windows]) for one in asked[:2]]
    counts = live_charts.moves({w: found["transitions", w] for w in windows}, windows)
    return [one for one in (*lines, *counts) if one is not None]


@needs(Permission.FIGURES_LIVE)
def figure_flow(request):
    """From which kind of school to which: the figure of the matrix at an address of its own."""
    return figure_detail(request, "transitions")


@needs(Permission.FIGURES_LIVE)
def figure_pyramid(request):
    """The tilted pyramid at an address of its own."""
    return figure_detail(request, "under-the-line")


@needs(Permission.FIGURES_LIVE)
def figure_rows(request, slug, part):
    """The rows behind one number: as many as the number says, with the same export."""
    known, choice = asked(request, slug)
    try:
        counted = known.part(part)
    except KeyError:
        raise Http404 from None
    label, audience = counted.label, choice.own.audience
    found = rows(known, part, choice.own, request.actor, choice.window)
    site = one_site(request, found.model)
    if site is not None:
        found = found.filter(site=site.pk)
    facts = [
        site or choice.own.label,
        _("school year %(year)s") % {"year": words.school_year(choice.window)},
        _("reference date %(date)s") % {"date": words.reference(choice.window)},
        _("version %(version)s") % {"version": known.version},
    ]
    return list_page(
        request,
        for_list(found, known, counted, audience),
        title=f"{known.title}: {label}",
        columns=row_columns(known, counted, audience, choice.window),
        template="monitor/figure_rows.html",
        orderings=orderings(known, counted, audience),
        what=f"figure {known.slug}",
        subject=subject_of(found.model),
        row_url=detail_url,
        breadcrumb=(
            (_("Figures"), reverse("figures") + choice.query()),
            (known.question, choice.detail_url(known)),
            (label, ""),
        ),
        about={
            _("Population"): site or choice.own.label,
            _("School year"): words.school_year(choice.window),
            _("Reference date"): words.reference(choice.window),
            _("Version"): known.version,
        },
        context={"facts": " · ".join(str(fact) for fact in facts), "population": choice.own.label},
    )


def choices_of(request):
    """One choice per population of the actor, for the window that the address asks for."""
    on = today()
    window = window_of(request, on)
    found = populations(request.actor)
    if not found:  # every membership that gave the permission has ended
        raise Http404
    return [Choice(own, window, on, has_others=len(found) > 1) for own in found]


def asked(request, slug):
    """The indicator of the address and the choice; 404 for what does not exist or is not own."""
    try:
        known = indicator(slug)
    except KeyError:
        raise Http404 from None
    choices = [choice for choice in choices_of(request) if known.is_for(choice.own.audience)]
    wanted = request.GET.get("voor")
    if wanted:
        choices = [choice for choice in choices if choice.own.audience.value == wanted]
    if not choices:
        raise Http404
    return known, choices[0]


def window_of(request, on):
    """The window of the address: `schooljaar`, cut off at `tot`. 404 for a year to come."""
    name, until = request.GET.get("schooljaar"), request.GET.get("tot")
    try:
        year = school_year(name) if name else school_year_of(on)
        day = dt.date.fromisoformat(until) if until else on
        return Window.of(year, min(day, on))
    except ValueError:
        raise Http404 from None


def one_site(request, model):
    """The site that `school` names, or None for all. 404 when these rows have no such site."""
    key = request.GET.get("school")
    if not key:
        return None
    if not has_field(model, "site"):
        raise Http404
    try:
        return SchoolSite.objects.get(pk=uuid.UUID(key))
    except (ValueError, SchoolSite.DoesNotExist):
        raise Http404 from None


def years(window, path, choice=None):
    """The school years that can be chosen, as links."""
    on = today()
    year = school_year_of(on)
    found = []
    for _number in range(YEARS):
        offered = Window.of(year, on)
        if choice:
            query = choice.query(offered)
        else:
            query = "" if year.contains(on) else f"?schooljaar={offered.name}"
        found.append(
            {
                "label": words.school_year(offered),
                "url": path + query,
                "current": offered.name == window.name,
            }
        )
        year = school_year_of(year.start - dt.timedelta(days=1))
    return found[::-1]
