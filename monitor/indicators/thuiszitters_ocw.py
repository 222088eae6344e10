"""Pupils who are at home on the reference date, by the national count."""

from django.utils.translation import gettext_lazy as _

from monitor.absence import among, at_home, since_when, without_offer
from monitor.definition import Audience, Indicator
from monitor.measures import Count
from schools.models import Pupil

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
        count=(_("at home on the reference date"), at_home("ocw")),
        apart=(
            (
                "without-offer",
                _("longer than three months without a suitable offer"),
                without_offer,
            ),
        ),
        person="pk",
        among=among,
    ),
    sources={Audience.SCHOOL: Pupil},
    annotations=since_when,
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
