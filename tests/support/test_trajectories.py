"""Intake, plan, start, pause and end of a trajectory."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible, StateChanged
from support import actions, facts
from support.models import Closing, Goal, Plan, Provision, Trajectory, TreatmentRelation
from support.workflow import TRAJECTORY
from support.workflow.trajectory import months_later
from tests.factories.support import days_ago
from tests.support.helpers import acting

GOAL = {"title": "Samen spelen", "start_score": 3, "target_score": 7, "is_for_school": True}


@pytest.fixture
def trajectory(cast):
    """After the intake, consent to help given, no plan yet."""
    return cast.a.new_trajectory(plan_draft=True)


def plan_for(actor, trajectory, **fields):
    values = {
        "goals": [GOAL],
        "next_evaluation_on": today() + dt.timedelta(days=60),
        "home_part": "Elke avond terugkijken.",
    }
    return actions.save_plan(actor, trajectory=trajectory, **(values | fields))


def agree_to(actor, trajectory, plan):
    for guardian, _label, _on in facts.plan_givers(actor, trajectory, plan, today()):
        actions.record_plan_agreement(actor, plan=plan, guardian=guardian)


def test_it_saves_a_draft_and_changes_it(cast, trajectory):
    with acting(cast, "bas") as bas:
        plan = plan_for(bas, trajectory, goals=[GOAL, {**GOAL, "title": "Rustig eten"}])
        first = Goal.objects.visible_to(bas).get(plan=plan, position=1)
        assert first.current_score == 3
        again = plan_for(
            bas,
            trajectory,
            goals=[{**GOAL, "title": "Vaker samen spelen", "current_score": 5}],
            version=plan.version,
        )
        assert again.pk == plan.pk
        [goal] = Goal.objects.visible_to(bas).filter(plan=plan)
        assert (goal.pk, goal.title, goal.current_score) == (first.pk, "Vaker samen spelen", 5)
        with pytest.raises(StateChanged):
            plan_for(bas, trajectory, version="an older one")


@pytest.mark.parametrize(
    "goals", [[GOAL] * 4, [{**GOAL, "start_score": 11}], [{**GOAL, "title": ""}]]
)
def test_it_refuses_a_plan_that_cannot_be(cast, trajectory, goals):
    with acting(cast, "bas") as bas, pytest.raises(ValidationError):
        plan_for(bas, trajectory, goals=goals)
    assert not Plan.objects.filter(trajectory=trajectory).exists()


def test_it_knows_its_goals(cast, trajectory):
    with acting(cast, "bas") as bas, pytest.raises(TypeError):
        plan_for(bas, trajectory, goals=[{"wish": "x"}])


def test_it_makes_a_next_version_after_an_agreement(cast, trajectory):
    """Nobody agrees to a text that was changed afterwards."""
    with acting(cast, "bas") as bas:
        plan = plan_for(bas, trajectory)
        agree_to(bas, trajectory, plan)
        second = plan_for(bas, trajectory)
        assert (second.version_number, second.agreements.visible_to(bas).count()) == (2, 0)
        with pytest.raises(MoveRefused):
            actions.record_plan_agreement(bas, plan=plan)
        with pytest.raises(MoveRefused):
            actions.agree_plan(bas, trajectory=trajectory)
        agree_to(bas, trajectory, second)
        trajectory = actions.agree_plan(bas, trajectory=trajectory)
        assert trajectory.next_evaluation_on == second.next_evaluation_on
        assert facts.current_plan(bas, trajectory).pk == second.pk


def test_it_puts_one_version_in_force_per_family(cast):
    sister = cast.a.new_pupil(household=cast.a.pupil.household)
    trajectory = cast.a.new_trajectory(
        pupil=sister, plan_draft=True, family=cast.a.trajectory.family
    )
    with acting(cast, "bas") as bas:
        plan = plan_for(bas, trajectory)
        agree_to(bas, trajectory, plan)
        actions.agree_plan(bas, trajectory=trajectory)
    cast.a.plan.refresh_from_db()
    plan.refresh_from_db()
    assert (cast.a.plan.state, plan.state) == ("ended", "agreed")


def test_it_renews_the_plan_while_help_runs(cast):
    with acting(cast, "bas") as bas:
        trajectory = Trajectory.objects.visible_to(bas).get(pk=cast.a.trajectory.pk)
        plan = plan_for(bas, trajectory)
        assert plan.version_number == 2
        agree_to(bas, trajectory, plan)
        trajectory = actions.agree_plan(bas, trajectory=trajectory)
    assert trajectory.state == "active"
    cast.a.plan.refresh_from_db()
    assert cast.a.plan.state == "ended"


def test_it_shows_the_school_no_draft(cast, trajectory):
    with acting(cast, "bas") as bas:
        plan = plan_for(bas, trajectory)
    with acting(cast, "anna") as anna:
        assert not Goal.objects.visible_to(anna).filter(plan=plan).exists()
    with acting(cast, "bas") as bas:
        agree_to(bas, trajectory, plan)
        actions.agree_plan(bas, trajectory=trajectory)
    with acting(cast, "anna") as anna:
        assert Goal.objects.visible_to(anna).filter(plan=plan).count() == 1


def test_it_takes_agreements_of_this_family_and_not_of_tomorrow(cast, trajectory):
    with acting(cast, "bas") as bas:
        plan = plan_for(bas, trajectory)
        with pytest.raises(NotVisible):
            actions.record_plan_agreement(bas, plan=plan, guardian=cast.a.parents[0])
        parent = facts.guardians_of(bas, trajectory.pupil_id)[0]
        with pytest.raises(ValidationError):
            actions.record_plan_agreement(bas, plan=plan, guardian=parent, agreed_on=days_ago(-1))
        actions.record_plan_agreement(bas, plan=plan, guardian=parent)
        with pytest.raises(ValidationError):
            actions.record_plan_agreement(bas, plan=plan, guardian=parent)


def test_it_plans_help_by_own_workers(cast, trajectory):
    with acting(cast, "bas") as bas:
        values = {"trajectory": trajectory, "valid_from": today()}
        provision = actions.add_provision(
            bas, **values, worker=cast.a.spare.pk, weekday=2, start_time=dt.time(10), minutes=30
        )
        assert (provision.worker, provision.site_id) == (cast.a.spare, cast.a.site.pk)
        for bad in (
            {"worker": cast.b.worker},
            {"worker": cast.a.worker, "valid_from": days_ago(60)},
            {"worker": cast.a.worker, "minutes": 0},
            {"worker": cast.a.worker, "valid_until": days_ago(5)},
            {"worker": cast.a.spare, "weekday": 2, "start_time": dt.time(10)},
        ):
            with pytest.raises(ValidationError):
                actions.add_provision(bas, **(values | bad))
        ended = actions.end_provision(bas, provision=provision, valid_until=today())
    assert ended.valid_until == today()


def test_it_plans_a_day_from_the_provisions(cast):
    trajectory = cast.a.trajectory
    trajectory.provisions.update(weekday=today().isoweekday() % 5 + 1)
    day = today() + dt.timedelta(days=1)
    while day.isoweekday() != today().isoweekday() % 5 + 1:
        day += dt.timedelta(days=1)
    rows = Provision.objects.filter(trajectory=trajectory)
    assert rows.planned_on(day).count() == 1
    assert not rows.planned_on(day + dt.timedelta(days=1)).exists()
    Trajectory.objects.filter(pk=trajectory.pk).update(
        state="paused", paused_on=today(), pause_until=days_ago(-7)
    )
    assert not rows.planned_on(day).exists()


def test_it_starts_pauses_and_resumes(cast, trajectory):
    with acting(cast, "bas") as bas:
        plan = plan_for(bas, trajectory)
        agree_to(bas, trajectory, plan)
        trajectory = actions.agree_plan(bas, trajectory=trajectory)
        actions.add_provision(bas, trajectory=trajectory, worker=cast.a.worker, valid_from=today())
        trajectory = actions.start_help(bas, trajectory=trajectory)
        assert (trajectory.state, trajectory.started_on) == ("active", today())
        trajectory = actions.pause_help(
            bas, trajectory=trajectory, pause_until=days_ago(-21), note="Vakantie."
        )
        assert (trajectory.state, trajectory.paused_on) == ("paused", today())
        trajectory = actions.resume_help(bas, trajectory=trajectory)
    assert (trajectory.state, trajectory.paused_on, trajectory.pause_until) == (
        "active",
        None,
        None,
    )


def test_it_plans_and_records_the_intake(cast):
    trajectory = cast.a.new_trajectory()
    with acting(cast, "bas") as bas:
        trajectory = actions.plan_intake(bas, trajectory=trajectory, intake_on=days_ago(-3))
        trajectory = actions.plan_intake(bas, trajectory=trajectory, intake_on=today())
        trajectory = actions.record_intake(bas, trajectory=trajectory, intake_held_on=today())
    trajectory.refresh_from_db()
    assert (trajectory.intake_on, trajectory.intake_held_on) == (today(), today())
    assert trajectory.request.first_talk_on == today()


def test_it_closes_with_scores_and_ends_what_was_planned(cast):
    with acting(cast, "bas") as bas:
        trajectory = actions.close_trajectory(
            bas,
            trajectory=cast.a.trajectory,
            end_reason="31",
            closing_note="Mooi. 111222333",
            scores={cast.a.goal.pk: 8},
        )
        assert trajectory.is_closed
        closing = Closing.objects.visible_to(bas).get(trajectory=trajectory)
        assert (closing.reason, closing.on) == ("31", today())
        assert "111222333" not in closing.note
        for change in (
            lambda: plan_for(bas, trajectory),
            lambda: actions.score_goals(bas, trajectory=trajectory, scores={}),
            lambda: actions.add_provision(
                bas, trajectory=trajectory, worker=cast.a.worker, valid_from=today()
            ),
        ):
            with pytest.raises(MoveRefused):
                change()
    cast.a.goal.refresh_from_db()
    cast.a.provision.refresh_from_db()
    cast.a.plan.refresh_from_db()
    cast.a.request.refresh_from_db()
    assert cast.a.goal.end_score == 8
    assert cast.a.provision.valid_until == today()
    assert cast.a.plan.state == "ended"
    assert cast.a.request.ended_on == today()
    with acting(cast, "anna") as anna:
        assert not Closing.objects.visible_to(anna).exists()


def test_it_stops_before_help_starts(cast, trajectory):
    """A family that wants no help any more is no dead end."""
    with acting(cast, "bas") as bas:
        trajectory = actions.close_trajectory(bas, trajectory=trajectory, end_reason="32")
    assert (trajectory.state, trajectory.end_reason) == ("closed", "32")


def test_it_scores_own_goals_only(cast):
    with acting(cast, "bas") as bas:
        actions.score_goals(bas, trajectory=cast.a.trajectory, scores={cast.a.goal: 5})
        with pytest.raises(MoveNotAllowed):
            actions.score_goals(bas, trajectory=cast.a.trajectory, scores={cast.b.goal: 5})
        with pytest.raises(ValidationError):
            actions.score_goals(bas, trajectory=cast.a.trajectory, scores={cast.a.goal: 11})
    cast.a.goal.refresh_from_db()
    assert (cast.a.goal.current_score, cast.a.goal.end_score) == (5, None)


def test_it_changes_the_regisseur(cast):
    with acting(cast, "cato") as cato:
        trajectory = actions.change_regisseur(
            cato, trajectory=cast.a.trajectory, regisseur=cast.a.spare
        )
        assert trajectory.regisseur_id == cast.a.spare.pk
        actions.change_regisseur(cato, trajectory=trajectory, regisseur=cast.a.worker)
        with pytest.raises(ValidationError):
            actions.change_regisseur(cato, trajectory=trajectory, regisseur=cast.b.worker)
        with pytest.raises(ValidationError):
            actions.add_worker(cato, trajectory=trajectory, worker=cast.a.spare)
    assert TreatmentRelation.objects.filter(trajectory=trajectory).count() == 2
    with acting(cast, "gijs") as gijs:
        assert Trajectory.objects.visible_to(gijs).get() == trajectory
        with pytest.raises(MoveNotAllowed):
            actions.change_regisseur(gijs, trajectory=trajectory, regisseur=cast.a.spare)


def test_it_gives_a_closed_case_to_nobody(cast):
    Trajectory.objects.filter(pk=cast.a.trajectory.pk).update(
        state="closed", ended_on=today(), end_reason="31"
    )
    with acting(cast, "cato") as cato:
        for change in (
            lambda: actions.add_worker(cato, trajectory=cast.a.trajectory, worker=cast.a.spare),
            lambda: actions.change_regisseur(
                cato, trajectory=cast.a.trajectory, regisseur=cast.a.spare
            ),
        ):
            with pytest.raises(MoveRefused):
                change()


def test_the_database_deletes_goals_of_drafts_only(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.filter(pk=cast.a.goal.pk).delete()


def test_it_offers_the_moves_of_the_state(cast):
    with acting(cast, "bas") as bas:
        row = Trajectory.objects.visible_to(bas).get(pk=cast.a.trajectory.pk)
        found = {a.transition.name: a.allowed for a in TRAJECTORY.available(row, bas)}
        plan_for(bas, row)
        renewable = {a.transition.name for a in TRAJECTORY.available(row, bas)}
    assert found == {"pause": True, "close": False}
    assert renewable == {"renew_plan", "pause", "close"}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2027, 8, 31), 6, dt.date(2028, 2, 29)),
        (dt.date(2026, 8, 31), 3, dt.date(2026, 11, 30)),
        (dt.date(2026, 11, 21), 6, dt.date(2027, 5, 21)),
        (dt.date(2026, 6, 15), 6, dt.date(2026, 12, 15)),
    ],
)
def test_it_counts_months_to_the_last_day_of_a_short_one(day, months, expected):
    assert months_later(day, months) == expected
