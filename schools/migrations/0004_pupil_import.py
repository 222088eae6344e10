"""Files of pupils that schools hand in, and the function that undoes one."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from oja.access.operations import RowSecurity, SystemFunction

# Nobody may delete a pupil; undoing an import is the one exception, for the school itself, within
# seven days, and only while nothing was built on the new pupils. Gives back the pupils on which
# something was built: when there are any, the caller rolls back, so that all stay.
UNDO = """
CREATE OR REPLACE FUNCTION oja.undo_pupil_import(import_id uuid) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  given schools_pupilimport%ROWTYPE;
  one uuid;
  kept uuid[] := '{}';
BEGIN
  SELECT * INTO given FROM schools_pupilimport i WHERE i.id = $1 FOR UPDATE;
  IF given.id IS NULL OR NOT given.site_id = ANY (oja.ids_sites('school_coordinator')) THEN
    RAISE EXCEPTION 'no import of this school' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF given.state <> 'done' OR given.made IS NULL
     OR given.done_at <= statement_timestamp() - interval '7 days' THEN
    RAISE EXCEPTION 'this import cannot be undone' USING ERRCODE = 'check_violation';
  END IF;
  FOR one IN SELECT value::uuid FROM jsonb_array_elements_text(given.made -> 'pupils') LOOP
    BEGIN
      IF EXISTS (SELECT 1 FROM schools_pupil p
                 WHERE p.id = one AND (p.updated_at > given.done_at OR p.site_id <> given.site_id))
         OR EXISTS (SELECT 1 FROM schools_enrolment e
                    WHERE e.pupil_id = one AND e.updated_at > given.done_at) THEN
        kept := kept || one;
        CONTINUE;
      END IF;
      DELETE FROM schools_enrolment e WHERE e.pupil_id = one;
      DELETE FROM schools_pupil p WHERE p.id = one;
      SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN foreign_key_violation THEN
      kept := kept || one;
    END;
    SET CONSTRAINTS ALL DEFERRED;
  END LOOP;
  FOR one IN SELECT value::uuid FROM jsonb_array_elements_text(given.made -> 'groups') LOOP
    BEGIN
      DELETE FROM schools_schoolgroup g WHERE g.id = one AND g.site_id = given.site_id;
      SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN foreign_key_violation THEN
      NULL;  -- others use this group by now
    END;
    SET CONSTRAINTS ALL DEFERRED;
  END LOOP;
  RETURN kept;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0003_attendance")]

    operations = [
        migrations.CreateModel(
            name="PupilImport",
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
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created at",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                ("file_name", models.CharField(max_length=255, verbose_name="file")),
                ("sha256", models.CharField(max_length=64, verbose_name="checksum")),
                (
                    "kind",
                    models.CharField(
                        choices=[("csv", "CSV"), ("xlsx", "Excel"), ("edexml", "EDEXML")],
                        max_length=8,
                        verbose_name="kind of file",
                    ),
                ),
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
                ("made", models.JSONField(blank=True, null=True, verbose_name="what was made")),
                ("given_by", models.CharField(blank=True, max_length=200, verbose_name="by")),
                (
                    "done_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="read at"),
                ),
                (
                    "undone_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="undone at"),
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
            ],
            options={
                "verbose_name": "file of pupils",
                "verbose_name_plural": "files of pupils",
                "ordering": ("-created_at", "pk"),
                "indexes": [
                    models.Index(fields=["site", "created_at"], name="pupilimport_site_created")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"), ("sheet__isnull", True), _connector="OR"
                        ),
                        name="pupilimport_rows_only_while_open",
                        violation_error_message="Rows are kept only until the file has been read.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["done", "undone"]), _negated=True),
                            ("done_at__isnull", False),
                            _connector="OR",
                        ),
                        name="pupilimport_done_has_a_moment",
                        violation_error_message="Say when the file was read.",
                    ),
                ],
            },
        ),
        RowSecurity(
            "PupilImport",
            rules=[("school_coordinator", "site_id", "sites", "rcu", None)],
            fixed=["site"],
        ),
        SystemFunction(UNDO, "oja.undo_pupil_import(uuid)", execute=["oja_app"]),
    ]
