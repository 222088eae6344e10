"""Periods, school years, school days, ages."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oja.core import periods
from oja.core.periods import Period

days = st.dates(min_value=dt.date(2015, 1, 1), max_value=dt.date(2035, 12, 31))


def test_it_is_half_open():
    period = Period(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
    assert period.contains(dt.date(2026, 1, 1))
    assert period.contains(dt.date(2026, 1, 31))
    assert not period.contains(dt.date(2026, 2, 1))
    assert (period.days, period.last) == (31, dt.date(2026, 1, 31))


def test_it_may_go_on_without_end():
    period = Period(dt.date(2026, 1, 1))
    assert period.contains(dt.date(2999, 1, 1))
    assert period.last is None
    assert str(period) == "2026-01-01 – "
    with pytest.raises(ValueError, match="no length"):
        period.days  # noqa: B018 - the property is what is tested


def test_it_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="cannot end"):
        Period(dt.date(2026, 1, 2), dt.date(2026, 1, 1))


@given(days, days, days, days)
def test_it_overlaps_exactly_when_a_day_lies_in_both(a, b, c, d):
    one, other = Period(min(a, b), max(a, b)), Period(min(c, d), max(c, d))
    both = [
        one.start + dt.timedelta(days=i)
        for i in range(one.days)
        if other.contains(one.start + dt.timedelta(days=i))
    ]
    assert one.overlaps(other) == bool(both)
    if both:
        assert one.intersection(other) == Period(both[0], both[-1] + dt.timedelta(days=1))


def test_it_intersects_periods_without_end():
    one, other = Period(dt.date(2026, 1, 1)), Period(dt.date(2026, 3, 1))
    assert one.intersection(other) == Period(dt.date(2026, 3, 1))


def test_it_knows_a_school_year():
    year = periods.school_year("2025-2026")
    assert (year.start, year.last) == (dt.date(2025, 8, 1), dt.date(2026, 7, 31))
    assert str(periods.school_year("2025–2026")) == "2025-2026"


@pytest.mark.parametrize(
    "name", ["2025", "2025-2027", "25-26", "2025-", "", "aaaa-bbbb", "0000-0001", "٢٠٢٥-٢٠٢٦"]
)
def test_it_refuses_what_is_no_school_year(name):
    with pytest.raises(ValueError, match="no school year"):
        periods.school_year(name)


@given(days)
def test_it_finds_the_school_year_of_every_day(day):
    assert periods.school_year_of(day).contains(day)


def test_it_counts_school_days():
    monday = dt.date(2026, 11, 2)
    assert periods.school_days_between(monday, monday) == 0
    assert periods.school_days_between(monday, dt.date(2026, 11, 3)) == 1
    assert periods.school_days_between(monday, dt.date(2026, 11, 9)) == 5
    friday = dt.date(2026, 11, 6)
    assert periods.school_days_between(friday, dt.date(2026, 11, 9)) == 1
    assert periods.school_days_between(dt.date(2026, 11, 9), monday) == -5
    closed = [Period(friday, dt.date(2026, 11, 8)), monday, monday]
    assert periods.school_days_between(monday, dt.date(2026, 11, 9), closed) == 3


@given(days, days, days)
def test_school_days_add_up(a, b, c):
    closed = periods.closed_days("MIDDEN", dt.date(2015, 1, 1), dt.date(2035, 12, 31))
    between = periods.school_days_between
    assert between(a, b, closed) + between(b, c, closed) == between(a, c, closed)


@given(days, st.integers(0, 60))
def test_adding_school_days_is_the_other_way_round(start, number):
    closed = [Period(dt.date(2020, 7, 1), dt.date(2020, 8, 15)), dt.date(2021, 5, 5)]
    day = periods.add_school_days(start, number, closed)
    assert periods.school_days_between(start, day, closed) == number
    assert day.weekday() < 5


def test_it_adds_school_days_over_a_weekend_and_a_day_off():
    friday = dt.date(2026, 11, 6)
    assert periods.add_school_days(friday, 1) == dt.date(2026, 11, 9)
    assert periods.add_school_days(friday, 1, [dt.date(2026, 11, 9)]) == dt.date(2026, 11, 10)


def test_it_knows_the_age_around_a_birthday():
    born = dt.date(2014, 11, 20)
    assert periods.age_on(born, dt.date(2026, 11, 19)) == 11
    assert periods.age_on(born, dt.date(2026, 11, 20)) == 12
    assert periods.age_on(born, dt.date(2014, 1, 1)) == 0


def test_it_celebrates_the_29th_of_february_on_the_1st_of_march():
    born = dt.date(2012, 2, 29)
    assert periods.birthday(born, 12) == dt.date(2024, 2, 29)
    assert periods.birthday(born, 16) == dt.date(2028, 2, 29)
    assert periods.birthday(born, 13) == dt.date(2025, 3, 1)
    assert periods.age_on(born, dt.date(2025, 2, 28)) == 12
    assert periods.age_on(born, dt.date(2025, 3, 1)) == 13


@given(days, st.integers(0, 20))
def test_an_age_is_reached_on_that_birthday(born, years):
    day = periods.birthday(born, years)
    assert periods.age_on(born, day) == years
    if years:
        assert periods.age_on(born, day - dt.timedelta(days=1)) == years - 1


def test_holidays_run_from_saturday_to_sunday_in_every_region():
    for holidays in periods.DUTCH_HOLIDAYS.values():
        assert len(holidays) == 25
        for holiday in holidays:
            assert (holiday.start.weekday(), holiday.last.weekday()) == (5, 6), holiday
            assert holiday.period.days in (9, 16, 44)


def test_it_knows_days_without_school():
    days_off = periods.public_holidays(2026)
    assert dt.date(2026, 4, 3) in days_off  # Good Friday
    assert dt.date(2026, 4, 6) in days_off  # Easter Monday
    assert dt.date(2026, 5, 14) in days_off  # Ascension Day
    assert dt.date(2026, 5, 25) in days_off  # Whit Monday
    assert dt.date(2025, 4, 26) in periods.public_holidays(2025)  # the 27th was a Sunday
    closed = periods.closed_days("NOORD", dt.date(2026, 10, 1), dt.date(2026, 11, 1))
    assert [str(period) for period in closed] == ["Herfstvakantie"]
    assert periods.closed_days("?", dt.date(2026, 5, 4), dt.date(2026, 5, 6)) == [
        dt.date(2026, 5, 5)
    ]


def test_today_is_the_day_in_amsterdam(monkeypatch):
    late = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(periods.timezone, "now", lambda: late)
    assert periods.today() == dt.date(2026, 11, 22)
