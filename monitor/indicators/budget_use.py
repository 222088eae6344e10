"""What was spent of the budget of the calendar year."""

from django.utils.translation import gettext_lazy as _

from monitor.conditions import budgeted, spent, years_of
from monitor.definition import Audience, Clock, Indicator, Part
from monitor.measures import Ratio
from providers.models import Budget
from support.models import Spending

INDICATOR = Indicator(
    slug="budget-use",
    order=60,
    version="2026-2",
    title=_("Use of the budget"),
    question=_("How much of the budget is used?"),
    definition=_(
        "What was spent in the calendar year of the reference date, up to and including that "
        "date, as a share of the budget of that whole year. Spent is what was booked, and own help "
        "of months that are not closed yet: its hours times the rate per hour, provisional."
    ),
    measure=Ratio(
        numerator=Part(
            "spent",
            _("spent"),
            spent,
            source={Audience.PROVIDER: Spending},
            of="cents",
            how="sum",
            unit="euro_cents",
            person="pupil_key",
            among=years_of,
            columns=("on", "category", "source", "municipality", "amount"),
        ),
        denominator=Part(
            "budget",
            _("budget of the year"),
            budgeted,
            of="amount_cents",
            how="sum",
            unit="euro_cents",
        ),
    ),
    sources={Audience.PROVIDER: Budget},
    columns=("year", "municipality", "budget_amount"),
    direction="none",
    origin=_("Budgets, cost lines and contacts in OJA"),
    exclusions=(
        _("Orders that were not delivered yet."),
        _("Bills from outside that did not come in yet: these are not estimated."),
        _("Help for pupils whose municipality does not take part."),
    ),
    audience_notes={Audience.PROVIDER: _("The budgets of the own organisation.")},
    published=Audience.PROVIDER,
    breakdowns=("provider",),
    provisional_days=90,
    term="budget",
    clock=Clock.CALENDAR_YEAR,
    theme="money",
    chart="ratio",
)
