"""Pupils who are at home on the reference date, by the practical count."""

from django.utils.translation import gettext_lazy as _

from monitor.absence import among, at_home, since_when
from monitor.definition import Audience, Indicator
from monitor.measures import Count
from schools.models import Pupil

INDICATOR = Indicator(
    slug="thuiszitters-breed",
    order=11,
    version="2026-1",
    title=_("Pupils at home, broad count"),
    question=_("How many pupils hardly come to school?"),
    definition=_(
        "The number of pupils in the national count, and pupils who for at least 28 days are at "
        "school for at most a quarter of the timetable. Pupils who are ill count only when they "
        "could come, in part, by their plan."
    ),
    measure=Count(count=(_("hardly or not at school"), at_home("broad")), person="pk", among=among),
    sources={Audience.SCHOOL: Pupil},
    annotations=since_when,
    columns=("pupil_name", "case_number", "group_label"),
    direction="down",
    origin=_("Enrolments and absence in OJA"),
    exclusions=(
        _("Pupils with an exemption."),
        _("Pupils who are ill and cannot come to school."),
    ),
    audience_notes={Audience.SCHOOL: _("The pupils of the own school, also who left it.")},
    published=Audience.SCHOOL,
    breakdowns=("provider",),
    is_stock=True,
    term="thuiszitter",
    theme="attendance",
    chart="columns",
)
