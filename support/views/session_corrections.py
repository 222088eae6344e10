"""The correction of a session: the same page with what was recorded, and why it was wrong."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404, log_list
from oja.access.permissions import Permission, Role
from oja.access.refusals import forbidden
from oja.core.periods import AMSTERDAM, today
from oja.pages.forms import form_page
from providers.models import GroupOffer
from support.actions import correct_session
from support.forms.groups import SessionCorrectionForm
from support.models import Attendance, AttendanceOutcome, GroupSession
from support.progress import day_full
from support.views import group_parts as parts
from support.views.keys import acts_elsewhere
from support.views.request_rows import group_words


def may_correct(actor, group, session):
    """Somebody who leads the group, or led it then; a finished group stays as it is."""
    if session is None or not actor.may(Permission.GROUP_RECORD) or group.is_done:
        return False
    if group.provider_id not in actor.ids(Role.CARE_WORKER, "providers"):
        return False
    return any(
        parts.leads(actor, parts.leaders_of(actor, [group], on).get(group.pk, []))
        for on in (session.on, today())
    )


@needs(Permission.GROUP_RECORD)
def group_session_correct(request, pk, number):
    """A new version of a session; the earlier one can still be read."""
    actor = request.actor
    group = get_visible_or_404(request, GroupOffer, pk, rows=parts.group_rows(actor))
    if refusal := acts_elsewhere(request, Role.CARE_WORKER, "providers", group.provider_id):
        return refusal
    session = GroupSession.objects.visible_to(actor).standing()
    session = session.filter(group=group, number=number).first()
    if session is None:
        raise Http404
    if not may_correct(actor, group, session):
        return forbidden(request, _("Only who leads this group can record who was there."))
    marks = marks_of(actor, session)
    participants = [mark.participant for mark in marks]
    log_list(request, sorted({row.trajectory.pupil_id for row in participants}), "group-session")

    def save(data):
        return correct_session(actor, session=session, **data, at=timezone.now())

    present = sum(mark.outcome == AttendanceOutcome.PRESENT for mark in marks)
    url = request.path.removesuffix("corrigeren/")
    return form_page(
        request,
        SessionCorrectionForm,
        save=save,
        title=_("Correct the session"),
        template="support/group_session.html",
        success_url=url,
        draft_key=f"group-session-correct.{session.pk}",
        submit_label=_("Save the correction"),
        done=_("Session corrected. The earlier version stays."),
        form_kwargs={
            "participants": participants,
            "outcomes": {mark.participant_id: mark.outcome for mark in marks},
            "today": today(),
            "initial": {
                "on": session.on,
                "minutes": session.minutes,
                "workers": session.workers,
                "group_note": session.group_note,
            },
        },
        context={
            "group": group,
            "facts": parts.line(
                group.title, parts.times_words(number, group), day_full(session.on).lower()
            ),
            "blocked": [],
            "is_correction": True,
            "counts": parts.count_words(present, len(marks) - present, 0),
            "count_template": parts.count_template(),
            "waiting": 0,
            "length_words": parts.length_words(session.minutes, session.workers),
            "crumbs": [*parts.crumbs(group, parts.times_words(number, group))],
        },
    )


def marks_of(actor, session):
    """How everybody was marked whom this person may see, by name, each with its trajectory."""
    rows = Attendance.objects.visible_to(actor).standing().filter(session=session)
    marks = sorted(rows.select_related("participant"), key=lambda m: m.participant.pupil_sort)
    parts.with_cases(actor, [mark.participant for mark in marks])
    for mark in marks:
        mark.participant.class_words = group_words(mark.participant.group_label)
    return [mark for mark in marks if mark.participant.trajectory is not None]


def versions_of(actor, session):
    """Earlier versions of a session, the last one first: what was recorded then."""
    found, wanted = [], session
    while wanted is not None:
        reason, later = wanted.correction_reason, wanted
        rows = GroupSession.objects.visible_to(actor).filter(replaced_by=wanted)
        wanted = rows.select_related("recorded_by").first()
        if wanted is None:
            break
        marks = Attendance.objects.visible_to(actor).filter(session=wanted)
        outcomes = list(marks.values_list("outcome", flat=True))
        present = outcomes.count(AttendanceOutcome.PRESENT)
        found.append(
            {
                "when": day_full(later.recorded_at.astimezone(AMSTERDAM)).lower(),
                "reason": reason,
                "facts": parts.line(
                    day_full(wanted.on).lower(),
                    " · ".join(parts.length_words(wanted.minutes, wanted.workers)),
                    _("%(present)s of %(total)s present")
                    % {"present": present, "total": len(outcomes)},
                ),
                "note": wanted.group_note,
            }
        )
    return found
