"""Of the pupils a year ago outside special education: who are in it now."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Clock, Indicator
from monitor.flow import facts, is_at, still_counted
from monitor.measures import Share
from schools.models import Enrolment
from schools.transition_rules import SPECIAL


def elsewhere(window):
    """A year before not in special education (so or vso)."""
    return still_counted(window) & ~Q(school_type__in=SPECIAL)


def in_special(window):
    """In special education on the count date."""
    return is_at(window, SPECIAL)


INDICATOR = Indicator(
    slug="to-special-education",
    order=20,
    version="2026-1",
    title=_("To special education"),
    question=_("How many pupils go to special education?"),
    definition=_(
        "Of the pupils who were enrolled a year before the count date and were not in special "
        "education then: the share that is in special education (so or vso) on the count date. "
        "The count date is the last 1 February."
    ),
    measure=Share(
        numerator=(_("in special education now"), in_special),
        denominator=(_("a year before outside special education"), elsewhere),
        person="pupil",
    ),
    sources={Audience.SCHOOL: Enrolment},
    annotations=facts,
    columns=("pupil", "school_type", "valid_from", "valid_until", "destination_type"),
    direction="down",
    origin=_("Enrolments and destinations in OJA"),
    exclusions=(_("Pupils who went abroad or died."),),
    audience_notes={Audience.SCHOOL: _("The pupils of the own school a year before.")},
    published=Audience.SCHOOL,
    breakdowns=("provider",),
    clock=Clock.COUNTING_DATES,
    is_stock=True,
    provisional_days=28,
    term="doorstroom",
    theme="flow",
)
