"""Every part of the demo world, in a world of two schools with a provider each."""

import datetime as dt
from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import F, Sum

from monitor.models import Figure, Meeting, Snapshot
from oja.access.actor import Actor, become
from oja.core.periods import today
from oja.demo.purchases import OFFERS
from oja.demo.register import PRIMARY_GROUPS, SiteSize
from oja.demo.world import WorldSize, build_world
from providers.models import Budget, BudgetPart, GroupOffer, HourRate, Subsidy
from schools.attendance_sql import thuiszitter_breed
from schools.models import AttendanceSpell, Enrolment, EnrolmentDestination, Pupil
from schools.transition_rules import SPECIAL, count_date, year_before
from schools.transition_sql import counted_at, went_to
from support import survey_results
from support.budget_board import board_of
from support.models import (
    Attendance,
    CollectiveWork,
    Commitment,
    Contact,
    CostLine,
    Delivery,
    ExternalCost,
    GroupParticipant,
    GroupSession,
    SchoolAnswer,
    Subcontract,
    SurveyInvitation,
)
from support.survey_rules import TOGETHER, half_years_in

pytestmark = pytest.mark.django_db
TWO_SCHOOLS = WorldSize(
    sites=(
        SiteSize(
            *("De Wissel", "sbo", "Vlechtwerk", 60, (6, 12), PRIMARY_GROUPS[:8]),
            *("Anna de Vries", 0.3),
        ),
        SiteSize(
            *("Het Baken", "so", "Kiemkracht", 40, (6, 12), PRIMARY_GROUPS[:8]),
            *("Dirk Postma", 0.6),
        ),
    ),
    requests=70,
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once; every test here only reads."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world(seed=7, today=today(), size=TWO_SCHOOLS)
        with become(Actor.system("test")) as actor:
            world.reader = actor
            yield world
        transaction.set_rollback(True)


@pytest.fixture
def rows(world):
    """A function that gives all rows of a model."""
    return lambda model: model.objects.visible_to(world.reader)


def held(rows, model=GroupSession):
    return rows(model).filter(undone_at=None)


# --- Absence ----------------------------------------------------------------------------------


def test_pupils_were_absent_in_every_way(rows):
    assert set(rows(AttendanceSpell).values_list("kind", flat=True)) >= {
        "ill",
        "unlawful",
        "suspended",
        "custom",
    }


def test_somebody_stays_at_home_today(rows):
    running = rows(AttendanceSpell).filter(valid_until=None)
    assert running.exists()
    assert rows(Pupil).filter(thuiszitter_breed(today())).exists()


def test_nobody_is_absent_from_a_school_where_the_pupil_is_not(rows):
    for spell in rows(AttendanceSpell).exclude(kind="absolute"):
        enrolments = rows(Enrolment).filter(pupil=spell.pupil_id)
        assert enrolments.valid_on(spell.valid_from).exists()


# --- Groups -----------------------------------------------------------------------------------


def test_groups_were_held_and_every_mark_is_one_of_its_group(rows):
    assert rows(GroupOffer).filter(state="done").exists()
    assert held(rows).exists()
    assert rows(CollectiveWork).exists()
    marks = rows(Attendance)
    assert marks.exclude(participant__group=F("session__group")).count() == 0
    assert set(marks.values_list("outcome", flat=True)) >= {"present", "ill"}


def test_nobody_attends_a_group_outside_the_own_trajectory(rows):
    participants = rows(GroupParticipant).select_related("trajectory", "group")
    assert participants.exists()
    for one in participants:
        assert one.valid_from >= one.trajectory.started_on
        assert (one.site_id, one.provider_id) == (one.group.site_id, one.group.provider_id)
        assert one.site_id == one.trajectory.site_id
    for mark in rows(Attendance).select_related("participant", "trajectory"):
        assert mark.trajectory_id == mark.participant.trajectory_id
        assert mark.participant.holds_on(mark.on)
        assert mark.trajectory.started_on <= mark.on
        assert mark.trajectory.ended_on is None or mark.on <= mark.trajectory.ended_on


def test_the_minutes_of_a_session_are_those_of_its_contacts(rows):
    for session in held(rows):
        contacts = rows(Contact).filter(session=session.pk)
        present = rows(Attendance).filter(session=session, outcome="present").count()
        assert contacts.count() == present
        if present:
            total = contacts.aggregate(total=Sum("minutes"))["total"]
            assert total == session.minutes * session.workers


# --- Bought care ------------------------------------------------------------------------------


def test_care_is_bought_in_every_stage(rows):
    states = set(rows(Subcontract).values_list("state", flat=True))
    assert states >= {"asked", "running", "settled"}
    assert set(rows(Delivery).values_list("state", flat=True)) >= {"approved"}


def test_bought_care_falls_within_the_help_of_the_child(rows):
    for order in rows(Subcontract).select_related("trajectory"):
        assert order.starts_on >= order.trajectory.started_on
        if order.trajectory.ended_on and order.state != "rejected":
            assert order.ended_on <= order.trajectory.ended_on
        assert order.third.name in {offer.third for offer in OFFERS}


def test_nothing_was_ordered_before_the_school_had_answered(rows):
    approved = rows(Subcontract).exclude(approved_on=None)
    assert approved.exists()
    for order in approved:
        answer = rows(SchoolAnswer).get(subcontract=order)
        assert answer.answered_on <= order.approved_on
        assert bool(order.decision_note) == (answer.answer == "objection")


def test_nobody_approves_the_bill_of_the_own_order(rows):
    bills = rows(Delivery).filter(state="approved")
    assert bills.filter(approved_by=F("subcontract__approved_by")).count() == 0


# --- Money ------------------------------------------------------------------------------------


def boards(world, rows):
    for budget in rows(Budget).select_related("provider", "municipality"):
        end = min(today(), dt.date(budget.year, 12, 31))
        if budget.year <= today().year:
            yield (
                budget,
                board_of(
                    world.reader,
                    budget.provider,
                    year=budget.year,
                    on=end,
                    municipality=budget.municipality,
                ),
            )


def test_there_are_a_subsidy_and_budgets_of_every_year(world, rows):
    years = set(range(today().year - 2, today().year + 2))
    for provider in world.providers.values():
        assert rows(Subsidy).filter(provider=provider).count() == 1
        assert rows(HourRate).filter(provider=provider).exists()
        of_provider = rows(Budget).filter(provider=provider)
        assert set(of_provider.values_list("year", flat=True)) <= years
        assert {today().year - 1, today().year, today().year + 1} <= set(
            of_provider.values_list("year", flat=True)
        )


def test_the_parts_add_up_to_the_budget(rows):
    for budget in rows(Budget):
        parts = rows(BudgetPart).filter(budget=budget)
        assert parts.aggregate(total=Sum("amount_cents"))["total"] == budget.amount_cents


def test_the_budget_shows_the_sum_of_its_lines(world, rows):
    """Of a year that is over every month is booked, so page and lines are equal to the cent."""
    checked = 0
    for budget, board in boards(world, rows):
        assert sum(month.spent_cents for month in board.months) == board.spent_cents
        if not board.provisional_months:
            lines = rows(CostLine).filter(budget=budget, on__lte=board.on)
            assert board.spent_cents == lines.aggregate(total=Sum("cents"))["total"]
            for kind in board.kinds:
                of_kind = lines.filter(category=kind.category).aggregate(total=Sum("cents"))
                assert kind.spent_cents == (of_kind["total"] or 0)
            checked += 1
    assert checked >= 2


def test_months_that_are_not_booked_are_told_as_provisional(world, rows):
    this_year = [board for budget, board in boards(world, rows) if budget.year == today().year]
    assert all(board.provisional_months for board in this_year)


def test_what_is_promised_is_what_orders_leave(world, rows):
    for budget, board in boards(world, rows):
        if budget.year == today().year:
            promised = rows(Commitment).filter(budget=budget).aggregate(total=Sum("open_cents"))
            assert board.committed_cents == (promised["total"] or 0)


def test_every_bill_stands_on_one_budget_once(rows):
    approved = rows(Delivery).filter(state="approved")
    lines = rows(CostLine).filter(source="delivery")
    assert sorted(approved.values_list("pk", "cents")) == sorted(
        lines.values_list("delivery", "cents")
    )
    bills = rows(ExternalCost)
    assert set(bills.values_list("state", flat=True)) == {"matched", "unmatched"}
    external = rows(CostLine).filter(source="external")
    assert sorted(bills.values_list("pk", "cents")) == sorted(
        external.values_list("external", "cents")
    )


# --- Answers ----------------------------------------------------------------------------------


def test_parents_and_pupils_are_invited_after_help_began(rows):
    invitations = rows(SurveyInvitation).select_related("trajectory")
    assert {row.informant for row in invitations} >= {"parent", "child"}
    assert all(row.asked_on >= row.trajectory.started_on for row in invitations)


def test_fewer_people_answer_than_were_asked_and_marks_come_in_fives(world):
    keys = [str(half) for half in half_years_in(today() - dt.timedelta(days=1100), today())]
    found = survey_results.results_for_publication(
        world.reader, arrangement=world.arrangement, half_years=keys
    )
    assert any(row.counted for row in found)
    assert any(row.mark for row in found)
    for row in found:
        assert row.counted % TOGETHER == 0
        assert row.answered is None or row.counted <= row.answered <= row.invited


# --- Published figures and meetings -----------------------------------------------------------


def test_two_meetings_were_held_on_frozen_figures(rows):
    meetings = rows(Meeting).filter(state="held").select_related("snapshot").order_by("on")
    assert len(meetings) == 2
    for meeting in meetings:
        assert meeting.snapshot.state == Snapshot.State.PUBLISHED
        assert meeting.snapshot.reference_date < meeting.on <= today()
        assert rows(Figure).filter(snapshot=meeting.snapshot).exists()
        assert meeting.interpretations.exists()
        assert meeting.decisions.exists()
    first, second = meetings
    assert first.snapshot.reference_date < second.snapshot.reference_date
    assert first.actionpoints.filter(done_on=None).exists()
    assert first.actionpoints.exclude(done_on=None).exists()


def test_the_next_meeting_is_planned_without_figures_yet(rows):
    coming = rows(Meeting).get(state="planned")
    assert coming.on > today()
    assert coming.snapshot is None


# --- Pupils who left --------------------------------------------------------------------------


def test_pupils_left_to_every_kind_of_school_and_one_to_none(world, rows):
    ended = rows(Enrolment).exclude(destination_type="")
    assert {"vo", "sbo", "so"} <= set(ended.values_list("destination_type", flat=True))
    at_home = ended.filter(destination_type=EnrolmentDestination.NONE)
    assert at_home.count() == len(world.sites)
    assert not ended.filter(valid_until=None).exists()


def test_pupils_of_a_year_ago_went_somewhere(rows):
    after = count_date(today())
    before = year_before(after)
    counted = rows(Enrolment).filter(counted_at(before))
    assert counted.exists()
    assert counted.filter(went_to(after, SPECIAL)).exists()


def test_nobody_is_at_two_schools_at_once(rows):
    for pupil in rows(Pupil):
        spans = rows(Enrolment).filter(pupil=pupil).order_by("valid_from")
        for one, other in pairwise(spans):
            assert one.valid_until is not None
            assert one.valid_until <= other.valid_from
