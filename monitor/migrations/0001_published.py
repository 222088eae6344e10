"""Frozen figures, which never change once they are published, and the role that reads them."""

import uuid

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from oja.access.operations import RowSecurity

# Only what was published, and nothing else in the whole database.
READER = "".join(
    f"GRANT SELECT ON {table} TO oja_figures;"
    f"CREATE POLICY figures_select ON {table} FOR SELECT TO oja_figures"
    " USING (published_arrangement_id IS NOT NULL);"
    for table in ("monitor_snapshot", "monitor_snapshotindicator", "monitor_figure")
)
READER_REVERSE = "".join(
    f"DROP POLICY figures_select ON {table}; REVOKE ALL ON {table} FROM oja_figures;"
    for table in ("monitor_snapshot", "monitor_snapshotindicator", "monitor_figure")
)

KEEP = (
    """
CREATE FUNCTION oja.monitor_keep() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  RAISE EXCEPTION 'published figures never change'
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE FUNCTION oja.monitor_add() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  IF NEW.published_arrangement_id IS NOT NULL OR EXISTS (
    SELECT FROM public.monitor_snapshot s
    WHERE s.id = NEW.snapshot_id AND s.published_arrangement_id IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'nothing is added to what was published'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
"""
    + "".join(
        f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
        " WHEN (OLD.published_arrangement_id IS NOT NULL) EXECUTE FUNCTION oja.monitor_keep();"
        for table in ("monitor_snapshot", "monitor_snapshotindicator", "monitor_figure")
    )
    + "".join(
        f"CREATE TRIGGER {table}_add BEFORE INSERT ON {table} FOR EACH ROW"
        " EXECUTE FUNCTION oja.monitor_add();"
        for table in ("monitor_snapshotindicator", "monitor_figure")
    )
)
KEEP_REVERSE = (
    "".join(
        f"DROP TRIGGER {table}_keep ON {table};"
        for table in ("monitor_snapshot", "monitor_snapshotindicator", "monitor_figure")
    )
    + "".join(
        f"DROP TRIGGER {table}_add ON {table};"
        for table in ("monitor_snapshotindicator", "monitor_figure")
    )
    + "DROP FUNCTION oja.monitor_keep(); DROP FUNCTION oja.monitor_add();"
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0004_addresses_are_read_only"),
        ("providers", "0005_arrangements_of"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
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
                ("arrangement_id", models.UUIDField()),
                ("published_arrangement_id", models.UUIDField(editable=False, null=True)),
                ("arrangement_name", models.CharField(max_length=120)),
                ("audience", models.CharField(default="partners", max_length=20)),
                ("reference_date", models.DateField()),
                ("month", models.DateField()),
                ("period", models.CharField(max_length=9)),
                ("made_at", models.DateTimeField()),
                ("made_reason", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "frozen"),
                            ("blocked", "stopped before publication"),
                            ("published", "published"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("published_at", models.DateTimeField(null=True)),
                ("gate_report", models.JSONField(default=dict)),
                ("has_crossings", models.BooleanField(default=False)),
                ("places", models.JSONField(default=list)),
                ("population_text", models.CharField(blank=True, max_length=20)),
                (
                    "previous",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="following",
                        to="monitor.snapshot",
                    ),
                ),
            ],
            options={
                "verbose_name": "snapshot",
                "verbose_name_plural": "snapshots",
                "ordering": ("-reference_date", "arrangement_name", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_arrangement_id", models.F("arrangement_id")),
                                ("published_arrangement_id__isnull", False),
                                ("published_at__isnull", False),
                                ("state", "published"),
                            ),
                            models.Q(
                                models.Q(("state", "published"), _negated=True),
                                ("published_arrangement_id__isnull", True),
                                ("published_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="snapshot_is_seen_once_published",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("arrangement_id", "month"),
                        name="snapshot_one_a_month",
                        violation_error_message="Figures of this month were published already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("month__day", 1), ("month__lte", models.F("reference_date"))
                        ),
                        name="snapshot_month_is_a_first_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SnapshotIndicator",
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
                ("published_arrangement_id", models.UUIDField(editable=False, null=True)),
                ("slug", models.SlugField(max_length=60)),
                ("version", models.CharField(max_length=20)),
                ("order", models.PositiveIntegerField()),
                ("theme", models.CharField(blank=True, max_length=20)),
                ("kind", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=200)),
                ("question", models.CharField(max_length=200)),
                ("definition", models.TextField()),
                ("exclusions", models.JSONField(default=list)),
                ("population", models.TextField(blank=True)),
                ("origin", models.CharField(blank=True, max_length=200)),
                ("direction", models.CharField(max_length=8)),
                ("norm", models.SmallIntegerField(null=True)),
                ("chart", models.CharField(blank=True, max_length=40)),
                ("term", models.CharField(blank=True, max_length=60)),
                ("is_stock", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[("provisional", "provisional"), ("final", "final")], max_length=12
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indicators",
                        to="monitor.snapshot",
                    ),
                ),
            ],
            options={
                "verbose_name": "indicator of a snapshot",
                "verbose_name_plural": "indicators of snapshots",
                "ordering": ("order", "slug"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("snapshot", "slug"), name="snapshotindicator_once_per_snapshot"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Figure",
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
                ("published_arrangement_id", models.UUIDField(editable=False, null=True)),
                ("slug", models.SlugField(max_length=60)),
                ("version", models.CharField(max_length=20)),
                ("part", models.CharField(max_length=80)),
                ("part_label", models.CharField(max_length=200)),
                ("part_order", models.PositiveSmallIntegerField()),
                (
                    "where",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                ("where_label", models.CharField(blank=True, max_length=200)),
                ("unit", models.CharField(max_length=12)),
                ("value", models.DecimalField(decimal_places=1, max_digits=16, null=True)),
                ("text", models.CharField(blank=True, max_length=12)),
                ("numerator", models.DecimalField(decimal_places=1, max_digits=16, null=True)),
                ("denominator", models.DecimalField(decimal_places=1, max_digits=16, null=True)),
                ("n_text", models.CharField(blank=True, max_length=20)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("shown", "shown"),
                            ("small", "too small to show"),
                            ("protected", "not shown, because it would give away another number"),
                            ("not_offered", "not given at this level"),
                            ("not_computed", "nothing to compute it from"),
                        ],
                        max_length=12,
                    ),
                ),
                ("is_provisional", models.BooleanField(default=False)),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="monitor.snapshot",
                    ),
                ),
            ],
            options={
                "verbose_name": "published figure",
                "verbose_name_plural": "published figures",
                "ordering": ("slug", "part_order", "where_label", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("snapshot", "slug", "part", "where"), name="figure_once_per_cell"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "shown"), ("value__isnull", True), _connector="OR"
                        ),
                        name="figure_hidden_holds_no_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "shown"), _negated=True),
                            ("value__isnull", False),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="figure_shown_tells_something",
                    ),
                ],
            },
        ),
        # Before the policies of the application: granting those again changes no order.
        migrations.RunSQL(READER, READER_REVERSE),
        RowSecurity(
            "Snapshot",
            rules=[
                ("municipal_adviser", "published_arrangement_id", "arrangements", "r", None),
                ("partnership", "published_arrangement_id", "arrangements", "r", None),
                ("school_coordinator", "published_arrangement_id", "arrangements", "r", None),
                ("provider_manager", "published_arrangement_id", "arrangements", "r", None),
            ],
            fixed=[],
            bound={},
            force=True,
        ),
        RowSecurity(
            "SnapshotIndicator",
            rules=[
                ("municipal_adviser", "published_arrangement_id", "arrangements", "r", None),
                ("partnership", "published_arrangement_id", "arrangements", "r", None),
                ("school_coordinator", "published_arrangement_id", "arrangements", "r", None),
                ("provider_manager", "published_arrangement_id", "arrangements", "r", None),
            ],
            fixed=[],
            bound={"snapshot": ["published_arrangement_id"]},
            force=True,
        ),
        RowSecurity(
            "Figure",
            rules=[
                ("municipal_adviser", "published_arrangement_id", "arrangements", "r", None),
                ("partnership", "published_arrangement_id", "arrangements", "r", None),
                ("school_coordinator", "published_arrangement_id", "arrangements", "r", None),
                ("provider_manager", "published_arrangement_id", "arrangements", "r", None),
            ],
            fixed=[],
            bound={"snapshot": ["published_arrangement_id"]},
            force=True,
        ),
        migrations.RunSQL(KEEP, KEEP_REVERSE),
    ]
