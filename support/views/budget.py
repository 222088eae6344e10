"""The budget of a provider: one sentence, the burn-down, the table per kind of help, decisions."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from oja.access.decorators import needs
from oja.access.lookup import log_list
from oja.access.permissions import Permission, Role
from oja.core.export import Column, to_csv, to_xlsx
from oja.core.money import format_euros
from oja.core.periods import today
from oja.core.workflow import MoveRefused
from oja.pages.refused import refused_page
from providers.models import Budget, CostCategory, Provider
from support.actions.costs import close_month
from support.budget_board import board_of, positions_of
from support.budget_chart import MONTHS, NARROW, WIDE, burn_down, day_words
from support.budget_words import finding
from support.forms.budget import BudgetChoiceForm
from support.models import CostLine
from support.progress import day_full
from support.views.budget_panels import scales, watch_rows
from support.views.decisions import decisions_of
from support.views.keys import key_or_404

#: What stands in the file beside the page: the same kinds and amounts, and no child.
COLUMNS = (
    Column("kind", gettext_lazy("Kind of help"), "label"),
    Column("budget", gettext_lazy("Budgeted"), "budget_cents", "money"),
    Column("spent", gettext_lazy("Spent"), "spent_cents", "money"),
    Column("ordered", gettext_lazy("Ordered"), "committed_cents", "money"),
    Column("left", gettext_lazy("Left or short"), "left_cents", "money"),
)


def own_providers(actor):
    """Providers of which the actor is the manager, by name."""
    keys = actor.ids(Role.PROVIDER_MANAGER, "providers")
    return list(Provider.objects.filter(pk__in=keys, kind=Provider.Kind.LEAD).order_by("name"))


def chosen_provider(request):
    """The provider that the page is about: the one asked for, or the first. 404 without one."""
    providers = own_providers(request.actor)
    asked = request.GET.get("aanbieder") or request.POST.get("aanbieder")
    if asked:
        key = key_or_404(asked)
        providers = [provider for provider in providers if provider.pk == key]
    if not providers:
        raise Http404
    return providers[0]


@needs(Permission.BUDGET_VIEW)
def budget(request):
    """What is left, per kind of help, and what waits for a decision."""
    actor, on = request.actor, today()
    provider = chosen_provider(request)
    choice = choose(request, provider, on)
    board = board_of(
        actor,
        provider,
        year=choice["year"],
        on=choice["on"],
        municipality=choice["municipality"],
        without_largest=choice["without"],
    )
    kinds = rows_of(board, choice["query"])
    if request.GET.get("formaat") in ("csv", "xlsx"):
        return export(request, provider, board, kinds, request.GET["formaat"])
    lines = lines_query(board, choice["query"])
    decisions, waiting = decisions_of(actor, on, provider)
    log_list(request, [item.row for item in decisions], "budget")
    return render(
        request,
        "support/budget.html",
        {
            "title": _("Budget %(year)s") % {"year": board.year},
            "facts": " · ".join([provider.name, _("all youth care for the pupils of our schools")]),
            "choice_form": choice["form"],
            "board": board,
            "finding": finding(board),
            "subtitle": subtitle(board),
            "unbooked": unbooked_words(board),
            "chart_wide": burn_down(board, "over-tijd", WIDE) if board.budgets else "",
            "chart_narrow": burn_down(board, "over-tijd-smal", NARROW) if board.budgets else "",
            "as_table": request.GET.get("tabel") == "1",
            "months": month_rows(board),
            "table_url": f"?{urlencode(choice['query'] | {'tabel': '1'})}",
            "chart_url": f"?{urlencode(choice['query'])}",
            "kinds": kinds[:-1],
            "total": kinds[-1],
            "provisional": provisional_words(board),
            "decisions": decisions,
            "waiting": waiting,
            "scales": scales(actor, provider, board),
            "watch": watch_rows(actor, provider, board, lines),
            "provider": provider,
            "csv_url": f"?{urlencode(choice['query'] | {'formaat': 'csv'})}",
            "xlsx_url": f"?{urlencode(choice['query'] | {'formaat': 'xlsx'})}",
            "lines_url": f"{reverse('budget-lines')}?{urlencode(lines)}",
        },
    )


def choose(request, provider, on):
    """The year, date and municipality that were asked for, and the form that asks."""
    budgets = Budget.objects.visible_to(request.actor).filter(provider=provider)
    rows = list(budgets.select_related("municipality").order_by("municipality__name"))
    places = {str(row.municipality_id): row.municipality for row in rows}
    lines = CostLine.objects.visible_to(request.actor).filter(provider=provider)
    used = lines.order_by().values_list("year", flat=True).distinct()
    years = sorted({row.year for row in rows} | set(used) | {on.year}, reverse=True)
    asked = request.GET.get("jaar", "")
    year = int(asked) if asked in map(str, years) else (on.year if on.year in years else years[0])
    dates = dates_of(year, on)
    stand = request.GET.get("stand", "")
    chosen = dt.date.fromisoformat(stand) if stand in map(str, dates) else dates[0]
    place = places.get(request.GET.get("gemeente", ""))
    query = {"jaar": year}
    if place:
        query["gemeente"] = str(place.pk)
    if chosen != dates[0]:
        query["stand"] = chosen.isoformat()
    without = request.GET.get("zonder") in ("on", "5")
    if without:
        query["zonder"] = "on"
    others = own_providers(request.actor)
    if len(others) > 1:
        query["aanbieder"] = str(provider.pk)
    form = BudgetChoiceForm(
        query | {"stand": chosen.isoformat()},
        municipalities=[(key, row.name) for key, row in places.items()],
        years=[(str(number), str(number)) for number in years],
        dates=[(str(date), day_words(date)) for date in dates],
        providers=[(str(row.pk), row.name) for row in others],
    )
    return {
        "year": year,
        "on": chosen,
        "municipality": place,
        "without": without,
        "query": query,
        "form": form,
    }


def dates_of(year, on):
    """Ends of months of a year up to today, the newest first; today itself in this year."""
    if year > on.year:
        return [dt.date(year, 1, 1)]
    last = on if year == on.year else dt.date(year, 12, 31)
    ends = [dt.date(year, number, 1) - dt.timedelta(days=1) for number in range(2, last.month + 1)]
    return [last, *reversed(ends)]


def rows_of(board, query):
    """The kinds as rows of the table and of the file, the total last."""
    not_ordered = _("by a doctor, a certified institution or the court")
    found = [
        {
            "label": str(kind.category.label),
            "note": not_ordered if kind.category == CostCategory.NOT_ORDERED else "",
            "url": f"{reverse('budget-lines')}?"
            + urlencode(lines_query(board, query) | {"soort": str(kind.category)}),
            "budget_cents": kind.budget_cents,
            "spent_cents": kind.spent_cents,
            "committed_cents": kind.committed_cents,
            "left_cents": kind.left_cents,
            "is_last_outside": kind.is_last_outside,
        }
        for kind in board.kinds
    ]
    names = ("budget_cents", "spent_cents", "committed_cents", "left_cents")
    total = {name: sum(row[name] for row in found) for name in names}
    found.append({"label": _("Total"), **total})
    for row in found:
        row["budget"], row["spent"] = (
            format_euros(row["budget_cents"]),
            format_euros(row["spent_cents"]),
        )
        row["committed"] = format_euros(row["committed_cents"])
        words = _("%(amount)s short") if row["left_cents"] < 0 else _("%(amount)s over")
        row["left"] = words % {"amount": format_euros(abs(row["left_cents"]))}
        row["is_short"] = row["left_cents"] < 0
    return found


def lines_query(board, query):
    """The filters of the list of lines that add up to the numbers of this page."""
    kept = {name: query[name] for name in ("jaar", "gemeente", "aanbieder") if name in query}
    kept["tot"] = board.on.isoformat()
    return kept | ({"zonder": "5"} if board.without else {})


def unbooked_words(board):
    """How many bills came in that were not approved yet; nothing when there are none."""
    number, cents = board.unbooked
    sentence = ngettext(
        "%(number)s bill that came in is not approved yet: %(amount)s.",
        "%(number)s bills that came in are not approved yet: %(amount)s.",
        number,
    )
    return sentence % {"number": number, "amount": format_euros(cents)} if number else ""


def subtitle(board):
    """What is drawn: of how much, per what, for whom."""
    words = {
        "amount": format_euros(board.amount_cents),
        "place": board.municipality.name
        if board.municipality
        else _("all municipalities together"),
        "day": day_full(board.on).split(" ", 1)[1],
        "ordered": format_euros(board.committed_cents),
    }
    sentence = _("What is left of %(amount)s? Per month, %(place)s, state on %(day)s.") % words
    if board.without:
        sentence += " " + _("Without the 5 most expensive trajectories.")
    if board.committed_cents:
        sentence += " " + _("Of what is left, %(ordered)s is ordered already.") % words
    return sentence


def month_rows(board):
    """The numbers of the drawing as a table."""
    left, found = board.amount_cents, []
    for month in board.months:
        left -= month.spent_cents
        found.append(
            {
                "name": MONTHS[month.first.month - 1],
                "spent": format_euros(month.spent_cents),
                "left": format_euros(left),
                "is_provisional": month.is_provisional,
            }
        )
    return found


def provisional_words(board):
    """Voorlopig: september en oktober."""
    names = [MONTHS[month.month - 1] for month in board.provisional_months]
    if not names or not board.spent_cents:
        return ""
    if len(names) > 2:
        names = [f"{names[0]} – {names[-1]}"]
    return _("Provisional: %(months)s") % {"months": _(" and ").join(names)}


def export(request, provider, board, kinds, kind):
    """The table as a file: no lines and no child."""
    log_list(request, [], "budget", action="export")
    name = f"budget-{board.year}-{board.on:%Y%m%d}.{kind}"
    if kind == "csv":
        content, mime = to_csv(COLUMNS, kinds), "text/csv; charset=utf-8"
    else:
        facts = {
            _("List"): _("Budget %(year)s") % {"year": board.year},
            _("Source"): "OJA",
            _("Provider"): provider.name,
            _("Municipality"): board.municipality.name if board.municipality else _("All together"),
            _("State on"): f"{board.on:%d-%m-%Y}",
            _("Note"): " · ".join(filter(None, notes_of(board))),
        }
        content = to_xlsx(COLUMNS, kinds, facts)
        mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(content, content_type=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def notes_of(board):
    """What whoever reads the file without the page has to know."""
    yield provisional_words(board)
    yield _("Without the 5 most expensive trajectories.") if board.without else ""
    yield unbooked_words(board)
    yield _("Bills from outside that did not come in yet are not estimated.")


@needs(Permission.BUDGET_CHANGE)
@require_POST
def budget_close(request):
    """Close a month: book its own help."""
    provider = chosen_provider(request)
    try:
        month = dt.date.fromisoformat(request.POST.get("maand", ""))
    except ValueError:
        raise Http404 from None
    try:
        lines = close_month(request.actor, provider=provider, month=month, on=today())
    except MoveRefused as problem:
        return refused_page(
            request, problem, title=_("Close the month"), back_url=reverse("budget")
        )
    total = format_euros(sum(line.cents for line in lines))
    sentence = ngettext(
        "Month closed: %(number)s line of own help, %(total)s.",
        "Month closed: %(number)s lines of own help, %(total)s.",
        len(lines),
    )
    messages.success(request, sentence % {"number": len(lines), "total": total}, extra_tags="toast")
    return redirect("budget")


def money_sentence(actor, on):
    """The budget of this year in one sentence, per own provider: [(sentence, url)]."""
    found = []
    providers = own_providers(actor)
    positions = positions_of(actor, providers, on)
    for provider in providers:
        more = f"?aanbieder={provider.pk}" if len(providers) > 1 else ""
        name = f"{provider.name}: " if len(providers) > 1 else ""
        found.append((f"{name}{finding(positions[provider.pk])}.", reverse("budget") + more))
    return found
