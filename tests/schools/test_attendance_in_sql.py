"""What the rules of absence say in Python, their sisters in SQL say of random worlds."""

import datetime as dt
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schools import attendance_rules as rules
from schools import attendance_sql as sql
from schools.models import AttendanceSpell, Enrolment, Pupil
from tests.factories.schools import PupilFactory, SiteFactory

# Few days, at the distances that rules ask about, so that rows meet at the edges: 1 February,
# March and April among them.
START = dt.date(2024, 2, 1)
APART = (0, 1, 9, 10, 11, 19, 20, 21, 28, 29, 30, 31, 39, 49, 60, 61, 91, 121, 182, 366, 400)
DAYS = st.sampled_from([START + dt.timedelta(days=n) for n in APART])
KINDS = [*AttendanceSpell.Kind.values, "unlawful", "unlawful", "absolute"]
DESTINATIONS = ["none", "none", "none", "", "so", "mbo", "moved", "unknown"]
OTHER = rules.Rule(
    "other", START, lrv_days=20, lrv_operator=">=", broad_days=10, broad_percent=50, pact_months=2
)
# Birthdays that matter fall in the days that are asked about.
BIRTH_DATES = st.one_of(
    *(DAYS.map(lambda day, n=n: rules.born_by(day, n)) for n in (5, 16, 18)),
    st.sampled_from([dt.date(2020, 2, 29), dt.date(2008, 2, 29), dt.date(2014, 5, 5)]),
    st.just(dt.date(2014, 5, 5)),
)


@st.composite
def in_line(draw, fields, most):
    """Rows that follow each other without overlap, some of no days, the last perhaps open."""
    borders = sorted(draw(st.lists(DAYS, max_size=most * 2)))
    rows = []
    for number, start in enumerate(borders[::2]):
        rest = borders[number * 2 + 1 :]
        values = {"valid_from": start, "valid_until": rest[0] if rest else None}
        rows.append(values | draw(fields))
    return rows


@st.composite
def absence(draw):
    kind = draw(st.sampled_from(KINDS))
    full = draw(st.booleans() | st.just(True))
    return {
        "kind": kind,
        "is_full": full,
        "percent_present": 0 if full else draw(st.sampled_from([0, 25, 26, 50, 51])),
        "attends_by_plan": draw(st.booleans()),
        "offer_on": draw(st.none() | DAYS),
    }


DESTINATION = st.sampled_from(DESTINATIONS).map(lambda to: {"destination_type": to})
CHILD = st.tuples(BIRTH_DATES, in_line(absence(), 4), in_line(DESTINATION, 3))
IN_WORLDS = settings(
    max_examples=25,
    deadline=None,
    # A smaller world costs minutes to find, and the message names the rule and the day anyway.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def make(children):
    """pupil key -> Facts, in the database too."""
    site = SiteFactory()
    found, pupils, every = {}, [], []
    for born, spells, enrolments in children:
        pupil = PupilFactory.build(site=site, birth_date=born)
        pupil.fill_sort_name()
        of = {"pupil": pupil, "site": site}
        known = rules.Facts(
            born,
            tuple(AttendanceSpell(**of, **row) for row in spells),
            tuple(
                Enrolment(
                    **of,
                    school_type="sbo",
                    valid_from=row["valid_from"],
                    valid_until=row["valid_until"],
                    destination_type=row["destination_type"] if row["valid_until"] else "",
                )
                for row in enrolments
            ),
        )
        found[pupil.pk] = known
        pupils.append(pupil)
        every.append(known)
    Pupil.objects.bulk_create(pupils)
    AttendanceSpell.objects.bulk_create(spell for known in every for spell in known.spells)
    Enrolment.objects.bulk_create(row for known in every for row in known.enrolments)
    return found


def keys(condition):
    return set(Pupil.objects.filter(condition).values_list("pk", flat=True))


def by_rule(facts, test):
    return {key for key, known in facts.items() if test(known)}


@pytest.mark.django_db
@IN_WORLDS
@given(
    children=st.lists(CHILD, min_size=8, max_size=12),
    days=st.lists(DAYS, min_size=2, max_size=4, unique=True),
    rule=st.sampled_from([None, OTHER]),
)
def test_it_agrees_on_every_day(db, children, days, rule):
    with transaction.atomic():
        facts = make(children)
        for on in days:
            for name in ("thuiszitter_ocw", "thuiszitter_breed", "thuiszitter_pact"):
                of_sql = keys(getattr(sql, name)(on, rule))
                of_rules = by_rule(facts, lambda f, n=name, d=on: getattr(rules, n)(f, d, rule))
                assert of_sql == of_rules, (name, on)
            assert keys(sql.without_school(on)) == by_rule(
                facts, lambda f, d=on: rules.absolute_since(f, d) is not None
            )
            assert keys(sql.compulsory(on)) == by_rule(
                facts, lambda f, d=on: rules.compulsory(f.birth_date, d)
            )
            for of in ("ocw", "broad"):
                start = {key: rules.since(f, on, rule, of) for key, f in facts.items()}
                for key in rules.DURATIONS:
                    assert keys(sql.duration_class(on, key, rule, of)) == {
                        pupil
                        for pupil, day in start.items()
                        if day is not None and rules.duration_class(day, on) == key
                    }, (key, of, on)
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(IN_WORLDS, max_examples=60)
@given(
    children=st.lists(CHILD, min_size=8, max_size=12),
    period=st.tuples(DAYS, st.sampled_from([0, 1, 2, 10, 29, 60])),
    turn=st.sampled_from([-20, 1, 10, 30]),
)
def test_it_agrees_on_any_day_of_a_period(db, children, period, turn):
    start, length = period
    days = [start + dt.timedelta(days=n) for n in range(length)]
    newer = rules.Rule("newer", start + dt.timedelta(days=turn), lrv_days=10, lrv_operator=">=")
    with transaction.atomic(), mock.patch.dict(rules.RULES, {"newer": newer}):
        facts = make(children)
        found = keys(sql.was_thuiszitter_in(start, start + dt.timedelta(days=length)))
        assert found == by_rule(facts, lambda f: any(rules.thuiszitter_ocw(f, day) for day in days))
        transaction.set_rollback(True)


def test_the_conditions_count_each_pupil_once(db):
    facts = make(
        [
            (
                dt.date(2014, 5, 5),
                [{"kind": "absolute", "valid_from": START, "valid_until": None}],
                [
                    {
                        "valid_from": START.replace(year=year),
                        "valid_until": START.replace(year=year + 1),
                        "destination_type": "none",
                    }
                    for year in (2021, 2022, 2023)
                ],
            )
        ]
    )
    on = START + dt.timedelta(days=300)
    rows = Pupil.objects.filter(sql.thuiszitter_breed(on))
    assert rows.count() == len(facts) == 1


@pytest.mark.parametrize("lasts", [28, 29, 30, None])
def test_a_period_counts_from_the_first_day_that_counts(db, lasts):
    end = None if lasts is None else START + dt.timedelta(days=lasts)
    spell = {"kind": "unlawful", "valid_from": START, "valid_until": end}
    ((pupil, known),) = make([(dt.date(2014, 5, 5), [spell], [])]).items()
    for first in (0, 28, 29, 30):
        for stop in range(first, 32):
            days = [START + dt.timedelta(days=n) for n in range(first, stop)]
            period = START + dt.timedelta(days=first), START + dt.timedelta(days=stop)
            expected = any(rules.thuiszitter_ocw(known, day) for day in days)
            assert (pupil in keys(sql.was_thuiszitter_in(*period))) is expected, period
