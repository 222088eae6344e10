"""`manage.py import_duo addresses FILE`: bring the register in step with open data of DUO."""

import datetime as dt
import hashlib
import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.access.actor import Actor, become
from oja.core import periods
from schools import duo
from schools.imports import FileRefused
from schools.models import SchoolSite


class Command(BaseCommand):
    help = "Reads DUO's file of primary school sites and reports what is new, changed and gone."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=["addresses"], help="which file of DUO it is")
        parser.add_argument("file", help="path of the CSV file")
        parser.add_argument("--dry-run", action="store_true", help="report, and write nothing")
        parser.add_argument("--json", action="store_true", help="print one line of JSON")
        parser.add_argument(
            "--on", type=dt.date.fromisoformat, help="date for the history (default: today)"
        )

    def handle(self, *args, **options):
        path = Path(options["file"])
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(
                _("The file %(file)s cannot be read: %(reason)s.")
                % {"file": path, "reason": error.strerror}
            ) from error
        try:
            with become(Actor.system("import_duo")) as actor:
                report = duo.import_addresses(
                    actor,
                    content=content,
                    file_name=path.name,
                    sha256=hashlib.sha256(content).hexdigest(),
                    on=options["on"] or periods.today(),
                    dry_run=options["dry_run"],
                )
        except FileRefused as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        else:
            self.print_report(report, options["dry_run"])

    def print_report(self, report, dry_run):
        """The same as the JSON, in sentences."""
        write = self.stdout.write
        if dry_run:
            write(_("Trial only: nothing was written."))
        write(ngettext("%d line read.", "%d lines read.", report.rows) % report.rows)
        write(
            _("New: %(new)d. Changed: %(changed)d. Unchanged: %(unchanged)d. Gone: %(gone)d.")
            % {
                "new": report.new,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "gone": report.gone,
            }
        )
        for name, count in report.changes.items():
            write(f"  {SchoolSite._meta.get_field(name).verbose_name}: {count}")
        if report.refused:
            count = len(report.refused)
            write(ngettext("%d line refused:", "%d lines refused:", count) % count)
        for row in report.refused:
            write(
                "  "
                + _("line %(line)d: %(reason)s") % {"line": row["line"], "reason": row["reason"]}
            )
