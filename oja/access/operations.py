"""Migration operations of the second wall. Their arguments are literals: a migration is history.

`manage.py rowsecurity` prints what a model needs; a system check compares the newest operation
of every model with its Scope.
"""

from django.db.migrations.operations.base import Operation

from oja.access import rowsecurity

ROLES_NEEDED = ("oja_app", "oja_system", "oja_owner")


class _Sql(Operation):
    """An operation that leaves Django's state alone."""

    reduces_to_sql = True
    reversible = True
    elidable = False

    def state_forwards(self, app_label, state):
        pass

    def _run(self, schema_editor, sql):
        _require_roles(schema_editor)
        schema_editor.execute(sql, params=None)


def _require_roles(schema_editor):
    if schema_editor.collect_sql:
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s)", [list(ROLES_NEEDED)]
        )
        if cursor.fetchone()[0] != len(ROLES_NEEDED):
            raise RuntimeError(
                "The database roles are missing: run `manage.py database_roles` first."
            )


class Identity(_Sql):
    """The schema oja with the key table and the functions that say who acts."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._run(schema_editor, rowsecurity.IDENTITY)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._run(schema_editor, rowsecurity.IDENTITY_REVERSE)

    def describe(self):
        return "Make the signed identity"


class HasRole(_Sql):
    """The function that says whether the person holds a role today."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._run(schema_editor, rowsecurity.HAS_ROLE)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._run(schema_editor, rowsecurity.HAS_ROLE_REVERSE)

    def describe(self):
        return "Make the function that knows roles"


class IdentitySet(_Sql):
    """A named set of the person's keys: `oja.ids_<name>(role)`."""

    def __init__(self, name, sql):
        self.name = name
        self.sql = sql

    def deconstruct(self):
        return self.__class__.__qualname__, [self.name], {"sql": self.sql}

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._run(schema_editor, rowsecurity.identity_set(self.name, self.sql))

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        name = rowsecurity.checked(self.name)
        self._run(schema_editor, f"DROP FUNCTION IF EXISTS oja.ids_{name}(text)")

    def describe(self):
        return f"Make the set {self.name}"


class _OfModel(_Sql):
    """An operation on one model: "Model" of this app, or "app.Model"."""

    def __init__(self, model):
        self.model = model

    def label(self, app_label):
        """(app, model name in lower case)."""
        app, _, name = self.model.rpartition(".")
        return app or app_label, name.lower()

    def _model(self, app_label, state):
        return state.apps.get_model(*self.label(app_label))


class RowSecurity(_OfModel):
    """Policies, grants, fixed columns and bound keys of one model.

    rules: (role, column, set, letters of r c u d, until column or None). bound: foreign key ->
    columns copied from it ("column" or "column:column of the parent"). A later operation for the
    same model replaces this one.
    """

    def __init__(self, model, *, rules, fixed=(), bound=None, force=True):
        super().__init__(model)
        self.rules = [tuple(rule) for rule in rules]
        self.fixed = list(fixed)
        self.bound = {key: list(names) for key, names in (bound or {}).items()}
        self.force = force

    def deconstruct(self):
        return (
            self.__class__.__qualname__,
            [self.model],
            {
                "rules": self.rules,
                "fixed": self.fixed,
                "bound": self.bound,
                "force": self.force,
            },
        )

    def policy(self, model):
        """The literals resolved against a model (of the migration's state, or of today)."""
        return rowsecurity.resolve(model, self.rules, self.fixed, self.bound, self.force)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        policy = self.policy(self._model(app_label, to_state))
        sql = rowsecurity.policies(policy)
        sql += f"DROP TRIGGER IF EXISTS {policy.table}_fixed ON {policy.table};\n"
        if policy.fixed:
            sql += rowsecurity.fixed_columns(policy.table, policy.fixed)
        for key, parent, parent_key, columns in policy.bound:
            make, drop = rowsecurity.bind(policy.table, key, parent, parent_key, columns)
            sql += drop + make
        self._run(schema_editor, sql)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        policy = self.policy(self._model(app_label, from_state))
        sql = rowsecurity.unprotected(policy.table)
        sql += f"DROP TRIGGER IF EXISTS {policy.table}_fixed ON {policy.table};\n"
        for key, parent, parent_key, columns in policy.bound:
            sql += rowsecurity.bind(policy.table, key, parent, parent_key, columns)[1]
        self._run(schema_editor, sql)

    def describe(self):
        return f"Guard the rows of {self.model}"


class OpenTable(_OfModel):
    """A table without secrets: everybody reads; administrators write what `may` names besides r."""

    def __init__(self, model, may="r", force=True):
        super().__init__(model)
        self.may = may
        self.force = force

    def deconstruct(self):
        kwargs = {"may": self.may, "force": self.force}
        return self.__class__.__qualname__, [self.model], kwargs

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        table = rowsecurity.checked(self._model(app_label, to_state)._meta.db_table)
        self._run(schema_editor, rowsecurity.open_table(table, self.may, self.force))

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        table = rowsecurity.checked(self._model(app_label, from_state)._meta.db_table)
        self._run(schema_editor, rowsecurity.unprotected(table))

    def describe(self):
        return f"Open the rows of {self.model}"


class SystemFunction(_Sql):
    """A function that works as oja_system: for triggers and definer functions.

    `sql` is one CREATE OR REPLACE FUNCTION in schema oja with SECURITY DEFINER and a fixed
    search_path; `signature` its name with argument types; `execute` the roles that may call it
    (a trigger function needs none).
    """

    def __init__(self, sql, signature, execute=()):
        self.sql = sql
        self.signature = signature
        self.execute = list(execute)
        lowered = " ".join(sql.lower().split())
        for demand in ("security definer", "set search_path"):
            if demand not in lowered:
                raise ValueError(f"{signature}: a system function says {demand.upper()}.")

    def deconstruct(self):
        return (
            self.__class__.__qualname__,
            [],
            {"sql": self.sql, "signature": self.signature, "execute": self.execute},
        )

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        # Only the owner may replace a function, so the work is done as its owner.
        sql = (
            f"SET LOCAL ROLE oja_system;\n{self.sql.rstrip().rstrip(';')};\n"
            f"REVOKE ALL ON FUNCTION {self.signature} FROM PUBLIC;\n"
            # Whoever makes a trigger must be allowed to call its function.
            f"GRANT EXECUTE ON FUNCTION {self.signature}"
            f" TO {', '.join(['oja_owner', *self.execute])};\n"
        )
        _as_system(self, schema_editor, sql)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        sql = f"SET LOCAL ROLE oja_system;\nDROP FUNCTION IF EXISTS {self.signature};\n"
        _as_system(self, schema_editor, sql)

    def describe(self):
        return f"Make the system function {self.signature}"


def _as_system(operation, schema_editor, sql):
    if schema_editor.collect_sql:
        operation._run(schema_editor, sql + "RESET ROLE;\n")
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        (role,) = cursor.fetchone()
    operation._run(schema_editor, sql + f"SET LOCAL ROLE {role};\n")
