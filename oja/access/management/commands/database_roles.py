"""The database roles of a production server."""

import os
import secrets
from argparse import ArgumentParser
from typing import Any
from urllib.parse import quote

import psycopg
from django.core.management.base import BaseCommand, CommandError
from psycopg.conninfo import conninfo_to_dict

from oja.core.embedded.roles import make_roles

#: Role -> variable that holds its URL.
URLS = {
    "oja_owner": "DATABASE_URL",
    "oja_web": "DATABASE_URL_SERVE",
    "oja_figures": "DATABASE_URL_PUBLISH",
    "oja_jobs": "DATABASE_URL_JOBS",
    "oja_backup": "DATABASE_URL_BACKUP",
}


class Command(BaseCommand):
    """Makes or repairs them; running it again changes passwords only where one was given."""

    help = "Makes the database and its roles on your own server, and prints the URLs to set."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--admin-url", required=True, help="a role that may create roles and databases"
        )
        parser.add_argument("--database", default="oja")
        parser.add_argument(
            "--for-tests",
            action="store_true",
            help="also the role of the tests; never on a server that holds anything else",
        )
        parser.epilog = (
            "Passwords come from OJA_OWNER_PASSWORD, OJA_WEB_PASSWORD and so on. "
            "A role that is new and has none there gets a random one, which is printed once."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        database = options["database"]
        try:
            with psycopg.connect(options["admin_url"], autocommit=True) as connection:
                roles = list(URLS) + (["oja_test"] if options["for_tests"] else [])
                passwords = self._passwords(connection, roles)
                make_roles(connection, database, passwords, for_tests=options["for_tests"])
        except psycopg.Error as error:
            raise CommandError(f"The roles could not be made: {error}") from error
        where = conninfo_to_dict(options["admin_url"])
        host = f"{where.get('host', 'localhost')}:{where.get('port', '5432')}"
        for role in roles:
            variable = URLS.get(role, "DATABASE_URL_TEST")
            password = quote(passwords[role], safe="") if role in passwords else "<unchanged>"
            self.stdout.write(f"{variable}=postgresql://{role}:{password}@{host}/{database}")

    def _passwords(self, connection: psycopg.Connection, roles: list[str]) -> dict[str, str]:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        passwords = {}
        for role in roles:
            given = os.environ.get(f"{role.upper()}_PASSWORD")
            if given:
                passwords[role] = given
            elif role not in known:
                passwords[role] = secrets.token_urlsafe(24)
        return passwords
