"""After an update: tables, and the key that signs identities."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from oja.access.models import User
from oja.access.rowsecurity import sync_identity_key
from oja.core.embedded.binaries import OLDEST


class Command(BaseCommand):
    """``manage.py prepare``: run it with DATABASE_URL (oja_owner) at every update."""

    help = "Migrates the database and puts the identity key of this installation in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seed-when-empty",
            action="store_true",
            help="Fill a database without a single account with the demo world.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connection.ensure_connection()
        if connection.pg_version < OLDEST * 10_000:
            raise CommandError(f"OJA needs PostgreSQL {OLDEST} or newer; use another server.")
        call_command("migrate", verbosity=0)
        sync_identity_key()
        if options["seed_when_empty"] and not User.objects.exists():
            self.stdout.write("Making the demo world (once; a minute or two) ...")
            self.stdout.flush()
            call_command("seed")
