"""What a statement by hand could still do past the application: four doors closed.

- A plan without a family was not tied to the provider of its case: with an empty column a key over
  three columns is not checked at all.
- Keys of copied columns could be put off until the end of the transaction, and a row that grants
  sight works before that.
- The case of a consent could be changed into one of another provider.
- A link could be made for a question that its maker does not see.
"""

from django.db import migrations

PLAN_KEY = "support_plan_trajectory_id_provider_id_bound"
# Under FORCE the owner sees no rows, and a key on a filled table would find nothing to refer to.
PLAN = f"""
ALTER TABLE support_trajectory NO FORCE ROW LEVEL SECURITY;
ALTER TABLE support_plan NO FORCE ROW LEVEL SECURITY;
ALTER TABLE support_plan ADD CONSTRAINT {PLAN_KEY} FOREIGN KEY (trajectory_id, provider_id)
  REFERENCES support_trajectory (id, provider_id) ON UPDATE CASCADE;
ALTER TABLE support_plan FORCE ROW LEVEL SECURITY;
ALTER TABLE support_trajectory FORCE ROW LEVEL SECURITY;
"""

# Only ours are deferrable and initially immediate; Django's own are initially deferred.
AT_ONCE = """
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT conrelid::regclass AS holder, conname FROM pg_constraint
    WHERE contype = 'f' AND condeferrable AND NOT condeferred
      AND connamespace = 'public'::regnamespace
  LOOP
    EXECUTE format(
      'ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', found.holder, found.conname);
  END LOOP;
END $$
"""

CONSENT = """
CREATE FUNCTION oja.support_consent_keep() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  IF current_user = 'oja_app' THEN
    NEW.trajectory_id := OLD.trajectory_id;
    NEW.provider_id := OLD.provider_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER support_consent_keep BEFORE UPDATE ON support_consent
  FOR EACH ROW EXECUTE FUNCTION oja.support_consent_keep();
"""
CONSENT_REVERSE = """
DROP TRIGGER support_consent_keep ON support_consent;
DROP FUNCTION oja.support_consent_keep();
"""

# Works with the rights of who makes the link, so row security answers.
LINK = """
CREATE FUNCTION oja.support_link_is_asked() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$ BEGIN
  IF current_user = 'oja_app' AND NEW.purpose = 'consent' AND NOT EXISTS (
    SELECT FROM support_consent c WHERE c.id = NEW.target_id AND c.state = 'asked'
  ) THEN
    RAISE EXCEPTION 'a link needs an open question'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'onetimelink_question_is_open';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER support_link_is_asked BEFORE INSERT ON access_onetimelink
  FOR EACH ROW EXECUTE FUNCTION oja.support_link_is_asked();
"""
LINK_REVERSE = """
DROP TRIGGER support_link_is_asked ON access_onetimelink;
DROP FUNCTION oja.support_link_is_asked();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_addresses_are_read_only"),
        ("schools", "0002_row_security"),
        ("support", "0009_account_of_a_helper"),
    ]

    operations = [
        migrations.RunSQL(PLAN, f"ALTER TABLE support_plan DROP CONSTRAINT {PLAN_KEY}"),
        migrations.RunSQL(AT_ONCE, migrations.RunSQL.noop),
        migrations.RunSQL(CONSENT, CONSENT_REVERSE),
        migrations.RunSQL(LINK, LINK_REVERSE),
    ]
