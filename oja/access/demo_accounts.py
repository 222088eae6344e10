"""Accounts that the log-in page of a demonstration shows; the demo world lends them."""

from collections.abc import Callable

from django.conf import settings

_providers: list[Callable[[], list[dict]]] = []


def provide(accounts: Callable[[], list[dict]]) -> None:
    """Lend a function that gives dicts with email, password, name, role and description."""
    _providers.append(accounts)


def demo_accounts() -> list[dict]:
    """The accounts to show: none, unless this is a demonstration."""
    if not settings.DEMO:
        return []
    return [account for accounts in _providers for account in accounts()]
