"""Two people at once, in two real transactions: one outcome, and a plain message for the other.

The first holds its transaction open until the database says that the second waits for it.
"""

import threading
import time

import pytest
from django.db import connection, connections

from oja.access.actor import Actor, become
from oja.access.models import OneTimeLink
from oja.access.rowsecurity import sync_identity_key
from oja.access.scoping import guarded
from oja.core.periods import today
from oja.core.workflow import MoveRefused, StateChanged
from support import actions
from support.models import Consent, Contact, SupportRequest, Trajectory
from tests.cast import make_cast
from tests.factories.support import ProvisionFactory, days_ago

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    # the tables are emptied after every test of this kind, that of the key too
    sync_identity_key()
    return make_cast()


def waiting():
    """Whether some transaction waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def until_waiting():
    deadline = time.monotonic() + 20
    while not waiting():
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.01)


def race(first, second):
    """Run `second` while `first` has done its work and not committed; both outcomes.

    Each is (actor, function); an outcome is the result, or the exception.
    """
    outcomes, done, go_on = {}, threading.Event(), threading.Event()

    def run_first():
        try:
            with become(first[0]), guarded():
                outcomes["first"] = first[1](first[0])
                done.set()
                go_on.wait(30)
        except Exception as error:
            outcomes["first"] = error
        finally:
            done.set()
            connections.close_all()

    def run_second():
        done.wait(30)
        try:
            with become(second[0]), guarded():
                outcomes["second"] = second[1](second[0])
        except Exception as error:
            outcomes["second"] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for run in (run_first, run_second)]
    for thread in threads:
        thread.start()
    try:
        until_waiting()
    finally:
        go_on.set()
        for thread in threads:
            thread.join(30)
    return outcomes["first"], outcomes["second"]


def words(error):
    return " ".join(str(refusal.sentence) for refusal in error.refusals)


def test_it_lets_one_of_two_deciders_win(cast):
    SupportRequest.objects.filter(pk=cast.a.queued.pk).update(
        state="in_team", team_meeting_on=days_ago(1)
    )
    row = SupportRequest.objects.get(pk=cast.a.queued.pk)
    accepted, late = race(
        (cast.actor("anna"), lambda a: actions.decide(a, request=row, outcome="accept")),
        (cast.actor("anna"), lambda a: actions.decide(a, request=row, outcome="education")),
    )
    assert accepted.state == "accepted"
    assert isinstance(late, StateChanged)
    assert "Anna" in words(late)
    row.refresh_from_db()
    assert row.state == "accepted"
    assert row.events.count() == 1


def test_it_lets_one_of_two_assigners_win(cast):
    row = cast.a.accepted
    trajectory, late = race(
        (
            cast.actor("cato"),
            lambda a: actions.assign_regisseur(a, request=row, regisseur=cast.a.worker),
        ),
        (
            cast.actor("cato"),
            lambda a: actions.assign_regisseur(a, request=row, regisseur=cast.a.spare),
        ),
    )
    assert trajectory.regisseur_id == cast.a.worker.pk
    assert isinstance(late, StateChanged)
    assert "Cato" in words(late)
    assert Trajectory.objects.filter(request=row).count() == 1


def test_it_submits_once_when_it_is_sent_twice(cast):
    row = cast.a.concept
    first, late = race(
        (cast.actor("anna"), lambda a: actions.submit_request(a, request=row)),
        (cast.actor("anna"), lambda a: actions.submit_request(a, request=row)),
    )
    assert first.state == "submitted"
    assert isinstance(late, StateChanged)
    assert row.events.count() == 1


def test_it_does_not_accept_what_was_withdrawn_meanwhile(cast):
    SupportRequest.objects.filter(pk=cast.a.queued.pk).update(
        state="in_team", team_meeting_on=days_ago(1)
    )
    row = SupportRequest.objects.get(pk=cast.a.queued.pk)
    consent = Consent.objects.filter(request=row).first()
    withdrawn, late = race(
        (cast.actor("anna"), lambda a: actions.withdraw_consent(a, consent=consent)),
        (cast.actor("anna"), lambda a: actions.decide(a, request=row, outcome="accept")),
    )
    assert withdrawn.state == "withdrawn"
    assert isinstance(late, MoveRefused)
    assert consent.giver_label in words(late)
    row.refresh_from_db()
    assert (row.state, row.share_state) == ("in_team", "incomplete")


def test_it_shares_nothing_when_consent_is_withdrawn_after_the_acceptance(cast):
    SupportRequest.objects.filter(pk=cast.a.queued.pk).update(
        state="in_team", team_meeting_on=days_ago(1)
    )
    row = SupportRequest.objects.get(pk=cast.a.queued.pk)
    consent = Consent.objects.filter(request=row).first()
    accepted, withdrawn = race(
        (cast.actor("anna"), lambda a: actions.decide(a, request=row, outcome="accept")),
        (cast.actor("anna"), lambda a: actions.withdraw_consent(a, consent=consent)),
    )
    assert (accepted.state, withdrawn.state) == ("accepted", "withdrawn")
    with become(cast.actor("cato")):
        assert not SupportRequest.objects.filter(pk=row.pk).exists()


def test_it_does_not_assign_what_is_not_shared_any_more(cast):
    row = cast.a.accepted
    consent = Consent.objects.filter(request=row).first()
    withdrawn, late = race(
        (cast.actor("anna"), lambda a: actions.withdraw_consent(a, consent=consent)),
        (
            cast.actor("cato"),
            lambda a: actions.assign_regisseur(a, request=row, regisseur=cast.a.worker),
        ),
    )
    assert withdrawn.state == "withdrawn"
    assert isinstance(late, Exception)
    assert not Trajectory.objects.filter(request=row).exists()


def test_it_records_what_was_planned_once_from_two_devices(cast):
    provision = ProvisionFactory(trajectory=cast.a.trajectory, weekday=None, start_time=None)
    first, second = race(
        (
            cast.actor("bas"),
            lambda a: actions.record_planned(a, provision=provision, contact_on=today()),
        ),
        (
            cast.actor("bas"),
            lambda a: actions.record_planned(a, provision=provision, contact_on=today()),
        ),
    )
    assert first.pk == second.pk
    assert Contact.objects.filter(provision=provision).count() == 1


def test_it_takes_one_answer_by_link_from_two_tabs(cast):
    request = cast.a.unshared
    with become(cast.actor("anna")) as anna:
        consent, link, _code = actions.ask_consent_by_link(
            anna, request=request, purpose="share", guardian=request.pupil.guardians.first()
        )
    link = OneTimeLink.objects.get(pk=link.pk)
    _answer, late = race(
        (Actor.for_link(link), lambda a: actions.answer_consent(a, consent=consent, answer="yes")),
        (Actor.for_link(link), lambda a: actions.answer_consent(a, consent=consent, answer="no")),
    )
    assert isinstance(late, MoveRefused)
    consent.refresh_from_db()
    assert consent.state == "given"


def test_it_makes_one_family_of_two_assignments_at_once(cast):
    brother = cast.a.new_pupil()
    pupils = [brother, cast.a.new_pupil(household=brother.household)]
    rows = [cast.a.new_request(pupil=pupil, accepted=True, shared=True) for pupil in pupils]
    first, second = race(
        *(
            (
                cast.actor("cato"),
                lambda a, row=row: actions.assign_regisseur(
                    a, request=row, regisseur=cast.a.worker
                ),
            )
            for row in rows
        )
    )
    assert first.family_id == second.family_id
    assert not second.has_family_elsewhere
