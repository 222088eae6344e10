"""Every write to providers, arrangements and their money. Actor first, dates as arguments."""

from providers.actions.money import (
    grant_subsidy,
    pay_advance,
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
    "change_provider",
    "end_participation",
    "grant_subsidy",
    "pay_advance",
    "post_worker",
    "register_provider",
    "set_budget",
    "set_rate",
    "start_arrangement",
]
