"""How long the pupils who are at home have been there."""

from django.utils.translation import gettext_lazy as _

from monitor.absence import among, at_home, lasts, since_when
from monitor.definition import Audience, Indicator, Part
from monitor.measures import Breakdown
from schools.attendance_rules import DURATIONS
from schools.models import Pupil

LABELS = {
    "under_3m": _("up to 3 months"),
    "3_6m": _("3 to 6 months"),
    "6_12m": _("6 to 12 months"),
    "over_12m": _("longer than a year"),
}


WHOLE = Part("count", _("at home on the reference date"), at_home("ocw"), person="pk", among=among)


def of_class(key):
    """A part of those at home by how long they have been."""
    slug = key.replace("_", "-")
    return WHOLE.narrowed(slug, LABELS[key], lasts(*DURATIONS[key]))


INDICATOR = Indicator(
    slug="thuiszitters-duration",
    order=13,
    version="2026-1",
    title=_("How long pupils are at home"),
    question=_("How long are pupils at home?"),
    definition=_(
        "The pupils in the national count on the reference date, by the time since the first day "
        "of their absence, or since they were nowhere enrolled."
    ),
    measure=Breakdown(*(of_class(key) for key in DURATIONS), total=WHOLE),
    sources={Audience.SCHOOL: Pupil},
    annotations=since_when,
    columns=("pupil_name", "case_number", "group_label"),
    direction="down",
    origin=_("Enrolments and absence in OJA"),
    exclusions=(_("Pupils who are ill, suspended or exempt."),),
    audience_notes={Audience.SCHOOL: _("The pupils of the own school, also who left it.")},
    published=Audience.SCHOOL,
    is_stock=True,
    term="thuiszitter",
    theme="attendance",
    chart="bars",
)
