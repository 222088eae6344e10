"""The migration operations: what they make they can undo, and they write themselves as Python."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.writer import OperationWriter

from oja.access import operations, rowsecurity
from oja.access.operations import (
    HasRole,
    Identity,
    IdentitySet,
    OpenTable,
    RowSecurity,
    SystemFunction,
)
from tests.access import world
from tests.access.test_catalogue import rows, state_of
from tests.access.world import Case, Treatment, operation_of

SAY_ONE = (
    "CREATE OR REPLACE FUNCTION oja.one(x text) RETURNS int LANGUAGE sql SECURITY DEFINER"
    " SET search_path = pg_catalog, pg_temp AS $$ SELECT 1 $$;"
)


@pytest.fixture
def owner(db):
    """A schema editor of the role that migrates; everything is undone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE oja_owner")
        with connection.schema_editor(atomic=False) as editor:
            yield editor
        cursor.execute("RESET ROLE")
        transaction.set_rollback(True)


def forwards(operation, editor):
    operation.database_forwards("world", editor, world._STATE, world._STATE)


def backwards(operation, editor):
    operation.database_backwards("world", editor, world._STATE, world._STATE)


@pytest.mark.parametrize("model", [Case, Treatment])
def test_row_security_goes_and_comes_back(owner, model):
    table = model._meta.db_table
    before = state_of(table)
    operation = operation_of(model)
    backwards(operation, owner)
    policies, [(enabled, forced, _)], _, triggers = state_of(table)
    assert (policies, enabled, forced, triggers) == ([], False, False, [])
    forwards(operation, owner)
    assert state_of(table) == before


def test_a_table_without_rules_is_closed_to_the_application(owner):
    forwards(RowSecurity("world.Case", rules=[]), owner)
    policies, [(_, _, rights)], _, _ = state_of("world_case")
    assert {condition for name, *_, condition, _ in policies if name != "system_all"} <= {
        "false",
        None,
    }
    assert "oja_app" not in rights


def test_a_key_is_bound_on_a_table_with_rows(people, owner):
    """The rows are looked at, although neither table shows its owner any."""
    table = Treatment._meta.db_table
    key, parent, parent_key, columns = operation_of(Treatment).policy(Treatment).bound[0]
    make, drop = rowsecurity.bind(table, key, parent, parent_key, columns)
    case = as_everybody(lambda: world.new_case(provider=people.p.pk))
    right = Treatment(case=case, provider=people.p.pk, user=people.bas.pk)
    as_everybody(lambda: right.save(force_insert=True))
    owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY; {drop}", params=None)
    owner.execute(make, params=None)
    forced = "SELECT relforcerowsecurity FROM pg_class WHERE relname = %s"
    assert rows(forced, ["world_case"]) == rows(forced, [table]) == [(True,)]
    owner.execute(drop, params=None)
    wrong = Treatment(case=case, provider=people.q.pk, user=people.bas.pk)
    as_everybody(lambda: wrong.save(force_insert=True))
    with pytest.raises(IntegrityError), transaction.atomic():
        owner.execute(make, params=None)


def as_everybody(work):
    """Past row security, in a transaction that is the owner's otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        made = work()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL ROLE oja_owner")
    return made


def test_a_table_is_opened_and_closed(owner):
    operation = OpenTable("world.Case", may="ru")
    backwards(operation_of(Case), owner)
    forwards(operation, owner)
    policies, [(enabled, forced, _)], _, _ = state_of("world_case")
    assert [name for name, *_ in policies] == ["app_select", "app_update", "system_all"]
    assert (enabled, forced) == (True, True)
    backwards(operation, owner)
    assert state_of("world_case")[0] == []


def test_a_set_is_made_and_dropped(owner):
    operation = IdentitySet("spare", sql="SELECT oja.current_user_id()")
    forwards(operation, owner)
    assert rows("SELECT oja.ids_spare('any')") == [([],)]
    backwards(operation, owner)
    assert rows("SELECT to_regprocedure('oja.ids_spare(text)')") == [(None,)]


def test_a_system_function_belongs_to_the_system_and_can_be_replaced(owner):
    operation = SystemFunction(SAY_ONE, "oja.one(text)", execute=["oja_app"])
    for _ in range(2):
        forwards(operation, owner)
        assert rows("SELECT current_user") == [("oja_owner",)]
    assert rows(
        "SELECT pg_get_userbyid(proowner), has_function_privilege('oja_app', oid, 'EXECUTE'),"
        " has_function_privilege('oja_web', oid, 'EXECUTE')"
        " FROM pg_proc WHERE proname = 'one'"
    ) == [("oja_system", True, False)]
    backwards(operation, owner)
    assert rows("SELECT to_regprocedure('oja.one(text)')") == [(None,)]


def test_the_sql_of_a_migration_can_be_printed():
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        forwards(SystemFunction(SAY_ONE, "oja.one(text)"), editor)
        forwards(operation_of(Treatment), editor)
    text = "\n".join(editor.collected_sql)
    assert "SET LOCAL ROLE oja_system" in text
    assert "RESET ROLE" in text
    assert "CREATE POLICY app_select ON world_treatment" in text


def test_a_server_without_the_roles_is_told_what_to_do(owner, monkeypatch):
    monkeypatch.setattr(operations, "ROLES_NEEDED", ("oja_app", "oja_nobody"))
    with pytest.raises(RuntimeError, match="database_roles"):
        forwards(IdentitySet("spare", sql="SELECT 1"), owner)


@pytest.mark.parametrize(
    "operation",
    [
        Identity(),
        HasRole(),
        IdentitySet("spare", sql="SELECT 1"),
        OpenTable("Case", may="ru", force=False),
        RowSecurity(
            "Case",
            rules=[("teacher", "site", "sites", "r", None)],
            fixed=["site"],
            bound={"case": ["provider"]},
            force=False,
        ),
        SystemFunction(SAY_ONE, "oja.one(text)", execute=["oja_app"]),
    ],
)
def test_an_operation_writes_itself_as_python(operation):
    text, imports = OperationWriter(operation, indentation=0).serialize()
    names = {"oja": __import__("oja.access.operations")}
    again = eval(text.rstrip(","), names)
    assert again.deconstruct() == operation.deconstruct()
    assert imports == {"import oja.access.operations"}
    assert operation.describe()


def test_the_identity_goes_and_comes_back(owner):
    """Everything hangs on it, so only whether the SQL of the way back names the whole schema."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for operation in (HasRole(), Identity()):
            backwards(operation, editor)
    assert [line.split(";")[0] for line in editor.collected_sql] == [
        "DROP FUNCTION oja.has_role(text)",
        "DROP SCHEMA oja CASCADE",
    ]
