"""Schools, pupils and families. Every pupil is called Canary, so that a leak is found by name."""

import datetime as dt
import uuid

import factory
from factory.django import DjangoModelFactory

from oja.core.periods import today
from schools.models import Guardian, Municipality, Pupil, Residence, SchoolGroup, SchoolSite
from tests.factories.access import SINCE, OrganisationFactory


def born(years):
    """The birth date of somebody who became that many years old half a year ago."""
    then = today() - dt.timedelta(days=182)
    return then.replace(day=1, year=then.year - years)


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality

    # Four digits, of no municipality that there is; a long run of tests begins anew.
    code = factory.Sequence(lambda n: f"{2000 + n % 7000:04d}")
    name = factory.Sequence(lambda n: f"Gemeente {n}")


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = SchoolSite

    organisation = factory.SubFactory(
        OrganisationFactory, kind="site", name=factory.SelfAttribute("..name")
    )
    name = factory.Sequence(lambda n: f"School {n}")
    municipality = factory.SubFactory(MunicipalityFactory)
    holiday_region = "NOORD"


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = SchoolGroup

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Groep {n}")


class PupilFactory(DjangoModelFactory):
    class Meta:
        model = Pupil

    class Params:
        twelve = factory.Trait(birth_date=factory.LazyFunction(lambda: born(12)))
        sixteen = factory.Trait(birth_date=factory.LazyFunction(lambda: born(16)))

    site = factory.SubFactory(SiteFactory)
    first_name = factory.Sequence(lambda n: f"Canary{n}")
    last_name = factory.Sequence(lambda n: f"Zangvogel{n}")
    birth_date = factory.LazyFunction(lambda: born(9))
    household = factory.LazyFunction(uuid.uuid4)
    group_label = factory.LazyAttribute(lambda o: o.group.name if o.group else "")
    group = None


class GuardianFactory(DjangoModelFactory):
    class Meta:
        model = Guardian

    class Params:
        father = factory.Trait(relation="father", first_name="Canaryvader")
        without_custody = factory.Trait(has_custody=False)

    pupil = factory.SubFactory(PupilFactory)
    site = factory.SelfAttribute("pupil.site")
    first_name = "Canarymoeder"
    last_name = factory.SelfAttribute("pupil.last_name")
    relation = "mother"
    has_custody = True


class ResidenceFactory(DjangoModelFactory):
    class Meta:
        model = Residence

    pupil = factory.SubFactory(PupilFactory)
    site = factory.SelfAttribute("pupil.site")
    municipality = factory.SubFactory(MunicipalityFactory)
    valid_from = SINCE


def family_of(pupil, municipality):
    """Both parents with custody, and the municipality where the pupil lives."""
    ResidenceFactory(pupil=pupil, municipality=municipality)
    return [GuardianFactory(pupil=pupil), GuardianFactory(pupil=pupil, father=True)]
