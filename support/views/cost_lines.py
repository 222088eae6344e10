"""The lines behind the budget, and bills without a trajectory."""

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission
from oja.core.money import format_euros
from oja.core.periods import today
from oja.pages.forms import form_page
from oja.pages.lists import Column, EmptyText, list_page
from schools.models import Municipality
from support.actions.costs import match_external_cost
from support.filters import SpendingFilter
from support.forms.budget import MatchForm
from support.models import ExternalCost, ExternalState, Spending, Trajectory


def case_cell(row):
    """The trajectory, or the way to say which one it is. On the page only, never in a file."""
    if row.trajectory is not None:
        url = reverse("trajectory-detail", args=[row.trajectory_id])
        return format_html('<a href="{}">{}</a>', url, row.trajectory.reference)
    if row.external_id is not None and row.external.state == ExternalState.UNMATCHED:
        url = reverse("budget-match", args=[row.external_id])
        return format_html('<a href="{}">{}</a>', url, _("Link to a trajectory"))
    return ""


def what_of(row):
    """What it was for, in words that tell no child."""
    if row.minutes is not None and not row.description:
        return _("%(minutes)s minutes of own help") % {"minutes": row.minutes}
    return row.description


COLUMNS = (
    Column("on", gettext_lazy("Date"), "on", "date", order="datum", card="name"),
    Column("kind", gettext_lazy("Kind of help"), "get_category_display"),
    Column("source", gettext_lazy("Source"), "get_source_display"),
    Column("what", gettext_lazy("What"), what_of),
    Column("place", gettext_lazy("Municipality"), "municipality__name"),
    Column(
        "state",
        gettext_lazy("State"),
        lambda row: _("provisional") if row.is_provisional else _("final"),
    ),
    Column(
        "case",
        gettext_lazy("Trajectory"),
        lambda row: _("yes") if row.trajectory_id else _("no"),
        cell=case_cell,
    ),
    Column("amount", gettext_lazy("Amount"), "cents", "money", order="bedrag", card="mark"),
)


@needs(Permission.BUDGET_VIEW)
def budget_lines(request):
    """What was spent, line by line. The file names no child and no trajectory."""
    return list_page(
        request,
        Spending.objects.visible_to(request.actor).for_list(),
        title=_("Cost lines"),
        columns=COLUMNS,
        orderings={"datum": ("-on",), "bedrag": ("-cents",)},
        filterset=SpendingFilter,
        what="cost lines",
        subject="pupil_key",
        noun=(_("cost line"), _("cost lines")),
        empty=EmptyText(_("No costs were booked yet."), _("No cost line fits these filters.")),
        breadcrumb=[(_("Budget"), reverse("budget")), (_("Cost lines"), "")],
        actions=[(_("Read in costs"), reverse("budget-import"), "upload")],
    )


@needs(Permission.BUDGET_CHANGE)
def budget_match(request, pk):
    """Say for whose trajectory a bill from outside was."""
    cost = get_visible_or_404(request, ExternalCost, pk)
    place = Municipality.objects.get(pk=cost.municipality_id)
    return form_page(
        request,
        MatchForm,
        save=lambda cleaned: match(request.actor, cost, cleaned["reference"]),
        title=_("Link a bill"),
        submit_label=_("Link to a trajectory"),
        success_url=f"{reverse('budget-lines')}?koppeling=zonder",
        draft_key=f"budget-match.{pk}",
        done=_("Linked. The amount stays where it stands."),
        template="support/budget_match.html",
        context={
            "summary": [
                (_("Reference"), cost.source_ref),
                (_("Date"), f"{cost.period_start:%d-%m-%Y}"),
                (_("Amount"), format_euros(cost.cents)),
                (_("Referrer"), cost.get_referrer_display()),
                (_("Municipality"), place.name),
                (_("Case number in the file"), cost.pupil_label),
            ],
        },
    )


def match(actor, cost, reference):
    """Link by the number of a trajectory of the own provider; an error at the field otherwise."""
    rows = Trajectory.objects.visible_to(actor).filter(provider=cost.provider_id)
    found = rows.filter(reference=reference.strip().upper()).first()
    if found is None:
        raise ValidationError({"reference": _("No trajectory of ours has this number")})
    return match_external_cost(actor, cost=cost, trajectory=found, on=today())
