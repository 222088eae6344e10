"""`manage.py statements --json FILE`: everything that was published, for an attack from outside."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from monitor.actions import statements
from oja.access.actor import Actor, become


class Command(BaseCommand):
    """Writes one JSON object a line per published cell, hidden cells too."""

    help = "Writes every published cell to a file, one JSON object a line."

    def add_arguments(self, parser):
        """--json FILE; "-" is the terminal."""
        parser.add_argument("--json", required=True, dest="file", help="file to write, or -")

    def handle(self, *args, file, **options):
        """Write the lines and say how many."""
        with become(Actor.system("statements of published figures")) as actor:
            lines = [json.dumps(cell, ensure_ascii=False) for cell in statements(actor)]
        text = "".join(f"{line}\n" for line in lines)
        if file == "-":
            sys.stdout.write(text)
            return
        Path(file).write_text(text, encoding="utf-8")
        self.stdout.write(
            _("%(number)d cells written to %(file)s.") % {"number": len(lines), "file": file}
        )
