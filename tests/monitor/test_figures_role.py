"""The database role of published figures: three tables, published rows, and nothing else."""

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitor import reading
from tests.cast import make_cast
from tests.factories.monitor import MeetingFactory, SnapshotFactory, published

READABLE = {"monitor_snapshot", "monitor_snapshotindicator", "monitor_figure"}
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "figures"])


@pytest.fixture
def role():
    """The connection of oja_figures, and its name for pages again."""
    figures = connections["figures"]
    if figures.settings_dict["USER"] != "oja_figures":
        pytest.skip("DATABASE_URL_PUBLISH gives no log-in of oja_figures for this server")
    yield figures
    figures.close()


def rows(sql, params=(), using=connection):
    with using.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def refused(role, sql):
    """Whether the role may not do this; nothing of it stays. Another error is an error here."""
    try:
        with transaction.atomic(using="figures"), role.cursor() as cursor:
            cursor.execute(sql)
            transaction.set_rollback(True, using="figures")
    except DatabaseError as error:
        words = str(error)
        if "permission denied" in words or "must be" in words:
            return True
        raise
    return False


def test_it_reads_three_tables_and_no_other_table_or_view(role):
    make_cast()
    assert rows("SELECT current_user, session_user", using=role) == [("oja_figures", "oja_figures")]
    found = rows(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname IN ('public', 'oja')"
    )
    assert len(found) > 60
    readable = {
        name for schema, name in found if not refused(role, f"SELECT * FROM {schema}.{name}")
    }
    assert readable == READABLE


def test_it_writes_nothing_anywhere(role):
    tables = [
        name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    for table in tables:
        for sql in (
            f"INSERT INTO {table} DEFAULT VALUES",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ):
            assert refused(role, sql), sql
    for table in READABLE:
        assert refused(role, f"UPDATE {table} SET published_arrangement_id = NULL")
        assert refused(role, f"SELECT * FROM {table} FOR UPDATE")


def test_it_calls_no_function_of_ours_and_becomes_nobody_else(role):
    functions = rows(
        "SELECT p.oid, p.proname, has_function_privilege('oja_figures', p.oid, 'EXECUTE')"
        " AND has_schema_privilege('oja_figures', p.pronamespace, 'USAGE')"
        " FROM pg_proc p WHERE p.pronamespace = 'oja'::regnamespace"
    )
    assert len(functions) > 20
    assert [name for _oid, name, allowed in functions if allowed] == []
    for sql in (
        "SELECT oja.today()",
        "SELECT oja.ids_arrangements('municipal_adviser')",
        "SELECT * FROM oja.identity_key",
        "CREATE TABLE public.mine (word text)",
        "SET ROLE oja_app",
        "SET ROLE oja_system",
        "SET ROLE oja_owner",
    ):
        assert refused(role, sql), sql


def test_it_sees_published_rows_only(role):
    cast = make_cast()
    made = published(cast.a.arrangement)
    SnapshotFactory(arrangement=cast.b.arrangement)
    SnapshotFactory(arrangement=cast.a.arrangement, state="blocked")
    assert rows("SELECT id FROM monitor_snapshot", using=role) == [(made.pk,)]
    for table in READABLE - {"monitor_snapshot"}:
        assert rows(f"SELECT DISTINCT snapshot_id FROM {table}", using=role) == [(made.pk,)]


def test_pages_read_figures_through_it(role, monkeypatch):
    monkeypatch.setattr(reading, "FIGURES", "figures")
    cast = make_cast()
    made = published(cast.a.arrangement)
    MeetingFactory(arrangement=cast.a.arrangement, snapshot=made)
    client = Client()
    client.force_login(cast.els)
    for address in ("/monitor/", "/monitor/thuiszitters-ocw/", "/monitor/?formaat=csv"):
        with CaptureQueriesContext(role) as asked, CaptureQueriesContext(connection) as others:
            answer = client.get(address)
        assert answer.status_code == 200
        assert any("monitor_figure" in query["sql"] for query in asked)
        assert not any("monitor_figure" in query["sql"] for query in others)
        persons = ("schools_pupil", "support_", "schools_enrolment")
        assert not [q["sql"] for q in others if any(table in q["sql"] for table in persons)]
