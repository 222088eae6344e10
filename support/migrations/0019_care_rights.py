"""Care in the own name, groups in one order, and sessions that are corrected with both versions.

- The school's answer is given in the own name, and an open question carries no words.
- Who pays for a case is told to who may see that case only.
- Leading a group and joining it wait for each other: neither passes the other unseen.
- A session of a group has a later version; the earlier one stays.
"""

import django.db.models.deletion
from django.db import migrations, models

from oja.access.operations import SystemFunction

WORK = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
SAFE = (
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
    " SET timezone = 'Europe/Amsterdam'"
)

OWN_NAME = f"""
CREATE OR REPLACE FUNCTION oja.support_schoolanswer_own_name() RETURNS trigger {WORK}
AS $$ BEGIN
  IF current_setting('role') <> 'oja_app' THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' AND (NEW.answer, NEW.remark, NEW.answered_on, NEW.answered_by_id)
     IS NOT DISTINCT FROM (OLD.answer, OLD.remark, OLD.answered_on, OLD.answered_by_id) THEN
    RETURN NEW;
  END IF;
  IF (NEW.answer = '' AND (NEW.remark <> '' OR NEW.answered_by_id IS NOT NULL))
     OR (NEW.answer <> '' AND NEW.answered_by_id IS DISTINCT FROM oja.current_user_id()) THEN
    RAISE EXCEPTION 'the school answers in the own name'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'schoolanswer_in_the_own_name';
  END IF;
  RETURN NEW;
END $$
"""

# Fires before the guard that asks whether somebody may lead: it must see who joined meanwhile.
IN_ORDER = f"""
CREATE OR REPLACE FUNCTION oja.support_group_in_order() RETURNS trigger {WORK}
AS $$ BEGIN
  PERFORM FROM providers_groupoffer g WHERE g.id = NEW.group_id FOR NO KEY UPDATE;
  RETURN NEW;
END $$
"""

# The manager does not read where a child lives, only which municipality pays on a date; a
# colleague without that child in the own caseload reads neither.
CASE_PAYER = f"""
CREATE OR REPLACE FUNCTION oja.case_payer(p_trajectory uuid, p_on date)
RETURNS TABLE (municipality_id uuid, is_funded boolean)
{SAFE}
AS $$
  SELECT r.municipality_id, EXISTS (
    SELECT FROM providers_participation p
    JOIN providers_participatingmunicipality m ON m.arrangement_id = p.arrangement_id
    WHERE p.site_id = t.site_id AND m.municipality_id = r.municipality_id
      AND p.valid_from <= p_on AND (p.valid_until IS NULL OR p.valid_until > p_on)
      AND m.valid_from <= p_on AND (m.valid_until IS NULL OR m.valid_until > p_on))
  FROM support_trajectory t
  JOIN schools_residence r ON r.pupil_id = t.pupil_id AND r.valid_from <= p_on
    AND (r.valid_until IS NULL OR r.valid_until > p_on)
  WHERE t.id = p_trajectory
    AND (t.provider_id = ANY (oja.ids_providers('provider_manager'))
      OR t.id = ANY (oja.ids_caseload('care_worker'))
      OR (current_setting('role') <> 'oja_app'
          AND pg_has_role(session_user, 'oja_system', 'MEMBER')))
$$
"""  # noqa: S608 - every part is a literal

# Who corrects a session must see everybody who was marked; this tells only how many there are.
MARKS = f"""
CREATE OR REPLACE FUNCTION oja.support_session_marks(p_session uuid) RETURNS bigint {SAFE}
AS $$
  SELECT count(*) FROM support_attendance a
  WHERE a.session_id = p_session AND NOT a.is_undone
    AND (a.provider_id = ANY (oja.ids_providers('care_worker'))
      OR (current_setting('role') <> 'oja_app'
          AND pg_has_role(session_user, 'oja_system', 'MEMBER')))
$$
"""  # noqa: S608 - every part is a literal

TRIGGERS = (
    (
        "support_schoolanswer_own_name",
        "BEFORE INSERT OR UPDATE",
        "support_schoolanswer",
        "support_schoolanswer_own_name",
    ),
    (
        "support_group_in_order",
        "BEFORE INSERT OR UPDATE",
        "providers_groupworker",
        "support_group_in_order",
    ),
    (
        "support_group_in_order",
        "BEFORE INSERT",
        "support_groupparticipant",
        "support_group_in_order",
    ),
)
STANDS = models.Q(undone_at__isnull=True, replaced_by__isnull=True)
TWICE = "This session was recorded already."


class Migration(migrations.Migration):
    dependencies = [("providers", "0006_contracts"), ("support", "0018_survey_rights")]

    operations = [
        migrations.AddField(
            model_name="groupsession",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="replaces",
                to="support.groupsession",
            ),
        ),
        migrations.AddField(
            model_name="groupsession",
            name="correction_reason",
            field=models.CharField(
                blank=True, max_length=300, verbose_name="reason of the correction"
            ),
        ),
        migrations.RemoveConstraint(model_name="groupsession", name="groupsession_once_a_day"),
        migrations.RemoveConstraint(model_name="groupsession", name="groupsession_number_once"),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=models.UniqueConstraint(
                condition=STANDS,
                fields=("group", "on"),
                name="groupsession_once_a_day",
                violation_error_message=TWICE,
            ),
        ),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=models.UniqueConstraint(
                condition=STANDS,
                fields=("group", "number"),
                name="groupsession_number_once",
                violation_error_message=TWICE,
            ),
        ),
        migrations.AddConstraint(
            model_name="groupsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaced_by__isnull", True),
                    models.Q(("replaced_by", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="groupsession_does_not_replace_itself",
                violation_error_message="A correction is a new row.",
            ),
        ),
        SystemFunction(OWN_NAME, "oja.support_schoolanswer_own_name()"),
        SystemFunction(IN_ORDER, "oja.support_group_in_order()"),
        SystemFunction(CASE_PAYER, "oja.case_payer(uuid, date)", execute=["oja_app", "oja_system"]),
        SystemFunction(MARKS, "oja.support_session_marks(uuid)", execute=["oja_app", "oja_system"]),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {name} {when} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION oja.{function}()",
                f"DROP TRIGGER {name} ON {table}",
            )
            for name, when, table, function in TRIGGERS
        ),
    ]
