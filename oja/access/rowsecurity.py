"""The second wall: SQL of roles, identity and policies, derived from what a `Scope` says.

Everything here is text for `operations`; nothing runs by itself. The literals come frozen from
migrations, so a later change of a Scope changes no old migration.
"""

import hashlib
import re
from dataclasses import dataclass

from oja.access.identity import sync_identity_key
from oja.access.permissions import Role
from oja.access.scoping import ANY, LINK, column_of, scope_of

__all__ = ["Policy", "policies", "policy_of_scope", "sync_identity_key"]

#: The search_path names schemas that oja_app cannot write to; pg_temp last, or it goes first.
SAFE = (
    "STABLE SECURITY DEFINER PARALLEL RESTRICTED"
    " SET search_path = pg_catalog, public, pg_temp SET timezone = 'Europe/Amsterdam'"
)
ROLES = "oja_app, oja_system"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_LETTERS = {"r": "SELECT", "c": "INSERT", "u": "UPDATE", "d": "DELETE"}


def checked(name: str) -> str:
    """A name that needs no quoting. Raises ValueError for anything else."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be a name in SQL here.")
    return name


IDENTITY = f"""
CREATE SCHEMA IF NOT EXISTS oja;
GRANT USAGE ON SCHEMA oja TO {ROLES};
GRANT CREATE ON SCHEMA oja TO oja_system;
CREATE TABLE oja.identity_key (inner_pad bytea NOT NULL, outer_pad bytea NOT NULL);

CREATE FUNCTION oja.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT (statement_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date $$;

-- The subject of a correctly signed identity of this kind, or null. CASE, so that a text that is
-- no identity is never cast.
CREATE FUNCTION oja.identity_subject(kind text) RETURNS uuid LANGUAGE sql {SAFE}
AS $$
  SELECT CASE WHEN part[1] = $1 AND part[3] = encode(sha256(k.outer_pad || sha256(k.inner_pad
      || convert_to(part[1] || '|' || part[2] || '|' || pg_backend_pid() || '|'
      || (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint, 'UTF8'))), 'hex')
    THEN part[2]::uuid END
  FROM (SELECT string_to_array(current_setting('oja.identity', true), '|') AS part) AS said
  CROSS JOIN oja.identity_key AS k
$$;

CREATE FUNCTION oja.current_user_id() RETURNS uuid LANGUAGE sql {SAFE}
AS $$ SELECT oja.identity_subject('user') $$;
CREATE FUNCTION oja.current_link_id() RETURNS uuid LANGUAGE sql {SAFE}
AS $$ SELECT oja.identity_subject('link') $$;

-- The columns named in the trigger never change.
CREATE FUNCTION oja.refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  RAISE EXCEPTION 'fixed columns of % never change: %', TG_TABLE_NAME, TG_ARGV[0]
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;

REVOKE ALL ON FUNCTION oja.today(), oja.identity_subject(text), oja.current_user_id(),
  oja.current_link_id(), oja.refuse_change() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oja.today(), oja.current_user_id(), oja.current_link_id(),
  oja.refuse_change() TO {ROLES};
"""  # noqa: S608 - every part is a literal or passed checked()
IDENTITY_REVERSE = "DROP SCHEMA oja CASCADE"

#: Reads the memberships, so it is made after the tables of access.
HAS_ROLE = f"""
CREATE FUNCTION oja.has_role(role text) RETURNS boolean LANGUAGE sql {SAFE}
AS $$
  SELECT CASE
    WHEN $1 = 'link' THEN EXISTS (
      SELECT FROM public.access_onetimelink l
      WHERE l.id = (SELECT oja.current_link_id()) AND l.revoked_at IS NULL AND l.attempts < 5
        AND l.expires_on > (SELECT oja.today()))
    WHEN $1 = 'any' THEN EXISTS (
      SELECT FROM public.access_user u
      WHERE u.id = (SELECT oja.current_user_id()) AND u.is_active)
    ELSE EXISTS (
      SELECT FROM public.access_membership m
      JOIN public.access_user u ON u.id = m.user_id
      WHERE m.user_id = (SELECT oja.current_user_id()) AND u.is_active AND m.role = $1
        AND m.valid_from <= (SELECT oja.today())
        AND (m.valid_until IS NULL OR m.valid_until > (SELECT oja.today())))
  END
$$;
REVOKE ALL ON FUNCTION oja.has_role(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oja.has_role(text) TO {ROLES};
"""  # noqa: S608 - every part is a literal or passed checked()
HAS_ROLE_REVERSE = "DROP FUNCTION oja.has_role(text)"


def identity_set(name: str, sql: str) -> str:
    """The function that gives a person's keys in a set, if the person holds the role today."""
    name = checked(name)
    # In a sub-select PostgreSQL asks once; without it, for every row that it looks at.
    for question in ("oja.current_user_id()", "oja.current_link_id()", "oja.today()"):
        sql = sql.replace(question, f"(SELECT {question})")
    return f"""
CREATE OR REPLACE FUNCTION oja.ids_{name}(role text) RETURNS uuid[] LANGUAGE sql {SAFE}
AS $ids$ SELECT CASE WHEN oja.has_role($1) THEN ARRAY({sql}) ELSE '{{}}'::uuid[] END $ids$;
REVOKE ALL ON FUNCTION oja.ids_{name}(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oja.ids_{name}(text) TO {ROLES};
"""  # noqa: S608 - every part is a literal or passed checked()


@dataclass(frozen=True)
class Policy:
    """What one model needs in the database, all in columns of the database."""

    table: str
    rules: tuple[tuple, ...]  # role, column, set, letters, until
    fixed: tuple[str, ...]
    bound: tuple[tuple, ...]  # key column, parent table, parent key, ((column, parent column), …)
    force: bool


def _condition(rules, letter):
    found = []
    for role, column, within, letters, until in rules:
        if letter not in letters:
            continue
        test = f"{column} = ANY ((SELECT oja.ids_{within}('{role}'))::uuid[])"
        if until:
            test += f" AND ({until} IS NULL OR {until} > (SELECT oja.today()))"
        found.append(f"({test})")
    return " OR ".join(found) or "false"


def policies(policy: Policy) -> str:
    """The four policies of the application, that of the system, and the grants."""
    table = policy.table
    sql = drop_policies(table)
    sql += f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
    sql += f"ALTER TABLE {table} {'FORCE' if policy.force else 'NO FORCE'} ROW LEVEL SECURITY;\n"
    for letter, verb in _LETTERS.items():
        condition = _condition(policy.rules, letter)
        using = "" if letter == "c" else f" USING ({condition})"
        check = f" WITH CHECK ({condition})" if letter in "cu" else ""
        sql += f"CREATE POLICY app_{verb.lower()} ON {table} FOR {verb} TO oja_app{using}{check};\n"
    allowed = [
        verb for letter, verb in _LETTERS.items() if any(letter in rule[3] for rule in policy.rules)
    ]
    if allowed:
        sql += f"GRANT {', '.join(allowed)} ON {table} TO oja_app;\n"
    return sql + system_policy(table)


def system_policy(table: str) -> str:
    """System work has a role and a policy of its own: no boolean in everybody's policy."""
    return (
        f"CREATE POLICY system_all ON {table} FOR ALL TO oja_system"
        " USING (true) WITH CHECK (true);\n"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO oja_system;\n"
    )


def drop_policies(table: str) -> str:
    """No policies, no grants."""
    names = [f"app_{verb.lower()}" for verb in _LETTERS.values()] + ["system_all"]
    dropped = "".join(f"DROP POLICY IF EXISTS {name} ON {table};\n" for name in names)
    return dropped + f"REVOKE ALL ON {table} FROM {ROLES};\n"


def unprotected(table: str) -> str:
    """The table as it was before row security."""
    return (
        drop_policies(table)
        + f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;\n"
        + f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n"
    )


def open_table(table: str, may: str, force: bool) -> str:
    """Everybody reads, administrators write what `may` names besides r."""
    policy = "true", "(SELECT oja.has_role('administrator'))"
    sql = drop_policies(table)
    sql += f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
    sql += f"ALTER TABLE {table} {'FORCE' if force else 'NO FORCE'} ROW LEVEL SECURITY;\n"
    for letter in may:
        verb = _LETTERS[letter]
        condition = policy[letter != "r"]
        using = "" if letter == "c" else f" USING ({condition})"
        check = f" WITH CHECK ({condition})" if letter in "cu" else ""
        sql += (
            f"CREATE POLICY app_{verb.lower()} ON {table} FOR {verb} TO oja_app{using}{check};\n"
            f"GRANT {verb} ON {table} TO oja_app;\n"
        )
    return sql + system_policy(table)


def fixed_columns(table: str, columns: tuple[str, ...]) -> str:
    """A trigger: these columns never change after creation."""
    changed = " OR ".join(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in columns)
    return (
        f"CREATE TRIGGER {table}_fixed BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN ({changed}) EXECUTE FUNCTION oja.refuse_change('{', '.join(columns)}');\n"
    )


def short_name(*parts: str) -> str:
    """A constraint name of at most 63 characters that says what it is about."""
    name = "_".join(parts)
    if len(name) <= 63:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[:56]}_{digest}"


def bind(table: str, key: str, parent: str, parent_key: str, columns: tuple) -> tuple[str, str]:
    """SQL that makes, and SQL that drops, the composite foreign key of copied access keys."""
    own = ", ".join([key, *(c for c, _ in columns)])
    theirs_list = [parent_key, *(p for _, p in columns)]
    theirs = ", ".join(theirs_list)
    unique = short_name(parent, *theirs_list, "key")
    name = short_name(table, key, *(c for c, _ in columns), "bound")
    # Under FORCE the owner sees no rows: the check of rows that are there already would fail, or
    # pass without looking. Nobody else reaches the tables before the end of the transaction.
    make = f"""
DO $$ DECLARE
  forced regclass[] := ARRAY(SELECT oid::regclass FROM pg_class WHERE relforcerowsecurity
                             AND oid IN ('{table}'::regclass, '{parent}'::regclass));
  name regclass;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint
                 WHERE conname = '{unique}' AND conrelid = '{parent}'::regclass) THEN
    ALTER TABLE {parent} ADD CONSTRAINT {unique} UNIQUE ({theirs});
  END IF;
  FOREACH name IN ARRAY forced LOOP
    EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', name);
  END LOOP;
  ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({own}) REFERENCES {parent} ({theirs})
    ON UPDATE CASCADE;
  FOREACH name IN ARRAY forced LOOP
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', name);
  END LOOP;
END $$;
"""  # noqa: S608 - every part is a literal or passed checked()
    return make, f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name};\n"


def resolve(model, rules, fixed, bound, force) -> Policy:
    """Names of fields or columns, as a migration or a Scope gives them, as columns."""
    table = checked(model._meta.db_table)
    known = {ANY, LINK, *Role.values}
    for role, *_ in rules:
        if role not in known:
            raise ValueError(f"{role!r} is no role.")
    return Policy(
        table=table,
        rules=tuple(
            (
                str(role),
                checked(column_of(model, column)),
                checked(within),
                letters,
                checked(column_of(model, until)) if until else None,
            )
            for role, column, within, letters, until in rules
        ),
        fixed=tuple(checked(column_of(model, name)) for name in fixed),
        bound=tuple(_bound(model, key, names) for key, names in sorted(dict(bound).items())),
        force=force,
    )


def _bound(model, key, names):
    relation = model._meta.get_field(key)
    parent = relation.remote_field.model
    pairs = []
    for name in names:
        mine, _, theirs = name.partition(":")  # "site:organisation" where the parent differs
        pairs.append((checked(column_of(model, mine)), checked(column_of(parent, theirs or mine))))
    return (
        checked(relation.column),
        checked(parent._meta.db_table),
        checked(parent._meta.pk.column),
        tuple(pairs),
    )


def policy_of_scope(model) -> Policy:
    """What the model's Scope asks of the database now."""
    scope = scope_of(model)
    rules = [(r.role, r.column, r.within, r.letters, r.until) for r in scope.rules]
    return resolve(model, rules, scope.fixed, scope.bound, not scope.grants)


def as_operation(model) -> str:
    """The migration operation that the model's Scope needs now, as Python."""
    scope = scope_of(model)
    lines = [f'RowSecurity(\n    "{model._meta.label}",\n    rules=[']
    for rule in scope.rules:
        column = column_of(model, rule.column)
        until = f'"{column_of(model, rule.until)}"' if rule.until else None
        lines.append(
            f'        ("{rule.role!s}", "{column}", "{rule.within}", "{rule.letters}", {until}),'
        )
    lines.append("    ],")
    lines.append(f"    fixed={list(scope.fixed)!r},")
    lines.append(f"    bound={ {k: list(v) for k, v in scope.bound.items()}!r},")
    lines.append(f"    force={not scope.grants},\n)")
    return "\n".join(lines)
