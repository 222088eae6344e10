"""The page a person starts on: the home of the first of their roles that has one."""

from django.shortcuts import render

from oja.access.decorators import needs
from oja.access.permissions import ROLES, Permission

_HOMES: dict[str, tuple[int, object]] = {}


def register_home(role, view, order):
    """Make `view` the home of a role. Who holds several roles gets the lowest `order`."""
    _HOMES[str(role)] = (order, view)


@needs(Permission.PAGE_VIEW)
def home(request):
    """The home of the actor's role, or a page that says what the account can do."""
    roles = [str(role) for role in request.actor.roles]
    homes = sorted((_HOMES[role] for role in roles if role in _HOMES), key=lambda pair: pair[0])
    if homes:
        return homes[0][1](request)
    held = [info for role, info in ROLES.items() if str(role) in roles]
    return render(request, "pages/home.html", {"roles": held})
