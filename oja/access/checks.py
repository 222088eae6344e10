"""Start-up checks: what must not be forgotten is refused at the start, with what to do."""

from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.urls import URLResolver, get_resolver

from oja.access import rowsecurity, scoping
from oja.access.operations import IdentitySet, OpenTable, RowSecurity
from oja.access.permissions import ROLES, Role


def _url_patterns(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            # The administration pages ask at their own door (oja.access.admin_site).
            if entry.app_name != "admin":
                yield from _url_patterns(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry.callback


def pages_say_what_they_need(resolver) -> list[checks.CheckMessage]:
    """E001: every page says what it needs, or that it needs no log-in."""
    return [
        checks.Error(
            f"The page /{route} does not say who may see it.",
            hint="Put @needs(Permission.X) on the view, or @login_not_required with a reason.",
            id="access.E001",
        )
        for route, view in _url_patterns(resolver)
        if not hasattr(view, "needs_permissions") and getattr(view, "login_required", True)
    ]


def our_models() -> list[type[models.Model]]:
    """The models of this project's own apps (a folder beside manage.py)."""
    own = str(settings.BASE_DIR)
    return [
        model
        for config in apps.get_app_configs()
        if config.path.startswith(own) and "site-packages" not in config.path
        for model in config.get_models(include_auto_created=True)
    ]


def models_have_a_scope(found) -> list[checks.CheckMessage]:
    """E002: every table has a scope, or a reason why it needs none."""
    messages = []
    for model in found:
        label = model._meta.label
        if not issubclass(model, scoping.ScopedModel):
            if label not in scoping.OPEN_MODELS:
                messages.append(
                    checks.Error(
                        f"{label} has no scope.",
                        hint="Make it a ScopedModel, or say open_model(label, reason).",
                        obj=model,
                        id="access.E002",
                    )
                )
            continue
        if not isinstance(model._default_manager.all(), scoping.ScopedQuerySet):
            messages.append(
                checks.Error(
                    f"The manager of {label} does not guard its rows.",
                    hint="Derive its queryset from ScopedQuerySet.",
                    obj=model,
                    id="access.E002",
                )
            )
        messages += [
            checks.Error(
                f"{label}.Scope names the set {rule.within}, which nobody registered.",
                obj=model,
                id="access.E002",
            )
            for rule in scoping.scope_of(model).rules
            if rule.within not in scoping.SETS
        ]
    return messages


def roles_are_described(roles) -> list[checks.CheckMessage]:
    """E003: every role stands in ROLES, in words."""
    return [
        checks.Error(
            f"The role {role} has no description.",
            hint="Describe it in oja.access.permissions.ROLES.",
            id="access.E003",
        )
        for role in Role
        if role not in roles or not str(roles[role].description)
    ]


def access_keys_are_bound(found) -> list[checks.CheckMessage]:
    """E004: a column that decides access is the row's own fact, or bound to where it came from."""
    messages = []
    for model in found:
        scope = scoping.scope_of(model)
        sure = {model._meta.pk.column}
        sure |= {scoping.column_of(model, name) for name in scope.own}
        for key, names in scope.bound.items():
            sure.add(scoping.column_of(model, key))
            sure |= {scoping.column_of(model, name.partition(":")[0]) for name in names}
        sure |= {f.column for f in model._meta.concrete_fields if f.generated}
        messages += [
            checks.Error(
                f"{model._meta.label}.{rule.column} decides access and is not bound.",
                hint="Name it in Scope.bound under the foreign key it was copied from, or in"
                " Scope.own with the reason why it is a fact of the row itself.",
                obj=model,
                id="access.E004",
            )
            for rule in scope.rules
            if scoping.column_of(model, rule.column) not in sure
        ]
    return messages


def orders_stay_on_the_row(found) -> list[checks.CheckMessage]:
    """W001: an order through another table drops rows whose other row the reader may not see."""
    messages = []
    for model in found:
        relations = {f.name for f in model._meta.concrete_fields if f.is_relation}
        for term in model._meta.ordering:
            name = str(term).lstrip("-")
            if "__" in name or name in relations:
                messages.append(
                    checks.Warning(
                        f"The order of {model._meta.label} by {name} joins another table.",
                        hint="Order by a column of the row itself, such as the key (plan_id).",
                        obj=model,
                        id="access.W001",
                    )
                )
    return messages


def migrated() -> tuple[dict[str, RowSecurity], dict[str, str], set[str]]:
    """The newest operations in the migrations: per model, per set, and the open tables."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    plan = loader.graph._generate_plan(nodes=loader.graph.leaf_nodes(), at_end=True)
    guards, sets, opened = {}, {}, set()
    for key in plan:
        for operation in loader.disk_migrations[key].operations:
            if isinstance(operation, RowSecurity):
                guards[operation.label(key[0])] = operation
            elif isinstance(operation, OpenTable):
                opened.add(operation.label(key[0]))
            elif isinstance(operation, IdentitySet):
                sets[operation.name] = operation.sql
    return guards, sets, opened


def migrations_agree(found) -> list[checks.CheckMessage]:
    """E005: the second wall in the migrations is the first wall of the code."""
    guards, sets, _ = migrated()
    messages = []
    for model in found:
        key = (model._meta.app_label, model._meta.model_name)
        operation = guards.get(key)
        if operation is None or operation.policy(model) != rowsecurity.policy_of_scope(model):
            messages.append(
                checks.Error(
                    f"The migrations guard {model._meta.label} otherwise than its Scope.",
                    hint="Put what `manage.py rowsecurity` prints into a new migration.",
                    obj=model,
                    id="access.E005",
                )
            )
    for name, registered in scoping.SETS.items():
        if sets.get(name) != registered.sql:
            messages.append(
                checks.Error(
                    f"The set {name} in the migrations differs from the one that is registered.",
                    hint="Add an IdentitySet with the registered SQL to a new migration.",
                    id="access.E005",
                )
            )
    return messages


def register_checks() -> None:
    """Register all of them with Django."""

    @checks.register(checks.Tags.urls)
    def pages(app_configs, **kwargs):
        import_module(settings.ROOT_URLCONF)
        return pages_say_what_they_need(get_resolver())

    @checks.register(checks.Tags.security)
    def access(app_configs, **kwargs):
        scoped = scoping.scoped_models()
        return (
            models_have_a_scope(our_models())
            + roles_are_described(ROLES)
            + access_keys_are_bound(scoped)
            + orders_stay_on_the_row(scoped)
            + migrations_agree(scoped)
        )
