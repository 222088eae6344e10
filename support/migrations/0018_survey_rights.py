# ruff: noqa: S608 - text of functions, put together from constants
"""What a link and a worker can do by SQL with answers: add one, once, and change none.

A sealed answer begins with the SHA-256 of its text, which holds a salt of its own. Answers become
readable only when the texts behind those marks are given, so by nobody without the key of the
application; what does not belong to a text stays as it is. An invitation has one link, ever.
"""

from django.db import migrations, models

from oja.access.operations import SystemFunction

WORK = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
READS = "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
TOGETHER = 5
MARK = 32  # bytes of a SHA-256
SEALED = MARK + 16 + 4096 + 32  # with what support.sealing adds to one block

# The Monday on which a link of today ends, as support.survey_rules says it.
LINK_EXPIRES = f"""
CREATE OR REPLACE FUNCTION oja.survey_link_expires(p_day date) RETURNS date {READS}
AS $$
BEGIN
  RETURN p_day + 14 + (8 - extract(isodow FROM p_day)::integer) % 7;
END $$
"""

# The half-year of a day, as support.survey_rules says it.
HALF_YEAR = f"""
CREATE OR REPLACE FUNCTION oja.survey_half_year(p_day date) RETURNS text {READS}
AS $$
BEGIN
  RETURN to_char(p_day - interval '7 months', 'YYYY')
    || CASE WHEN extract(month FROM p_day) BETWEEN 2 AND 7 THEN '-2' ELSE '-1' END;
END $$
"""

# The link of an invitation, once, or more time for it; a link that was answered does not come
# back, and nobody is told which of the two it was. The links of a round change together: no column
# of a link says when it was made, by whom or for whom. When it ends is not for the caller to say:
# a date of its own would mark a link.
OPEN_SURVEY_LINK = f"""
CREATE OR REPLACE FUNCTION oja.open_survey_link(
  p_invitation uuid, p_token_hash text, p_is_new boolean) RETURNS void {WORK}
AS $$
DECLARE
  v_asked support_surveyinvitation%ROWTYPE;
  v_round uuid;
  v_until date := oja.survey_link_expires(oja.today());
BEGIN
  SELECT * INTO v_asked FROM support_surveyinvitation i WHERE i.id = p_invitation FOR UPDATE;
  IF current_setting('role') = 'oja_app' AND NOT coalesce(
       v_asked.trajectory_id = ANY (oja.ids_caseload('care_worker'))
       OR v_asked.provider_id = ANY (oja.ids_providers('provider_manager')), false) THEN
    RAISE EXCEPTION 'this invitation belongs to somebody else'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF v_asked.guardian_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM schools_guardian g JOIN support_trajectory t ON t.pupil_id = g.pupil_id
      WHERE g.id = v_asked.guardian_id AND t.id = v_asked.trajectory_id) THEN
    RAISE EXCEPTION 'this is a parent of another child' USING ERRCODE = 'check_violation';
  END IF;
  -- A half-year to come, or one with letters of its own, would be a round for one.
  IF v_asked.half_year <> oja.survey_half_year(v_asked.asked_on)
     OR v_asked.asked_on > oja.today() OR oja.survey_closes(v_asked.half_year) <= oja.today() THEN
    RAISE EXCEPTION 'nobody is asked about this half-year' USING ERRCODE = 'check_violation';
  END IF;
  v_until := least(v_until, oja.survey_closes(v_asked.half_year));
  INSERT INTO support_surveyround (id, created_at, updated_at, provider_id, arrangement_id,
      half_year, informant)
    VALUES (gen_random_uuid(), now(), now(), v_asked.provider_id, v_asked.arrangement_id,
      v_asked.half_year, v_asked.informant)
    ON CONFLICT DO NOTHING;
  SELECT r.id INTO v_round FROM support_surveyround r
    WHERE (r.provider_id, r.arrangement_id, r.half_year, r.informant)
      = (v_asked.provider_id, v_asked.arrangement_id, v_asked.half_year, v_asked.informant)
    FOR UPDATE;
  WITH gone AS (
    DELETE FROM access_onetimelink l WHERE l.purpose = 'survey' AND l.target_id = v_round
    RETURNING l.id, l.token_hash, l.expires_on, l.attempts, l.revoked_at
  ), kept AS (
    SELECT g.id, g.token_hash, g.attempts, g.revoked_at,
      CASE WHEN g.token_hash = p_token_hash THEN v_until ELSE g.expires_on END AS until
    FROM gone g
    UNION ALL
    SELECT gen_random_uuid(), p_token_hash, 0::smallint, NULL, v_until
    WHERE p_is_new AND NOT v_asked.has_link
  )
  INSERT INTO access_onetimelink (id, created_at, updated_at, token_hash, purpose, target_id,
      subject_label, expires_on, birth_salt, birth_hash, attempts, opened_at, used_at, revoked_at,
      created_by_id)
    SELECT k.id, r.created_at, r.created_at, k.token_hash, 'survey', v_round, '', k.until, '', '',
      k.attempts, NULL, NULL, k.revoked_at, NULL
    FROM kept k CROSS JOIN support_surveyround r WHERE r.id = v_round
    ORDER BY random();
  UPDATE support_surveyinvitation i SET has_link = true
    WHERE i.id = p_invitation AND NOT i.has_link;
END $$
"""

# Works with the rights of who writes, so that the function above is the only one who may.
HAS_LINK = """
CREATE FUNCTION oja.support_survey_link_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$ BEGIN
  IF current_user = 'oja_app' AND NEW.has_link
     AND (TG_OP = 'INSERT' OR NOT OLD.has_link)
     OR TG_OP = 'UPDATE' AND OLD.has_link AND NOT NEW.has_link THEN
    RAISE EXCEPTION 'an invitation has one link'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'surveyinvitation_one_link';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER support_survey_link_once BEFORE INSERT OR UPDATE ON support_surveyinvitation
  FOR EACH ROW EXECUTE FUNCTION oja.support_survey_link_once();
"""
HAS_LINK_REVERSE = """
DROP TRIGGER support_survey_link_once ON support_surveyinvitation;
DROP FUNCTION oja.support_survey_link_once();
"""

# A link of a survey comes from the function above, and from nobody's own statement. Opening one or
# withdrawing all of a round would leave a moment, or a place on the disk, on one of them.
LINKS = """
CREATE FUNCTION oja.support_survey_link_is_asked() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$ BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.opened_at, NEW.used_at, NEW.revoked_at)
       IS DISTINCT FROM (OLD.opened_at, OLD.used_at, OLD.revoked_at) THEN
      RETURN NULL;
    END IF;
  ELSIF current_user = 'oja_app' THEN
    RAISE EXCEPTION 'a link needs an invitation'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'onetimelink_question_is_open';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER support_survey_link_is_asked BEFORE INSERT OR UPDATE ON access_onetimelink
  FOR EACH ROW WHEN (NEW.purpose = 'survey')
  EXECUTE FUNCTION oja.support_survey_link_is_asked();
"""
LINKS_REVERSE = """
DROP TRIGGER support_survey_link_is_asked ON access_onetimelink;
DROP FUNCTION oja.support_survey_link_is_asked();
"""

# The round of the link that came, locked, or null when the link does not work (any more). The
# round first: whoever rewrites links holds it.
ROUND_OF_LINK = f"""
CREATE OR REPLACE FUNCTION oja.survey_round_of_link() RETURNS uuid {WORK}
AS $$
DECLARE
  v_round uuid;
BEGIN
  SELECT r.id INTO v_round FROM support_surveyround r
    JOIN access_onetimelink l ON l.target_id = r.id AND l.purpose = 'survey'
    WHERE l.id = oja.current_link_id() AND oja.survey_closes(r.half_year) > oja.today()
    FOR UPDATE OF r;
  IF NOT EXISTS (SELECT FROM access_onetimelink l WHERE l.id = oja.current_link_id()
      AND l.purpose = 'survey' AND l.revoked_at IS NULL AND l.expires_on > oja.today()) THEN
    RETURN NULL;
  END IF;
  RETURN v_round;
END $$
"""

# Takes one sealed answer; with the texts of those that waited they become readable together.
# False when the link is closed.
SEND_SURVEY = f"""
CREATE OR REPLACE FUNCTION oja.send_survey(p_sealed bytea, p_opened jsonb) RETURNS boolean {WORK}
AS $$
DECLARE
  v_round uuid := oja.survey_round_of_link();
BEGIN
  IF v_round IS NULL THEN
    RETURN false;
  END IF;
  DELETE FROM support_surveyprogress p WHERE p.link_id = oja.current_link_id();
  DELETE FROM access_onetimelink l WHERE l.id = oja.current_link_id();
  PERFORM oja.keep_survey_answers(v_round, ARRAY[p_sealed], p_opened);
  RETURN true;
END $$
"""

# Sealed answers are added, never replaced; all of a round are written anew in another order. Those
# whose texts are given become readable, five at least, and only when every text belongs to one.
KEEP_ANSWERS = f"""
CREATE OR REPLACE FUNCTION oja.keep_survey_answers(
  p_round uuid, p_sealed bytea[], p_opened jsonb) RETURNS void {WORK}
AS $$
DECLARE
  v_marks bytea[] := ARRAY(
    SELECT sha256(convert_to(t, 'UTF8'))
    FROM jsonb_array_elements_text(coalesce(p_opened, '[]')) AS t);
  v_found integer;
BEGIN
  IF EXISTS (SELECT FROM unnest(p_sealed) s WHERE coalesce(octet_length(s), 0) <> {SEALED}) THEN
    RAISE EXCEPTION 'an answer has one length' USING ERRCODE = 'check_violation';
  END IF;
  IF p_opened IS NOT NULL AND cardinality(v_marks) < {TOGETHER} THEN
    RAISE EXCEPTION 'answers become readable {TOGETHER} at a time'
      USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
      SELECT substring(b FROM 1 FOR {MARK}) FROM (
        SELECT unnest(p_sealed) AS b
        UNION ALL SELECT s.body FROM support_sealedsheet s WHERE s.round_id = p_round) every
      GROUP BY 1 HAVING count(*) > 1) THEN
    RAISE EXCEPTION 'this answer is there already' USING ERRCODE = 'unique_violation';
  END IF;
  WITH gone AS (
    DELETE FROM support_sealedsheet s WHERE s.round_id = p_round RETURNING s.body
  ), every AS (
    SELECT g.body, substring(g.body FROM 1 FOR {MARK}) AS mark FROM gone g
    UNION ALL
    SELECT s, substring(s FROM 1 FOR {MARK}) FROM unnest(p_sealed) s
  ), kept AS (
    INSERT INTO support_sealedsheet (id, round_id, body)
      SELECT gen_random_uuid(), p_round, e.body FROM every e
      WHERE NOT e.mark = ANY (v_marks) ORDER BY random()
  )
  SELECT count(*) INTO v_found FROM every e WHERE e.mark = ANY (v_marks);
  IF v_found <> cardinality(v_marks) THEN
    RAISE EXCEPTION 'nobody sent this answer' USING ERRCODE = 'check_violation';
  END IF;
  IF p_opened IS NULL THEN
    RETURN;
  END IF;
  WITH gone AS (
    DELETE FROM support_answersheet a WHERE a.round_id = p_round
    RETURNING a.q1, a.q2, a.q3, a.mark, a.remark
  ), kept AS (
    SELECT * FROM gone
    UNION ALL
    SELECT o.q1, o.q2, o.q3, o.mark, left(coalesce(o.remark, ''), 500)
    FROM jsonb_array_elements_text(p_opened) AS t
    CROSS JOIN LATERAL jsonb_to_record(t::jsonb)
      AS o (q1 smallint, q2 smallint, q3 smallint, mark smallint, remark text)
  )
  INSERT INTO support_answersheet (id, round_id, q1, q2, q3, mark, remark)
    SELECT gen_random_uuid(), p_round, k.q1, k.q2, k.q3, k.mark, k.remark FROM kept k
    ORDER BY random();
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0017_money_rules")]

    operations = [
        migrations.AddField(
            model_name="surveyinvitation",
            name="has_link",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunSQL(HAS_LINK, HAS_LINK_REVERSE),
        migrations.RunSQL(LINKS, LINKS_REVERSE),
        SystemFunction(LINK_EXPIRES, "oja.survey_link_expires(date)"),
        SystemFunction(HALF_YEAR, "oja.survey_half_year(date)"),
        SystemFunction(
            OPEN_SURVEY_LINK, "oja.open_survey_link(uuid, text, boolean)", execute=["oja_app"]
        ),
        SystemFunction(ROUND_OF_LINK, "oja.survey_round_of_link()"),
        SystemFunction(SEND_SURVEY, "oja.send_survey(bytea, jsonb)", execute=["oja_app"]),
        SystemFunction(KEEP_ANSWERS, "oja.keep_survey_answers(uuid, bytea[], jsonb)"),
    ]
