"""A session that was recorded wrongly: both versions stay, and minutes and cents stay right."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils import timezone

from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from support.actions import (
    correct_session,
    end_participation,
    record_session,
    undo_session,
    withdraw_consent,
)
from support.actions.costs import close_month
from support.budgets import own_help
from support.models import (
    Attendance,
    CareNote,
    Consent,
    Contact,
    CostLine,
    GroupParticipant,
    GroupSession,
)
from tests.factories.groups import GroupWorkerFactory
from tests.factories.money import BudgetFactory, HourRateFactory
from tests.factories.support import days_ago
from tests.support.group_steps import PRESENT, eight, group, marks, recorded
from tests.support.helpers import acting

__all__ = ["eight", "group"]


def corrected(cast, session, outcomes, name="bas", **fields):
    given = {"reason": "Ilyas was er niet.", "minutes": 60, "workers": 2}
    with acting(cast, name) as actor:
        return correct_session(actor, session=session, outcomes=outcomes, **{**given, **fields})


def standing(group):
    """The contacts that count, and the minutes of them together."""
    rows = Contact.objects.standing().filter(session__group=group)
    return rows, rows.aggregate(sum=Sum("minutes"))["sum"]


def test_it_keeps_both_versions_and_counts_the_new_one(cast, group, eight):
    old = recorded(cast, group, eight, eight[2], on=days_ago(3))
    new = corrected(cast, old, marks(eight, eight[2], eight[4]))
    old.refresh_from_db()
    assert (old.replaced_by, old.undone_at) == (new, None)
    assert (new.number, new.on, new.correction_reason) == (1, days_ago(3), "Ilyas was er niet.")
    assert list(GroupSession.objects.standing()) == [new]
    assert Attendance.objects.filter(session=old, is_undone=True).count() == 8
    rows, minutes = standing(group)
    assert (rows.count(), minutes) == (6, 120)
    assert {row.session for row in rows} == {new}
    assert {row.on for row in rows} == {days_ago(3)}


def test_every_version_of_a_contact_leads_to_the_next(cast, group, eight):
    old = recorded(cast, group, eight, eight[2], on=days_ago(3))
    corrected(cast, old, marks(eight, eight[4]), minutes=45)
    before = {each.trajectory_id: each for each in Contact.objects.filter(session=old)}
    after = {each.trajectory_id: each for each in standing(group)[0]}
    gone, came = eight[4].trajectory_id, eight[2].trajectory_id
    assert before[gone].undone_at is not None
    assert gone not in after
    assert came not in before
    assert came in after
    for key, contact in before.items():
        if key != gone:
            assert contact.replaced_by == after[key]
    assert standing(group)[1] == 90
    assert {each.worker for each in after.values()} == {cast.a.worker}


def test_it_is_corrected_again_and_again(cast, group, eight):
    session = recorded(cast, group, eight, on=days_ago(3))
    for absent in (eight[:1], eight[:2], eight[:3]):
        session = corrected(cast, session, marks(eight, *absent))
        rows, minutes = standing(group)
        assert (rows.count(), minutes) == (8 - len(absent), 120)
    assert GroupSession.objects.count() == 4


def test_only_the_version_that_stands_is_corrected(cast, group, eight):
    old = recorded(cast, group, eight, on=days_ago(3))
    corrected(cast, old, marks(eight, eight[0]))
    with pytest.raises(MoveRefused):
        corrected(cast, old, marks(eight, eight[1]))
    assert GroupSession.objects.standing().count() == 1


@pytest.mark.parametrize("change", ["day", "length", "workers", "note", "attention"])
def test_everything_about_a_session_can_be_put_right(cast, group, eight, change):
    old = recorded(cast, group, eight, on=days_ago(3))
    fields = {
        "day": {"on": days_ago(4)},
        "length": {"minutes": 90},
        "workers": {"workers": 1},
        "note": {"group_note": "Rustig."},
        "attention": {"attention": {eight[0].pk: "Bel thuis."}},
    }[change]
    new = corrected(cast, old, marks(eight), **fields)
    assert new.worked_minutes == standing(group)[1]
    for name, value in fields.items():
        if name != "attention":
            assert getattr(new, name) == value
    assert CareNote.objects.filter(text="Bel thuis.").exists() == (change == "attention")


def test_it_asks_what_was_wrong_and_that_something_was(cast, group, eight):
    old = recorded(cast, group, eight, eight[0], on=days_ago(3))
    with pytest.raises(ValidationError):
        corrected(cast, old, marks(eight), reason=" ")
    with pytest.raises(ValidationError):
        corrected(cast, old, marks(eight, eight[0]))
    with pytest.raises(ValidationError):
        corrected(cast, old, {})


def test_the_day_stays_between_the_sessions_around_it(cast, group, eight):
    for days in (5, 3, 1):
        session = recorded(cast, group, eight, on=days_ago(days))
    second = GroupSession.objects.get(number=2)
    for days in (6, 5, 1, 0):
        with pytest.raises(ValidationError):
            corrected(cast, second, marks(eight), on=days_ago(days))
    with pytest.raises(ValidationError):
        corrected(cast, session, marks(eight), on=days_ago(-1))
    assert corrected(cast, second, marks(eight), on=days_ago(4)).on == days_ago(4)


def test_it_marks_nobody_who_could_not_be_marked_on_that_day(cast, group, eight):
    old = recorded(cast, group, eight[:7], on=days_ago(3))
    consents = Consent.objects.filter(trajectory=eight[7].trajectory, purpose="others_present")
    consents.update(answered_on=days_ago(1))
    with pytest.raises(MoveRefused):
        corrected(cast, old, marks(eight))
    consents.update(answered_on=days_ago(20))
    corrected(cast, old, marks(eight))
    assert standing(group)[0].count() == 8


def test_a_consent_that_was_withdrawn_later_leaves_that_day_as_it_was(cast, group, eight):
    old = recorded(cast, group, eight, on=days_ago(3))
    consent = Consent.objects.filter(
        trajectory=eight[0].trajectory, purpose="others_present"
    ).first()
    with acting(cast, "bas") as bas:
        withdraw_consent(bas, consent=consent)
    corrected(cast, old, marks(eight, eight[1]))
    assert standing(group)[0].count() == 7


@pytest.mark.parametrize("name", ["anna", "cato", "gijs", "joke", "hans"])
def test_nobody_else_corrects_it(cast, group, eight, name):
    old = recorded(cast, group, eight, on=days_ago(3))
    with pytest.raises((MoveRefused, MoveNotAllowed, NotVisible)):
        corrected(cast, old, marks(eight, eight[0]), name=name)
    assert GroupSession.objects.standing().get() == old


def test_who_does_not_see_everybody_corrects_nothing(cast, group, eight):
    """Gijs leads for a day: a pupil who left before he came is out of his sight."""
    old = recorded(cast, group, eight, on=days_ago(3))
    with acting(cast, "bas") as bas:
        end_participation(bas, participant=eight[0])
    GroupWorkerFactory(group=group, worker=cast.a.spare)
    with pytest.raises(MoveRefused):
        corrected(cast, old, marks(eight[1:], eight[2]), name="gijs")
    corrected(cast, old, marks(eight, eight[2]))  # who helps them all still can
    assert standing(group)[0].count() == 7


def test_a_correction_is_not_undone_but_corrected(cast, group, eight):
    old = recorded(cast, group, eight)
    new = corrected(cast, old, marks(eight, eight[0]))
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        undo_session(bas, session=new)


def test_nothing_of_a_finished_group_is_corrected(cast, group, eight):
    old = recorded(cast, group, eight, on=days_ago(3))
    type(group).objects.filter(pk=group.pk).update(state="done", valid_until=today())
    with pytest.raises(MoveRefused):
        corrected(cast, old, marks(eight, eight[0]))


def test_a_note_stays_when_the_pupil_was_not_there_after_all(cast, group, eight):
    old = recorded(cast, group, eight, on=days_ago(3), attention={eight[0].pk: "Was stil."})
    corrected(cast, old, marks(eight, eight[0]))
    assert CareNote.objects.standing().filter(text="Was stil.").exists()


def test_the_school_sees_the_presence_of_the_new_version_only(cast, group, eight):
    old = recorded(cast, group, eight, on=days_ago(3))
    corrected(cast, old, marks(eight, eight[0]))
    with acting(cast, "anna") as anna:
        seen = Attendance.objects.visible_to(anna)
        assert (seen.count(), seen.present().count()) == (8, 7)
        assert not seen.exclude(session__replaced_by=None).exists()


def test_the_same_session_from_a_second_device_is_not_recorded_beside_it(cast, group, eight):
    old = recorded(cast, group, eight, on=days_ago(3))
    corrected(cast, old, marks(eight, eight[0]))
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        record_session(
            bas, group=group, on=days_ago(3), minutes=60, workers=2, outcomes=marks(eight)
        )


# --- Money ----------------------------------------------------------------------------------------


def next_month(day):
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def booked(cast, month):
    """Close a month as if it were over, and give what the lines of all months come to."""
    with acting(cast, "cato") as cato:
        close_month(cato, provider=cast.a.provider, month=month, on=next_month(month))
    lines = CostLine.objects.filter(minutes__isnull=False)
    return tuple(lines.aggregate(m=Sum("minutes"), c=Sum("cents")).values())


def test_a_closed_month_gets_the_difference_with_the_next_to_the_cent(cast, group, eight):
    for year in (today().year, today().year + 1):
        BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality, year=year)
    HourRateFactory(
        provider=cast.a.provider, cents_per_hour=9_137, valid_from=dt.date(today().year, 1, 1)
    )
    Contact.objects.all().update(undone_at=timezone.now())  # only what this test records counts
    old = recorded(cast, group, eight, minutes=60, workers=2, on=today())
    month = today().replace(day=1)
    assert booked(cast, month) == (120, 18_274)
    new = corrected(cast, old, marks(eight, eight[0]), minutes=45, workers=1)
    assert booked(cast, next_month(month)) == (45, 6_853)
    line = CostLine.objects.order_by("booked_on", "created_at").last()
    assert (line.minutes, line.cents) == (-75, 6_853 - 18_274)
    corrected(cast, new, marks(eight), minutes=60, workers=2)
    assert booked(cast, next_month(next_month(month))) == (120, 18_274)
    with acting(cast, "cato"):
        found = own_help(cast.a.provider, today().year)
    assert sum(row.minutes for row in found) == 120


def test_a_pupil_who_joined_later_does_not_come_into_an_earlier_session(cast, group, eight):
    GroupParticipant.objects.filter(pk=eight[7].pk).update(valid_from=days_ago(1))
    old = recorded(cast, group, eight[:7], on=days_ago(3))
    with pytest.raises(MoveRefused):
        corrected(cast, old, marks(eight))
    assert set(Attendance.objects.standing().values_list("outcome", flat=True)) == {PRESENT}
