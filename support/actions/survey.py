"""The survey: inviting somebody, filling in, sending. An answer never meets its invitation.

Answers are sealed here, and unsealed here when five of one round are together; the functions of
the database keep them and mix them. Nothing is written down about when and by whom.
"""

import base64
import hashlib
import json
import secrets

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.core.workflow import MoveNotAllowed, hold
from schools.models import Guardian
from support import facts
from support.actions.common import day, locked, refuse, require, seen, store, text
from support.models import Informant, SurveyInvitation, SurveyProgress, SurveyRound, Trajectory
from support.models.survey import REMARK_LENGTH
from support.sealing import seal, unseal
from support.survey_rules import TOGETHER, HalfYear, link_expires_on, pupil_informant

LINK_PURPOSE = "survey"
SCORES = ("q1", "q2", "q3")
#: What each kind of informant is asked.
KEYS = {
    Informant.PARENT: (*SCORES, "mark", "remark"),
    Informant.PUPIL: (*SCORES, "mark", "remark"),
    Informant.CHILD: SCORES,
}
_PROGRESS = "survey-progress"
#: Bytes of the mark before a sealed answer: a SHA-256.
MARK = 32


def link_code(invitation) -> str:
    """The code in the address of an invitation: made from its key, so it is stored nowhere."""
    digest = salted_hmac("oja.survey.link", str(invitation.pk), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _open_link(invitation, *, is_new):
    code = link_code(invitation)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oja.open_survey_link(%s, %s, %s)",
            [invitation.pk, hashlib.sha256(code.encode()).hexdigest(), is_new],
        )
    return code


def _invitation(actor, trajectory, informant, guardian, on):
    """An invitation as it would be stored; raises ValidationError when it cannot be."""
    if informant != Informant.PARENT:
        if pupil_informant(trajectory.birth_date, on) != informant:
            raise ValidationError({"informant": _("These questions are not for this age.")})
        if guardian is not None:
            raise ValidationError({"guardian": _("Only a parent answers as a parent.")})
    if trajectory.started_on is None or trajectory.started_on > on:
        raise ValidationError(_("Help has not started yet: there is nothing to ask about."))
    part = facts.participation_on(
        trajectory.site_id, trajectory.started_on
    ) or facts.participation_on(trajectory.site_id, on)
    if part is None:
        raise ValidationError(_("This school took part in no arrangement then."))
    return SurveyInvitation(
        trajectory_id=trajectory.pk,
        provider_id=trajectory.provider_id,
        arrangement_id=part.arrangement_id,
        half_year=str(HalfYear.of(on)),
        informant=informant,
        guardian=guardian,
        giver_label=_label(trajectory, informant, guardian),
        asked_on=on,
        expires_on=link_expires_on(on),
    )


def _label(trajectory, informant, guardian):
    if guardian is not None:
        return facts.guardian_label(guardian)
    return _("A parent") if informant == Informant.PARENT else trajectory.pupil_name


@transaction.atomic
def invite_to_survey(actor, *, trajectory, informant, guardian=None, on=None, at=None):
    """Invite somebody to the questions; returns (invitation, code of the link).

    `informant` is parent, pupil or child; `guardian` says which parent, where that is known. Once
    per person and half-year. The link works two weeks, up to and including a Sunday.
    """
    require(actor, Permission.SURVEY_INVITE)
    on = day(on)
    row = seen(actor, Trajectory, trajectory)
    if guardian is not None:
        guardian = seen(actor, Guardian, guardian, pupil_id=row.pupil_id)
    invitation = _invitation(actor, row, informant, guardian, on)
    store(invitation, insert=True)
    return invitation, _open_link(invitation, is_new=True)


@transaction.atomic
def send_survey_again(actor, *, invitation, on=None, at=None):
    """The same link once more, with two new weeks; returns (invitation, code).

    Whether the first one was answered is not known here: then this one opens nothing.
    """
    require(actor, Permission.SURVEY_INVITE)
    on = day(on)
    row = locked(actor, invitation)
    if row.resent_on is not None:
        refuse(_("The link was sent a second time already"), row)
    if str(HalfYear.of(on)) != row.half_year:
        refuse(_("This half-year is over. Invite again"), row)
    row.resent_on = on
    row.expires_on = link_expires_on(on)
    store(row, ["resent_on", "expires_on"])
    return row, _open_link(row, is_new=False)


def invite_many_to_survey(actor, invitations):
    """The bulk sister of invite_to_survey, without links: for a world that has a past.

    `invitations`: dicts with `trajectory` (row), `informant`, `on`, and optional `guardian`.
    """
    require(actor, Permission.SURVEY_INVITE)
    with transaction.atomic(), facts.booked(actor, [item["trajectory"] for item in invitations]):
        rows = [
            _invitation(
                actor, item["trajectory"], item["informant"], item.get("guardian"), item["on"]
            )
            for item in invitations
        ]
        for row in rows:
            row.has_link = True  # they had one then: none is made now
        return SurveyInvitation.objects.bulk_create(rows, batch_size=1000)


# --- Behind the link ------------------------------------------------------------------------------


def survey_progress(actor) -> dict:
    """What the holder of the link filled in so far: key -> score, mark, text, or None."""
    row = SurveyProgress.objects.visible_to(actor).filter(link_id=actor.link_id).first()
    data = unseal(row.body, _PROGRESS) if row else None
    return data["answers"] if data else {}


def _checked(informant, key, value):
    """The value as it is stored. Raises ValidationError for what cannot be an answer."""
    if key not in KEYS.get(informant, ()):
        raise ValidationError(_("Choose one of the answers."))
    if key == "remark":
        value = text(value)
        if len(value) > REMARK_LENGTH:
            raise ValidationError(_("Use %(number)d characters at most.") % {"number": 500})
        return value
    highest = 10 if key == "mark" else 4
    if value is not None and not (isinstance(value, int) and 1 <= value <= highest):
        raise ValidationError(_("Choose one of the answers."))
    return value


@transaction.atomic
def keep_survey_answer(actor, *, key, value):
    """Keep one answer of an unfinished survey, sealed. None is "I do not know"."""
    round_ = _round_of(actor)
    value = _checked(round_.informant, key, value)
    hold("survey", actor.link_id)
    answers = {**survey_progress(actor), key: value}
    body = seal({"answers": answers}, _PROGRESS)
    rows = SurveyProgress.objects.visible_to(actor).filter(link_id=actor.link_id)
    if not rows.update(body=body):
        SurveyProgress(link_id=actor.link_id, body=body).save(force_insert=True)
    return answers


def _round_of(actor):
    """The round of the link. Raises MoveNotAllowed for anybody without such a link."""
    require(actor, Permission.LINK_ANSWER)
    row = SurveyRound.objects.visible_to(actor).select_related("provider").first()
    if row is None or actor.link.purpose != LINK_PURPOSE:
        raise MoveNotAllowed(_("This link asks something else."))
    return row


def is_complete(informant, answers) -> bool:
    """Whether every question was looked at; a remark may stay empty, and so may its question."""
    return all(key in answers for key in KEYS[informant] if key != "remark")


@transaction.atomic
def send_survey_answers(actor) -> bool:
    """Send what was filled in. The link is gone afterwards; False when it was gone before."""
    round_ = _round_of(actor)
    answers = survey_progress(actor)
    if not is_complete(round_.informant, answers):
        raise ValidationError(_("Not every question has an answer yet."))
    sheet = _salted({key: answers.get(key) for key in KEYS[round_.informant]})
    purpose = sheet_purpose(round_.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT oja.survey_pool()")
        waiting = [unseal(body[MARK:], purpose) for (body,) in cursor.fetchall()]
        # What does not open was not sent from these pages: it stays where it is.
        opened = {_text(one) for one in (sheet, *waiting) if one is not None}
        cursor.execute(
            "SELECT oja.send_survey(%s::bytea, %s::jsonb)",
            [
                _sealed(sheet, purpose),
                _mixed(opened) if len(opened) >= TOGETHER else None,
            ],
        )
        return cursor.fetchone()[0]


def _salted(sheet):
    """An answer with a salt, so that nobody finds it by trying all answers."""
    return {"salt": secrets.token_hex(16), **sheet}


def _text(sheet):
    return json.dumps(sheet, ensure_ascii=False)


def _sealed(sheet, purpose):
    """The mark by which the database knows the text of an answer again, and the sealed answer."""
    return hashlib.sha256(_text(sheet).encode()).digest() + seal(sheet, purpose)


def _mixed(texts):
    """Texts in any order, as a list in JSON."""
    texts = list(texts)
    secrets.SystemRandom().shuffle(texts)
    return json.dumps(texts, ensure_ascii=False)


def sheet_purpose(round_id) -> str:
    """What the answers of a round are sealed for."""
    return f"survey-sheet.{round_id}"


def record_answers_many(actor, answers):
    """Answers of a world that has a past, as if they had been sent; the system only.

    `answers`: dicts with `provider`, `arrangement`, `half_year` ("2026-1"), `informant`, and
    q1, q2, q3 (1 to 4 or None), mark (1 to 10 or None), remark. Per round they become readable in
    multiples of five; the rest stays sealed. Returns how many became readable.
    """
    if actor.kind != "system":
        raise MoveNotAllowed(_("Your role does not allow this."))
    rounds = {}
    for item in answers:
        key = (item["provider"].pk, item["arrangement"].pk, item["half_year"], item["informant"])
        sheet = {
            name: _checked(item["informant"], name, item.get(name))
            for name in KEYS[item["informant"]]
        }
        rounds.setdefault(key, []).append(sheet)
    with transaction.atomic():
        return sum(_keep_round(*key, sheets) for key, sheets in rounds.items())


def _keep_round(provider_id, arrangement_id, half_year, informant, sheets):
    HalfYear.parse(half_year)
    round_, _made = SurveyRound.objects.get_or_create(
        provider_id=provider_id,
        arrangement_id=arrangement_id,
        half_year=half_year,
        informant=informant,
    )
    number = len(sheets) - len(sheets) % TOGETHER
    sheets = [_salted(sheet) for sheet in sheets]
    sealed = [_sealed(sheet, sheet_purpose(round_.pk)) for sheet in sheets]
    opened = _mixed([_text(sheet) for sheet in sheets[:number]]) if number else None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oja.keep_survey_answers(%s, %s::bytea[], %s::jsonb)",
            [round_.pk, sealed, opened],
        )
    return number
