# ruff: noqa: S608 - text of functions, put together from constants
"""The rule of consent_rules in SQL, so that a statement that ends a consent can end sharing too."""

from django.db import migrations

from oja.access.operations import SystemFunction

WORK = "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# 29 February becomes 1 March in a common year, as in oja.core.periods.birthday.
BIRTHDAY = f"""
CREATE OR REPLACE FUNCTION oja.support_birthday(birth date, years integer) RETURNS date {WORK}
AS $$ BEGIN
  RETURN (birth + make_interval(years => years))::date
    + CASE WHEN extract(day FROM birth) = 29 AND extract(month FROM birth) = 2
        AND extract(day FROM birth + make_interval(years => years)) = 28 THEN 1 ELSE 0 END;
END $$
"""

STATE = f"""
CREATE OR REPLACE FUNCTION oja.support_consent_state(
  p_request uuid, p_purpose text, p_on date) RETURNS text {WORK}
AS $$
DECLARE
  v_pupil uuid;
  v_provider uuid;
  v_twelve date;
  v_sixteen date;
  v_state text;
BEGIN
  SELECT p.id, r.provider_id,
      oja.support_birthday(p.birth_date, 12), oja.support_birthday(p.birth_date, 16)
    INTO v_pupil, v_provider, v_twelve, v_sixteen
    FROM support_supportrequest r JOIN schools_pupil p ON p.id = r.pupil_id
    WHERE r.id = p_request;
  WITH giver AS (
    SELECT NULL::uuid AS guardian WHERE p_on >= v_twelve
    UNION ALL
    SELECT g.id FROM schools_guardian g
    WHERE g.pupil_id = v_pupil AND p_on < v_sixteen AND g.has_custody AND NOT g.is_deceased
      AND (g.custody_from IS NULL OR g.custody_from <= p_on)
      AND (g.custody_until IS NULL OR p_on < g.custody_until)
  ), own AS (
    SELECT c.* FROM support_consent c
    WHERE c.request_id = p_request AND c.purpose = p_purpose AND c.superseded_by_id IS NULL
      -- what was allowed to one provider is not allowed to the next
      AND c.provider_id IS NOT DISTINCT FROM v_provider
      AND (c.guardian_id IS NOT NULL OR c.answered_on IS NULL OR c.answered_on >= v_twelve)
  ), standing AS (
    SELECT giver.guardian, coalesce(
      (SELECT CASE
          WHEN own.state IN ('refused', 'talk') THEN own.state
          WHEN own.withdrawn_on <= p_on THEN 'withdrawn'
          WHEN own.valid_until <= p_on THEN 'expired'
          ELSE 'given' END
        FROM own
        WHERE own.guardian_id IS NOT DISTINCT FROM giver.guardian AND own.answered_on <= p_on
        ORDER BY own.answered_on DESC, own.created_at DESC, own.id DESC LIMIT 1),
      CASE WHEN EXISTS (SELECT FROM own
          WHERE own.guardian_id IS NOT DISTINCT FROM giver.guardian AND own.asked_on <= p_on)
        THEN 'asked' ELSE 'missing' END) AS answer
    FROM giver
  )
  SELECT CASE
      WHEN bool_or(answer = 'refused') THEN 'disputed'
      WHEN count(*) FILTER (WHERE answer <> 'missing') = 0 THEN 'none'
      -- parents must agree and nobody with custody is known: never silently complete
      WHEN bool_and(answer = 'given') AND (p_on >= v_sixteen OR count(guardian) > 0)
        THEN 'complete'
      ELSE 'incomplete' END
    INTO v_state FROM standing;
  RETURN v_state;
END $$
"""

UNTIL = f"""
CREATE OR REPLACE FUNCTION oja.support_consent_until(
  p_request uuid, p_purpose text, p_on date) RETURNS date {WORK}
AS $$
DECLARE
  v_day date;
BEGIN
  FOR v_day IN
    SELECT DISTINCT turn.day FROM (
      SELECT unnest(ARRAY[oja.support_birthday(p.birth_date, 12),
                          oja.support_birthday(p.birth_date, 16)]) AS day
        FROM support_supportrequest r JOIN schools_pupil p ON p.id = r.pupil_id
        WHERE r.id = p_request
      UNION ALL
      SELECT unnest(ARRAY[g.custody_from, g.custody_until])
        FROM support_supportrequest r JOIN schools_guardian g ON g.pupil_id = r.pupil_id
        WHERE r.id = p_request
      UNION ALL
      SELECT unnest(ARRAY[c.answered_on, c.withdrawn_on, c.valid_until])
        FROM support_consent c WHERE c.request_id = p_request AND c.purpose = p_purpose
    ) AS turn WHERE turn.day > p_on ORDER BY turn.day
  LOOP
    IF oja.support_consent_state(p_request, p_purpose, v_day) <> 'complete' THEN
      RETURN v_day;
    END IF;
  END LOOP;
  RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0002_row_security")]

    operations = [
        SystemFunction(BIRTHDAY, "oja.support_birthday(date, integer)"),
        SystemFunction(STATE, "oja.support_consent_state(uuid, text, date)"),
        SystemFunction(UNTIL, "oja.support_consent_until(uuid, text, date)"),
    ]
