"""`manage.py expire_pupil_files`: empties what is kept of lists of pupils for seven days."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from oja.access.actor import Actor, become
from schools.models import PupilImport
from schools.pupil_import.actions import forget_old


class Command(BaseCommand):
    help = "Empty files of pupils of seven days and older. Run it every day."

    def handle(self, **options):
        with become(Actor.system("expire files of pupils")) as actor:
            number = forget_old(actor, at=timezone.now())
        self.stdout.write(f"{PupilImport._meta.verbose_name_plural}: {number}")
