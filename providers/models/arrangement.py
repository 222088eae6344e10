"""Arrangements, the municipalities that pay, and which provider works at which site."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import open_model
from oja.core.models import BaseModel
from providers.models.provider import Provider
from schools.models import Dated, DatedQuerySet
from schools.models.dated import end_after_start, no_overlap


class Arrangement(BaseModel, Dated):
    """An Onderwijs-Jeugdhulp-Arrangement: an agreement of municipalities and providers."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    # Where the people of the samenwerkingsverband work: they read its published figures.
    partnership = models.ForeignKey(
        "access.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="arrangements",
        verbose_name=_("partnership"),
    )
    objection_blocks = models.BooleanField(
        _("an objection of the school stops bought care"), default=False
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("arrangement")
        verbose_name_plural = _("arrangements")
        ordering = ("name",)
        constraints = [end_after_start("arrangement_end_after_start")]

    def __str__(self):
        return self.name


class ParticipatingMunicipality(BaseModel, Dated):
    """That a municipality pays for its children in an arrangement."""

    arrangement = models.ForeignKey(
        Arrangement,
        on_delete=models.PROTECT,
        related_name="municipalities",
        verbose_name=_("arrangement"),
    )
    municipality = models.ForeignKey(
        "schools.Municipality",
        on_delete=models.PROTECT,
        related_name="arrangements",
        verbose_name=_("municipality"),
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("participating municipality")
        verbose_name_plural = _("participating municipalities")
        ordering = ("valid_from", "pk")
        constraints = [
            end_after_start("participatingmunicipality_end_after_start"),
            ExclusionConstraint(
                name="participatingmunicipality_once_per_date",
                expressions=no_overlap("arrangement", "municipality"),
                violation_error_message=_("This municipality takes part already."),
            ),
        ]

    def __str__(self):
        return f"{self.valid_from:%Y-%m-%d}"


class Participation(BaseModel, Dated):
    """That a site takes part, with the lead provider that works there."""

    arrangement = models.ForeignKey(
        Arrangement,
        on_delete=models.PROTECT,
        related_name="participations",
        verbose_name=_("arrangement"),
    )
    site = models.ForeignKey(
        "schools.SchoolSite",
        on_delete=models.PROTECT,
        related_name="participations",
        verbose_name=_("school"),
    )
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        related_name="participations",
        verbose_name=_("lead provider"),
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ("valid_from", "pk")
        constraints = [
            end_after_start("participation_end_after_start"),
            ExclusionConstraint(
                name="participation_one_active_per_site",
                expressions=no_overlap("site"),
                violation_error_message=_("This school already takes part in that period."),
            ),
        ]

    def __str__(self):
        return f"{self.valid_from:%Y-%m-%d}"

    def clean(self):
        super().clean()
        if self.provider_id and self.provider.kind != Provider.Kind.LEAD:
            raise ValidationError({"provider": _("Only a lead provider works at a school.")})


for _model in ("Arrangement", "ParticipatingMunicipality", "Participation"):
    open_model(f"providers.{_model}", "who works where is public")
