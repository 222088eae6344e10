"""Subsidy, advances, budgets and the rate per hour: what the manager records once."""

import datetime as dt

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.decorators import needs
from oja.access.permissions import Permission
from oja.core.money import format_euros
from oja.core.periods import today
from oja.pages.forms import form_page
from providers.actions import (
    grant_subsidy,
    pay_advance,
    set_bonus_malus,
    set_budget,
    set_rate,
)
from providers.bonus_malus import Rule
from providers.models import Advance, BonusMalus, Budget, BudgetPart, HourRate, Subsidy
from schools.models import Municipality
from support.budget_board import ORDER
from support.budget_words import rule_words
from support.forms.budget import AdvanceForm, BonusMalusForm, BudgetForm, RateForm, SubsidyForm
from support.views.budget import chosen_provider


@needs(Permission.BUDGET_CHANGE)
def budget_keep(request):
    """What was recorded, with the way to record more."""
    actor, provider = request.actor, chosen_provider(request)
    return render(
        request,
        "support/budget_keep.html",
        {
            "title": _("Record budget"),
            "facts": provider.name,
            "subsidies": subsidies_of(actor, provider),
            "budgets": budgets_of(actor, provider),
            "rates": [
                (row, format_euros(row.cents_per_hour))
                for row in HourRate.objects.visible_to(actor).filter(provider=provider)
            ],
        },
    )


def subsidies_of(actor, provider):
    """Subsidies with their advances and what is left of them."""
    found = []
    rules = {
        row.subsidy_id: row
        for row in BonusMalus.objects.visible_to(actor).filter(provider=provider)
    }
    for row in Subsidy.objects.visible_to(actor).filter(provider=provider):
        advances = list(Advance.objects.visible_to(actor).filter(subsidy=row))
        paid = sum(advance.amount_cents for advance in advances)
        last = row.valid_until - dt.timedelta(days=1) if row.valid_until else None
        found.append(
            {
                "row": row,
                "last": last,
                "amount": format_euros(row.amount_cents),
                "paid": format_euros(paid),
                "left": format_euros(row.amount_cents - paid),
                "rule": rule_words(Rule.of(rules.get(row.pk))),
                "has_rule": row.pk in rules,
                "rule_url": f"{reverse('budget-record', args=['bonus-malus'])}?subsidie={row.pk}",
                "advances": [
                    (advance.on, format_euros(advance.amount_cents)) for advance in advances
                ],
            }
        )
    return found


def budgets_of(actor, provider):
    """Budgets with their parts in the order of the table of the budget page."""
    budgets = Budget.objects.visible_to(actor).filter(provider=provider)
    parts = {
        (part.budget_id, part.category): part.amount_cents
        for part in BudgetPart.objects.visible_to(actor).filter(provider=provider)
    }
    return [
        {
            "row": row,
            "amount": format_euros(row.amount_cents),
            "parts": [
                (category.label, format_euros(parts.get((row.pk, category), 0)))
                for category in ORDER
            ],
            "url": f"{reverse('budget-record', args=['budget'])}?budget={row.pk}",
        }
        for row in budgets.select_related("municipality").order_by("-year", "municipality__name")
    ]


@needs(Permission.BUDGET_CHANGE)
def budget_record(request, what):
    """One of the five forms."""
    provider = chosen_provider(request)
    pages = {
        "subsidie": record_subsidy,
        "voorschot": record_advance,
        "bonus-malus": record_bonus_malus,
        "budget": record_budget,
        "tarief": record_rate,
    }
    if what not in pages:
        raise Http404
    return pages[what](request, provider)


def _page(request, form_class, what, *, title, save, done, **options):
    return form_page(
        request,
        form_class,
        save=save,
        title=title,
        submit_label=_("Save"),
        success_url=reverse("budget-keep"),
        draft_key=f"budget-{what}",
        done=done,
        template="support/budget_form.html",
        **options,
    )


def record_subsidy(request, provider):
    """A grant of several years."""

    def save(cleaned):
        return grant_subsidy(
            request.actor,
            provider=provider,
            arrangement=cleaned["arrangement"],
            decision_number=cleaned["decision_number"],
            amount_cents=cleaned["amount_cents"],
            valid_from=cleaned["valid_from"],
            valid_until=cleaned["last_day"] + dt.timedelta(days=1),
        )

    return _page(
        request,
        SubsidyForm,
        "subsidy",
        title=_("Record a subsidy"),
        save=save,
        done=_("Subsidy recorded"),
    )


def record_bonus_malus(request, provider):
    """The rule of a subsidy: as it was recorded, or the default to begin with."""
    rows = Subsidy.objects.visible_to(request.actor).filter(provider=provider)
    subsidy = next((row for row in rows if str(row.pk) == request.GET.get("subsidie")), None)
    kept = BonusMalus.objects.visible_to(request.actor).filter(subsidy=subsidy).first()
    rule = Rule.of(kept)
    return _page(
        request,
        BonusMalusForm,
        "bonus-malus",
        title=_("Record the rule of bonus and malus"),
        save=lambda cleaned: set_bonus_malus(request.actor, **cleaned),
        done=_("Rule recorded"),
        form_kwargs={
            "subsidies": rows,
            "initial": {
                "subsidy": subsidy,
                "margin_percent": rule.margin,
                "share_percent": rule.share,
                "cap_percent": rule.cap,
            },
        },
    )


def record_advance(request, provider):
    """A payment in advance on a subsidy."""
    rows = Subsidy.objects.visible_to(request.actor).filter(provider=provider)
    return _page(
        request,
        AdvanceForm,
        "advance",
        title=_("Record an advance"),
        save=lambda cleaned: pay_advance(request.actor, **cleaned),
        done=_("Advance recorded"),
        form_kwargs={"subsidies": rows},
    )


def record_budget(request, provider):
    """The budget of a municipality and year, new or another amount."""
    rows = Subsidy.objects.visible_to(request.actor).filter(provider=provider)
    participating = Municipality.objects.filter(
        arrangements__arrangement__participations__provider=provider
    )

    def save(cleaned):
        return set_budget(
            request.actor,
            provider=provider,
            municipality=cleaned["municipality"],
            year=cleaned["year"],
            subsidy=cleaned["subsidy"],
            parts=cleaned["parts"],
        )

    return _page(
        request,
        BudgetForm,
        "budget",
        title=_("Record the budget of a year"),
        save=save,
        done=lambda row: (
            _("Budget recorded: %(amount)s") % {"amount": format_euros(row.amount_cents)}
        ),
        form_kwargs={
            "municipalities": participating.distinct(),
            "subsidies": rows,
            "initial": started_from(request, provider),
        },
    )


def started_from(request, provider):
    """The values of the budget that is changed, or this year."""
    asked = request.GET.get("budget", "")
    rows = Budget.objects.visible_to(request.actor).filter(provider=provider)
    row = next((row for row in rows if str(row.pk) == asked), None)
    if row is None:
        return {"year": today().year}
    parts = BudgetPart.objects.visible_to(request.actor).filter(budget=row)
    found = {f"part_{part.category}": part.amount_cents for part in parts}
    return found | {
        "municipality": row.municipality_id,
        "year": row.year,
        "subsidy": row.subsidy_id,
    }


def record_rate(request, provider):
    """What an hour of own help costs from a date."""
    return _page(
        request,
        RateForm,
        "rate",
        title=_("Record the rate per hour"),
        save=lambda cleaned: set_rate(request.actor, provider=provider, **cleaned),
        done=_("Rate recorded"),
    )
