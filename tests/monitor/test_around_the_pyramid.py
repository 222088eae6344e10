"""Hours of others, moves between layers, and help that is already here."""

import datetime as dt

import pytest
from django.test import Client

from tests.factories.money import BillFactory
from tests.factories.purchases import SubcontractFactory
from tests.monitor.world import TODAY, day, numbers_of, values_of

START = day("2026-08-01")


@pytest.fixture
def case(people):
    request = people.started(people.a, day("2026-05-01"), day("2026-05-01"), day("2026-06-01"))
    return request.trajectory_row


def bought(case, **fields):
    given = {"starts_on": day("2026-09-01"), "ends_on": day("2026-12-31"), "ordered": True}
    return SubcontractFactory(trajectory=case, **(given | fields))


def bill(order, volume, month="2026-10-01", **fields):
    given = {"state": "approved", "approved_on": TODAY}
    return BillFactory(
        subcontract=order, period_start=day(month), volume=volume, **(given | fields)
    )


def test_hours_of_others_are_those_of_approved_bills_by_the_hour(people, case):
    hours = bought(case)
    bill(hours, "2.50")
    bill(hours, "1.25", "2026-11-01")
    bill(hours, "4", "2026-07-01")  # the school year before
    bill(hours, "8", state="reported", approved_on=None)
    bill(bought(case, unit="day"), "30")
    bill(bought(case, layer="L4"), "6")
    assert values_of(people, "cato", "hours-of-third-parties") == {"count": 225}
    assert values_of(people, "hans", "hours-of-third-parties") == {"count": 0}


def planned(case, layer, since, until=None):
    return case.provisions.create(
        provider=case.provider,
        site=case.site,
        worker=case.regisseur,
        layer=layer,
        valid_from=since,
        valid_until=until,
    )


def moves(people):
    found = numbers_of(people, "cato", "layer-moves")
    return {part: number for part, number in found.items() if number}


def test_it_follows_help_from_layer_to_layer(people, case):
    planned(case, "L2", day("2026-06-01"), day("2026-09-01"))
    planned(case, "L3", day("2026-09-01"))
    assert moves(people) == {"count": 1, "heavier": 1, "from-L2": 1, "L2-to-L3": 1}
    bought(case)
    assert moves(people) == {"count": 1, "heavier": 1, "from-L2": 1, "L2-to-L5": 1}


def test_help_that_came_back_is_lighter_and_help_that_stopped_has_a_column(people, case):
    bought(case, starts_on=day("2026-06-01"), ends_on=day("2026-09-30"))
    planned(case, "L3", day("2026-06-01"))
    assert moves(people) == {"count": 1, "lighter": 1, "from-L5": 1, "L5-to-L3": 1}
    case.provisions.update(valid_until=day("2026-10-01"))
    assert moves(people) == {"count": 1, "from-L5": 1, "L5-to-none": 1}


def test_help_that_began_during_the_year_does_not_move(people, case):
    planned(case, "L3", START + dt.timedelta(days=1))
    assert moves(people) == {}
    planned(case, "L2", START, START + dt.timedelta(days=1))
    assert moves(people) == {"count": 1, "heavier": 1, "from-L2": 1, "L2-to-L3": 1}


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({}, 1),
        ({"could_we": "yes"}, 1),
        ({"could_we": "no"}, 0),
        ({"layer": "L4"}, 0),
        ({"starts_on": TODAY + dt.timedelta(days=1)}, 0),
        ({"ends_on": TODAY - dt.timedelta(days=1)}, 0),
        ({"ordered": False}, 0),
    ],
)
def test_help_is_already_here_when_the_order_says_so(people, case, fields, number):
    bought(case, **fields)
    assert numbers_of(people, "cato", "help-already-here")["count"] == number
    assert numbers_of(people, "hans", "help-already-here")["count"] == 0


def test_the_page_of_the_pyramid_shows_them_to_the_provider_only(people, case, monkeypatch):
    monkeypatch.setattr("monitor.views.live.today", lambda: TODAY)
    order = bought(case, help_kind="Trauma elders")
    planned(case, "L2", day("2026-06-01"))
    bill(order, "2")
    client = Client()
    client.force_login(people.users["cato"])
    page = client.get("/cijfers/piramide/").content.decode()
    assert "Trauma elders" in page
    assert order.reference in page
    assert "/cijfers/hours-of-third-parties/count/" in page
    assert "/cijfers/layer-moves/L2-to-L5/" in page
    other = Client()
    other.force_login(people.users["hans"])
    page = other.get("/cijfers/piramide/").content.decode()
    assert "Trauma elders" not in page
    school = Client()
    school.force_login(people.users["anna"])
    assert school.get("/cijfers/help-already-here/").status_code == 404
    tiles = client.get("/cijfers/").content.decode()
    assert "Hulp die er al is" not in tiles
