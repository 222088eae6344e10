"""Questions about who works where, asked by pages, guards and figures."""

from django.db import connection
from django.db.models import Q

from providers.models import ParticipatingMunicipality, Participation, Posting


def participation_of(site, on):
    """The Participation of a site on a date, with arrangement and provider, or None."""
    rows = Participation.objects.filter(site_id=getattr(site, "pk", site)).valid_on(on)
    return rows.select_related("arrangement", "provider").first()


def participating_codes(arrangement, on):
    """Codes of the municipalities that pay in an arrangement on a date; empty without one."""
    if arrangement is None:
        return frozenset()
    arrangement_id = getattr(arrangement, "pk", arrangement)
    rows = ParticipatingMunicipality.objects.filter(arrangement_id=arrangement_id).valid_on(on)
    return frozenset(rows.values_list("municipality__code", flat=True))


def postings_on(site, on):
    """Who of youth care is in the school on that date, by hour, with worker and provider.

    Holidays are not taken into account: the page that asks knows the region.
    """
    rows = Posting.objects.filter(site_id=getattr(site, "pk", site)).on_weekday(on)
    return rows.for_list().order_by("start_time", "worker__name")


def sites_of(provider, on):
    """Keys of the sites where a provider is the lead provider on a date."""
    rows = Participation.objects.filter(provider_id=getattr(provider, "pk", provider))
    return frozenset(rows.valid_on(on).values_list("site_id", flat=True))


def workers_of(provider):
    """Workers of a provider with an account: who can be named as regisseur or get a case."""
    rows = provider.workers.filter(~Q(user=None), user__is_active=True)
    return rows.select_related("user").order_by("name")


def managers_of(provider):
    """[(account key, name)] of the managers of a provider, as one of them may know it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM oja.providers_managers(%s)", [getattr(provider, "pk", provider)]
        )
        return cursor.fetchall()
