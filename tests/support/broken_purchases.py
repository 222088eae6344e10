"""Constraint of bought care -> what breaks it in a world; see test_constraints."""

import datetime as dt

from oja.core.periods import today
from support.models import SchoolAnswer, Subcontract
from tests.factories.purchases import (
    AgreementFactory,
    ChoiceFactory,
    DeliveryFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
)
from tests.factories.support import days_ago


def asked(world):
    """An order that waits for answers."""
    return SubcontractFactory(trajectory=world.trajectory, asked=True)


def ordered(world):
    """An order that runs."""
    return SubcontractFactory(trajectory=world.trajectory, ordered=True)


def order(**fields):
    """Breaks an asked order."""
    return lambda w: Subcontract.objects.filter(pk=asked(w).pk).update(**fields)


def delivery(**fields):
    """Reports a bill that cannot be."""
    return lambda w: DeliveryFactory(subcontract=ordered(w), **fields)


def choice(**fields):
    """Records a wish that cannot be."""
    return lambda w: ChoiceFactory(trajectory=w.trajectory, **fields)


def agreement(**fields):
    """Records an answer of the family that cannot be."""
    return lambda w: AgreementFactory(subcontract=asked(w), **fields)


def school(**fields):
    """Writes an answer of the school that cannot be."""
    return lambda w: SchoolAnswer.objects.filter(
        pk=SchoolAnswerFactory(subcontract=asked(w)).pk
    ).update(**fields)


def twice(make):
    """Makes the same row twice."""

    def attempt(world):
        row = ordered(world)
        for _each in range(2):
            make(row)

    return attempt


BROKEN = {
    "subcontract_ceiling_is_volume_times_rate": order(ceiling_cents=174001),
    "subcontract_end_after_start": order(ends_on=days_ago(9)),
    "subcontract_volume_is_above_nought": order(volume=0, ceiling_cents=0),
    "subcontract_sent_says_how_it_comes_back": order(take_back_plan=""),
    "subcontract_sent_has_discussed_choice": order(choice_discussed_on=None),
    "subcontract_approved_has_date": order(approved_on=today()),
    "subcontract_ordered_has_date": order(ordered_on=today()),
    "subcontract_ended_has_date": order(ended_on=today()),
    "subcontract_with_somebody_else": lambda w: SubcontractFactory(
        trajectory=w.trajectory, third=w.provider
    ),
    "subcontract_reference_once_per_provider": lambda w: SubcontractFactory(
        trajectory=w.trajectory, reference=asked(w).reference
    ),
    "delivery_bill_once": twice(
        lambda row: DeliveryFactory(subcontract=row, invoice_number="2026-1")
    ),
    "delivery_is_for_a_month": delivery(period_start=dt.date(2026, 3, 2)),
    "delivery_decided_has_date": delivery(state="refused"),
    "delivery_is_above_nought": delivery(cents=0),
    "choicerequest_answer_has_outcome": choice(outcome="stay"),
    "choicerequest_due_after_asked": choice(answer_due_on=days_ago(9)),
    "subcontractagreement_answer_has_date": agreement(answered_on=None),
    "subcontractagreement_answered_after_asked": agreement(answered_on=days_ago(9)),
    "subcontractagreement_one_open_question": twice(
        lambda row: AgreementFactory(subcontract=row, asked=True)
    ),
    "schoolanswer_answer_has_date": school(answer="agreed"),
    "schoolanswer_remark_is_written": school(answer="objection", answered_on=today()),
}
