"""For whom: every row reaches a page through `visible_to(actor)`; anything else raises.

A model says once, in its `Scope`, which column is compared with which set of the actor. This
module is the first wall (it also gives PostgreSQL its index); `rowsecurity` derives the second
wall from the same declaration.
"""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.db.models.signals import class_prepared
from django.dispatch import receiver

READ = "read"
CREATE = "create"
CHANGE = "change"
DELETE = "delete"
#: One letter per right, as it stands in migrations.
LETTERS = {READ: "r", CREATE: "c", CHANGE: "u", DELETE: "d"}

#: Not roles: everyone who is signed in, and the person who came through a one-time link.
ANY = "any"
LINK = "link"


class UnscopedRead(RuntimeError):
    """A query over scoped rows was run in a web request without saying for whom."""


# --- Declaration ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """One column of the row, compared with one short set of the actor, and what that allows.

    `until` names a date column: the rule holds while it is empty or in the future.
    """

    role: str
    column: str
    within: str
    may: tuple[str, ...] = (READ,)
    until: str | None = None

    @property
    def letters(self) -> str:
        """The rights as letters, always in the same order."""
        return "".join(letter for right, letter in LETTERS.items() if right in self.may)


@dataclass(frozen=True)
class ScopeOf:
    """What a model's `Scope` says, with the defaults filled in."""

    rules: tuple[Rule, ...]
    fixed: tuple[str, ...] = ()
    bound: dict[str, tuple[str, ...]] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    grants: bool = False
    logs_reads: bool = True


_SCOPE_FIELDS = frozenset(ScopeOf.__dataclass_fields__)


@cache
def scope_of(model: type[models.Model]) -> ScopeOf:
    """The scope of a model. Raises ImproperlyConfigured for a model without, or a word unknown."""
    declared = getattr(model, "Scope", None)
    if declared is None:
        raise ImproperlyConfigured(f"{model.__name__} is a ScopedModel without a Scope.")
    said = {name: getattr(declared, name) for name in dir(declared) if not name.startswith("_")}
    unknown = said.keys() - _SCOPE_FIELDS
    if unknown or "rules" not in said:
        raise ImproperlyConfigured(
            f"{model.__name__}.Scope needs rules and knows no {', '.join(sorted(unknown))}."
        )
    return ScopeOf(**said)


@dataclass(frozen=True)
class NamedSet:
    """A set of keys that an actor has, in SQL (for row security) and through the ORM."""

    name: str
    sql: str
    ids: Callable[[object, str], Iterable]


SETS: dict[str, NamedSet] = {}


def register_set(name: str, *, sql: str, ids: Callable[[object, str], Iterable]) -> None:
    """Lend a set to all scopes.

    `sql` selects one uuid column, and may use `oja.current_user_id()`, `oja.today()` and the
    role as `$1`; it is asked only when the person holds that role today. `ids(actor, role)` gives
    the same keys through the ORM. Keep sets short: a caseload, never an organisation's rows.
    """
    if name in SETS and SETS[name].sql != sql:
        raise ImproperlyConfigured(f"The set {name} is registered twice, and differs.")
    SETS[name] = NamedSet(name, sql, ids)


#: Models without a scope, "app.Model" -> why that is right.
OPEN_MODELS: dict[str, str] = {}


def open_model(label: str, reason: str) -> None:
    """Say that the rows of a model are no secret, or are guarded otherwise, and why."""
    if not reason:
        raise ImproperlyConfigured(f"Say why {label} needs no scope.")
    OPEN_MODELS[label] = reason


# --- Guard ----------------------------------------------------------------------------------------

_guarded: ContextVar[bool] = ContextVar("oja_guarded", default=False)
_sets_version: ContextVar[int] = ContextVar("oja_sets_version", default=0)


def is_guarded() -> bool:
    """Whether a query must say for whom, here and now."""
    return _guarded.get()


@contextmanager
def guarded(on: bool = True):
    """Switch the guard on (a web request) or off (a system action)."""
    token = _guarded.set(on)
    try:
        yield
    finally:
        _guarded.reset(token)


@contextmanager
def unscoped(reason: str):
    """Let a query through the guard and say why. Row security stays as it is."""
    if not reason:
        raise ImproperlyConfigured("unscoped() needs a reason.")
    with guarded(False):
        yield


def sets_version() -> int:
    """A number that changes when somebody's access may have changed."""
    return _sets_version.get()


def forget_sets() -> None:
    """Let actors read their sets anew: after a write to a table that grants access."""
    _sets_version.set(_sets_version.get() + 1)


# --- Queries --------------------------------------------------------------------------------------


class Today(models.Func):
    """The date in Amsterdam by the clock of the database, which row security uses too."""

    function = "oja.today"
    arity = 0
    output_field = models.DateField()


class ScopedQuerySet(models.QuerySet):
    """Rows that must be asked for somebody."""

    _asked_for_whom = False

    def visible_to(self, actor, may: str = READ):
        """The rows that the actor may read (or change, or delete)."""
        rows = self._chain()
        if actor.kind != "system":
            condition = condition_for(self.model, actor, may)
            rows = rows.none() if condition is None else rows.filter(condition)
        rows._asked_for_whom = True
        return rows

    @property
    def is_asked(self) -> bool:
        """Whether it is known for whom these rows are, or there are none."""
        return self._asked_for_whom or self.query.is_empty()

    def _check(self):
        if _guarded.get() and not self.is_asked:
            raise UnscopedRead(
                f"{self.model._meta.label} was read without visible_to(actor). Ask for whom, load"
                " a related row with select_related, or say unscoped('why')."
            )

    def _clone(self):
        clone = super()._clone()
        clone._asked_for_whom = self._asked_for_whom
        return clone

    def _combined(self, other, result):
        # Django may give back one of the two as it is when the other is empty.
        result = result._chain()
        result._asked_for_whom = self.is_asked and getattr(other, "is_asked", False)
        return result

    def __or__(self, other):
        return self._combined(other, super().__or__(other))

    def __and__(self, other):
        return self._combined(other, super().__and__(other))

    def __xor__(self, other):
        return self._combined(other, super().__xor__(other))

    def _combinator_query(self, combinator, *other_qs, all=False):
        result = super()._combinator_query(combinator, *other_qs, all=all)
        result._asked_for_whom = self.is_asked and all_asked(other_qs)
        return result

    # Everything by which a queryset meets the database passes one of these.
    def _fetch_all(self):
        if self._result_cache is None:
            self._check()
        super()._fetch_all()

    def iterator(self, chunk_size=None):
        """Rows one by one; see Django."""
        self._check()
        return super().iterator(chunk_size)

    def count(self):
        """Number of rows; see Django."""
        if self._result_cache is None:
            self._check()
        return super().count()

    def exists(self):
        """Whether there are rows; see Django."""
        if self._result_cache is None:
            self._check()
        return super().exists()

    def aggregate(self, *args, **kwargs):
        """Figures over the rows; see Django."""
        self._check()
        return super().aggregate(*args, **kwargs)

    def explain(self, *args, **kwargs):
        """The plan of the query; see Django. It holds values of rows."""
        self._check()
        return super().explain(*args, **kwargs)

    def raw(self, *args, **kwargs):
        """Rows by hand-written SQL: never in a web request."""
        self._check()
        return super().raw(*args, **kwargs)

    def update(self, **kwargs):
        """Change rows; see Django. Silent about rows that row security hides: assert the number."""
        self._check()
        number = super().update(**kwargs)
        self._note_write()
        return number

    update.alters_data = True

    def delete(self):
        """Delete rows; see Django."""
        self._check()
        with unscoped("what hangs on the deleted rows is collected"):
            result = super().delete()
        self._note_write()
        return result

    delete.alters_data = True
    delete.queryset_only = True

    def bulk_create(self, objs, *args, **kwargs):
        """Insert many rows; see Django."""
        rows = super().bulk_create(objs, *args, **kwargs)
        self._note_write()
        return rows

    bulk_create.alters_data = True

    def _note_write(self):
        if scope_of(self.model).grants:
            forget_sets()


def all_asked(querysets: Iterable) -> bool:
    """Whether each of the querysets was asked for somebody."""
    return all(getattr(rows, "is_asked", False) for rows in querysets)


def condition_for(model: type[models.Model], actor, may: str) -> Q | None:
    """The rules that the actor's roles activate, OR-ed; None when there are none."""
    if may not in LETTERS:
        raise ValueError(f"{may!r} is no right: use one of {', '.join(LETTERS)}.")
    found = None
    for rule in scope_of(model).rules:
        if may not in rule.may or not actor.holds(rule.role):
            continue
        ids = actor.ids(rule.role, rule.within)
        if not ids:
            continue
        condition = Q(**{f"{rule.column}__in": ids})
        if rule.until:
            condition &= Q(**{f"{rule.until}__isnull": True}) | Q(**{f"{rule.until}__gt": Today()})
        found = condition if found is None else found | condition
    return found


class ScopedModel(models.Model):
    """A table whose rows belong to somebody. Combine it with BaseModel; declare `Scope` inside."""

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Write the row; see Django. Row security decides whether that is allowed."""
        super().save(*args, **kwargs)
        if scope_of(type(self)).grants:
            forget_sets()

    def delete(self, *args, **kwargs):
        """Delete the row; see Django."""
        with unscoped("what hangs on the deleted row is collected"):
            result = super().delete(*args, **kwargs)
        if scope_of(type(self)).grants:
            forget_sets()
        return result

    # Validation compares with every row, also with those that nobody here may see.
    def full_clean(self, *args, **kwargs):
        """Validate; see Django."""
        with unscoped("uniqueness is checked against every row"):
            super().full_clean(*args, **kwargs)

    def clean_fields(self, *args, **kwargs):
        """Validate field by field; see Django."""
        with unscoped("that a related row exists is checked against every row"):
            super().clean_fields(*args, **kwargs)

    def validate_unique(self, *args, **kwargs):
        """Validate uniqueness; see Django."""
        with unscoped("uniqueness is checked against every row"):
            super().validate_unique(*args, **kwargs)

    def validate_constraints(self, *args, **kwargs):
        """Validate constraints; see Django."""
        with unscoped("constraints are checked against every row"):
            super().validate_constraints(*args, **kwargs)

    def refresh_from_db(self, using=None, fields=None, from_queryset=None):
        """Read the row again; see Django. Whoever holds the row has reached it already."""
        with unscoped("the row itself was reached before"):
            super().refresh_from_db(using, fields, from_queryset)


@receiver(class_prepared)
def _guard_relations(sender, **kwargs):
    """Let `row.pupil` pass the guard too: Django follows keys through the base manager."""
    if issubclass(sender, ScopedModel) and not sender._meta.abstract:
        sender._meta.base_manager_name = sender._meta.default_manager.name
        sender._meta.__dict__.pop("base_manager", None)


def column_of(model: type[models.Model], name: str) -> str:
    """The column in the database of a field name, attribute name or column name."""
    try:
        column = model._meta.get_field(name).column
    except FieldDoesNotExist:
        column = None
    if column is None:
        columns = {f.column for f in model._meta.concrete_fields}
        if name not in columns:
            raise ImproperlyConfigured(f"{model._meta.label} has no column {name}.")
        return name
    return column


def scoped_models() -> list[type[models.Model]]:
    """Every table with a scope, in a stable order; a view has the walls of its tables."""
    found = [m for m in apps.get_models() if issubclass(m, ScopedModel) and m._meta.managed]
    return sorted(found, key=lambda m: m._meta.label)
