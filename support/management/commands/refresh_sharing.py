"""`manage.py refresh_sharing`: once a night, because a passing day changes who must agree.

Sharing that ends on a day ends by its date; this lets sharing begin that a day made complete (a
sixteenth birthday, an end of custody) and brings the words on pages up to date.
"""

from django.core.management.base import BaseCommand
from django.db import connection

from oja.access.actor import Actor, become


class Command(BaseCommand):
    help = "Work out anew, for today, what consent allows to be shared. Run it every night."

    def handle(self, *args, **options):
        with become(Actor.system("refresh of sharing")), connection.cursor() as cursor:
            cursor.execute("SELECT oja.support_refresh_all_sharing()")
            (count,) = cursor.fetchone()
        self.stdout.write(f"{count} pupils looked at.")
