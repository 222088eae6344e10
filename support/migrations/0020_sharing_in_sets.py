# ruff: noqa: S608 - text of functions, put together from constants
"""Sharing of many pupils is worked out in one go.

A statement over a class, an import or the night's work used to refresh one pupil after another,
and each of those fired the triggers of eight tables. What is written stays the same.
"""

from django.db import migrations

from oja.access.operations import SystemFunction

WORK = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# Writes only what differs. The states are materialized: else the planner asks a second time for
# each place in which they stand.
REFRESH = f"""
CREATE OR REPLACE FUNCTION oja.support_refresh_sharing(p_pupils uuid[]) RETURNS void {WORK}
AS $$
BEGIN
  IF cardinality(p_pupils) > 1 THEN
    -- Two statements over the same pupils wait for each other, in one order.
    PERFORM FROM support_supportrequest WHERE pupil_id = ANY (p_pupils)
      ORDER BY id FOR NO KEY UPDATE;
  END IF;

  WITH q AS MATERIALIZED (
    SELECT id, oja.support_consent_state(id, 'share', oja.today()) AS state
    FROM support_supportrequest WHERE pupil_id = ANY (p_pupils)
  ), s AS MATERIALIZED (
    SELECT id, state, CASE WHEN state = 'complete'
      THEN oja.support_consent_until(id, 'share', oja.today()) END AS until
    FROM q
  )
  UPDATE support_supportrequest r SET share_state = s.state, shared_until = s.until
  FROM s
  WHERE r.id = s.id
    AND (r.share_state, r.shared_until) IS DISTINCT FROM (s.state, s.until);

  UPDATE support_requestevent e
  SET shared_provider = r.shared_provider, shared_until = r.shared_until
  FROM support_supportrequest r
  WHERE r.pupil_id = ANY (p_pupils) AND e.request_id = r.id
    AND (e.shared_provider, e.shared_until) IS DISTINCT FROM (r.shared_provider, r.shared_until);

  -- Both changes of a trajectory in one statement, so that its triggers fire once.
  WITH q AS MATERIALIZED (
    SELECT t.id, t.request_id,
      CASE WHEN r.share_state = 'complete' THEN t.site_id END AS site, r.shared_until,
      oja.support_consent_state(t.request_id, 'help', oja.today()) AS state
    FROM support_trajectory t JOIN support_supportrequest r ON r.id = t.request_id
    WHERE t.pupil_id = ANY (p_pupils)
  ), s AS MATERIALIZED (
    SELECT id, site, shared_until, state, CASE WHEN state = 'complete'
      THEN oja.support_consent_until(request_id, 'help', oja.today()) END AS until
    FROM q
  )
  UPDATE support_trajectory t
  SET shared_site = s.site, shared_until = s.shared_until,
      help_state = s.state, help_until = s.until
  FROM s
  WHERE t.id = s.id AND (t.shared_site, t.shared_until, t.help_state, t.help_until)
    IS DISTINCT FROM (s.site, s.shared_until, s.state, s.until);

  -- The parts take their columns from the trajectory in a trigger of their own.
  UPDATE support_goal g SET shared_site = t.shared_site
  FROM support_trajectory t
  WHERE t.pupil_id = ANY (p_pupils) AND g.trajectory_id = t.id AND g.is_for_school
    AND (g.shared_site, g.shared_until) IS DISTINCT FROM (t.shared_site, t.shared_until);
  UPDATE support_provision v SET shared_site = t.shared_site
  FROM support_trajectory t
  WHERE t.pupil_id = ANY (p_pupils) AND v.trajectory_id = t.id
    AND (v.shared_site, v.shared_until) IS DISTINCT FROM (t.shared_site, t.shared_until);
  UPDATE support_schoolnote n SET shared_site = t.shared_site
  FROM support_trajectory t, schools_pupil p
  WHERE t.pupil_id = ANY (p_pupils) AND n.trajectory_id = t.id AND p.id = t.pupil_id
    AND (n.shared_site, n.shared_until, n.group_id) IS DISTINCT FROM
        (t.shared_site, t.shared_until, p.group_id);

  UPDATE schools_pupil p
  SET shared_with_id = s.shared, queued_with_id = s.queued, client_of_id = s.client,
      shared_until = s.until
  FROM (
    SELECT one.id, shared.provider AS shared, queued.provider AS queued,
      client.provider AS client,
      -- one date for both: the earlier one, sharing never lasts too long
      least(shared.until, queued.until) AS until
    FROM unnest(p_pupils) AS one(id)
    LEFT JOIN LATERAL (
      SELECT r.shared_provider AS provider, r.shared_until AS until
      FROM support_supportrequest r
      WHERE r.pupil_id = one.id AND r.shared_provider IS NOT NULL
      ORDER BY r.submitted_on DESC, r.id DESC LIMIT 1) AS shared ON true
    LEFT JOIN LATERAL (
      SELECT r.queue_provider AS provider, r.shared_until AS until
      FROM support_supportrequest r
      WHERE r.pupil_id = one.id AND r.queue_provider IS NOT NULL
      ORDER BY r.submitted_on DESC, r.id DESC LIMIT 1) AS queued ON true
    LEFT JOIN LATERAL (
      SELECT t.provider_id AS provider FROM support_trajectory t
      WHERE t.pupil_id = one.id AND t.state <> 'closed'
      ORDER BY t.registered_on DESC, t.id DESC LIMIT 1) AS client ON true
  ) AS s
  WHERE p.id = s.id
    AND (p.shared_with_id, p.queued_with_id, p.client_of_id, p.shared_until)
      IS DISTINCT FROM (s.shared, s.queued, s.client, s.until);
END $$
"""

# For the nightly job: a passing day may also complete a consent (a sixteenth birthday).
REFRESH_ALL = f"""
CREATE OR REPLACE FUNCTION oja.support_refresh_all_sharing() RETURNS integer {WORK}
AS $$
DECLARE
  v_pupils uuid[] := ARRAY(SELECT DISTINCT pupil_id FROM support_supportrequest ORDER BY 1);
BEGIN
  FOR v_first IN 1..cardinality(v_pupils) BY 200 LOOP
    PERFORM oja.support_refresh_sharing(v_pupils[v_first:v_first + 199]);
  END LOOP;
  RETURN cardinality(v_pupils);
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
  v_pupils uuid[] := ARRAY({pupils});
BEGIN
  IF v_pupils <> '{{}}' THEN
    PERFORM oja.support_refresh_sharing(v_pupils);
  END IF;
  RETURN NULL;
END $$
"""


ASKED_FOR = "EXISTS (SELECT FROM support_supportrequest r WHERE r.pupil_id = {key})"
CHANGED = {
    "support_new_rows": "SELECT DISTINCT pupil_id FROM fresh WHERE "
    + ASKED_FOR.format(key="fresh.pupil_id"),
    "support_changed_rows": "SELECT DISTINCT pupil_id FROM fresh WHERE "
    + ASKED_FOR.format(key="fresh.pupil_id"),
    "support_gone_rows": "SELECT DISTINCT pupil_id FROM stale",
    "support_changed_pupils": "SELECT fresh.id FROM fresh JOIN stale USING (id)"
    " WHERE (fresh.birth_date, fresh.group_id) IS DISTINCT FROM"
    " (stale.birth_date, stale.group_id) AND " + ASKED_FOR.format(key="fresh.id"),
    "support_changed_requests": "SELECT DISTINCT fresh.pupil_id FROM fresh JOIN stale USING (id)"
    " WHERE (fresh.state, fresh.provider_id, fresh.submitted_on)"
    " IS DISTINCT FROM (stale.state, stale.provider_id, stale.submitted_on)",
    "support_changed_trajectories": "SELECT DISTINCT fresh.pupil_id FROM fresh"
    " JOIN stale USING (id) WHERE fresh.state <> stale.state",
}

LAYERS_CHANGED = f"""
CREATE OR REPLACE FUNCTION oja.support_layers_changed() RETURNS trigger {WORK}
AS $$
DECLARE
  v_cases uuid[] := ARRAY(SELECT DISTINCT trajectory_id FROM fresh);
BEGIN
  IF v_cases <> '{{}}' THEN
    PERFORM oja.support_layers_of(v_cases);
  END IF;
  RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0019_care_rights")]

    operations = [
        SystemFunction(REFRESH, "oja.support_refresh_sharing(uuid[])"),
        SystemFunction(REFRESH_ALL, "oja.support_refresh_all_sharing()", execute=["oja_system"]),
        *(SystemFunction(_on_change(name, sql), f"oja.{name}()") for name, sql in CHANGED.items()),
        SystemFunction(LAYERS_CHANGED, "oja.support_layers_changed()"),
    ]
