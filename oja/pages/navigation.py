"""The main menu: applications register an item, and each actor sees the ones that fit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

TABS = 5  # what fits in the bar at the bottom of a phone


@dataclass(frozen=True)
class Entry:
    """A registered item; see `nav`."""

    label: Any
    url_name: str
    icon: str
    permission: str
    order: int
    roles: frozenset[str] | None
    tab: bool
    count: Callable[[Any], int] | None


@dataclass(frozen=True)
class Item:
    """A menu item as one actor sees it. `count` is what waits for this person, not what exists."""

    label: str
    url: str
    icon: str
    current: bool
    count: int
    tab: bool


class Navigation(list):
    """The items in order; `tabs` are those of the phone."""

    @property
    def tabs(self):
        """At most five items for the bar at the bottom of a phone."""
        chosen = [item for item in self if item.tab] or self
        return chosen[:TABS]


ENTRIES: dict[tuple[str, frozenset[str] | None], Entry] = {}


def nav(label, url_name, icon, permission, *, order, roles=None, tab=False, count=None):
    """Register a menu item.

    permission: who may use the page; roles: only for holders of one of these. count: a function
    of the actor that gives how much waits for that person (one cheap query, on every page).
    A page that does not exist (yet) gives no item.
    """
    only = None if roles is None else frozenset(str(role) for role in roles)
    entry = Entry(label, url_name, icon, permission, order, only, tab, count)
    ENTRIES[url_name, only] = entry
    return entry


def items_for(actor, path=""):
    """The menu of an actor on a page."""
    held = {str(role) for role in actor.roles}
    found = []
    for entry in sorted(ENTRIES.values(), key=lambda entry: entry.order):
        if not actor.may(entry.permission) or (entry.roles is not None and not entry.roles & held):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        if any(item.url == url for item in found):
            continue
        current = path == url if url == "/" else path.startswith(url)
        count = entry.count(actor) if entry.count else 0
        found.append(Item(str(entry.label), url, entry.icon, current, count, entry.tab))
    # The longest address wins: /contacten/nieuw/ is not also /contacten/.
    longest = max((len(item.url) for item in found if item.current), default=0)
    return Navigation(
        Item(i.label, i.url, i.icon, i.current and len(i.url) == longest, i.count, i.tab)
        for i in found
    )


def context(request):
    """Context processor: `navigation`, worked out when a template draws it."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.kind != "user":
        return {"navigation": Navigation()}
    return {"navigation": SimpleLazyObject(lambda: items_for(actor, request.path))}
