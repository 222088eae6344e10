"""`manage.py import_costs FILE --provider NAME`: bills for care that nobody here ordered."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from oja.access.actor import Actor, become
from oja.core.money import format_euros
from oja.core.periods import today
from oja.core.sheets import FileRefused
from providers.models import Provider
from support.cost_import import import_costs


class Command(BaseCommand):
    help = "Books bills of a municipality on the budgets of a provider. Twice changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", help="path of a CSV or XLSX file")
        parser.add_argument("--provider", required=True, help="name of the lead provider")
        parser.add_argument("--dry-run", action="store_true", help="report, and write nothing")
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, *args, **options):
        try:
            content = Path(options["file"]).read_bytes()
        except OSError as error:
            words = {"file": options["file"], "reason": error.strerror}
            raise CommandError(
                _("The file %(file)s cannot be read: %(reason)s.") % words
            ) from error
        try:
            with become(Actor.system("import_costs")) as actor:
                report = import_costs(
                    actor,
                    provider=provider_named(options["provider"]),
                    content=content,
                    on=today(),
                    dry_run=options["dry_run"],
                )
        except FileRefused as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        else:
            self.print_report(report, options["dry_run"])
        if report.refused:
            raise CommandError(_("Nothing was booked. Mend these lines and read the file again."))

    def print_report(self, report, dry_run):
        """The same as the JSON, in sentences."""
        write = self.stdout.write
        if dry_run:
            write(_("Trial only: nothing was written."))
        write(
            _("New: %(new)s, %(amount)s. Unchanged: %(unchanged)s. Without trajectory: %(open)s.")
            % {
                "new": report.new,
                "amount": format_euros(report.cents),
                "unchanged": report.unchanged,
                "open": report.unmatched,
            }
        )
        if report.ignored:
            write(_("Not read: %(columns)s") % {"columns": ", ".join(report.ignored)})
        for note in report.notes:
            write(note)
        for line, reason in report.refused:
            write(_("line %(line)d: %(reason)s") % {"line": line, "reason": reason})


def provider_named(name):
    """The lead provider of that name, asked as the system: a bare log-in sees no rows.

    Raises CommandError when there is none.
    """
    found = Provider.objects.filter(kind=Provider.Kind.LEAD, name=name).first()
    if found is None:
        raise CommandError(_("There is no lead provider called %(name)s.") % {"name": name})
    return found
