"""The hours of help that figures count: minutes of contacts, and of work for classes and teams."""

from monitor.conditions import collective, held
from monitor.definition import Audience, Part
from support.models import CollectiveWork, Contact

SUM = {"of": "minutes", "how": "sum", "unit": "minutes"}


def of_contacts(slug, label, *, per):
    """The minutes of contacts that took place; the list shows the column `per`."""
    return Part(
        slug,
        label,
        held,
        source={Audience.PROVIDER: Contact},
        person="trajectory__pupil",
        columns=("on", "case", "site", per, "minutes"),
        **SUM,
    )


def for_classes(slug, label):
    """The minutes of work for a whole class or team: nobody in particular stands behind them."""
    return Part(
        slug,
        label,
        collective,
        source={Audience.PROVIDER: CollectiveWork},
        columns=("on", "site", "form", "theme", "minutes"),
        **SUM,
    )
