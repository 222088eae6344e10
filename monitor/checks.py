"""Start-up checks: a figure that is not wholly defined does not start.

What a definition must have is read here; that its numbers equal its rows is tested over rows in
tests/monitor/test_every_indicator.py.
"""

import re
from collections import Counter

from django.core import checks
from django.core.exceptions import FieldDoesNotExist

from monitor.columns import COLUMNS, fields_of
from monitor.definition import POPULATIONS
from monitor.indicators import indicators
from monitor.themes import THEMES

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DIRECTIONS = ("up", "down", "none")
WORDS = ("title", "question", "definition", "version", "origin")


@checks.register("monitor")
def every_indicator_is_complete(app_configs=None, **kwargs):
    """monitor.E001: what is missing or wrong in the definitions, one message each."""
    return [
        checks.Error(text, obj=slug, id="monitor.E001") for slug, text in problems_of(indicators())
    ]


def problems_of(known):
    """(slug, sentence) for everything that is wrong in these definitions."""
    slugs = Counter(one.slug for one in known)
    orders = Counter(one.order for one in known)
    for one in known:
        if slugs[one.slug] > 1:
            yield one.slug, "this slug is used twice"
        if orders[one.order] > 1:
            yield one.slug, f"order {one.order} is used twice"
        yield from ((one.slug, text) for text in _problems(one))


def _problems(one):
    if not SLUG.fullmatch(one.slug):
        yield "the slug must be lower case words with hyphens"
    yield from (f"{name} is empty" for name in WORDS if not str(getattr(one, name)).strip())
    if one.direction not in DIRECTIONS:
        yield f"direction must be one of {', '.join(DIRECTIONS)}"
    if one.theme not in THEMES:
        yield f"theme must be one of {', '.join(THEMES)}"
    if one.published and not one.is_for(one.published):
        yield "it is published for an audience that has no source"
    if not one.sources and not one.without_rows:
        yield "no audience has a source"
    slugs = [part.slug for part in one.measure.parts()]
    if (one.sources and not slugs) or len(set(slugs)) < len(slugs):
        yield "the parts of a measure need names of their own"
    yield from sorted(
        {text for part in one.measure.parts() for text in _problems_of_part(one, part)}
    )


def _problems_of_part(one, part):
    names = part.columns or one.columns
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or not names:
        yield f"unknown columns: {', '.join(unknown) or 'none at all'}"
        return
    for audience in one.sources:
        yield from _problems_of_source(names, audience, one.source_of(part, audience))


def _problems_of_source(names, audience, model):
    if not hasattr(model.objects, "visible_to"):
        yield f"{model._meta.label} cannot say what is visible to whom"
    for name in sorted(fields_of(names) | {POPULATIONS[audience].column}):
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            yield f"{model._meta.label} has no field {name}"
