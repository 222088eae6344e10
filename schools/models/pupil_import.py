"""Files with pupils that a school handed in: what was in them, what was done, how to undo it."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import ScopedModel
from oja.core.models import BaseModel
from schools.models.pupil import COORDINATOR_KEEPS

#: As long the rows of a file that was never used are kept, and as long an import can be undone.
KEPT_DAYS = 7


class PupilImport(BaseModel, ScopedModel):
    """A file with pupils of one site, from choosing it to having read or undone it.

    `sheet` holds the rows while somebody still looks at them and is emptied at once when they are
    read, or after KEPT_DAYS. Citizen service numbers never come into it. `made` holds what known
    pupils were before, so that it can be undone, for KEPT_DAYS too; what the import added stands in
    ImportedRow.
    """

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"
        EDEXML = "edexml", "EDEXML"

    class State(models.TextChoices):
        OPEN = "open", _("not read yet")
        DONE = "done", _("read in")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("put away")

    site = models.ForeignKey(
        "schools.SchoolSite",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("school"),
    )
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum"), max_length=64)
    kind = models.CharField(_("kind of file"), max_length=8, choices=Kind)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    sheet = models.JSONField(_("rows"), null=True, blank=True)
    # Heading as the file has it, in a plain form -> field; the next file of the school starts here.
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    are_columns_checked = models.BooleanField(_("columns were checked"), default=False)
    report = models.JSONField(_("report"), default=dict, blank=True)
    made = models.JSONField(_("what was made"), null=True, blank=True)
    given_by = models.CharField(_("by"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("read at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("file of pupils")
        verbose_name_plural = _("files of pupils")
        ordering = ("-created_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(sheet__isnull=True),
                name="pupilimport_rows_only_while_open",
                violation_error_message=_("Rows are kept only until the file has been read."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "undone"]) | Q(done_at__isnull=False),
                name="pupilimport_done_has_a_moment",
                violation_error_message=_("Say when the file was read."),
            ),
        ]
        indexes = [
            # The files of a school, newest first.
            models.Index(fields=["site", "created_at"], name="pupilimport_site_created"),
        ]

    class Scope:
        rules = (COORDINATOR_KEEPS,)
        fixed = ("site",)
        own = {"site": "a school hands in the list of its own pupils"}
        logs_reads = False

    def __str__(self):
        return self.file_name

    def undo_until(self):
        """The moment until which the import can be undone, or None when it was not done."""
        return self.done_at + dt.timedelta(days=KEPT_DAYS) if self.done_at else None

    def may_undo(self, at):
        """Whether it is still early enough to undo the import."""
        return self.state == self.State.DONE and self.made is not None and at < self.undo_until()


class ImportedRow(ScopedModel):
    """That an import added a row: written by a trigger, read by the function that undoes it.

    Nobody may write or read it, so an undo can delete nothing else. `version` is the number of the
    transaction that wrote the row: another number there says that somebody changed it since.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pupil_import = models.ForeignKey(PupilImport, models.PROTECT, related_name="+")
    of_table = models.CharField(max_length=63)
    row_id = models.UUIDField(unique=True)
    version = models.CharField(max_length=20)
    made_at = models.DateTimeField()

    class Scope:
        rules = ()
        logs_reads = False

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")

    def __str__(self):
        return "–"
