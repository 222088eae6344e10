"""The overleg: a meeting with frozen figures, what they mean, decisions and action points."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from monitor import actions
from monitor.agenda import own_arrangements, standing
from monitor.forms import meetings as forms
from monitor.models import (
    ActionPoint,
    Decision,
    Figure,
    Interpretation,
    Meeting,
    Participant,
    Snapshot,
    SnapshotIndicator,
)
from monitor.models.meetings import THEMES, Theme
from monitor.told import cell, day
from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission
from oja.access.refusals import forbidden
from oja.core.periods import today
from oja.pages.forms import form_page
from providers.models import Arrangement


@needs(Permission.MEETING_VIEW)
def meeting_list(request):
    """The meetings, the newest first, with what is still to be done."""
    rows = list(Meeting.objects.visible_to(request.actor).select_related("snapshot"))
    open_points = ActionPoint.objects.visible_to(request.actor).filter(done_on__isnull=True)
    context = {
        "meetings": rows,
        "open_points": list(open_points.select_related("meeting")),
        "may_plan": bool(own_arrangements(request.actor)),
        "today": today(),
    }
    return render(request, "monitor/meeting_list.html", context)


@needs(Permission.MEETING_VIEW)
def meeting_detail(request, pk):
    """One meeting: it opens with the action points of last time."""
    meeting = the_meeting(request, pk)
    actor = request.actor

    def of_meeting(model):
        return list(model.objects.visible_to(actor).filter(meeting=meeting))

    before = (
        Meeting.objects.visible_to(actor)
        .filter(arrangement_id=meeting.arrangement_id, on__lt=meeting.on)
        .order_by("-on")
        .first()
    )
    said = {
        "interpretations": of_meeting(Interpretation),
        "decisions": of_meeting(Decision),
        "points": of_meeting(ActionPoint),
        "asked": asked_for(actor, meeting),
    }
    indicators = indicators_of(actor, meeting)
    agenda = [
        {
            "label": theme.label,
            "figures": [one for one in indicators if one.theme in THEMES[theme]],
            **{name: [one for one in rows if one.theme == theme] for name, rows in said.items()},
        }
        for theme in Theme
    ]
    context = {
        "meeting": meeting,
        "title": _("Meeting %(name)s") % {"name": meeting.arrangement_name},
        "facts": " · ".join(filter(None, [day(meeting.on), meeting.place])),
        "participants": of_meeting(Participant),
        "agenda": agenda,
        "before": before,
        "last_time": last_time(actor, meeting, before),
        "last_decisions": list(Decision.objects.visible_to(actor).filter(meeting=before))
        if before
        else [],
        "may_write": may_write(actor, meeting),
        "is_open": meeting.state == Meeting.State.PLANNED,
        "monitor_url": monitor_url(meeting),
        "today": today(),
    }
    return render(request, "monitor/meeting_detail.html", context)


def asked_for(actor, meeting):
    """The figures that somebody put on the agenda, each with its frozen number."""
    rows = list(standing(actor).filter(meeting=meeting))
    heads = {}
    if rows and meeting.snapshot_id:
        found = Figure.objects.visible_to(actor).filter(
            snapshot=meeting.snapshot_id, slug__in=[one.slug for one in rows], where={}
        )
        for figure in found.order_by("-part_order"):
            heads[figure.slug] = figure
    for one in rows:
        one.number = cell(heads[one.slug]) if one.slug in heads else ""
    return rows


def last_time(actor, meeting, before):
    """Action points of earlier meetings: those that are open, and those done since the last one."""
    rows = ActionPoint.objects.visible_to(actor).filter(
        arrangement_id=meeting.arrangement_id, meeting__on__lt=meeting.on
    )
    rows = rows.select_related("meeting").order_by("due_on", "created_at", "id")
    return [
        one
        for one in rows
        if one.done_on is None or (before is not None and one.done_on >= before.on)
    ]


def may_write(actor, meeting):
    """Whether this person writes in the meeting; the samenwerkingsverband reads it."""
    return meeting.arrangement_id in own_arrangements(actor)


def the_meeting(request, pk):
    """The meeting of the address, or 404."""
    return get_visible_or_404(request, Meeting, pk, rows=Meeting.objects.select_related("snapshot"))


def indicators_of(actor, meeting):
    """What the chosen figures measure."""
    if meeting.snapshot_id is None:
        return []
    rows = SnapshotIndicator.objects.visible_to(actor).filter(snapshot=meeting.snapshot_id)
    return list(rows.order_by("order", "slug"))


def monitor_url(meeting):
    """The figures of the meeting, as they were frozen."""
    if meeting.snapshot is None:
        return ""
    date = meeting.snapshot.reference_date.isoformat()
    return f"{reverse('monitor')}?oja={meeting.arrangement_id}&stand={date}"


@needs(Permission.MEETING_CHANGE)
def meeting_new(request):
    """Plan a meeting; the standing agenda is there by itself."""
    rows = Arrangement.objects.filter(pk__in=own_arrangements(request.actor)).order_by("name")
    return form_page(
        request,
        forms.PlanForm,
        form_kwargs={"arrangements": rows},
        save=lambda data: actions.plan_meeting(
            request.actor,
            **data,
            snapshot=newest(request.actor, data["arrangement"].pk),
        ),
        title=_("Plan a meeting"),
        success_url=detail_url,
        draft_key="meeting-new",
        submit_label=_("Plan the meeting"),
    )


def newest(actor, arrangement_id):
    """The last published figures of an arrangement, or None."""
    rows = Snapshot.objects.visible_to(actor).filter(published_arrangement_id=arrangement_id)
    return rows.order_by("-reference_date").first()


def detail_url(meeting):
    """The page of a meeting, or of what was written in one."""
    return reverse("meeting-detail", args=[getattr(meeting, "meeting_id", meeting.pk)])


#: What can be written: name in the address -> form, action, title.
PARTS = {
    "deelnemer": (
        forms.ParticipantForm,
        actions.add_participant,
        gettext_lazy("Add a participant"),
    ),
    "duiding": (
        forms.InterpretationForm,
        actions.add_interpretation,
        gettext_lazy("Say what it means"),
    ),
    "besluit": (forms.DecisionForm, actions.add_decision, gettext_lazy("Write down a decision")),
    "actie": (forms.ActionPointForm, actions.add_action_point, gettext_lazy("Agree on an action")),
}


@needs(Permission.MEETING_CHANGE)
def meeting_add(request, pk, part):
    """Write something down in a meeting."""
    if part not in PARTS:
        raise Http404
    meeting = the_meeting(request, pk)
    if not may_write(request.actor, meeting):
        return forbidden(request, _("You may see this, but not change it."))
    form, save, title = PARTS[part]
    kwargs = {}
    if part == "duiding":
        figures = [(one.slug, one.title) for one in indicators_of(request.actor, meeting)]
        kwargs = {"figures": figures}
    return form_page(
        request,
        form,
        form_kwargs=kwargs,
        save=lambda data: save(request.actor, meeting=meeting, **data),
        title=title,
        success_url=detail_url,
        draft_key=f"meeting-{part}.{meeting.pk}",
        submit_label=_("Save"),
        template="monitor/meeting_form.html",
        context={"meeting": meeting, "asks_text": part != "deelnemer"},
    )


@needs(Permission.MEETING_CHANGE)
def meeting_change(request, pk):
    """Another date or place."""
    meeting = the_meeting(request, pk)
    if not may_write(request.actor, meeting):
        return forbidden(request, _("You may see this, but not change it."))
    return form_page(
        request,
        forms.ChangeForm,
        form_kwargs={"initial": {"on": meeting.on, "place": meeting.place}},
        save=lambda data: actions.change_meeting(request.actor, meeting=meeting, **data),
        title=_("Change the meeting"),
        success_url=detail_url,
        draft_key=f"meeting-change.{meeting.pk}",
        submit_label=_("Save"),
        template="monitor/meeting_form.html",
        context={"meeting": meeting, "asks_text": False},
    )


@needs(Permission.MEETING_CHANGE)
def meeting_figures(request, pk):
    """Choose the frozen figures that the meeting looks at."""
    meeting = the_meeting(request, pk)
    if not may_write(request.actor, meeting):
        return forbidden(request, _("You may see this, but not change it."))
    rows = Snapshot.objects.visible_to(request.actor).filter(
        published_arrangement_id=meeting.arrangement_id
    )
    return form_page(
        request,
        forms.FiguresForm,
        form_kwargs={
            "snapshots": rows.order_by("-reference_date"),
            "initial": {"snapshot": meeting.snapshot_id},
        },
        save=lambda data: actions.choose_snapshot(request.actor, meeting=meeting, **data),
        title=_("Choose the figures"),
        success_url=detail_url,
        draft_key=f"meeting-figures.{meeting.pk}",
        submit_label=_("Choose these figures"),
        template="monitor/meeting_form.html",
        context={"meeting": meeting, "asks_text": False},
    )


@needs(Permission.MEETING_CHANGE)
def point_done(request, pk):
    """An action point is done."""
    point = get_visible_or_404(
        request, ActionPoint, pk, rows=ActionPoint.objects.select_related("meeting")
    )
    if point.arrangement_id not in own_arrangements(request.actor):
        return forbidden(request, _("You may see this, but not change it."))
    return form_page(
        request,
        forms.DoneForm,
        form_kwargs={"initial": {"done_on": today()}},
        save=lambda data: actions.finish_action_point(request.actor, action_point=point, **data),
        title=_("This is done"),
        success_url=detail_url,
        draft_key=f"meeting-point.{point.pk}",
        submit_label=_("Mark as done"),
        template="monitor/meeting_form.html",
        context={"meeting": point.meeting, "asks_text": True, "point": point},
    )


@require_POST
@needs(Permission.MEETING_CHANGE)
def meeting_held(request, pk):
    """It took place: date and figures stay as they are."""
    meeting = the_meeting(request, pk)
    if not may_write(request.actor, meeting):
        return forbidden(request, _("You may see this, but not change it."))
    if meeting.state == Meeting.State.PLANNED and meeting.snapshot_id is not None:
        actions.hold_meeting(request.actor, meeting=meeting)
    return redirect(detail_url(meeting))


@require_POST
@needs(Permission.MEETING_CHANGE)
def interpretation_judge(request, pk):
    """Everybody agrees with it, or not everybody and it is noted all the same."""
    one = get_visible_or_404(request, Interpretation, pk)
    if one.arrangement_id not in own_arrangements(request.actor):
        return forbidden(request, _("You may see this, but not change it."))
    actions.judge_interpretation(
        request.actor, interpretation=one, is_agreed=request.POST.get("agreed") == "1"
    )
    return redirect(detail_url(one))
