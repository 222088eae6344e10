"""Care in the own name, groups in one order, and sessions that are corrected with both versions.

- The school's answer is given in the own name, and an open question carries no words.
- Who pays for a case is told to who may see that case only.
- Leading a group and joining it wait for each other: neither passes the other unseen.
- A session of a group has a later version; the earlier one stays.
- A proposal that was sent changes while nobody has answered, and the questions follow it.
"""

import django.db.models.deletion
from django.db import migrations, models

from oja.access.operations import RowSecurity, SystemFunction

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

# What was sent stays, once somebody has answered; until then the questions follow the proposal.
SAID = (
    *("third_id", "contract_id", "jz020", "goal", "help_kind", "reason", "volume", "unit"),
    *("rate_cents", "ceiling_cents", "starts_on", "ends_on"),
)
TO_FAMILY = ("help_kind", "goal", "reason", "volume", "unit", "starts_on", "ends_on")
TO_SCHOOL = ("help_kind", "starts_on", "ends_on")


def _of(alias, names):
    return f"({', '.join(f'{alias}.{name}' for name in names)})"


SUBCONTRACT = f"""
CREATE OR REPLACE FUNCTION oja.support_subcontract_keeps() RETURNS trigger {WORK}
AS $$ BEGIN
  IF current_setting('role') <> 'oja_app' THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'proposal' OR NEW.approved_by_id IS NOT NULL OR NEW.committed_cents <> 0 THEN
      RAISE EXCEPTION 'bought care begins as a proposal'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'subcontract_begins_as_a_proposal';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.approved_by_id, NEW.approved_on) IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_on)
     AND NOT (NEW.provider_id = ANY (oja.ids_providers('provider_manager'))
       AND coalesce(NEW.approved_by_id, oja.current_user_id()) = oja.current_user_id()) THEN
    RAISE EXCEPTION 'only a manager approves, in the own name'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'subcontract_approved_by_a_manager';
  END IF;
  -- Who ordered stays known: that person approves no bill.
  IF NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
     AND (OLD.state, NEW.state) NOT IN (('asked', 'approved'), ('approved', 'asked')) THEN
    RAISE EXCEPTION 'who approved an order stays its approver'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'subcontract_approver_stays';
  END IF;
  IF OLD.state = 'proposal' OR {_of("NEW", SAID)} IS NOT DISTINCT FROM {_of("OLD", SAID)} THEN
    RETURN NEW;
  END IF;
  -- Answers wait for this lock, so nobody answers to words that change in the same moment.
  PERFORM pg_advisory_xact_lock(hashtextextended('oja.pupil_id:' || NEW.pupil_id, 0));
  IF (OLD.state, NEW.state) <> ('asked', 'asked')
     OR EXISTS (SELECT FROM support_subcontractagreement a
                WHERE a.subcontract_id = NEW.id AND a.state <> 'asked')
     OR EXISTS (SELECT FROM support_schoolanswer a
                WHERE a.subcontract_id = NEW.id AND a.answer <> '') THEN
    RAISE EXCEPTION 'what was answered never changes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'subcontract_sent_stays';
  END IF;
  RETURN NEW;
END $$
"""  # noqa: S608 - every part is a literal


def _follow(names):
    return ", ".join(f"{name} = s.{name}" for name in names)


QUESTIONS = f"""
CREATE OR REPLACE FUNCTION oja.support_questions_follow() RETURNS trigger {WORK}
AS $$ BEGIN
  UPDATE support_subcontractagreement a
    SET third_name = p.name, {_follow(TO_FAMILY)}, updated_at = statement_timestamp()
    FROM fresh s JOIN stale o USING (id) JOIN providers_provider p ON p.id = s.third_id
    WHERE a.subcontract_id = s.id AND a.state = 'asked'
      AND {_of("s", SAID)} IS DISTINCT FROM {_of("o", SAID)};
  UPDATE support_schoolanswer a
    SET third_name = p.name, {_follow(TO_SCHOOL)}, updated_at = statement_timestamp()
    FROM fresh s JOIN stale o USING (id) JOIN providers_provider p ON p.id = s.third_id
    WHERE a.subcontract_id = s.id AND a.answer = ''
      AND {_of("s", SAID)} IS DISTINCT FROM {_of("o", SAID)};
  RETURN NULL;
END $$
"""  # noqa: S608 - every part is a literal


def _keep(name, columns):
    """Works with the rights of who writes: only the trigger above, which is ours, passes it."""
    return f"""
CREATE FUNCTION oja.{name}() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$ BEGIN
  IF current_user = 'oja_app' AND {_of("NEW", columns)} IS DISTINCT FROM {_of("OLD", columns)} THEN
    RAISE EXCEPTION 'what is asked follows the proposal'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'question_follows_the_proposal';
  END IF;
  RETURN NEW;
END $$;
"""


KEEPS = (
    (
        "support_agreement_words",
        "support_subcontractagreement",
        _keep("support_agreement_words", ("third_name", "pupil_label", *TO_FAMILY)),
    ),
    (
        "support_schoolanswer_words",
        "support_schoolanswer",
        _keep("support_schoolanswer_words", ("third_name", *TO_SCHOOL)),
    ),
)

TRIGGERS = (
    (
        "support_subcontract_words",
        "AFTER UPDATE",
        "support_subcontract",
        "support_questions_follow",
    ),
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
BOTH = " REFERENCING OLD TABLE AS stale NEW TABLE AS fresh"
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
        SystemFunction(SUBCONTRACT, "oja.support_subcontract_keeps()"),
        SystemFunction(QUESTIONS, "oja.support_questions_follow()"),
        RowSecurity(
            "SchoolAnswer",
            rules=[
                ("school_coordinator", "shared_site", "sites", "ru", "shared_until"),
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
                ("provider_manager", "provider_id", "providers", "r", None),
            ],
            fixed=[
                "subcontract",
                "trajectory",
                "provider",
                "pupil",
                "pupil_name",
                "site",
                "asked_on",
            ],
            bound={
                "subcontract": ["trajectory", "provider"],
                "trajectory": ["provider", "pupil", "site"],
            },
            force=True,
        ),
        *(
            migrations.RunSQL(
                f"{sql}CREATE TRIGGER {name} BEFORE UPDATE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION oja.{name}()",
                f"DROP TRIGGER {name} ON {table}; DROP FUNCTION oja.{name}()",
            )
            for name, table, sql in KEEPS
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {name} {when} ON {table}"
                f"{BOTH if when == 'AFTER UPDATE' else ''}"
                f" FOR EACH {'STATEMENT' if when == 'AFTER UPDATE' else 'ROW'}"
                f" EXECUTE FUNCTION oja.{function}()",
                f"DROP TRIGGER {name} ON {table}",
            )
            for name, when, table, function in TRIGGERS
        ),
    ]
