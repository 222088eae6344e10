"""From which layer to which: help at the start of the year and on the reference date."""

from functools import partial

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Indicator
from monitor.layers import LAYERS, NOTHING, direction, facts, name_of
from monitor.measures_many import Matrix
from support.models import Layer, Trajectory

ROWS = tuple((layer, Layer(layer).label) for layer in LAYERS)
COLUMNS = (*ROWS, (NOTHING, _("no help planned")))
WAYS = (
    ("heavier", _("to a higher layer")),
    ("lighter", _("to a lower layer")),
    ("same", _("in the same layer")),
)


def helped(window):
    """With help planned on the first day of the school year."""
    return Q(**{f"{name_of(window.start)}__in": LAYERS})


def began_in(layer):
    """The row of a layer."""
    return lambda window: Q(**{name_of(window.start): layer})


def went(layer, to):
    """The cell: from one layer to another, or to no help."""
    return lambda window: Q(**{name_of(window.start): layer, name_of(window.reference_date): to})


def goes(way, layer, to):
    """A cell lies in that direction."""
    return direction(layer, to) == way


def moved(way):
    """The condition of a direction: one of its cells."""

    def condition(window):
        found = Q(pk__in=[])
        for layer in LAYERS:
            for to in LAYERS:
                if goes(way, layer, to):
                    found |= went(layer, to)(window)
        return found

    return condition


INDICATOR = Indicator(
    slug="layer-moves",
    order=66,
    version="2026-1",
    title=_("Moves between layers"),
    question=_("Between which layers does help move?"),
    definition=_(
        "The trajectories with help planned on the first day of the school year, by the highest "
        "layer of that help on that day and on the reference date."
    ),
    measure=Matrix(
        rows=ROWS,
        columns=COLUMNS,
        whole=(_("with help at the start of the year"), helped),
        row=began_in,
        cell=went,
        apart=tuple((way, label, moved(way)) for way, label in WAYS),
        way=direction,
        sums={way: partial(goes, way) for way, _label in WAYS},
        person="pupil",
        # The facts decide, so every trajectory is read; only its own page asks for this figure.
        among=lambda window: Q(),
    ),
    sources={Audience.PROVIDER: Trajectory},
    annotations=facts,
    columns=("reference", "site", "first_help_on", "highest_layer"),
    direction="none",
    origin=_("Planned help and orders in OJA"),
    exclusions=(_("Help that began after the first day of the school year."),),
    audience_notes={Audience.PROVIDER: _("The trajectories of the own organisation.")},
    is_stock=True,
    accumulates=False,
    term="stippellijn",
    theme="use",
    chart="matrix",
    on_dashboard=False,
)
