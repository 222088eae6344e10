"""Every write to providers, workers and arrangements. Actor first, dates as arguments."""

from django.db import transaction

from oja.access.models import Organisation
from oja.access.permissions import Permission
from providers.models import (
    Arrangement,
    ParticipatingMunicipality,
    Participation,
    Posting,
    Provider,
    Worker,
)
from schools.actions import require, store


@transaction.atomic
def register_provider(actor, *, name, kind=Provider.Kind.LEAD):
    """A provider with the organisation that people work for. Returns the Provider."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    organisation = Organisation.objects.create(kind=Organisation.Kind.PROVIDER, name=name)
    return store(Provider(organisation=organisation, name=name, kind=kind))


@transaction.atomic
def change_provider(actor, *, provider, **fields):
    """Change a provider (name, kind); the organisation is called the same."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    for name, value in fields.items():
        setattr(provider, name, value)
    provider = store(provider)
    rows = Organisation.objects.filter(pk=provider.pk).exclude(name=provider.name)
    rows.update(name=provider.name)
    return provider


@transaction.atomic
def add_worker(actor, *, provider, name, user=None, function="", hours_per_week=None):
    """A professional of a provider, with or without an account."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    return store(
        Worker(
            provider=provider,
            name=name,
            user=user,
            function=function,
            hours_per_week=hours_per_week,
        )
    )


@transaction.atomic
def post_worker(
    actor, *, worker, site, weekdays, start_time, end_time, valid_from, room="", valid_until=None
):
    """Say on which days and hours a worker is in a school."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    return store(
        Posting(
            worker=worker,
            site=site,
            weekdays=sorted(set(weekdays)),
            start_time=start_time,
            end_time=end_time,
            room=room,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    )


@transaction.atomic
def start_arrangement(
    actor, *, name, valid_from, valid_until=None, municipalities=(), partnership=None
):
    """An arrangement with the municipalities that pay from its first day.

    `partnership` is the organisation of the samenwerkingsverband that reads its figures.
    """
    require(actor, Permission.ACCOUNTS_CHANGE)
    arrangement = store(
        Arrangement(
            name=name, valid_from=valid_from, valid_until=valid_until, partnership=partnership
        )
    )
    for municipality in municipalities:
        add_municipality(
            actor, arrangement=arrangement, municipality=municipality, valid_from=valid_from
        )
    return arrangement


@transaction.atomic
def add_municipality(actor, *, arrangement, municipality, valid_from, valid_until=None):
    """Let a municipality take part and pay for its children."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    return store(
        ParticipatingMunicipality(
            arrangement=arrangement,
            municipality=municipality,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    )


@transaction.atomic
def add_participation(actor, *, arrangement, site, provider, valid_from, valid_until=None):
    """Let a site take part with the lead provider that works there."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    return store(
        Participation(
            arrangement=arrangement,
            site=site,
            provider=provider,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    )


@transaction.atomic
def end_participation(actor, *, participation, on):
    """End a participation: `on` is the first day on which the site takes part no longer."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    participation.valid_until = on
    return store(participation)
