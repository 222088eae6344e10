"""Bought care in a list: tabs by what it waits for, and what it comes to for which reason."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oja.access.decorators import needs
from oja.access.permissions import Permission
from oja.access.refusals import forbidden
from oja.core.export import Column
from oja.core.money import format_euros
from oja.core.periods import today
from oja.core.templatetags.ui.text import tag
from oja.core.text import fold
from oja.pages import searches
from oja.pages.forms import cleaned_query
from oja.pages.lists import EmptyText, list_page
from providers.models import Jz020
from support.models import ExternalCost, ExternalState, Reason, Subcontract, SubcontractState
from support.models.costs import Referrer
from support.subcontract_filters import (
    ALL,
    DECIDE,
    DONE,
    NOT_OURS,
    REVIEW,
    RUNS,
    TABS,
    NotOrderedFilter,
    SubcontractFilter,
    in_tab,
    with_waits,
)
from support.views import subcontract_words as words
from support.views.request_rows import name_cell

ORDERINGS = {
    "voorstel": ("-proposed_on", "pupil_name"),
    "naam": ("pupil_name",),
    "derde": ("third__name", "pupil_name"),
    "bedrag": ("-ceiling_cents",),
    "einde": ("ends_on",),
    "herbeoordelen": ("review_on", "ends_on"),
    "stand": ("state", "pupil_name"),
}
_STATE = {"order": "stand", "card": "state"}


def columns(on, tab):
    """Columns of one tab and of its export, seen on one day."""
    waits = Column("waits", gettext_lazy("Waits for"), words.waits_word, card="next")
    review = Column(
        "review",
        gettext_lazy("Review before"),
        "review_on",
        kind="date",
        order="herbeoordelen",
        card="next",
    )
    last = {DECIDE: (waits,), RUNS: (review,), REVIEW: (review,), DONE: ()}
    return (
        Column(
            "pupil",
            gettext_lazy("Pupil"),
            "pupil_name",
            cell=lambda row: name_cell(row.pupil_name, row.reference, words.detail_url(row)),
            order="naam",
            card="name",
        ),
        Column("school", gettext_lazy("School"), "site__name", card="none"),
        Column("help", gettext_lazy("Which help"), "help_kind"),
        Column("third", gettext_lazy("Third party"), "third__name", order="derde"),
        Column("reason", gettext_lazy("Why not ourselves"), "get_reason_display", card="none"),
        Column(
            "amount",
            gettext_lazy("Highest amount"),
            "ceiling_cents",
            kind="money",
            cell=lambda row: format_euros(row.ceiling_cents),
            order="bedrag",
            card="mark",
        ),
        Column("until", gettext_lazy("Until"), "ends_on", kind="date", order="einde", card="none"),
        Column(
            "state",
            gettext_lazy("State"),
            "get_state_display",
            cell=lambda row: state_cell(row, on),
            **_STATE,
        ),
        *last.get(tab, (waits, review)),
    )


def state_cell(row, on):
    """The state; a review that is due and an objection go before it."""
    if row.state == SubcontractState.ASKED and row.has_objection:
        return tag(_("School objects"), "crit", "circle-x")
    if words.review_is_due(row, on):
        return tag(_("To review"), "att", "triangle-alert")
    word, kind, icon = words.state_tag(row)
    return tag(word, kind, icon)


def by_name_or_number(rows, text):
    """Every word occurs in the name or in the reference."""
    for word in fold(text).split():
        rows = rows.filter(Q(trajectory__pupil_sort__contains=word) | Q(reference__icontains=word))
    return rows


@needs(Permission.SUBCONTRACT_PROPOSE, Permission.SUBCONTRACT_APPROVE)
def subcontract_list(request):
    """All bought care that this person may see, in tabs by what it waits for."""
    actor, on, tab = request.actor, today(), tab_of(request)
    if tab == NOT_OURS:
        return not_ordered_list(request)
    seen = Subcontract.objects.visible_to(actor)
    rows = with_waits(seen.filter(in_tab(tab, on)).for_list(), actor)
    return list_page(
        request,
        rows,
        title=_("Bought care"),
        noun=(_("order"), _("orders")),
        columns=columns(on, tab),
        filterset=SubcontractFilter,
        orderings=orderings(tab),
        search=by_name_or_number,
        what="subcontracts",
        row_url=words.detail_url,
        actions=list_actions(actor, seen, on),
        template="support/subcontract_list.html",
        rows_template="support/subcontract_rows.html",
        context={
            "note": "",
            "clear_url": tab_url(tab),
            "tabs": tabs(request, seen, tab, on),
            "links": list_links(actor),
            "summary": summary(shown_rows(request, rows)),
        },
        empty=EmptyText(
            nothing_yet=_("No proposals. All help is in the school now.")
            if tab == DECIDE
            else _("There is nothing here now."),
            with_filters=_("Nothing with these filters."),
        ),
    )


def tab_of(request):
    """The tab of the address; anything unknown is the first one."""
    asked = request.GET.get("tab", "")
    return asked if asked in dict(TABS) or asked in (ALL, NOT_OURS) else DECIDE


def orderings(tab):
    """What is to be reviewed first stands on top of the tab of reviews."""
    first = "herbeoordelen" if tab in (RUNS, REVIEW) else "voorstel"
    return {first: ORDERINGS[first]} | ORDERINGS


def shown_rows(request, rows):
    """The rows of the list over all its pages: filtered and searched as the list is."""
    query = cleaned_query(request.GET)
    found = SubcontractFilter(query, queryset=rows, request=request).qs
    text = searches.search_text(request.actor, query.get(searches.NUMBER, ""))
    return by_name_or_number(found, text) if text else found


@dataclass(frozen=True)
class Summary:
    """How many third parties there are in a list, and the highest amounts per reason."""

    thirds: int
    number: int
    cents: int
    reasons: list

    @property
    def sentence(self):
        """3 verschillende derden, samen ten hoogste € 23.472."""
        thirds = ngettext("%(n)d third party", "%(n)d different third parties", self.thirds)
        return _("%(thirds)s, %(amount)s at most together") % {
            "thirds": thirds % {"n": self.thirds},
            "amount": format_euros(self.cents),
        }

    @property
    def total(self):
        """The sum of the reasons, in words."""
        return format_euros(self.cents)


def summary(rows):
    """What the rows of a list come to; None for an empty list. To the cent the sum of the rows."""
    rows = rows.order_by()
    found = list(
        rows.values("reason").annotate(
            number=Count("pk"), thirds=Count("third", distinct=True), total=Sum("ceiling_cents")
        )
    )
    if not found:
        return None
    found.sort(key=lambda each: (-each["total"], each["reason"]))
    return Summary(
        thirds=rows.values("third").distinct().count(),
        number=sum(each["number"] for each in found),
        cents=sum(each["total"] for each in found),
        reasons=[
            {
                "label": Reason(each["reason"]).label,
                "number": each["number"],
                "thirds": each["thirds"],
                "amount": format_euros(each["total"]),
            }
            for each in found
        ],
    )


def list_actions(actor, rows, on):
    """What somebody came for: to propose, or to decide on what waits for nobody else."""
    if actor.may(Permission.SUBCONTRACT_PROPOSE):
        return [(_("Propose bought care"), reverse("subcontract-create"), "plus")]
    waiting = with_waits(rows.filter(state=SubcontractState.ASKED), actor).filter(
        waits_for_family=False, waits_for_school=False, has_refusal=False
    )
    first = waiting.order_by("sent_on", "proposed_on", "pk").first()
    if first is None:
        return []
    label = _("Decide on %(reference)s") % {"reference": first.reference}
    return [(label, words.detail_url(first), "check")]


def list_links(actor):
    """Quiet links: what is kept beside the orders."""
    found = [(_("Choice of parents"), reverse("choice-list"))]
    if actor.may(Permission.SUBCONTRACT_APPROVE):
        found.append((_("Contracts"), reverse("contract-list")))
    return found


def tabs(request, rows, current, on):
    """The tabs with their numbers; the manager also finds what others ordered."""
    counts = rows.aggregate(**{key: Count("pk", filter=in_tab(key, on)) for key, _label in TABS})
    found = [tab(key, label, counts[key], current) for key, label in TABS]
    if request.actor.may(Permission.BUDGET_VIEW):
        number = not_ordered(request.actor).count()
        found.append(tab(NOT_OURS, _("Not ordered by us"), number, current))
    return found


def tab(key, label, count, current):
    """One tab, with its number; amber where somebody has to do something."""
    return {
        "label": label,
        "url": tab_url(key),
        "current": key == current,
        "count": count,
        "waits": key in (DECIDE, REVIEW) and count > 0,
    }


def tab_url(key):
    """Where a tab is; the first one is what the address without a tab shows."""
    page = reverse("subcontract-list")
    return page if key == DECIDE else f"{page}?tab={key}"


# --- Not ordered by us ----------------------------------------------------------------------------


def not_ordered(actor):
    """Bills for care that a doctor, a court or a municipality ordered."""
    return ExternalCost.objects.visible_to(actor).exclude(state=ExternalState.UNDONE)


def case_cell(row):
    """The trajectory, or the way to say which one it is. On the page only, never in a file."""
    if row.state == ExternalState.UNMATCHED:
        url = reverse("budget-match", args=[row.pk])
        return format_html('<a class="link" href="{}">{}</a>', url, _("Link to a trajectory"))
    return format_html(
        '<a class="link" href="{}">{}</a>',
        reverse("trajectory-detail", args=[row.trajectory_id]),
        row.trajectory.reference,
    )


NOT_ORDERED_COLUMNS = (
    Column("ref", gettext_lazy("Bill"), "source_ref", card="name"),
    Column("referrer", gettext_lazy("Referrer"), "get_referrer_display", order="verwijzer"),
    Column("help", gettext_lazy("Which help"), lambda row: Jz020(row.jz020).label),
    Column("place", gettext_lazy("Municipality"), "municipality__name"),
    Column("on", gettext_lazy("Date"), "period_start", kind="date", order="datum"),
    Column(
        "case",
        gettext_lazy("Trajectory"),
        lambda row: _("yes") if row.trajectory_id else _("no"),
        cell=case_cell,
    ),
    Column("amount", gettext_lazy("Amount"), "cents", "money", order="bedrag", card="mark"),
)


def not_ordered_list(request):
    """What others ordered and this provider pays, with the sum per referrer; no third party."""
    actor, on = request.actor, today()
    if not actor.may(Permission.BUDGET_VIEW):
        return forbidden(request)
    rows = not_ordered(actor).select_related("municipality", "trajectory")
    query = cleaned_query(request.GET)
    shown = NotOrderedFilter(query, queryset=rows, request=request).qs
    seen = Subcontract.objects.visible_to(actor)
    return list_page(
        request,
        rows,
        title=_("Bought care"),
        noun=(_("bill"), _("bills")),
        columns=NOT_ORDERED_COLUMNS,
        filterset=NotOrderedFilter,
        orderings={
            "datum": ("-period_start", "source_ref"),
            "verwijzer": ("referrer", "-period_start"),
            "bedrag": ("-cents",),
        },
        what="costs from outside",
        subject=lambda row: row.trajectory.pupil_id if row.trajectory_id else None,
        row_url=lambda row: "",
        template="support/subcontract_list.html",
        rows_template="support/subcontract_rows.html",
        context={
            "note": "",
            "clear_url": tab_url(NOT_OURS),
            "tabs": tabs(request, seen, NOT_OURS, on),
            "links": list_links(actor),
            "referrers": per_referrer(shown),
        },
        empty=EmptyText(
            nothing_yet=_("No bills of care that others ordered."),
            with_filters=_("Nothing with these filters."),
        ),
    )


def per_referrer(rows):
    """What the bills of a list come to per referrer, the largest first; None without bills."""
    sums = rows.order_by().values("referrer").annotate(number=Count("pk"), total=Sum("cents"))
    found = sorted(sums, key=lambda each: (-each["total"], each["referrer"]))
    if not found:
        return None
    return {
        "lines": [
            (Referrer(each["referrer"]).label, each["number"], format_euros(each["total"]))
            for each in found
        ],
        "number": sum(each["number"] for each in found),
        "total": format_euros(sum(each["total"] for each in found)),
    }
