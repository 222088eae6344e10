"""A small register: two sites of two boards, a provider, people."""

import datetime as dt

import pytest

from oja.access.actor import Actor
from schools import actions
from tests.cast import cast

__all__ = ["cast"]

ON = dt.date(2025, 10, 6)


@pytest.fixture
def system(db):
    return Actor.system("test")


@pytest.fixture
def municipality(system):
    return actions.register_municipality(system, code="0153", name="Enschede")


@pytest.fixture
def site(system, municipality):
    return actions.register_site(system, name="De Wissel", municipality=municipality)


@pytest.fixture
def other_site(system, municipality):
    return actions.register_site(system, name="De Vlieger", municipality=municipality)


@pytest.fixture
def pupil(system, site):
    return actions.add_pupil(
        system,
        site=site,
        first_name="Canary Noor",
        prefix="van der",
        last_name="Berg",
        birth_date=dt.date(2016, 3, 1),
        on=ON,
    )
