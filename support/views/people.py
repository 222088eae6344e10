"""People on a page: who must agree, what each of them answered, and what can be done about it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from support import consent_rules, facts
from support.consent_rules import Standing
from support.models import AnswerForm, ConsentState, Purpose
from support.progress import day

TONES = {
    Standing.GIVEN: "valid",
    Standing.ASKED: "asked",
    Standing.TALK: "asked",
    Standing.REFUSED: "disputed",
    Standing.WITHDRAWN: "missing",
    Standing.EXPIRED: "missing",
    Standing.MISSING: "none",
}
TAGS = {
    Standing.GIVEN: "ok",
    Standing.ASKED: "att",
    Standing.TALK: "att",
    Standing.REFUSED: "crit",
    Standing.WITHDRAWN: "crit",
    Standing.EXPIRED: "att",
    Standing.MISSING: "neutral",
}


@dataclass(frozen=True)
class GiverRow:
    """One person who must agree: the answer in words, and the addresses of what can be done."""

    key: str
    name: str
    relation: str
    standing: Standing
    text: str
    record_url: str = ""
    link_url: str = ""
    withdraw_url: str = ""
    correct_url: str = ""

    @property
    def tone(self):
        """State of the consent segment."""
        return TONES[self.standing]

    @property
    def tag(self):
        """Kind of the status tag."""
        return TAGS[self.standing]

    @property
    def link_label(self):
        """A first link, or a reminder."""
        return _("Send a reminder") if self.standing is Standing.ASKED else _("Send a link")

    @property
    def word(self):
        """The answer in one or two words."""
        return answer_word(self.standing)


def answer_word(standing):
    """The answer in one or two words, as it stands in lists and tags."""
    return {
        Standing.GIVEN: _("Agreed"),
        Standing.ASKED: _("Asked"),
        Standing.TALK: _("Wants to talk first"),
        Standing.REFUSED: _("Said no"),
        Standing.WITHDRAWN: _("Withdrawn"),
        Standing.EXPIRED: _("Expired"),
        Standing.MISSING: _("Not asked"),
    }[standing]


def answer_text(standing, since, consent):
    """The answer in a sentence part: since when, and how."""
    if standing is Standing.MISSING:
        return _("not asked yet")
    words = {"day": day(since)}
    if standing is Standing.ASKED:
        return _("asked on %(day)s, no answer yet") % words
    if standing is Standing.TALK:
        return _("wants to talk first, %(day)s") % words
    if standing is Standing.REFUSED:
        return _("said no on %(day)s") % words
    if standing is Standing.WITHDRAWN:
        return _("withdrawn on %(day)s") % words
    if standing is Standing.EXPIRED:
        return _("expired on %(day)s") % words
    forms = {
        AnswerForm.TALK: _("agreed on %(day)s, in a talk"),
        AnswerForm.LINK: _("agreed on %(day)s, by link"),
        AnswerForm.LETTER: _("agreed on %(day)s, by letter"),
    }
    return forms[consent.form if consent else AnswerForm.TALK] % words


def regime_sentence(name, age, regime):
    """The rule of the day: Jeugdwet 7.3.4, 7.3.5."""
    words = {"name": name, "age": age}
    return {
        consent_rules.Regime.PARENTS: _("%(name)s is %(age)s. Everybody with custody decides."),
        consent_rules.Regime.PUPIL_AND_PARENTS: _(
            "%(name)s is %(age)s. Child and everybody with custody decide together."
        ),
        consent_rules.Regime.PUPIL: _("%(name)s is %(age)s and decides alone."),
    }[regime] % words


def guardians_of(actor, pupil_id):
    """The guardians of a pupil as far as the actor may see them, by key."""
    return {row.pk: row for row in facts.guardians_of(actor, pupil_id)}


def giver_rows(actor, state, case, purpose, pupil_name, guardians):
    """What everybody who must agree has answered, with the actions of this actor.

    `state`: the ConsentState of the case; `case`: SupportRequest or Trajectory.
    """
    latest = latest_consents(actor, case, purpose)
    may_record = actor.may(Permission.CONSENT_RECORD)
    ask = reverse(
        "trajectory-consent" if hasattr(case, "regisseur_id") else "consent-ask", args=[case.pk]
    )
    ask += "?doel=anderen&wie=" if purpose == Purpose.OTHERS_PRESENT else "?wie="
    rows = []
    for giver in state.givers:
        is_pupil = giver.key == consent_rules.PUPIL
        consent = latest.get(consent_rules.PUPIL if is_pupil else giver.key)
        guardian = guardians.get(giver.key)
        urls = _urls(consent, giver.standing, f"{ask}{giver.key}") if may_record else {}
        rows.append(
            GiverRow(
                key=str(giver.key),
                name=pupil_name if is_pupil else (guardian.full_name if guardian else giver.label),
                relation=_("pupil")
                if is_pupil
                else (guardian.get_relation_display() if guardian else ""),
                standing=giver.standing,
                text=answer_text(giver.standing, giver.since, consent),
                **urls,
            )
        )
    return rows


def latest_consents(actor, case, purpose):
    """The row that counts of each person for one purpose: key (or "pupil") -> Consent.

    The last one, but a reminder that was not answered does not hide the consent before it.
    """
    found = {}
    for row in facts.consents_of(actor, case, purpose):
        if row.superseded_by_id is not None:
            continue
        key = row.guardian_id or consent_rules.PUPIL
        open_again = row.state == ConsentState.ASKED and key in found
        if not open_again or found[key].state != ConsentState.GIVEN:
            found[key] = row
    return found


def _urls(consent, standing, ask):
    if consent is None:
        return {"record_url": ask, "link_url": f"{ask}&manier=link"}
    urls = {"correct_url": reverse("consent-correct", args=[consent.pk])}
    if standing is Standing.GIVEN:
        return {"withdraw_url": reverse("consent-withdraw", args=[consent.pk]), **urls}
    if standing is Standing.ASKED:
        return {
            "record_url": reverse("consent-record", args=[consent.pk]),
            "link_url": reverse("consent-link", args=[consent.pk]),
        }
    return {"record_url": ask, "link_url": f"{ask}&manier=link", **urls}
