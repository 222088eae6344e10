"""Of the pupils a year ago in special (primary) education: who are at a lower level now."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitor import flow
from monitor.definition import Audience, Clock, Indicator
from monitor.flow import facts, still_counted
from monitor.measures import Share
from schools.models import Enrolment
from schools.transition_rules import SUPPORTED


def supported(window):
    """A year before in sbo, so or vso."""
    return still_counted(window) & Q(school_type__in=SUPPORTED)


INDICATOR = Indicator(
    slug="sent-back",
    order=21,
    version="2026-1",
    title=_("Back to a lighter kind of school"),
    question=_("How many pupils go back to a lighter kind of school?"),
    definition=_(
        "Of the pupils who a year before the count date were in sbo, so or vso: the share that "
        "is at a lower level of the same stage on the count date, such as from so to sbo or from "
        "vso to pro."
    ),
    measure=Share(
        numerator=(_("at a lower level now"), flow.sent_back),
        denominator=(_("a year before in sbo, so or vso"), supported),
        person="pupil",
    ),
    sources={Audience.SCHOOL: Enrolment},
    annotations=facts,
    columns=("pupil", "school_type", "valid_from", "valid_until", "destination_type"),
    direction="up",
    origin=_("Enrolments and destinations in OJA"),
    exclusions=(
        _("Pupils who went abroad or died."),
        _("Pupils who went from primary to secondary education."),
    ),
    audience_notes={Audience.SCHOOL: _("The pupils of the own school a year before.")},
    published=Audience.SCHOOL,
    breakdowns=("provider",),
    clock=Clock.COUNTING_DATES,
    is_stock=True,
    provisional_days=28,
    term="terugplaatsing",
    theme="flow",
)
