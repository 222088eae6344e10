"""The columns that the rows behind a figure may be shown with, by name.

A column says which fields of the row it reads, so that a definition cannot name a column that
its source does not have.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience
from oja.core.export import Column

EVERYBODY = frozenset(Audience)
#: Pages on which a row can be opened, per model.
DETAIL_PAGES = {
    "support.SupportRequest": "request-detail",
    "support.Trajectory": "trajectory-detail",
}


@dataclass(frozen=True)
class RowColumn:
    """A column of a row list; `value` gets the row and the window."""

    label: Any
    fields: tuple[str, ...]
    value: Callable[[Any, Any], Any]
    kind: str = "text"
    audiences: frozenset[Audience] = EVERYBODY
    order: str = ""  # key of the orderings of the list
    card: str = "line"  # place on the card of a phone


def _days_to_help(row, window):
    return (row.first_help_on - row.submitted_on).days


def _days_waiting(row, window):
    return (window.reference_date - row.submitted_on).days


COLUMNS = {
    "reference": RowColumn(
        _("Number"),
        ("reference",),
        lambda row, window: row.reference,
        order="nummer",
        card="name",
    ),
    # Only the school reads names here: at the provider the case opens behind a care relation.
    "pupil": RowColumn(
        _("Pupil"),
        ("pupil",),
        lambda row, window: row.pupil.full_name,
        audiences=frozenset({Audience.SCHOOL}),
    ),
    "site": RowColumn(_("School"), ("site",), lambda row, window: str(row.site), order="school"),
    "submitted_on": RowColumn(
        _("Submitted on"),
        ("submitted_on",),
        lambda row, window: row.submitted_on,
        "date",
        order="ingediend",
    ),
    "decided_on": RowColumn(
        _("Accepted on"), ("decided_on",), lambda row, window: row.decided_on, "date"
    ),
    "first_help_on": RowColumn(
        _("First contact"), ("first_help_on",), lambda row, window: row.first_help_on, "date"
    ),
    "days_to_help": RowColumn(
        _("Days until help"), ("submitted_on", "first_help_on"), _days_to_help, "number"
    ),
    "days_waiting": RowColumn(_("Days waiting"), ("submitted_on",), _days_waiting, "number"),
}


def fields_of(names):
    """The names of model fields that these columns read."""
    return {field for name in names for field in COLUMNS[name].fields}


def row_columns(indicator, audience, window):
    """The columns of one figure for one audience, as a list page and an export take them."""
    return [
        Column(
            name,
            column.label,
            lambda row, read=column.value: read(row, window),
            column.kind,
            order=column.order,
            card=column.card,
        )
        for name, column in ((name, COLUMNS[name]) for name in indicator.columns)
        if audience in column.audiences
    ]


def for_list(rows, indicator, audience):
    """The rows with what the columns read along; only along keys that every reader may see."""
    shown = {name for name in indicator.columns if audience in COLUMNS[name].audiences}
    along = [field for field in ("pupil", "site") if field in fields_of(shown)]
    return rows.select_related(*along)


def detail_url(row):
    """The page of the row itself."""
    return reverse(DETAIL_PAGES[row._meta.label], args=[row.pk])
