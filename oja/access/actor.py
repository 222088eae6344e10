"""Who acts: a person, somebody with a one-time link, the system, or nobody yet.

An actor is made once per request (and by commands and tests) and knows roles, permissions and
sets. `become` gives the database the same actor: its role and a signed identity.
"""

import uuid
from contextlib import contextmanager, nullcontext
from functools import cached_property

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from oja.access import identity, scoping
from oja.access.models import Membership, OneTimeLink, Organisation, User
from oja.access.permissions import LINK_PERMISSIONS, ROLES, Permission, Role
from oja.core.periods import today


class Actor:
    """For whom rows are read and by whom they are written."""

    def __init__(self, kind, *, user=None, link=None, reason="", on=None):
        self.kind = kind  # "user", "link", "system" or "anonymous"
        self.user = user
        self.link = link
        self.reason = reason
        self._on = on
        self._ids = {}
        self._version = scoping.sets_version()

    @classmethod
    def for_user(cls, user: User, on=None) -> "Actor":
        """A person, with the memberships that hold on the date (today)."""
        return cls("user", user=user, on=on)

    @classmethod
    def for_link(cls, link: OneTimeLink) -> "Actor":
        """Whoever came through a one-time link: sees and answers for that link alone."""
        return cls("link", link=link)

    @classmethod
    def system(cls, reason: str) -> "Actor":
        """The application itself: a command, a job, the demo world. Never in a web request."""
        if not reason:
            raise ValueError("a system actor needs a reason")
        return cls("system", reason=reason)

    @classmethod
    def anonymous(cls) -> "Actor":
        """Nobody yet: no rows, no permissions."""
        return cls("anonymous")

    def __repr__(self):
        return f"<Actor {self.kind} {self.user_id or self.link_id or self.reason}>"

    @property
    def user_id(self) -> uuid.UUID | None:
        """The account, or None for a link, the system and nobody."""
        return self.user.pk if self.user else None

    @property
    def link_id(self) -> uuid.UUID | None:
        """The one-time link, or None."""
        return self.link.pk if self.link else None

    @property
    def label(self) -> str:
        """How events name the actor; kept with the event, since names change."""
        if self.user:
            return str(self.user)
        return self.link.subject_label if self.link else self.reason

    @cached_property
    def memberships(self) -> list[Membership]:
        """The memberships that hold on the actor's date."""
        if self.kind != "user" or not self.user.is_active:
            return []
        rows = Membership.objects.filter(user_id=self.user_id).valid(self._on or today())
        return list(rows.select_related("organisation").order_by("valid_from", "id"))

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles that the actor holds somewhere."""
        return frozenset(Role(m.role) for m in self.memberships)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Everything that the roles allow together."""
        if self.kind == "system":
            return frozenset(Permission)
        if self.kind == "link":
            return LINK_PERMISSIONS
        return frozenset().union(*(ROLES[role].permissions for role in self.roles))

    def may(self, permission: Permission) -> bool:
        """Whether the actor may do this kind of thing at all."""
        return permission in self.permissions

    def holds(self, role: str) -> bool:
        """Whether rules for the role apply: also for `ANY` and `LINK`, which are no roles."""
        if role == scoping.ANY:
            return self.kind == "user" and self.user.is_active
        if role == scoping.LINK:
            return self.kind == "link" and self.link.is_valid(self._on or today())
        return role in self.roles

    def ids(self, role: str, name: str) -> tuple[uuid.UUID, ...]:
        """The keys in a named set by virtue of a role. Read once, until access changes."""
        if self._version != scoping.sets_version():
            self._version = scoping.sets_version()
            self._ids.clear()
            for cached in ("memberships", "roles", "permissions"):
                self.__dict__.pop(cached, None)
        if not self.holds(role):
            return ()
        key = (str(role), name)
        if key not in self._ids:
            with scoping.unscoped("the set itself decides what the actor sees"):
                self._ids[key] = tuple(scoping.SETS[name].ids(self, role))
        return self._ids[key]

    def organisations(self, role: str) -> list[Organisation]:
        """Where the actor holds the role, by name."""
        found = {m.organisation_id: m.organisation for m in self.memberships if m.role == role}
        return sorted(found.values(), key=lambda o: (o.name, str(o.pk)))


@contextmanager
def become(actor: Actor, using: str = DEFAULT_DB_ALIAS):
    """Run the block in one transaction as the actor, also in the eyes of the database.

    Nested it is a savepoint, after which role and identity are what they were. A system actor
    inside a web request is refused: the web has no such role; use a function of the database.
    """
    if actor.kind == "system" and scoping.is_guarded():
        raise RuntimeError(
            "A web request cannot become the system: let a SystemFunction of a migration do it."
        )
    connection = connections[using]
    nested = connection.in_atomic_block
    guard = scoping.guarded(False) if actor.kind == "system" else nullcontext()
    with transaction.atomic(using=using):
        before = identity.assume(connection, actor)
        with guard:
            yield actor
    if nested and not connection.needs_rollback:
        identity.restore(connection, before)


def _organisations(kind):
    def ids(actor, role):
        return sorted(
            {
                m.organisation_id
                for m in actor.memberships
                if m.role == role and m.organisation.kind == kind
            }
        )

    return ids


def _organisations_sql(kind):
    return (
        "SELECT DISTINCT m.organisation_id FROM public.access_membership m"
        " JOIN public.access_organisation o ON o.id = m.organisation_id"
        " WHERE m.user_id = oja.current_user_id() AND m.role = $1"
        " AND o.kind = 'KIND' AND m.valid_from <= oja.today()"
        " AND (m.valid_until IS NULL OR m.valid_until > oja.today())"
    ).replace("KIND", kind)


def register_sets() -> None:
    """The sets that every floor may use."""
    scoping.register_set(
        "self",
        sql="SELECT oja.current_user_id()",
        ids=lambda actor, role: [actor.user_id] if actor.user_id else [],
    )
    scoping.register_set("sites", sql=_organisations_sql("site"), ids=_organisations("site"))
    scoping.register_set(
        "providers", sql=_organisations_sql("provider"), ids=_organisations("provider")
    )
    scoping.register_set(
        "link",
        sql="SELECT oja.current_link_id()",
        ids=lambda actor, role: [actor.link_id] if actor.link_id else [],
    )
    scoping.register_set(
        "link_target",
        sql="SELECT l.target_id FROM public.access_onetimelink l"
        " WHERE l.id = oja.current_link_id()",
        ids=lambda actor, role: [actor.link.target_id] if actor.link else [],
    )
