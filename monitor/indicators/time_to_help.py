"""How long it took from the first talk to the first help."""

from django.utils.translation import gettext_lazy as _

from monitor.conditions import in_window, talked_before_help
from monitor.definition import Audience, Indicator
from monitor.waiting import Waits
from support.models import SupportRequest, Trajectory

STARTED = in_window("first_help_on")


def started(window):
    """Help began in the period after a first talk."""
    return STARTED(window) & talked_before_help(window)


INDICATOR = Indicator(
    slug="time-to-help",
    order=39,
    version="2026-1",
    title=_("From first talk to help"),
    question=_("How soon does help follow the first talk?"),
    definition=_(
        "Over the requests for which help started in the period after a first talk: the number "
        "of days from that talk to the first contact of the help."
    ),
    measure=Waits(
        done=(_("started in the period after a first talk"), started),
        start="first_talk_on",
        end="first_help_on",
        person="pupil",
    ),
    sources={Audience.SCHOOL: SupportRequest, Audience.PROVIDER: Trajectory},
    columns=("reference", "pupil", "site", "first_talk_on", "first_help_on", "days_talk_to_help"),
    direction="down",
    origin=_("Intakes and contacts in OJA"),
    exclusions=(
        _("Help that started without a first talk, or before it."),
        _("Requests that still wait for help: these are in the figure of open waits."),
    ),
    audience_notes={
        Audience.SCHOOL: _("The requests of the own school."),
        Audience.PROVIDER: _("The trajectories of the own organisation."),
    },
    published=Audience.SCHOOL,
    breakdowns=("provider", "site"),
    provisional_days=90,
    term="wachttijd",
    chart="days",
)
