"""What each organisation had handed in when figures were frozen: dates and months, no children.

Only facts about organisations: until which month a lead provider closed its books, and when a
school last read in its list of pupils. How much was in it stands nowhere.
"""

import datetime as dt

from monitor.places import places_of
from oja.core.periods import day_of
from providers.models import Participation
from schools.models import PupilImport
from support.models import ClosedMonth


def deliveries_of(actor, arrangement, reference_date):
    """One dict per lead provider and school, by name, as it goes into a snapshot.

    `open_months` are the months of the calendar year of the reference date that had ended on that
    day, in which the provider took part, and that it did not close.
    """
    found = []
    for provider, sites in places_of(arrangement, reference_date).items():
        found.append(_of_provider(actor, arrangement, provider, reference_date))
        found += [_of_site(actor, site) for site in sites]
    return found


def _of_provider(actor, arrangement, provider, reference_date):
    since = (
        Participation.objects.filter(arrangement=arrangement, provider=provider)
        .order_by("valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
    closed = dict(
        ClosedMonth.objects.visible_to(actor)
        .filter(provider=provider, month__lt=reference_date.replace(day=1))
        .order_by("month")
        .values_list("month", "closed_on")
    )
    last = max(closed, default=None)
    return {
        "kind": "provider",
        "organisation": provider.name,
        "closed_month": last.isoformat() if last else None,
        "closed_on": closed[last].isoformat() if last else None,
        "open_months": [
            one.isoformat() for one in months_ended(since, reference_date) if one not in closed
        ],
    }


def months_ended(since, reference_date):
    """The first days of the months of this year, from `since`, that had ended on the date."""
    year = (dt.date(reference_date.year, number, 1) for number in range(1, 13))
    # On the first of a month the figures are those of the month before it.
    return [one for one in year if since.replace(day=1) <= one < reference_date.replace(day=1)]


def _of_site(actor, site):
    read = (
        PupilImport.objects.visible_to(actor)
        .filter(site=site, state=PupilImport.State.DONE)
        .order_by("-done_at")
        .values_list("done_at", flat=True)
        .first()
    )
    return {
        "kind": "site",
        "organisation": site.name,
        "pupils_on": day_of(read).isoformat() if read else None,
    }
