"""The list of trajectories, one trajectory with everything on it, and its moves."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission, Role
from oja.core.periods import today
from oja.pages.lists import EmptyText, list_page
from oja.pages.moves import move_page
from support import facts, progress
from support.filters import TrajectoryFilter
from support.models import (
    Goal,
    NoteKind,
    Provision,
    Purpose,
    SchoolNote,
    Trajectory,
    TrajectoryState,
)
from support.views import history, moves, people
from support.views.group_parts import participation_rows
from support.views.keys import only_reads
from support.views.subcontract_panels import care_panel, school_panel
from support.views.survey_staff import survey_panel
from support.views.trajectory_parts import (
    closed_words,
    current_plan,
    head_context,
    is_draft,
    people_around,
    plan_words,
    provision_rows,
    provision_words,
    subnav,
)
from support.views.trajectory_rows import (
    ORDERINGS,
    detail_url,
    trajectory_columns,
)
from support.workflow import TRAJECTORY


@needs(Permission.TRAJECTORY_VIEW)
def trajectory_list(request):
    """All trajectories that this person may see."""
    actor = request.actor
    on = today()
    return list_page(
        request,
        Trajectory.objects.visible_to(actor).for_list(),
        title=_("Trajectories"),
        noun=(_("trajectory"), _("trajectories")),
        columns=trajectory_columns(on, may_record=actor.may(Permission.CONTACT_RECORD)),
        filterset=TrajectoryFilter,
        orderings=ORDERINGS,
        search="pupil_sort",
        what="trajectories",
        row_url=detail_url,
        template="support/list.html",
        rows_template="support/list_rows.html",
        context={"note": ""},
        empty=EmptyText(
            nothing_yet=_("No trajectories yet. They come from accepted requests."),
            with_filters=_("No trajectories with these filters."),
        ),
    )


@needs(Permission.TRAJECTORY_VIEW)
def trajectory_detail(request, pk):
    """One trajectory. The school sees the same page with what was shared, nothing else."""
    row = get_visible_or_404(
        request, Trajectory, pk, rows=Trajectory.objects.visible_to(request.actor).for_detail()
    )
    is_care = sees_care(request.actor)
    if not is_care:
        return render(request, "support/trajectory_school.html", school_context(request, row))
    with facts.remembering():
        context = care_context(request, row)
    return render(request, "support/trajectory_detail.html", context)


def sees_care(actor):
    """Whether the provider's side of a trajectory is for this person."""
    return actor.holds(Role.CARE_WORKER) or actor.holds(Role.PROVIDER_MANAGER)


@needs(Permission.CONTACT_VIEW)
def trajectory_school_view(request, pk):
    """Bekijk als school: the shared part as the school sees it, read by the provider."""
    row = get_visible_or_404(
        request, Trajectory, pk, rows=Trajectory.objects.visible_to(request.actor).for_detail()
    )
    context = school_context(request, row)
    return render(request, "support/trajectory_school.html", {**context, "is_preview": True})


def school_context(request, row):
    """Only rows that carry the school: the same for the school and for who looks as the school."""
    actor = request.actor
    on = today()
    shared = {"trajectory": row, "shared_site__isnull": False}
    goals = Goal.objects.visible_to(actor).filter(**shared)
    provisions = Provision.objects.visible_to(actor).filter(**shared).valid(on)
    notes = SchoolNote.objects.visible_to(actor).filter(**shared, is_undone=False)
    return {
        **head_context(row, on),
        "is_shared": row.shared_site is not None,
        "is_preview": False,
        "goals": latest_goals(goals),
        "provisions": [
            *(provision_words(item) for item in provisions.select_related("worker")),
            *participation_rows(actor, row, on, shared_site__isnull=False),
        ],
        "notes": [note_item(note) for note in notes],
        "request_url": reverse("request-detail", args=[row.request_id]),
        "purchases": school_panel(actor, row),
    }


def latest_goals(goals):
    """The goals of the newest version of the plan among these."""
    rows = list(goals.order_by("-created_at"))
    return sorted(
        (goal for goal in rows if goal.plan_id == rows[0].plan_id), key=lambda goal: goal.position
    )


def note_item(note):
    """A note for the school as the history shows it."""
    is_agreement = note.kind == NoteKind.AGREEMENT
    return {
        "title": note.get_kind_display(),
        "text": note.text,
        "icon": "handshake" if is_agreement else "message-square-text",
        "words": _("%(day)s · shared by %(who)s")
        % {"day": progress.day_full(note.on), "who": note.author_label},
    }


def care_context(request, row):
    """Everything on the page of the provider; care notes only for who helps."""
    actor = request.actor
    on = today()
    state = facts.consent_state(actor, row, Purpose.HELP, on)
    company = facts.consent_state(actor, row, Purpose.OTHERS_PRESENT, on)
    guardians = people.guardians_of(actor, row.pupil_id)
    givers = people.giver_rows(actor, state, row, Purpose.HELP, row.pupil_name, guardians)
    plan = current_plan(actor, row)
    found = moves.choices(
        TRAJECTORY.available(row, actor, on=on),
        lambda move: moves.trajectory_url(row, move),
        row.state,
    )
    found = [choice for choice in found if choice.name != "renew_plan" or is_draft(plan)]
    step, others = moves.next_of(found)
    may_change = actor.may(Permission.TRAJECTORY_CHANGE) and not row.is_closed
    provisions = Provision.objects.visible_to(actor).filter(trajectory=row).valid(on)
    view = request.GET.get("verloop", "")
    number = history.page_size(request)
    items, has_more = history.timeline(actor, row, view, number)
    head = head_context(row, on)
    return {
        **head,
        **closed_words(actor, row),
        "part": "",
        "consent": state,
        "consent_items": consent_items(row, state, givers, company),
        "consent_rule": people.regime_sentence(head["first_name"], head["age"], state.regime),
        "subnav": subnav(request, row, state),
        "what_now": progress.what_now_trajectory(row, on),
        "next": step,
        "next_url": next_url(row, step, may_change),
        "blocked": [choice for choice in others if choice.guards],
        "others": [choice for choice in others if choice.kind != "danger"],
        "endings": [choice for choice in others if choice.kind == "danger"],
        "plan": plan,
        "plan_words": plan_words(plan),
        "goals": facts.goals_of(actor, row, plan),
        "people": people_around(actor, row, guardians.values()),
        "provisions": [
            *provision_rows(actor, provisions.select_related("worker", "site"), on),
            *participation_rows(actor, row, on),
        ],
        "provision_link": _("Add") if may_change else _("See all"),
        "items": items,
        "has_more": has_more,
        "more_url": history.more_url(row, view, number),
        "views": history.views(row, view),
        "contact_url": f"{reverse('contact-create')}?traject={row.pk}",
        "note_url": note_url(actor, row),
        "may_record": may_record(actor, row),
        "may_change": may_change,
        "is_shared": row.shared_site is not None,
        "survey": survey_panel(actor, row, on),
        "purchases": care_panel(actor, row),
    }


def next_url(row, step, may_change):
    """While help runs, what comes next is not a move but the scores of the goals."""
    if step is None and may_change and row.state == TrajectoryState.ACTIVE:
        return reverse("trajectory-scores", args=[row.pk])
    return ""


def note_url(actor, row):
    """Where a note is written, for who helps: also on a closed trajectory."""
    helps = row.pk in actor.ids(Role.CARE_WORKER, "caseload")
    return reverse("trajectory-note", args=[row.pk]) if helps else ""


def may_record(actor, row):
    """Contacts are recorded while help runs or stands still for a while."""
    runs = row.state in (TrajectoryState.ACTIVE, TrajectoryState.PAUSED)
    return runs and actor.may(Permission.CONTACT_RECORD)


def others_item(state, url):
    """The segment of the consent bar about others at the help, as in a group."""
    if state.is_complete:
        tone, text = "valid", _("everybody agreed")
    elif state.is_disputed:
        tone, text = "disputed", _("somebody said no")
    elif state.outcome == "none":
        tone, text = "none", _("not asked")
    else:
        tone, text = "asked", _("not everybody answered")
    return {"label": _("Others present"), "state": tone, "text": text, "url": url}


def consent_items(row, state, givers, others):
    """The segments of the consent bar: help, sharing with the school, and others at the help."""
    page = reverse("trajectory-consent", args=[row.pk])
    names = {
        "valid": [giver.name for giver in givers if giver.tone == "valid"],
        "open": [giver.name for giver in givers if giver.tone != "valid"],
    }
    if state.is_complete:
        tone, text = "valid", ", ".join(names["valid"]) or _("everybody agreed")
    elif state.is_disputed:
        tone, text = "disputed", _("%(who)s said no") % {"who": state.refused[0].label}
    elif not names["open"]:
        tone, text = "missing", _("Custody unknown")
    else:
        tone = "asked" if state.given or state.outcome != "none" else "missing"
        text = _("Missing: %(who)s") % {"who": ", ".join(names["open"])}
    shared = row.shared_site is not None
    return [
        {"label": _("Help"), "state": tone, "text": text, "url": page},
        {
            "label": _("Sharing with the school"),
            "state": "valid" if shared else "missing",
            "text": _("everybody agreed") if shared else _("the school sees nothing now"),
            "url": f"{page}#delen",
        },
        others_item(others, f"{page}#anderen"),
    ]


@needs(Permission.TRAJECTORY_VIEW)
def trajectory_move(request, pk, step):
    """Any move of a trajectory: GET shows its form, POST makes it."""
    move = moves.move_name(moves.TRAJECTORY_SLUGS, step)
    rows = Trajectory.objects.visible_to(request.actor).for_detail()
    row = get_visible_or_404(request, Trajectory, pk, rows=rows)
    if refusal := only_reads(request, row):
        return refusal
    return move_page(
        request,
        TRAJECTORY,
        row,
        move,
        success_url=detail_url(row),
        template="support/move.html",
        context={
            **move_context(row, TRAJECTORY.transition(move).label, detail_url(row)),
            "survey": survey_panel(request.actor, row, today()) if move == "close" else None,
        },
    )


def move_context(row, label, back):
    """The way back from the form of a move."""
    return {
        "name": row.pupil_name,
        "detail_url": back,
        "crumbs": [
            (_("Trajectories"), reverse("trajectory-list")),
            (row.pupil_name, back),
            (label, ""),
        ],
    }
