"""Accepted requests whose help has not begun on the reference date, and the longest wait."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Indicator
from monitor.measures import Count
from support.models import SupportRequest

DAYS = 28


def waiting(window):
    """Accepted on or before the day, and neither helped nor ended by the end of that day.

    A withdrawn request counts on the days between its acceptance and its end.
    """
    day = window.reference_date
    return (
        Q(state__in=("accepted", "started", "withdrawn"), decided_on__lte=day)
        & (Q(first_help_on__isnull=True) | Q(first_help_on__gt=day))
        & (Q(ended_on__isnull=True) | Q(ended_on__gt=day))
    )


def longer(window):
    """Submitted more than 28 days before the reference date."""
    return Q(submitted_on__lt=window.reference_date - dt.timedelta(days=DAYS))


INDICATOR = Indicator(
    slug="open-waiting",
    order=41,
    version="2026-1",
    title=_("Waiting for help"),
    question=_("How many requests wait for help?"),
    definition=_(
        "The number of requests that were accepted and for which no contact of the help had "
        "taken place on the reference date. The longest wait is counted in days from the day on "
        "which the request was submitted."
    ),
    measure=Count(
        count=(_("waiting on the reference date"), waiting),
        apart=(("over-norm", _("waiting longer than 28 days"), longer),),
        longest=(_("longest wait"), "submitted_on"),
        person="pupil",
    ),
    sources={Audience.SCHOOL: SupportRequest, Audience.PROVIDER: SupportRequest},
    columns=("reference", "pupil", "site", "submitted_on", "decided_on", "days_waiting"),
    direction="down",
    origin=_("Requests and contacts in OJA"),
    exclusions=(
        _("Requests on which the support team has not decided yet."),
        _("Requests that were withdrawn or closed on or before the reference date."),
    ),
    audience_notes={
        Audience.SCHOOL: _("The requests of the own school."),
        Audience.PROVIDER: _(
            "The requests that are shared with the own organisation today. When "
            "parents end the sharing, the request leaves this figure the same moment."
        ),
    },
    published=Audience.SCHOOL,
    breakdowns=("provider",),
    is_stock=True,
    term="wachttijd",
)
