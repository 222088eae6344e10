"""The database roles: who may become whom, on the embedded server and on one of your own."""

import psycopg
import pytest
from django.core.management import call_command

from oja.core.embedded import DATABASE, Embedded
from oja.core.embedded.roles import make_roles


@pytest.fixture
def embedded(home):
    with Embedded() as running:
        yield running


def attributes(embedded):
    with embedded._connect() as connection:
        return {
            name: (login, bypass, superuser, createdb, createrole)
            for name, login, bypass, superuser, createdb, createrole in connection.execute(
                "SELECT rolname, rolcanlogin, rolbypassrls, rolsuper, rolcreatedb, rolcreaterole"
                " FROM pg_roles WHERE rolname LIKE 'oja_%'"
            )
        }


def test_only_the_backup_role_goes_past_row_security(embedded):
    found = attributes(embedded)
    assert [name for name, (_, bypass, *_) in found.items() if bypass] == ["oja_backup"]
    assert not any(any(rest) for _, _, *rest in found.values())
    assert {name for name, (login, *_) in found.items() if not login} == {"oja_app", "oja_system"}


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("oja_web", ["oja_app"], ["oja_system", "oja_owner", "oja_backup"]),
        ("oja_jobs", ["oja_system"], ["oja_app", "oja_owner"]),
        ("oja_owner", ["oja_app", "oja_system"], ["oja_backup", "postgres"]),
        ("oja_figures", [], ["oja_app", "oja_system", "oja_owner", "oja_web"]),
    ],
)
def test_a_role_becomes_what_it_needs_and_nothing_else(embedded, role, may, may_not):
    with psycopg.connect(embedded.url(role)) as c:
        c.autocommit = True
        for other in may:
            c.execute(f"SET ROLE {other}")
            c.execute("RESET ROLE")
        for other in may_not:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                c.execute(f"SET ROLE {other}")


def test_logging_in_for_the_web_gives_no_rights_by_itself(embedded):
    with psycopg.connect(embedded.url("oja_owner")) as owner:
        owner.execute("CREATE TABLE secret (word text); GRANT SELECT ON secret TO oja_app")
    with psycopg.connect(embedded.url("oja_web")) as web:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("SELECT * FROM secret")
        web.rollback()
        web.execute("SET LOCAL ROLE oja_app")
        assert web.execute("SELECT count(*) FROM secret").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("CREATE TABLE mine (word text)")


def test_the_owner_does_not_inherit_what_it_may_become(embedded):
    """Else a policy for the system would apply to the owner, and FORCE would mean nothing."""
    with psycopg.connect(embedded.url("oja_owner")) as owner:
        row = owner.execute("SELECT pg_has_role('oja_system', 'USAGE')").fetchone()
    assert row == (False,)


def test_the_owner_may_make_the_extensions_that_migrations_need(embedded):
    with psycopg.connect(embedded.url("oja_owner")) as owner:
        for name in ("btree_gist", "unaccent", "pg_trgm"):
            owner.execute(f"CREATE EXTENSION {name}")


def test_making_them_twice_changes_nothing(embedded):
    before = attributes(embedded)
    with embedded._connect() as connection:
        make_roles(connection, DATABASE, {}, for_tests=False)
    assert attributes(embedded) == before


def test_the_command_makes_them_on_your_own_server_and_prints_the_addresses(
    embedded, capsys, monkeypatch
):
    admin = embedded.url("postgres").replace("/oja?", "/postgres?")
    monkeypatch.setenv("OJA_WEB_PASSWORD", "chosen by the administrator")
    call_command("database_roles", admin_url=admin, database="elsewhere")
    printed = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    assert set(printed) == {
        "DATABASE_URL",
        "DATABASE_URL_SERVE",
        "DATABASE_URL_PUBLISH",
        "DATABASE_URL_JOBS",
        "DATABASE_URL_BACKUP",
    }
    assert "chosen%20by%20the%20administrator" in printed["DATABASE_URL_SERVE"]
    assert "<unchanged>" in printed["DATABASE_URL"]
    with psycopg.connect(
        host=embedded.server.host,
        dbname="elsewhere",
        user="oja_web",
        password="chosen by the administrator",
    ) as web:
        assert web.execute("SELECT current_user").fetchone() == ("oja_web",)
