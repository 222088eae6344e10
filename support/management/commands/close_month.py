"""`manage.py close_month`: book the own help of the month that ended. Run it every night.

A month is closed from its sixth day after, so that the last contacts are in; a provider without a
rate or a budget is told and left open.
"""

import datetime as dt

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from oja.access.actor import Actor, become
from oja.core.money import format_euros
from oja.core.periods import today
from oja.core.workflow import MoveRefused
from providers.models import Provider
from support.actions.costs import close_month
from support.management.commands.import_costs import provider_named

#: Days after the end of a month in which its contacts may still come in.
DAYS_TO_RECORD = 5


class Command(BaseCommand):
    help = "Books the own help of a month for every lead provider. Twice books nothing."

    def add_arguments(self, parser):
        parser.add_argument("--provider", help="name of one lead provider (default: all)")
        parser.add_argument("--month", help="month as 2026-10 (default: the last one that is due)")

    def handle(self, *args, **options):
        month = self.month(options["month"])
        with become(Actor.system("close_month")):
            if options["provider"]:
                providers = [provider_named(options["provider"])]
            else:
                providers = list(Provider.objects.filter(kind=Provider.Kind.LEAD).order_by("name"))
        for provider in providers:
            try:
                with become(Actor.system("close_month")) as actor:
                    lines = close_month(actor, provider=provider, month=month, on=today())
            except MoveRefused as problem:
                sentences = ". ".join(str(refusal.sentence) for refusal in problem.refusals)
                self.stdout.write(f"{provider.name}: {sentences}.")
                continue
            total = format_euros(sum(line.cents for line in lines))
            words = {"provider": provider.name, "number": len(lines), "total": total}
            self.stdout.write(_("%(provider)s: %(number)s lines, %(total)s.") % words)

    def month(self, asked):
        """The first day of the month that was asked for, or of the last one that is due."""
        if not asked:
            due = today() - dt.timedelta(days=DAYS_TO_RECORD)
            return (due.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
        try:
            return dt.datetime.strptime(asked, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
        except ValueError as error:
            raise CommandError(_("Write a month as 2026-10.")) from error
