"""`manage.py freeze_snapshot`: settle the figures of every arrangement, once a month."""

import datetime as dt
import sys

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from monitor.actions import NotNow, freeze_snapshot, publish
from oja.access.actor import Actor, become
from oja.core.periods import today
from providers.models import Arrangement


class Command(BaseCommand):
    """Freezes, attacks and publishes; what may not be published stays hidden and is named."""

    help = "Freezes the figures of the arrangements on a date and publishes them."

    def add_arguments(self, parser):
        """--on, --arrangement."""
        parser.add_argument("--on", type=dt.date.fromisoformat, help="reference date (today)")
        parser.add_argument("--arrangement", help="name of one arrangement; all without it")

    def handle(self, *args, on, arrangement, **options):
        """One line per arrangement; exit code 2 when nothing was published."""
        day = today()
        reference_date = on or day
        published = 0
        with become(Actor.system("monthly figures")) as actor:
            rows = Arrangement.objects.valid_on(reference_date).order_by("name")
            for one in rows.filter(name=arrangement) if arrangement else rows:
                try:
                    snapshot = freeze_snapshot(
                        actor,
                        arrangement=one,
                        reference_date=reference_date,
                        reason="monthly figures",
                        on=day,
                    )
                    snapshot = publish(actor, snapshot=snapshot)
                except NotNow as why:
                    self.stderr.write(f"{one.name}: {why}")
                    continue
                published += 1
                report = snapshot.gate_report
                self.stdout.write(
                    _(
                        "%(name)s on %(date)s: published. %(groups)d small groups attacked with "
                        "%(programs)d programs, %(protected)d numbers left out."
                    )
                    % {"name": one.name, "date": snapshot.reference_date, **report}
                )
        if not published:
            sys.exit(2)
