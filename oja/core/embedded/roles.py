"""The database roles of OJA, for the embedded server and for a server of your own.

Roles belong to the whole server, so no migration makes them: two at once would collide.
Everything here may be run again.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # this package is also imported where psycopg is not installed yet
    from psycopg import Connection

#: Role -> attributes. NOINHERIT: a membership gives the right to *become* that role, nothing more.
ROLES = {
    "oja_owner": "LOGIN NOINHERIT",
    "oja_app": "NOLOGIN NOINHERIT",
    "oja_system": "NOLOGIN NOINHERIT",
    "oja_web": "LOGIN NOINHERIT",
    "oja_jobs": "LOGIN NOINHERIT",
    "oja_figures": "LOGIN NOINHERIT",
    "oja_backup": "LOGIN INHERIT BYPASSRLS",
}
MEMBERS = (
    ("oja_app", "oja_owner"),
    ("oja_system", "oja_owner"),
    ("oja_app", "oja_web"),
    ("oja_system", "oja_jobs"),
    ("pg_read_all_data", "oja_backup"),
)
#: Tests make rows as the owner would, past row security, and requests become oja_app.
TEST_ROLES = {"oja_owner": "CREATEDB", "oja_test": "LOGIN INHERIT BYPASSRLS CREATEDB"}
TEST_MEMBERS = (("oja_owner", "oja_test"), ("oja_app", "oja_test"), ("oja_system", "oja_test"))

#: Any number will do, as long as nobody else uses it.
LOCK = 7_165_011


def make_roles(
    connection: "Connection", database: str, passwords: Mapping[str, str], *, for_tests: bool
) -> None:
    """Make or repair the roles and the database ``database``, which oja_owner owns.

    ``connection`` is in autocommit mode and may create roles (a superuser, or CREATEROLE with
    CREATEDB and BYPASSRLS). A role without a password in ``passwords`` keeps the one it has.
    """
    from psycopg import connect
    from psycopg.sql import SQL, Identifier, Literal

    roles = [*ROLES.items(), *(TEST_ROLES.items() if for_tests else ())]
    members = MEMBERS + (TEST_MEMBERS if for_tests else ())
    connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        existing = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for name, attributes in roles:
            verb = "ALTER" if name in existing else "CREATE"
            connection.execute(SQL(f"{verb} ROLE {{}} {attributes}").format(Identifier(name)))
            existing.add(name)
        for name, password in passwords.items():
            if name in existing:
                connection.execute(
                    SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(name), Literal(password))
                )
        for role, member in members:
            connection.execute(SQL("GRANT {} TO {}").format(Identifier(role), Identifier(member)))
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if found.fetchone() is None:
            # Whoever makes a database for another role must be able to become that role.
            superuser = connection.execute("SHOW is_superuser").fetchone()
            if superuser != ("on",):
                connection.execute("GRANT oja_owner TO CURRENT_USER")
            connection.execute(
                SQL("CREATE DATABASE {} OWNER oja_owner TEMPLATE template0 ENCODING 'UTF8'").format(
                    Identifier(database)
                )
            )
        grants = (
            "REVOKE ALL ON DATABASE {} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {} TO oja_web, oja_jobs, oja_figures, oja_backup",
            "GRANT CONNECT, CREATE ON DATABASE {} TO oja_owner",
        )
        for grant in grants:
            connection.execute(SQL(grant).format(Identifier(database)))
        # Up to PostgreSQL 15 a NOINHERIT role does not even inherit what the owner of a database
        # may do in its schema public. Databases of tests are copies of template1.
        for name in (database, "template1") if for_tests else (database,):
            here = connection.info
            with connect(here.dsn, password=here.password, dbname=name, autocommit=True) as inside:
                inside.execute("GRANT CREATE, USAGE ON SCHEMA public TO oja_owner")
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
