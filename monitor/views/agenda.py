"""From the page of a figure into a meeting: on its agenda, and what the figure means.

Apart from the pages of published figures: whoever writes comes through the actions.
"""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from monitor import actions
from monitor.agenda import meetings_of, own_arrangements
from monitor.forms import meetings as forms
from monitor.models import AgendaPoint, Meeting
from monitor.models.meetings import theme_of
from monitor.reading import board_of
from monitor.told import day
from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission
from oja.access.refusals import forbidden
from oja.pages.forms import form_page


@needs(Permission.MEETING_CHANGE)
def agenda_add(request, slug):
    """Put a figure on the agenda of a meeting that is still to come."""
    indicator, refused = own_figure(request, slug)
    if refused:
        return refused
    meetings = meetings_of(request.actor, indicator.snapshot.arrangement_id)
    if not meetings.exists():
        return plan_first(request)

    def save(data):
        return actions.put_on_agenda(request.actor, indicator=indicator, **data)

    return form_page(
        request,
        forms.AgendaForm,
        form_kwargs={"meetings": meetings},
        save=save,
        title=_("Put on the agenda"),
        success_url=figure_url(indicator),
        draft_key=f"agenda.{indicator.pk}",
        submit_label=_("Put on the agenda"),
        done=lambda point: (
            _("%(title)s stands on the agenda of %(date)s.")
            % {"title": point.title, "date": day(point.meeting.on)}
        ),
        template="monitor/of_figure_form.html",
        context={"indicator": indicator, "back_url": figure_url(indicator), "asks_text": False},
    )


@needs(Permission.MEETING_CHANGE)
def interpretation_add(request, slug):
    """Say what a figure means, in a meeting to come or in the minutes of one that was held."""
    indicator, refused = own_figure(request, slug)
    if refused:
        return refused
    meetings = to_write_in(request.actor, indicator.snapshot.arrangement_id)
    if not meetings.exists():
        return plan_first(request)

    def save(data):
        return actions.add_interpretation(
            request.actor, theme=theme_of(indicator.theme), slug=indicator.slug, **data
        )

    return form_page(
        request,
        forms.FigureInterpretationForm,
        form_kwargs={"meetings": meetings},
        save=save,
        title=_("Say what it means"),
        success_url=figure_url(indicator),
        draft_key=f"interpretation.{indicator.pk}",
        submit_label=_("Save"),
        template="monitor/of_figure_form.html",
        context={"indicator": indicator, "back_url": figure_url(indicator), "asks_text": True},
    )


@require_POST
@needs(Permission.MEETING_CHANGE)
def agenda_remove(request, pk):
    """Take a figure off the agenda again."""
    point = get_visible_or_404(
        request, AgendaPoint, pk, rows=AgendaPoint.objects.select_related("meeting")
    )
    if point.arrangement_id not in own_arrangements(request.actor):
        return forbidden(request, _("You may see this, but not change it."))
    if point.meeting.state == Meeting.State.PLANNED:
        actions.take_off_agenda(request.actor, agenda_point=point, at=timezone.now())
    return redirect(reverse("meeting-detail", args=[point.meeting_id]))


def own_figure(request, slug):
    """The published figure of the address: (figure, None), or (None, the refusal of a reader)."""
    board = board_of(request, slugs=[slug])
    if board is None or slug not in board.indicators:
        raise Http404
    if board.snapshot.arrangement_id not in own_arrangements(request.actor):
        return None, forbidden(request, _("You may see this, but not change it."))
    indicator = board.indicators[slug]
    indicator.snapshot = board.snapshot
    return indicator, None


def to_write_in(actor, arrangement_id):
    """The meetings to come and the last one that was held, whose minutes may not be finished."""
    rows = Meeting.objects.visible_to(actor).filter(arrangement_id=arrangement_id)
    held = rows.filter(state=Meeting.State.HELD).order_by("-on").values_list("pk", flat=True)[:1]
    rows = rows.filter(Q(state=Meeting.State.PLANNED) | Q(pk__in=list(held)))
    return rows.order_by("-state", "on", "id")


def plan_first(request):
    """To the page on which a meeting is planned, with the reason."""
    messages.info(request, _("There is no meeting yet. Plan one first."))
    return redirect("meeting-new")


def figure_url(indicator):
    """The page of the figure, in the same arrangement."""
    address = reverse("published-figure", args=[indicator.slug])
    return f"{address}?oja={indicator.snapshot.arrangement_id}"
