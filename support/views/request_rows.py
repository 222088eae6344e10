"""Rows of hulpvragen: their columns, tags and words, in the list, on Start and on the card."""

from django.db.models import Case, IntegerField, Prefetch, Q, Value, When
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.export import Column
from oja.core.templatetags.ui.text import tag
from support import progress
from support.models import (
    RequestState,
    ShareState,
    Trajectory,
)

ORDERINGS = {
    "wacht": ("-is_waiting", "submitted_on", "created_at"),
    "naam": ("pupil__sort_name",),
    "school": ("site__name", "pupil__sort_name"),
    "stand": ("state", "submitted_on"),
}


#: The pupil still waits for the first talk: those stand first, the longest waiting on top.
WAITING = Case(
    When(
        Q(state__in=[*progress.OPEN, RequestState.STARTED])
        & ~Q(state=RequestState.CONCEPT)
        & Q(first_talk_on__isnull=True, first_help_on__isnull=True),
        then=Value(1),
    ),
    default=Value(0),
    output_field=IntegerField(),
)


def with_trajectory(rows, actor):
    """The rows with the trajectory that followed, where the actor may see that one."""
    seen = Trajectory.objects.visible_to(actor).select_related("regisseur")
    return rows.prefetch_related(Prefetch("trajectory", queryset=seen))


def trajectory_of(row):
    """The trajectory that `with_trajectory` loaded, or None."""
    return getattr(row, "trajectory", None)


def request_columns(on, with_school=True):
    """Columns of the list and of its export, seen on one day."""
    columns = [
        Column(
            "pupil",
            gettext_lazy("Pupil"),
            "pupil__full_name",
            cell=lambda row: name_cell(
                row.pupil.full_name, row.pupil.group_label, request_url(row)
            ),
            order="naam",
            card="name",
        ),
        Column(
            "school",
            gettext_lazy("School"),
            "site__name",
            cell=lambda row: together(row.site.name),
            order="school",
        ),
        Column(
            "topics",
            gettext_lazy("Topic"),
            lambda row: ", ".join(map(str, row.topic_labels)),
            card="none",
        ),
        Column(
            "state",
            gettext_lazy("Where is it"),
            state_word,
            cell=lambda row: tag(*state_tag(row)),
            order="stand",
            card="state",
        ),
        Column(
            "wait",
            gettext_lazy("Waits (school days)"),
            lambda row: progress.waiting(row, on).days,
            kind="number",
            cell=lambda row: wait_cell(progress.waiting(row, on)),
            order="wacht",
            card="mark",
        ),
        Column(
            "who",
            gettext_lazy("With whom"),
            who_has_it,
            cell=lambda row: together(who_has_it(row)),
            card="none",
        ),
        Column(
            "next",
            gettext_lazy("What now"),
            lambda row: progress.what_now(row, on, trajectory_of(row)),
            card="next",
        ),
    ]
    return [column for column in columns if with_school or column.name != "school"]


def request_url(row):
    """A concept is written on, anything else is looked at."""
    return reverse("request-detail", args=[row.pk])


def name_cell(name, group, url):
    """The name as a link, with the group in a second line."""
    sub = format_html('<span class="cell-sub">{}</span>', group_words(group)) if group else ""
    return format_html('<a href="{}">{}</a>{}', url, name, sub)


def together(words):
    """A short name on one line, as long as there is room."""
    return format_html('<span class="together">{}</span>', words)


def group_words(group):
    """Groep 6b, but a name of a group stays a name."""
    is_number = group[:1].isdigit()
    return _("group %(name)s") % {"name": group} if is_number else group


def state_word(row):
    """The state in words; waiting for consent goes before the step of the process."""
    if waits_for_consent(row):
        return _("Waits for consent")
    trajectory = trajectory_of(row)
    return trajectory.get_state_display() if trajectory else row.get_state_display()


def state_tag(row):
    """(word, kind) of the tag of a hulpvraag."""
    if waits_for_consent(row):
        return state_word(row), "att"
    trajectory = trajectory_of(row)
    if trajectory:
        return state_word(row), progress.TRAJECTORY_TONES.get(trajectory.state, "neutral")
    if row.state in progress.OTHER_WAYS:
        return state_word(row), "line"
    return state_word(row), progress.REQUEST_TONES.get(row.state, "neutral")


def waits_for_consent(row):
    """Whether the next thing is an answer about sharing."""
    return row.state in ("submitted", "in_team") and row.share_state != ShareState.COMPLETE


def wait_cell(wait):
    """The number of school days, marked above the norm."""
    if wait.days is None:
        return "–"
    return tag(str(wait.days), "crit") if wait.is_over_norm else str(wait.days)


def who_has_it(row):
    """Who the hulpvraag is with now."""
    trajectory = trajectory_of(row)
    if trajectory:
        return trajectory.regisseur.name
    return _("nobody") if row.state == "accepted" else "–"
