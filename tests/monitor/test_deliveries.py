"""What organisations had handed in when figures were frozen: dates and months, and no number."""

import datetime as dt

import pytest

from monitor.deliveries import deliveries_of, months_ended
from oja.access.actor import Actor, become
from support.models import ClosedMonth
from tests.factories.pupil_import import PupilFileFactory
from tests.monitor.world import SINCE, day

NOVEMBER = day("2026-11-01")


@pytest.fixture
def told(people):
    def ask(on=NOVEMBER):
        with become(Actor.system("test")) as actor:
            found = deliveries_of(actor, people.arrangement, on)
        return {one["organisation"]: one for one in found}

    return ask


def close(provider, month, on):
    ClosedMonth.objects.create(
        provider=provider, month=day(month), closed_on=day(on), closed_by="Cato"
    )


def test_a_provider_has_the_last_month_it_closed_and_those_it_did_not(people, told):
    for number in range(1, 9):
        close(people.p, f"2026-{number:02}-01", "2026-09-04")
    close(people.p, "2026-10-01", "2026-11-05")
    found = told()["Vlechtwerk"]
    assert (found["closed_month"], found["closed_on"]) == ("2026-10-01", "2026-11-05")
    assert found["open_months"] == ["2026-09-01"]
    assert len(told()["Kiemkracht"]["open_months"]) == 10
    assert told()["Kiemkracht"]["closed_on"] is None


def test_a_month_that_goes_on_is_not_asked_for(people):
    assert months_ended(SINCE, day("2026-03-15")) == [day("2026-01-01"), day("2026-02-01")]
    assert months_ended(day("2026-02-10"), day("2026-03-15")) == [day("2026-02-01")]
    assert months_ended(SINCE, day("2026-01-31")) == []


def test_a_school_has_the_day_of_its_last_list_and_nothing_of_what_was_in_it(people, told):
    # Just past midnight in Amsterdam.
    read = dt.datetime(2026, 9, 19, 22, 30, tzinfo=dt.UTC)
    PupilFileFactory(site=people.a, state="done", sheet=None, done_at=read)
    PupilFileFactory(site=people.b)
    found = told()
    assert found["De Wissel"] == {
        "kind": "site",
        "organisation": "De Wissel",
        "pupils_on": "2026-09-20",
    }
    assert found["Het Baken"]["pupils_on"] is None


def test_they_stand_in_the_order_of_the_table(people, told):
    assert list(told()) == ["Kiemkracht", "Het Baken", "Vlechtwerk", "De Kring", "De Wissel"]
