"""What help costs: booked lines, what was promised to third parties, and bills that others ordered.

Every amount is whole cents and stands on exactly one budget. A line is never changed: what turns
out otherwise is booked as a line of its own.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from providers.models import CostCategory
from support.models.plan import Layer
from support.models.trajectory import MANAGER_KEEPS


class CostSource(models.TextChoices):
    """Where a cost line comes from."""

    OWN = "own", _("Own help")
    DELIVERY = "delivery", _("Bill for ordered care")
    EXTERNAL = "external", _("Care that others ordered")
    OTHER = "other", _("Correction")


class Referrer(models.TextChoices):
    """Who sent a child to care: iJw list COD327, and an own code for school and OJA."""

    MUNICIPALITY = "01", _("Municipality")
    GP = "02", _("General practitioner")
    YOUTH_DOCTOR = "03", _("Youth doctor")
    CERTIFIED = "04", _("Certified institution")
    SPECIALIST = "05", _("Medical specialist")
    NOBODY = "06", _("No referrer")
    COURT = "08", _("Court, prosecutor or youth prison")
    SCHOOL = "90", _("School (support team)")


class ExternalState(models.TextChoices):
    """Whether it is known for whose trajectory a bill was."""

    UNMATCHED = "unmatched", _("Without trajectory")
    MATCHED = "matched", _("With trajectory")
    UNDONE = "undone", _("Undone")


class CostLineQuerySet(ScopedQuerySet):
    """Reads of cost lines; always after `visible_to`."""

    def for_list(self):
        """With what a line of the list shows."""
        return self.select_related("municipality", "external", "subcontract", "trajectory")


class CostLine(BaseModel, ScopedModel):
    """An amount that was spent, on the one budget of its municipality and year."""

    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="cost_lines", editable=False
    )
    budget = models.ForeignKey(
        "providers.Budget", models.PROTECT, related_name="cost_lines", verbose_name=_("budget")
    )
    municipality = models.ForeignKey(
        "schools.Municipality",
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("municipality"),
    )
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    # The first of the month for what is booked per month.
    on = models.DateField(_("date"))
    category = models.CharField(_("kind of help"), max_length=12, choices=CostCategory)
    source = models.CharField(_("source"), max_length=8, choices=CostSource)
    cents = models.BigIntegerField(_("amount in cents"))
    layer = models.CharField(_("layer"), max_length=2, choices=Layer)
    jz020 = models.CharField(_("product category"), max_length=2, blank=True)
    subcontract = models.ForeignKey(
        "support.Subcontract", models.PROTECT, null=True, blank=True, related_name="cost_lines"
    )
    delivery = models.OneToOneField(
        "support.Delivery", models.PROTECT, null=True, blank=True, related_name="cost_line"
    )
    external = models.OneToOneField(
        "support.ExternalCost", models.PROTECT, null=True, blank=True, related_name="cost_line"
    )
    trajectory = models.ForeignKey(
        "support.Trajectory", models.PROTECT, null=True, blank=True, related_name="cost_lines"
    )
    # What was read in by mistake is taken back by a line of its own.
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    # Tells children apart, so that one child's part of a total is known; no way to who it is.
    pupil_key = models.UUIDField(null=True, blank=True, editable=False)
    minutes = models.IntegerField(_("minutes"), null=True, blank=True)
    is_provisional = models.BooleanField(_("provisional"), default=False)
    booked_on = models.DateField(_("booked on"))
    description = models.CharField(_("description"), max_length=200, blank=True)

    objects = CostLineQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS,)
        fixed = (
            "provider",
            "budget",
            "municipality",
            "year",
            "on",
            "category",
            "source",
            "cents",
            "layer",
            "jz020",
            "subcontract",
            "delivery",
            "external",
            "reverses",
            "minutes",
            "booked_on",
            "description",
        )
        bound = {
            "budget": ("provider", "municipality", "year"),
            "subcontract": ("provider",),
            "delivery": ("provider", "subcontract"),
            "external": ("provider", "municipality"),
            "reverses": ("provider", "budget"),
            "trajectory": ("provider", "pupil_key:pupil"),
        }
        logs_reads = False

    class Meta:
        verbose_name = _("cost line")
        verbose_name_plural = _("cost lines")
        ordering = ("-on", "pk")
        constraints = [
            models.CheckConstraint(
                name="costline_date_lies_in_year",
                condition=Q(year=ExtractYear("on")),
                violation_error_message=_("A cost belongs to the budget of its own year."),
            ),
            models.CheckConstraint(
                name="costline_has_its_source",
                condition=Q(source="own", delivery=None, external=None, minutes__isnull=False)
                | Q(source="delivery", delivery__isnull=False, external=None)
                | Q(source="external", delivery=None, external__isnull=False)
                | Q(source="other", delivery=None, external=None),
                violation_error_message=_("A cost line names what it was booked for."),
            ),
            models.CheckConstraint(
                name="costline_only_a_correction_reverses",
                condition=Q(reverses=None) | Q(source="other"),
                violation_error_message=_("Only a correction takes back another line."),
            ),
            models.CheckConstraint(
                name="costline_own_help_is_in_school",
                condition=~Q(source="own") | Q(category__in=["individual", "group"]),
                violation_error_message=_("Own help is individual help or a group."),
            ),
            models.UniqueConstraint(
                fields=["budget", "on", "category", "layer"],
                condition=Q(source="own"),
                name="costline_own_help_once_per_month",
                violation_error_message=_("Own help of this month was booked already."),
            ),
        ]
        indexes = [
            # what was spent per year and kind of help
            models.Index(fields=["provider", "year", "category"], name="costline_year_category"),
            # what was spent of one budget, per month
            models.Index(fields=["budget", "on"], name="costline_budget_month"),
        ]

    def __str__(self):
        return f"{self.on:%Y-%m-%d}"


class Commitment(BaseModel, ScopedModel):
    """What an approved order takes of one budget; `open_cents` is not delivered yet."""

    subcontract = models.ForeignKey(
        "support.Subcontract", models.PROTECT, related_name="commitments"
    )
    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="+", editable=False
    )
    budget = models.ForeignKey(
        "providers.Budget", models.PROTECT, related_name="commitments", verbose_name=_("budget")
    )
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    cents = models.BigIntegerField(_("amount in cents"))
    open_cents = models.BigIntegerField(_("not delivered yet, in cents"))

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS,)
        fixed = ("subcontract", "provider", "budget", "year")
        bound = {"budget": ("provider", "year"), "subcontract": ("provider",)}
        logs_reads = False

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ("year", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["subcontract", "budget"],
                name="commitment_once_per_budget",
                violation_error_message=_("This order stands on this budget already."),
            ),
            models.CheckConstraint(
                name="commitment_open_is_within_amount",
                condition=Q(open_cents__gte=0, open_cents__lte=F("cents")),
                violation_error_message=_("What is open lies between nought and the amount."),
            ),
        ]
        indexes = [
            # what is promised of one budget
            models.Index(fields=["budget"], name="commitment_budget"),
        ]

    def __str__(self):
        return str(self.year)


class ExternalCost(BaseModel, ScopedModel):
    """A bill for youth care that nobody here ordered: by a doctor, the court, a municipality."""

    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="external_costs", editable=False
    )
    municipality = models.ForeignKey(
        "schools.Municipality",
        models.PROTECT,
        related_name="+",
        verbose_name=_("municipality"),
    )
    source_ref = models.CharField(_("reference of the bill"), max_length=80)
    # The file that it came from; empty for what a command read.
    file = models.ForeignKey(
        "support.CostImport", models.PROTECT, null=True, blank=True, related_name="bills"
    )
    referrer = models.CharField(_("referrer"), max_length=2, choices=Referrer)
    jz020 = models.CharField(_("product category"), max_length=2)
    period_start = models.DateField(_("date"))
    cents = models.BigIntegerField(_("amount in cents"))
    trajectory = models.ForeignKey(
        "support.Trajectory",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="external_costs",
        verbose_name=_("trajectory"),
    )
    # A case number as it stood in the file; never a name.
    pupil_label = models.CharField(_("case number"), max_length=40, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ExternalState, default=ExternalState.UNMATCHED
    )

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS,)
        fixed = (
            "provider",
            "municipality",
            "source_ref",
            "file",
            "referrer",
            "jz020",
            "period_start",
            "cents",
        )
        bound = {"trajectory": ("provider",), "file": ("provider",)}
        own = {"provider": "the provider whose budget pays the bill"}
        logs_reads = False

    class Meta:
        verbose_name = _("cost from outside")
        verbose_name_plural = _("costs from outside")
        ordering = ("-period_start", "source_ref")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "source_ref"],
                # What was undone may come in another file, as it should have been.
                condition=~Q(state="undone"),
                name="externalcost_reference_once",
                violation_error_message=_("This bill was read in already."),
            ),
            models.CheckConstraint(
                name="externalcost_matched_has_trajectory",
                condition=Q(state="matched", trajectory__isnull=False)
                | Q(state="unmatched", trajectory=None)
                | Q(state="undone"),
                violation_error_message=_("A matched bill names its trajectory."),
            ),
        ]
        indexes = [
            # bills that nobody matched yet
            models.Index(fields=["provider", "state"], name="externalcost_provider_state"),
        ]

    def __str__(self):
        return self.source_ref


class ClosedMonth(BaseModel, ScopedModel):
    """That the own help of a month was booked; later months take what was recorded afterwards."""

    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="closed_months", editable=False
    )
    month = models.DateField(_("month"))
    closed_on = models.DateField(_("closed on"))
    closed_by = models.CharField(_("closed by"), max_length=200)

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE)),)
        own = {"provider": "the provider whose month it is"}
        logs_reads = False

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        ordering = ("-month",)
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "month"],
                name="closedmonth_once",
                violation_error_message=_("This month was closed already."),
            ),
            models.CheckConstraint(
                name="closedmonth_is_the_first",
                condition=Q(month__day=1),
                violation_error_message=_("A month is named by its first day."),
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m}"
