"""How often, and for how much money, others help."""

from django.utils.translation import gettext_lazy as _

from monitor.conditions import by_others, help_ran, in_window, of, years_of
from monitor.definition import Audience, Indicator
from monitor.measures import Share
from monitor.measures_many import Several
from support.models import Spending, Trajectory

INDICATOR = Indicator(
    slug="share-with-third-party",
    order=63,
    version="2026-1",
    title=_("Share of third parties"),
    question=_("How often do others help?"),
    definition=_(
        "The share of the trajectories with help in the period for which care of a third party "
        "was ordered, and the share of the cost in the period that was of help from outside the "
        "school."
    ),
    measure=Several(
        {"trajectories": _("trajectories"), "euros": _("euros")},
        trajectories=Share(
            numerator=(_("with third-party care"), of("has_third_party", True)),
            denominator=(_("with help in the period"), help_ran),
            person="pupil",
        ),
        euros=Share(
            numerator=(_("cost of help from outside the school"), by_others),
            denominator=(_("cost in the period"), in_window("on")),
            source={Audience.PROVIDER: Spending},
            of="cents",
            how="sum",
            unit="euro_cents",
            person="pupil_key",
            among=years_of,
            columns=("on", "category", "source", "municipality", "amount"),
        ),
    ),
    sources={Audience.PROVIDER: Trajectory},
    columns=("reference", "site", "first_help_on", "help_ended_on"),
    direction="down",
    origin=_("Trajectories, orders and cost lines in OJA"),
    exclusions=(_("Orders that were proposed and not placed."),),
    audience_notes={Audience.PROVIDER: _("The trajectories of the own organisation.")},
    published=Audience.PROVIDER,
    breakdowns=("provider",),
    provisional_days=90,
    term="derdeninzet",
    theme="money",
    chart="shares",
)
