"""Heavier, lighter or the same; and the same transitions in SQL."""

import datetime as dt
from collections import Counter
from itertools import product

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schools import transition_rules as rules
from schools import transition_sql as sql
from schools.models import Enrolment, EnrolmentDestination, SchoolType
from tests.factories.schools import PupilFactory, SiteFactory

D = dt.date
LONG_AGO = D(2022, 8, 1)
BEFORE, AFTER = D(2025, 2, 1), D(2026, 2, 1)


def enrolled(school_type, valid_from=LONG_AGO, valid_until=None, to=""):
    return Enrolment(
        school_type=school_type, valid_from=valid_from, valid_until=valid_until, destination_type=to
    )


@pytest.mark.parametrize(
    ("pairs", "direction"),
    [
        ("bao-sbo sbo-so bao-so pro-vso vo-vso vo-pro sbo-vso bao-vso bao-so_vso", "heavier"),
        (
            "so-sbo sbo-bao so-bao vso-vo vso-pro pro-vo so-pro so-vo so_vso-sbo so_vso-vo",
            "lighter",
        ),
        ("bao-bao bao-vo sbo-pro sbo-vo so-vso so-so_vso so_vso-vso", "same"),
    ],
)
def test_the_direction_follows_from_the_levels(pairs, direction):
    for pair in pairs.split():
        assert rules.direction(*pair.split("-")) == direction, pair


def test_who_leaves_school_goes_in_no_direction():
    for to in ("mbo", "work", "none", "moved", "abroad", "deceased", "unknown", "", None):
        assert rules.direction("vso", to) is None


def test_sent_back_stays_in_the_same_stage():
    pairs = {p for p in product(SchoolType.values, repeat=2) if rules.is_sent_back(*p)}
    assert pairs == {
        ("so", "sbo"),
        ("so", "bao"),
        ("sbo", "bao"),
        ("vso", "pro"),
        ("vso", "vo"),
        *(("so_vso", to) for to in ("bao", "sbo", "pro", "vo")),
    }


def test_every_kind_of_school_has_a_level():
    assert set(SchoolType.values) == rules.LEVELS.keys()
    assert set(SchoolType.values) < set(EnrolmentDestination.values)


@pytest.mark.parametrize(
    ("on", "day"),
    [
        (D(2026, 2, 1), D(2026, 2, 1)),
        (D(2026, 1, 31), D(2025, 2, 1)),
        (D(2026, 11, 21), D(2026, 2, 1)),
    ],
)
def test_the_count_date_is_the_last_first_of_february(on, day):
    assert rules.count_date(on) == day
    assert rules.year_before(day) == day.replace(year=day.year - 1)


def test_where_a_pupil_is():
    first = enrolled("bao", valid_until=D(2025, 8, 1), to="sbo")
    second = enrolled("sbo", D(2025, 8, 20))
    never = enrolled("vo", D(2025, 9, 1), D(2025, 9, 1), "mbo")
    rows = [second, never, first]
    assert rules.position(rows, D(2022, 7, 31)) is None
    assert rules.position(rows, BEFORE) == "bao"
    assert rules.position(rows, D(2025, 8, 10)) == "sbo"
    assert rules.position(rows, AFTER) == "sbo"
    assert rules.transition(rows, BEFORE, AFTER) == ("bao", "sbo")
    assert rules.transition(rows, D(2022, 7, 31), AFTER) is None
    assert rules.position([enrolled("so", valid_until=AFTER)], AFTER) == "unknown"


def test_the_matrix_counts_who_was_here_before():
    records = [
        [enrolled("bao")],
        [enrolled("bao", valid_until=D(2025, 8, 1), to="so")],
        [enrolled("bao", valid_until=D(2025, 8, 1), to="deceased")],
        [enrolled("bao", D(2025, 8, 1))],
    ]
    assert rules.matrix(records, BEFORE, AFTER) == {
        ("bao", "bao"): 1,
        ("bao", "so"): 1,
        ("bao", "deceased"): 1,
    }


DAYS = st.integers(0, 900).map(lambda n: D(2024, 1, 1) + dt.timedelta(days=n))


@st.composite
def record(draw):
    borders = sorted(draw(st.lists(DAYS, max_size=6)))
    rows = []
    for number, start in enumerate(borders[::2]):
        rest = borders[number * 2 + 1 :]
        to = draw(st.sampled_from(["", *EnrolmentDestination.values])) if rest else ""
        kind = draw(st.sampled_from(SchoolType.values))
        rows.append(enrolled(kind, start, rest[0] if rest else None, to))
    return rows


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    records=st.lists(record(), min_size=4, max_size=8),
    dates=st.tuples(DAYS, DAYS).map(sorted),
    asked=st.sets(st.sampled_from(EnrolmentDestination.values)),
)
def test_sql_counts_the_same_transitions(db, records, dates, asked):
    before, after = dates
    with transaction.atomic():
        site = SiteFactory()
        made = []
        for rows in records:
            pupil = PupilFactory(site=site)
            for row in rows:
                row.pupil, row.site = pupil, site
                made.append(row)
        Enrolment.objects.bulk_create(made)
        rows = Enrolment.objects.filter(sql.counted_at(before))
        found = rows.order_by().annotate(to=sql.position(after)).values_list("school_type", "to")
        expected = rules.matrix(records, before, after)
        assert Counter(list(found)) == expected

        def number(test):
            return sum(n for (start, to), n in expected.items() if test(start, to))

        assert rows.aggregate(
            went=Count("pk", filter=sql.went_to(after, asked)),
            stayed=Count("pk", filter=sql.stayed(after)),
            heavier=Count("pk", filter=sql.heavier(after)),
            lighter=Count("pk", filter=sql.lighter(after)),
            back=Count("pk", filter=sql.sent_back(after)),
        ) == {
            "went": number(lambda _start, to: to in asked),
            "stayed": number(lambda start, to: start == to),
            "heavier": number(lambda start, to: rules.direction(start, to) == "heavier"),
            "lighter": number(lambda start, to: rules.direction(start, to) == "lighter"),
            "back": number(rules.is_sent_back),
        }
        transaction.set_rollback(True)
