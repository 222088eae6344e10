"""How long it took from the request to the first talk."""

from django.utils.translation import gettext_lazy as _

from monitor.conditions import in_window
from monitor.definition import Audience, Indicator
from monitor.waiting import Waits
from support.models import SupportRequest, Trajectory

INDICATOR = Indicator(
    slug="time-to-first-talk",
    order=38,
    version="2026-1",
    title=_("Waiting for the first talk"),
    question=_("How soon is there a first talk?"),
    definition=_(
        "Over the requests with a first talk in the period: the number of days from the day on "
        "which the request was submitted to that talk. Half of the requests waited at most the "
        "number of days that is shown."
    ),
    measure=Waits(
        done=(_("with a first talk in the period"), in_window("first_talk_on")),
        start="submitted_on",
        end="first_talk_on",
        person="pupil",
    ),
    sources={Audience.SCHOOL: SupportRequest, Audience.PROVIDER: Trajectory},
    columns=("reference", "pupil", "site", "submitted_on", "first_talk_on", "days_to_talk"),
    direction="down",
    origin=_("Requests and intakes in OJA"),
    exclusions=(_("Requests that still wait for a first talk."),),
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
