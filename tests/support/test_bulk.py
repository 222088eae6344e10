"""The bulk sisters run the same guards over sets, and build the same worlds."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError

from oja.access.actor import Actor, become
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused
from schools.models import Pupil
from support import actions
from support.models import (
    CareNote,
    Closing,
    Contact,
    Family,
    FamilyMember,
    Goal,
    Plan,
    Provision,
    RequestEvent,
    SchoolNote,
    SupportRequest,
    Trajectory,
    TreatmentRelation,
)
from support.workflow import REQUEST, TRAJECTORY
from tests.factories.schools import PupilFactory, born, family_of
from tests.factories.support import days_ago
from tests.support.helpers import acting

GOAL = {"title": "Samen spelen", "start_score": 3, "target_score": 7, "is_for_school": True}


def make_pupils(world, number):
    pupils = [PupilFactory(site=world.site, birth_date=born(8)) for _ in range(number)]
    for pupil in pupils:
        pupil.parents = family_of(pupil, world.municipality)
    return pupils


def draft(pupil, on, answers=True):
    said = [{"guardian": parent, "answer": "given", "on": on} for parent in pupil.parents]
    return {
        "pupil": pupil,
        "on": on,
        "talk_with": [{"id": "pupil", "label": pupil.first_name}],
        "talk_on": on,
        "topics": ["SOCEM"],
        "question": "Hoe leert hij spelen?",
        "consents": said if answers else said[:1],
    }


def build(system, world, pupils, contacts_each=3):
    """From question to closed help, for many pupils at once."""
    started = days_ago(60)
    requests = actions.submit_requests_many(system, [draft(p, days_ago(90)) for p in pupils])
    requests = actions.perform_many(
        system,
        REQUEST,
        requests,
        "to_team",
        on_of=lambda row: days_ago(85),
        data_of=lambda row: {"team_meeting_on": days_ago(80)},
    )
    requests = actions.perform_many(
        system,
        REQUEST,
        requests,
        "accept",
        on_of=lambda row: days_ago(80),
        data_of=lambda row: {"decided_on": days_ago(80), "decision_note": "Samen."},
    )
    requests = actions.perform_many(
        system,
        REQUEST,
        requests,
        "assign",
        on_of=lambda row: days_ago(75),
        data_of=lambda row: {"regisseur": world.worker},
    )
    trajectories = [request.new_trajectory for request in requests]
    parents = {pupil.pk: pupil.parents for pupil in pupils}
    actions.record_consents_many(
        system,
        [
            {"case": t, "purpose": "help", "answer": "given", "on": days_ago(74), "guardian": g}
            for t in trajectories
            for g in parents[t.pupil_id]
        ],
    )
    trajectories = actions.perform_many(
        system,
        TRAJECTORY,
        trajectories,
        "plan_intake",
        on_of=lambda row: days_ago(73),
        data_of=lambda row: {"intake_on": days_ago(70)},
    )
    trajectories = actions.perform_many(
        system,
        TRAJECTORY,
        trajectories,
        "record_intake",
        on_of=lambda row: days_ago(70),
        data_of=lambda row: {"intake_held_on": days_ago(70)},
    )
    actions.save_plans_many(
        system,
        [
            {
                "trajectory": t,
                "goals": [GOAL],
                "next_evaluation_on": days_ago(-30),
                "home_part": "Elke avond terugkijken.",
                "agreements": [
                    {"guardian": g, "agreed_on": days_ago(66)} for g in parents[t.pupil_id]
                ],
            }
            for t in trajectories
        ],
    )
    trajectories = actions.perform_many(
        system, TRAJECTORY, trajectories, "agree_plan", on_of=lambda row: days_ago(65)
    )
    provisions = actions.add_provisions_many(
        system,
        [
            {
                "trajectory": t,
                "worker": world.worker,
                "valid_from": started,
                "weekday": 2,
                "minutes": 45,
            }
            for t in trajectories
        ],
    )
    trajectories = actions.perform_many(
        system,
        TRAJECTORY,
        trajectories,
        "start_help",
        on_of=lambda row: started,
        data_of=lambda row: {"started_on": started},
    )
    by_case = {p.trajectory_id: p for p in provisions}
    actions.record_contacts_many(
        system,
        [
            {
                "trajectory": t,
                "worker": world.worker,
                "contact_on": started + dt.timedelta(days=n),
                "minutes": 45,
                "provision": by_case[t.pk],
                "note": "Het ging goed." if n == 0 else "",
                "audience": "school",
            }
            for t in trajectories
            for n in range(contacts_each)
        ],
    )
    return trajectories


def test_it_builds_a_world_through_the_guards(cast):
    world, system = cast.a, Actor.system("tests")
    pupils = make_pupils(world, 4)
    known = set(Trajectory.objects.values_list("pk", flat=True))
    with become(system):
        trajectories = build(system, world, pupils)
        goals = dict.fromkeys(Goal.objects.filter(trajectory__in=trajectories), 8)
        actions.score_goals_many(system, goals)
        closed = Trajectory.objects.filter(pk__in=[t.pk for t in trajectories[:2]])
        actions.perform_many(
            system,
            TRAJECTORY,
            list(closed),
            "close",
            on_of=lambda row: days_ago(1),
            data_of=lambda row: {
                "ended_on": days_ago(2),
                "end_reason": "31",
                "closing_note": "Klaar.",
            },
        )

    made = Trajectory.objects.exclude(pk__in=known)
    assert made.count() == 4
    assert made.filter(state="closed").count() == 2
    for trajectory in made.select_related("request"):
        assert trajectory.request.state == "started"
        assert trajectory.request.first_help_on == days_ago(60)
        assert trajectory.request.first_talk_on == days_ago(70)
        assert trajectory.shared_site == world.site.pk
        assert trajectory.help_state == "complete"
        assert trajectory.events.count() == (5 if trajectory.state == "closed" else 4)
        assert trajectory.request.events.count() == 4
        assert trajectory.relations.get().user_id == cast.bas.pk
    assert Closing.objects.count() == 2
    assert Family.objects.filter(household__in=[p.household for p in pupils]).count() == 4
    assert FamilyMember.objects.filter(pupil__in=pupils).count() == 4
    assert Plan.objects.filter(trajectory__in=made, state="agreed").count() == 2
    assert Contact.objects.filter(trajectory__in=made).count() == 12
    assert SchoolNote.objects.filter(trajectory__in=made).count() == 4
    assert not CareNote.objects.filter(trajectory__in=made).exists()
    assert Provision.objects.filter(trajectory__in=made, valid_until=days_ago(2)).count() == 2
    assert RequestEvent.objects.filter(request__trajectory__in=made, move="assign").count() == 4


def test_it_refuses_the_whole_set_when_one_lacks_consent(cast):
    system = Actor.system("tests")
    pupils = make_pupils(cast.a, 2)
    drafts = [draft(pupils[0], days_ago(20)), draft(pupils[1], days_ago(20), answers=False)]
    requests = actions.submit_requests_many(system, drafts)
    requests = actions.perform_many(
        system,
        REQUEST,
        requests,
        "to_team",
        data_of=lambda row: {"team_meeting_on": days_ago(10)},
    )
    with pytest.raises(MoveRefused) as refusal:
        actions.perform_many(
            system,
            REQUEST,
            requests,
            "accept",
            data_of=lambda row: {"decided_on": days_ago(10)},
        )
    assert len(refusal.value.refusals) == 1
    states = SupportRequest.objects.filter(pk__in=[r.pk for r in requests])
    assert set(states.values_list("state", flat=True)) == {"in_team"}


def test_it_judges_a_history_on_its_own_day(cast):
    """A child that is twelve now was eleven then: the parents' answer was enough."""
    system, pupil = Actor.system("tests"), make_pupils(cast.a, 1)[0]
    turned = days_ago(40)
    Pupil.objects.filter(pk=pupil.pk).update(
        birth_date=turned.replace(year=turned.year - 12, day=min(turned.day, 28))
    )
    pupil.refresh_from_db()
    [trajectory] = build(system, cast.a, [pupil], contacts_each=1)
    trajectory.request.refresh_from_db()
    assert trajectory.request.share_state == "incomplete"
    assert TreatmentRelation.objects.filter(trajectory=trajectory).exists()


def test_it_records_no_contact_without_help_consent_on_that_day(cast):
    item = {"trajectory": cast.a.trajectory, "worker": cast.a.worker, "minutes": 45}
    system = Actor.system("tests")
    cast.a.trajectory.consents.filter(purpose="help").update(answered_on=days_ago(3))
    with pytest.raises(MoveRefused) as refusal:
        actions.record_contacts_many(
            system,
            [
                {**item, "contact_on": days_ago(3)},
                {**item, "contact_on": days_ago(4)},
                {**item, "contact_on": today() + dt.timedelta(days=1)},
                {**item, "contact_on": days_ago(30)},
            ],
        )
    assert len(refusal.value.refusals) == 3
    assert Contact.objects.filter(trajectory=cast.a.trajectory).count() == 1


def test_it_keeps_keys_and_authors_and_leaves_drafts(cast):
    """A demo world is reproducible: the key comes from outside, the reference from the key."""
    system, pupil = Actor.system("tests"), make_pupils(cast.a, 1)[0]
    key = uuid.uuid5(uuid.NAMESPACE_URL, "request")
    item = draft(pupil, days_ago(5)) | {"id": key, "author": cast.anna, "consents": []}
    [row] = actions.submit_requests_many(system, [item], submit=False)
    row.refresh_from_db()
    assert (row.pk, row.author_id, row.state) == (key, cast.anna.pk, "concept")
    assert row.reference == f"H-{days_ago(5):%y}-{row.reference[5:]}"
    assert row.reference[5:] == "".join(c for c in row.reference[5:] if c not in "AEIOU01L")


def test_it_refuses_what_the_single_sister_refuses(cast):
    system, trajectory = Actor.system("tests"), cast.a.trajectory
    plan = {"trajectory": trajectory, "next_evaluation_on": days_ago(-30)}
    with pytest.raises(ValidationError):
        actions.save_plans_many(system, [{**plan, "goals": [GOAL] * 4}])
    with pytest.raises(ValidationError):
        actions.save_plans_many(system, [{**plan, "goals": [{**GOAL, "start_score": 11}]}])
    trajectory.state = "closed"
    item = {"trajectory": trajectory, "worker": cast.a.worker, "valid_from": today()}
    with pytest.raises(MoveRefused):
        actions.add_provisions_many(system, [item])
    trajectory.state = "active"
    with pytest.raises(ValidationError):
        actions.add_provisions_many(system, [{**item, "worker": cast.b.worker}])
    with acting(cast, "anna") as anna, pytest.raises(MoveNotAllowed):
        actions.add_provisions_many(anna, [item])
