"""PostgreSQL that needs no installing: for the demo, for development and for the tests.

Standard library only until a server runs, because ``manage.py`` imports it before there is Django.
Production names its own server in DATABASE_URL and never comes here.
"""

import atexit
import os
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from oja.core.embedded.home import home, secrets_of
from oja.core.embedded.problem import Problem
from oja.core.embedded.roles import make_roles
from oja.core.embedded.server import SUPERUSER, Server

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["Embedded", "Problem", "is_wanted", "use"]

DATABASE = "oja"
URLS = {
    "DATABASE_URL": "oja_owner",
    "DATABASE_URL_SERVE": "oja_web",
    "DATABASE_URL_PUBLISH": "oja_figures",
    "DATABASE_URL_BACKUP": "oja_backup",
}


def is_wanted() -> bool:
    """No server was named in the environment, so we bring our own."""
    return not any(name.startswith("DATABASE_URL") for name in os.environ)


class Embedded:
    """Our use of the server of one home. Whoever leaves last stops it."""

    def __init__(self, purpose: str = "data") -> None:
        self.home = home()
        self.secrets = secrets_of(self.home)
        self.server = Server(self.home, purpose)
        self._presence: Connection | None = None

    def environment(self) -> dict[str, str]:
        """What oja.settings wants to read, for this server."""
        urls = {name: self.url(role) for name, role in URLS.items()}
        if self.server.purpose == "test":
            urls["DATABASE_URL_TEST"] = self.url("oja_test")
        return urls | {
            "SECRET_KEY": self.secrets["SECRET_KEY"],
            "OJA_IDENTITY_KEY": self.secrets["OJA_IDENTITY_KEY"],
            "OJA_HTTPS": "0",
            "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
            "EMAIL_URL": "consolemail://",
        }

    def url(self, role: str) -> str:
        password = quote(self.secrets[role], safe="")
        host = quote(self.server.host, safe="")
        return f"postgresql://{role}:{password}@/{DATABASE}?host={host}&port={self.server.port}"

    def __enter__(self) -> "Embedded":
        """Start the server when it does not run, with its roles and its database."""
        with self.server.lock():
            ran_before = self.server.answers()
            self.server.start(self.secrets[SUPERUSER])
            try:
                self._presence = self._connect()
                make_roles(
                    self._presence,
                    DATABASE,
                    {name: word for name, word in self.secrets.items() if name.startswith("oja_")},
                    for_tests=self.server.purpose == "test",
                )
            except BaseException:
                # What cannot be used is not left running.
                if not ran_before:
                    self.server.stop()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server, unless somebody else still uses it."""
        if self._presence is None:
            return
        with self.server.lock():
            alone = self._alone(self._presence)
            self._presence.close()
            self._presence = None
            if alone:
                self.server.stop()

    def _alone(self, presence: "Connection") -> bool:
        """Has everybody else gone? Who has just left needs a moment to disappear."""
        for _attempt in range(10):
            try:
                row = presence.execute(
                    "SELECT NOT EXISTS (SELECT FROM pg_stat_activity"
                    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())"
                ).fetchone()
            except Exception:  # the server died, so there is nothing to stop
                return False
            if row == (True,):
                return True
            time.sleep(0.05)
        return False

    def _connect(self) -> "Connection":
        """A connection that stays open as long as we do: it is how others see that we are here."""
        import psycopg

        try:
            return psycopg.connect(
                host=self.server.host,
                port=self.server.port,
                user=SUPERUSER,
                password=self.secrets[SUPERUSER],
                dbname="postgres",
                application_name="oja: in use",
                autocommit=True,
            )
        except psycopg.OperationalError as error:
            if "password authentication failed" not in str(error):
                raise
            raise Problem(
                f"{self.home / 'secrets.json'} is not the one that {self.server.folder} was made "
                "with; put the old file back, or set OJA_HOME to another folder."
            ) from error


def use(purpose: str = "data") -> Embedded:
    """Start the server for the life of this process and put its addresses in the environment."""
    embedded = Embedded(purpose)
    embedded.__enter__()
    atexit.register(embedded.__exit__)
    os.environ.update(embedded.environment())
    return embedded
