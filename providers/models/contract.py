"""What a lead provider agreed with a third party: which help, per what, and at what rate."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from providers.models.provider import Provider
from schools.models import Dated, DatedQuerySet
from schools.models.dated import end_after_start


class Unit(models.TextChoices):
    """What a rate is paid for."""

    HOUR = "hour", _("hour")
    DAY = "day", _("day (24 hours)")
    PIECE = "piece", _("session")


class Jz020(models.TextChoices):
    """Product categories of iJw 3.2 (code list JZ020) that a lead provider buys."""

    DAY_TREATMENT = "41", _("Day treatment")
    STAY_WITH_TREATMENT = "43", _("Stay, with treatment")
    STAY_WITHOUT_TREATMENT = "44", _("Stay, without treatment")
    AMBULATORY = "45", _("Ambulatory youth care")
    CRISIS = "46", _("Crisis care")
    TAILORED = "50", _("Tailored arrangement")
    MENTAL_HEALTH = "54", _("Mental health care for the young")


#: Categories in which the child sleeps elsewhere.
RESIDENTIAL = frozenset({"35", "36", "37", "38", Jz020.STAY_WITH_TREATMENT, "44"})


class ContractQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of contracts; always after `visible_to`."""

    def for_list(self):
        """With the name of the third party."""
        return self.select_related("third")


class ThirdPartyContract(BaseModel, Dated, ScopedModel):
    """A rate that a lead provider agreed with a third party for one kind of help."""

    provider = models.ForeignKey(
        Provider, models.PROTECT, related_name="contracts", verbose_name=_("lead provider")
    )
    third = models.ForeignKey(
        Provider, models.PROTECT, related_name="+", verbose_name=_("third party")
    )
    jz020 = models.CharField(_("product category"), max_length=2, choices=Jz020)
    description = models.CharField(_("kind of help"), max_length=120)
    unit = models.CharField(_("per"), max_length=8, choices=Unit, default=Unit.HOUR)
    rate_cents = models.PositiveIntegerField(_("rate"))

    objects = ContractQuerySet.as_manager()

    class Scope:
        rules = (
            Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE, CHANGE)),
            Rule(Role.CARE_WORKER, "provider", "providers"),
        )
        fixed = ("provider", "third")
        own = {"provider": "the provider whose manager made the agreement"}
        logs_reads = False

    class Meta:
        verbose_name = _("contract with a third party")
        verbose_name_plural = _("contracts with third parties")
        ordering = ("description", "valid_from")
        constraints = [
            end_after_start("thirdpartycontract_end_after_start"),
            models.CheckConstraint(
                name="thirdpartycontract_with_somebody_else",
                condition=~Q(provider=models.F("third")),
                violation_error_message=_("A contract is made with another organisation."),
            ),
            models.CheckConstraint(
                name="thirdpartycontract_rate_is_above_nought",
                condition=Q(rate_cents__gt=0),
                violation_error_message=_("The rate is more than nought."),
            ),
            models.UniqueConstraint(
                fields=["provider", "third", "description", "valid_from"],
                name="thirdpartycontract_once_per_start",
                violation_error_message=_("This contract stands in the list already."),
            ),
        ]

    def __str__(self):
        return self.description
