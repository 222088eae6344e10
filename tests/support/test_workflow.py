"""Every state, every move, everybody: what the tables say is what happens."""

import datetime as dt

import pytest
from django.db import transaction

from oja.access.actor import become
from oja.access.permissions import Permission
from oja.access.scoping import guarded
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from schools.models import Residence
from support import facts
from support.models import (
    Goal,
    Plan,
    RequestState,
    SupportRequest,
    Trajectory,
    TrajectoryState,
)
from support.workflow import REQUEST, TRAJECTORY
from tests.cast import NAMES
from tests.factories.schools import MunicipalityFactory
from tests.factories.support import GoalFactory, PlanFactory, days_ago, plan_agreements

# Who sees and who changes a shared request without a trajectory, by state.
QUEUE = ("submitted", "in_team", "accepted")
SEES_REQUEST = {
    state: {"anna", "cato", "bas", "gijs"} if state in QUEUE else {"anna", "cato"}
    for state in RequestState.values
} | {"concept": {"anna"}}
CHANGES_REQUEST = {state: {"anna", "cato"} for state in RequestState.values} | {"concept": {"anna"}}
SEES_TRAJECTORY = {"anna", "bas", "cato"}
CHANGES_TRAJECTORY = {"bas", "cato"}
# A manager does not see the family, so cannot tell who must agree to a plan.
REFUSED_FOR_MANAGER = {"agree_plan", "renew_plan"}


def attempt(cast, name, workflow, row, move, data):
    """What happens when somebody tries: the name of the refusal, or "done". Nothing stays."""
    actor = cast.actor(name)
    try:
        with become(actor), guarded():
            workflow.perform(row, move, actor, **data)
            transaction.set_rollback(True)
    except (MoveNotAllowed, MoveRefused, NotVisible) as refusal:
        return type(refusal).__name__
    return "done"


def expected(actor, name, transition, state, sees, changes, refused=False):
    """What the table says."""
    if not actor.may(transition.permission):
        return "MoveNotAllowed"
    if name not in sees:
        return "NotVisible"
    if name not in changes:
        return "MoveNotAllowed"
    if state not in transition.sources or refused:
        return "MoveRefused"
    return "done"


def request_in(request, state):
    """The row in a state, with the dates that belong to it."""
    fields = {
        "state": state,
        "submitted_on": days_ago(9),
        "team_meeting_on": None if state in ("concept", "submitted") else days_ago(5),
        "decided_on": None if state in ("concept", "submitted", "in_team") else days_ago(5),
        "assigned_on": days_ago(4) if state == "started" else None,
    }
    SupportRequest.objects.filter(pk=request.pk).update(**fields)
    return SupportRequest.objects.get(pk=request.pk)


def test_it_moves_requests_as_the_table_says(cast):
    request, elsewhere = cast.a.accepted, MunicipalityFactory()
    data = {
        "team_meeting_on": today(),
        "decided_on": days_ago(1),
        "decision_note": "Zo doen we het.",
        "regisseur": cast.a.worker,
    }
    wrong, tried = [], 0
    for transition in REQUEST.transitions:
        home = elsewhere if transition.name == "decide_not_funded" else cast.a.municipality
        Residence.objects.filter(pupil=request.pupil_id).update(municipality=home)
        given = {name: data[name] for name in transition.sets}
        for state in RequestState.values:
            row = request_in(request, state)
            for name in NAMES:
                sees, changes = SEES_REQUEST[state], CHANGES_REQUEST[state]
                wanted = expected(cast.actor(name), name, transition, state, sees, changes)
                found = attempt(cast, name, REQUEST, row, transition.name, given)
                tried += 1
                if found != wanted:
                    wrong.append((transition.name, state, name, found, wanted))
    assert not wrong
    assert tried == len(REQUEST.transitions) * len(RequestState.values) * len(NAMES)


def trajectory_in(trajectory, state):
    """The row in a state, with the dates that belong to it."""
    running = state in ("active", "paused", "closed")
    fields = {
        "state": state,
        "started_on": days_ago(6) if running else None,
        "paused_on": days_ago(1) if state == "paused" else None,
        "pause_until": today() + dt.timedelta(days=7) if state == "paused" else None,
        "ended_on": today() if state == "closed" else None,
        "end_reason": "31" if state == "closed" else "",
    }
    Trajectory.objects.filter(pk=trajectory.pk).update(**fields)
    return Trajectory.objects.get(pk=trajectory.pk)


def test_it_moves_trajectories_as_the_table_says(cast):
    trajectory = cast.a.trajectory
    Goal.objects.filter(pk=cast.a.goal.pk).update(end_score=7)
    draft = PlanFactory(trajectory=trajectory, version_number=2)
    GoalFactory(plan=draft)
    plan_agreements(draft)
    data = {
        "intake_on": today(),
        "intake_held_on": today(),
        "started_on": today(),
        "paused_on": today(),
        "pause_until": today() + dt.timedelta(weeks=8),
        "note": "Vakantie.",
        "ended_on": today(),
        "end_reason": "31",
        "closing_note": "Klaar.",
    }
    wrong = []
    for transition in TRAJECTORY.transitions:
        given = {name: data[name] for name in transition.sets}
        for state in TrajectoryState.values:
            row = trajectory_in(trajectory, state)
            for name in NAMES:
                refused = name == "cato" and transition.name in REFUSED_FOR_MANAGER
                wanted = expected(
                    cast.actor(name),
                    name,
                    transition,
                    state,
                    SEES_TRAJECTORY,
                    CHANGES_TRAJECTORY,
                    refused,
                )
                found = attempt(cast, name, TRAJECTORY, row, transition.name, given)
                if found != wanted:
                    wrong.append((transition.name, state, name, found, wanted))
    assert not wrong


# --- Guards: each refuses in a sentence, and lets through when it is met ------------------------


def refusals_of(cast, name, workflow, row, move, **data):
    """The sentences with which a move is refused; empty when it is made. Nothing stays."""
    actor = cast.actor(name)
    try:
        with become(actor), guarded():
            workflow.perform(row, move, actor, **data)
            transaction.set_rollback(True)
    except MoveRefused as refusal:
        return [str(one.sentence) for one in refusal.refusals]
    return []


REQUEST_GUARDS = {
    "talk missing": ("submit", {"talk_with": []}, 1),
    "talk without a day": ("submit", {"talk_on": None}, 1),
    "talk in the future": ("submit", {"talk_on": days_ago(-1)}, 1),
    "no topic": ("submit", {"topics": []}, 1),
    "no question": ("submit", {"question": " "}, 1),
    "nothing at all": ("submit", {"question": "", "talk_with": []}, 2),
    "all there": ("submit", {}, 0),
    "on the agenda": ("recall", {"team_meeting_on": days_ago(-3)}, 1),
    "not on the agenda": ("recall", {"team_meeting_on": None}, 0),
}


@pytest.mark.parametrize("case", REQUEST_GUARDS)
def test_it_says_what_a_request_lacks(cast, case):
    move, fields, number = REQUEST_GUARDS[case]
    row = request_in(cast.a.accepted, "concept" if move == "submit" else "submitted")
    SupportRequest.objects.filter(pk=row.pk).update(**fields)
    assert len(refusals_of(cast, "anna", REQUEST, row, move)) == number


def test_it_refuses_a_school_that_does_not_take_part(cast):
    cast.a.participation.valid_until = days_ago(1)
    cast.a.participation.save()
    row = request_in(cast.a.accepted, "concept")
    assert len(refusals_of(cast, "anna", REQUEST, row, "submit")) == 1
    row = request_in(cast.a.accepted, "in_team")
    # nobody takes part, so nobody pays either
    assert len(refusals_of(cast, "anna", REQUEST, row, "accept", decided_on=today())) == 2


def test_it_refuses_when_another_provider_works_there_now(cast):
    cast.a.participation.valid_until = days_ago(1)
    cast.a.participation.save()
    type(cast.a.participation).objects.create(
        arrangement=cast.a.arrangement,
        site=cast.a.site,
        provider=cast.b.provider,
        valid_from=days_ago(1),
    )
    row = request_in(cast.a.accepted, "in_team")
    [sentence] = refusals_of(cast, "anna", REQUEST, row, "accept", decided_on=today())
    assert cast.b.provider.name in sentence


def test_it_pays_only_for_who_lives_in_the_arrangement(cast):
    row = request_in(cast.a.accepted, "in_team")
    on = {"decided_on": today()}
    assert refusals_of(cast, "anna", REQUEST, row, "accept", **on) == []
    assert len(refusals_of(cast, "anna", REQUEST, row, "decide_not_funded", **on)) == 1
    Residence.objects.filter(pupil=row.pupil_id).update(municipality=MunicipalityFactory())
    assert len(refusals_of(cast, "anna", REQUEST, row, "accept", **on)) == 1
    assert refusals_of(cast, "anna", REQUEST, row, "decide_not_funded", **on) == []
    Residence.objects.filter(pupil=row.pupil_id).delete()
    assert len(refusals_of(cast, "anna", REQUEST, row, "accept", **on)) == 1


@pytest.mark.parametrize("day", [-1, 20])
def test_it_refuses_a_decision_on_an_impossible_day(cast, day):
    row = request_in(cast.a.accepted, "in_team")
    assert len(refusals_of(cast, "anna", REQUEST, row, "accept", decided_on=days_ago(day))) == 1


CONSENTS = {
    "nobody was asked": {},
    "one was asked": {"state": "asked", "answered_on": None, "asked_on": days_ago(3)},
    "one wants to talk": {"state": "talk"},
    "it expired": {"valid_until": days_ago(1)},
    "one said no": {"state": "refused"},
}


@pytest.mark.parametrize("case", CONSENTS)
def test_it_names_what_consent_lacks(cast, case):
    row = request_in(cast.a.accepted, "in_team")
    consents = row.consents.all()
    if case == "nobody was asked":
        consents.delete()
    else:
        consents.filter(guardian=consents.first().guardian).update(**CONSENTS[case])
    found = refusals_of(cast, "anna", REQUEST, row, "accept", decided_on=today())
    assert len(found) == 1
    if case != "nobody was asked":
        assert "Canary" in found[0]


def test_it_asks_for_custody_when_nobody_is_known(cast):
    row = request_in(cast.a.accepted, "in_team")
    row.pupil.guardians.update(has_custody=False)
    [sentence] = refusals_of(cast, "anna", REQUEST, row, "accept", decided_on=today())
    assert "custody" in sentence or "gezag" in sentence


def test_it_gives_a_manager_the_reason_without_names(cast):
    row = request_in(cast.a.accepted, "accepted")
    # as on the day on which the consent runs out: still visible, and not complete any more
    actor = cast.actor("cato")
    with become(actor), guarded():
        row = SupportRequest.objects.visible_to(actor).get(pk=row.pk)
        state = facts.consent_state(actor, row, "share", today())
        assert state.is_complete
        assert not state.givers
        row.shared_until = today()
        assert not facts.consent_state(actor, row, "share", today()).is_complete


def test_it_assigns_own_workers_only(cast):
    row = request_in(cast.a.accepted, "accepted")
    assert len(refusals_of(cast, "cato", REQUEST, row, "assign", regisseur=cast.b.worker)) == 1
    assert refusals_of(cast, "cato", REQUEST, row, "assign", regisseur=cast.a.spare) == []


PLAN_GUARDS = {
    "no goal": (lambda plan: plan.goals.all().delete(), 1),
    "no score": (lambda plan: plan.goals.update(start_score=None), 1),
    "no date": (lambda plan: _change(plan, next_evaluation_on=None), 1),
    "date today": (lambda plan: _change(plan, next_evaluation_on=today()), 1),
    "date far away": (lambda plan: _change(plan, next_evaluation_on=days_ago(-190)), 1),
    "no home part": (lambda plan: _change(plan, home_part=" "), 1),
    "home not needed": (
        lambda plan: _change(plan, home_part="", home_not_needed_reason="Thuis gaat het goed."),
        0,
    ),
    "one did not agree": (lambda plan: plan.agreements.first().delete(), 1),
    "nobody with custody": (lambda plan: _no_custody(plan), 1),
    "no draft": (lambda plan: _change(plan, state="ended"), 4),
    "all there": (lambda plan: None, 0),
}


def _change(plan, **fields):
    Plan.objects.filter(pk=plan.pk).update(**fields)


def _no_custody(plan):
    plan.trajectory.pupil.guardians.update(has_custody=False)


@pytest.mark.parametrize("case", PLAN_GUARDS)
def test_it_says_what_a_plan_lacks(cast, case):
    change, number = PLAN_GUARDS[case]
    row = trajectory_in(cast.a.trajectory, "plan_draft")
    plan = PlanFactory(trajectory=row, version_number=2)
    GoalFactory(plan=plan)
    plan_agreements(plan)
    change(plan)
    assert len(refusals_of(cast, "bas", TRAJECTORY, row, "agree_plan")) == number


TRAJECTORY_GUARDS = {
    "intake before": ("registered", "plan_intake", {"intake_on": days_ago(30)}),
    "intake later": ("intake", "record_intake", {"intake_held_on": days_ago(-1)}),
    "intake long ago": ("intake", "record_intake", {"intake_held_on": days_ago(30)}),
    "start later": ("plan_agreed", "start_help", {"started_on": days_ago(-1)}),
    "start before intake": ("plan_agreed", "start_help", {"started_on": days_ago(9)}),
    "long pause": (
        "active",
        "pause",
        {"paused_on": days_ago(0), "pause_until": days_ago(-57), "note": ""},
    ),
    "pause backwards": (
        "active",
        "pause",
        {"paused_on": days_ago(0), "pause_until": days_ago(0), "note": ""},
    ),
    "end later": ("active", "close", {"ended_on": days_ago(-1), "end_reason": "31"}),
    "end before contact": ("active", "close", {"ended_on": days_ago(3), "end_reason": "31"}),
    "end before start": ("paused", "close", {"ended_on": days_ago(8), "end_reason": "31"}),
}


@pytest.mark.parametrize("case", TRAJECTORY_GUARDS)
def test_it_refuses_impossible_days(cast, case):
    state, move, data = TRAJECTORY_GUARDS[case]
    Goal.objects.filter(pk=cast.a.goal.pk).update(end_score=7)
    if case == "end before start":
        cast.a.contact.delete()
    row = trajectory_in(cast.a.trajectory, state)
    assert len(refusals_of(cast, "bas", TRAJECTORY, row, move, **data)) == 1


@pytest.mark.parametrize("name", ["bas", "cato"])
@pytest.mark.parametrize("state", ["withdrawn", "refused"])
def test_it_never_helps_without_consent(cast, name, state):
    changes = {"state": state}
    if state == "withdrawn":
        changes |= {"withdrawn_on": today(), "withdrawn_at": cast.a.trajectory.created_at}
    first = cast.a.trajectory.consents.filter(purpose="help").first()
    cast.a.trajectory.consents.filter(pk=first.pk).update(**changes)
    for at, move, data in (
        ("registered", "plan_intake", {"intake_on": today()}),
        ("plan_agreed", "start_help", {"started_on": today()}),
        ("paused", "resume", {}),
    ):
        row = trajectory_in(cast.a.trajectory, at)
        assert len(refusals_of(cast, name, TRAJECTORY, row, move, **data)) == 1


def test_it_starts_no_help_that_nobody_planned(cast):
    cast.a.provision.delete()
    row = trajectory_in(cast.a.trajectory, "plan_agreed")
    assert len(refusals_of(cast, "bas", TRAJECTORY, row, "start_help", started_on=today())) == 1


def test_it_closes_no_trajectory_without_scores(cast):
    row = trajectory_in(cast.a.trajectory, "active")
    data = {"ended_on": today(), "end_reason": "31"}
    assert len(refusals_of(cast, "bas", TRAJECTORY, row, "close", **data)) == 1


def test_it_has_a_word_for_every_guard_and_move():
    for workflow in (REQUEST, TRAJECTORY):
        for transition in workflow.transitions:
            assert str(transition.label)
            assert str(transition.done)
            assert isinstance(transition.permission, Permission)
            assert all(str(guard.label) for guard in transition.guards)


def test_it_reads_what_guards_share_once(cast, django_assert_max_num_queries):
    """A page that offers the moves of a plan asks for plan, goals, parents and answers once."""
    row = trajectory_in(cast.a.trajectory, "plan_draft")
    plan = PlanFactory(trajectory=row, version_number=2)
    GoalFactory(plan=plan)
    actor = cast.actor("bas")
    with become(actor), guarded():
        row = Trajectory.objects.visible_to(actor).for_detail().get(pk=row.pk)
        with django_assert_max_num_queries(6):
            TRAJECTORY.available(row, actor, may_change=True)
        with facts.remembering():
            facts.plans_of(actor, row)
            with django_assert_max_num_queries(0):
                facts.plans_of(actor, row)
        with django_assert_max_num_queries(1):
            facts.plans_of(actor, row)
