"""The rule in SQL says what the rule in Python says, on every day of random worlds."""

import datetime as dt

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import consent_rules, facts
from support.models import Consent
from tests.factories.schools import GuardianFactory, PupilFactory
from tests.factories.support import ConsentFactory, RequestFactory, noon

START = dt.date(2020, 1, 1)
DAYS = st.integers(0, 400).map(lambda n: START + dt.timedelta(days=n))
MAYBE = st.none() | DAYS


@st.composite
def custody(draw):
    begin, end = sorted([draw(DAYS), draw(DAYS)])
    has = draw(st.booleans() | st.just(True))
    return {
        "has_custody": has,
        "custody_from": draw(st.sampled_from([None, begin])) if has else None,
        "custody_until": draw(st.sampled_from([None, end])) if has else None,
        "is_deceased": draw(st.integers(0, 5)) == 0,
    }


@st.composite
def answer(draw):
    asked, answered, withdrawn = sorted([draw(DAYS), draw(DAYS), draw(DAYS)])
    state = draw(st.sampled_from(["given", "given", "given", "refused", "talk", "withdrawn"]))
    if draw(st.integers(0, 4)) == 0:
        state, answered = "asked", None
    return {
        "giver": draw(st.integers(0, 2)),
        "state": state,
        "asked_on": asked if state == "asked" else draw(st.sampled_from([None, asked])),
        "answered_on": answered,
        "withdrawn_on": withdrawn if state == "withdrawn" else None,
        "withdrawn_at": noon(withdrawn) if state == "withdrawn" else None,
        "valid_until": draw(MAYBE),
    }


# Birthdays fall in the middle of the days that are asked about.
BIRTH_DATES = st.one_of(
    DAYS.map(lambda day: day.replace(year=day.year - 12, day=min(day.day, 28))),
    DAYS.map(lambda day: day.replace(year=day.year - 16, day=min(day.day, 28))),
    st.sampled_from([dt.date(2008, 2, 29), dt.date(2004, 2, 29), dt.date(2012, 5, 5)]),
)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    born=BIRTH_DATES,
    guardians=st.lists(custody(), max_size=2),
    answers=st.lists(answer(), max_size=5),
    corrected=st.booleans(),
    days=st.lists(DAYS, min_size=3, max_size=6),
)
def test_it_agrees_with_python(db, born, guardians, answers, corrected, days):
    with transaction.atomic():
        request = _world(born, guardians, answers, corrected)
        replies = [c.as_reply() for c in Consent.objects.filter(request=request)]
        custodians = facts.custodians(request.pupil.guardians.all())
        turns = consent_rules.turning_days(born, custodians, replies, START)
        for on in [*days, *turns[:4]]:
            state = consent_rules.state(born, custodians, replies, on)
            assert _asked("state", request, on) == state.outcome, (on, state)
            if state.is_complete:
                assert _asked("until", request, on) == state.until, (on, state)
        transaction.set_rollback(True)


def _world(born, guardians, answers, corrected):
    pupil = PupilFactory(birth_date=born)
    people = [None, *(GuardianFactory(pupil=pupil, **fields) for fields in guardians)]
    request = RequestFactory(pupil=pupil)
    open_questions, made = set(), []
    for fields in answers:
        guardian = people[fields.pop("giver") % len(people)]
        if fields["state"] == "asked":
            if guardian in open_questions:
                continue
            open_questions.add(guardian)
        made.append(ConsentFactory(request=request, guardian=guardian, **fields))
    if corrected and len(made) > 1:
        Consent.objects.filter(pk=made[0].pk).update(superseded_by=made[1])
    return request


def _asked(what, request, on):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT oja.support_consent_{what}(%s, 'share', %s)", [request.pk, on])
        return cursor.fetchone()[0]
