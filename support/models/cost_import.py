"""Files with bills from outside that a provider handed in: what was in them, and whether undone."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from support.models.trajectory import MANAGER_KEEPS

#: As long the rows of a file that was never used are kept, and as long an import can be undone.
KEPT_DAYS = 7


class CostImport(BaseModel, ScopedModel):
    """A file with bills, from choosing it to having read or undone it.

    `sheet` holds the rows while somebody still looks at them and is emptied at once when they are
    read, or after KEPT_DAYS. Columns that we do not need never come into it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("not read yet")
        DONE = "done", _("read in")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("put away")

    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="+", verbose_name=_("provider")
    )
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    sheet = models.JSONField(_("rows"), null=True, blank=True)
    # Heading as the file has it, in a plain form -> field; the next file starts here.
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    are_columns_checked = models.BooleanField(_("columns were checked"), default=False)
    report = models.JSONField(_("report"), default=dict, blank=True)
    given_by = models.CharField(_("by"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("read at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS,)
        fixed = ("provider",)
        own = {"provider": "a provider hands in bills on its own budget"}
        logs_reads = False

    class Meta:
        verbose_name = _("file of bills")
        verbose_name_plural = _("files of bills")
        ordering = ("-created_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(sheet__isnull=True),
                name="costimport_rows_only_while_open",
                violation_error_message=_("Rows are kept only until the file has been read."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "undone"]) | Q(done_at__isnull=False),
                name="costimport_done_has_a_moment",
                violation_error_message=_("Say when the file was read."),
            ),
        ]
        indexes = [
            # the files of a provider, newest first
            models.Index(fields=["provider", "created_at"], name="costimport_provider_created"),
        ]

    def __str__(self):
        return self.file_name

    def undo_until(self):
        """The moment until which the import can be undone, or None when it was not done."""
        return self.done_at + dt.timedelta(days=KEPT_DAYS) if self.done_at else None

    def may_undo(self, at):
        """Whether it is still early enough to undo the import."""
        return self.state == self.State.DONE and at < self.undo_until()
