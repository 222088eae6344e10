"""Bought care: its moves, and what parents, pupil and school say to it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oja.access import links
from oja.access.permissions import Permission, Role
from oja.access.scoping import CHANGE
from oja.core.workflow import MoveNotAllowed, MoveRefused, Refusal, hold
from schools.models import Guardian
from support import consent_rules, facts
from support.actions.common import (
    day,
    key,
    locked,
    moment,
    refuse,
    require,
    seen,
    store,
    text,
)
from support.actions.consents import LINK_DAYS
from support.models import (
    AgreementState,
    Answer,
    SchoolAnswer,
    Subcontract,
    SubcontractAgreement,
    SubcontractReply,
    SubcontractState,
    Trajectory,
)
from support.workflow import SUBCONTRACT

LINK_PURPOSE = "subcontract"
ANSWERS = (AgreementState.AGREED, AgreementState.REFUSED, AgreementState.TALK)


def approve_subcontract(
    actor,
    *,
    subcontract,
    override_reason="",
    decision_note="",
    talk_held_on=None,
    version=None,
    on=None,
    at=None,
):
    """Approve: reserves the highest amount on the budgets of its years."""
    return SUBCONTRACT.perform(
        subcontract,
        "approve",
        actor,
        on=on,
        at=at,
        version=version,
        override_reason=override_reason,
        decision_note=decision_note,
        talk_held_on=talk_held_on,
    )


def move_subcontract(actor, *, subcontract, move, on=None, at=None, **data):
    """Any other move of the table: order, start, review, end, settle, reject, withdraw …"""
    return SUBCONTRACT.perform(subcontract, move, actor, on=on, at=at, **data)


# --- Parents and pupil --------------------------------------------------------------------------


def question_to(row, pupil, guardian, case, on, **fields):
    """A question to one person about a purchase, not stored yet, with all that person may read."""
    return SubcontractAgreement(
        subcontract=row,
        trajectory_id=row.trajectory_id,
        provider_id=row.provider_id,
        guardian=guardian,
        giver_label=facts.guardian_label(guardian) if guardian else pupil.full_name,
        asked_on=on,
        pupil_label=pupil.first_name,
        third_name=row.third.name,
        help_kind=row.help_kind,
        goal=row.goal,
        reason=row.reason,
        volume=row.volume,
        unit=row.unit,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        contact_name=case.regisseur_name,
        **fields,
    )


#: Until care has ended a parent may think otherwise; a link only asks what is still open.
ANSWERS_COUNT = (
    SubcontractState.ASKED,
    SubcontractState.APPROVED,
    SubcontractState.ORDERED,
    SubcontractState.RUNNING,
)


def _asked(actor, subcontract, states=ANSWERS_COUNT):
    """The order while answers count, under the lock that its approval takes too."""
    require(actor, Permission.CONSENT_RECORD)
    hold("pupil_id", subcontract.pupil_id)
    rows = Subcontract.objects.visible_to(actor, CHANGE).select_related("third")
    row = rows.filter(pk=subcontract.pk).first()
    if row is None:
        locked(actor, subcontract)  # raises what fits: a stranger, or who may only read
    if actor.kind != "system" and row.trajectory_id not in actor.ids(Role.CARE_WORKER, "caseload"):
        raise MoveNotAllowed(_("Only those who help this child record answers."))
    if row.state not in states:
        refuse(_("No answers are asked for this any more"), row)
    return row


def _person(actor, row, guardian):
    if guardian is None:
        return None
    return seen(actor, Guardian, guardian, pupil_id=row.pupil_id)


def _open_question(actor, row, guardian):
    rows = SubcontractAgreement.objects.visible_to(actor, CHANGE).filter(
        subcontract=row, guardian=guardian, state=AgreementState.ASKED
    )
    return rows.select_for_update(of=("self",), no_key=True).first()


def _check_giver(pupil, guardian, on):
    if guardian is None and not consent_rules.may_answer(pupil.birth_date, on):
        raise ValidationError({"answered_on": _("A pupil decides from the age of 12.")})


@transaction.atomic
def record_agreement(
    actor,
    *,
    subcontract,
    guardian=None,
    answer,
    form="talk",
    answered_on=None,
    note="",
    on=None,
    at=None,
):
    """Record what a parent (or, without guardian, the pupil) said: agreed, refused or talk.

    An open question to that person is answered by it and its link stops working. An answer
    counts until the care has ended: the order asks again whether everybody agrees, and who takes
    an agreement back later is seen on the order.
    """
    on = day(on)
    row = _asked(actor, subcontract)
    answered_on = answered_on or on
    if answer not in ANSWERS:
        raise ValidationError({"answer": _("Choose one of the answers.")})
    if form == "link":
        raise ValidationError({"form": _("An answer by link comes from the link itself.")})
    if answered_on > on:
        raise ValidationError({"answered_on": _("The answer lies in the future.")})
    guardian = _person(actor, row, guardian)
    pupil = facts.pupil_of(actor, row)
    _check_giver(pupil, guardian, answered_on)
    question = _open_question(actor, row, guardian)
    if question is not None:
        links.revoke_links(purpose=LINK_PURPOSE, target_id=question.pk)
        if answered_on < question.asked_on:
            raise ValidationError(
                {"answered_on": _("An answer cannot be older than its question.")}
            )
        question.state, question.form, question.answered_on = answer, form, answered_on
        question.note, question.recorded_by_id = text(note), actor.user_id
        return store(question, ["state", "form", "answered_on", "note", "recorded_by"])
    case = seen(actor, Trajectory, row.trajectory_id)
    fields = {"state": answer, "form": form, "answered_on": answered_on, "note": text(note)}
    new = question_to(row, pupil, guardian, case, answered_on, **fields)
    new.recorded_by_id = actor.user_id
    return store(new, insert=True)


@transaction.atomic
def ask_agreement_by_link(actor, *, subcontract, guardian=None, on=None, at=None):
    """Ask one person by link; returns (agreement, link, code). The code is told this once only.

    The link asks the birth date of the child and works fourteen days; an earlier link of this
    person stops working.
    """
    on = day(on)
    row = _asked(actor, subcontract, (SubcontractState.ASKED,))
    guardian = _person(actor, row, guardian)
    pupil = facts.pupil_of(actor, row)
    _check_giver(pupil, guardian, on)
    question = _open_question(actor, row, guardian)
    if question is None:
        case = seen(actor, Trajectory, row.trajectory_id)
        question = question_to(
            row, pupil, guardian, case, on, state=AgreementState.ASKED, form="link"
        )
        store(question, insert=True)
    link, code = links.create_link(
        actor,
        purpose=LINK_PURPOSE,
        target_id=question.pk,
        expires_on=on + dt.timedelta(days=LINK_DAYS),
        check_birth_date=pupil.birth_date,
        subject_label=question.giver_label,
    )
    question.link_id, question.recorded_by_id = link.pk, actor.user_id
    store(question, ["link_id", "recorded_by"])
    return question, link, code


class QuestionChanged(MoveRefused):
    """The proposal was changed after somebody opened the question: it has to be read again."""

    def __init__(self, row):
        sentence = _("The proposal was changed since you opened this page. Read it once more")
        super().__init__([Refusal(sentence)], row)


@transaction.atomic
def answer_agreement(actor, *, agreement, answer, words_key=None, at=None):
    """Answer by link: yes, no or talk. One insert; a trigger writes the answer and closes the link.

    `words_key` says which words were read. Raises QuestionChanged when they are others by now,
    and MoveRefused when the question was answered or closed, or the link does not work.
    """
    require(actor, Permission.LINK_ANSWER)
    if answer not in ("yes", "no", "talk"):
        raise ValidationError({"answer": _("Choose one of the answers.")})
    row = SubcontractReply(
        agreement_id=key(agreement), link_id=actor.link_id, answer=answer, at=moment(at, None)
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) == "subcontractreply_link_is_open":
            refuse(_("This link was used already or does not work any more"))
        refuse(_("This question was answered already"))
    # The trigger has taken the lock under which a proposal changes: from here the words stand.
    asked = seen(actor, SubcontractAgreement, agreement)
    if words_key is not None and asked.words_key != words_key:
        raise QuestionChanged(asked)
    return row


# --- The school ---------------------------------------------------------------------------------


@transaction.atomic
def answer_for_school(actor, *, school_answer, answer, remark="", words_key=None, on=None, at=None):
    """The school says what it thinks: agreed, remark or objection. It may change its mind until
    the provider has decided. `words_key` says which words were read; QuestionChanged when they
    are others by now."""
    require(actor, Permission.SUBCONTRACT_ANSWER)
    hold("pupil_id", school_answer.pupil_id)
    row = locked(actor, school_answer)
    if actor.kind != "system" and row.site_id not in actor.ids(Role.SCHOOL_COORDINATOR, "sites"):
        raise MoveNotAllowed(_("Only the school gives the answer of the school."))
    if answer not in Answer.values:
        raise ValidationError({"answer": _("Choose one of the answers.")})
    if row.subcontract_state != SubcontractState.ASKED:
        refuse(_("The provider has decided already. Call them when you think otherwise"), row)
    if words_key is not None and row.words_key != words_key:
        raise QuestionChanged(row)
    row.answer, row.remark = answer, text(remark)
    row.answered_on, row.answered_by_id = day(on), actor.user_id
    return store(row, ["answer", "remark", "answered_on", "answered_by"])


@transaction.atomic
def remind_school(actor, *, subcontract, on=None, at=None):
    """Put the open question of the school on top of its tasks again."""
    require(actor, Permission.SUBCONTRACT_PROPOSE)
    found = seen(actor, Subcontract, subcontract)
    row = SchoolAnswer.objects.visible_to(actor, CHANGE).filter(subcontract=found.pk).first()
    if row is None or row.answer or found.state != SubcontractState.ASKED:
        refuse(_("There is no open question to the school"), found)
    row.reminded_on = day(on)
    return store(row, ["reminded_on"])
