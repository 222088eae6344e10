"""Windows, percentages and the words for them: pure, no rows."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import words
from monitor.definition import Value, Window, percentage

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("name", "reference_date", "is_whole"),
    [
        ("2026-2027", TODAY, False),
        ("2025-2026", dt.date(2026, 7, 31), True),
        ("2024-2025", dt.date(2025, 7, 31), True),
    ],
)
def test_it_counts_up_to_today_or_to_the_last_day_of_the_year(name, reference_date, is_whole):
    window = Window.of_school_year(name, TODAY)
    assert (window.reference_date, window.is_whole) == (reference_date, is_whole)
    assert window.end == reference_date + dt.timedelta(days=1)
    assert window.name == name


@pytest.mark.parametrize("name", ["2027-2028", "2026", "2026-2028", "vorig jaar", "", "26-27"])
def test_it_refuses_a_year_that_has_not_begun_or_is_none(name):
    with pytest.raises(ValueError):
        Window.of_school_year(name, TODAY)


def test_it_takes_the_first_day_of_a_year_as_begun():
    window = Window.of_school_year("2026-2027", dt.date(2026, 8, 1))
    assert window.start == window.reference_date == dt.date(2026, 8, 1)


def test_it_compares_a_running_year_with_the_same_days_a_year_earlier():
    before = Window.of_school_year("2026-2027", TODAY).previous()
    assert (before.start, before.reference_date) == (dt.date(2025, 8, 1), dt.date(2025, 11, 21))
    assert before.name == "2025-2026"


def test_it_compares_a_whole_year_with_the_whole_year_before():
    before = Window.of_school_year("2025-2026", TODAY).previous()
    assert (before.start, before.reference_date) == (dt.date(2024, 8, 1), dt.date(2025, 7, 31))


def test_it_stays_in_february_a_year_before_a_leap_day():
    before = Window.of_school_year("2027-2028", dt.date(2028, 2, 29)).previous()
    assert before.reference_date == dt.date(2027, 2, 28)


@given(st.dates(min_value=dt.date(2000, 8, 1), max_value=dt.date(2100, 7, 31)))
def test_it_never_lets_a_window_leave_its_year(day):
    window = Window.of_school_year(
        f"{day.year - (day.month < 8)}-{day.year + (day.month >= 8)}", day
    )
    for one in (window, window.previous()):
        assert one.year.contains(one.reference_date)
        assert one.start <= one.reference_date < one.end <= one.year.end


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [(65, 85, "76%"), (153, 200, "76,5%"), (1, 8, "13%"), (0, 3, "0%"), (3, 3, "100%")],
)
def test_it_writes_a_decimal_only_over_two_hundred_rows_or_more(numerator, denominator, text):
    value = Value("share", "percent", 1.0, numerator, denominator)
    assert words.written(value) == text


def test_it_rounds_halves_up():
    assert str(percentage(1, 8, 0)) == "13"
    assert str(percentage(1, 16, 1)) == "6.3"


def test_it_writes_a_dash_where_there_is_nothing_to_compute():
    assert words.written(Value("share", "percent", None, 0, 0)) == "–"


def test_it_writes_large_numbers_with_a_dot():
    assert words.written(Value("count", "count", 1055, 1055)) == "1.055"
