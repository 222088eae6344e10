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
SCHOOL = frozenset({Audience.SCHOOL})
#: Pages on which a row, or the case it belongs to, can be opened: name and key, per model.
DETAIL_PAGES = {
    "support.SupportRequest": ("request-detail", "pk"),
    "support.Trajectory": ("trajectory-detail", "pk"),
    "support.Contact": ("trajectory-detail", "trajectory_id"),
    "support.Commitment": ("subcontract-detail", "subcontract_id"),
    "support.Delivery": ("subcontract-detail", "subcontract_id"),
    "support.Subcontract": ("subcontract-detail", "pk"),
    "schools.Pupil": ("pupil-detail", "pk"),
    "schools.Enrolment": ("pupil-detail", "pupil_id"),
}
#: Whose row it is, for the log of what was read; None where a row is about no child.
SUBJECTS: dict[str, Callable[[Any], Any] | None] = {
    "schools.Pupil": lambda row: row.pk,
    "support.Contact": lambda row: row.trajectory.pupil_id,
    "support.Commitment": lambda row: row.subcontract.pupil_id,
    "support.Delivery": lambda row: row.subcontract.pupil_id,
    "support.CollectiveWork": None,
    "support.Spending": None,
    "providers.Budget": None,
}
#: Orders that a list starts with, where it has them.
OLDEST_FIRST = ("ingediend", "datum")
#: Keys that a column reads along; every reader of such a row may see them.
ALONG = ("pupil", "site", "trajectory", "municipality", "subcontract", "third")


@dataclass(frozen=True)
class RowColumn:
    """A column of a row list; `value` gets the row and the window.

    `order` is its key among the orderings of the list, `sort` the fields behind that key.
    """

    label: Any
    fields: tuple[str, ...]
    value: Callable[[Any, Any], Any]
    kind: str = "text"
    audiences: frozenset[Audience] = EVERYBODY
    order: str = ""
    sort: tuple[str, ...] = ()
    card: str = "line"  # place on the card of a phone


def _plain(label, field, kind="text", **options):
    """A column that shows a field as it is."""
    return RowColumn(label, (field,), lambda row, window: getattr(row, field), kind, **options)


def _word(label, field, **options):
    """A column that shows the word for the code in a field."""
    return RowColumn(
        label,
        (field,),
        lambda row, window: str(getattr(row, f"get_{field}_display")()),
        **options,
    )


def _days(label, start, end):
    """A column with the days from one date to the other."""
    return RowColumn(
        label,
        (start, end),
        lambda row, window: (getattr(row, end) - getattr(row, start)).days,
        "number",
    )


def _days_waiting(row, window):
    return (window.reference_date - row.submitted_on).days


COLUMNS = {
    "reference": _plain(_("Number"), "reference", order="nummer", sort=("reference",), card="name"),
    # Only the school reads names here: at the provider the case opens behind a care relation.
    "pupil": RowColumn(
        _("Pupil"),
        ("pupil",),
        lambda row, window: row.pupil.full_name,
        audiences=SCHOOL,
        order="naam",
        sort=("pupil__sort_name",),
    ),
    "pupil_name": RowColumn(
        _("Pupil"),
        ("first_name", "last_name"),
        lambda row, window: row.full_name,
        audiences=SCHOOL,
        order="naam",
        sort=("sort_name",),
        card="name",
    ),
    "case_number": _plain(_("Case number"), "case_number", order="nummer", sort=("case_number",)),
    "group_label": _plain(_("group"), "group_label"),
    "site": RowColumn(
        _("School"),
        ("site",),
        lambda row, window: str(row.site),
        order="school",
        sort=("site__name",),
    ),
    "submitted_on": _plain(
        _("Submitted on"), "submitted_on", "date", order="ingediend", sort=("submitted_on",)
    ),
    "decided_on": _plain(_("Accepted on"), "decided_on", "date"),
    "first_talk_on": _plain(
        _("First talk"), "first_talk_on", "date", order="gesprek", sort=("first_talk_on",)
    ),
    "first_help_on": _plain(
        _("First contact"), "first_help_on", "date", order="hulp", sort=("first_help_on",)
    ),
    "help_ended_on": _plain(_("Help ended on"), "help_ended_on", "date"),
    "days_to_talk": _days(_("Days until the talk"), "submitted_on", "first_talk_on"),
    "days_talk_to_help": _days(_("Days until help"), "first_talk_on", "first_help_on"),
    "days_to_help": _days(_("Days until help"), "submitted_on", "first_help_on"),
    "days_waiting": RowColumn(_("Days waiting"), ("submitted_on",), _days_waiting, "number"),
    "highest_layer": _plain(_("Layer"), "highest_layer", order="laag", sort=("highest_layer",)),
    "school_type": _word(_("Kind of school"), "school_type"),
    "valid_from": _plain(
        _("Enrolled since"), "valid_from", "date", order="sinds", sort=("valid_from",)
    ),
    "valid_until": _plain(_("Left on"), "valid_until", "date"),
    "destination_type": _word(_("kind of the next school"), "destination_type"),
    "case": RowColumn(
        _("Trajectory"),
        ("trajectory",),
        lambda row, window: row.trajectory.reference,
        order="nummer",
        sort=("trajectory__reference",),
        card="name",
    ),
    "on": _plain(_("Date"), "on", "date", order="datum", sort=("on",)),
    "form": _word(_("Form"), "form", order="vorm", sort=("form",)),
    "theme": _plain(_("Theme"), "theme", card="name"),
    "layer": _word(_("Layer"), "layer", order="laag", sort=("layer",)),
    "minutes": _plain(_("Minutes"), "minutes", "number", order="minuten", sort=("minutes",)),
    "category": _word(
        _("Kind of help"), "category", order="soort", sort=("category",), card="name"
    ),
    "source": _word(_("Source"), "source"),
    "municipality": RowColumn(
        _("Municipality"),
        ("municipality",),
        lambda row, window: str(row.municipality),
        order="gemeente",
        sort=("municipality__name",),
    ),
    "amount": _plain(_("Amount"), "cents", "money", order="bedrag", sort=("cents",)),
    "open_amount": _plain(
        _("Not delivered yet"), "open_cents", "money", order="bedrag", sort=("open_cents",)
    ),
    "budget_amount": _plain(
        _("Budget"), "amount_cents", "money", order="bedrag", sort=("amount_cents",)
    ),
    "year": _plain(_("Year"), "year", order="jaar", sort=("year",)),
    "order": RowColumn(
        _("Order"),
        ("subcontract",),
        lambda row, window: row.subcontract.reference,
        order="nummer",
        sort=("subcontract__reference",),
        card="name",
    ),
    "bought": _plain(_("Order"), "reference", order="nummer", sort=("reference",), card="name"),
    "month": _plain(_("Month"), "period_start", "date", order="datum", sort=("period_start",)),
    "volume": _plain(_("Hours"), "volume", "number", order="uren", sort=("volume",)),
    "third": RowColumn(
        _("Third party"),
        ("third",),
        lambda row, window: str(row.third),
        order="derde",
        sort=("third__name",),
    ),
    "help_kind": _plain(_("Which help"), "help_kind"),
    "could_we": _word(_("Could we do it?"), "could_we", order="zelf", sort=("could_we",)),
    "take_back_plan": _plain(_("How we take the help back"), "take_back_plan"),
    "ends_on": _plain(_("Until"), "ends_on", "date", order="tot", sort=("ends_on",)),
}


def fields_of(names):
    """The names of model fields that these columns read."""
    return {field for name in names for field in COLUMNS[name].fields}


def shown_columns(indicator, part, audience):
    """(name, column) of the list of one part for one audience."""
    names = part.columns or indicator.columns
    return [(name, COLUMNS[name]) for name in names if audience in COLUMNS[name].audiences]


def row_columns(indicator, part, audience, window):
    """The columns of one list for one audience, as a list page and an export take them."""
    return [
        Column(
            name,
            column.label,
            lambda row, read=column.value: read(row, window),
            column.kind,
            order=column.order,
            card=column.card,
        )
        for name, column in shown_columns(indicator, part, audience)
    ]


def orderings(indicator, part, audience):
    """How the list of one part may be sorted; the first is the usual order."""
    found = {
        column.order: column.sort
        for _name, column in shown_columns(indicator, part, audience)
        if column.order
    }
    usual = [key for key in OLDEST_FIRST if key in found]
    return {key: found[key] for key in (*usual, *found)}


def for_list(rows, indicator, part, audience):
    """The rows with what the columns read along; only along keys that every reader may see."""
    fields = fields_of(name for name, _column in shown_columns(indicator, part, audience))
    return rows.select_related(*(field for field in ALONG if field in fields))


def detail_url(row):
    """The page of the row itself or of its case; empty when it has none."""
    page, key = DETAIL_PAGES.get(row._meta.label, ("", ""))
    return reverse(page, args=[getattr(row, key)]) if page else ""


def subject_of(model):
    """How the log of reads finds the child of a row; None where a list is about no child."""
    return SUBJECTS.get(model._meta.label, lambda row: row.pupil_id)
