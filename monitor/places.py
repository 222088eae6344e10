"""Over whom figures are frozen: the whole arrangement, each lead provider, each school."""

from collections import defaultdict

from monitor.definition import Cell
from providers.models import ParticipatingMunicipality, Participation
from schools.models import Enrolment


def places_of(arrangement, on):
    """{provider: its sites} on a date, both by name: who takes part is public."""
    rows = Participation.objects.filter(arrangement=arrangement).valid_on(on)
    found = defaultdict(list)
    for row in rows.select_related("provider", "site").order_by("provider__name", "site__name"):
        found[row.provider].append(row.site)
    return dict(found)


def cells_of(actor, arrangement, on):
    """Every cell that figures are counted over on a date; none where nobody takes part.

    Which cells there are follows from who takes part, never from what is counted.
    """
    places = places_of(arrangement, on)
    municipalities = tuple(
        ParticipatingMunicipality.objects.filter(arrangement=arrangement)
        .valid_on(on)
        .order_by("municipality_id")
        .values_list("municipality_id", flat=True)
    )
    pupils = _pupils(actor, [site for sites in places.values() for site in sites], on)

    def cell(where, providers, sites):
        return Cell(
            where=where,
            sites=tuple(site.pk for site in sites),
            providers=tuple(provider.pk for provider in providers),
            population=sum(pupils[site.pk] for site in sites),
            municipalities=municipalities,
            arrangement=arrangement.pk,
        )

    if not places:
        return []
    every = [site for sites in places.values() for site in sites]
    cells = [cell((), places, every)]
    for provider, sites in places.items():
        cells.append(cell((("provider", provider.name),), [provider], sites))
        cells += [cell((("site", site.name),), [provider], [site]) for site in sites]
    return cells


def _pupils(actor, sites, on):
    found = defaultdict(int)
    rows = Enrolment.objects.visible_to(actor).filter(site__in=sites).valid_on(on)
    for site_id in rows.order_by().values_list("site_id", flat=True):
        found[site_id] += 1
    return found
