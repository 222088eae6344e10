"""Every write to providers, arrangements and their money. Actor first, dates as arguments."""

from providers.actions.contracts import agree_contract, end_contract, register_third_party
from providers.actions.money import (
    grant_subsidy,
    pay_advance,
    set_bonus_malus,
    set_budget,
    set_rate,
)
from providers.actions.register import (
    add_municipality,
    add_participation,
    add_worker,
    change_provider,
    end_participation,
    post_worker,
    register_provider,
    start_arrangement,
)

__all__ = [
    "add_municipality",
    "add_participation",
    "add_worker",
    "agree_contract",
    "change_provider",
    "end_contract",
    "end_participation",
    "grant_subsidy",
    "pay_advance",
    "post_worker",
    "register_provider",
    "register_third_party",
    "set_bonus_malus",
    "set_budget",
    "set_rate",
    "start_arrangement",
]
