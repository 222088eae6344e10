"""What an import added is noted by the database itself, and undone by nothing but that note."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from oja.access.operations import RowSecurity, SystemFunction

TABLES = ("schools_schoolgroup", "schools_pupil", "schools_enrolment", "schools_residence")

# The setting says which file is being read. Whoever sets it by hand can note rows of the own
# school that he adds at that moment, nothing else; so that is all an undo could ever take away.
NOTE = """
CREATE OR REPLACE FUNCTION oja.note_imported_rows() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  v_import uuid := nullif(current_setting('oja.pupil_import', true), '')::uuid;
  v_site uuid;
BEGIN
  SELECT i.site_id INTO v_site FROM schools_pupilimport i
    WHERE i.id = v_import AND i.state = 'open';
  IF v_site IS NULL THEN
    RETURN NULL;
  END IF;
  DELETE FROM schools_importedrow r WHERE r.made_at <= statement_timestamp() - interval '7 days';
  EXECUTE format(
    'INSERT INTO schools_importedrow (id, pupil_import_id, of_table, row_id, version, made_at)'
    ' SELECT gen_random_uuid(), $1, $2, r.id, r.xmin::text, statement_timestamp()'
    ' FROM added a JOIN %I r ON r.id = a.id WHERE r.site_id = $3', TG_TABLE_NAME)
    USING v_import, TG_TABLE_NAME, v_site;
  RETURN NULL;
END $$
"""

TRIGGERS = [
    (
        f"CREATE TRIGGER {table}_imported AFTER INSERT ON {table}"
        " REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
        " WHEN (coalesce(current_setting('oja.pupil_import', true), '') <> '')"
        " EXECUTE FUNCTION oja.note_imported_rows()",
        f"DROP TRIGGER {table}_imported ON {table}",
    )
    for table in TABLES
]

# Nobody may delete a pupil; undoing an import is the one exception, for the school itself, within
# seven days, and only while nothing was built on the new pupils. It believes nothing that the
# school could have written: a row goes when the database noted that the import added it, and when
# its version is still the noted one. Gives back the pupils on which something was built: when
# there are any, the caller rolls back, so that all stay.
UNDO = """
CREATE OR REPLACE FUNCTION oja.undo_pupil_import(import_id uuid) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  v_site uuid;
  one uuid;
  kept uuid[] := '{}';
BEGIN
  SELECT i.site_id INTO v_site FROM schools_pupilimport i WHERE i.id = $1 FOR UPDATE;
  IF v_site IS NULL OR NOT v_site = ANY (oja.ids_sites('school_coordinator')) THEN
    RAISE EXCEPTION 'no import of this school' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (SELECT FROM schools_importedrow r WHERE r.pupil_import_id = $1
             AND r.made_at <= statement_timestamp() - interval '7 days') THEN
    RAISE EXCEPTION 'this import cannot be undone' USING ERRCODE = 'check_violation';
  END IF;
  FOR one IN SELECT r.row_id FROM schools_importedrow r
             WHERE r.pupil_import_id = $1 AND r.of_table = 'schools_pupil' LOOP
    BEGIN
      IF EXISTS (
          SELECT FROM schools_pupil p JOIN schools_importedrow r ON r.row_id = p.id
          WHERE p.id = one AND (r.version <> p.xmin::text OR p.site_id <> v_site)
        UNION ALL
          SELECT FROM schools_enrolment e LEFT JOIN schools_importedrow r
            ON r.row_id = e.id AND r.pupil_import_id = $1
          WHERE e.pupil_id = one AND r.version IS DISTINCT FROM e.xmin::text
        UNION ALL
          SELECT FROM schools_residence h LEFT JOIN schools_importedrow r
            ON r.row_id = h.id AND r.pupil_import_id = $1
          WHERE h.pupil_id = one AND r.version IS DISTINCT FROM h.xmin::text) THEN
        kept := kept || one;
        CONTINUE;
      END IF;
      DELETE FROM schools_enrolment e WHERE e.pupil_id = one;
      DELETE FROM schools_residence h WHERE h.pupil_id = one;
      DELETE FROM schools_pupil p WHERE p.id = one;
      SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN foreign_key_violation THEN
      kept := kept || one;
    END;
    SET CONSTRAINTS ALL DEFERRED;
  END LOOP;
  -- A residence that the file brought for a pupil who was known already.
  DELETE FROM schools_residence h USING schools_importedrow r
    WHERE r.row_id = h.id AND r.pupil_import_id = $1 AND r.version = h.xmin::text
      AND h.site_id = v_site AND NOT h.pupil_id = ANY (kept);
  FOR one IN SELECT r.row_id FROM schools_importedrow r
             JOIN schools_schoolgroup g ON g.id = r.row_id AND g.site_id = v_site
             WHERE r.pupil_import_id = $1 AND r.version = g.xmin::text LOOP
    BEGIN
      DELETE FROM schools_schoolgroup g WHERE g.id = one;
      SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN foreign_key_violation THEN
      NULL;  -- others use this group by now
    END;
    SET CONSTRAINTS ALL DEFERRED;
  END LOOP;
  DELETE FROM schools_importedrow r WHERE r.pupil_import_id = $1 AND NOT r.row_id = ANY (kept);
  RETURN kept;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0004_pupil_import")]

    operations = [
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("of_table", models.CharField(max_length=63)),
                ("row_id", models.UUIDField(unique=True)),
                ("version", models.CharField(max_length=20)),
                ("made_at", models.DateTimeField()),
                (
                    "pupil_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.pupilimport",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported row",
                "verbose_name_plural": "imported rows",
            },
        ),
        RowSecurity("ImportedRow", rules=[]),
        SystemFunction(NOTE, "oja.note_imported_rows()"),
        *(migrations.RunSQL(make, drop) for make, drop in TRIGGERS),
        SystemFunction(UNDO, "oja.undo_pupil_import(uuid)", execute=["oja_app"]),
    ]
