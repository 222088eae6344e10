"""Leading an empty group and adding a child to it: neither passes the other unseen."""

import threading

import pytest
from django.db import IntegrityError, connection, connections

from oja.access.actor import become
from oja.access.rowsecurity import sync_identity_key
from oja.access.scoping import guarded
from oja.core.periods import today
from oja.core.workflow import MoveRefused
from providers.models import GroupWorker
from support import actions
from support.models import GroupParticipant, TreatmentRelation
from tests.cast import make_cast
from tests.factories.groups import group_of
from tests.factories.support import agree, days_ago
from tests.support.test_races import waiting
from tests.support.test_subcontract_races import ROUNDS, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    # the tables are emptied after every test of this kind, that of the key too
    sync_identity_key()
    return make_cast()


@pytest.fixture
def row(cast):
    """A case of Bas of which everyone agreed that others are present."""
    row = cast.a.new_trajectory(active=True)
    agree(row.request, purpose="others_present", trajectory=row)
    return row


def lead(actor, group, worker):
    """The statement by hand with which somebody takes a group."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO providers_groupworker (id, created_at, updated_at, group_id, worker_id,"
            " provider_id, site_id, valid_from) VALUES (gen_random_uuid(), now(), now(),"
            " %s, %s, %s, %s, %s)",
            [group.pk, worker.pk, group.provider_id, group.site_id, today()],
        )


def add(actor, group, row):
    """The statement by hand with which somebody lets a child in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO support_groupparticipant (id, created_at, updated_at, group_id,"
            " trajectory_id, provider_id, site_id, pupil_name, pupil_sort, group_label, state,"
            " valid_from) VALUES (gen_random_uuid(), now(), now(),"
            " %s, %s, %s, %s, '', '', '', 'joined', %s)",
            [group.pk, row.pk, row.provider_id, row.site_id, days_ago(0)],
        )


def test_it_lets_nobody_lead_unasked_while_somebody_adds_a_child(cast, row):
    """Whoever comes second sees what the first did, and is refused."""
    gijs = cast.a.spare
    for _round in range(ROUNDS):
        group = group_of(cast.a)
        outcomes = together(
            (
                cast.actor("gijs"),
                actions.change_group,
                {"group": group, "workers": [cast.a.worker, gijs]},
            ),
            (
                cast.actor("bas"),
                actions.add_participant,
                {"group": group, "trajectory": row, "led_by": {cast.a.worker.pk}},
            ),
        )
        problems = [each for each in outcomes if isinstance(each, Exception)]
        assert len(problems) == 1, outcomes
        joined = GroupParticipant.objects.filter(group=group).exists()
        leads = GroupWorker.objects.filter(group=group, worker=gijs).exists()
        assert joined != leads
        assert isinstance(problems[0], MoveRefused) == leads
        assert not TreatmentRelation.objects.filter(trajectory=row, worker=gijs).exists()


def test_it_makes_the_statements_by_hand_wait_for_each_other(cast, row):
    """The child comes first and is not committed yet: who takes the group waits, and may not."""
    group = group_of(cast.a)
    added, done, outcome = threading.Event(), threading.Event(), []

    def slow():
        try:
            with become(cast.actor("bas")), guarded():
                add(None, group, row)
                added.set()
                done.wait(10)
        finally:
            connections.close_all()

    def second():
        try:
            added.wait(10)
            with become(cast.actor("gijs")), guarded():
                lead(None, group, cast.a.spare)
        except IntegrityError as error:
            outcome.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=slow), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    added.wait(10)
    was_waiting = any(waiting() for _try in range(200))
    done.set()
    for thread in threads:
        thread.join(30)
    assert was_waiting
    assert "only who helps all participants" in str(outcome[0])
    assert not GroupWorker.objects.filter(group=group, worker=cast.a.spare).exists()


def test_it_never_leaves_a_leader_without_the_sight_that_leading_gives(cast, row):
    """By hand, thirty rounds: both may stand, and then both are known to both."""
    gijs = cast.a.spare

    def take(actor, group):
        lead(actor, group, gijs)

    for _round in range(ROUNDS):
        group = group_of(cast.a)
        together(
            (cast.actor("gijs"), take, {"group": group}),
            (cast.actor("bas"), add, {"group": group, "row": row}),
        )
        assert GroupParticipant.objects.filter(group=group).exists()
        leads = GroupWorker.objects.filter(group=group, worker=gijs).exists()
        sees = TreatmentRelation.objects.filter(
            trajectory=row, worker=gijs, valid_until=None
        ).exists()
        assert leads == sees
        GroupParticipant.objects.filter(group=group).update(state="left", valid_until=today())


def test_a_pupil_who_leaves_and_a_group_that_closes_both_come_through(cast):
    """Both take the pupil first and the group after it: nobody waits for the other forever."""
    for _round in range(ROUNDS):
        group, row = group_of(cast.a), cast.a.new_trajectory(active=True)
        agree(row.request, purpose="others_present", trajectory=row)
        with become(cast.actor("bas")) as bas, guarded():
            participant = actions.add_participant(bas, group=group, trajectory=row)
        outcomes = together(
            (cast.actor("bas"), actions.end_participation, {"participant": participant}),
            (cast.actor("bas"), actions.close_group, {"group": group, "evaluation": "Goed."}),
        )
        assert not [each for each in outcomes if each is not None and "deadlock" in str(each)]
        participant.refresh_from_db()
        assert participant.has_left
