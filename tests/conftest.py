"""What holds for every test: real roles in the database, strict templates, no order, no network."""

import os
import shutil
import time

import patchy
import pytest
from django.db import connections
from django.db.models.sql.compiler import SQLCompiler

OWNER = "oja_owner"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """The test database is made and migrated by the role that does so in production."""
    connections["default"].settings_dict["OPTIONS"]["assume_role"] = OWNER


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """From here on tests are oja_test: they see every row, and requests become oja_app."""
    from oja.access.rowsecurity import sync_identity_key

    with django_db_blocker.unblock():
        sync_identity_key()
        connections["default"].close()
    connections["default"].settings_dict["OPTIONS"].pop("assume_role")
    yield
    with django_db_blocker.unblock():
        leave_the_database(connections["default"])


def leave_the_database(connection, seconds=5):
    """End what threads left open: a database cannot be dropped while a session is still leaving."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE {others} AND usename = current_user"
        )
        for _attempt in range(seconds * 20):
            cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {others}")
            if cursor.fetchone() == (0,):
                break
            time.sleep(0.05)
    connection.close()


@pytest.fixture(scope="session", autouse=True)
def unordered_is_random():
    """A queryset without an order comes in any order, as PostgreSQL is free to do."""
    patchy.patch(
        SQLCompiler._order_by_pairs,
        """\
        @@ -9,7 +9,7 @@
                 ordering = meta.ordering
                 self._meta_ordering = ordering
             else:
        -        ordering = []
        +        ordering = [] if self.query.distinct or self.query.group_by else ["?"]
             if self.query.standard_ordering:
                 default_order, _ = ORDER_DIR["ASC"]
             else:
        """,
    )


@pytest.fixture(autouse=True)
def figures_are_read_where_the_test_wrote(monkeypatch):
    """A connection of its own would not see what the transaction of a test wrote.

    That pages do use the role of published figures is tested in tests/monitor/test_figures_role.py.
    """
    from monitor import reading

    monkeypatch.setattr(reading, "FIGURES", "default")


@pytest.fixture(scope="session")
def chromium():
    """The path of a Chromium of this machine, for the tests marked ``e2e``."""
    for name in ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    if os.environ.get("OJA_REQUIRE_BROWSER") == "1":
        pytest.fail("no Chromium was found, and OJA_REQUIRE_BROWSER asks for one")
    pytest.skip("no Chromium was found (Debian: apt-get install chromium)")
