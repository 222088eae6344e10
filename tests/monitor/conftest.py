"""The world of figures: with nothing but people in it, or filled with requests."""

import pytest

from tests.monitor.world import World, fill, fill_whole


@pytest.fixture
def people(db):
    return World()


@pytest.fixture
def world(people):
    return fill(people)


@pytest.fixture
def whole(people):
    return fill_whole(people)
