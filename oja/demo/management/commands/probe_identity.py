"""Sign an identity for a transaction of a tester's own database session; probe worlds only."""

import datetime as dt

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from oja.access.identity import sign
from oja.access.models import Organisation, User
from oja.demo.probe import MARK


class Command(BaseCommand):
    help = (
        "Print a signed identity for one transaction: set_config('oja.identity', it, true) in the "
        "session with that process number, after set_config('role', 'oja_app', true)."
    )

    def add_arguments(self, parser):
        parser.add_argument("--user", required=True, help="the e-mail address")
        parser.add_argument("--pid", required=True, type=int, help="pg_backend_pid()")
        parser.add_argument(
            "--started", required=True, help="transaction_timestamp(), with its time zone"
        )

    def handle(self, *args, user, pid, started, **options):
        if not Organisation.objects.filter(name=MARK).exists():
            raise CommandError(_("This is no probe world, so nothing is signed here."))
        account = User.objects.filter(email=user.strip().lower()).first()
        if account is None:
            raise CommandError(_("There is no such account."))
        self.stdout.write(sign("user", account.pk, pid, _microseconds(started)))


def _microseconds(text: str) -> int:
    """Microseconds since 1970 of a timestamp as PostgreSQL writes it. Raises CommandError."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(
            _("Give the start as transaction_timestamp() writes it, with its time zone.")
        )
    since = moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return since // dt.timedelta(microseconds=1)
