"""Groups: who opens and leads them, who joins and leaves, and what the school sees."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from providers.models import Participation
from support import group_rules
from support.actions import (
    add_participant,
    change_group,
    close_group,
    close_trajectory,
    end_participation,
    open_group,
    record_consent,
    record_session,
    withdraw_consent,
)
from support.models import (
    Attendance,
    Consent,
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
from tests.factories.support import ContactFactory, agree, days_ago
from tests.support.group_steps import eight, group, marks, recorded
from tests.support.helpers import acting

__all__ = ["eight", "group"]


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


def test_it_finishes_a_group(cast, group, eight):
    with acting(cast, "bas") as bas:
        with pytest.raises(ValidationError):
            close_group(bas, group=group, evaluation=" ")
        close_group(bas, group=group, evaluation="Ze spelen vaker samen.")
    group.refresh_from_db()
    assert (group.state, group.taken, group.valid_until) == ("done", 0, today())
    with pytest.raises(MoveRefused):
        recorded(cast, group, eight)


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
