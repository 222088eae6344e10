"""Money of a provider: the subsidy, what is paid in advance, budgets per municipality and year,
and what an hour of its own help costs. Amounts are whole cents.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.access.permissions import Role
from oja.access.scoping import CHANGE, CREATE, READ, Rule, ScopedModel, ScopedQuerySet
from oja.core.models import BaseModel
from providers.models.provider import Provider
from schools.models import Dated, DatedQuerySet
from schools.models.dated import end_after_start, no_overlap

#: Money is the manager's: no school, no worker and no municipality reads these tables.
MANAGER_KEEPS_MONEY = Rule(Role.PROVIDER_MANAGER, "provider", "providers", (READ, CREATE, CHANGE))
FIRST_YEAR, LAST_YEAR = 2015, 2100


class CostCategory(models.TextChoices):
    """The kinds of help in a budget. The first three are help from outside the school."""

    RESIDENTIAL = "residential", _("Residential and 24-hour care")
    NOT_ORDERED = "not_ordered", _("Not ordered by us")
    ORDERED = "ordered", _("Third-party care, ordered by us")
    INDIVIDUAL = "individual", _("Individual and family")
    GROUP = "group", _("Groups and prevention")


#: Help from outside the school: above the dotted line.
OUTSIDE_SCHOOL = (CostCategory.RESIDENTIAL, CostCategory.NOT_ORDERED, CostCategory.ORDERED)


class MoneyQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of what holds from a date until a date; always after `visible_to`."""


class Subsidy(BaseModel, Dated, ScopedModel):
    """A grant of several years for an arrangement to a lead provider."""

    arrangement = models.ForeignKey(
        "providers.Arrangement",
        on_delete=models.PROTECT,
        related_name="subsidies",
        verbose_name=_("arrangement"),
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="subsidies", verbose_name=_("provider")
    )
    decision_number = models.CharField(_("number of the decision"), max_length=60)
    amount_cents = models.BigIntegerField(_("amount in cents"), validators=[MinValueValidator(1)])

    objects = MoneyQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS_MONEY,)
        fixed = ("arrangement", "provider")
        own = {"provider": "the provider that got the grant"}
        logs_reads = False

    class Meta:
        verbose_name = _("subsidy")
        verbose_name_plural = _("subsidies")
        ordering = ("-valid_from", "decision_number")
        constraints = [
            end_after_start("subsidy_end_after_start"),
            models.UniqueConstraint(
                fields=["provider", "decision_number"],
                name="subsidy_decision_once",
                violation_error_message=_("This decision was recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0),
                name="subsidy_amount_is_positive",
                violation_error_message=_("The amount is more than nought."),
            ),
        ]

    def __str__(self):
        return self.decision_number


class BonusMalus(BaseModel, ScopedModel):
    """How a subsidy settles what a year leaves or lacks: percentages of the budget of that year.

    Up to `margin_percent` goes to or comes from the reserve. Of what lies beyond it the provider
    has or pays `share_percent`, at most `cap_percent` of the budget; the rest is the
    municipality's. `providers.bonus_malus` works it out.
    """

    subsidy = models.OneToOneField(
        Subsidy, on_delete=models.PROTECT, related_name="bonus_malus", verbose_name=_("subsidy")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="+", editable=False
    )
    margin_percent = models.DecimalField(
        _("free margin, percent of the budget"), max_digits=5, decimal_places=2
    )
    share_percent = models.DecimalField(
        _("share of the provider beyond the margin, percent"), max_digits=5, decimal_places=2
    )
    cap_percent = models.DecimalField(
        _("at most, percent of the budget"), max_digits=5, decimal_places=2
    )

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS_MONEY,)
        fixed = ("subsidy", "provider")
        bound = {"subsidy": ("provider",)}
        logs_reads = False

    class Meta:
        verbose_name = _("bonus-malus rule")
        verbose_name_plural = _("bonus-malus rules")
        ordering = ("subsidy_id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    margin_percent__gte=0,
                    margin_percent__lte=100,
                    share_percent__gte=0,
                    share_percent__lte=100,
                    cap_percent__gte=0,
                    cap_percent__lte=100,
                ),
                name="bonusmalus_is_a_percentage",
                violation_error_message=_("A percentage lies between 0 and 100."),
            ),
        ]

    def __str__(self):
        return str(self.margin_percent)


class Advance(BaseModel, ScopedModel):
    """A part of the subsidy that is paid on a date. Together never more than the subsidy."""

    subsidy = models.ForeignKey(
        Subsidy, on_delete=models.PROTECT, related_name="advances", verbose_name=_("subsidy")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="+", editable=False
    )
    on = models.DateField(_("date"))
    amount_cents = models.BigIntegerField(_("amount in cents"), validators=[MinValueValidator(1)])

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS_MONEY,)
        fixed = ("subsidy", "provider")
        bound = {"subsidy": ("provider",)}
        logs_reads = False

    class Meta:
        verbose_name = _("advance")
        verbose_name_plural = _("advances")
        ordering = ("on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["subsidy", "on"],
                name="advance_once_per_date",
                violation_error_message=_("There is an advance on this date already."),
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0),
                name="advance_amount_is_positive",
                violation_error_message=_("The amount is more than nought."),
            ),
        ]

    def __str__(self):
        return f"{self.on:%Y-%m-%d}"


class Budget(BaseModel, ScopedModel):
    """What a lead provider may spend in a calendar year on the youth of one municipality."""

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="budgets", verbose_name=_("provider")
    )
    municipality = models.ForeignKey(
        "schools.Municipality",
        on_delete=models.PROTECT,
        related_name="budgets",
        verbose_name=_("municipality"),
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    amount_cents = models.BigIntegerField(_("amount in cents"), validators=[MinValueValidator(0)])
    subsidy = models.ForeignKey(
        Subsidy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="budgets",
        verbose_name=_("subsidy"),
    )

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS_MONEY,)
        fixed = ("provider", "municipality", "year")
        bound = {"subsidy": ("provider",)}
        own = {"provider": "the provider that spends it"}
        logs_reads = False

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ("-year", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "municipality", "year"],
                name="budget_once_per_municipality_and_year",
                violation_error_message=_("There is a budget for this municipality and year."),
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0),
                name="budget_amount_is_not_negative",
                violation_error_message=_("A budget is nought or more."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="budget_year_is_possible",
                violation_error_message=_("Youth care has been paid by municipalities since 2015."),
            ),
        ]

    def __str__(self):
        return str(self.year)


class BudgetPart(BaseModel, ScopedModel):
    """How much of a budget is meant for one kind of help; the parts add up to the budget."""

    budget = models.ForeignKey(
        Budget, on_delete=models.PROTECT, related_name="parts", verbose_name=_("budget")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="+", editable=False
    )
    category = models.CharField(_("kind of help"), max_length=12, choices=CostCategory)
    amount_cents = models.BigIntegerField(_("amount in cents"), validators=[MinValueValidator(0)])

    objects = ScopedQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS_MONEY,)
        fixed = ("budget", "provider", "category")
        bound = {"budget": ("provider",)}
        logs_reads = False

    class Meta:
        verbose_name = _("part of a budget")
        verbose_name_plural = _("parts of a budget")
        ordering = ("budget_id", "category")
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "category"],
                name="budgetpart_once_per_category",
                violation_error_message=_("This kind of help stands in the budget already."),
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0),
                name="budgetpart_amount_is_not_negative",
                violation_error_message=_("A part of a budget is nought or more."),
            ),
        ]

    def __str__(self):
        return self.category


class HourRate(BaseModel, Dated, ScopedModel):
    """What an hour of the provider's own help costs, from a date."""

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="hour_rates", verbose_name=_("provider")
    )
    cents_per_hour = models.PositiveIntegerField(
        _("cents per hour"), validators=[MinValueValidator(1)]
    )

    objects = MoneyQuerySet.as_manager()

    class Scope:
        rules = (MANAGER_KEEPS_MONEY,)
        fixed = ("provider",)
        own = {"provider": "the provider whose hours these are"}
        logs_reads = False

    class Meta:
        verbose_name = _("rate per hour")
        verbose_name_plural = _("rates per hour")
        ordering = ("-valid_from", "pk")
        constraints = [
            end_after_start("hourrate_end_after_start"),
            ExclusionConstraint(
                name="hourrate_one_per_date",
                expressions=no_overlap("provider"),
                violation_error_message=_("There is a rate for this period already."),
            ),
            models.CheckConstraint(
                condition=Q(cents_per_hour__gt=0),
                name="hourrate_is_positive",
                violation_error_message=_("An hour costs more than nought."),
            ),
        ]

    def __str__(self):
        return f"{self.valid_from:%Y-%m-%d}"
