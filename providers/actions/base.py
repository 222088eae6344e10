"""Whose provider it is: asked by every action on contracts and money."""

from oja.access.permissions import Role
from oja.core.workflow import NotVisible


def own_provider(actor, provider):
    """Raise NotVisible for a provider of which the actor is no manager; the system may all."""
    key = getattr(provider, "pk", provider)
    if actor.kind != "system" and key not in actor.ids(Role.PROVIDER_MANAGER, "providers"):
        raise NotVisible
