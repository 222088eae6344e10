"""What a third party delivered in a month, with its bill."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import Rule, ScopedModel, ScopedQuerySet
from support.models.subcontract import Subcontract
from support.models.trajectory import MANAGER_KEEPS, OfTrajectory


class DeliveryState(models.TextChoices):
    """Where a bill stands."""

    REPORTED = "reported", _("Reported")
    APPROVED = "approved", _("Bill approved")
    REFUSED = "refused", _("Bill refused")


class Delivery(OfTrajectory, ScopedModel):
    """What a third party delivered in one month, with its bill. Approving it books the cost.

    Whoever approved the order never approves the bill; a trigger refuses that too.
    """

    subcontract = models.ForeignKey(Subcontract, models.PROTECT, related_name="deliveries")
    period_start = models.DateField(_("month"))
    volume = models.DecimalField(
        _("volume"), max_digits=7, decimal_places=2, validators=[MinValueValidator(0)]
    )
    cents = models.PositiveBigIntegerField(_("amount"))
    invoice_number = models.CharField(_("number of the bill"), max_length=60)
    invoiced_on = models.DateField(_("date of the bill"))
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState, default=DeliveryState.REPORTED
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_on = models.DateField(_("reported on"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_on = models.DateField(_("decided on"), null=True, blank=True)
    override_reason = models.TextField(_("why above the order"), max_length=1000, blank=True)
    note = models.CharField(_("why refused"), max_length=500, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS, Rule(Role.CARE_WORKER, "trajectory", "caseload"))
        fixed = (
            *("subcontract", "trajectory", "provider", "period_start", "volume", "cents"),
            *("invoice_number", "invoiced_on"),
        )
        bound = {"subcontract": ("trajectory", "provider")}
        logs_reads = False

    class Meta:
        verbose_name = _("delivery with its bill")
        verbose_name_plural = _("deliveries with their bills")
        ordering = ("period_start", "created_at")
        constraints = [
            models.UniqueConstraint(
                fields=["subcontract", "invoice_number", "period_start"],
                condition=~Q(state=DeliveryState.REFUSED),
                name="delivery_bill_once",
                violation_error_message=_("This bill was reported already for this month."),
            ),
            models.CheckConstraint(
                name="delivery_is_for_a_month",
                condition=Q(period_start__day=1),
                violation_error_message=_("A delivery is reported per month."),
            ),
            models.CheckConstraint(
                name="delivery_decided_has_date",
                condition=Q(state=DeliveryState.REPORTED, approved_on__isnull=True)
                | (~Q(state=DeliveryState.REPORTED) & Q(approved_on__isnull=False)),
                violation_error_message=_("A decision on a bill has a date."),
            ),
            models.CheckConstraint(
                name="delivery_is_above_nought",
                condition=Q(cents__gt=0, volume__gt=0),
                violation_error_message=_("Volume and amount are more than nought."),
            ),
        ]

    def __str__(self):
        return self.invoice_number
