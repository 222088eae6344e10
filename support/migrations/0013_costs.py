"""Cost lines, commitments, bills that others ordered, and what own help cost."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

from oja.access.operations import RowSecurity, SystemFunction

# The money of the own provider: for its manager, for its workers (totals only, before they propose
# care by a third party), and for work that the system does.
_OWN = """(%s = ANY (oja.ids_providers('provider_manager'))
    OR %s = ANY (oja.ids_providers('care_worker'))
    OR (current_setting('role') <> 'oja_app'
        AND pg_has_role(session_user, 'oja_system', 'MEMBER')))"""
SAFE = (
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
    " SET timezone = 'Europe/Amsterdam'"
)

# One definition of what own help cost, for pages, for closing a month and for what is left.
# Minutes times cents per hour: divided by 60 only when everything of a line was added up.
# A class is paid by the municipality of its school.
OWN_HELP = f"""
CREATE OR REPLACE FUNCTION oja.own_help(p_provider uuid, p_year integer)
RETURNS TABLE (municipality_id uuid, is_funded boolean, month date, category text, layer text,
               minutes bigint, cent_minutes bigint, minutes_without_rate bigint)
{SAFE}
AS $$
  WITH work AS (
    SELECT c.municipality_id, coalesce(c.is_funded, false) AS is_funded, c."on", c.minutes,
           CASE WHEN c.form = 'GROEP' THEN 'group' ELSE 'individual' END AS category,
           coalesce(c.layer, 'L3') AS layer
    FROM support_contact c
    WHERE c.provider_id = p_provider AND c.outcome = 'held' AND c.undone_at IS NULL
      AND c.replaced_by_id IS NULL
    UNION ALL
    SELECT s.municipality_id,
           EXISTS (SELECT FROM providers_participation p
                   JOIN providers_participatingmunicipality m ON m.arrangement_id = p.arrangement_id
                   WHERE p.site_id = w.site_id AND m.municipality_id = s.municipality_id
                     AND p.valid_from <= w."on"
                     AND (p.valid_until IS NULL OR p.valid_until > w."on")
                     AND m.valid_from <= w."on"
                     AND (m.valid_until IS NULL OR m.valid_until > w."on")),
           w."on", w.minutes, 'group', 'L1'
    FROM support_collectivework w JOIN schools_schoolsite s ON s.id = w.site_id
    WHERE w.provider_id = p_provider AND w.undone_at IS NULL
  )
  SELECT w.municipality_id, w.is_funded, date_trunc('month', w."on")::date, w.category, w.layer,
         sum(w.minutes)::bigint,
         coalesce(sum(w.minutes::bigint * r.cents_per_hour), 0)::bigint,
         coalesce(sum(w.minutes) FILTER (WHERE r.id IS NULL), 0)::bigint
  FROM work w
  LEFT JOIN providers_hourrate r ON r.provider_id = p_provider AND r.valid_from <= w."on"
    AND (r.valid_until IS NULL OR r.valid_until > w."on")
  WHERE w."on" >= make_date(p_year, 1, 1) AND w."on" < make_date(p_year + 1, 1, 1)
    AND {_OWN % ("p_provider", "p_provider")}
  GROUP BY 1, 2, 3, 4, 5
$$
"""  # noqa: S608 - every part is a literal

BUDGET_TOTALS = f"""
CREATE OR REPLACE FUNCTION oja.budget_totals(p_provider uuid, p_municipality uuid)
RETURNS TABLE (budget_id uuid, year integer, amount bigint, booked bigint, own_booked bigint,
               open_commitment bigint)
{SAFE}
AS $$
  SELECT b.id, b.year::integer, b.amount_cents,
    coalesce((SELECT sum(l.cents) FROM support_costline l WHERE l.budget_id = b.id), 0)::bigint,
    coalesce((SELECT sum(l.cents) FROM support_costline l
              WHERE l.budget_id = b.id AND l.minutes IS NOT NULL), 0)::bigint,
    coalesce((SELECT sum(k.open_cents) FROM support_commitment k WHERE k.budget_id = b.id),
             0)::bigint
  FROM providers_budget b
  WHERE b.provider_id = p_provider AND b.municipality_id = p_municipality
    AND {_OWN % ("p_provider", "p_provider")}
$$
"""  # noqa: S608 - every part is a literal

# The manager does not read where a child lives, only which municipality pays on a date.
CASE_PAYER = f"""
CREATE OR REPLACE FUNCTION oja.case_payer(p_trajectory uuid, p_on date)
RETURNS TABLE (municipality_id uuid, is_funded boolean)
{SAFE}
AS $$
  SELECT r.municipality_id, EXISTS (
    SELECT FROM providers_participation p
    JOIN providers_participatingmunicipality m ON m.arrangement_id = p.arrangement_id
    WHERE p.site_id = t.site_id AND m.municipality_id = r.municipality_id
      AND p.valid_from <= p_on AND (p.valid_until IS NULL OR p.valid_until > p_on)
      AND m.valid_from <= p_on AND (m.valid_until IS NULL OR m.valid_until > p_on))
  FROM support_trajectory t
  JOIN schools_residence r ON r.pupil_id = t.pupil_id AND r.valid_from <= p_on
    AND (r.valid_until IS NULL OR r.valid_until > p_on)
  WHERE t.id = p_trajectory AND {_OWN % ("t.provider_id", "t.provider_id")}
$$
"""  # noqa: S608 - every part is a literal


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0004_money"),
        ("schools", "0002_row_security"),
        ("support", "0012_subcontracts"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExternalCost",
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
                    "source_ref",
                    models.CharField(max_length=80, verbose_name="reference of the bill"),
                ),
                (
                    "referrer",
                    models.CharField(
                        choices=[
                            ("01", "Municipality"),
                            ("02", "General practitioner"),
                            ("03", "Youth doctor"),
                            ("04", "Certified institution"),
                            ("05", "Medical specialist"),
                            ("06", "No referrer"),
                            ("08", "Court, prosecutor or youth prison"),
                            ("90", "School (support team)"),
                        ],
                        max_length=2,
                        verbose_name="referrer",
                    ),
                ),
                ("jz020", models.CharField(max_length=2, verbose_name="product category")),
                ("period_start", models.DateField(verbose_name="date")),
                ("cents", models.BigIntegerField(verbose_name="amount in cents")),
                (
                    "pupil_label",
                    models.CharField(blank=True, max_length=40, verbose_name="case number"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unmatched", "Without trajectory"),
                            ("matched", "With trajectory"),
                        ],
                        default="unmatched",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="external_costs",
                        to="providers.provider",
                    ),
                ),
                (
                    "trajectory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="external_costs",
                        to="support.trajectory",
                        verbose_name="trajectory",
                    ),
                ),
            ],
            options={
                "verbose_name": "cost from outside",
                "verbose_name_plural": "costs from outside",
                "ordering": ("-period_start", "source_ref"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "source_ref"),
                        name="externalcost_reference_once",
                        violation_error_message="This bill was read in already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "matched"), ("trajectory__isnull", False)),
                            models.Q(("state", "unmatched"), ("trajectory", None)),
                            _connector="OR",
                        ),
                        name="externalcost_matched_has_trajectory",
                        violation_error_message="A matched bill names its trajectory.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["provider", "state"], name="externalcost_provider_state")
                ],
            },
        ),
        migrations.CreateModel(
            name="CostLine",
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
                ("year", models.PositiveSmallIntegerField(editable=False, verbose_name="year")),
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
                (
                    "jz020",
                    models.CharField(blank=True, max_length=2, verbose_name="product category"),
                ),
                ("pupil_key", models.UUIDField(blank=True, editable=False, null=True)),
                ("minutes", models.IntegerField(blank=True, null=True, verbose_name="minutes")),
                ("is_provisional", models.BooleanField(default=False, verbose_name="provisional")),
                ("booked_on", models.DateField(verbose_name="booked on")),
                (
                    "description",
                    models.CharField(blank=True, max_length=200, verbose_name="description"),
                ),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cost_lines",
                        to="providers.budget",
                        verbose_name="budget",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cost_lines",
                        to="providers.provider",
                    ),
                ),
                (
                    "trajectory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cost_lines",
                        to="support.trajectory",
                    ),
                ),
                (
                    "delivery",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cost_line",
                        to="support.delivery",
                    ),
                ),
                (
                    "external",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cost_line",
                        to="support.externalcost",
                    ),
                ),
                (
                    "subcontract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cost_lines",
                        to="support.subcontract",
                    ),
                ),
            ],
            options={
                "verbose_name": "cost line",
                "verbose_name_plural": "cost lines",
                "ordering": ("-on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("year", django.db.models.functions.datetime.ExtractYear("on"))
                        ),
                        name="costline_date_lies_in_year",
                        violation_error_message="A cost belongs to the budget of its own year.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("delivery", None),
                                ("external", None),
                                ("minutes__isnull", False),
                                ("source", "own"),
                            ),
                            models.Q(
                                ("delivery__isnull", False),
                                ("external", None),
                                ("source", "delivery"),
                            ),
                            models.Q(
                                ("delivery", None),
                                ("external__isnull", False),
                                ("source", "external"),
                            ),
                            models.Q(("delivery", None), ("external", None), ("source", "other")),
                            _connector="OR",
                        ),
                        name="costline_has_its_source",
                        violation_error_message="A cost line names what it was booked for.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "own"), _negated=True),
                            ("category__in", ["individual", "group"]),
                            _connector="OR",
                        ),
                        name="costline_own_help_is_in_school",
                        violation_error_message="Own help is individual help or a group.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source", "own")),
                        fields=("budget", "on", "category", "layer"),
                        name="costline_own_help_once_per_month",
                        violation_error_message="Own help of this month was booked already.",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["provider", "year", "category"], name="costline_year_category"
                    ),
                    models.Index(fields=["budget", "on"], name="costline_budget_month"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
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
                ("year", models.PositiveSmallIntegerField(editable=False, verbose_name="year")),
                ("cents", models.BigIntegerField(verbose_name="amount in cents")),
                ("open_cents", models.BigIntegerField(verbose_name="not delivered yet, in cents")),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
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
                (
                    "subcontract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="support.subcontract",
                    ),
                ),
            ],
            options={
                "verbose_name": "commitment",
                "verbose_name_plural": "commitments",
                "ordering": ("year", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subcontract", "budget"),
                        name="commitment_once_per_budget",
                        violation_error_message="This order stands on this budget already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("open_cents__gte", 0), ("open_cents__lte", models.F("cents"))
                        ),
                        name="commitment_open_is_within_amount",
                        violation_error_message="What is open lies between nought and the amount.",
                    ),
                ],
                "indexes": [models.Index(fields=["budget"], name="commitment_budget")],
            },
        ),
        migrations.CreateModel(
            name="ClosedMonth",
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
                ("month", models.DateField(verbose_name="month")),
                ("closed_on", models.DateField(verbose_name="closed on")),
                ("closed_by", models.CharField(max_length=200, verbose_name="closed by")),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closed_months",
                        to="providers.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "closed month",
                "verbose_name_plural": "closed months",
                "ordering": ("-month",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "month"),
                        name="closedmonth_once",
                        violation_error_message="This month was closed already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)),
                        name="closedmonth_is_the_first",
                        violation_error_message="A month is named by its first day.",
                    ),
                ],
            },
        ),
        RowSecurity(
            "ExternalCost",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=[
                "provider",
                "municipality",
                "source_ref",
                "referrer",
                "jz020",
                "period_start",
                "cents",
            ],
            bound={"trajectory": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "Commitment",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["subcontract", "provider", "budget", "year"],
            bound={"budget": ["provider", "year"], "subcontract": ["provider"]},
            force=True,
        ),
        RowSecurity(
            "CostLine",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
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
                "minutes",
                "booked_on",
                "description",
            ],
            bound={
                "budget": ["provider", "municipality", "year"],
                "subcontract": ["provider"],
                "delivery": ["provider", "subcontract"],
                "external": ["provider", "municipality"],
                "trajectory": ["provider", "pupil_key:pupil"],
            },
            force=True,
        ),
        RowSecurity(
            "ClosedMonth",
            rules=[
                ("provider_manager", "provider_id", "providers", "rc", None),
            ],
            fixed=[],
            bound={},
            force=True,
        ),
        SystemFunction(OWN_HELP, "oja.own_help(uuid, integer)", execute=["oja_app", "oja_system"]),
        SystemFunction(
            BUDGET_TOTALS, "oja.budget_totals(uuid, uuid)", execute=["oja_app", "oja_system"]
        ),
        SystemFunction(CASE_PAYER, "oja.case_payer(uuid, date)", execute=["oja_app", "oja_system"]),
    ]
