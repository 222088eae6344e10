"""Subsidy, advances, budgets and rates: kept by the manager of the provider, in whole cents."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.money import format_euros
from oja.core.workflow import MoveNotAllowed, hold
from providers.actions.base import own_provider
from providers.models import (
    Advance,
    BonusMalus,
    Budget,
    BudgetPart,
    CostCategory,
    HourRate,
    Provider,
    Subsidy,
)
from schools.actions import store


def own_money(actor, provider):
    """The provider, when its money is the actor's: NotVisible for a stranger.

    Raises MoveNotAllowed without the permission. The system may write everywhere.
    """
    if not actor.may(Permission.BUDGET_CHANGE):
        raise MoveNotAllowed(_("Your role does not allow this."))
    own_provider(actor, provider)
    if isinstance(provider, Provider):
        return provider
    return Provider.objects.get(pk=getattr(provider, "pk", provider))


@transaction.atomic
def grant_subsidy(
    actor, *, provider, arrangement, decision_number, amount_cents, valid_from, valid_until
):
    """Record a grant of several years. `valid_until` is the first day after it. Returns it."""
    provider = own_money(actor, provider)
    return store(
        Subsidy(
            provider=provider,
            arrangement=arrangement,
            decision_number=decision_number.strip(),
            amount_cents=amount_cents,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    )


@transaction.atomic
def set_bonus_malus(actor, *, subsidy, margin_percent, share_percent, cap_percent):
    """Record how a subsidy settles what a year leaves or lacks, new or changed. Returns the rule.

    Raises ValidationError for a percentage below 0 or above 100.
    """
    own_money(actor, subsidy.provider_id)
    hold("bonus-malus", subsidy.pk)
    row = BonusMalus.objects.visible_to(actor, CHANGE).filter(subsidy=subsidy).first()
    row = row or BonusMalus(subsidy=subsidy, provider_id=subsidy.provider_id)
    row.margin_percent, row.share_percent = margin_percent, share_percent
    row.cap_percent = cap_percent
    return store(row)


@transaction.atomic
def pay_advance(actor, *, subsidy, on, amount_cents):
    """Record a payment in advance; together they never come to more than the subsidy.

    Raises ValidationError on `amount_cents` or `on` where that would not hold.
    """
    own_money(actor, subsidy.provider_id)
    rows = Subsidy.objects.visible_to(actor, CHANGE).select_for_update(no_key=True)
    subsidy = rows.get(pk=subsidy.pk)
    paid = sum(
        Advance.objects.visible_to(actor)
        .filter(subsidy=subsidy)
        .values_list("amount_cents", flat=True)
    )
    if paid + amount_cents > subsidy.amount_cents:
        left = format_euros(subsidy.amount_cents - paid)
        sentence = _("Together the advances would be more than the subsidy. Left: %(left)s.")
        raise ValidationError({"amount_cents": sentence % {"left": left}})
    after_end = subsidy.valid_until is not None and on >= subsidy.valid_until
    if on < subsidy.valid_from or after_end:
        raise ValidationError({"on": _("This date lies outside the subsidy.")})
    return store(
        Advance(subsidy=subsidy, provider_id=subsidy.provider_id, on=on, amount_cents=amount_cents)
    )


@transaction.atomic
def set_budget(actor, *, provider, municipality, year, parts, subsidy=None):
    """Set the budget of a municipality and year from its parts: category -> cents. Returns it.

    The budget is the sum of its parts, always; a kind of help that is not named gets nought.
    Raises ValidationError on `parts` for an unknown kind or a negative amount.
    """
    provider = own_money(actor, provider)
    if not set(parts) <= set(CostCategory.values) or any(cents < 0 for cents in parts.values()):
        raise ValidationError({"parts": _("A part of a budget is nought or more.")})
    hold("budget", f"{provider.pk}.{municipality.pk}.{year}")
    rows = Budget.objects.visible_to(actor, CHANGE).select_for_update(no_key=True)
    budget = rows.filter(provider=provider, municipality=municipality, year=year).first()
    budget = budget or Budget(provider=provider, municipality=municipality, year=year)
    budget.amount_cents = sum(parts.values())
    if subsidy is not None:
        budget.subsidy = subsidy
    budget = store(budget)
    kept = {
        part.category: part
        for part in BudgetPart.objects.visible_to(actor, CHANGE).filter(budget=budget)
    }
    for category in CostCategory.values:
        part = kept.get(category) or BudgetPart(
            budget=budget, provider_id=budget.provider_id, category=category
        )
        part.amount_cents = parts.get(category, 0)
        store(part)
    return budget


@transaction.atomic
def set_rate(actor, *, provider, cents_per_hour, valid_from):
    """What an hour of own help costs from a date; the rate before it ends on that day.

    Raises ValidationError on `valid_from` when a later rate was set already.
    """
    provider = own_money(actor, provider)
    hold("rate", provider.pk)
    rows = HourRate.objects.visible_to(actor, CHANGE).filter(provider=provider)
    if rows.filter(valid_from__gte=valid_from).exists():
        sentence = _("There is a rate from this date or later already.")
        raise ValidationError({"valid_from": sentence})
    for row in rows.valid_on(valid_from):
        row.valid_until = valid_from
        store(row)
    return store(HourRate(provider=provider, cents_per_hour=cents_per_hour, valid_from=valid_from))
