"""Sharing begins and ends in the statement that gives or ends the consent, for every reader."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from oja.access.actor import become
from oja.core.periods import today
from schools.models import Guardian, Pupil
from support import actions
from support.models import (
    CareNote,
    Consent,
    Goal,
    Provision,
    RequestEvent,
    SchoolNote,
    SupportRequest,
    Trajectory,
    TreatmentRelation,
)
from support.workflow import REQUEST
from tests.factories.schools import GuardianFactory
from tests.factories.support import ConsentFactory, agree
from tests.support.helpers import acting


def sees(cast, name, model, **filters):
    """How many rows somebody sees: with both walls, and with row security alone."""
    actor = cast.actor(name)
    with become(actor):
        with_filter = model.objects.visible_to(actor).filter(**filters).count()
        alone = model.objects.filter(**filters).count()
    assert with_filter == alone
    return alone


def test_it_hides_a_request_until_everyone_agreed(cast):
    request = cast.a.unshared
    mother, father = request.pupil.guardians.all()
    before = sees(cast, "cato", SupportRequest)
    assert sees(cast, "anna", SupportRequest, pk=request.pk) == 1

    ConsentFactory(request=request, guardian=mother)
    assert sees(cast, "cato", SupportRequest, pk=request.pk) == 0
    assert sees(cast, "bas", SupportRequest, pk=request.pk) == 0
    assert sees(cast, "cato", SupportRequest) == before
    assert sees(cast, "cato", Pupil, pk=request.pupil_id) == 0

    ConsentFactory(request=request, guardian=father)
    for name in ("cato", "bas", "gijs"):
        assert sees(cast, name, SupportRequest, pk=request.pk) == 1
        assert sees(cast, name, Pupil, pk=request.pupil_id) == 1
    assert sees(cast, "cato", SupportRequest) == before + 1
    for name in ("dirk", "hans", "joke", "els", "fem", "ilse"):
        assert sees(cast, name, SupportRequest, pk=request.pk) == 0
        assert sees(cast, name, Pupil, pk=request.pupil_id) == 0


def test_it_never_shares_a_draft(cast):
    agree(cast.a.concept)
    cast.a.concept.refresh_from_db()
    assert cast.a.concept.share_state == "complete"
    for name in ("cato", "bas"):
        assert sees(cast, name, SupportRequest, pk=cast.a.concept.pk) == 0
        assert sees(cast, name, Pupil, pk=cast.a.concept.pupil_id) == 0


@pytest.mark.parametrize("state", ["refused", "talk"])
def test_it_does_not_share_when_one_says_no_or_wants_to_talk(cast, state):
    request = cast.a.unshared
    mother, father = request.pupil.guardians.all()
    ConsentFactory(request=request, guardian=mother)
    ConsentFactory(request=request, guardian=father, state=state)
    request.refresh_from_db()
    assert request.share_state == {"refused": "disputed", "talk": "incomplete"}[state]
    assert sees(cast, "cato", SupportRequest, pk=request.pk) == 0


def test_it_ends_in_the_statement_that_withdraws(cast):
    world = cast.a
    consent = Consent.objects.filter(request=world.request, purpose="share").first()
    goal, provision, note = world.goal, world.provision, world.school_note
    shared = (
        (Trajectory, world.trajectory),
        (Goal, goal),
        (Provision, provision),
        (SchoolNote, note),
    )
    for model, row in shared:
        assert sees(cast, "anna", model, pk=row.pk) == 1
    assert sees(cast, "ilse", SchoolNote, pk=note.pk) == 1
    assert sees(cast, "cato", SupportRequest, pk=world.request.pk) == 1

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE support_consent SET state = 'withdrawn', withdrawn_on = oja.today(),"
            " withdrawn_at = now() WHERE id = %s",
            [consent.pk],
        )

    for model, row in shared:
        assert sees(cast, "anna", model, pk=row.pk) == 0
    assert sees(cast, "ilse", SchoolNote) == 0
    assert sees(cast, "cato", SupportRequest, pk=world.request.pk) == 0
    # the provider keeps its own record, and the child it helps
    assert sees(cast, "cato", Trajectory, pk=world.trajectory.pk) == 1
    assert sees(cast, "cato", Pupil, pk=world.pupil.pk) == 1
    assert sees(cast, "bas", Trajectory, pk=world.trajectory.pk) == 1
    assert sees(cast, "anna", SupportRequest, pk=world.request.pk) == 1


def test_it_ends_when_the_school_withdraws_on_a_page(cast):
    consent = Consent.objects.filter(request=cast.a.queued, purpose="share").first()
    assert sees(cast, "cato", SupportRequest, pk=cast.a.queued.pk) == 1
    with acting(cast, "anna") as anna:
        consent = actions.withdraw_consent(anna, consent=consent)
        assert consent.state == "withdrawn"
        assert (consent.withdrawn_on, consent.withdrawn_by_id) == (today(), cast.anna.pk)
    for name in ("cato", "bas"):
        assert sees(cast, name, SupportRequest, pk=cast.a.queued.pk) == 0
        assert sees(cast, name, Pupil, pk=cast.a.queued.pupil_id) == 0


def test_it_ends_when_the_care_worker_records_the_withdrawal(cast):
    consent = Consent.objects.filter(request=cast.a.request, purpose="share").first()
    with acting(cast, "bas") as bas:
        actions.withdraw_consent(bas, consent=consent)
    assert sees(cast, "anna", Trajectory) == 0


def test_it_begins_again_with_a_new_consent(cast):
    consent = Consent.objects.filter(request=cast.a.queued, purpose="share").first()
    with acting(cast, "anna") as anna:
        actions.withdraw_consent(anna, consent=consent)
        actions.record_consent(
            anna,
            request=cast.a.queued,
            purpose="share",
            guardian=consent.guardian_id,
            answer="given",
        )
    assert sees(cast, "cato", SupportRequest, pk=cast.a.queued.pk) == 1
    assert Consent.objects.filter(request=cast.a.queued, guardian=consent.guardian).count() == 2


@pytest.mark.parametrize("change", ["new", "custody", "died"])
def test_it_follows_custody(cast, change):
    request = cast.a.queued
    if change == "died":
        ConsentFactory(request=cast.a.unshared, guardian=cast.a.unshared.pupil.guardians.first())
        assert sees(cast, "cato", SupportRequest, pk=cast.a.unshared.pk) == 0
        last = cast.a.unshared.pupil.guardians.exclude(consents__isnull=False).get()
        Guardian.objects.filter(pk=last.pk).update(is_deceased=True)
        assert sees(cast, "cato", SupportRequest, pk=cast.a.unshared.pk) == 1
        return
    third = GuardianFactory(pupil=request.pupil, has_custody=change == "new", relation="guardian")
    if change == "custody":
        assert sees(cast, "cato", SupportRequest, pk=request.pk) == 1
        Guardian.objects.filter(pk=third.pk).update(has_custody=True)
    assert sees(cast, "cato", SupportRequest, pk=request.pk) == 0
    Guardian.objects.filter(pk=third.pk).delete()
    assert sees(cast, "cato", SupportRequest, pk=request.pk) == 1


def test_it_follows_the_birth_date(cast):
    request = cast.a.queued
    twelve = today().replace(year=today().year - 13, day=1)
    Pupil.objects.filter(pk=request.pupil_id).update(birth_date=twelve)
    assert sees(cast, "cato", SupportRequest, pk=request.pk) == 0


def test_it_ends_by_itself_on_the_last_day(cast):
    """A date decides, so nothing has to run at midnight."""
    request = cast.a.queued
    Consent.objects.filter(request=request).update(valid_until=today() + dt.timedelta(days=1))
    request.refresh_from_db()
    assert request.shared_until == today() + dt.timedelta(days=1)
    assert sees(cast, "cato", SupportRequest, pk=request.pk) == 1
    SupportRequest.objects.filter(pk=request.pk).update(shared_until=today())
    Pupil.objects.filter(pk=request.pupil_id).update(shared_until=today())
    assert sees(cast, "cato", SupportRequest, pk=request.pk) == 0
    assert sees(cast, "bas", SupportRequest, pk=request.pk) == 0
    assert sees(cast, "cato", Pupil, pk=request.pupil_id) == 0


def test_it_leaves_the_queue_with_the_assignment(cast):
    request = cast.a.accepted
    for name in ("bas", "gijs"):
        assert sees(cast, name, Pupil, pk=request.pupil_id) == 1
    with acting(cast, "cato") as cato:
        row = SupportRequest.objects.visible_to(cato).get(pk=request.pk)
        actions.assign_regisseur(cato, request=row, regisseur=cast.a.worker)
    assert sees(cast, "bas", Pupil, pk=request.pupil_id) == 1
    assert sees(cast, "bas", SupportRequest, pk=request.pk) == 1
    assert sees(cast, "gijs", Pupil, pk=request.pupil_id) == 0
    assert sees(cast, "gijs", SupportRequest, pk=request.pk) == 0
    assert sees(cast, "gijs", Trajectory) == 0


def test_it_keeps_care_notes_with_those_who_help(cast):
    assert sees(cast, "bas", CareNote) == 1
    for name in ("anna", "cato", "gijs", "dirk", "hans", "joke", "ilse", "els", "fem"):
        assert sees(cast, name, CareNote, pk=cast.a.care_note.pk) == 0


def test_it_shows_a_class_only_its_own_agreements(cast):
    assert sees(cast, "ilse", SchoolNote) == 1
    Pupil.objects.filter(pk=cast.a.pupil.pk).update(group=None)
    assert sees(cast, "ilse", SchoolNote) == 0
    assert sees(cast, "anna", SchoolNote) == 1


def test_it_shows_the_school_only_goals_that_are_meant_for_it(cast):
    Goal.objects.filter(pk=cast.a.goal.pk).update(is_for_school=False)
    assert sees(cast, "anna", Goal) == 0
    Goal.objects.filter(pk=cast.a.goal.pk).update(is_for_school=True)
    assert sees(cast, "anna", Goal) == 1


def test_it_stores_nothing_that_a_page_says_about_sharing(cast):
    request = cast.a.unshared
    with acting(cast, "anna") as anna:
        row = SupportRequest.objects.visible_to(anna).get(pk=request.pk)
        row.share_state, row.first_help_on = "complete", today()
        row.save(update_fields=["share_state", "first_help_on"])
        pupil = Pupil.objects.visible_to(anna).get(pk=request.pupil_id)
        pupil.shared_with_id = cast.a.provider.pk
        pupil.save(update_fields=["shared_with"])
    request.refresh_from_db()
    assert (request.share_state, request.first_help_on) == ("none", None)
    assert sees(cast, "cato", Pupil, pk=request.pupil_id) == 0


def test_it_lets_events_follow_their_request(cast):
    with acting(cast, "anna") as anna:
        row = SupportRequest.objects.visible_to(anna).get(pk=cast.a.queued.pk)
        REQUEST.perform(row, "to_team", anna, team_meeting_on=today())
    assert sees(cast, "cato", RequestEvent, request=cast.a.queued) == 1
    with acting(cast, "anna") as anna:
        consent = Consent.objects.visible_to(anna).filter(request=cast.a.queued).first()
        actions.withdraw_consent(anna, consent=consent)
    assert sees(cast, "cato", RequestEvent, request=cast.a.queued) == 0
    assert sees(cast, "anna", RequestEvent, request=cast.a.queued) == 1


def test_it_refuses_a_file_on_a_child_that_was_not_entrusted(cast):
    """A manager who knows the key of a request cannot open a trajectory for it."""
    for request in (cast.a.unshared, cast.a.queued, cast.b.request):
        with acting(cast, "cato"):
            row = Trajectory(
                reference="T-x",
                request_id=request.pk,
                pupil_id=request.pupil_id,
                pupil_name="x",
                pupil_sort="x",
                birth_date=today(),
                site_id=request.site_id,
                provider_id=cast.a.provider.pk,
                regisseur=cast.a.worker,
                registered_on=today(),
            )
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save(force_insert=True)


def test_it_refuses_a_relation_to_a_foreign_trajectory(cast):
    """The key that grants sight is bound: own provider with a foreign trajectory does not fit."""
    with acting(cast, "cato"):
        relation = TreatmentRelation(
            user=cast.bas,
            worker=cast.a.worker,
            trajectory_id=cast.b.trajectory.pk,
            pupil_id=cast.b.pupil.pk,
            provider_id=cast.a.provider.pk,
            valid_from=today(),
            ground="x",
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            relation.save(force_insert=True)
    assert sees(cast, "bas", Trajectory, pk=cast.b.trajectory.pk) == 0


def test_it_takes_the_account_of_a_relation_from_the_worker(cast):
    with acting(cast, "cato") as cato:
        relation = actions.add_worker(cato, trajectory=cast.a.trajectory, worker=cast.a.spare)
        TreatmentRelation.objects.visible_to(cato).get(pk=relation.pk)
    assert sees(cast, "gijs", Trajectory, pk=cast.a.trajectory.pk) == 1
    assert sees(cast, "gijs", CareNote) == 1


def test_it_follows_the_account_of_a_worker(cast):
    """Who gets an account later sees the own cases then; nobody writes an account by hand."""
    trajectory = cast.a.trajectory
    cast.a.worker.user = None
    cast.a.worker.save()
    assert sees(cast, "bas", Trajectory) == 0
    cast.a.worker.user = cast.bas
    cast.a.worker.save()
    assert sees(cast, "bas", Trajectory, pk=trajectory.pk) == 1
    with acting(cast, "cato") as cato:
        TreatmentRelation.objects.visible_to(cato, "change").update(user=cast.gijs)
    assert sees(cast, "gijs", Trajectory) == 0


def test_it_ends_sight_ninety_days_after_the_end(cast):
    trajectory = cast.a.trajectory
    with acting(cast, "bas") as bas:
        actions.close_trajectory(
            bas, trajectory=trajectory, end_reason="31", scores={cast.a.goal.pk: 7}
        )
    relation = TreatmentRelation.objects.get(trajectory=trajectory)
    assert relation.valid_until == today() + dt.timedelta(days=90)
    assert sees(cast, "bas", Trajectory, pk=trajectory.pk) == 1
    assert sees(cast, "cato", Pupil, pk=cast.a.pupil.pk) == 1  # the request is still shared
    TreatmentRelation.objects.filter(pk=relation.pk).update(valid_until=today())
    assert sees(cast, "bas", Trajectory, pk=trajectory.pk) == 0


def test_it_ends_sight_with_the_job(cast):
    cast.bas.memberships.update(valid_until=today())
    for model in (Trajectory, CareNote, Pupil, SupportRequest):
        assert sees(cast, "bas", model) == 0


def test_it_refreshes_everything_by_night(cast):
    SupportRequest.objects.filter(pk=cast.a.queued.pk).update(share_state="none")
    with connection.cursor() as cursor:
        cursor.execute("SELECT oja.support_refresh_all_sharing()")
        assert cursor.fetchone()[0] == SupportRequest.objects.values("pupil").distinct().count()
    cast.a.queued.refresh_from_db()
    assert cast.a.queued.share_state == "complete"


def test_what_was_allowed_to_one_provider_is_not_allowed_to_the_next(cast):
    request = cast.a.queued
    assert sees(cast, "cato", SupportRequest, pk=request.pk) == 1
    recalled = {"state": "concept", "team_meeting_on": None}
    SupportRequest.objects.filter(pk=request.pk).update(**recalled, provider=cast.b.provider)
    request.refresh_from_db()
    assert request.share_state == "none"
    SupportRequest.objects.filter(pk=request.pk).update(state="submitted")
    assert sees(cast, "hans", SupportRequest, pk=request.pk) == 0
    assert sees(cast, "cato", SupportRequest, pk=request.pk) == 0
    SupportRequest.objects.filter(pk=request.pk).update(provider=cast.a.provider)
    assert sees(cast, "cato", SupportRequest, pk=request.pk) == 1
