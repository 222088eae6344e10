"""The tilted pyramid: pupils, hours and euros per layer, and what lies in the school."""

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

from monitor import hours
from monitor.conditions import help_ran, in_window, of, years_of
from monitor.definition import Audience, Indicator, Part
from monitor.measures import Breakdown
from monitor.measures_many import Several
from support.figures_sql import counts_for_child
from support.models import Layer, Spending, Trajectory

#: The layers that are organised in the school.
UNDER = tuple(layer for layer in Layer if layer != Layer.L5)
LABEL = _("under the dotted line")


def _name(window):
    return f"counts_{window.start:%Y%m%d}_{window.reference_date:%Y%m%d}"


def facts(window):
    """Whether it is the one trajectory by which the child is counted."""
    counts = counts_for_child(window.start, window.end)
    return {_name(window): ExpressionWrapper(counts, output_field=BooleanField())}


def once(window):
    """Trajectories with help in the period; each child once, in its highest layer."""
    return help_ran(window) & Q(**{_name(window): True})


PUPILS = Part("all", _("pupils"), once, person="pupil")
HOURS = hours.of_contacts("all", _("hours"), per="layer")
CLASSES = hours.for_classes("collective", _("for a whole class or team"))
EUROS = Part(
    "all",
    _("euros"),
    in_window("on"),
    source={Audience.PROVIDER: Spending},
    of="cents",
    how="sum",
    unit="euro_cents",
    person="pupil_key",
    among=years_of,
    columns=("on", "category", "layer", "municipality", "amount"),
)


def per_layer(whole, column):
    """The parts of a whole per layer, from the first to the fifth."""
    return [whole.narrowed(layer.lower(), layer.label, of(column, layer.value)) for layer in Layer]


SHARE = (LABEL, tuple(layer.lower() for layer in UNDER))
INDICATOR = Indicator(
    slug="under-the-line",
    order=64,
    version="2026-2",
    title=_("Tilted pyramid"),
    question=_("How much help stays inside the school?"),
    definition=_(
        "Pupils with help in the period, hours of help and cost, divided over five layers. The "
        "first four layers are organised in the school: they lie under the dotted line. Each "
        "child counts once, in its highest layer. The cost is what was booked, and own help of "
        "months that are not closed yet, provisional."
    ),
    measure=Several(
        {"pupils": _("pupils"), "hours": _("hours"), "euros": _("euros")},
        pupils=Breakdown(*per_layer(PUPILS, "highest_layer"), total=_("pupils"), share=SHARE),
        hours=Breakdown(
            CLASSES,
            *per_layer(HOURS, "layer"),
            total=_("hours"),
            share=(LABEL, ("collective", *SHARE[1])),
        ),
        euros=Breakdown(*per_layer(EUROS, "layer"), total=_("euros"), share=SHARE),
    ),
    sources={Audience.PROVIDER: Trajectory},
    columns=("reference", "site", "first_help_on", "highest_layer"),
    annotations=facts,
    accumulates=False,
    direction="up",
    origin=_("Trajectories, contacts, work for classes and cost lines in OJA"),
    exclusions=(_("Hours of third parties: these are in the euros, not in the hours."),),
    audience_notes={Audience.PROVIDER: _("The help of the own organisation.")},
    published=Audience.PROVIDER,
    breakdowns=("provider",),
    provisional_days=90,
    term="stippellijn",
    theme="use",
    chart="pyramid",
)
