"""Who takes part in a group: which pupils may join, and who leaves."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404, log_list
from oja.access.permissions import Permission
from oja.access.refusals import forbidden
from oja.access.scoping import CHANGE
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused
from oja.pages.refused import refused_page
from providers.models import GroupOffer
from support import facts, group_rules
from support.actions import add_participant, end_participation
from support.models import GroupParticipant, Trajectory
from support.views import group_parts as parts
from support.views.keys import key_or_404, only_reads
from support.views.request_rows import group_words


@needs(Permission.GROUP_RECORD)
def group_join(request, pk):
    """Which pupils may join: those with the same topic first. A post lets one of them in."""
    actor, on = request.actor, today()
    group = get_visible_or_404(request, GroupOffer, pk, rows=parts.group_rows(actor, CHANGE))
    if request.method == "POST":
        return _let_in(request, group, on)
    current = GroupParticipant.objects.visible_to(actor).filter(group=group).current()
    rows = Trajectory.objects.visible_to(actor).open().filter(site=group.site_id).for_list()
    rows = list(rows.exclude(pk__in=current.values("trajectory")).order_by("pupil_sort", "pk"))
    log_list(request, sorted({row.pupil_id for row in rows}), "group-join")
    with facts.booked(actor, rows):
        found = [_candidate(actor, group, row, on) for row in rows]
    found.sort(key=place_in_line)
    return render(
        request,
        "support/group_join.html",
        {
            "title": _("Add a pupil"),
            "group": group,
            "facts": parts.line(group.title, parts.free_words(group)),
            "candidates": found,
            "leaders": parts.leaders_of(actor, [group], on).get(group.pk, []),
            "is_full": group.free < 1,
            "crumbs": parts.crumbs(group, _("Add a pupil")),
        },
    )


def place_in_line(item):
    """Same topic first; then who can join; then who waits for help, the longest wait first."""
    row = item["row"]
    return (
        not item["fits"],
        bool(item["refusals"]) or item["is_no"],
        not item["waits"],
        row.registered_on,
        row.pupil_sort,
    )


def _candidate(actor, group, row, on):
    refusals = group_rules.joining_refusals(actor, row, group, on, is_invitation=True)
    others = group_rules.others_refusal(actor, row, on)
    waits = row.state not in group_rules.RUNNING
    return {
        "row": row,
        "facts": parts.line(
            group_words(row.group_label),
            waiting_words(row, on) if waits else row.get_state_display(),
        ),
        "waits": waits,
        "fits": bool(group.topic) and group.topic in row.topics,
        "refusals": refusals,
        "others": others,
        "is_no": group_rules.is_refused(actor, row, on),
        "ask_url": reverse("trajectory-consent", args=[row.pk]) + "#anderen",
    }


def waiting_words(row, on):
    """Waits 3 weeks for help."""
    weeks = (on - row.registered_on).days // 7
    if weeks < 1:
        return _("waits for help since this week")
    return ngettext("waits %(n)d week for help", "waits %(n)d weeks for help", weeks) % {"n": weeks}


def _let_in(request, group, on):
    key = key_or_404(request.POST.get("traject"))
    shown = request.POST.get("leiders")  # who would see the pupil, as the page said it
    led_by = None if shown is None else {key_or_404(worker) for worker in shown.split()}
    row = get_visible_or_404(request, Trajectory, key)
    try:
        participant = add_participant(
            request.actor,
            group=group,
            trajectory=row,
            on=on,
            invite="uitnodigen" in request.POST,
            led_by=led_by,
        )
    except MoveNotAllowed as problem:
        return forbidden(request, str(problem))
    except MoveRefused as problem:
        back = reverse("group-join", args=[group.pk])
        return refused_page(request, problem, title=_("Add a pupil"), back_url=back)
    sentence = (
        _("%(name)s is invited. Ask for consent before the first session.")
        if participant.state == "invited"
        else _("%(name)s takes part in this group.")
    )
    messages.success(request, sentence % {"name": row.pupil_name.split(" ")[0]})
    return redirect(group.get_absolute_url())


@needs(Permission.GROUP_RECORD)
@require_POST
def group_leave(request, pk, participant):
    """A pupil no longer takes part."""
    group = get_visible_or_404(request, GroupOffer, pk)
    rows = GroupParticipant.objects.visible_to(request.actor).filter(group=group)
    row = get_visible_or_404(request, GroupParticipant, participant, rows=rows)
    if refusal := only_reads(request, row):
        return refusal
    try:
        end_participation(request.actor, participant=row, on=today())
    except MoveNotAllowed as problem:
        return forbidden(request, str(problem))
    except MoveRefused as problem:
        return refused_page(
            request, problem, title=_("Leave the group"), back_url=group.get_absolute_url()
        )
    messages.success(
        request,
        _("%(name)s no longer takes part in this group.") % {"name": row.pupil_name.split(" ")[0]},
    )
    return redirect(group.get_absolute_url())
