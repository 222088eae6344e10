"""What was spent and what is promised, beside the budget."""

from django.utils.translation import gettext_lazy as _

from monitor.conditions import budgeted, spent, years_of
from monitor.definition import Audience, Clock, Indicator, Part
from monitor.measures import Claimed
from providers.models import Budget
from support.models import Commitment, Spending

WHOLE = Part(
    "budget", _("budget of the year"), budgeted, of="amount_cents", how="sum", unit="euro_cents"
)

INDICATOR = Indicator(
    slug="realised-and-committed",
    order=61,
    version="2026-2",
    title=_("Spent and promised"),
    question=_("How much of the budget is taken?"),
    definition=_(
        "What was spent in the calendar year of the reference date, plus what approved orders "
        "may still cost in that year, beside the budget. What is left of the budget is free. "
        "Spent is what was booked, and own help of months that are not closed yet: its hours times "
        "the rate per hour, provisional."
    ),
    measure=Claimed(
        Part(
            "spent",
            _("spent"),
            spent,
            source={Audience.PROVIDER: Spending},
            of="cents",
            person="pupil_key",
            among=years_of,
            columns=("on", "category", "source", "municipality", "amount"),
            how="sum",
            unit="euro_cents",
        ),
        Part(
            "promised",
            _("promised and not delivered yet"),
            budgeted,
            source={Audience.PROVIDER: Commitment},
            of="open_cents",
            person="subcontract__pupil",
            columns=("year", "order", "open_amount"),
            how="sum",
            unit="euro_cents",
        ),
        within=WHOLE,
    ),
    sources={Audience.PROVIDER: Budget},
    columns=("year", "municipality", "budget_amount"),
    direction="none",
    origin=_("Budgets, orders, cost lines and contacts in OJA"),
    exclusions=(
        _("What was promised is counted as it stands today, also for an earlier reference date."),
        _("Bills from outside that did not come in yet: these are not estimated."),
    ),
    audience_notes={Audience.PROVIDER: _("The budgets of the own organisation.")},
    published=Audience.PROVIDER,
    breakdowns=("provider",),
    is_stock=True,
    provisional_days=90,
    term="verplichting",
    clock=Clock.CALENDAR_YEAR,
    theme="money",
    chart="ratio",
)
