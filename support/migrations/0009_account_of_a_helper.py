"""The account of a treatment relation is always that of its worker, also when it comes later."""

from django.db import migrations

from oja.access.operations import RowSecurity, SystemFunction

FOLLOW = """
CREATE OR REPLACE FUNCTION oja.support_worker_account() RETURNS trigger LANGUAGE plpgsql
VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ BEGIN
  UPDATE support_treatmentrelation r SET user_id = NEW.user_id WHERE r.worker_id = NEW.id;
  RETURN NULL;
END $$
"""
COPIES = "support_treatmentrelation_copies"


class Migration(migrations.Migration):
    dependencies = [("support", "0008_pause_has_both_dates")]

    operations = [
        RowSecurity(
            "TreatmentRelation",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
                ("care_worker", "user_id", "self", "r", None),
            ],
            fixed=["worker", "trajectory", "pupil", "provider"],
            bound={"trajectory": ["provider", "pupil"], "worker": ["provider"]},
            force=False,
        ),
        migrations.RunSQL(
            f"DROP TRIGGER {COPIES} ON support_treatmentrelation;"
            f"CREATE TRIGGER {COPIES} BEFORE INSERT OR UPDATE ON support_treatmentrelation"
            " FOR EACH ROW EXECUTE FUNCTION oja.support_relation_copies();",
            f"DROP TRIGGER {COPIES} ON support_treatmentrelation;"
            f"CREATE TRIGGER {COPIES} BEFORE INSERT ON support_treatmentrelation"
            " FOR EACH ROW EXECUTE FUNCTION oja.support_relation_copies();",
        ),
        SystemFunction(FOLLOW, "oja.support_worker_account()"),
        migrations.RunSQL(
            "CREATE TRIGGER providers_worker_account AFTER UPDATE ON providers_worker"
            " FOR EACH ROW WHEN (OLD.user_id IS DISTINCT FROM NEW.user_id)"
            " EXECUTE FUNCTION oja.support_worker_account()",
            "DROP TRIGGER providers_worker_account ON providers_worker",
        ),
    ]
