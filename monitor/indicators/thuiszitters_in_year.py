"""Pupils who were at home on any day of the period, by the national count."""

from django.utils.translation import gettext_lazy as _

from monitor.absence import among, in_year, was_at_home
from monitor.definition import Audience, Indicator
from monitor.measures import Count
from schools.models import Pupil

INDICATOR = Indicator(
    slug="thuiszitters-in-year",
    order=12,
    version="2026-1",
    title=_("Pupils at home in the school year"),
    question=_("How many pupils were at home this school year?"),
    definition=_(
        "The number of pupils who were in the national count on at least one day of the period. "
        "Each pupil counts once."
    ),
    measure=Count(count=(_("at home in the period"), was_at_home), person="pk", among=among),
    sources={Audience.SCHOOL: Pupil},
    annotations=in_year,
    columns=("pupil_name", "case_number", "group_label"),
    direction="down",
    origin=_("Enrolments and absence in OJA"),
    exclusions=(_("Absence that ended within 28 days."),),
    audience_notes={Audience.SCHOOL: _("The pupils of the own school, also who left it.")},
    published=Audience.SCHOOL,
    breakdowns=("provider",),
    provisional_days=28,
    term="thuiszitter",
    theme="attendance",
    chart="columns",
)
