"""Files with bills from outside that a provider handed in: what was in them, and whether undone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oja.access.files import HandedInFile
from support.models.trajectory import MANAGER_KEEPS


class CostImport(HandedInFile):
    """A file with bills of one provider."""

    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="+", verbose_name=_("provider")
    )

    class Scope:
        rules = (MANAGER_KEEPS,)
        fixed = ("provider",)
        own = {"provider": "a provider hands in bills on its own budget"}
        logs_reads = False

    class Meta(HandedInFile.Meta):
        verbose_name = _("file of bills")
        verbose_name_plural = _("files of bills")
        indexes = [
            # the files of a provider, newest first
            models.Index(fields=["provider", "created_at"], name="costimport_provider_created"),
        ]
