# ruff: noqa: S608 - text of functions, put together from constants
"""Facts that figures count, on the rows on which they are counted."""

import django.db.models.functions.comparison
from django.db import migrations, models

from oja.access.operations import SystemFunction

WORK = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# What a page or an import sends for these columns is not stored.
KEEP = """
CREATE FUNCTION oja.support_trajectory_keep_figures() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  IF current_user <> 'oja_app' THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.highest_layer := ''; NEW.has_third_party := false;
  ELSE
    NEW.highest_layer := OLD.highest_layer; NEW.has_third_party := OLD.has_third_party;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER support_trajectory_keep_figures BEFORE INSERT OR UPDATE ON support_trajectory
  FOR EACH ROW EXECUTE FUNCTION oja.support_trajectory_keep_figures();
CREATE FUNCTION oja.support_request_keep_figures() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  IF current_user <> 'oja_app' THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.help_ended_on := NULL;
  ELSE
    NEW.help_ended_on := OLD.help_ended_on;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER support_request_keep_figures BEFORE INSERT OR UPDATE ON support_supportrequest
  FOR EACH ROW EXECUTE FUNCTION oja.support_request_keep_figures();
"""
KEEP_REVERSE = """
DROP TRIGGER support_request_keep_figures ON support_supportrequest;
DROP FUNCTION oja.support_request_keep_figures();
DROP TRIGGER support_trajectory_keep_figures ON support_trajectory;
DROP FUNCTION oja.support_trajectory_keep_figures();
"""

# A child counts once, in the highest layer of what is planned, was given or was bought for it.
LAYERS = f"""
CREATE OR REPLACE FUNCTION oja.support_layers_of(cases uuid[]) RETURNS void {WORK}
AS $$ BEGIN
  UPDATE support_trajectory t
    SET highest_layer = f.layer, has_third_party = f.third
    FROM (
      SELECT c.id, COALESCE(GREATEST(
          (SELECT max(p.layer) FROM support_provision p WHERE p.trajectory_id = c.id),
          (SELECT max(k.layer) FROM support_contact k WHERE k.trajectory_id = c.id
            AND k.outcome = 'held' AND k.undone_at IS NULL AND k.replaced_by_id IS NULL),
          b.layer), '') AS layer,
        b.layer IS NOT NULL AS third
      FROM unnest(cases) AS c(id)
      LEFT JOIN LATERAL (
        SELECT max(s.layer) AS layer FROM support_subcontract s
          WHERE s.trajectory_id = c.id AND s.ordered_on IS NOT NULL
      ) AS b ON true
    ) AS f
    WHERE t.id = f.id
      AND (t.highest_layer, t.has_third_party) IS DISTINCT FROM (f.layer, f.third);
END $$
"""
CHANGED = f"""
CREATE OR REPLACE FUNCTION oja.support_layers_changed() RETURNS trigger {WORK}
AS $$ BEGIN
  PERFORM oja.support_layers_of(ARRAY(SELECT DISTINCT trajectory_id FROM fresh));
  RETURN NULL;
END $$
"""
ENDED = f"""
CREATE OR REPLACE FUNCTION oja.support_help_ended() RETURNS trigger {WORK}
AS $$ BEGIN
  UPDATE support_supportrequest r SET help_ended_on = t.help_ended_on
    FROM fresh t JOIN stale o USING (id)
    WHERE r.id = t.request_id AND o.help_ended_on IS DISTINCT FROM t.help_ended_on;
  RETURN NULL;
END $$
"""
# What stood in the tables before this migration.
BACK_FILL = f"""
CREATE OR REPLACE FUNCTION oja.support_fill_figures() RETURNS void {WORK}
AS $$ BEGIN
  PERFORM oja.support_layers_of(ARRAY(SELECT id FROM support_trajectory));
  UPDATE support_supportrequest r SET help_ended_on = t.help_ended_on
    FROM support_trajectory t
    WHERE t.request_id = r.id AND t.help_ended_on IS NOT NULL;
END $$
"""

TABLES = ("support_provision", "support_contact", "support_subcontract")


def _triggers():
    for table in TABLES:
        for event in ("INSERT", "UPDATE"):
            name = f"{table}_layers_{event.lower()}"
            yield migrations.RunSQL(
                f"CREATE TRIGGER {name} AFTER {event} ON {table}"
                " REFERENCING NEW TABLE AS fresh"
                " FOR EACH STATEMENT EXECUTE FUNCTION oja.support_layers_changed()",
                f"DROP TRIGGER {name} ON {table}",
            )


class Migration(migrations.Migration):
    dependencies = [("support", "0014_survey")]

    operations = [
        migrations.AddField(
            model_name="supportrequest",
            name="help_ended_on",
            field=models.DateField(editable=False, null=True, verbose_name="help ended on"),
        ),
        migrations.AddField(
            model_name="trajectory",
            name="first_talk_on",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.F("intake_held_on"),
                output_field=models.DateField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="trajectory",
            name="help_ended_on",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        ended_on__isnull=False,
                        first_help_on__isnull=False,
                        then=django.db.models.functions.comparison.Greatest(
                            "ended_on", "first_help_on"
                        ),
                    ),
                    default=None,
                ),
                output_field=models.DateField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="trajectory",
            name="highest_layer",
            field=models.CharField(
                blank=True,
                db_default="",
                editable=False,
                max_length=2,
                verbose_name="highest layer of help",
            ),
        ),
        migrations.AddField(
            model_name="trajectory",
            name="has_third_party",
            field=models.BooleanField(
                db_default=False,
                editable=False,
                verbose_name="third-party care was ordered",
            ),
        ),
        SystemFunction(LAYERS, "oja.support_layers_of(uuid[])"),
        SystemFunction(CHANGED, "oja.support_layers_changed()"),
        SystemFunction(ENDED, "oja.support_help_ended()"),
        SystemFunction(BACK_FILL, "oja.support_fill_figures()"),
        migrations.RunSQL("SELECT oja.support_fill_figures()", migrations.RunSQL.noop),
        *_triggers(),
        migrations.RunSQL(
            "CREATE TRIGGER support_help_ended AFTER UPDATE ON support_trajectory"
            " REFERENCING OLD TABLE AS stale NEW TABLE AS fresh"
            " FOR EACH STATEMENT EXECUTE FUNCTION oja.support_help_ended()",
            "DROP TRIGGER support_help_ended ON support_trajectory",
        ),
        migrations.RunSQL(KEEP, KEEP_REVERSE),
    ]
