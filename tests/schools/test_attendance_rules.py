"""Who counts as without school, and when absence is reported: the days at the edges."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest

from schools import attendance_rules as rules
from schools.models import AttendanceSpell, Enrolment

D = dt.date
RULE = rules.RULES["2026-1"]
TEN = D(2015, 4, 10)  # ten years old on the days below
START = D(2025, 9, 1)
LONG_AGO = D(2020, 8, 1)
AT_LEAST = rules.Rule("x", D(2000, 1, 1), lrv_operator=">=", hours_operator=">")


def day(number):
    """The day that many days after the start of the spell."""
    return START + dt.timedelta(days=number)


def spell(kind="unlawful", **fields):
    fields.setdefault("valid_from", START)
    return AttendanceSpell(kind=kind, **fields)


def enrolled(valid_from=LONG_AGO, valid_until=None, destination=""):
    return Enrolment(valid_from=valid_from, valid_until=valid_until, destination_type=destination)


def facts(*spells, enrolments=None, born=TEN):
    return rules.Facts(born, spells, [enrolled()] if enrolments is None else enrolments)


# --- Compulsory education -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "first"),
    [
        (D(2020, 3, 1), D(2025, 4, 1)),
        (D(2021, 12, 15), D(2027, 1, 1)),
        (D(2020, 1, 31), D(2025, 2, 1)),
        (D(2020, 2, 29), D(2025, 4, 1)),
    ],
)
def test_it_begins_in_the_month_after_the_fifth_birthday(born, first):
    assert rules.compulsory_from(born) == first
    assert rules.leerplichtig(born, first)
    assert not rules.leerplichtig(born, first - rules.DAY)


def test_it_ends_with_the_school_year_of_the_sixteenth_birthday():
    assert rules.leerplichtig(D(2010, 8, 1), D(2027, 7, 31))
    assert not rules.leerplichtig(D(2010, 8, 1), D(2027, 8, 1))
    assert not rules.leerplichtig(D(2010, 7, 31), D(2026, 8, 1))


def test_without_a_diploma_it_goes_on_until_eighteen():
    born = D(2008, 5, 6)
    assert rules.kwalificatieplichtig(born, D(2024, 5, 6))
    assert not rules.kwalificatieplichtig(born, D(2024, 5, 5))
    assert rules.kwalificatieplichtig(born, D(2026, 5, 5))
    assert not rules.kwalificatieplichtig(born, D(2026, 5, 6))
    assert not rules.kwalificatieplichtig(born, D(2025, 1, 1), has_qualification=True)


def test_the_birth_dates_of_a_day_are_those_of_the_rule():
    for on in (D(2024, 2, 29), D(2025, 3, 1), D(2025, 7, 31), D(2025, 8, 1), D(2026, 1, 1)):
        after, last = rules.compulsory_births(on)
        for born in (D(2004, 1, 1) + rules.DAY * n for n in range(6700)):
            assert (after < born <= last) == rules.compulsory(born, on), (born, on)


# --- Thuiszitters ---------------------------------------------------------------------------------


def test_28_days_are_not_longer_than_four_weeks_and_29_are():
    assert not rules.thuiszitter_ocw(facts(spell()), day(28))
    assert rules.thuiszitter_ocw(facts(spell()), day(29))


def test_another_version_may_say_at_least():
    assert rules.thuiszitter_ocw(facts(spell()), day(28), AT_LEAST)
    assert not rules.thuiszitter_ocw(facts(spell()), day(27), AT_LEAST)


@pytest.mark.parametrize(
    "other",
    [
        spell("ill"),
        spell("custom"),
        spell("suspended"),
        spell("exempt"),
        spell(is_full=False, percent_present=10),
        spell(valid_until=day(40)),
    ],
    ids=["ill", "custom", "suspended", "exempt", "partly", "ended"],
)
def test_only_unlawful_and_wholly_counts_nationally(other):
    assert not rules.thuiszitter_ocw(facts(other), day(40))


def test_a_spell_of_no_days_counts_nowhere():
    assert not rules.thuiszitter_breed(facts(spell(valid_until=START)), day(40))


@pytest.mark.parametrize(
    ("other", "counts"),
    [
        (spell(), True),
        (spell("custom", is_full=False, percent_present=25), True),
        (spell("custom", is_full=False, percent_present=26), False),
        (spell("suspended"), True),
        (spell("exempt"), False),
        (spell("ill"), False),
        (spell("ill", attends_by_plan=True), True),
    ],
)
def test_the_practical_count_looks_at_presence_from_28_days(other, counts):
    assert rules.thuiszitter_breed(facts(other), day(28)) is counts
    assert not rules.thuiszitter_breed(facts(other), day(27))


def test_nowhere_enrolled_counts_from_the_first_day():
    gone = enrolled(valid_until=START, destination="none")
    assert rules.thuiszitter_ocw(facts(enrolments=[gone]), START)
    assert not rules.thuiszitter_ocw(facts(enrolments=[gone]), START - rules.DAY)


@pytest.mark.parametrize("destination", ["", "so", "mbo", "moved", "abroad", "unknown", "work"])
def test_who_went_elsewhere_is_no_thuiszitter(destination):
    gone = enrolled(valid_until=START, destination=destination)
    assert not rules.thuiszitter_breed(facts(enrolments=[gone]), day(400))


def test_who_was_found_at_home_is_one_whatever_the_school_wrote_first():
    gone = enrolled(valid_until=START, destination="moved")
    found = facts(spell("absolute", valid_from=day(9)), enrolments=[gone])
    assert rules.absolute_since(found, day(9)) == day(9)
    assert rules.absolute_since(found, day(8)) is None


def test_only_the_last_enrolment_says_where_somebody_went():
    first = enrolled(valid_until=START, destination="none")
    second = enrolled(day(10), day(20), "mbo")
    never = enrolled(day(5), day(5), "so")
    both = facts(enrolments=[first, second, never])
    assert rules.thuiszitter_ocw(both, day(9))
    assert not rules.thuiszitter_ocw(both, day(10))
    assert not rules.thuiszitter_ocw(both, day(20))


def test_exemption_age_and_enrolment_end_it():
    gone = [enrolled(valid_until=START, destination="none")]
    assert not rules.thuiszitter_ocw(facts(spell("exempt"), enrolments=gone), day(1))
    assert not rules.thuiszitter_ocw(facts(enrolments=gone, born=D(2007, 9, 1)), START)
    assert rules.thuiszitter_ocw(facts(enrolments=gone, born=D(2007, 9, 2)), START)
    assert not rules.thuiszitter_ocw(facts(enrolments=gone, born=D(2020, 9, 1)), START)
    assert not rules.thuiszitter_ocw(facts(enrolments=[*gone, enrolled(day(3))]), day(3))


def test_after_three_months_without_an_offer_the_pact_counts():
    assert not rules.thuiszitter_pact(facts(spell()), D(2025, 12, 1))
    assert rules.thuiszitter_pact(facts(spell()), D(2025, 12, 2))
    offered = spell(offer_on=D(2025, 12, 2))
    assert rules.thuiszitter_pact(facts(offered), D(2025, 12, 1) + rules.DAY) is False
    assert rules.thuiszitter_pact(facts(spell(offer_on=D(2025, 12, 3))), D(2025, 12, 2))


def test_durations_are_parts_of_one_whole():
    on = D(2026, 5, 31)
    classes = [rules.duration_class(on - rules.DAY * n, on) for n in range(500)]
    assert list(dict.fromkeys(classes)) == list(rules.DURATIONS)
    assert rules.duration_class(D(2026, 2, 28), on) == "3_6m"
    assert rules.duration_class(D(2026, 3, 1), on) == "under_3m"
    assert rules.duration_class(D(2025, 5, 31), on) == "over_12m"


@pytest.mark.parametrize(
    ("on", "months", "then"),
    [
        (D(2026, 5, 31), 3, D(2026, 2, 28)),
        (D(2024, 5, 31), 3, D(2024, 2, 29)),
        (D(2026, 1, 15), 1, D(2025, 12, 15)),
        (D(2026, 1, 15), 12, D(2025, 1, 15)),
        (D(2026, 12, 1), 0, D(2026, 12, 1)),
    ],
)
def test_months_end_where_the_month_ends(on, months, then):
    assert rules.months_before(on, months) == then


def test_the_rule_of_a_day_is_the_newest_that_holds(monkeypatch):
    newer = rules.Rule("2030-1", D(2030, 8, 1))
    monkeypatch.setitem(rules.RULES, newer.version, newer)
    assert rules.rule_on(D(2030, 7, 31)) == RULE
    assert rules.rule_on(D(2030, 8, 1)) == newer
    assert rules.rule_on(D(1999, 1, 1)) == RULE
    assert all(version == rule.version for version, rule in rules.RULES.items())


# --- 16 hours -------------------------------------------------------------------------------------

TERM = rules.school_days(D(2025, 9, 1), D(2025, 12, 20), "NOORD")


def hours_on(*numbers, hours=5, days=TERM):
    return [(days[number], Decimal(hours)) for number in numbers]


def test_four_times_five_hours_in_twenty_school_days_is_reported_on_the_fourth():
    missed = hours_on(0, 6, 12, 19)
    assert rules.sixteen_hours(missed, TERM, RULE) == TERM[19]
    assert rules.sixteen_hours(missed, TERM[:19], RULE) is None


def test_a_holiday_in_between_does_not_count():
    autumn = [n for n, (a, b) in enumerate(pairwise(TERM)) if (b - a).days > 7]
    assert autumn, "there is a week off in this term"
    last = autumn[0] + 3
    missed = hours_on(last - 19, last - 10, last - 5, last)
    assert (TERM[last] - TERM[last - 19]).days > 28
    assert rules.sixteen_hours(missed, TERM, RULE) == TERM[last]


def test_the_twenty_first_school_day_is_too_late():
    assert rules.sixteen_hours(hours_on(0, 6, 12, 20), TERM, RULE) is None


def test_sixteen_is_enough_and_another_version_wants_more():
    assert rules.sixteen_hours(hours_on(0, 1, hours=8), TERM, RULE) == TERM[1]
    assert rules.sixteen_hours(hours_on(0, 1, hours=8), TERM, AT_LEAST) is None
    assert rules.sixteen_hours(hours_on(0, 1, hours="7.99"), TERM, RULE) is None


def test_the_count_begins_anew_the_day_after():
    count = rules.count_hours(hours_on(*range(9)), TERM[:9], RULE)
    assert count.reached == (TERM[3], TERM[7])
    assert count.running == 5


def test_hours_on_days_without_school_are_no_absence():
    saturday = D(2025, 9, 6)
    assert rules.sixteen_hours([(saturday, 20)], TERM, RULE) is None


def test_hours_are_spread_over_the_school_days_of_a_spell():
    week = spell(valid_until=day(7), hours=Decimal(12))
    whole = rules.missed_hours([week, spell("ill")], TERM, RULE)
    assert [day_ for day_, _hours in whole] == TERM[:5]
    assert sum(hours for _day, hours in whole) == 12
    partly = spell(valid_until=day(7), is_full=False, percent_present=60)
    assert {hours for _day, hours in rules.missed_hours([partly], TERM, RULE)} == {2}
    assert (
        rules.missed_hours([spell(valid_from=D(2025, 9, 6), valid_until=D(2025, 9, 8))], TERM, RULE)
        == []
    )


def test_what_was_reported_counts_until_the_report():
    known = spell(reported_on=day(1))
    assert rules.missed_hours([known], TERM, RULE) == [(START, 5), (day(1), 5)]


def test_school_days_leave_out_weekends_and_holidays():
    assert D(2025, 10, 20) not in TERM
    assert D(2025, 10, 17) in TERM
    assert not [day_ for day_ in TERM if day_.weekday() > 4]
