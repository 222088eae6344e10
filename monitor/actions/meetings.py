"""Writing in a meeting: everybody at the table may, the samenwerkingsverband reads along."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from monitor.models import (
    ActionPoint,
    AgendaPoint,
    Decision,
    Interpretation,
    Meeting,
    Participant,
    Snapshot,
)
from monitor.models.meetings import KEEPERS, theme_of
from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.text import clean_text, mask_bsn
from schools.actions import require, store


def _text(value):
    """What is stored: without NUL, and without what looks like a citizen service number."""
    return mask_bsn(clean_text(value).strip())[0]


def _may_keep(actor, arrangement_id):
    require(actor, Permission.MEETING_CHANGE)
    if actor.kind != "system" and not any(
        arrangement_id in actor.ids(role, "arrangements") for role in KEEPERS
    ):
        raise Http404


def _locked(actor, row):
    """The row as it is now: Http404 for a stranger, PermissionDenied for a reader."""
    require(actor, Permission.MEETING_CHANGE)
    rows = type(row).objects
    if not rows.visible_to(actor).filter(pk=row.pk).exists():
        raise Http404
    rows = rows.visible_to(actor, CHANGE).select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise PermissionDenied(_("You may see this, but not change it."))
    return found


@transaction.atomic
def plan_meeting(actor, *, arrangement, on, place="", snapshot=None):
    """A meeting of an arrangement on a date, with the figures it will look at. Returns it."""
    _may_keep(actor, arrangement.pk)
    _check_snapshot(actor, arrangement.pk, snapshot)
    return store(
        Meeting(
            arrangement_id=arrangement.pk,
            arrangement_name=arrangement.name,
            on=on,
            place=_text(place),
            snapshot=snapshot,
            planned_by_label=actor.label,
        )
    )


def _check_snapshot(actor, arrangement_id, snapshot):
    if snapshot is None:
        return
    rows = Snapshot.objects.visible_to(actor).filter(published_arrangement_id=arrangement_id)
    if not rows.filter(pk=snapshot.pk).exists():
        raise ValidationError({"snapshot": _("Choose figures that were published here.")})


@transaction.atomic
def change_meeting(actor, *, meeting, on, place=""):
    """Another date or place, as long as it was not held."""
    meeting = _open(actor, meeting)
    meeting.on, meeting.place = on, _text(place)
    return store(meeting)


@transaction.atomic
def choose_snapshot(actor, *, meeting, snapshot):
    """The frozen figures that the meeting looks at; the last ones published, or older ones."""
    meeting = _open(actor, meeting)
    _check_snapshot(actor, meeting.arrangement_id, snapshot)
    meeting.snapshot = snapshot
    return store(meeting)


@transaction.atomic
def hold_meeting(actor, *, meeting):
    """It took place: date and figures no longer change."""
    meeting = _open(actor, meeting)
    if meeting.snapshot_id is None:
        raise ValidationError(_("Choose the figures that the meeting looks at first."))
    meeting.state = Meeting.State.HELD
    return store(meeting)


def _open(actor, meeting):
    meeting = _locked(actor, meeting)
    if meeting.state == Meeting.State.HELD:
        raise ValidationError(_("This meeting was held already."))
    return meeting


@transaction.atomic
def put_on_agenda(actor, *, meeting, indicator):
    """A published figure on the agenda of a meeting that is still to come. Returns the point.

    What was taken off earlier comes back under the name of whoever puts it there now. Raises
    ValidationError for a held meeting, for a figure of another arrangement, and for one that
    stands there already.
    """
    meeting = _open(actor, meeting)
    if indicator.published_arrangement_id != meeting.arrangement_id:
        raise ValidationError(_("Choose figures that were published here."))
    points = AgendaPoint.objects.visible_to(actor, CHANGE).select_for_update(of=("self",))
    point = points.filter(meeting=meeting, slug=indicator.slug).first()
    if point is None:
        return _add(
            actor,
            AgendaPoint,
            meeting,
            slug=indicator.slug,
            title=indicator.title,
            theme=theme_of(indicator.theme),
        )
    if point.taken_off_at is None:
        raise ValidationError(_("This figure is on the agenda already."))
    point.taken_off_at, point.by_label = None, actor.label
    return store(point)


@transaction.atomic
def take_off_agenda(actor, *, agenda_point, at):
    """The figure is no longer on the agenda; who put it there can do so again."""
    agenda_point = _locked(actor, agenda_point)
    _open(actor, Meeting(pk=agenda_point.meeting_id))
    agenda_point.taken_off_at = at
    return store(agenda_point)


def _add(actor, model, meeting, **fields):
    """Something of the meeting; afterwards too, as minutes are finished later."""
    meeting = _locked(actor, meeting)
    return store(
        model(
            meeting=meeting,
            arrangement_id=meeting.arrangement_id,
            by_label=actor.label,
            **{k: _text(v) if isinstance(v, str) else v for k, v in fields.items()},
        )
    )


@transaction.atomic
def add_participant(actor, *, meeting, name, organisation=""):
    """Somebody who was there, as a professional."""
    return _add(actor, Participant, meeting, name=name, organisation=organisation)


@transaction.atomic
def add_interpretation(actor, *, meeting, theme, kind, text, slug=""):
    """What a figure means: kind "fact" or "explanation"; `slug` is the figure it is about."""
    return _add(actor, Interpretation, meeting, theme=theme, kind=kind, text=text, slug=slug)


@transaction.atomic
def judge_interpretation(actor, *, interpretation, is_agreed):
    """Everybody agrees, or not everybody and it is noted all the same."""
    interpretation = _locked(actor, interpretation)
    interpretation.is_agreed = is_agreed
    return store(interpretation)


@transaction.atomic
def add_decision(actor, *, meeting, theme, text):
    """What the meeting decided."""
    return _add(actor, Decision, meeting, theme=theme, text=text)


@transaction.atomic
def add_action_point(actor, *, meeting, theme, text, owner, due_on):
    """Who will do what by when."""
    return _add(actor, ActionPoint, meeting, theme=theme, text=text, owner=owner, due_on=due_on)


@transaction.atomic
def finish_action_point(actor, *, action_point, done_on, note=""):
    """It is done; it still stands at the head of the next meeting."""
    action_point = _locked(actor, action_point)
    action_point.done_on, action_point.done_note = done_on, _text(note)
    return store(action_point)
