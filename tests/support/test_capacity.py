"""Room per worker: hours in schools minus what is planned, and no ranking."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest

from support.capacity import Room, minutes_between, per_fte, rooms


def worker(name, hours=None):
    return SimpleNamespace(pk=uuid4(), name=name, hours_per_week=hours)


def posting(of, weekdays=(1, 2), start=dt.time(8, 30), end=dt.time(12, 45)):
    return SimpleNamespace(worker_id=of.pk, weekdays=list(weekdays), start_time=start, end_time=end)


def test_free_is_what_the_plan_leaves_of_the_hours_in_schools():
    anna = worker("Anna", Decimal(18))
    (room,) = rooms(
        [anna],
        postings=[posting(anna), posting(anna, (5,), dt.time(9), dt.time(10))],
        provisions=[(anna.pk, 45), (anna.pk, 60)],
        groups=[(anna.pk, 90)],
        cases={anna.pk: 7},
    )
    assert room == Room("Anna", 2 * 255 + 60, 195, 7, Decimal("14.0"))
    assert room.free_minutes == 375


def test_more_can_be_planned_than_there_are_hours():
    anna = worker("Anna")
    (room,) = rooms(
        [anna], postings=[posting(anna, (1,))], provisions=[(anna.pk, 300)], groups=[], cases={}
    )
    assert room.free_minutes == -45


def test_without_a_school_nobody_knows_what_is_free():
    anna = worker("Anna")
    (room,) = rooms([anna], postings=[], provisions=[(anna.pk, 45)], groups=[], cases={})
    assert room.free_minutes is None


def test_names_stand_in_the_alphabet_and_who_has_nothing_is_left_out():
    people = [worker("Zeno"), worker("anna"), worker("Bas"), worker("Niets")]
    cases = {people[0].pk: 9, people[1].pk: 1, people[2].pk: 5}
    found = rooms(people, postings=[], provisions=[], groups=[], cases=cases)
    assert [room.name for room in found] == ["anna", "Bas", "Zeno"]


@pytest.mark.parametrize(
    ("cases", "hours", "expected"),
    [
        (7, Decimal(36), Decimal("7.0")),
        (7, Decimal(24), Decimal("10.5")),
        (0, Decimal(36), Decimal("0.0")),
        (7, None, None),
        (7, Decimal(0), None),
    ],
)
def test_cases_for_each_full_time_job(cases, hours, expected):
    assert per_fte(cases, hours) == expected


def test_minutes_between_two_times():
    assert minutes_between(dt.time(8, 30), dt.time(12, 45)) == 255
