"""One meaning of what was spent; files with bills, and taking one back."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from oja.access.operations import RowSecurity

# What was spent: the lines, and own help that no line was made for yet. With the rights of whoever
# reads it, so that row security of the tables holds; only `oja.own_help` works with other rights,
# and answers for the own provider. Such help stands in its month, or, when that was closed already,
# in the first month that is open (in December when the whole year was closed). Cents are rounded
# over the year so far: up to any month they are what closing that month would book.
SPENDING = """
CREATE VIEW support_spending WITH (security_invoker = true) AS
SELECT l.id, l.provider_id, l.municipality_id, l.year, l."on", l.category, l.source, l.cents,
       l.layer, l.minutes, l.is_provisional, l.description, l.pupil_key, l.subcontract_id,
       l.external_id, l.trajectory_id
FROM support_costline l
UNION ALL
SELECT md5(concat_ws('|', b.provider_id, o.municipality_id, o."on", o.category, o.layer))::uuid,
       b.provider_id, o.municipality_id, b.year, o."on", o.category, 'open', o.cents,
       o.layer, o.minutes, true, '', NULL::uuid, NULL::uuid, NULL::uuid, NULL::uuid
FROM (SELECT DISTINCT provider_id, year FROM providers_budget) b
CROSS JOIN LATERAL (
  SELECT least(coalesce(max(m.month) + interval '1 month', make_date(b.year, 1, 1)),
               make_date(b.year, 12, 1))::date AS month
  FROM support_closedmonth m
  WHERE m.provider_id = b.provider_id AND m.month >= make_date(b.year, 1, 1)
    AND m.month < make_date(b.year + 1, 1, 1)
) AS first_open
CROSS JOIN LATERAL (
  SELECT s.municipality_id, s.category, s.layer, s."on",
         (s.so_far - lag(s.so_far, 1, 0::bigint) OVER by_month - s.booked)::bigint AS cents,
         s.minutes
  FROM (
    SELECT w.municipality_id, w.category, w.layer, w."on", sum(w.minutes)::integer AS minutes,
           sum(w.booked)::bigint AS booked,
           (sum(sum(w.cent_minutes)) OVER (
              PARTITION BY w.municipality_id, w.category, w.layer ORDER BY w."on"
            )::bigint * 2 + 60) / 120 AS so_far
    FROM (
      SELECT h.municipality_id, h.category, h.layer, greatest(h.month, first_open.month) AS "on",
             h.minutes, h.cent_minutes, 0 AS booked
      FROM oja.own_help(b.provider_id, b.year) h
      WHERE h.is_funded AND h.municipality_id IS NOT NULL
      UNION ALL
      SELECT c.municipality_id, c.category, c.layer, first_open.month, -c.minutes, 0, c.cents
      FROM support_costline c
      WHERE c.provider_id = b.provider_id AND c.year = b.year AND c.minutes IS NOT NULL
    ) AS w
    GROUP BY w.municipality_id, w.category, w.layer, w."on"
  ) AS s
  WINDOW by_month AS (PARTITION BY s.municipality_id, s.category, s.layer ORDER BY s."on")
) AS o
WHERE o.cents <> 0;
REVOKE ALL ON support_spending FROM PUBLIC;
GRANT SELECT ON support_spending TO oja_app, oja_system
"""


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0007_bonus_malus"),
        ("support", "0016_figures_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Spending",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("on", models.DateField(verbose_name="date")),
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
                    "source",
                    models.CharField(
                        choices=[
                            ("own", "Own help"),
                            ("delivery", "Bill for ordered care"),
                            ("external", "Care that others ordered"),
                            ("other", "Correction"),
                            ("open", "Own help, not booked yet"),
                        ],
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                ("cents", models.BigIntegerField(verbose_name="amount in cents")),
                (
                    "layer",
                    models.CharField(
                        choices=[
                            ("L1", "General"),
                            ("L2", "Group"),
                            ("L3", "Individual in school"),
                            ("L4", "Intensive, family"),
                            ("L5", "Specialised, outside school"),
                        ],
                        max_length=2,
                        verbose_name="layer",
                    ),
                ),
                ("minutes", models.IntegerField(null=True, verbose_name="minutes")),
                ("is_provisional", models.BooleanField(verbose_name="provisional")),
                ("description", models.CharField(max_length=200, verbose_name="description")),
                ("pupil_key", models.UUIDField(null=True)),
            ],
            options={
                "verbose_name": "spending",
                "verbose_name_plural": "spending",
                "ordering": ("-on", "pk"),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CostImport",
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
                ("file_name", models.CharField(max_length=255, verbose_name="file")),
                ("sha256", models.CharField(max_length=64, verbose_name="checksum")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "not read yet"),
                            ("done", "read in"),
                            ("undone", "undone"),
                            ("dropped", "put away"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("sheet", models.JSONField(blank=True, null=True, verbose_name="rows")),
                ("columns", models.JSONField(blank=True, default=dict, verbose_name="columns")),
                (
                    "are_columns_checked",
                    models.BooleanField(default=False, verbose_name="columns were checked"),
                ),
                ("report", models.JSONField(blank=True, default=dict, verbose_name="report")),
                ("given_by", models.CharField(blank=True, max_length=200, verbose_name="by")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="read at")),
                (
                    "undone_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="undone at"),
                ),
            ],
            options={
                "verbose_name": "file of bills",
                "verbose_name_plural": "files of bills",
                "ordering": ("-created_at", "pk"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="externalcost",
            name="externalcost_reference_once",
        ),
        migrations.RemoveConstraint(
            model_name="externalcost",
            name="externalcost_matched_has_trajectory",
        ),
        migrations.AddField(
            model_name="costline",
            name="reverses",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversed_by",
                to="support.costline",
            ),
        ),
        migrations.AlterField(
            model_name="externalcost",
            name="state",
            field=models.CharField(
                choices=[
                    ("unmatched", "Without trajectory"),
                    ("matched", "With trajectory"),
                    ("undone", "Undone"),
                ],
                default="unmatched",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="costline",
            constraint=models.CheckConstraint(
                condition=models.Q(("reverses", None), ("source", "other"), _connector="OR"),
                name="costline_only_a_correction_reverses",
                violation_error_message="Only a correction takes back another line.",
            ),
        ),
        migrations.AddField(
            model_name="costimport",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.provider",
                verbose_name="provider",
            ),
        ),
        migrations.AddField(
            model_name="externalcost",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bills",
                to="support.costimport",
            ),
        ),
        migrations.AddConstraint(
            model_name="externalcost",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "undone"), _negated=True),
                fields=("provider", "source_ref"),
                name="externalcost_reference_once",
                violation_error_message="This bill was read in already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="externalcost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "matched"), ("trajectory__isnull", False)),
                    models.Q(("state", "unmatched"), ("trajectory", None)),
                    ("state", "undone"),
                    _connector="OR",
                ),
                name="externalcost_matched_has_trajectory",
                violation_error_message="A matched bill names its trajectory.",
            ),
        ),
        migrations.AddIndex(
            model_name="costimport",
            index=models.Index(
                fields=["provider", "created_at"], name="costimport_provider_created"
            ),
        ),
        migrations.AddConstraint(
            model_name="costimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "open"), ("sheet__isnull", True), _connector="OR"),
                name="costimport_rows_only_while_open",
                violation_error_message="Rows are kept only until the file has been read.",
            ),
        ),
        migrations.AddConstraint(
            model_name="costimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["done", "undone"]), _negated=True),
                    ("done_at__isnull", False),
                    _connector="OR",
                ),
                name="costimport_done_has_a_moment",
                violation_error_message="Say when the file was read.",
            ),
        ),
        RowSecurity(
            "CostImport",
            rules=[("provider_manager", "provider_id", "providers", "rcu", None)],
            fixed=["provider"],
            bound={},
            force=True,
        ),
        RowSecurity(
            "ExternalCost",
            rules=[("provider_manager", "provider_id", "providers", "rcu", None)],
            fixed=[
                "provider",
                "municipality",
                "source_ref",
                "file",
                "referrer",
                "jz020",
                "period_start",
                "cents",
            ],
            bound={"trajectory": ["provider"], "file": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "CostLine",
            rules=[("provider_manager", "provider_id", "providers", "rcu", None)],
            fixed=[
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
            ],
            bound={
                "budget": ["provider", "municipality", "year"],
                "subcontract": ["provider"],
                "delivery": ["provider", "subcontract"],
                "external": ["provider", "municipality"],
                "reverses": ["provider", "budget"],
                "trajectory": ["provider", "pupil_key:pupil"],
            },
            force=True,
        ),
        migrations.RunSQL(SPENDING, "DROP VIEW support_spending"),
    ]
