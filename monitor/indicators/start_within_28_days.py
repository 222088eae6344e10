"""Of the help that started in the period: how often within 28 days of the request."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Indicator
from monitor.waiting import Timely
from support.models import SupportRequest, Trajectory

DAYS = 28


def started(window):
    """Help began in the period: its first contact that took place lies in it."""
    return Q(first_help_on__gte=window.start, first_help_on__lt=window.end)


INDICATOR = Indicator(
    slug="start-within-28-days",
    order=40,
    version="2026-1",
    title=_("Help started within 28 days"),
    question=_("Does help start within 28 days?"),
    definition=_(
        "The share of the requests for which help started in the period, with the first contact "
        "at most 28 days after the request was submitted."
    ),
    measure=Timely(
        in_time=_("started within 28 days"),
        among=(_("started in the period"), started),
        start="submitted_on",
        end="first_help_on",
        norm_days=DAYS,
        person="pupil",
    ),
    # The provider counts its own record of the trajectory: that stays when parents
    # later end the sharing of the request by the school (docs/decisions/0004).
    sources={Audience.SCHOOL: SupportRequest, Audience.PROVIDER: Trajectory},
    columns=("reference", "pupil", "site", "submitted_on", "first_help_on", "days_to_help"),
    direction="up",
    norm=80,
    origin=_("Requests and contacts in OJA"),
    exclusions=(
        _("Requests that still wait for help: these are in the figure of open waits."),
        _("Intake and talks before the help: only a contact that took place starts the help."),
    ),
    audience_notes={
        Audience.SCHOOL: _("The requests of the own school."),
        Audience.PROVIDER: _("The trajectories of the own organisation."),
    },
    published=Audience.SCHOOL,
    breakdowns=("provider", "site"),
    provisional_days=90,
    term="wachttijd",
)
