"""Care outside the school that the lead provider could have given itself."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Indicator
from monitor.layers import ORDERED
from monitor.measures import Count
from support.models import CouldWe, Layer, Subcontract


def bought(window):
    """Bought care in the fifth layer on the reference date that could be our own, or partly."""
    day = window.reference_date
    return Q(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day),
        layer=Layer.L5,
        state__in=ORDERED,
        starts_on__lte=day,
        ends_on__gte=day,
        could_we__in=(CouldWe.YES, CouldWe.PARTLY),
    )


def planned(window):
    """With a plan to take the help back into the school."""
    return ~Q(take_back_plan="")


INDICATOR = Indicator(
    slug="help-already-here",
    order=67,
    version="2026-1",
    title=_("Help that is already here"),
    question=_("Which help outside the school could we give ourselves?"),
    definition=_(
        "Bought care in the fifth layer that runs on the reference date, of which the order says "
        "that the lead provider could have given it itself, or partly. No child leaves the school "
        "for help that is already there."
    ),
    measure=Count(
        count=(_("orders for help that is already here"), bought),
        apart=(("with-plan", _("with a plan to take it back"), planned),),
        person="pupil",
    ),
    sources={Audience.PROVIDER: Subcontract},
    columns=("bought", "third", "help_kind", "could_we", "take_back_plan", "ends_on"),
    direction="down",
    origin=_("Orders of care in OJA"),
    exclusions=(_("Care that others ordered, and stay elsewhere that nobody could give here."),),
    audience_notes={Audience.PROVIDER: _("The orders of the own organisation.")},
    is_stock=True,
    term="derdeninzet",
    theme="use",
    on_dashboard=False,
)
