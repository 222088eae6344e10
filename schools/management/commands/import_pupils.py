"""`manage.py import_pupils FILE --site VESTIGINGSCODE`: the pupils of a site from a list."""

import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.access.actor import Actor, become
from oja.core import periods
from oja.core.sheets import MAX_BYTES
from oja.core.workflow import hold
from schools.imports import FileRefused
from schools.models import SchoolSite
from schools.pupil_import import actions, words
from schools.pupil_import.columns import FIELD_LABELS

REPORT = ("rows", "new", "changed", "unchanged", "gone", "refused", "changes")


class Command(BaseCommand):
    help = "Reads a list of pupils (CSV, Excel or EDEXML) of one site and reports what it did."

    def add_arguments(self, parser):
        parser.add_argument("file", help="path of the file")
        parser.add_argument("--site", required=True, help="code of the site, such as 00AB00")
        parser.add_argument("--dry-run", action="store_true", help="report, and write nothing")
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, *args, **options):
        path = Path(options["file"])
        site = self.site(options["site"])
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(
                _("The file %(file)s cannot be read: %(reason)s.")
                % {"file": path, "reason": error.strerror}
            ) from error
        try:
            with become(Actor.system("import_pupils")) as actor, transaction.atomic():
                report = self.read(actor, site, content, path.name)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except FileRefused as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if options["json"]:
            numbers = {key: report[key] for key in REPORT}
            self.stdout.write(json.dumps(numbers, ensure_ascii=False))
        else:
            self.print_report(report, options["dry_run"])
        # Beside the JSON, not in it: what was left out must be said, also to a script.
        for sentence in words.sentences(report):
            self.stderr.write(sentence)

    def site(self, code):
        """The site of a code, or of a name where sites have no code."""
        found = SchoolSite.objects.filter(code=code.strip().upper()).first()
        named = list(SchoolSite.objects.filter(name__iexact=code.strip())[:2])
        if found is None and len(named) == 1:
            found = named[0]
        if found is None:
            raise CommandError(_("There is no site with code %s.") % code)
        return found

    def read(self, actor, site, content, file_name):
        """Hand the file in and read it at once; gives the report as plain data."""
        on = periods.today()
        hold("pupil_import", site.pk)
        given = actions.hand_in(actor, site=site, content=content, file_name=file_name, on=on)
        given = actions.read_in(actor, pupil_import=given, on=on, at=timezone.now())
        return given.report

    def print_report(self, report, dry_run):
        """The same as the JSON, in sentences."""
        write = self.stdout.write
        if dry_run:
            write(_("Trial only: nothing was written."))
        write(ngettext("%d line read.", "%d lines read.", report["rows"]) % report["rows"])
        write(
            _(
                "New: %(new)d. Changed: %(changed)d. Unchanged: %(unchanged)d."
                " Not in the file: %(gone)d."
            )
            % report
        )
        for name, count in report["changes"].items():
            write(f"  {FIELD_LABELS[name]}: {count}")
        if report["refused"]:
            count = len(report["refused"])
            write(ngettext("%d line refused:", "%d lines refused:", count) % count)
        for row in report["refused"]:
            write("  " + _("line %(line)d: %(reason)s") % row)
