"""Of the pupils whom the arrangement pays for: how many had help."""

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Indicator
from monitor.measures import Share
from schools.models import Pupil
from support.figures_sql import funded_on, helped_in


def _name(window, fact):
    return f"{fact}_{window.start:%Y%m%d}_{window.reference_date:%Y%m%d}"


def facts(window):
    """Whether a municipality pays on the reference date, and whether help ran in the period."""
    conditions = {
        "funded": funded_on(window.reference_date),
        "helped": helped_in(window.start, window.end),
    }
    return {
        _name(window, name): ExpressionWrapper(condition, output_field=BooleanField())
        for name, condition in conditions.items()
    }


def holds(fact):
    """The condition that a fact by name holds."""
    return lambda window: Q(**{_name(window, fact): True})


def every(window):
    """Every pupil is read: the conditions cost more than the rows that they would spare."""
    return Q()


INDICATOR = Indicator(
    slug="reach",
    order=50,
    version="2026-1",
    title=_("Reach of the help"),
    question=_("How many pupils had help?"),
    definition=_(
        "The share of the pupils enrolled on the reference date, living in a municipality that "
        "takes part, who had help on at least one day of the period. Each pupil counts once."
    ),
    measure=Share(
        numerator=(_("had help in the period"), holds("helped")),
        denominator=(_("enrolled, and paid for by the arrangement"), holds("funded")),
        person="pk",
        among=every,
    ),
    sources={Audience.SCHOOL: Pupil},
    annotations=facts,
    columns=("pupil_name", "case_number", "group_label"),
    accumulates=False,
    direction="none",
    origin=_("Enrolments, residences and contacts in OJA"),
    exclusions=(
        _("Pupils who live in a municipality that does not take part."),
        _("Work for a whole class or team: that has no file of a child."),
    ),
    audience_notes={Audience.SCHOOL: _("The pupils of the own school.")},
    published=Audience.SCHOOL,
    breakdowns=("provider", "site"),
    provisional_days=90,
    term="bereik",
    theme="use",
)
