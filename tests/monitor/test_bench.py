"""The measured world is one that the application could have made, and its pages answer."""

import datetime as dt

import pytest

from monitor.definition import Window
from monitor.engine import measure, populations
from monitor.indicators import indicators
from oja.access.actor import Actor, become
from oja.access.models import User
from oja.core.periods import school_year_of, today
from oja.demo import bench
from oja.demo.bench_world import CASELOAD, MANAGER, WORKER, World
from support.models import SupportRequest, Trajectory

pytestmark = pytest.mark.django_db
REQUESTS = 200


@pytest.fixture
def world():
    found = World(REQUESTS, today())
    assert found.load()["requests"] == REQUESTS
    return found


def test_it_shows_every_request_to_the_manager_and_the_caseload_to_the_worker(world):
    for email, model, number in (
        (MANAGER, SupportRequest, REQUESTS),
        (WORKER, Trajectory, CASELOAD),
    ):
        actor = Actor.for_user(User.objects.get(email=email))
        with become(actor):
            assert model.objects.visible_to(actor).count() == number


def test_it_has_something_to_count(world):
    actor = Actor.for_user(User.objects.get(email=MANAGER))
    window = Window.of(school_year_of(today() - dt.timedelta(days=365)), today())
    with become(actor):
        (own,) = populations(actor)
        found = measure(indicators(), actor, own, [window], on=today())
    share = found["start-within-28-days", window]
    assert 0 < share.headline.numerator < share.headline.denominator
    assert found["open-waiting", window].headline.value > 0


def test_it_measures_every_page_and_counts_their_queries(world):
    results = bench.measure(world.trajectory.pk, 1)
    assert all(one.status == 200 and one.queries and one.gzip_bytes for one in results)
    empty = {one.page: one for one in results if one.url == "/leeg/"}
    assert list(empty) == ["empty, manager", "empty, worker", "empty, school"]
    assert {one.ratio for one in empty.values()} == {1}
    # No page of a reader asks less than the frame that it stands in.
    figures = {one.page: one.queries for one in results}
    assert empty["empty, manager"].queries < figures["live figures"] <= 12
    assert empty["empty, school"].queries < figures["figures of a school"] <= 12
