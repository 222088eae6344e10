"""`manage.py clear_surveys`: once a night, throws away surveys that nobody can finish any more."""

from django.core.management.base import BaseCommand
from django.db import connection

from oja.access.actor import Actor, become


class Command(BaseCommand):
    help = "Remove what was filled in behind survey links that ended. Run it every night."

    def handle(self, *args, **options):
        with become(Actor.system("clearing of surveys")), connection.cursor() as cursor:
            cursor.execute("SELECT oja.clear_surveys()")
            (count,) = cursor.fetchone()
        self.stdout.write(f"{count} unfinished surveys removed.")
