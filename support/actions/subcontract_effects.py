"""What a move of bought care makes true elsewhere: questions asked, money reserved and given back.

Registered for one row and, in the same words, for many.
"""

from django.utils.translation import gettext as _

from oja.access import links
from oja.core.workflow import MoveRefused, Refusal
from support import consent_rules, costs, facts, purchases
from support.actions.subcontracts import LINK_PURPOSE, question_to
from support.models import AgreementState, SchoolAnswer, SubcontractAgreement
from support.workflow import SUBCONTRACT


@SUBCONTRACT.effect_many("send")
def ask_everybody(steps):
    """Parents, pupil and school are asked at once; the school only while the case is shared."""
    questions, of_school = [], []
    for row, move in steps:
        actor, on = move.actor, move.on
        pupil, case = facts.pupil_of(actor, row), purchases.trajectory_of(actor, row)
        if pupil is None or not facts.sees_family(actor, row):
            raise MoveRefused([Refusal(_("Only those who help this child can ask the family"))])
        guardians = {each.pk: each for each in facts.guardians_of(actor, row.pupil_id)}
        custodians = facts.custodians_of(actor, row.pupil_id)
        for giver, _label in consent_rules.required_givers(pupil.birth_date, custodians, on):
            questions.append(
                question_to(
                    row,
                    pupil,
                    guardians.get(giver),
                    case,
                    on,
                    state=AgreementState.ASKED,
                    form="link",
                    recorded_by_id=actor.user_id,
                )
            )
        if purchases.school_may_answer(actor, row, on):
            of_school.append(_school_answer(row, on))
    SubcontractAgreement.objects.bulk_create(questions, batch_size=500)
    SchoolAnswer.objects.bulk_create(of_school, batch_size=500)


def _school_answer(row, on):
    return SchoolAnswer(
        subcontract=row,
        trajectory_id=row.trajectory_id,
        provider_id=row.provider_id,
        pupil_id=row.pupil_id,
        pupil_name=row.pupil_name,
        site_id=row.site_id,
        third_name=row.third.name,
        help_kind=row.help_kind,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        subcontract_state=row.state,
        asked_on=on,
    )


@SUBCONTRACT.effect("send")
def ask_about_one(row, move):
    """The same for one order."""
    ask_everybody([(row, move)])


@SUBCONTRACT.effect("approve")
def reserve(row, move):
    """The highest amount is reserved; under a lock it is looked at once more whether it fits."""
    costs.commit(move.actor, subcontract=row, override_reason=row.override_reason, on=move.on)


@SUBCONTRACT.effect_many("approve")
def reserve_many(steps):
    """The same for many orders of one actor."""
    orders = [(row, row.override_reason, move.on) for row, move in steps]
    costs.commit_many(steps[0][1].actor, orders)


@SUBCONTRACT.effect("revoke_approval")
@SUBCONTRACT.effect("settle")
def give_back(row, move):
    """What was reserved and not delivered is free again."""
    costs.release(move.actor, subcontract=row, on=move.on)


@SUBCONTRACT.effect("reject")
@SUBCONTRACT.effect("withdraw")
def close_questions(row, move):
    """Nobody is asked any more: links that are still open stop working."""
    for each in purchases.agreements_of(move.actor, row):
        if each.state == AgreementState.ASKED:
            links.revoke_links(purpose=LINK_PURPOSE, target_id=each.pk)
