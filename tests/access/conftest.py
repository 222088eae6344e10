"""People and tables for the tests of access."""

import datetime as dt
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection

from oja.access import scoping
from oja.access.actor import become
from oja.access.models import Membership, Organisation, User
from oja.access.permissions import ROLES, Role
from tests.access import world

LONG_AGO = dt.date(2020, 1, 1)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The tables of these tests, made once by the role that migrates."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('world_case')")
        if cursor.fetchone()[0] is None:
            cursor.execute("SET ROLE oja_owner")
            world.create_tables()
            cursor.execute("RESET ROLE")
        connection.close()


@pytest.fixture(autouse=True)
def caseload(monkeypatch):
    """The set of the tables of these tests."""
    monkeypatch.setitem(scoping.SETS, world.CASELOAD.name, world.CASELOAD)


@contextmanager
def refused(words, actor):
    """The block, as the actor, ends in an error of the database with these words."""
    with pytest.raises(DatabaseError, match=words), become(actor):
        yield


def organisation(kind, name):
    return Organisation.objects.create(kind=kind, name=name)


def member(role, where, name="", **dates):
    """Somebody with a role."""
    user = User.objects.create_user(f"{name or role}-{where.pk}@example.nl", "geheim-genoeg", name)
    user.is_staff = role == Role.ADMINISTRATOR
    user.save(update_fields=["is_staff"])
    add_role(user, role, where, **dates)
    return user


def add_role(user, role, where, valid_from=LONG_AGO, valid_until=None):
    return Membership.objects.create(
        user=user, role=role, organisation=where, valid_from=valid_from, valid_until=valid_until
    )


@pytest.fixture
def people(db):
    """Two schools, two providers, and somebody in every role."""
    site_a, site_b = organisation("site", "De Wissel"), organisation("site", "De Brug")
    p, q = organisation("provider", "Vlechtwerk"), organisation("provider", "Oever")
    town = organisation("municipality", "Stad")
    platform = organisation("platform", "Beheer")
    return SimpleNamespace(
        site_a=site_a,
        site_b=site_b,
        p=p,
        q=q,
        town=town,
        platform=platform,
        swv=organisation("partnership", "Samen"),
        anna=member(Role.SCHOOL_COORDINATOR, site_a, "Anna"),
        bas=member(Role.CARE_WORKER, p, "Bas"),
        cato=member(Role.PROVIDER_MANAGER, p, "Cato"),
        dirk=member(Role.SCHOOL_COORDINATOR, site_b, "Dirk"),
        els=member(Role.MUNICIPAL_ADVISER, town, "Els"),
        fem=member(Role.ADMINISTRATOR, platform, "Fem"),
        ilse=member(Role.TEACHER, site_a, "Ilse"),
    )


def kind_of(role):
    return ROLES[role].organisation
