"""Removes what pages keep for a while: drafts, sent forms and searches."""

import datetime as dt

from django.core.management.base import BaseCommand
from django.utils import timezone

from oja.access.actor import Actor, become
from oja.pages.models import DRAFT_DAYS, Draft, PersonSearch, Submission

SUBMISSION_DAYS = 2  # longer than any page stands open


class Command(BaseCommand):
    help = "Remove expired drafts, old one-time keys of forms and old searches. Run it every day."

    def handle(self, **options):
        now = timezone.now()
        old = [
            Draft.objects.filter(expires_at__lte=now),
            Submission.objects.filter(created_at__lte=now - dt.timedelta(days=SUBMISSION_DAYS)),
            PersonSearch.objects.filter(updated_at__lte=now - dt.timedelta(days=DRAFT_DAYS)),
        ]
        actor = Actor.system("expire drafts")
        with become(actor):
            for rows in old:
                number, _per_model = rows.visible_to(actor, may="delete").delete()
                self.stdout.write(f"{rows.model._meta.verbose_name_plural}: {number}")
