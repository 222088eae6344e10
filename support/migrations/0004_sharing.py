# ruff: noqa: S608 - text of functions, put together from constants
"""Sharing follows consent in the same statement: the triggers that write every shared column."""

from django.db import migrations

from oja.access.operations import SystemFunction

WORK = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# Writes only what differs, so that a trigger that calls it for nothing costs one look.
REFRESH = f"""
CREATE OR REPLACE FUNCTION oja.support_refresh_sharing(p_pupil uuid) RETURNS void {WORK}
AS $$
BEGIN
  UPDATE support_supportrequest r SET share_state = s.state, shared_until = s.until
  FROM (
    SELECT q.id, q.state,
      CASE WHEN q.state = 'complete'
        THEN oja.support_consent_until(q.id, 'share', oja.today()) END AS until
    FROM (SELECT id, oja.support_consent_state(id, 'share', oja.today()) AS state
          FROM support_supportrequest WHERE pupil_id = p_pupil) AS q
  ) AS s
  WHERE r.id = s.id
    AND (r.share_state, r.shared_until) IS DISTINCT FROM (s.state, s.until);

  UPDATE support_requestevent e
  SET shared_provider = r.shared_provider, shared_until = r.shared_until
  FROM support_supportrequest r
  WHERE r.pupil_id = p_pupil AND e.request_id = r.id
    AND (e.shared_provider, e.shared_until) IS DISTINCT FROM (r.shared_provider, r.shared_until);

  UPDATE support_trajectory t
  SET shared_site = CASE WHEN r.share_state = 'complete' THEN t.site_id END,
      shared_until = r.shared_until
  FROM support_supportrequest r
  WHERE t.pupil_id = p_pupil AND r.id = t.request_id
    AND (t.shared_site, t.shared_until) IS DISTINCT FROM
        (CASE WHEN r.share_state = 'complete' THEN t.site_id END, r.shared_until);

  UPDATE support_trajectory t SET help_state = s.state, help_until = s.until
  FROM (
    SELECT q.id, q.state,
      CASE WHEN q.state = 'complete'
        THEN oja.support_consent_until(q.request_id, 'help', oja.today()) END AS until
    FROM (SELECT id, request_id,
            oja.support_consent_state(request_id, 'help', oja.today()) AS state
          FROM support_trajectory WHERE pupil_id = p_pupil) AS q
  ) AS s
  WHERE t.id = s.id AND (t.help_state, t.help_until) IS DISTINCT FROM (s.state, s.until);

  -- The parts take their columns from the trajectory in a trigger of their own.
  UPDATE support_goal g SET shared_site = t.shared_site
  FROM support_trajectory t
  WHERE t.pupil_id = p_pupil AND g.trajectory_id = t.id AND g.is_for_school
    AND (g.shared_site, g.shared_until) IS DISTINCT FROM (t.shared_site, t.shared_until);
  UPDATE support_provision v SET shared_site = t.shared_site
  FROM support_trajectory t
  WHERE t.pupil_id = p_pupil AND v.trajectory_id = t.id
    AND (v.shared_site, v.shared_until) IS DISTINCT FROM (t.shared_site, t.shared_until);
  UPDATE support_schoolnote n SET shared_site = t.shared_site
  FROM support_trajectory t, schools_pupil p
  WHERE t.pupil_id = p_pupil AND n.trajectory_id = t.id AND p.id = p_pupil
    AND (n.shared_site, n.shared_until, n.group_id) IS DISTINCT FROM
        (t.shared_site, t.shared_until, p.group_id);

  UPDATE schools_pupil p
  SET shared_with_id = s.shared, queued_with_id = s.queued, client_of_id = s.client,
      shared_until = s.until
  FROM (
    SELECT shared.provider AS shared, queued.provider AS queued, client.provider AS client,
      -- one date for both: the earlier one, sharing never lasts too long
      least(shared.until, queued.until) AS until
    FROM (SELECT 1) AS one
    LEFT JOIN LATERAL (
      SELECT r.shared_provider AS provider, r.shared_until AS until
      FROM support_supportrequest r
      WHERE r.pupil_id = p_pupil AND r.shared_provider IS NOT NULL
      ORDER BY r.submitted_on DESC, r.id DESC LIMIT 1) AS shared ON true
    LEFT JOIN LATERAL (
      SELECT r.queue_provider AS provider, r.shared_until AS until
      FROM support_supportrequest r
      WHERE r.pupil_id = p_pupil AND r.queue_provider IS NOT NULL
      ORDER BY r.submitted_on DESC, r.id DESC LIMIT 1) AS queued ON true
    LEFT JOIN LATERAL (
      SELECT t.provider_id AS provider FROM support_trajectory t
      WHERE t.pupil_id = p_pupil AND t.state <> 'closed'
      ORDER BY t.registered_on DESC, t.id DESC LIMIT 1) AS client ON true
  ) AS s
  WHERE p.id = p_pupil
    AND (p.shared_with_id, p.queued_with_id, p.client_of_id, p.shared_until)
      IS DISTINCT FROM (s.shared, s.queued, s.client, s.until);
END $$
"""

# For the nightly job: a passing day may also complete a consent (a sixteenth birthday).
REFRESH_ALL = f"""
CREATE OR REPLACE FUNCTION oja.support_refresh_all_sharing() RETURNS integer {WORK}
AS $$
DECLARE
  v_pupil uuid;
  v_count integer := 0;
BEGIN
  FOR v_pupil IN SELECT DISTINCT pupil_id FROM support_supportrequest ORDER BY 1 LOOP
    PERFORM oja.support_refresh_sharing(v_pupil);
    v_count := v_count + 1;
  END LOOP;
  RETURN v_count;
END $$
"""


def _on_change(name, pupils):
    """A statement trigger function that refreshes the pupils of the changed rows.

    A statement that changed nothing fires too: then there are no pupils and the chain ends.
    """
    return f"""
CREATE OR REPLACE FUNCTION oja.{name}() RETURNS trigger {WORK}
AS $$
DECLARE
  v_pupil uuid;
BEGIN
  FOR v_pupil IN
    {pupils}
  LOOP
    PERFORM oja.support_refresh_sharing(v_pupil);
  END LOOP;
  RETURN NULL;
END $$
"""


ASKED_FOR = "EXISTS (SELECT FROM support_supportrequest r WHERE r.pupil_id = {key})"
CHANGED = {
    "support_new_rows": "SELECT DISTINCT pupil_id FROM fresh WHERE "
    + ASKED_FOR.format(key="fresh.pupil_id")
    + " ORDER BY 1",
    "support_changed_rows": "SELECT DISTINCT pupil_id FROM fresh WHERE "
    + ASKED_FOR.format(key="fresh.pupil_id")
    + " ORDER BY 1",
    "support_gone_rows": "SELECT DISTINCT pupil_id FROM stale ORDER BY 1",
    "support_changed_pupils": "SELECT fresh.id FROM fresh JOIN stale USING (id)"
    " WHERE (fresh.birth_date, fresh.group_id) IS DISTINCT FROM"
    " (stale.birth_date, stale.group_id) AND " + ASKED_FOR.format(key="fresh.id") + " ORDER BY 1",
    "support_changed_requests": "SELECT DISTINCT fresh.pupil_id FROM fresh JOIN stale USING (id)"
    " WHERE (fresh.state, fresh.provider_id, fresh.submitted_on)"
    " IS DISTINCT FROM (stale.state, stale.provider_id, stale.submitted_on) ORDER BY 1",
    "support_changed_trajectories": "SELECT DISTINCT fresh.pupil_id FROM fresh"
    " JOIN stale USING (id) WHERE fresh.state <> stale.state ORDER BY 1",
}

NEW = "REFERENCING NEW TABLE AS fresh"
BOTH = "REFERENCING OLD TABLE AS stale NEW TABLE AS fresh"
OLD = "REFERENCING OLD TABLE AS stale"
TRIGGERS = (
    ("support_consent", "INSERT", NEW, "support_new_rows"),
    ("support_consent", "UPDATE", NEW, "support_changed_rows"),
    ("support_consent", "DELETE", OLD, "support_gone_rows"),
    ("schools_guardian", "INSERT", NEW, "support_new_rows"),
    ("schools_guardian", "UPDATE", NEW, "support_changed_rows"),
    ("schools_guardian", "DELETE", OLD, "support_gone_rows"),
    ("schools_pupil", "UPDATE", BOTH, "support_changed_pupils"),
    ("support_supportrequest", "INSERT", NEW, "support_new_rows"),
    ("support_supportrequest", "UPDATE", BOTH, "support_changed_requests"),
    ("support_supportrequest", "DELETE", OLD, "support_gone_rows"),
    ("support_trajectory", "INSERT", NEW, "support_new_rows"),
    ("support_trajectory", "UPDATE", BOTH, "support_changed_trajectories"),
)


def _trigger(table, event, tables, function):
    name = f"{table}_sharing_{event.lower()}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} {tables}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION oja.{function}()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("support", "0003_consent_state")]

    operations = [
        SystemFunction(REFRESH, "oja.support_refresh_sharing(uuid)"),
        SystemFunction(REFRESH_ALL, "oja.support_refresh_all_sharing()", execute=["oja_system"]),
        *(SystemFunction(_on_change(name, sql), f"oja.{name}()") for name, sql in CHANGED.items()),
        *(_trigger(*trigger) for trigger in TRIGGERS),
    ]
