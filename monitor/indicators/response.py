"""How many of those who were invited answered."""

from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Indicator
from monitor.measures_many import Anonymous
from monitor.satisfaction import response_of

INDICATOR = Indicator(
    slug="response",
    order=72,
    version="2026-1",
    title=_("Response to the survey"),
    question=_("How many people answer?"),
    definition=_(
        "The share of the invitations in the half-years of the period that were answered."
    ),
    measure=Anonymous(response_of, shown=("answered", "invited")),
    sources={},
    without_rows=(Audience.PROVIDER,),
    columns=(),
    direction="up",
    origin=_("Anonymous answers to the survey of OJA"),
    exclusions=(_("Rounds in which fewer than five people were invited."),),
    audience_notes={Audience.PROVIDER: _("Answers about the help of the own organisation.")},
    published=Audience.PROVIDER,
    breakdowns=("provider",),
    provisional_days=28,
    term="respons",
    theme="satisfaction",
    chart="share",
)
