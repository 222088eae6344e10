"""Fill an empty throw-away database for independent security testers."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.models import Organisation
from oja.core.periods import today
from oja.demo.probe import World, as_json


class Command(BaseCommand):
    help = (
        "Fill an empty database with two schools and two providers, a canary in every secret, "
        "and write down who may see which. See oja/docs/probe-world.md."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", required=True, metavar="FILE", help="where to write it")
        parser.add_argument("--base-url", required=True, help="where the application answers")

    def handle(self, *args, base_url, **options):
        if Organisation.objects.exists():
            raise CommandError(
                _("This database holds organisations already. Use an empty database.")
            )
        with transaction.atomic():
            probe = World(today()).build()
        content = json.dumps(as_json(probe, base_url), indent=2, ensure_ascii=False)
        Path(options["json"]).write_text(content + "\n", encoding="utf-8")
        self.stdout.write(
            _("The probe world stands: %(users)d users, %(groups)d groups, %(urls)d addresses.")
            % {
                "users": len(probe.users),
                "groups": len(probe.canaries),
                "urls": len(set(probe.urls)),
            }
        )
