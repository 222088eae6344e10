"""The main menu: applications register an item, and each actor sees the ones that fit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from oja.access.permissions import Permission, Role

MAIN = 7  # items in the top bar; the others stand in the menu of the account
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
    """The items in order; `main` are those of the top bar and `more` those in the menu of the
    account, `tabs` those of the phone, `facts` the words under the name."""

    facts = ""

    @property
    def main(self):
        """What the top bar shows."""
        return self[:MAIN]

    @property
    def more(self):
        """What does not fit there."""
        return self[MAIN:]

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
    items = Navigation(
        Item(i.label, i.url, i.icon, i.current and len(i.url) == longest, i.count, i.tab)
        for i in found
    )
    items.facts = facts_of(actor)
    return items


def facts_of(actor):
    """The role and the organisation, for who has one of each; else the roles."""
    held = {(str(Role(m.role).label), m.organisation.name) for m in actor.memberships}
    if len(held) == 1:
        return " · ".join(held.pop())
    return " · ".join(sorted({role for role, _organisation in held}))


def search_url(actor):
    """Where the search of the top bar posts to: the list of pupils, for who may see pupils."""
    try:
        return reverse("pupil-list") if actor.may(Permission.PUPIL_VIEW) else ""
    except NoReverseMatch:
        return ""


def context(request):
    """Context processor: `navigation`, worked out when a template draws it, and the frame."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.kind != "user":
        return {"navigation": Navigation(), "search_url": "", "is_demo": settings.DEMO}
    return {
        "navigation": SimpleLazyObject(lambda: items_for(actor, request.path)),
        "search_url": search_url(actor),
        "is_demo": settings.DEMO,
    }
