"""What a page needs: the only access decorators."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login

from oja.access.permissions import Permission
from oja.access.refusals import forbidden


def needs(*permissions: Permission) -> Callable:
    """Let through whoever has one of the permissions.

    Nobody signed in goes to the log-in page; anybody else gets 403 with the reason, and the
    refusal is logged.
    """
    if not permissions:
        raise TypeError("@needs() names at least one permission")

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            actor = request.actor
            if actor.kind == "anonymous":
                return redirect_to_login(request.get_full_path())
            if not any(actor.may(permission) for permission in permissions):
                return forbidden(request)
            return view(request, *args, **kwargs)

        checked.needs_permissions = permissions
        return checked

    return decorate


def needs_link(*purposes: str) -> Callable:
    """Let through whoever came through a one-time link of one of these purposes."""

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            actor = request.actor
            if actor.kind != "link" or (purposes and actor.link.purpose not in purposes):
                return forbidden(request)
            return view(request, *args, **kwargs)

        checked.needs_permissions = (Permission.LINK_ANSWER,)
        return login_not_required(checked)  # somebody with a link has no account

    return decorate


def signed_in(view: Callable) -> Callable:
    """For the few pages about the own account: whoever is signed in, with or without a role."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if request.actor.kind != "user":
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    checked.needs_permissions = ()
    return checked
