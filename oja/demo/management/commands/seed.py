"""Build the demo world in an empty database."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.models import Organisation
from oja.core.periods import today
from oja.demo.world import ONE_SCHOOL, PILOT, build_world


class Command(BaseCommand):
    help = "Build the demo world: made-up schools, children and help. Only in an empty database."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=2026, help="same number, same world")
        parser.add_argument(
            "--one-school", action="store_true", help="a small world of one school, for tests"
        )

    def handle(self, *args, seed, one_school, **options):
        if Organisation.objects.exists():
            raise CommandError(
                _("This database holds organisations already. Use an empty database.")
            )
        started = time.monotonic()
        with transaction.atomic():
            register = build_world(
                seed=seed, today=today(), size=ONE_SCHOOL if one_school else PILOT
            )
        self.stdout.write(
            _("The demo world stands: %(sites)d schools, in %(seconds)d seconds.")
            % {"sites": len(register.sites), "seconds": time.monotonic() - started}
        )
