"""What stands beside the budget: the scale of bonus and malus, and what to watch."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.core.money import format_euros
from support.budget_board import LARGEST, settled_of
from support.budget_chart import MONTHS
from support.budget_scale import said, settle_scale
from support.budget_watch import watch_of
from support.budget_words import about, rule_words


def scales(actor, provider, board):
    """One scale per subsidy of the budgets that are shown; none without a budget."""
    found = []
    for number, settled in enumerate(settled_of(actor, provider, board)):
        subsidy = settled.subsidy
        found.append(
            {
                "drawing": settle_scale(settled, f"bonus-malus-{number}"),
                "number": subsidy.decision_number if subsidy else "",
                "outcome": said(settled),
                "rule": rule_words(settled.rule),
                "is_default": settled.row is None,
                "url": reverse("budget-record", args=["bonus-malus"])
                + (f"?subsidie={subsidy.pk}" if subsidy else ""),
            }
        )
    return found


def watch_rows(actor, provider, board, query):
    """[{title, meta, icon, and what can be done}]: what stands out, the most urgent first."""
    watch = watch_of(actor, provider, board)
    lines = reverse("budget-lines")
    rows = []
    if watch.to_close:
        month = watch.to_close[0]
        rows.append(
            {
                "title": _("Own help of %(month)s is not closed yet")
                % {"month": f"{MONTHS[month.month - 1]} {month.year}"},
                "meta": _("Until then its costs are provisional."),
                "icon": "hourglass",
                "close": month,
            }
        )
    for ahead in watch.ahead:
        kept = query | {"soort": str(ahead.category)}
        rows.append(
            {
                "title": _("%(kind)s goes faster than its budget") % {"kind": ahead.category.label},
                "meta": _("%(amount)s more than spread evenly, or than there is")
                % {"amount": about(ahead.cents)},
                "icon": "trending-up",
                "url": f"{lines}?{urlencode(kept)}",
                "label": _("Lines"),
            }
        )
    if watch.overdue:
        sentence = ngettext(
            "%(number)s order is past its last day and was not ended",
            "%(number)s orders are past their last day and were not ended",
            watch.overdue,
        )
        rows.append(
            {
                "title": sentence % {"number": watch.overdue},
                "meta": _("What they reserve stays taken until then."),
                "icon": "clock-alert",
                "url": reverse("subcontract-list"),
                "label": _("View"),
            }
        )
    if watch.unmatched:
        sentence = ngettext(
            "%(number)s bill without trajectory",
            "%(number)s bills without trajectory",
            watch.unmatched,
        )
        rows.append(
            {
                "title": sentence % {"number": watch.unmatched},
                "meta": _("%(amount)s together") % {"amount": format_euros(watch.unmatched_cents)},
                "icon": "unlink",
                "url": f"{lines}?{urlencode(query | {'koppeling': 'zonder'})}",
                "label": _("Link to a trajectory"),
            }
        )
    return rows + _of_few(watch, lines, query) + _of_hours(watch)


def _of_few(watch, lines, query):
    rows = []
    if watch.dominant_percent is not None:
        rows.append(
            {
                "title": _("One trajectory carries %(percent)s%% of the costs")
                % {"percent": watch.dominant_percent},
                "meta": _("The bills that are known to be for it; own help is not in it."),
                "icon": "chart-column",
                "url": f"{lines}?{urlencode(query | {'koppeling': 'met', 'volgorde': 'bedrag'})}",
                "label": _("Lines"),
            }
        )
    if watch.largest_percent is not None:
        before = watch.largest_before
        rows.append(
            {
                "title": _("%(number)s trajectories carry %(percent)s%% of the costs")
                % {"number": LARGEST, "percent": watch.largest_percent},
                "meta": _("%(percent)s%% on this day last year") % {"percent": before}
                if before is not None
                else "",
                "icon": "chart-column",
            }
        )
    return rows


def _of_hours(watch):
    rows = []
    if watch.unfunded_minutes:
        rows.append(
            {
                "title": _("%(hours)s hours of own help outside the arrangement")
                % {"hours": round(watch.unfunded_minutes / 60)},
                "meta": _(
                    "The municipality of these pupils does not take part, so the hours stand on"
                    " no budget."
                ),
                "icon": "circle-minus",
            }
        )
    if watch.unknown_minutes:
        rows.append(
            {
                "title": _("%(hours)s hours of which nobody knows who pays")
                % {"hours": round(watch.unknown_minutes / 60)},
                "meta": _("The residence of these pupils is not recorded. Ask the school."),
                "icon": "circle-question-mark",
            }
        )
    if watch.minutes_without_rate:
        rows.append(
            {
                "title": _("Own help without a rate per hour"),
                "meta": _("It counts as nought until there is a rate."),
                "icon": "triangle-alert",
                "url": reverse("budget-keep"),
                "label": _("Record"),
            }
        )
    return rows
