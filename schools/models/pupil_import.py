"""Files with pupils that a school handed in: what was in them, what was done, how to undo it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from oja.access.files import HandedInFile
from oja.access.scoping import ScopedModel
from schools.models.pupil import COORDINATOR_KEEPS


class PupilImport(HandedInFile):
    """A file with pupils of one site. Citizen service numbers never come into it.

    `made` holds what known pupils were before, so that it can be undone, as long as that is
    possible; what the import added stands in ImportedRow.
    """

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"
        EDEXML = "edexml", "EDEXML"

    site = models.ForeignKey(
        "schools.SchoolSite",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("school"),
    )
    kind = models.CharField(_("kind of file"), max_length=8, choices=Kind)
    made = models.JSONField(_("what was made"), null=True, blank=True)

    class Meta(HandedInFile.Meta):
        verbose_name = _("file of pupils")
        verbose_name_plural = _("files of pupils")
        indexes = [
            # The files of a school, newest first.
            models.Index(fields=["site", "created_at"], name="pupilimport_site_created"),
        ]

    class Scope:
        rules = (COORDINATOR_KEEPS,)
        fixed = ("site",)
        own = {"site": "a school hands in the list of its own pupils"}
        logs_reads = False

    def may_undo(self, at):
        """Whether it is still early enough, and what was there before is still known."""
        return self.made is not None and super().may_undo(at)


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
