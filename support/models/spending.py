"""What counts as spent: booked lines, and own help that no line was made for yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oja.access.scoping import ScopedModel, ScopedQuerySet
from providers.models import CostCategory
from support.models.costs import CostSource
from support.models.plan import Layer
from support.models.trajectory import MANAGER_READS

#: The source of what no line was made for yet.
OPEN = "open"


class SpendingQuerySet(ScopedQuerySet):
    """Reads of what was spent; always after `visible_to`."""

    def for_list(self):
        """With what a line of the list shows."""
        return self.select_related("municipality", "external", "subcontract", "trajectory")


class Spending(ScopedModel):
    """A line of what was spent. The one meaning of the word, on every page and in every figure.

    A view of the database (migration 0017), with the rights of whoever reads it: the cost lines,
    and own help of months that were not closed, by query. Such help stands in its month; what was
    recorded later than its month was closed stands in the first month that is open, because there
    it will be booked. Up to any date the lines add up to what closing the months would book.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    provider = models.ForeignKey("providers.Provider", models.DO_NOTHING, related_name="+")
    municipality = models.ForeignKey(
        "schools.Municipality",
        models.DO_NOTHING,
        related_name="+",
        verbose_name=_("municipality"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    # The first of the month for what is booked per month.
    on = models.DateField(_("date"))
    category = models.CharField(_("kind of help"), max_length=12, choices=CostCategory)
    source = models.CharField(
        _("source"),
        max_length=8,
        choices=[*CostSource.choices, (OPEN, _("Own help, not booked yet"))],
    )
    cents = models.BigIntegerField(_("amount in cents"))
    layer = models.CharField(_("layer"), max_length=2, choices=Layer)
    minutes = models.IntegerField(_("minutes"), null=True)
    is_provisional = models.BooleanField(_("provisional"))
    description = models.CharField(_("description"), max_length=200)
    pupil_key = models.UUIDField(null=True)
    subcontract = models.ForeignKey(
        "support.Subcontract", models.DO_NOTHING, null=True, related_name="+"
    )
    external = models.ForeignKey(
        "support.ExternalCost", models.DO_NOTHING, null=True, related_name="+"
    )
    trajectory = models.ForeignKey(
        "support.Trajectory", models.DO_NOTHING, null=True, related_name="+"
    )

    objects = SpendingQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_READS,)
        logs_reads = False

    class Meta:
        managed = False
        verbose_name = _("spending")
        verbose_name_plural = _("spending")
        ordering = ("-on", "pk")

    def __str__(self):
        return f"{self.on:%Y-%m-%d}"
