# ruff: noqa: S608 - text of functions, put together from constants
"""Columns that a row takes from another: access keys, what the school may see, and facts.

Figures of the school count facts of the care side, which a join would never show it; so they are
written on the row that is counted, by whatever statement makes them true.
"""

from django.db import migrations

from oja.access.operations import SystemFunction

WORK = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# What a page or an import sends for these columns is not stored.
KEPT = {
    "support_supportrequest": (
        "share_state",
        "shared_until",
        "first_talk_on",
        "first_help_on",
        "ended_on",
    ),
    "support_trajectory": (
        "shared_site",
        "shared_until",
        "help_state",
        "help_until",
        "first_help_on",
        "last_contact_on",
    ),
    "schools_pupil": ("shared_with_id", "queued_with_id", "client_of_id", "shared_until"),
}
# The school itself ends a request that it withdraws.
OWN_END = "support_supportrequest"


def _keep(table, columns):
    empty = {"share_state": "'none'", "help_state": "'none'"}
    created = " ".join(f"NEW.{c} := {empty.get(c, 'NULL')};" for c in columns)
    kept = " ".join(f"NEW.{c} := OLD.{c};" for c in columns)
    if table == OWN_END:
        kept = kept.replace(
            "NEW.ended_on := OLD.ended_on;",
            "IF NEW.state <> 'withdrawn' THEN NEW.ended_on := OLD.ended_on; END IF;",
        )
    return f"""
CREATE FUNCTION oja.{table}_keep() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  IF current_user <> 'oja_app' THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN {created} ELSE {kept} END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER {table}_keep BEFORE INSERT OR UPDATE ON {table}
  FOR EACH ROW EXECUTE FUNCTION oja.{table}_keep();
"""


def _keep_reverse(table):
    return f"DROP TRIGGER {table}_keep ON {table}; DROP FUNCTION oja.{table}_keep();"


def _before(name, body, declare=""):
    return f"""
CREATE OR REPLACE FUNCTION oja.{name}() RETURNS trigger {WORK}
AS $$
{declare}
BEGIN
{body}
  RETURN NEW;
END $$
"""


CONSENT = _before(
    "support_consent_copies",
    """
  IF NEW.trajectory_id IS NOT NULL THEN
    SELECT t.request_id INTO NEW.request_id FROM support_trajectory t
      WHERE t.id = NEW.trajectory_id;
  ELSIF NEW.request_id IS NOT NULL THEN
    SELECT t.id INTO NEW.trajectory_id FROM support_trajectory t
      WHERE t.request_id = NEW.request_id;
  END IF;
  IF NEW.request_id IS NOT NULL THEN
    SELECT r.pupil_id, r.site_id, r.provider_id
      INTO NEW.pupil_id, NEW.site_id, NEW.provider_id
      FROM support_supportrequest r WHERE r.id = NEW.request_id;
  END IF;""",
)

REQUEST_EVENT = _before(
    "support_requestevent_copies",
    """
  SELECT r.site_id, r.shared_provider, r.shared_until
    INTO NEW.site_id, NEW.shared_provider, NEW.shared_until
    FROM support_supportrequest r WHERE r.id = NEW.request_id;""",
)

# A provider cannot open a file of its own on a child that was not entrusted to it.
TRAJECTORY = _before(
    "support_trajectory_entrusted",
    """
  SELECT r.submitted_on INTO NEW.submitted_on FROM support_supportrequest r
    WHERE r.id = NEW.request_id AND r.state = 'started' AND r.provider_id = NEW.provider_id
      -- people act today; a history that is loaded is judged on its own day
      AND oja.support_consent_state(r.id, 'share', CASE
        WHEN current_setting('role') = 'oja_app' THEN oja.today() ELSE NEW.registered_on END)
        = 'complete';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a trajectory needs a request that was assigned and is shared'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'trajectory_was_entrusted';
  END IF;""",
)

RELATION = _before(
    "support_relation_copies",
    """
  SELECT t.pupil_id, t.provider_id, t.family_id
    INTO NEW.pupil_id, NEW.provider_id, NEW.family_id
    FROM support_trajectory t WHERE t.id = NEW.trajectory_id;
  SELECT w.user_id INTO NEW.user_id FROM providers_worker w WHERE w.id = NEW.worker_id;""",
)

GOAL = _before(
    "support_goal_shared",
    """
  SELECT CASE WHEN NEW.is_for_school AND p.state <> 'draft' THEN t.shared_site END, t.shared_until
    INTO NEW.shared_site, NEW.shared_until
    FROM support_trajectory t, support_plan p
    WHERE t.id = NEW.trajectory_id AND p.id = NEW.plan_id;""",
)

PROVISION = _before(
    "support_provision_shared",
    """
  SELECT t.shared_site, t.shared_until INTO NEW.shared_site, NEW.shared_until
    FROM support_trajectory t WHERE t.id = NEW.trajectory_id;""",
)

SCHOOL_NOTE = _before(
    "support_schoolnote_shared",
    """
  SELECT t.pupil_id, t.site_id, t.pupil_name, p.group_id,
      CASE WHEN NOT NEW.is_undone THEN t.shared_site END,
      CASE WHEN NEW.kind = 'agreement' AND NOT NEW.is_undone AND t.shared_site IS NOT NULL
        THEN p.group_id END,
      t.shared_until
    INTO NEW.pupil_id, NEW.site_id, NEW.pupil_name, NEW.group_id,
      NEW.shared_site, NEW.shared_group, NEW.shared_until
    FROM support_trajectory t JOIN schools_pupil p ON p.id = t.pupil_id
    WHERE t.id = NEW.trajectory_id;""",
)

BEFORE = (
    ("support_consent", "INSERT", "support_consent_copies", CONSENT),
    ("support_requestevent", "INSERT", "support_requestevent_copies", REQUEST_EVENT),
    ("support_trajectory", "INSERT", "support_trajectory_entrusted", TRAJECTORY),
    ("support_treatmentrelation", "INSERT", "support_relation_copies", RELATION),
    ("support_goal", "INSERT OR UPDATE", "support_goal_shared", GOAL),
    ("support_provision", "INSERT OR UPDATE", "support_provision_shared", PROVISION),
    ("support_schoolnote", "INSERT OR UPDATE", "support_schoolnote_shared", SCHOOL_NOTE),
)

TRAJECTORY_MADE = f"""
CREATE OR REPLACE FUNCTION oja.support_trajectory_made() RETURNS trigger {WORK}
AS $$ BEGIN
  UPDATE support_consent c SET trajectory_id = t.id, provider_id = t.provider_id
    FROM fresh t WHERE c.request_id = t.request_id AND c.trajectory_id IS NULL;
  RETURN NULL;
END $$
"""

# Sight of a closed case ends after ninety days, in which it can be looked at and corrected.
TRAJECTORY_FACTS = f"""
CREATE OR REPLACE FUNCTION oja.support_trajectory_facts() RETURNS trigger {WORK}
AS $$ BEGIN
  UPDATE support_supportrequest r
    SET first_talk_on = t.intake_held_on, first_help_on = t.first_help_on, ended_on = t.ended_on
    FROM fresh t JOIN stale o USING (id)
    WHERE r.id = t.request_id
      AND (o.intake_held_on, o.first_help_on, o.ended_on)
        IS DISTINCT FROM (t.intake_held_on, t.first_help_on, t.ended_on);
  UPDATE support_treatmentrelation v SET valid_until = t.ended_on + 90
    FROM fresh t JOIN stale o USING (id)
    WHERE v.trajectory_id = t.id AND v.valid_until IS NULL
      AND o.state <> 'closed' AND t.state = 'closed';
  RETURN NULL;
END $$
"""

PLAN_FACTS = f"""
CREATE OR REPLACE FUNCTION oja.support_plan_facts() RETURNS trigger {WORK}
AS $$ BEGIN
  UPDATE support_goal g SET shared_site = NULL
    FROM fresh p JOIN stale o USING (id)
    WHERE g.plan_id = p.id AND g.is_for_school AND o.state <> p.state;
  RETURN NULL;
END $$
"""


def _contact_facts(name, changed):
    return f"""
CREATE OR REPLACE FUNCTION oja.{name}() RETURNS trigger {WORK}
AS $$ BEGIN
  UPDATE support_trajectory t SET first_help_on = f.first, last_contact_on = f.last
  FROM (
    SELECT changed.trajectory_id, min(c."on") AS first, max(c."on") AS last
    FROM (SELECT DISTINCT trajectory_id FROM {changed}) AS changed
    LEFT JOIN support_contact c ON c.trajectory_id = changed.trajectory_id
      AND c.outcome = 'held' AND c.undone_at IS NULL AND c.replaced_by_id IS NULL
    GROUP BY changed.trajectory_id
  ) AS f
  WHERE t.id = f.trajectory_id
    AND (t.first_help_on, t.last_contact_on) IS DISTINCT FROM (f.first, f.last);
  RETURN NULL;
END $$
"""


FRESH = "REFERENCING NEW TABLE AS fresh"
BOTH = "REFERENCING OLD TABLE AS stale NEW TABLE AS fresh"
AFTER = (
    ("support_trajectory", "INSERT", FRESH, "support_trajectory_made", TRAJECTORY_MADE),
    ("support_trajectory", "UPDATE", BOTH, "support_trajectory_facts", TRAJECTORY_FACTS),
    ("support_plan", "UPDATE", BOTH, "support_plan_facts", PLAN_FACTS),
    (
        "support_contact",
        "INSERT",
        FRESH,
        "support_contact_facts_new",
        _contact_facts("support_contact_facts_new", "fresh"),
    ),
    (
        "support_contact",
        "UPDATE",
        FRESH,
        "support_contact_facts_changed",
        _contact_facts("support_contact_facts_changed", "fresh"),
    ),
)

# One link, one question, one answer; the link says which question, not the sender.
ANSWER = f"""
CREATE OR REPLACE FUNCTION oja.support_answer() RETURNS trigger {WORK}
AS $$
DECLARE
  link access_onetimelink%ROWTYPE;
BEGIN
  SELECT * INTO link FROM access_onetimelink l WHERE l.id = NEW.link_id FOR UPDATE;
  IF link.id IS NULL OR link.purpose <> 'consent' OR link.revoked_at IS NOT NULL
     OR link.used_at IS NOT NULL OR link.attempts >= 5 OR link.expires_on <= oja.today() THEN
    RAISE EXCEPTION 'this link is closed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'consentanswer_link_is_open';
  END IF;
  NEW.consent_id := link.target_id;
  UPDATE support_consent c SET
      state = CASE NEW.answer WHEN 'yes' THEN 'given' WHEN 'no' THEN 'refused' ELSE 'talk' END,
      answered_on = oja.today(), form = 'link', updated_at = statement_timestamp()
    WHERE c.id = NEW.consent_id AND c.state = 'asked' AND c.superseded_by_id IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this question was answered already'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'consentanswer_question_is_open';
  END IF;
  UPDATE access_onetimelink l SET used_at = statement_timestamp() WHERE l.id = link.id;
  RETURN NEW;
END $$
"""

# Only what never left the draft may disappear.
DELETE_GUARDS = """
CREATE OR REPLACE FUNCTION oja.support_only_drafts() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ BEGIN
  IF TG_TABLE_NAME = 'support_supportrequest' THEN
    IF OLD.state = 'concept' AND OLD.submitted_on IS NULL THEN RETURN OLD; END IF;
  ELSIF EXISTS (SELECT FROM support_plan p WHERE p.id = OLD.plan_id AND p.state = 'draft') THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'only a draft may be deleted'
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_only_drafts_go';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0004_sharing")]

    operations = [
        *(
            migrations.RunSQL(_keep(table, columns), _keep_reverse(table))
            for table, columns in KEPT.items()
        ),
        *(SystemFunction(sql, f"oja.{name}()") for _table, _event, name, sql in BEFORE),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_copies BEFORE {event} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION oja.{name}()",
                f"DROP TRIGGER {table}_copies ON {table}",
            )
            for table, event, name, _sql in BEFORE
        ),
        *(SystemFunction(sql, f"oja.{name}()") for *_rest, name, sql in AFTER),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} {tables}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION oja.{name}()",
                f"DROP TRIGGER {name} ON {table}",
            )
            for table, event, tables, name, _sql in AFTER
        ),
        SystemFunction(ANSWER, "oja.support_answer()"),
        migrations.RunSQL(
            "CREATE TRIGGER support_consentanswer_apply BEFORE INSERT ON support_consentanswer"
            " FOR EACH ROW EXECUTE FUNCTION oja.support_answer()",
            "DROP TRIGGER support_consentanswer_apply ON support_consentanswer",
        ),
        SystemFunction(
            DELETE_GUARDS,
            "oja.support_only_drafts()",
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_only_drafts BEFORE DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION oja.support_only_drafts()",
                f"DROP TRIGGER {table}_only_drafts ON {table}",
            )
            for table in ("support_supportrequest", "support_goal")
        ),
    ]
