from django.db import migrations

from oja.access.operations import HasRole, Identity, IdentitySet, OpenTable, SystemFunction

MEMBERSHIPS = (
    "SELECT DISTINCT m.organisation_id FROM public.access_membership m"
    " JOIN public.access_organisation o ON o.id = m.organisation_id"
    " WHERE m.user_id = oja.current_user_id() AND m.role = $1"
    " AND o.kind = '{kind}' AND m.valid_from <= oja.today()"
    " AND (m.valid_until IS NULL OR m.valid_until > oja.today())"
)

# The tables of access are read before anybody is known, and by the identity functions; so their
# policies are written by hand, and the owner is not held to them (no FORCE).
POLICIES = """
ALTER TABLE access_user ENABLE ROW LEVEL SECURITY;
CREATE POLICY app_select ON access_user FOR SELECT TO oja_app USING (true);
CREATE POLICY app_insert ON access_user FOR INSERT TO oja_app
  WITH CHECK ((SELECT oja.has_role('administrator')));
CREATE POLICY app_update ON access_user FOR UPDATE TO oja_app
  USING (id = (SELECT oja.current_user_id()) OR (SELECT oja.has_role('administrator')))
  WITH CHECK (id = (SELECT oja.current_user_id()) OR (SELECT oja.has_role('administrator')));
CREATE POLICY system_all ON access_user FOR ALL TO oja_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON access_user TO oja_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON access_user TO oja_system;

ALTER TABLE access_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY app_select ON access_membership FOR SELECT TO oja_app
  USING (user_id = (SELECT oja.current_user_id()) OR (SELECT oja.has_role('administrator')));
CREATE POLICY app_insert ON access_membership FOR INSERT TO oja_app
  WITH CHECK ((SELECT oja.has_role('administrator')));
CREATE POLICY app_update ON access_membership FOR UPDATE TO oja_app
  USING ((SELECT oja.has_role('administrator')))
  WITH CHECK ((SELECT oja.has_role('administrator')));
CREATE POLICY system_all ON access_membership FOR ALL TO oja_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON access_membership TO oja_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON access_membership TO oja_system;

ALTER TABLE access_onetimelink ENABLE ROW LEVEL SECURITY;
CREATE POLICY app_select ON access_onetimelink FOR SELECT TO oja_app
  USING (id = (SELECT oja.current_link_id()) OR created_by_id = (SELECT oja.current_user_id()));
CREATE POLICY app_insert ON access_onetimelink FOR INSERT TO oja_app
  WITH CHECK (created_by_id = (SELECT oja.current_user_id()));
CREATE POLICY system_all ON access_onetimelink FOR ALL TO oja_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON access_onetimelink TO oja_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON access_onetimelink TO oja_system;

ALTER TABLE access_readlog ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_readlog FORCE ROW LEVEL SECURITY;
CREATE POLICY app_insert ON access_readlog FOR INSERT TO oja_app
  WITH CHECK (user_id IS NOT DISTINCT FROM (SELECT oja.current_user_id()));
CREATE POLICY system_insert ON access_readlog FOR INSERT TO oja_system WITH CHECK (true);
CREATE POLICY system_select ON access_readlog FOR SELECT TO oja_system USING (true);
GRANT INSERT ON access_readlog TO oja_app;
GRANT SELECT, INSERT ON access_readlog TO oja_system;

ALTER TABLE access_accessevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_accessevent FORCE ROW LEVEL SECURITY;
CREATE POLICY app_insert ON access_accessevent FOR INSERT TO oja_app
  WITH CHECK (actor_id IS NOT DISTINCT FROM (SELECT oja.current_user_id()));
CREATE POLICY system_insert ON access_accessevent FOR INSERT TO oja_system WITH CHECK (true);
CREATE POLICY system_select ON access_accessevent FOR SELECT TO oja_system USING (true);
GRANT INSERT ON access_accessevent TO oja_app;
GRANT SELECT, INSERT ON access_accessevent TO oja_system;
"""
TABLES = ("user", "membership", "onetimelink", "readlog", "accessevent")
POLICIES_REVERSE = "".join(
    f"DROP POLICY IF EXISTS {policy} ON access_{table};\n"
    for table in TABLES
    for policy in (
        "app_select",
        "app_insert",
        "app_update",
        "system_all",
        "system_insert",
        "system_select",
    )
) + "".join(
    f"REVOKE ALL ON access_{table} FROM oja_app, oja_system;\n"
    f"ALTER TABLE access_{table} NO FORCE ROW LEVEL SECURITY;\n"
    f"ALTER TABLE access_{table} DISABLE ROW LEVEL SECURITY;\n"
    for table in TABLES
)

# A person may change the own password, and nothing that decides who the person is.
OWN_ACCOUNT = """
CREATE FUNCTION oja.guard_account() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$ BEGIN
  IF current_user = 'oja_app' AND NOT oja.has_role('administrator') THEN
    RAISE EXCEPTION 'only an administrator changes accounts'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION oja.guard_account() FROM PUBLIC;
CREATE TRIGGER access_user_guard BEFORE UPDATE ON access_user FOR EACH ROW
  WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.email IS DISTINCT FROM NEW.email
    OR OLD.name IS DISTINCT FROM NEW.name OR OLD.is_active IS DISTINCT FROM NEW.is_active
    OR OLD.is_staff IS DISTINCT FROM NEW.is_staff)
  EXECUTE FUNCTION oja.guard_account();
"""
OWN_ACCOUNT_REVERSE = """
DROP TRIGGER access_user_guard ON access_user;
DROP FUNCTION oja.guard_account();
"""

# Two rules over memberships that no single row can keep. The lock makes two that are given at
# the same moment wait for each other; without it neither would see the other.
CHECK_MEMBERSHIP = """
CREATE OR REPLACE FUNCTION oja.check_membership() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  wanted text := CASE
    WHEN NEW.role IN ('school_coordinator', 'teacher') THEN 'site'
    WHEN NEW.role IN ('care_worker', 'provider_manager') THEN 'provider'
    WHEN NEW.role = 'municipal_adviser' THEN 'municipality'
    WHEN NEW.role = 'partnership' THEN 'partnership'
    WHEN NEW.role = 'administrator' THEN 'platform'
  END;
BEGIN
  IF NOT EXISTS (SELECT FROM access_organisation o
                 WHERE o.id = NEW.organisation_id AND o.kind = wanted) THEN
    RAISE EXCEPTION 'role % does not belong to this kind of organisation', NEW.role
      USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_fits_the_organisation';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.user_id::text, 7165012));
  IF EXISTS (
    SELECT FROM access_membership a JOIN access_membership b ON b.user_id = a.user_id
    WHERE a.user_id = NEW.user_id AND a.role = 'municipal_adviser'
      AND b.role IN ('school_coordinator', 'teacher', 'care_worker', 'provider_manager')
      AND daterange(a.valid_from, a.valid_until) && daterange(b.valid_from, b.valid_until)
  ) THEN
    RAISE EXCEPTION 'a municipal adviser never holds a role that sees children'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_adviser_sees_no_children';
  END IF;
  RETURN NULL;
END $$
"""

OPEN_LINK = """
CREATE OR REPLACE FUNCTION oja.open_link(token_hash text)
RETURNS TABLE (id uuid, purpose text, asks_birth_date boolean, state text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  UPDATE access_onetimelink l SET opened_at = COALESCE(l.opened_at, statement_timestamp())
    WHERE l.token_hash = $1;
  RETURN QUERY SELECT l.id, l.purpose::text, l.birth_hash <> '',
    CASE WHEN l.revoked_at IS NOT NULL THEN 'revoked' WHEN l.used_at IS NOT NULL THEN 'used'
         WHEN l.attempts >= 5 THEN 'locked' WHEN l.expires_on <= oja.today() THEN 'expired'
         ELSE 'open' END
    FROM access_onetimelink l WHERE l.token_hash = $1;
END $$
"""

# Counts a wrong date, also when two are tried at the same moment (the row is locked).
CHECK_LINK = """
CREATE OR REPLACE FUNCTION oja.check_link(link_id uuid, birth_date date) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  link access_onetimelink%ROWTYPE;
BEGIN
  SELECT * INTO link FROM access_onetimelink l WHERE l.id = $1 FOR UPDATE;
  IF link.id IS NULL OR link.revoked_at IS NOT NULL OR link.used_at IS NOT NULL
     OR link.attempts >= 5 OR link.expires_on <= oja.today() THEN
    RETURN 'closed';
  END IF;
  IF link.birth_hash = '' OR link.birth_hash = encode(sha256(convert_to(
       link.birth_salt || to_char($2, 'YYYY-MM-DD'), 'UTF8')), 'hex') THEN
    RETURN 'right';
  END IF;
  UPDATE access_onetimelink l SET attempts = l.attempts + 1 WHERE l.id = $1;
  RETURN CASE WHEN link.attempts + 1 >= 5 THEN 'closed' ELSE 'wrong' END;
END $$
"""

# A new link replaces those that a colleague made for the same question.
REVOKE_LINKS = """
CREATE OR REPLACE FUNCTION oja.revoke_links(purpose text, target_id uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  number integer;
BEGIN
  IF current_setting('role') = 'oja_app' AND NOT oja.has_role('any') THEN
    RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE access_onetimelink l SET revoked_at = statement_timestamp()
    WHERE l.purpose = $1 AND l.target_id = $2 AND l.revoked_at IS NULL AND l.used_at IS NULL;
  GET DIAGNOSTICS number = ROW_COUNT;
  RETURN number;
END $$
"""


class Migration(migrations.Migration):
    """The signed identity, the sets that everybody has, and who may read and write these tables."""

    dependencies = [("access", "0001_initial")]

    operations = [
        Identity(),
        HasRole(),
        IdentitySet("self", sql="SELECT oja.current_user_id()"),
        IdentitySet("sites", sql=MEMBERSHIPS.format(kind="site")),
        IdentitySet("providers", sql=MEMBERSHIPS.format(kind="provider")),
        IdentitySet("link", sql="SELECT oja.current_link_id()"),
        IdentitySet(
            "link_target",
            sql="SELECT l.target_id FROM public.access_onetimelink l"
            " WHERE l.id = oja.current_link_id()",
        ),
        OpenTable("Organisation", may="rcu", force=False),
        migrations.RunSQL(POLICIES, POLICIES_REVERSE),
        migrations.RunSQL(OWN_ACCOUNT, OWN_ACCOUNT_REVERSE),
        SystemFunction(CHECK_MEMBERSHIP, "oja.check_membership()"),
        migrations.RunSQL(
            "CREATE CONSTRAINT TRIGGER access_membership_check"
            " AFTER INSERT OR UPDATE ON access_membership"
            " FOR EACH ROW EXECUTE FUNCTION oja.check_membership()",
            "DROP TRIGGER access_membership_check ON access_membership",
        ),
        SystemFunction(OPEN_LINK, "oja.open_link(text)", execute=["oja_app"]),
        SystemFunction(CHECK_LINK, "oja.check_link(uuid, date)", execute=["oja_app"]),
        SystemFunction(REVOKE_LINKS, "oja.revoke_links(text, uuid)", execute=["oja_app"]),
    ]
