"""The list of hulpvragen, one hulpvraag, and its moves."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission, Role
from oja.core.periods import today
from oja.pages.lists import EmptyText, list_page
from oja.pages.moves import move_page
from support import consent_rules, facts, progress
from support.filters import RequestFilter
from support.models import (
    Purpose,
    RequestEvent,
    RequestState,
    ShareState,
    SupportRequest,
)
from support.views import moves, people
from support.views.request_rows import (
    ORDERINGS,
    WAITING,
    group_words,
    request_columns,
    request_url,
    state_tag,
    trajectory_of,
    with_trajectory,
)
from support.workflow import REQUEST


@needs(Permission.REQUEST_VIEW)
def request_list(request):
    """All hulpvragen that this person may see, the longest waiting first."""
    actor = request.actor
    on = today()
    rows = with_trajectory(SupportRequest.objects.visible_to(actor).for_list(), actor)
    rows = rows.annotate(is_waiting=WAITING)
    one_school = len(actor.ids(Role.SCHOOL_COORDINATOR, "sites")) == 1 and len(actor.roles) == 1
    create = [(_("New request"), reverse("request-create"), "plus")]
    return list_page(
        request,
        rows,
        title=_("Requests"),
        noun=(_("request"), _("requests")),
        columns=request_columns(on, with_school=not one_school),
        filterset=RequestFilter,
        orderings=ORDERINGS,
        search="pupil__sort_name",
        what="requests",
        empty=EmptyText(
            nothing_yet=_("No requests yet this school year."),
            with_filters=_("No requests with these filters."),
        ),
        actions=create if actor.may(Permission.REQUEST_CREATE) else [],
        row_url=request_url,
        template="support/list.html",
        rows_template="support/list_rows.html",
        context={"note": _("school days since submission")},
    )


@needs(Permission.REQUEST_VIEW)
def request_detail(request, pk):
    """One hulpvraag: where it stands, what comes next, and who may know."""
    actor = request.actor
    on = today()
    rows = with_trajectory(SupportRequest.objects.visible_to(actor).for_detail(), actor)
    row = get_visible_or_404(request, SupportRequest, pk, rows=rows)
    with facts.remembering():
        context = detail_context(actor, row, on)
    return render(request, "support/request_detail.html", context)


def detail_context(actor, row, on):
    """Everything on the page of one hulpvraag."""
    trajectory = trajectory_of(row)
    guardians = people.guardians_of(actor, row.pupil_id)
    state = facts.consent_state(actor, row, Purpose.SHARE, on)
    sees_answers = actor.holds(Role.SCHOOL_COORDINATOR)
    givers = []
    if sees_answers:
        name = row.pupil.full_name
        givers = people.giver_rows(actor, state, row, Purpose.SHARE, name, guardians)
    found = moves.choices(
        REQUEST.available(row, actor, on=on),
        lambda move: moves.request_url(row, move),
        row.state,
    )
    step, others = moves.next_of(found)
    age = row.pupil.age_on(on)
    events = RequestEvent.objects.visible_to(actor).filter(request=row).order_by("-on", "-at")
    return {
        **detail_words(row, age),
        "row": row,
        "pupil": row.pupil,
        "trajectory": trajectory,
        "state_tag": state_tag(row),
        "steps": progress.request_steps(row),
        "wait": progress.waiting(row, on),
        "what_now": progress.what_now(row, on, trajectory),
        "next": step,
        "blocked": [choice for choice in others if choice.guards and may_come(choice)],
        "others": [choice for choice in others if choice.kind != "danger"],
        "endings": [choice for choice in others if choice.kind == "danger"],
        "givers": givers,
        "consent": state,
        "consent_items": consent_items(row, givers),
        "consent_rule": people.regime_sentence(
            row.pupil.first_name, age, consent_rules.regime(row.pupil.birth_date, on)
        ),
        "people": people_around(row, guardians.values()),
        "facts": request_facts(row),
        "events": [event_item(event) for event in events],
        "sees_answers": sees_answers,
        "is_draft": row.state == "concept",
        "may_edit": actor.may(Permission.REQUEST_CREATE),
        "audiences": audiences(row),
    }


def may_come(choice):
    """Whether a blocked move is worth a line: not when it will not apply to this pupil."""
    return choice.kind != "danger" and choice.name != "decide_not_funded"


def detail_words(row, age):
    """Sentences of the page with a name or a date in them."""
    words = {"name": row.pupil.first_name, "provider": row.provider or _("youth care")}
    years = ngettext("%(age)s year", "%(age)s years", age) % {"age": age}
    parts = [years, group_words(row.pupil.group_label), row.site.name, row.reference]
    shared = is_shared(row)
    return {
        "facts_line": " · ".join(part for part in parts if part),
        "consent_title": _("Consent to share with %(provider)s") % words,
        "people_title": _("People around %(name)s") % words,
        "audience_question": _("Parents, %(name)s, school and %(provider)s") % words
        if shared
        else _("Parents, %(name)s and school") % words,
        "decided_words": progress.day_full(row.decided_on) if row.decided_on else "",
        "wait_words": wait_words(row),
    }


def is_shared(row):
    """Whether the provider sees this hulpvraag now."""
    return row.state != "concept" and row.share_state == ShareState.COMPLETE


def wait_words(row):
    """From when to when the count runs."""
    if row.submitted_on is None:
        return ""
    ended = row.first_talk_on or row.first_help_on
    words = {"start": progress.day(row.submitted_on), "norm": progress.WAIT_NORM}
    if ended:
        return _("from %(start)s until the first talk on %(end)s") % {
            **words,
            "end": progress.day(ended),
        }
    return _("since %(start)s, norm: first talk within %(norm)s school days") % words


def audiences(row):
    """Who sees the hulpvraag now, and who does not."""
    words = {"name": row.pupil.first_name, "provider": row.provider or _("Youth care")}
    provider = str(words["provider"])
    family = {
        "names": _("Parents and %(name)s") % words,
        "kind": "shared",
        "text": _("everything on this page"),
    }
    if is_shared(row):
        care = {"names": provider, "kind": "shared", "text": _("everything on this page")}
    else:
        text = _("nothing yet: not everybody agreed")
        if row.state == "concept":
            text = _("nothing yet: this is a draft")
        care = {"names": provider, "kind": "hidden", "text": text}
    town = {
        "names": _("Municipality"),
        "kind": "hidden",
        "text": _("nothing about %(name)s, only numbers") % words,
    }
    return [family, care, town]


def people_around(row, guardians):
    """The guardians as far as the reader may see them, and who wrote the hulpvraag."""
    found = [
        {
            "name": guardian.full_name,
            "facts": " · ".join(
                str(part)
                for part in (
                    guardian.get_relation_display(),
                    _("custody") if guardian.has_custody else _("no custody"),
                    "" if guardian.is_contact_secret else guardian.phone,
                )
                if part
            ),
        }
        for guardian in guardians
        if not guardian.is_deceased
    ]
    if row.author:
        found.append({"name": str(row.author), "facts": _("wrote the request")})
    return found


def event_item(event):
    """One step in the history."""
    return {
        "title": RequestState(event.to_state).label,
        "facts": event.actor_label,
        "when": progress.day_full(event.on),
        "note": event.note,
    }


def consent_items(row, givers):
    """The segments of the consent bar: one per person, or one for all when those are not seen."""
    if givers:
        return [
            {
                "label": giver.name,
                "state": giver.tone,
                "text": giver.text,
                "url": "#toestemming",
            }
            for giver in givers
        ]
    return [
        {
            "label": _("Sharing"),
            "state": "valid" if row.share_state == ShareState.COMPLETE else "missing",
            "text": row.get_share_state_display(),
            "url": "",
        }
    ]


def request_facts(row):
    """What was asked, as rows of label and value."""
    talked = ", ".join(person.get("label", "") for person in row.talk_with)
    when = progress.day_full(row.talk_on).lower() if row.talk_on else ""
    return [
        (_("Topics"), ", ".join(str(label) for label in row.topic_labels)),
        (_("Talk"), " · ".join(part for part in (talked, when) if part)),
        (_("Urgency"), row.get_urgency_display()),
        (_("Noticed by"), row.get_source_display()),
        (_("Written by"), str(row.author) if row.author else ""),
        (_("Municipality"), row.municipality.name if row.municipality else ""),
        (_("Support team"), progress.day_full(row.team_meeting_on) if row.team_meeting_on else ""),
    ]


@needs(Permission.REQUEST_VIEW)
def request_move(request, pk, step):
    """Any move of a hulpvraag: GET shows its form, POST makes it."""
    move = moves.move_name(moves.REQUEST_SLUGS, step)
    rows = SupportRequest.objects.visible_to(request.actor).for_detail()
    row = get_visible_or_404(request, SupportRequest, pk, rows=rows)
    return move_page(
        request,
        REQUEST,
        row,
        move,
        success_url=request_url(row),
        template="support/move.html",
        context={
            "name": row.pupil.full_name,
            "detail_url": request_url(row),
            "crumbs": [
                (_("Requests"), reverse("request-list")),
                (row.pupil.full_name, request_url(row)),
                (REQUEST.transition(move).label, ""),
            ],
        },
    )
