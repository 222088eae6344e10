"""The world of figures, made once per test."""

import pytest

from tests.monitor.world import World, fill


@pytest.fixture
def world(db):
    return fill(World())
