"""Organisations, accounts and memberships."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from oja.access.models import Membership, Organisation, User
from oja.access.permissions import Role

SINCE = dt.date(2020, 1, 1)
PASSWORD = "een lang wachtwoord voor tests"


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = Organisation.Kind.SITE
    name = factory.Sequence(lambda n: f"Organisation {n}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@oja.example")
    password = factory.django.Password(PASSWORD)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.SCHOOL_COORDINATOR
    organisation = factory.SubFactory(OrganisationFactory)
    valid_from = SINCE


def member(role, organisation, name, **fields):
    """An account that holds a role in an organisation."""
    user = UserFactory(name=name, email=f"{name.lower()}@oja.example", **fields)
    MembershipFactory(user=user, role=role, organisation=organisation)
    return user
