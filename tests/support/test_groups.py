"""Groups: who may join, who is let in to lead, sessions whose minutes add up, and their undoing."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oja.access.actor import Actor
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from providers.models import Participation
from support import group_rules
from support.actions import (
    add_participant,
    add_participants_many,
    change_group,
    close_group,
    close_trajectory,
    correct_contact,
    end_participation,
    open_group,
    record_collective,
    record_collective_many,
    record_consent,
    record_session,
    record_sessions_many,
    undo_collective,
    undo_session,
    withdraw_consent,
)
from support.models import (
    Attendance,
    CareNote,
    CollectiveWork,
    Consent,
    Contact,
    GroupParticipant,
    GroupSession,
    TreatmentRelation,
)
from tests.factories.groups import (
    GroupParticipantFactory,
    GroupSessionFactory,
    GroupWorkerFactory,
    group_of,
    join,
)
from tests.factories.providers import ParticipationFactory
from tests.factories.schools import SiteFactory
from tests.factories.support import ContactFactory, agree, days_ago, noon
from tests.support.helpers import acting

PRESENT, ILL = "present", "ill"


@pytest.fixture
def group(cast):
    return group_of(cast.a)


@pytest.fixture
def eight(cast, group):
    """Eight participants for whom everyone agreed."""
    return [join(cast.a, group) for _n in range(8)]


def marks(rows, *absent):
    return {row.pk: ILL if row in absent else PRESENT for row in rows}


def recorded(cast, group, rows, *absent, **fields):
    with acting(cast, "bas") as bas:
        return record_session(
            bas,
            group=group,
            on=fields.pop("on", today()),
            minutes=fields.pop("minutes", 60),
            workers=fields.pop("workers", 2),
            outcomes=marks(rows, *absent),
            **fields,
        )


# --- Opening and leading ------------------------------------------------------------------------


def opened(actor, cast, **fields):
    given = {"title": "Weerbaar samen", "weekday": 2, "workers": [cast.a.worker], "places": 8}
    return open_group(actor, site=cast.a.site, **{**given, **fields})


def test_it_opens_a_group_at_a_school_of_the_own_provider(cast):
    with acting(cast, "bas") as bas:
        group = opened(bas, cast, goal="Samen spelen", minutes=90)
    group.refresh_from_db()
    assert (group.state, group.minutes, group.free) == ("open", 90, 8)
    assert [row.worker for row in group.workers.select_related("worker")] == [cast.a.worker]


def test_it_opens_no_group_at_a_school_of_another_provider(cast):
    with acting(cast, "bas") as bas, pytest.raises(ValidationError) as problem:
        open_group(bas, site=cast.b.site, title="x", weekday=1, workers=[cast.a.worker])
    assert "site" in problem.value.message_dict


def test_it_opens_no_group_without_somebody_who_leads_it(cast):
    with acting(cast, "bas") as bas, pytest.raises(ValidationError):
        opened(bas, cast, workers=[])


def test_it_opens_no_group_for_who_may_only_look(cast):
    for name in ("anna", "cato"):
        with acting(cast, name) as actor, pytest.raises(MoveNotAllowed):
            opened(actor, cast)


def test_it_lets_nobody_open_a_group_elsewhere_by_hand(cast, group):
    group.pk, group.site = None, cast.b.site
    with acting(cast, "bas"), pytest.raises(IntegrityError), transaction.atomic():
        group.save(force_insert=True)


def test_it_lets_nobody_in_who_does_not_help_the_participants(cast, group):
    join(cast.a, group)
    with acting(cast, "gijs") as gijs, pytest.raises(ValidationError):
        change_group(gijs, group=group, workers=[cast.a.worker, cast.a.spare])
    assert not TreatmentRelation.objects.filter(worker=cast.a.spare).exists()


def test_it_shows_a_colleague_the_participants_from_the_moment_of_leading(cast, group):
    participant = join(cast.a, group)
    assert not seen_by(cast, "gijs", participant)
    with acting(cast, "bas") as bas:
        change_group(bas, group=group, workers=[cast.a.worker, cast.a.spare])
    assert seen_by(cast, "gijs", participant)
    relation = TreatmentRelation.objects.get(worker=cast.a.spare)
    assert (relation.ground, relation.trajectory) == ("group", participant.trajectory)


def seen_by(cast, name, participant):
    with acting(cast, name) as actor:
        return GroupParticipant.objects.visible_to(actor).filter(pk=participant.pk).exists()


def test_it_ends_that_sight_with_the_participation_and_with_leading(cast, group):
    staying, leaving = join(cast.a, group), join(cast.a, group)
    GroupWorkerFactory(group=group, worker=cast.a.spare)
    with acting(cast, "bas") as bas:
        end_participation(bas, participant=leaving)
    assert not seen_by(cast, "gijs", leaving)
    assert seen_by(cast, "gijs", staying)
    with acting(cast, "bas") as bas:
        change_group(bas, group=group, workers=[cast.a.worker])
    assert not seen_by(cast, "gijs", staying)
    assert seen_by(cast, "bas", staying)  # the regisseur keeps the case


def test_it_keeps_sight_of_a_child_in_another_group_of_the_same_worker(cast, group):
    participant = join(cast.a, group)
    other = group_of(cast.a, led_by=[cast.a.worker, cast.a.spare])
    GroupParticipantFactory(group=other, trajectory=participant.trajectory)
    GroupWorkerFactory(group=group, worker=cast.a.spare)
    with acting(cast, "bas") as bas:
        end_participation(bas, participant=participant)
    assert TreatmentRelation.objects.filter(worker=cast.a.spare, valid_until=None).count() == 1


def test_it_keeps_sight_when_who_leads_the_group_stops_being_regisseur(cast, group):
    participant = join(cast.a, group)
    rows = TreatmentRelation.objects.filter(trajectory=participant.trajectory)
    rows.update(valid_until=today())
    relation = rows.get(valid_until=None)
    assert (relation.worker, relation.ground) == (cast.a.worker, "group")


# --- Taking part --------------------------------------------------------------------------------


def test_it_lets_a_pupil_join_when_everyone_agreed_that_others_are_present(cast, group):
    row = cast.a.new_trajectory(active=True)
    agree(row.request, purpose="others_present", trajectory=row)
    with acting(cast, "bas") as bas:
        participant = add_participant(bas, group=group, trajectory=row)
    group.refresh_from_db()
    assert (participant.state, participant.pupil_name) == ("joined", row.pupil_name)
    assert (group.taken, group.free) == (1, 7)


def test_it_names_who_did_not_agree_yet(cast, group):
    row = cast.a.new_trajectory(active=True)
    parent = row.pupil.guardians.first()
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused) as problem:
        add_participant(bas, group=group, trajectory=row)
    (refusal,) = problem.value.refusals
    assert parent.full_name in str(refusal.sentence)
    assert str(row.pk) in str(refusal.url)


def test_it_invites_while_the_question_is_open_and_waits_for_the_answers(cast, group):
    row = cast.a.new_trajectory(active=True)
    parents = list(row.pupil.guardians.all())
    with acting(cast, "bas") as bas:
        participant = add_participant(bas, group=group, trajectory=row, invite=True)
        assert participant.state == "invited"
        with pytest.raises(MoveRefused):
            record_session(
                bas, group=group, on=today(), minutes=60, workers=1, outcomes=marks([participant])
            )
        for guardian in parents:
            record_consent(
                bas,
                trajectory=row,
                purpose="others_present",
                guardian=guardian,
                answer="given",
                answered_on=today(),
            )
        record_session(
            bas, group=group, on=today(), minutes=60, workers=1, outcomes=marks([participant])
        )
    participant.refresh_from_db()
    assert participant.state == "joined"


def test_it_refuses_without_consent_to_help(cast, group):
    row = cast.a.new_trajectory(active=True, helped=False)
    agree(row.request, purpose="others_present", trajectory=row)
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        add_participant(bas, group=group, trajectory=row)


def test_it_refuses_when_no_place_is_free(cast):
    small = group_of(cast.a, places=2)
    for _n in range(2):
        join(cast.a, small)
    row = cast.a.new_trajectory(active=True)
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused) as problem:
        add_participant(bas, group=small, trajectory=row, invite=True)
    assert len(problem.value.refusals) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupParticipantFactory(group=small, trajectory=row)


def test_it_refuses_a_pupil_of_another_school(cast, group):
    with acting(cast, "bas") as bas, pytest.raises(NotVisible):
        add_participant(bas, group=group, trajectory=cast.b.trajectory)
    second = ParticipationFactory(
        arrangement=cast.a.arrangement, provider=cast.a.provider, site=SiteFactory()
    )
    there = group_of(cast.a, site=second.site)
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        add_participant(bas, group=there, trajectory=cast.a.trajectory, invite=True)


def test_it_lets_a_pupil_join_once(cast, group):
    participant = join(cast.a, group)
    with acting(cast, "bas") as bas, pytest.raises(MoveRefused):
        add_participant(bas, group=group, trajectory=participant.trajectory)


def test_it_lets_a_pupil_leave_with_the_trajectory(cast, group):
    participant = join(cast.a, group)
    with acting(cast, "cato") as cato:
        close_trajectory(cato, trajectory=participant.trajectory, end_reason="31")
    participant.refresh_from_db()
    group.refresh_from_db()
    assert (participant.state, participant.valid_until, group.taken) == ("left", today(), 0)


def test_it_counts_places_by_itself(cast, group):
    join(cast.a, group)
    with acting(cast, "bas"):
        group.refresh_from_db()
        group.taken = 0
        group.save()
    group.refresh_from_db()
    assert group.taken == 1


# --- Sessions -----------------------------------------------------------------------------------


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


def test_it_finishes_a_group(cast, group, eight):
    with acting(cast, "bas") as bas:
        with pytest.raises(ValidationError):
            close_group(bas, group=group, evaluation=" ")
        close_group(bas, group=group, evaluation="Ze spelen vaker samen.")
    group.refresh_from_db()
    assert (group.state, group.taken, group.valid_until) == ("done", 0, today())
    with pytest.raises(MoveRefused):
        recorded(cast, group, eight)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 480), st.integers(1, 9), st.integers(1, 30))
def test_the_minutes_of_a_group_add_up_and_nobody_gets_much_more(minutes, workers, present):
    shares = group_rules.split_minutes(minutes, workers, present)
    assert sum(shares) == minutes * workers
    assert max(shares) - min(shares) <= 1
    assert len(shares) == present


def test_nobody_there_is_no_minutes():
    assert group_rules.split_minutes(60, 2, 0) == []


def test_a_group_is_compared_with_individual_help():
    found = group_rules.comparison(sessions=12, minutes=90, workers=2, pupils=8)
    assert found.group_hours == 48
    assert found.break_even == pytest.approx(3.2)
    assert found.cost_per_pupil(9500) == 57000
    assert found.cost_alone(9500) == 142500
    assert (
        group_rules.comparison(sessions=1, minutes=60, workers=1, pupils=0).cost_per_pupil(1)
        is None
    )


# --- Facts of a contact -------------------------------------------------------------------------


def test_a_contact_knows_where_it_was_who_pays_and_its_layer(cast):
    contact = cast.a.contact
    contact.refresh_from_db()
    assert (contact.site, contact.municipality) == (cast.a.site, cast.a.municipality)
    assert (contact.is_funded, contact.layer) == (True, "L3")


def test_a_contact_of_an_unknown_residence_is_not_paid(cast):
    cast.a.pupil.residences.all().delete()
    contact = ContactFactory(trajectory=cast.a.trajectory)
    contact.refresh_from_db()
    assert (contact.municipality, contact.is_funded) == (None, False)


def test_a_contact_takes_the_layer_of_its_provision(cast):
    cast.a.provision.layer = "L4"
    cast.a.provision.save()
    contact = ContactFactory(trajectory=cast.a.trajectory, provision=cast.a.provision)
    contact.refresh_from_db()
    assert contact.layer == "L4"


def test_a_contact_follows_a_residence_that_is_recorded_afterwards(cast):
    residence = cast.a.pupil.residences.get()
    residence.municipality = cast.b.municipality
    residence.save()
    cast.a.contact.refresh_from_db()
    assert (cast.a.contact.municipality, cast.a.contact.is_funded) == (cast.b.municipality, False)


def test_nobody_writes_these_facts_by_hand(cast):
    with acting(cast, "bas") as bas:
        row = Contact.objects.visible_to(bas).get(pk=cast.a.contact.pk)
        row.is_funded, row.layer = False, "L5"
        row.save()
    row.refresh_from_db()
    assert (row.is_funded, row.layer) == (True, "L3")


# --- Bulk, and work for a class -----------------------------------------------------------------


def test_the_bulk_sisters_do_the_same(cast):
    system = Actor.system("a test")
    group = group_of(cast.a, places=4)
    rows = [cast.a.new_trajectory(active=True) for _n in range(4)]
    for row in rows:
        agree(row.request, purpose="others_present", trajectory=row)
    made = add_participants_many(
        system, [{"group": group, "trajectory": row, "on": days_ago(7)} for row in rows]
    )
    group.refresh_from_db()
    assert group.taken == 4
    days = (days_ago(3), days_ago(2))
    sessions = record_sessions_many(
        system,
        [
            {"group": group, "on": on, "minutes": 50, "workers": 2, "outcomes": dict(one)}
            for on in days
            for one in [[(made[0], ILL), *((p, PRESENT) for p in made[1:])]]
        ],
    )
    assert [s.number for s in sessions] == [1, 2]
    assert Contact.objects.filter(session__in=sessions).aggregate(s=Sum("minutes"))["s"] == 200
    group.refresh_from_db()
    assert group.state == "running"
    with pytest.raises(MoveRefused):
        add_participants_many(
            system,
            [{"group": group, "trajectory": cast.a.new_trajectory(active=True), "on": today()}],
        )


def test_it_records_work_for_a_class_without_any_child(cast):
    with acting(cast, "bas") as bas:
        work = record_collective(
            bas,
            worker=cast.a.worker,
            site=cast.a.site,
            on=today(),
            minutes=90,
            theme="Pesten",
            reach=24,
            group_label="groep 6",
        )
        undo_collective(bas, work=work)
        with pytest.raises(MoveRefused):
            undo_collective(bas, work=work)
    assert not CollectiveWork.objects.standing().exists()
    with acting(cast, "anna") as anna:
        assert CollectiveWork.objects.visible_to(anna).get() == work


def test_it_records_no_work_elsewhere_or_later(cast):
    given = {"worker": cast.a.worker, "minutes": 60, "theme": "x", "reach": 9}
    with acting(cast, "bas") as bas:
        for wrong in (
            {"site": cast.b.site, "on": today()},
            {"site": cast.a.site, "on": today() + dt.timedelta(days=1)},
        ):
            with pytest.raises(ValidationError):
                record_collective(bas, **given, **wrong)
        with pytest.raises(ValidationError):
            record_collective(bas, **{**given, "reach": 0}, site=cast.a.site, on=today())
    system = Actor.system("a test")
    made = record_collective_many(system, [{**given, "site": cast.a.site, "on": days_ago(1)}])
    assert len(made) == 1
    with pytest.raises(ValidationError):
        record_collective_many(
            system, [{**given, "site": cast.a.site, "on": today() + dt.timedelta(days=1)}]
        )


# --- What the school sees -----------------------------------------------------------------------


def test_the_school_sees_names_and_presence_while_sharing_is_agreed(cast, group, eight):
    recorded(cast, group, eight, group_note="Canaryzorg in de groep")
    with acting(cast, "anna") as anna:
        assert GroupParticipant.objects.visible_to(anna).count() == 8
        assert Attendance.objects.visible_to(anna).count() == 8
        assert not GroupSession.objects.visible_to(anna).exists()
    share = Consent.objects.filter(request=eight[0].trajectory.request, purpose="share").first()
    with acting(cast, "anna") as anna:
        withdraw_consent(anna, consent=share)
    with acting(cast, "anna") as anna:
        assert GroupParticipant.objects.visible_to(anna).count() == 7
        assert Attendance.objects.visible_to(anna).count() == 7
    with acting(cast, "dirk") as dirk:
        assert not GroupParticipant.objects.visible_to(dirk).exists()


def test_nothing_of_a_group_mixes_two_providers(cast, group):
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupWorkerFactory(group=group, worker=cast.b.worker)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupParticipantFactory(group=group_of(cast.b), trajectory=cast.a.trajectory)
    foreign = GroupSessionFactory(group=group_of(cast.b))
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactFactory(trajectory=cast.a.trajectory, session=foreign)


def test_a_history_may_hold_a_school_that_left(cast):
    """Loaded by the system, not by a page: the trigger asks people only."""
    Participation.objects.filter(site=cast.a.site).update(valid_until=days_ago(1))
    assert group_of(cast.a).pk
