"""Hours that third parties gave in the fifth layer, where care was ordered by the hour."""

from django.db.models import F, IntegerField, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from monitor.conditions import in_window
from monitor.definition import Audience, Indicator
from monitor.measures import Total
from providers.models import Unit
from support.models import Delivery, DeliveryState, Layer

IN_WINDOW = in_window("period_start")


def delivered(window):
    """Bills of the period that were approved, of care in the fifth layer by the hour."""
    return IN_WINDOW(window) & Q(
        state=DeliveryState.APPROVED,
        subcontract__unit=Unit.HOUR,
        subcontract__layer=Layer.L5,
    )


INDICATOR = Indicator(
    slug="hours-of-third-parties",
    order=65,
    version="2026-1",
    title=_("Hours of third parties"),
    question=_("How many hours do others give outside the school?"),
    definition=_(
        "The hours on approved bills of third parties, for care in the fifth layer that was "
        "ordered by the hour, in the months of the period."
    ),
    measure=Total(
        total=(_("hours of third parties"), delivered),
        of="bought_minutes",
        unit="minutes",
        person="trajectory__pupil",
    ),
    sources={Audience.PROVIDER: Delivery},
    annotations=lambda window: {"bought_minutes": Cast(F("volume") * 60, IntegerField())},
    columns=("order", "month", "volume"),
    direction="none",
    origin=_("Bills of third parties in OJA"),
    exclusions=(
        _("Care that was ordered by the day or by the piece: it has no hours."),
        _("Care that others ordered, and bills that were not approved yet."),
        _("Hours of third parties in the layers under the line."),
    ),
    audience_notes={Audience.PROVIDER: _("The orders of the own organisation.")},
    published=Audience.PROVIDER,
    breakdowns=("provider",),
    provisional_days=90,
    accumulates=False,
    term="derdeninzet",
    theme="use",
    on_dashboard=False,
)
