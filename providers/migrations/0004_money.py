"""Subsidies, advances, budgets and rates per hour: the manager's."""

import uuid

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import schools.models.dated
from oja.access.operations import RowSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0003_offer"),
        ("schools", "0002_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subsidy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
                ),
                (
                    "decision_number",
                    models.CharField(max_length=60, verbose_name="number of the decision"),
                ),
                (
                    "amount_cents",
                    models.BigIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="amount in cents",
                    ),
                ),
                (
                    "arrangement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subsidies",
                        to="providers.arrangement",
                        verbose_name="arrangement",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subsidies",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "subsidy",
                "verbose_name_plural": "subsidies",
                "ordering": ("-valid_from", "decision_number"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="subsidy_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    models.UniqueConstraint(
                        fields=("provider", "decision_number"),
                        name="subsidy_decision_once",
                        violation_error_message="This decision was recorded already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)),
                        name="subsidy_amount_is_positive",
                        violation_error_message="The amount is more than nought.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Budget",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2015),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="year",
                    ),
                ),
                (
                    "amount_cents",
                    models.BigIntegerField(
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount in cents",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budgets",
                        to="schools.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budgets",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
                (
                    "subsidy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budgets",
                        to="providers.subsidy",
                        verbose_name="subsidy",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget",
                "verbose_name_plural": "budgets",
                "ordering": ("-year", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "municipality", "year"),
                        name="budget_once_per_municipality_and_year",
                        violation_error_message="There is a budget for this municipality and year.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gte", 0)),
                        name="budget_amount_is_not_negative",
                        violation_error_message="A budget is nought or more.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2015), ("year__lte", 2100)),
                        name="budget_year_is_possible",
                        violation_error_message="Youth care has been paid by municipalities since "
                        "2015.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Advance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                ("on", models.DateField(verbose_name="date")),
                (
                    "amount_cents",
                    models.BigIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="amount in cents",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "subsidy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advances",
                        to="providers.subsidy",
                        verbose_name="subsidy",
                    ),
                ),
            ],
            options={
                "verbose_name": "advance",
                "verbose_name_plural": "advances",
                "ordering": ("on", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subsidy", "on"),
                        name="advance_once_per_date",
                        violation_error_message="There is an advance on this date already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)),
                        name="advance_amount_is_positive",
                        violation_error_message="The amount is more than nought.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetPart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("residential", "Residential and 24-hour care"),
                            ("not_ordered", "Not ordered by us"),
                            ("ordered", "Third-party care, ordered by us"),
                            ("individual", "Individual and family"),
                            ("group", "Groups and prevention"),
                        ],
                        max_length=12,
                        verbose_name="kind of help",
                    ),
                ),
                (
                    "amount_cents",
                    models.BigIntegerField(
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount in cents",
                    ),
                ),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="providers.budget",
                        verbose_name="budget",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a budget",
                "verbose_name_plural": "parts of a budget",
                "ordering": ("budget_id", "category"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("budget", "category"),
                        name="budgetpart_once_per_category",
                        violation_error_message="This kind of help stands in the budget already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gte", 0)),
                        name="budgetpart_amount_is_not_negative",
                        violation_error_message="A part of a budget is nought or more.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HourRate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
                ),
                (
                    "cents_per_hour",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="cents per hour",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hour_rates",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "rate per hour",
                "verbose_name_plural": "rates per hour",
                "ordering": ("-valid_from", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="hourrate_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("provider", "="),
                            (schools.models.dated.DateRange("valid_from", "valid_until"), "&&"),
                        ],
                        name="hourrate_one_per_date",
                        violation_error_message="There is a rate for this period already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cents_per_hour__gt", 0)),
                        name="hourrate_is_positive",
                        violation_error_message="An hour costs more than nought.",
                    ),
                ],
            },
        ),
        RowSecurity(
            "Subsidy",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["arrangement", "provider"],
            bound={},
            force=True,
        ),
        RowSecurity(
            "Advance",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["subsidy", "provider"],
            bound={"subsidy": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "Budget",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["provider", "municipality", "year"],
            bound={"subsidy": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "BudgetPart",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["budget", "provider", "category"],
            bound={"budget": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "HourRate",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["provider"],
            bound={},
            force=True,
        ),
    ]
