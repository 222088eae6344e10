"""From which kind of school to which: the matrix between two count dates."""

from functools import partial

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Clock, Indicator
from monitor.flow import counted, directed, facts, is_at
from monitor.measures_many import Matrix
from schools import transition_rules
from schools.models import Enrolment, EnrolmentDestination, SchoolType

#: The lightest kind of primary education first, then secondary education.
KINDS = ("bao", "sbo", "so", "so_vso", "pro", "vo", "vso")
ROWS = tuple((kind, SchoolType(kind).label) for kind in KINDS)
PLACES = (*KINDS, *(code for code in EnrolmentDestination.values if code not in KINDS))
WAYS = (transition_rules.HEAVIER, transition_rules.LIGHTER, transition_rules.SAME)
COLUMNS = tuple((code, EnrolmentDestination(code).label) for code in PLACES)


def started_in(kind):
    """The row of a kind of school: where pupils were a year before."""
    return lambda window: Q(school_type=kind)


def went(kind, place):
    """The cell: from a kind of school to a place."""
    return lambda window: Q(school_type=kind) & is_at(window, [place])


def goes(way, code, to):
    """A cell lies in that direction."""
    return transition_rules.direction(code, to) == way


def lost(window):
    """Left, and nobody wrote down where to."""
    return is_at(window, [transition_rules.UNKNOWN])


INDICATOR = Indicator(
    slug="transitions",
    order=22,
    version="2026-1",
    title=_("From which school to which"),
    question=_("Which way do pupils move?"),
    definition=_(
        "All pupils who were enrolled a year before the count date, by the kind of school then "
        "and the place on the count date. Heavier means a higher level of support, lighter a "
        "lower one."
    ),
    measure=Matrix(
        rows=ROWS,
        columns=COLUMNS,
        whole=(_("enrolled a year before"), counted),
        row=started_in,
        cell=went,
        apart=(
            ("heavier", _("to a heavier kind of school"), directed(transition_rules.HEAVIER)),
            ("lighter", _("to a lighter kind of school"), directed(transition_rules.LIGHTER)),
            ("same", _("the same level"), directed(transition_rules.SAME)),
            ("unknown", _("destination unknown"), lost),
        ),
        way=transition_rules.direction,
        sums={
            **{way: partial(goes, way) for way in WAYS},
            "unknown": lambda code, to: to == transition_rules.UNKNOWN,
        },
        person="pupil",
    ),
    sources={Audience.SCHOOL: Enrolment},
    annotations=facts,
    columns=("pupil", "school_type", "valid_from", "valid_until", "destination_type"),
    direction="none",
    origin=_("Enrolments and destinations in OJA"),
    exclusions=(_("Nobody: who went abroad or died has a column."),),
    audience_notes={Audience.SCHOOL: _("The pupils of the own school a year before.")},
    published=Audience.SCHOOL,
    breakdowns=("provider",),
    clock=Clock.COUNTING_DATES,
    is_stock=True,
    provisional_days=28,
    term="doorstroom",
    theme="flow",
    chart="matrix",
)
