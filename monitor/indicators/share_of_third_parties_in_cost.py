"""Which part of the cost is of help by others."""

from django.utils.translation import gettext_lazy as _

from monitor.conditions import of, spent, years_of
from monitor.definition import Audience, Clock, Indicator, Part
from monitor.measures import Breakdown
from providers.models import OUTSIDE_SCHOOL, CostCategory
from support.models import Spending

WHOLE = Part(
    "count",
    _("spent in the year"),
    spent,
    of="cents",
    how="sum",
    unit="euro_cents",
    person="pupil_key",
    among=years_of,
)


def by_category(category):
    """The cost of one kind of help."""
    return WHOLE.narrowed(
        category.value.replace("_", "-"), category.label, of("category", category.value)
    )


INDICATOR = Indicator(
    slug="share-of-third-parties-in-cost",
    order=62,
    version="2026-2",
    title=_("Third parties in the cost"),
    question=_("Which part of the money goes to others?"),
    definition=_(
        "The cost of help from outside the school, ordered or not, as a share of everything that "
        "was spent in the calendar year up to and including the reference date. Spent is what was "
        "booked, and own help of months that are not closed yet: its hours times the rate per "
        "hour, provisional."
    ),
    measure=Breakdown(
        *(by_category(category) for category in CostCategory),
        total=WHOLE,
        share=(
            _("part of the cost outside the school"),
            tuple(category.value.replace("_", "-") for category in OUTSIDE_SCHOOL),
        ),
    ),
    sources={Audience.PROVIDER: Spending},
    columns=("on", "category", "source", "municipality", "amount"),
    direction="down",
    origin=_("Cost lines and contacts in OJA"),
    exclusions=(
        _("Orders that were not delivered yet."),
        _("Bills from outside that did not come in yet: these are not estimated."),
    ),
    audience_notes={Audience.PROVIDER: _("The cost lines of the own organisation.")},
    published=Audience.PROVIDER,
    breakdowns=("provider",),
    provisional_days=90,
    term="derdeninzet",
    clock=Clock.CALENDAR_YEAR,
    theme="money",
    chart="bars",
)
