"""Consent: recorded from a talk, asked by link, answered, corrected, withdrawn.

What follows for sharing and help is not written here: triggers do that in the same statement.
A recorded answer is never changed; a correction is a new row that names the old one.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oja.access import links
from oja.access.permissions import Permission, Role
from oja.access.scoping import CHANGE
from oja.core.workflow import MoveNotAllowed, hold
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
from support.models import (
    Consent,
    ConsentAnswer,
    ConsentState,
    SupportRequest,
    Trajectory,
)
from support.models.consent import SCHOOL_PURPOSES

#: A link works this long.
LINK_DAYS = 14
LINK_PURPOSE = "consent"
ANSWERS = (ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.TALK)


def _case(actor, request, trajectory, purpose):
    """The request or trajectory that the consent is about, checked for this actor and purpose."""
    if (request is None) == (trajectory is None):
        raise TypeError("give the request or the trajectory")
    row = (
        seen(actor, SupportRequest, request)
        if trajectory is None
        else seen(actor, Trajectory, trajectory)
    )
    if actor.kind != "system" and not _may_keep(actor, row, purpose):
        raise MoveNotAllowed(_("Your role does not keep this consent."))
    return row


def _may_keep(actor, row, purpose):
    trajectory_id = row.pk if isinstance(row, Trajectory) else None
    return _keeps(actor, purpose, row.site_id, trajectory_id)


def _keeps(actor, purpose, site_id, trajectory_id):
    """Sharing is asked and kept by the school, so a provider cannot give itself what it may see."""
    if purpose in SCHOOL_PURPOSES:
        return site_id in actor.ids(Role.SCHOOL_COORDINATOR, "sites")
    return trajectory_id in actor.ids(Role.CARE_WORKER, "caseload")


def _build(row, pupil, guardian, purpose, on, **fields):
    """A consent row with the copies of its case; triggers make sure that they are right."""
    is_case = isinstance(row, Trajectory)
    return Consent(
        pupil_id=row.pupil_id,
        purpose=purpose,
        request_id=facts.case_key(row),
        trajectory_id=row.pk if is_case else None,
        guardian=guardian,
        pupil_label=pupil.first_name,
        giver_label=facts.guardian_label(guardian) if guardian else pupil.full_name,
        regime=consent_rules.regime(pupil.birth_date, on).value,
        site_id=row.site_id,
        provider_id=row.provider_id,
        **fields,
    )


def _guardian(actor, guardian, row):
    if guardian is None:
        return None
    if isinstance(guardian, Guardian) and guardian.pupil_id != row.pupil_id:
        raise ValidationError({"guardian": _("This person does not belong to this pupil.")})
    return seen(actor, Guardian, guardian, pupil_id=row.pupil_id)


def _check_answer(pupil, guardian, answer, answered_on, on, earlier):
    """The rules of one recorded answer: `earlier` are the consents of the same person."""
    if answer not in ANSWERS:
        raise ValidationError({"answer": _("Choose one of the answers.")})
    if answered_on > on:
        raise ValidationError({"answered_on": _("The answer lies in the future.")})
    if guardian is None and not consent_rules.may_answer(pupil.birth_date, answered_on):
        raise ValidationError({"answered_on": _("A pupil decides from the age of 12.")})
    withdrawn = [c.withdrawn_on for c in earlier if c.withdrawn_on and not c.superseded_by_id]
    if withdrawn and answered_on < max(withdrawn):
        raise ValidationError(
            {"answered_on": _("After that day the consent was withdrawn. Ask again.")}
        )


def _of_person(consents, guardian):
    return [c for c in consents if c.guardian_id == (guardian.pk if guardian else None)]


def _replace(actor, old, new):
    """Let `new` take the place of `old`. The new row is stored afterwards: keys are checked late,
    and there may never be two open questions."""
    rows = Consent.objects.visible_to(actor, CHANGE).filter(pk=old.pk, superseded_by__isnull=True)
    if rows.update(superseded_by=new.pk) != 1:
        refuse(_("Somebody else changed this consent just before you"), old)
    if old.state == ConsentState.ASKED:
        links.revoke_links(purpose=LINK_PURPOSE, target_id=old.pk)


def _close_question(actor, consents, guardian, new):
    for old in _of_person(consents, guardian):
        if old.state == ConsentState.ASKED and old.superseded_by_id is None:
            _replace(actor, old, new)


@transaction.atomic
def record_consent(
    actor,
    *,
    purpose,
    answer,
    request=None,
    trajectory=None,
    guardian=None,
    form="talk",
    answered_on=None,
    valid_until=None,
    note="",
    on=None,
    at=None,
):
    """Record an answer from a talk or a letter; an open question to that person is closed by it.

    `answer` is given, refused or talk; `guardian` None is the pupil; `valid_until` is the first
    day on which it no longer holds.
    """
    require(actor, Permission.CONSENT_RECORD)
    on = day(on)
    row = _case(actor, request, trajectory, purpose)
    hold("pupil_id", row.pupil_id)
    pupil = facts.pupil_of(actor, row)
    guardian = _guardian(actor, guardian, row)
    answered_on = answered_on or on
    known = facts.consents_of(actor, row, purpose)
    _check_answer(pupil, guardian, answer, answered_on, on, _of_person(known, guardian))
    consent = _build(
        row,
        pupil,
        guardian,
        purpose,
        answered_on,
        state=answer,
        form=form,
        answered_on=answered_on,
        recorded_by_id=actor.user_id,
        valid_until=valid_until,
        note=text(note),
    )
    _close_question(actor, known, guardian, consent)
    return store(consent, insert=True)


@transaction.atomic
def ask_consent_by_link(
    actor, *, purpose, request=None, trajectory=None, guardian=None, on=None, at=None
):
    """Ask one person by link; returns (consent, link, code). The code is told this once only.

    The link asks the birth date of the child and works fourteen days. An earlier open question
    to the same person is replaced, and its link withdrawn.
    """
    require(actor, Permission.CONSENT_RECORD)
    on = day(on)
    row = _case(actor, request, trajectory, purpose)
    hold("pupil_id", row.pupil_id)
    pupil = facts.pupil_of(actor, row)
    guardian = _guardian(actor, guardian, row)
    if guardian is None and not consent_rules.may_answer(pupil.birth_date, on):
        raise ValidationError(_("A pupil decides from the age of 12."))
    consent = _build(
        row,
        pupil,
        guardian,
        purpose,
        on,
        state=ConsentState.ASKED,
        form="link",
        asked_on=on,
        recorded_by_id=actor.user_id,
    )
    _close_question(actor, facts.consents_of(actor, row, purpose), guardian, consent)
    store(consent, insert=True)
    link, code = links.create_link(
        actor,
        purpose=LINK_PURPOSE,
        target_id=consent.pk,
        expires_on=on + dt.timedelta(days=LINK_DAYS),
        check_birth_date=pupil.birth_date,
        subject_label=consent.giver_label,
    )
    consent.link_id = link.pk
    store(consent, ["link_id"])
    return consent, link, code


@transaction.atomic
def answer_consent(actor, *, consent, answer, at=None):
    """Answer by link: yes, no or talk. One insert; a trigger writes the answer and closes the link.

    Raises MoveRefused when the question was answered or replaced, or the link is closed.
    """
    require(actor, Permission.LINK_ANSWER)
    if answer not in ("yes", "no", "talk"):
        raise ValidationError({"answer": _("Choose one of the answers.")})
    row = ConsentAnswer(
        consent_id=key(consent), link_id=actor.link_id, answer=answer, at=moment(at, None)
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) == "consentanswer_link_is_open":
            refuse(_("This link was used already or does not work any more"))
        refuse(_("This question was answered already"))
    return row


@transaction.atomic
def withdraw_consent(actor, *, consent, note="", on=None, at=None):
    """Take a consent back: sharing ends with this statement, help stops at a safe moment."""
    require(actor, Permission.CONSENT_RECORD)
    hold("pupil_id", consent.pupil_id)
    consent = locked(actor, consent)
    on = day(on)
    if consent.state != ConsentState.GIVEN or consent.superseded_by_id is not None:
        refuse(_("Only a consent that was given can be withdrawn"), consent)
    if on < consent.answered_on:
        raise ValidationError(_("A consent cannot be withdrawn before it was given."))
    consent.state = ConsentState.WITHDRAWN
    consent.withdrawn_on = on
    consent.withdrawn_at = moment(at, on)
    consent.withdrawn_by_id = actor.user_id
    if note:
        consent.note = "\n".join(part for part in (consent.note, text(note)) if part)
    return store(consent, ["state", "withdrawn_on", "withdrawn_at", "withdrawn_by", "note"])


@transaction.atomic
def correct_consent(actor, *, consent, answer, note, answered_on=None, form=None, on=None, at=None):
    """Record that an answer was written down wrongly. Both rows stay; `note` says why."""
    require(actor, Permission.CONSENT_RECORD)
    on = day(on)
    hold("pupil_id", consent.pupil_id)
    old = locked(actor, consent)
    if actor.kind != "system" and not _keeps(actor, old.purpose, old.site_id, old.trajectory_id):
        raise MoveNotAllowed(_("Your role does not keep this consent."))
    if old.state == ConsentState.ASKED or old.superseded_by_id is not None:
        refuse(_("Somebody else changed this consent just before you"), old)
    if not text(note):
        raise ValidationError({"note": _("Say what was wrong.")})
    if answer not in ANSWERS:
        raise ValidationError({"answer": _("Choose one of the answers.")})
    answered_on = answered_on or old.answered_on
    if answered_on > on:
        raise ValidationError({"answered_on": _("The answer lies in the future.")})
    if answer == ConsentState.GIVEN and old.withdrawn_on and answered_on < old.withdrawn_on:
        raise ValidationError(
            {"answered_on": _("After that day the consent was withdrawn. Ask again.")}
        )
    pupil = facts.pupil_of(actor, old)
    if old.guardian_id is None and not consent_rules.may_answer(pupil.birth_date, answered_on):
        raise ValidationError({"answered_on": _("A pupil decides from the age of 12.")})
    new = Consent(
        **{
            name: getattr(old, name)
            for name in (
                *("pupil_id", "purpose", "request_id", "trajectory_id", "guardian_id"),
                *("pupil_label", "giver_label", "site_id", "provider_id", "valid_until"),
            )
        },
        state=answer,
        form=form or old.form,
        answered_on=answered_on,
        regime=consent_rules.regime(pupil.birth_date, answered_on).value,
        recorded_by_id=actor.user_id,
        note=text(note),
    )
    _replace(actor, old, new)
    return store(new, insert=True)


def record_consents_many(actor, consents, *, on=None):
    """The bulk sister of record_consent and of asking: the same rules, few statements.

    `consents`: dicts with `case` (SupportRequest or Trajectory), `purpose`, `answer` (given,
    refused, talk or asked), `on` (the day), and optional `guardian` (a Guardian; absent is the
    pupil), `form`, `valid_until`, `note`. No person is asked twice for one purpose in one call.
    """
    require(actor, Permission.CONSENT_RECORD)
    today_ = day(on)
    cases = {item["case"].pk: item["case"] for item in consents}
    with transaction.atomic(), facts.booked(actor, cases.values()):
        rows = [_one_of_many(actor, item, today_) for item in consents]
        Consent.objects.bulk_create(rows, batch_size=1000)
    return rows


def _one_of_many(actor, item, today_):
    row, guardian, on = item["case"], item.get("guardian"), item["on"]
    purpose, answer = item["purpose"], item["answer"]
    if actor.kind != "system" and not _may_keep(actor, row, purpose):
        raise MoveNotAllowed(_("Your role does not keep this consent."))
    if guardian is not None and guardian.pupil_id != row.pupil_id:
        raise ValidationError({"guardian": _("This person does not belong to this pupil.")})
    pupil = facts.pupil_of(actor, row)
    known = _of_person(facts.consents_of(actor, row, purpose), guardian)
    is_question = answer == ConsentState.ASKED
    if not is_question:
        _check_answer(pupil, guardian, answer, on, today_, known)
    consent = _build(
        row,
        pupil,
        guardian,
        purpose,
        on,
        state=answer,
        form=item.get("form", "link" if is_question else "talk"),
        asked_on=on if is_question else None,
        answered_on=None if is_question else on,
        recorded_by_id=actor.user_id,
        valid_until=item.get("valid_until"),
        note=text(item.get("note")),
    )
    if any(c.state == ConsentState.ASKED and c.superseded_by_id is None for c in known):
        raise ValidationError(_("This person was asked already."))
    consent.clean_fields(exclude=[f.name for f in consent._meta.fields if f.is_relation])
    return consent
