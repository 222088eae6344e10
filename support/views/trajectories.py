"""The list of trajectories, one trajectory with everything on it, and its moves."""

from datetime import timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission, Role
from oja.core.export import Column
from oja.core.periods import age_on, today
from oja.core.templatetags.ui.text import tag
from oja.pages.lists import EmptyText, list_page
from oja.pages.moves import move_page
from support import facts, progress
from support.filters import TrajectoryFilter
from support.models import (
    Contact,
    Goal,
    NoteKind,
    Plan,
    PlanState,
    Provision,
    Purpose,
    SchoolNote,
    Trajectory,
    TrajectoryState,
)
from support.views import history, moves, people
from support.views.requests import group_words, name_cell
from support.workflow import TRAJECTORY

#: Days without a contact after which running help asks attention.
SILENT_DAYS = 30
ORDERINGS = {
    "naam": ("pupil_sort",),
    "evaluatie": ("next_evaluation_on", "pupil_sort"),
    "contact": ("last_contact_on", "pupil_sort"),
    "school": ("site__name", "pupil_sort"),
    "stand": ("state", "pupil_sort"),
}


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
        rows_template="support/list_rows.html",
        context={"note": ""},
        empty=EmptyText(
            nothing_yet=_("No trajectories yet. They come from accepted requests."),
            with_filters=_("No trajectories with these filters."),
        ),
    )


def detail_url(row):
    """The page of one trajectory."""
    return reverse("trajectory-detail", args=[row.pk])


def trajectory_columns(on, may_record):
    """Columns of the list and of its export, seen on one day."""
    columns = [
        Column(
            "pupil",
            gettext_lazy("Pupil"),
            "pupil_name",
            cell=lambda row: name_cell(row.pupil_name, row.group_label, detail_url(row)),
            order="naam",
            card="name",
        ),
        Column("school", gettext_lazy("School"), "site__name", order="school"),
        Column(
            "state",
            gettext_lazy("State"),
            "get_state_display",
            cell=lambda row: tag(*state_tag(row)),
            order="stand",
            card="state",
        ),
        Column("regisseur", gettext_lazy("Regisseur"), "regisseur__name"),
        Column(
            "evaluation",
            gettext_lazy("Next evaluation"),
            "next_evaluation_on",
            kind="date",
            order="evaluatie",
        ),
        Column(
            "contact",
            gettext_lazy("Last contact"),
            "last_contact_on",
            kind="date",
            cell=lambda row: contact_cell(row, on),
            order="contact",
            card="mark",
        ),
        Column("next", gettext_lazy("What now"), progress.what_now_trajectory, card="next"),
    ]
    if may_record:
        columns.append(Column("record", gettext_lazy("Record"), lambda row: "", cell=record_cell))
    return columns


def state_tag(row):
    """(word, kind) of the tag of a trajectory."""
    return row.get_state_display(), progress.TRAJECTORY_TONES.get(row.state, "neutral")


def is_silent(row, on):
    """Help runs, and nobody was seen for more than thirty days."""
    last = row.last_contact_on or row.started_on
    return row.state == TrajectoryState.ACTIVE and last and (on - last).days > SILENT_DAYS


def contact_cell(row, on):
    """The day of the last contact, marked when that is long ago."""
    if row.last_contact_on is None:
        return tag(_("none yet"), "att") if is_silent(row, on) else "–"
    text = f"{row.last_contact_on:%d-%m-%Y}"
    return tag(text, "att") if is_silent(row, on) else text


def record_cell(row):
    """The link that records a contact in this trajectory."""
    if row.state not in (TrajectoryState.ACTIVE, TrajectoryState.PAUSED):
        return ""
    url = f"{reverse('contact-create')}?traject={row.pk}"
    return format_html('<a class="link" href="{}">{}</a>', url, _("Record contact"))


@needs(Permission.TRAJECTORY_VIEW)
def trajectory_detail(request, pk):
    """One trajectory. The school sees the same page with what was shared, nothing else."""
    row = get_visible_or_404(
        request, Trajectory, pk, rows=Trajectory.objects.visible_to(request.actor).for_detail()
    )
    is_care = sees_care(request.actor)
    if not is_care:
        return render(request, "support/trajectory_school.html", school_context(request, row))
    return render(request, "support/trajectory_detail.html", care_context(request, row))


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


def head_context(row, on):
    """The identity line and the steps, the same for every reader."""
    age = age_on(row.birth_date, on)
    parts = [
        ngettext("%(age)s year", "%(age)s years", age) % {"age": age},
        group_words(row.group_label),
        row.site.name,
        _("regisseur %(name)s") % {"name": row.regisseur.name},
        row.reference,
    ]
    return {
        "row": row,
        "age": age,
        "facts_line": " · ".join(part for part in parts if part),
        "first_name": row.pupil_name.split(" ")[0],
        "people_title": _("People around %(name)s") % {"name": row.pupil_name.split(" ")[0]},
        "state_tag": state_tag(row),
        "steps": progress.trajectory_steps(row),
        "is_silent": is_silent(row, on),
        "silent_words": _("No contact for more than %(days)s days") % {"days": SILENT_DAYS},
    }


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
        "provisions": [provision_words(item) for item in provisions.select_related("worker")],
        "notes": [note_item(note) for note in notes],
        "request_url": reverse("request-detail", args=[row.request_id]),
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
        **closed_words(row),
        "part": "",
        "consent": state,
        "consent_items": consent_items(row, state, givers),
        "consent_rule": people.regime_sentence(head["first_name"], head["age"], state.regime),
        "subnav": subnav(request, row, state),
        "what_now": progress.what_now_trajectory(row),
        "next": step,
        "next_url": next_url(row, step, may_change),
        "blocked": [choice for choice in others if choice.guards],
        "others": [choice for choice in others if choice.kind != "danger"],
        "endings": [choice for choice in others if choice.kind == "danger"],
        "plan": plan,
        "plan_words": plan_words(plan),
        "goals": goals_of(actor, plan),
        "people": people_around(actor, row, guardians.values()),
        "provisions": provision_rows(actor, provisions.select_related("worker"), on),
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


def is_draft(plan):
    """Whether a version of the plan is being made."""
    return plan is not None and plan.state == PlanState.DRAFT


def plan_words(plan):
    """Akkoord van iedereen, versie 2."""
    if plan is None:
        return ""
    if plan.state == PlanState.AGREED:
        return _("Agreed by everybody, version %(number)s") % {"number": plan.version_number}
    return _("Draft, version %(number)s") % {"number": plan.version_number}


def closed_words(row):
    """That and why a closed trajectory is read-only."""
    if not row.is_closed:
        return {"closed_title": "", "closed_text": ""}
    return {
        "closed_title": _("Closed on %(day)s") % {"day": progress.day_full(row.ended_on).lower()},
        "closed_text": row.get_end_reason_display(),
    }


def people_around(actor, row, guardians):
    """Guardians, regisseur, and the brothers and sisters with help: one family, one plan."""
    found = []
    for guardian in guardians:
        if guardian.is_deceased:
            continue
        parts = [guardian.get_relation_display()]
        parts.append(_("custody") if guardian.has_custody else _("no custody"))
        if guardian.language != "nl":
            words = {"language": guardian.get_language_display()}
            parts.append(_("speaks %(language)s") % words)
        phone = "" if guardian.is_contact_secret else guardian.phone
        label = _("Call %(name)s") % {"name": guardian.full_name}
        found.append(
            {
                "name": guardian.full_name,
                "facts": ", ".join(map(str, parts)),
                "phone": phone,
                "phone_label": label,
            }
        )
    found.append({"name": row.regisseur.name, "facts": _("regisseur"), "phone": ""})
    siblings = [
        {"name": other.pupil_name, "facts": _("same family, one plan"), "phone": ""}
        for other in siblings_of(actor, row)
    ]
    return found + siblings


def consent_items(row, state, givers):
    """The segments of the consent bar: help, and sharing with the school."""
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
        {"label": _("Others present"), "state": "none", "text": _("not asked"), "url": page},
    ]


def current_plan(actor, row):
    """The draft when there is one, else the plan in force, else None."""
    rows = Plan.objects.visible_to(actor).filter(trajectory=row).exclude(state=PlanState.ENDED)
    found = {plan.state: plan for plan in rows}
    return found.get(PlanState.DRAFT) or found.get(PlanState.AGREED)


def goals_of(actor, plan):
    """The goals of a plan in their order."""
    if plan is None:
        return []
    return list(Goal.objects.visible_to(actor).filter(plan=plan).order_by("position"))


def siblings_of(actor, row):
    """Other trajectories of the same family that this person may see: one family, one plan."""
    if row.family_id is None:
        return []
    rows = Trajectory.objects.visible_to(actor).filter(family_id=row.family_id)
    return list(rows.exclude(pk=row.pk).open())


def provision_rows(actor, provisions, on):
    """Each provision with the minutes planned since its start and the minutes that were held."""
    rows = list(provisions)
    held = {}
    contacts = Contact.objects.visible_to(actor).held()
    for contact in contacts.filter(provision__in=[row.pk for row in rows]):
        held[contact.provision_id] = held.get(contact.provision_id, 0) + contact.minutes
    found = []
    for row in rows:
        planned = planned_minutes(row, on)
        done = held.get(row.pk, 0)
        words = {"held": hours(done), "planned": hours(planned)}
        found.append(
            {
                **provision_words(row),
                "planned": planned,
                "held": done,
                "hours": _("%(held)s of %(planned)s hours") % words,
            }
        )
    return found


def hours(minutes):
    """Minutes as hours with at most one decimal and a comma."""
    return f"{minutes / 60:.1f}".removesuffix(".0").replace(".", ",")


def provision_words(row):
    """A provision in words: kind and place, and who, when and until when."""
    when = ""
    if row.weekday:
        when = _("every %(day)s") % {"day": row.get_weekday_display().lower()}
        if row.start_time:
            when = f"{when} {row.start_time:%H.%M}"
    until = ""
    if row.valid_until:
        until = _("until %(day)s") % {"day": progress.day(row.valid_until)}
    parts = [row.worker.name, when, _("%(minutes)s minutes") % {"minutes": row.minutes}, until]
    return {
        "title": f"{row.get_form_display()}, {row.get_place_display().lower()}",
        "facts": " · ".join(part for part in parts if part),
    }


def planned_minutes(provision, on):
    """Minutes that the weekly pattern comes to from the first day up to and including `on`."""
    if provision.weekday is None:
        return provision.minutes
    first = provision.valid_from
    first += timedelta(days=(provision.weekday - first.isoweekday()) % 7)
    last = min(on, (provision.valid_until or on))
    weeks = (last - first).days // 7 + 1 if last >= first else 0
    return weeks * provision.minutes


def subnav(request, row, state):
    """The parts of a trajectory, with what is missing as an amber counter."""
    parts = [
        ("trajectory-detail", _("Overview"), 0),
        ("trajectory-plan", _("Plan and goals"), 0),
        ("trajectory-provision", _("Provision"), 0),
        ("trajectory-consent", _("Consent"), len(state.missing) + len(state.refused)),
        ("trajectory-school-view", _("As the school sees it"), 0),
    ]
    return [
        {
            "label": label,
            "url": reverse(name, args=[row.pk]),
            "current": request.path == reverse(name, args=[row.pk]),
            "count": count,
            "waits": True,
        }
        for name, label, count in parts
    ]


@needs(Permission.TRAJECTORY_VIEW)
def trajectory_move(request, pk, step):
    """Any move of a trajectory: GET shows its form, POST makes it."""
    move = moves.move_name(moves.TRAJECTORY_SLUGS, step)
    rows = Trajectory.objects.visible_to(request.actor).for_detail()
    row = get_visible_or_404(request, Trajectory, pk, rows=rows)
    return move_page(
        request,
        TRAJECTORY,
        row,
        move,
        success_url=detail_url(row),
        template="support/move.html",
        context=move_context(row, TRAJECTORY.transition(move).label, detail_url(row)),
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
