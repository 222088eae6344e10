"""Give the database the key that signs identities."""

from django.core.management.base import BaseCommand

from oja.access.identity import sync_identity_key


class Command(BaseCommand):
    """`manage.py identity_key`, as oja_owner: after migrating, and when the key was replaced."""

    help = "Put OJA_IDENTITY_KEY into the database, so that it can check who acts."

    def handle(self, *args, **options):
        sync_identity_key()
        self.stdout.write("The database has the key.")
