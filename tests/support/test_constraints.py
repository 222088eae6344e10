"""The database has the last word: every constraint refuses what no action would write."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F, ForeignKey

from oja.core.periods import today
from support.models import (
    Consent,
    Contact,
    Family,
    Goal,
    Plan,
    PlanAgreement,
    Provision,
    SupportRequest,
    Trajectory,
)
from tests.factories.support import (
    ConsentFactory,
    ContactFactory,
    GoalFactory,
    PlanFactory,
    RequestFactory,
    TreatmentRelationFactory,
    days_ago,
    noon,
)
from tests.support import broken_costs, broken_groups, broken_purchases, broken_surveys


def again(model, row, **fields):
    """A second row like the first."""
    copy = model.objects.get(pk=row.pk)
    for item in model._meta.concrete_fields:
        if item.generated:
            continue
        fields.setdefault(item.attname, getattr(copy, item.attname))
    fields.pop("id")
    model(**fields).save(force_insert=True)


BROKEN = {
    "supportrequest_reference_once_per_site": lambda w: RequestFactory(
        pupil=w.pupil, participation=w.participation, reference=w.request.reference
    ),
    "supportrequest_submitted_once_out_of_concept": lambda w: change(
        w.queued, submitted_on=None, submitted_by=None
    ),
    "supportrequest_submitted_by_has_date": lambda w: change(w.concept, submitted_by=w.worker_user),
    "supportrequest_decided_by_has_date": lambda w: change(w.queued, decided_by=w.worker_user),
    "supportrequest_decision_has_date": lambda w: change(w.queued, state="education"),
    "supportrequest_decided_after_submitted": lambda w: change(w.accepted, decided_on=days_ago(30)),
    "supportrequest_assigned_has_date": lambda w: change(w.accepted, state="started"),
    "supportrequest_at_most_three_topics": lambda w: change(
        w.concept, topics=["ROUW", "ADHD", "LVB", "GEDRAG"]
    ),
    "supportrequest_under_way_has_provider": lambda w: change(w.queued, provider=None),
    "consent_answer_has_date": lambda w: change(given(w), answered_on=None),
    "consent_question_has_date": lambda w: change(given(w), state="asked", answered_on=None),
    "consent_withdrawn_has_date": lambda w: change(given(w), state="withdrawn"),
    "consent_withdrawn_after_answered": lambda w: change(
        given(w), state="withdrawn", withdrawn_on=days_ago(90), withdrawn_at=noon(today())
    ),
    "consent_answered_after_asked": lambda w: change(given(w), asked_on=today()),
    "consent_does_not_replace_itself": lambda w: change(given(w), superseded_by=F("id")),
    "consent_one_open_question": lambda w: [
        ConsentFactory(request=w.concept, asked=True, giver_label="x") for _ in range(2)
    ],
    "treatmentrelation_end_after_start": lambda w: change(
        w.trajectory.relations.get(), valid_until=days_ago(90)
    ),
    "treatmentrelation_once_at_a_time": lambda w: TreatmentRelationFactory(trajectory=w.trajectory),
    "trajectory_reference_once_per_provider": lambda w: w.new_trajectory(
        reference=w.trajectory.reference
    ),
    "trajectory_running_has_start": lambda w: change(w.trajectory, started_on=None),
    "trajectory_closed_has_end_and_reason": lambda w: change(w.trajectory, state="closed"),
    "trajectory_end_after_start": lambda w: change(
        w.trajectory, state="closed", end_reason="31", ended_on=days_ago(90)
    ),
    "trajectory_pause_has_both_dates": lambda w: change(w.trajectory, paused_on=today()),
    "plan_version_once": lambda w: again(Plan, w.plan, state="ended"),
    "plan_one_draft": lambda w: [
        PlanFactory(trajectory=w.trajectory, version_number=n) for n in (2, 3)
    ],
    "plan_one_agreed_per_family": lambda w: PlanFactory(
        trajectory=w.new_trajectory(family=w.plan.family), agreed=True
    ),
    "plan_one_agreed_per_trajectory": lambda w: PlanFactory(
        trajectory=w.trajectory, version_number=2, agreed=True, family=None
    ),
    "plan_agreed_has_date": lambda w: change(w.plan, agreed_on=None),
    "planagreement_once_per_person": lambda w: again(PlanAgreement, w.plan.agreements.first()),
    "goal_position_once_per_plan": lambda w: GoalFactory(plan=w.plan),
    "goal_at_most_three": lambda w: change(w.goal, position=4),
    "goal_scores_from_0_to_10": lambda w: change(w.goal, end_score=11),
    "provision_end_after_start": lambda w: change(w.provision, valid_until=days_ago(90)),
    "provision_weekday_exists": lambda w: change(w.provision, weekday=6),
    "provision_one_plan_per_moment": lambda w: again(Provision, w.provision),
    "contact_held_took_time": lambda w: change(w.contact, minutes=0),
    "contact_does_not_replace_itself": lambda w: change(w.contact, replaced_by=F("id")),
    "contact_once_per_planned_day": lambda w: [
        ContactFactory(trajectory=w.trajectory, provision=w.provision) for _ in range(2)
    ],
    "support_family_household_key": lambda w: Family.objects.create(
        household=w.pupil.household, provider=w.provider, regisseur=w.worker
    ),
}

BROKEN |= broken_costs.BROKEN
BROKEN |= broken_groups.BROKEN
BROKEN |= broken_purchases.BROKEN
BROKEN |= broken_surveys.BROKEN


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def given(world):
    return world.queued.consents.filter(state="given").first()


@pytest.mark.parametrize("name", BROKEN)
def test_it_refuses(cast, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BROKEN[name](cast.a)


def test_it_has_a_case_for_every_constraint():
    names = {
        constraint.name
        for model in apps.get_app_config("support").get_models()
        for constraint in model._meta.constraints
    }
    assert names <= set(BROKEN)


def test_it_has_a_sentence_for_every_constraint_that_a_person_can_meet():
    silent = {
        "supportrequest_reference_once_per_site",
        "trajectory_reference_once_per_provider",
        "plan_version_once",
        "goal_position_once_per_plan",
        "subcontract_reference_once_per_provider",
        "surveyround_once",
    }
    for model in apps.get_app_config("support").get_models():
        for constraint in model._meta.constraints:
            has_words = (
                constraint.violation_error_message != constraint.default_violation_error_message
            )
            assert has_words or constraint.name in silent


FIXED = {
    SupportRequest: "concept",
    Trajectory: "trajectory",
    Plan: "plan",
    Goal: "goal",
    Provision: "provision",
    Contact: "contact",
}


@pytest.mark.parametrize("model", FIXED, ids=lambda model: model.__name__)
def test_it_never_moves_a_row_to_another_organisation(cast, model):
    """What a scope compares is fixed, or bound to the row it was copied from."""
    row = getattr(cast.a, FIXED[model])
    other = getattr(cast.b, FIXED[model])
    for item in model._meta.concrete_fields:
        is_key = isinstance(item, ForeignKey) and item.name in ("site", "provider", "trajectory")
        if not is_key or (model is SupportRequest and item.name == "provider"):
            continue
        with pytest.raises(DatabaseError), transaction.atomic():
            change(row, **{item.attname: getattr(other, item.attname)})


def test_it_keeps_consent_with_its_person_and_case(cast):
    row = given(cast.a)
    for fields in ({"guardian": cast.a.parents[0]}, {"pupil": cast.a.pupil}, {"purpose": "help"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(row, **fields)
    assert Consent.objects.filter(pk=row.pk, purpose="share").exists()


def test_it_looks_again_at_every_pupil_by_night(cast, capsys):
    SupportRequest.objects.filter(pk=cast.a.queued.pk).update(
        share_state="none", shared_until=today() + dt.timedelta(days=1)
    )
    call_command("refresh_sharing")
    cast.a.queued.refresh_from_db()
    assert cast.a.queued.share_state == "complete"
    assert "pupils" in capsys.readouterr().out
