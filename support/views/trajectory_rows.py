"""Rows of trajectories: their columns, tags and words."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.export import Column
from oja.core.templatetags.ui.text import tag
from support import progress
from support.models import TrajectoryState
from support.trajectory_queries import SILENT_DAYS
from support.views.request_rows import name_cell

ORDERINGS = {
    "naam": ("pupil_sort",),
    "evaluatie": ("next_evaluation_on", "pupil_sort"),
    "contact": ("last_contact_on", "pupil_sort"),
    "school": ("site__name", "pupil_sort"),
    "stand": ("state", "pupil_sort"),
}


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
        Column(
            "next",
            gettext_lazy("What now"),
            lambda row: progress.what_now_trajectory(row, on),
            card="next",
        ),
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
