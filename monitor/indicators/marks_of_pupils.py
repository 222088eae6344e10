"""Which mark pupils and children give the help."""

from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Indicator
from monitor.measures_many import Anonymous
from monitor.satisfaction import marks_of

INDICATOR = Indicator(
    slug="marks-of-pupils",
    order=71,
    version="2026-1",
    title=_("Marks of pupils"),
    question=_("Which mark do pupils give?"),
    definition=_(
        "The mean of the marks from 1 to 10 that pupils from 12 and children from 6 to 11 gave in "
        "the half-years of the period. Nobody can see who gave which mark."
    ),
    measure=Anonymous(marks_of("pupil", "child"), shown=("answers", "high")),
    sources={},
    without_rows=(Audience.PROVIDER,),
    columns=(),
    direction="up",
    origin=_("Anonymous answers to the survey of OJA"),
    exclusions=(
        _("Answers wait until four others have come: numbers go up five at a time."),
        _("Answers without a mark."),
    ),
    audience_notes={Audience.PROVIDER: _("Answers about the help of the own organisation.")},
    published=Audience.PROVIDER,
    breakdowns=("provider",),
    provisional_days=28,
    term="tevredenheid",
    theme="satisfaction",
    chart="columns",
)
