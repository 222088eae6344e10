"""How a subsidy settles what a year leaves or lacks."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from oja.access.operations import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("providers", "0006_contracts")]

    operations = [
        migrations.CreateModel(
            name="BonusMalus",
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
                    "margin_percent",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        verbose_name="free margin, percent of the budget",
                    ),
                ),
                (
                    "share_percent",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        verbose_name="share of the provider beyond the margin, percent",
                    ),
                ),
                (
                    "cap_percent",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        verbose_name="at most, percent of the budget",
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bonus_malus",
                        to="providers.subsidy",
                        verbose_name="subsidy",
                    ),
                ),
            ],
            options={
                "verbose_name": "bonus-malus rule",
                "verbose_name_plural": "bonus-malus rules",
                "ordering": ("subsidy_id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cap_percent__gte", 0),
                            ("cap_percent__lte", 100),
                            ("margin_percent__gte", 0),
                            ("margin_percent__lte", 100),
                            ("share_percent__gte", 0),
                            ("share_percent__lte", 100),
                        ),
                        name="bonusmalus_is_a_percentage",
                        violation_error_message="A percentage lies between 0 and 100.",
                    )
                ],
            },
        ),
        RowSecurity(
            "BonusMalus",
            rules=[("provider_manager", "provider_id", "providers", "rcu", None)],
            fixed=["subsidy", "provider"],
            bound={"subsidy": ["provider"]},
            force=True,
        ),
    ]
