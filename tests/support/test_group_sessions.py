"""Sessions of a group: minutes that add up, who is marked, and the undoing of the same day."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oja.core.periods import today
from oja.core.workflow import MoveRefused
from support import group_rules
from support.actions import (
    correct_contact,
    record_session,
    undo_session,
    withdraw_consent,
)
from support.models import (
    Attendance,
    CareNote,
    Consent,
    Contact,
)
from tests.factories.groups import (
    GroupParticipantFactory,
    group_of,
    join,
)
from tests.factories.support import days_ago, noon
from tests.support.group_steps import ILL, eight, group, recorded
from tests.support.helpers import acting

__all__ = ["eight", "group"]


def test_it_records_who_was_there_and_splits_the_minutes(cast, group, eight):
    session = recorded(cast, group, eight, eight[2])
    contacts = Contact.objects.filter(session=session)
    assert contacts.count() == 7
    assert contacts.aggregate(sum=Sum("minutes"))["sum"] == 120
    assert {c.minutes for c in contacts} == {17, 18}
    assert {(c.form, c.layer, c.outcome) for c in contacts} == {("GROEP", "L2", "held")}
    assert Attendance.objects.filter(session=session).count() == 8
    absent = Attendance.objects.get(participant=eight[2])
    assert (absent.outcome, absent.number, absent.on) == (ILL, 1, today())
    group.refresh_from_db()
    assert group.state == "running"


def test_it_records_a_session_where_nobody_came(cast, group, eight):
    session = recorded(cast, group, eight, *eight)
    assert not Contact.objects.filter(session=session).exists()


def test_it_is_one_session_however_often_it_is_sent(cast, group, eight):
    first = recorded(cast, group, eight, eight[0])
    assert recorded(cast, group, eight, eight[0]) == first
    with pytest.raises(MoveRefused):
        recorded(cast, group, eight)
    assert Contact.objects.filter(session__group=group).count() == 7


def test_it_keeps_what_to_watch_as_a_care_note(cast, group, eight):
    recorded(
        cast,
        group,
        eight,
        eight[1],
        attention={eight[0].pk: "Was stil vandaag.", eight[1].pk: "Bel thuis."},
        group_note="Rustige sfeer.",
    )
    notes = {note.trajectory_id: note for note in CareNote.objects.exclude(text__contains="zorg")}
    assert notes[eight[0].trajectory_id].contact.session.group_note == "Rustige sfeer."
    assert notes[eight[1].trajectory_id].contact is None


def test_it_marks_nobody_whose_consent_was_withdrawn(cast, group, eight):
    row = eight[3].trajectory
    consent = Consent.objects.filter(trajectory=row, purpose="others_present").first()
    with acting(cast, "bas") as bas:
        withdraw_consent(bas, consent=consent)
    with pytest.raises(MoveRefused) as problem:
        recorded(cast, group, eight)
    assert [row.pupil_name in str(r.sentence) for r in problem.value.refusals] == [True]
    # an earlier day, on which it still held, may be recorded
    recorded(cast, group, eight, on=days_ago(1))


def test_it_marks_nobody_before_the_help_started(cast, group):
    row = cast.a.new_trajectory(plan_agreed=True)
    participant = GroupParticipantFactory(group=group, trajectory=row, agreed=True)
    with pytest.raises(MoveRefused):
        recorded(cast, group, [participant])


def test_it_records_nothing_for_a_day_that_has_to_come(cast, group, eight):
    with pytest.raises(ValidationError):
        recorded(cast, group, eight, on=today() + dt.timedelta(days=1))


def test_it_records_nothing_for_who_does_not_lead_the_group(cast, group, eight):
    with acting(cast, "gijs") as gijs, pytest.raises(MoveRefused):
        record_session(gijs, group=group, on=today(), minutes=60, workers=1, outcomes={})


def test_it_takes_no_participant_of_another_group(cast, group):
    other = join(cast.a, group_of(cast.a))
    with pytest.raises(ValidationError):
        recorded(cast, group, [other])


def test_it_is_no_session_with_less_than_a_minute_for_each(cast, group, eight):
    with pytest.raises(ValidationError) as problem:
        recorded(cast, group, eight, minutes=5, workers=1)
    assert "minutes" in problem.value.message_dict


def test_it_undoes_a_session_on_the_same_day(cast, group, eight):
    session = recorded(cast, group, eight)
    with acting(cast, "bas") as bas:
        undo_session(bas, session=session)
    assert not Contact.objects.standing().filter(session=session).exists()
    assert not Attendance.objects.standing().filter(session=session).exists()
    again = recorded(cast, group, eight, eight[0])
    assert (again.number, again != session) == (1, True)


def test_it_undoes_nothing_of_yesterday(cast, group, eight):
    session = recorded(cast, group, eight, on=days_ago(1), at=noon(days_ago(1)))
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        undo_session(bas, session=session)


def test_it_corrects_no_contact_of_a_session_by_itself(cast, group, eight):
    session = recorded(cast, group, eight)
    contact = Contact.objects.filter(session=session).first()
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        correct_contact(bas, contact=contact, reason="x", minutes=10)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 480), st.integers(1, 9), st.integers(1, 30))
def test_the_minutes_of_a_group_add_up_and_nobody_gets_much_more(minutes, workers, present):
    shares = group_rules.split_minutes(minutes, workers, present)
    assert sum(shares) == minutes * workers
    assert max(shares) - min(shares) <= 1
    assert len(shares) == present


def test_nobody_there_is_no_minutes():
    assert group_rules.split_minutes(60, 2, 0) == []
