"""Rules of the survey: half-years, ends of links, ages, and sealing."""

import datetime as dt

import pytest

from support.sealing import seal, unseal
from support.survey_rules import HalfYear, half_years_in, link_expires_on, pupil_informant
from tests.support.surveys import FULL, rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "key"),
    [
        ("2026-07-31", "2025-2"),
        ("2026-08-01", "2026-1"),
        ("2026-11-21", "2026-1"),
        ("2027-01-31", "2026-1"),
        ("2027-02-01", "2026-2"),
    ],
)
def test_it_knows_the_half_of_the_school_year(day, key):
    day = dt.date.fromisoformat(day)
    half_year = HalfYear.of(day)
    assert str(half_year) == key
    assert HalfYear.parse(key) == half_year
    assert half_year.period.contains(day)


def test_it_takes_whole_half_years_only():
    year = (dt.date(2025, 8, 1), dt.date(2026, 8, 1))
    assert [str(item) for item in half_years_in(*year)] == ["2025-1", "2025-2"]
    assert half_years_in(dt.date(2025, 8, 2), dt.date(2026, 7, 31)) == []


def test_it_ends_all_links_of_a_week_on_the_same_monday():
    days = [dt.date(2026, 11, 16) + dt.timedelta(days=number) for number in range(7)]
    ends = {link_expires_on(day) for day in days[1:]} | {link_expires_on(days[0])}
    assert ends == {dt.date(2026, 11, 30), dt.date(2026, 12, 7)}
    assert all(link_expires_on(day) >= day + dt.timedelta(days=14) for day in days)


@pytest.mark.parametrize("key", ["2024-1", "2025-2", "2026-1", "2026-2", "2027-1"])
def test_it_closes_on_the_same_day_in_the_database(key):
    assert rows("SELECT oja.survey_closes(%s)", key) == [(HalfYear.parse(key).closes_on,)]


@pytest.mark.parametrize(("age", "kind"), [(5, None), (6, "child"), (11, "child"), (12, "pupil")])
def test_it_asks_a_pupil_by_age(age, kind):
    assert pupil_informant(dt.date(2014, 11, 21), dt.date(2014 + age, 11, 21)) == kind


def test_it_seals_what_only_the_same_purpose_opens():
    body = seal({"q1": 4, "remark": "ünïcode"}, "one")
    assert unseal(body, "one") == {"q1": 4, "remark": "ünïcode"}
    assert unseal(body, "other") is None
    assert unseal(body[:-1] + bytes([body[-1] ^ 1]), "one") is None
    assert unseal(b"", "one") is None


def test_it_seals_every_answer_in_the_same_length():
    longest = seal({**FULL, "remark": "é" * 500}, "one")
    assert len(longest) == len(seal(FULL, "one"))
    assert seal(FULL, "one") != seal(FULL, "one")


@pytest.mark.parametrize("number", range(0, 400, 13))
def test_it_reckons_half_years_and_ends_as_the_database_does(number):
    day = dt.date(2026, 1, 1) + dt.timedelta(days=number)
    found = rows("SELECT oja.survey_half_year(%s), oja.survey_link_expires(%s)", day, day)
    assert found == [(str(HalfYear.of(day)), link_expires_on(day))]
