"""Contacts: as planned, in words, undone, corrected; and the facts that figures count."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from oja.access.actor import Actor
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from support import actions
from support.actions.common import store
from support.models import CareNote, Contact, SchoolNote, Trajectory
from tests.factories.support import ContactFactory, ProvisionFactory, days_ago, noon
from tests.support.helpers import acting


@pytest.fixture
def trajectory(cast):
    """Help that started a week ago, without a contact yet."""
    cast.a.school_note.delete()
    cast.a.care_note.delete()
    cast.a.contact.delete()
    cast.a.trajectory.refresh_from_db()
    return cast.a.trajectory


@pytest.fixture
def provision(cast):
    """Planned without a fixed weekday, so that tests do not depend on the day they run on."""
    return ProvisionFactory(trajectory=cast.a.trajectory, weekday=None, start_time=None)


def facts_of(trajectory):
    row = Trajectory.objects.select_related("request").get(pk=trajectory.pk)
    return row.first_help_on, row.last_contact_on, row.request.first_help_on


def test_it_records_in_words_with_a_note_for_those_who_help(cast, trajectory):
    with acting(cast, "bas") as bas:
        contact = actions.record_contact(
            bas,
            trajectory=trajectory,
            contact_on=days_ago(1),
            minutes=30,
            place="home",
            people=[{"id": "x", "label": "moeder\x00"}],
            note="Zij maakt zich zorgen. 111222333",
        )
        note = CareNote.objects.visible_to(bas).get(contact=contact)
    assert (contact.worker, contact.recorded_by_id) == (cast.a.worker, cast.bas.pk)
    assert contact.people == [{"id": "x", "label": "moeder"}]
    assert "111222333" not in note.text
    assert note.author_label == "Bas"
    assert not SchoolNote.objects.filter(contact=contact).exists()
    assert facts_of(trajectory) == (days_ago(1), days_ago(1), days_ago(1))


def test_it_counts_the_first_and_the_last_contact_that_took_place(cast, trajectory):
    with acting(cast, "bas") as bas:
        record = {"trajectory": trajectory, "minutes": 30}
        actions.record_contact(bas, **record, contact_on=days_ago(5), outcome="no_show")
        actions.record_contact(bas, **record, contact_on=days_ago(2))
        actions.record_contact(bas, **record, contact_on=days_ago(4))
    assert facts_of(trajectory) == (days_ago(4), days_ago(2), days_ago(4))


REFUSED = {
    "tomorrow": {"contact_on": days_ago(-1)},
    "before the start": {"contact_on": days_ago(8)},
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses_an_impossible_day(cast, trajectory, case):
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        actions.record_contact(bas, trajectory=trajectory, minutes=30, **REFUSED[case])


@pytest.mark.parametrize("state", ["registered", "plan_agreed", "closed"])
def test_it_refuses_outside_running_help(cast, trajectory, state):
    ended = {"ended_on": today(), "end_reason": "31"} if state == "closed" else {}
    Trajectory.objects.filter(pk=trajectory.pk).update(state=state, **ended)
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        actions.record_contact(bas, trajectory=trajectory, minutes=30, contact_on=today())


def test_it_refuses_help_without_consent_on_that_day(cast, trajectory):
    consent = trajectory.consents.filter(purpose="help").first()
    with acting(cast, "bas") as bas:
        actions.withdraw_consent(bas, consent=consent)
        record = {"trajectory": trajectory, "minutes": 30}
        with pytest.raises(MoveRefused) as refusal:
            actions.record_contact(bas, **record, contact_on=today())
        assert consent.giver_label in str(refusal.value.refusals[0].sentence)
        # yesterday the consent still held, and what did not take place needs none
        actions.record_contact(bas, **record, contact_on=days_ago(1))
        actions.record_contact(bas, **record, contact_on=today(), outcome="cancelled")


def test_it_goes_on_four_weeks_after_a_twelfth_birthday(cast, trajectory):
    turned = days_ago(3)
    born = turned.replace(year=turned.year - 12, day=min(turned.day, 28))
    cast.a.pupil.birth_date = born
    cast.a.pupil.save()
    with acting(cast, "bas") as bas:
        actions.record_contact(bas, trajectory=trajectory, minutes=30, contact_on=today())
    cast.a.pupil.birth_date = born - dt.timedelta(days=40)
    cast.a.pupil.save()
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        actions.record_contact(bas, trajectory=trajectory, minutes=30, contact_on=today())


def test_it_is_for_those_who_help(cast, trajectory):
    record = {"trajectory": trajectory, "minutes": 30, "contact_on": today()}
    for name in ("anna", "cato", "dirk", "els", "ilse"):
        with acting(cast, name) as actor, pytest.raises(MoveNotAllowed):
            actions.record_contact(actor, **record)
    for name in ("gijs", "joke"):
        with acting(cast, name) as actor, pytest.raises(NotVisible):
            actions.record_contact(actor, **record)


def test_it_records_what_was_planned_once(cast, trajectory, provision):
    with acting(cast, "bas") as bas:
        first = actions.record_planned(bas, provision=provision, contact_on=today())
        again = actions.record_planned(bas, provision=provision, contact_on=today())
        assert first.pk == again.pk
        assert (first.minutes, first.is_as_planned) == (provision.minutes, True)
        with pytest.raises(MoveRefused):
            actions.record_missed(bas, provision=provision, contact_on=today())
        with pytest.raises(MoveRefused):
            actions.record_contact(
                bas, trajectory=trajectory, provision=provision, contact_on=today(), minutes=5
            )
    assert Contact.objects.filter(provision=provision).count() == 1


@pytest.mark.parametrize("outcome", ["cancelled", "no_show", "moved"])
def test_it_records_that_nothing_took_place(cast, trajectory, provision, outcome):
    with acting(cast, "bas") as bas:
        contact = actions.record_missed(
            bas, provision=provision, contact_on=today(), outcome=outcome
        )
        with pytest.raises(ValidationError):
            actions.record_missed(bas, provision=provision, contact_on=today(), outcome="held")
    assert (contact.outcome, contact.minutes) == (outcome, 0)
    assert facts_of(trajectory) == (None, None, None)


def test_it_records_as_planned_only_what_was_planned(cast, trajectory, provision):
    provision.weekday = 1 if today().isoweekday() != 1 else 2
    provision.save()
    other = ProvisionFactory(
        trajectory=trajectory, weekday=None, start_time=None, valid_until=today()
    )
    with acting(cast, "bas") as bas:
        for planned in (provision, other):
            with pytest.raises(MoveRefused):
                actions.record_planned(bas, provision=planned, contact_on=today())


def test_it_undoes_on_the_same_day_without_a_trace_in_the_plan(cast, trajectory, provision):
    with acting(cast, "bas") as bas:
        contact = actions.record_planned(bas, provision=provision, contact_on=today())
        actions.add_note(
            bas, trajectory=trajectory, text="Het ging goed.", audience="school", contact=contact
        )
        actions.undo_contact(bas, contact=contact)
        with pytest.raises(MoveRefused):
            actions.undo_contact(bas, contact=contact)
        assert not SchoolNote.objects.visible_to(bas).standing().filter(contact=contact).exists()
        assert actions.record_planned(bas, provision=provision, contact_on=today()) != contact
    with acting(cast, "anna") as anna:
        assert not SchoolNote.objects.visible_to(anna).filter(trajectory=trajectory).exists()
    assert Contact.objects.standing().filter(provision=provision).count() == 1


def test_it_takes_the_facts_back_with_the_contact(cast, trajectory):
    with acting(cast, "bas") as bas:
        contact = actions.record_contact(
            bas, trajectory=trajectory, contact_on=days_ago(1), minutes=30
        )
    assert facts_of(trajectory)[0] == days_ago(1)
    with acting(cast, "bas") as bas:
        actions.undo_contact(bas, contact=contact)
    assert facts_of(trajectory) == (None, None, None)


def test_it_undoes_nothing_of_yesterday(cast, trajectory):
    contact = ContactFactory(trajectory=trajectory, on=days_ago(1), recorded_at=noon(days_ago(1)))
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        actions.undo_contact(bas, contact=contact)


def test_it_corrects_with_a_reason_and_keeps_both(cast, trajectory, provision):
    with acting(cast, "bas") as bas:
        wrong = actions.record_planned(bas, provision=provision, contact_on=today())
        with pytest.raises(ValidationError):
            actions.correct_contact(bas, contact=wrong, reason=" ", minutes=30)
        with pytest.raises(TypeError):
            actions.correct_contact(bas, contact=wrong, reason="x", worker=cast.a.spare)
        with pytest.raises(ValidationError):
            actions.correct_contact(bas, contact=wrong, reason="x", minutes=0)
        right = actions.correct_contact(
            bas,
            contact=wrong,
            reason="Het duurde langer.",
            minutes=60,
            note="Moeder was er ook.",
        )
        with pytest.raises(MoveRefused):
            actions.correct_contact(bas, contact=wrong, reason="x", minutes=20)
        with pytest.raises(MoveRefused):
            actions.undo_contact(bas, contact=right)
    wrong.refresh_from_db()
    assert wrong.replaced_by == right
    assert not wrong.is_standing
    assert right.is_standing
    assert (wrong.minutes, right.minutes, right.provision) == (45, 60, provision)
    assert CareNote.objects.standing().filter(contact=right).count() == 1


def test_it_moves_the_first_help_with_a_correction(cast, trajectory):
    with acting(cast, "bas") as bas:
        contact = actions.record_contact(
            bas, trajectory=trajectory, contact_on=days_ago(4), minutes=30
        )
        actions.correct_contact(bas, contact=contact, reason="Andere dag.", contact_on=days_ago(2))
    assert facts_of(trajectory) == (days_ago(2), days_ago(2), days_ago(2))


def test_it_makes_no_second_contact_of_a_planned_day_by_correction(cast, trajectory, provision):
    with acting(cast, "bas") as bas:
        actions.record_planned(bas, provision=provision, contact_on=today())
        other = actions.record_planned(bas, provision=provision, contact_on=days_ago(1))
        with pytest.raises(MoveRefused):
            actions.correct_contact(bas, contact=other, reason="x", contact_on=today())


def test_it_leaves_a_closed_trajectory_as_it_is(cast, trajectory):
    contact = ContactFactory(trajectory=trajectory, on=today())
    Trajectory.objects.filter(pk=trajectory.pk).update(
        state="closed", ended_on=today(), end_reason="31"
    )
    with acting(cast, "bas") as bas:
        with pytest.raises(MoveRefused):
            actions.undo_contact(bas, contact=contact)
        with pytest.raises(MoveRefused):
            actions.correct_contact(bas, contact=contact, reason="x", minutes=5)
        actions.add_note(bas, trajectory=trajectory, text="Nog iets.")


def test_it_keeps_two_audiences_apart(cast, trajectory):
    with acting(cast, "bas") as bas:
        actions.add_note(bas, trajectory=trajectory, text="Alleen wij.")
        actions.add_note(
            bas,
            trajectory=trajectory,
            text="Apart zitten mag.",
            audience="school",
            kind="agreement",
        )
        for bad in ({"text": " "}, {"text": "x", "audience": "everybody"}):
            with pytest.raises(ValidationError):
                actions.add_note(bas, trajectory=trajectory, **bad)
    for name in ("anna", "ilse"):
        with acting(cast, name) as actor:
            [note] = SchoolNote.objects.visible_to(actor)
            assert (note.text, note.kind) == ("Apart zitten mag.", "agreement")
            assert note.pupil_name == cast.a.pupil.full_name
            assert not CareNote.objects.visible_to(actor).exists()


def test_it_takes_workers_of_the_provider_only(cast, trajectory):
    with acting(cast, "bas") as bas, pytest.raises(ValidationError):
        actions.record_contact(
            bas,
            trajectory=trajectory,
            contact_on=today(),
            minutes=30,
            worker=cast.b.worker,
        )


def test_it_refuses_a_foreign_provision_in_bulk(cast, trajectory):
    item = {
        "trajectory": trajectory,
        "worker": cast.a.worker,
        "contact_on": today(),
        "minutes": 30,
        "provision": cast.b.provision,
    }
    with pytest.raises(ValidationError):
        actions.record_contacts_many(Actor.system("tests"), [item])


def test_what_only_the_database_refuses_becomes_a_sentence(cast):
    note = CareNote(
        trajectory=cast.a.trajectory, provider=cast.b.provider, author=cast.bas, text="Even bellen."
    )
    with pytest.raises(ValidationError, match="past niet bij wat er al staat"):
        store(note, insert=True)
    assert not CareNote.objects.filter(text="Even bellen.").exists()
