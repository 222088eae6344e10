"""Providers, workers, and who works at which school."""

import factory
from factory.django import DjangoModelFactory

from providers.models import (
    Arrangement,
    ParticipatingMunicipality,
    Participation,
    Provider,
    Worker,
)
from tests.factories.access import SINCE, OrganisationFactory
from tests.factories.schools import MunicipalityFactory, SiteFactory


class ProviderFactory(DjangoModelFactory):
    class Meta:
        model = Provider

    organisation = factory.SubFactory(
        OrganisationFactory, kind="provider", name=factory.SelfAttribute("..name")
    )
    name = factory.Sequence(lambda n: f"Aanbieder {n}")
    kind = Provider.Kind.LEAD


class WorkerFactory(DjangoModelFactory):
    class Meta:
        model = Worker

    provider = factory.SubFactory(ProviderFactory)
    name = factory.Sequence(lambda n: f"Hulpverlener {n}")
    function = "jeugdhulpverlener"


class ArrangementFactory(DjangoModelFactory):
    class Meta:
        model = Arrangement

    name = factory.Sequence(lambda n: f"OJA {n}")
    valid_from = SINCE


class ParticipatingMunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = ParticipatingMunicipality

    arrangement = factory.SubFactory(ArrangementFactory)
    municipality = factory.SubFactory(MunicipalityFactory)
    valid_from = SINCE


class ParticipationFactory(DjangoModelFactory):
    class Meta:
        model = Participation

    arrangement = factory.SubFactory(ArrangementFactory)
    site = factory.SubFactory(SiteFactory)
    provider = factory.SubFactory(ProviderFactory)
    valid_from = SINCE
