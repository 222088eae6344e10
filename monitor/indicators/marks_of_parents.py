"""Which mark parents give the help."""

from django.utils.translation import gettext_lazy as _

from monitor.satisfaction import marks_figure

INDICATOR = marks_figure(
    "parent",
    slug="marks-of-parents",
    order=70,
    title=_("Marks of parents"),
    question=_("Which mark do parents give?"),
    definition=_(
        "The mean of the marks from 1 to 10 that parents gave in the half-years of the period. "
        "Nobody can see who gave which mark."
    ),
)
