"""Help that came, went and runs; the four numbers balance."""

from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Indicator
from monitor.measures import StockFlow
from support.models import SupportRequest, Trajectory

INDICATOR = Indicator(
    slug="stock-and-flow",
    order=51,
    version="2026-1",
    title=_("Help that starts, ends and runs"),
    question=_("How much help runs now?"),
    definition=_(
        "Help runs from its first contact until the day on which it was closed. What ran at the "
        "start of the period, plus what started, minus what ended, is what runs on the reference "
        "date."
    ),
    measure=StockFlow(
        start="first_help_on",
        end="help_ended_on",
        labels={
            "begin": _("running at the start of the period"),
            "in": _("started in the period"),
            "out": _("ended in the period"),
            "end": _("running on the reference date"),
        },
        person="pupil",
    ),
    sources={Audience.SCHOOL: SupportRequest, Audience.PROVIDER: Trajectory},
    columns=("reference", "pupil", "site", "first_help_on", "help_ended_on"),
    direction="none",
    origin=_("Contacts and closed trajectories in OJA"),
    exclusions=(_("Trajectories in which no contact took place."),),
    audience_notes={
        Audience.SCHOOL: _("The requests of the own school."),
        Audience.PROVIDER: _("The trajectories of the own organisation."),
    },
    published=Audience.SCHOOL,
    breakdowns=("provider",),
    provisional_days=90,
    term="instroom",
    theme="use",
    chart="flow",
)
