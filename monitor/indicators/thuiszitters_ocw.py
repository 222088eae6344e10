"""Pupils who are at home on the reference date, by the national count."""

from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Indicator
from monitor.measures import Count
from schools.attendance_sql import thuiszitter_ocw, thuiszitter_pact
from schools.models import Pupil


def at_home(window):
    """Nowhere at school, or absent without reason for longer than the rule allows."""
    return thuiszitter_ocw(window.reference_date)


def without_offer(window):
    """Longer than three months and without a suitable offer."""
    return thuiszitter_pact(window.reference_date)


INDICATOR = Indicator(
    slug="thuiszitters-ocw",
    order=10,
    version="2026-1",
    title=_("Pupils at home, national count"),
    question=_("How many pupils are at home now?"),
    definition=_(
        "The number of pupils of school age who are at home on the reference date: not enrolled "
        "anywhere and without an exemption, or absent without a valid reason for more than 28 days."
    ),
    measure=Count(
        count=(_("at home on the reference date"), at_home),
        apart=(
            (
                "without-offer",
                _("longer than three months without a suitable offer"),
                without_offer,
            ),
        ),
        person="pk",
    ),
    sources={Audience.SCHOOL: Pupil},
    columns=("pupil_name", "case_number", "group_label"),
    direction="down",
    origin=_("Enrolments and absence in OJA"),
    exclusions=(
        _("Pupils who are ill, suspended or exempt: these are not in the national count."),
        _("Pupils who moved away or whose next school is known."),
    ),
    audience_notes={Audience.SCHOOL: _("The pupils of the own school, also who left it.")},
    published=Audience.SCHOOL,
    breakdowns=("provider", "site"),
    is_stock=True,
    term="thuiszitter",
    theme="attendance",
    chart="columns",
)
