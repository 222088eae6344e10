"""Groups that a provider gives in a school, and who leads them."""

import uuid

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import schools.models.dated
from oja.access.operations import RowSecurity

KEEPS = [
    ("school_coordinator", "site_id", "sites", "r", None),
    ("care_worker", "provider_id", "providers", "rcu", None),
    ("provider_manager", "provider_id", "providers", "rcu", None),
]

# Asked of people only: a history that is loaded knows schools that left the arrangement since.
WORKS_THERE = """
CREATE FUNCTION oja.providers_works_there() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  v_on date := (to_jsonb(NEW) ->> TG_ARGV[0])::date;
BEGIN
  IF current_user = 'oja_app' AND NOT EXISTS (
    SELECT FROM providers_participation p
    WHERE p.site_id = NEW.site_id AND p.provider_id = NEW.provider_id AND p.valid_from <= v_on
      AND (p.valid_until IS NULL OR p.valid_until > v_on)
  ) THEN
    RAISE EXCEPTION 'the provider does not work at this school on that day'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_works_there';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER providers_groupoffer_works_there BEFORE INSERT ON providers_groupoffer
  FOR EACH ROW EXECUTE FUNCTION oja.providers_works_there('valid_from');
"""
WORKS_THERE_REVERSE = """
DROP TRIGGER providers_groupoffer_works_there ON providers_groupoffer;
DROP FUNCTION oja.providers_works_there();
"""

# What a page sends for the number of places taken is not stored; a later app counts them.
KEEP_TAKEN = """
CREATE FUNCTION oja.providers_groupoffer_keep() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  IF current_user = 'oja_app' THEN
    IF TG_OP = 'INSERT' THEN NEW.taken := 0; ELSE NEW.taken := OLD.taken; END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER providers_groupoffer_keep BEFORE INSERT OR UPDATE ON providers_groupoffer
  FOR EACH ROW EXECUTE FUNCTION oja.providers_groupoffer_keep();
"""
KEEP_TAKEN_REVERSE = """
DROP TRIGGER providers_groupoffer_keep ON providers_groupoffer;
DROP FUNCTION oja.providers_groupoffer_keep();
"""


class Migration(migrations.Migration):
    dependencies = [("providers", "0002_row_security"), ("schools", "0002_row_security")]

    operations = [
        migrations.CreateModel(
            name="GroupOffer",
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
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                        verbose_name="school",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="name of the group")),
                (
                    "goal",
                    models.CharField(blank=True, max_length=300, verbose_name="What is it for?"),
                ),
                ("topic", models.CharField(blank=True, max_length=20, verbose_name="topic")),
                ("room", models.CharField(blank=True, max_length=60, verbose_name="room")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Monday"),
                            (2, "Tuesday"),
                            (3, "Wednesday"),
                            (4, "Thursday"),
                            (5, "Friday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                ("start_time", models.TimeField(blank=True, null=True, verbose_name="time")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(15),
                            django.core.validators.MaxValueValidator(480),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                (
                    "session_count",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="number of sessions",
                    ),
                ),
                (
                    "places",
                    models.PositiveSmallIntegerField(
                        default=8,
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(30),
                        ],
                        verbose_name="places",
                    ),
                ),
                (
                    "taken",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="places taken"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open for pupils"),
                            ("running", "Running"),
                            ("done", "Finished"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "evaluation",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="What did the group bring?"
                    ),
                ),
            ],
            options={
                "verbose_name": "group in a school",
                "verbose_name_plural": "groups in schools",
                "ordering": ("weekday", "start_time", "title", "pk"),
                "indexes": [models.Index(fields=["site"], name="groupoffer_site")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="groupoffer_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__gte", 1), ("weekday__lte", 5)),
                        name="groupoffer_weekday_exists",
                        violation_error_message="Choose a day from Monday to Friday.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("places__gte", 2),
                            ("places__lte", 30),
                            ("session_count__gte", 1),
                            ("session_count__lte", 60),
                            ("minutes__gte", 15),
                            ("minutes__lte", 480),
                        ),
                        name="groupoffer_sizes_are_possible",
                        violation_error_message="A group has 2 to 30 places and 1 to 60 sessions.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("places"))),
                        name="groupoffer_places_suffice",
                        violation_error_message="There is no place free in this group.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("valid_until__isnull", False),
                            _connector="OR",
                        ),
                        name="groupoffer_finished_has_end",
                        violation_error_message="A finished group has a last day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupWorker",
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
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workers",
                        to="providers.groupoffer",
                        verbose_name="group in a school",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="providers.worker",
                        verbose_name="worker",
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
                    "site",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                    ),
                ),
            ],
            options={
                "verbose_name": "worker of a group",
                "verbose_name_plural": "workers of groups",
                "ordering": ("valid_from", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="groupworker_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("group", "="),
                            ("worker", "="),
                            (schools.models.dated.DateRange("valid_from", "valid_until"), "&&"),
                        ],
                        name="groupworker_once_per_date",
                        violation_error_message="This worker leads this group already.",
                    ),
                ],
            },
        ),
        RowSecurity(
            "GroupOffer",
            rules=KEEPS,
            fixed=["provider", "site"],
        ),
        RowSecurity(
            "GroupWorker",
            rules=KEEPS,
            fixed=["group", "worker", "provider", "site"],
            bound={"group": ["provider", "site"], "worker": ["provider"]},
        ),
        migrations.RunSQL(WORKS_THERE, WORKS_THERE_REVERSE),
        migrations.RunSQL(KEEP_TAKEN, KEEP_TAKEN_REVERSE),
    ]
