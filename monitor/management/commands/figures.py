"""`manage.py figures`: for a person or a program; live with --as, else what was published last."""

import json
import sys

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from monitor.actions import published_entries
from monitor.definition import Window
from monitor.engine import measure, populations
from monitor.indicators import indicator, indicators
from monitor.words import figure_line
from oja.access.actor import Actor, become
from oja.core.periods import school_year_of, today


class Wrong(Exception):
    """The question cannot be answered as it was put; the text says why, in one sentence."""


class Command(BaseCommand):
    """Prints live figures under the identity of a user, so that row security holds here too.

    Without a user it prints the newest published figures of every arrangement.
    """

    help = "Prints the published figures, or with --as the live ones that a user may see."

    def add_arguments(self, parser):
        """--indicator, --period, --as, --json."""
        parser.add_argument("--indicator", default="all", help="slug of a figure, or all")
        parser.add_argument("--period", help='school year, such as "2025-2026"; default: this one')
        parser.add_argument("--as", dest="username", help="mail address of the user: live figures")
        parser.add_argument("--json", action="store_true", help="print a list for a program")

    def handle(self, *args, indicator, period, username, **options):
        """Print the figures; with a wrong question one sentence on stderr and exit code 2."""
        try:
            found = (
                self.figures(indicator, period, username, today())
                if username
                else self.published(indicator, period)
            )
        except Wrong as wrong:
            self.stderr.write(str(wrong))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        for item in found:
            self.stdout.write(figure_line(item))

    def published(self, slug, period):
        """What was published last: one entry per cell. Raises Wrong."""
        wanted = {known.slug for known in self.asked(slug)}
        actor = Actor.system("figures: what was published last")
        with become(actor):
            found = published_entries(actor)
        return [
            entry
            for entry in found
            if entry["slug"] in wanted and period in (None, entry.get("period"))
        ]

    def asked(self, slug):
        """All indicators, or the one of that slug. Raises Wrong."""
        try:
            return indicators() if slug == "all" else (indicator(slug),)
        except KeyError:
            known = ", ".join(one.slug for one in indicators())
            raise Wrong(
                _("There is no figure %(slug)s; choose all or one of: %(known)s.")
                % {"slug": slug, "known": known}
            ) from None

    def figures(self, slug, period, username, on):
        """What stands behind --json: one entry per number. Raises Wrong."""
        asked = self.asked(slug)
        try:
            window = (
                Window.of_school_year(period, on) if period else Window.of(school_year_of(on), on)
            )
        except ValueError:
            raise Wrong(
                _("%(period)s is no school year that has begun; write for example 2025-2026.")
                % {"period": period}
            ) from None
        with become(Actor.system("figures: find the account")):
            user = get_user_model().objects.filter(email=username.strip().lower()).first()
        if user is None or not user.is_active:
            raise Wrong(_("There is no open account %(name)s.") % {"name": username})
        actor = Actor.for_user(user)
        with become(actor):
            return [
                entry
                for own in populations(actor)
                for figure in measure(asked, actor, own, [window], on=on).values()
                for entry in entries(figure)
            ]


def entries(figure):
    """One entry per number of the figure, with what makes it a figure: never a bare number."""
    return [
        {
            "slug": figure.indicator.slug,
            "version": figure.indicator.version,
            "part": value.part,
            "value": value.value,
            "unit": value.unit,
            "numerator": value.numerator,
            "denominator": value.denominator,
            "status": figure.status,
            "reference_date": figure.window.reference_date.isoformat(),
            "period": figure.window.name,
            "population": figure.own.label,
        }
        for value in figure.values
    ]
