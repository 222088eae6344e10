"""Which mark pupils and children give the help."""

from django.utils.translation import gettext_lazy as _

from monitor.satisfaction import marks_figure

INDICATOR = marks_figure(
    "pupil",
    "child",
    slug="marks-of-pupils",
    order=71,
    title=_("Marks of pupils"),
    question=_("Which mark do pupils give?"),
    definition=_(
        "The mean of the marks from 1 to 10 that pupils from 12 and children from 6 to 11 gave in "
        "the half-years of the period. Nobody can see who gave which mark."
    ),
)
