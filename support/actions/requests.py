"""The hulpvraag: written, submitted, decided, assigned. Every state change is a move of REQUEST."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission, Role
from oja.core.workflow import MoveNotAllowed, NotVisible, Refusal, StateChanged
from schools.models import Pupil
from support import facts
from support.actions import consents as consent_actions
from support.actions.common import (
    day,
    key,
    locked,
    people,
    reference,
    refuse,
    require,
    seen,
    store,
    text,
)
from support.models import Consent, Purpose, RequestEvent, RequestState, SupportRequest, Topic
from support.workflow import REQUEST
from support.workflow.request import funding_of

FIELDS = ("source", "talk_with", "talk_on", "topics", "question", "urgency")
OUTCOMES = {
    "accept": "accept",
    "education": "decide_education",
    "district_team": "decide_district_team",
    "elsewhere": "decide_elsewhere",
    "not_funded": "decide_not_funded",
}


def open_requests_of(actor, pupil):
    """Requests of a pupil that are still open: shown before a second one is made, never a block."""
    return SupportRequest.objects.visible_to(actor).filter(pupil_id=key(pupil)).open()


@transaction.atomic
def save_concept(actor, *, request=None, pupil=None, on=None, at=None, version=None, **fields):
    """Make or change a draft. `fields` are those of FIELDS; what is absent stays as it is.

    Fills what follows from pupil and day: site, provider, arrangement and who pays. `version` is
    the `updated_at` that the writer looked at: when it differs, StateChanged.
    """
    require(actor, Permission.REQUEST_CREATE)
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"not to be set here: {sorted(unknown)}")
    on = day(on)
    if request is None:
        request = _new(actor, seen(actor, Pupil, pupil), on)
        is_new = True
    else:
        request = _own_concept(actor, request, version)
        is_new = False
        if pupil is not None and key(pupil) != request.pupil_id:
            _change_pupil(actor, request, pupil)
    _fill(request, fields, on)
    for name, value in funding_of(request, actor, on).items():
        setattr(request, name, value)
    changed = [*FIELDS, "pupil", "provider", "participation", "arrangement"]
    changed += ["municipality", "is_funded"]
    return store(request, None if is_new else changed, insert=is_new)


def _new(actor, pupil, on):
    own = actor.kind == "system" or pupil.site_id in actor.ids(Role.SCHOOL_COORDINATOR, "sites")
    if not own:
        raise MoveNotAllowed(_("You can only ask for help for pupils of your own school."))
    request = SupportRequest(pupil=pupil, site_id=pupil.site_id, author_id=actor.user_id)
    request.reference = reference("H", request.pk, on)
    return request


def _own_concept(actor, request, version):
    found = locked(actor, request)
    moved = found.state != RequestState.CONCEPT
    changed = version is not None and str(version) not in (found.version, str(found.updated_at))
    if moved or changed:
        sentence = (
            _("This request is no longer a draft: it is “%(state)s”")
            % {"state": found.get_state_display()}
            if moved
            else _("This was changed while you were looking. Check it and try again.")
        )
        raise StateChanged([Refusal(sentence)], found)
    return found


def _change_pupil(actor, request, pupil):
    pupil = seen(actor, Pupil, pupil)
    if pupil.site_id != request.site_id:
        raise ValidationError({"pupil": _("This pupil is at another school.")})
    if Consent.objects.visible_to(actor).filter(request=request).exists():
        raise ValidationError(
            {"pupil": _("Somebody was asked for consent already. Make a new request.")}
        )
    request.pupil = pupil


def _fill(request, fields, on):
    for name, value in fields.items():
        if name == "question":
            value = text(value)
        elif name == "talk_with":
            value = people(value)
        elif name == "topics":
            value = list(value)
        setattr(request, name, value)
    if len(request.topics) > 3:
        raise ValidationError({"topics": _("Choose at most three topics.")})
    if not set(request.topics) <= set(Topic.values):
        raise ValidationError({"topics": _("Choose topics from the list.")})
    if request.talk_on and request.talk_on > on:
        raise ValidationError({"talk_on": _("The talk lies in the future.")})


@transaction.atomic
def submit_request(
    actor, *, request=None, pupil=None, consents=(), version=None, on=None, at=None, **fields
):
    """Save, record what parents and pupil said about sharing, and submit: all or nothing.

    `consents`: dicts with `guardian` (None is the pupil), `answer` (given, refused, talk, or link
    to ask by link), and optional `form`, `on`, `note`. The links that were made stand afterwards
    in `request.new_links` as (consent, link, code): the code is told this once only.
    """
    if request is None or pupil is not None or fields:
        request = save_concept(
            actor, request=request, pupil=pupil, version=version, on=on, at=at, **fields
        )
    made = []
    for item in consents:
        asked = {"request": request, "purpose": Purpose.SHARE, "guardian": item.get("guardian")}
        if item["answer"] == "link":
            made.append(consent_actions.ask_consent_by_link(actor, **asked, on=on, at=at))
        else:
            consent_actions.record_consent(
                actor,
                **asked,
                answer=item["answer"],
                form=item.get("form") or "talk",
                answered_on=item.get("on"),
                note=item.get("note", ""),
                on=on,
                at=at,
            )
    request = REQUEST.perform(request, "submit", actor, on=on, at=at)
    request.new_links = made
    return request


@transaction.atomic
def discard_concept(actor, *, request):
    """Delete a draft that was never submitted; afterwards only withdrawing is left."""
    require(actor, Permission.REQUEST_CREATE)
    request = _own_concept(actor, request, None)
    asked = Consent.objects.visible_to(actor).filter(request=request).exists()
    moved = RequestEvent.objects.visible_to(actor).filter(request=request).exists()
    if asked or moved:
        refuse(_("Somebody else knows of this request already. Withdraw it instead"), request)
    if request.delete()[0] == 0:
        raise NotVisible


def recall_request(actor, *, request, on=None, at=None):
    """Take a submission back as long as nobody acted on it."""
    return REQUEST.perform(request, "recall", actor, on=on, at=at)


def put_on_agenda(actor, *, request, team_meeting_on, on=None, at=None):
    """Put a request on the agenda of the support team."""
    return REQUEST.perform(request, "to_team", actor, on=on, at=at, team_meeting_on=team_meeting_on)


def decide(
    actor,
    *,
    request,
    outcome,
    decision_note="",
    decided_on=None,
    version=None,
    on=None,
    at=None,
):
    """Record what the support team decided; `outcome` is one of OUTCOMES. OJA is accept."""
    if outcome not in OUTCOMES:
        raise ValidationError({"outcome": _("Choose one of the outcomes.")})
    return REQUEST.perform(
        request,
        OUTCOMES[outcome],
        actor,
        on=on,
        at=at,
        version=version,
        decision_note=decision_note,
        decided_on=decided_on or day(on),
    )


def withdraw_request(actor, *, request, decision_note="", on=None, at=None):
    """The question is no longer asked. Consents stay as they were given."""
    return REQUEST.perform(request, "withdraw", actor, on=on, at=at, decision_note=decision_note)


def assign_regisseur(actor, *, request, regisseur, on=None, at=None):
    """Let a worker of the provider take it up: makes the Trajectory, and returns it."""
    row = REQUEST.perform(request, "assign", actor, on=on, at=at, regisseur=regisseur)
    return row.new_trajectory


# --- Many at once -----------------------------------------------------------------------------


@transaction.atomic
def perform_many(actor, workflow, rows, move, *, on_of=None, at_of=None, data_of=None):
    """`workflow.perform_many` with the facts of all cases read once."""
    with facts.booked(actor, rows):
        return workflow.perform_many(rows, move, actor, on_of=on_of, at_of=at_of, data_of=data_of)


@transaction.atomic
def submit_requests_many(actor, drafts, *, submit=True, on=None):
    """The bulk sister of submit_request. Returns the requests in the order of the drafts.

    `drafts`: dicts with `pupil` (a Pupil), `on` (the day), the names of FIELDS, and optional
    `consents` (dicts for record_consents_many without `case`, `purpose` share by default),
    `author` (a User) and `id`. With `submit=False` they stay drafts.
    """
    require(actor, Permission.REQUEST_CREATE)
    rows = [_unsaved(actor, item) for item in drafts]
    with facts.booked(actor, rows):
        for row, item in zip(rows, drafts, strict=True):
            _fill(row, {name: item[name] for name in FIELDS if name in item}, item["on"])
            for name, value in funding_of(row, actor, item["on"]).items():
                setattr(row, name, value)
            row.clean_fields(exclude=[f.name for f in row._meta.fields if f.is_relation])
        SupportRequest.objects.bulk_create(rows, batch_size=500)
    answers = [
        {"purpose": Purpose.SHARE, "on": item["on"], **answer, "case": row}
        for row, item in zip(rows, drafts, strict=True)
        for answer in item.get("consents", ())
    ]
    if answers:
        consent_actions.record_consents_many(actor, answers, on=on)
    if not submit:
        return rows
    days = {row.pk: item["on"] for row, item in zip(rows, drafts, strict=True)}
    return perform_many(actor, REQUEST, rows, "submit", on_of=lambda row: days[row.pk])


def _unsaved(actor, item):
    row = _new(actor, item["pupil"], item["on"])
    if item.get("id"):
        row.pk = item["id"]
        row.reference = reference("H", row.pk, item["on"])
    if item.get("author"):
        row.author = item["author"]
    return row
