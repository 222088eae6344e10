"""Hours of help by the form in which they were given."""

from django.utils.translation import gettext_lazy as _

from monitor import hours
from monitor.conditions import of
from monitor.definition import Audience, Indicator
from monitor.measures import Breakdown
from support.models import CollectiveForm, Contact, Form

CONTACTS = hours.of_contacts("contacts", "", per="form")
TEAMS = hours.for_classes("teams", "")


def by_form(whole, form):
    """The hours of one form."""
    return whole.narrowed(form.value.lower().replace("_", "-"), form.label, of("form", form.value))


INDICATOR = Indicator(
    slug="hours-by-form",
    order=52,
    version="2026-1",
    title=_("Hours by form"),
    question=_("In which form is help given?"),
    definition=_(
        "The hours of contacts that took place in the period and of work for classes and teams, "
        "by form. In a group the hours of the workers are divided over who was present."
    ),
    measure=Breakdown(
        *(by_form(CONTACTS, form) for form in Form),
        *(by_form(TEAMS, form) for form in CollectiveForm),
        total=_("hours in all"),
    ),
    sources={Audience.PROVIDER: Contact},
    columns=("on", "case", "site", "form", "minutes"),
    direction="none",
    origin=_("Contacts and work for classes and teams in OJA"),
    exclusions=(
        _("Contacts that did not go ahead."),
        _("Hours of third parties, and hours of travel and writing."),
    ),
    audience_notes={Audience.PROVIDER: _("The hours of the own organisation.")},
    published=Audience.PROVIDER,
    breakdowns=("provider", "site"),
    provisional_days=90,
    term="werkvorm",
    theme="use",
    chart="bars",
)
