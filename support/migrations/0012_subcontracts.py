# ruff: noqa: S608 - text of functions, put together from constants
"""Help that is bought from others: orders, answers, bills, and what only the database can keep."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.math
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from oja.access.operations import RowSecurity, SystemFunction

WORK = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"


def _trigger_function(name, body, declare=""):
    sql = f"""
CREATE OR REPLACE FUNCTION oja.{name}() RETURNS trigger {WORK}
AS $$
{declare}
BEGIN
{body}
END $$
"""
    return name, sql


def _refuse(constraint, sentence):
    return (
        f"RAISE EXCEPTION '{sentence}'"
        f" USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';"
    )


# What parents and school answer to, and what a manager approves.
_SAID = (
    "{0}.third_id, {0}.contract_id, {0}.jz020, {0}.goal, {0}.help_kind, {0}.reason, {0}.volume,"
    " {0}.unit, {0}.rate_cents, {0}.ceiling_cents, {0}.starts_on, {0}.ends_on"
)
# Who proposes does not approve: that is a manager, in the own name.
SUBCONTRACT = _trigger_function(
    "support_subcontract_keeps",
    f"""
  IF current_setting('role') <> 'oja_app' THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'proposal' OR NEW.approved_by_id IS NOT NULL OR NEW.committed_cents <> 0 THEN
      {_refuse("subcontract_begins_as_a_proposal", "bought care begins as a proposal")}
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.approved_by_id, NEW.approved_on) IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_on)
     AND NOT (NEW.provider_id = ANY (oja.ids_providers('provider_manager'))
       AND coalesce(NEW.approved_by_id, oja.current_user_id()) = oja.current_user_id()) THEN
    {_refuse("subcontract_approved_by_a_manager", "only a manager approves, in the own name")}
  END IF;
  -- Who ordered stays known: that person approves no bill.
  IF NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
     AND (OLD.state, NEW.state) NOT IN (('asked', 'approved'), ('approved', 'asked')) THEN
    {_refuse("subcontract_approver_stays", "who approved an order stays its approver")}
  END IF;
  IF OLD.state <> 'proposal'
     AND ({_SAID.format("NEW")}) IS DISTINCT FROM ({_SAID.format("OLD")}) THEN
    {_refuse("subcontract_sent_stays", "what was sent never changes")}
  END IF;
  RETURN NEW;""",
)

# The school reads neither the order nor the reason: its row carries the state, and what is shared.
SCHOOL_ANSWER = _trigger_function(
    "support_schoolanswer_copies",
    f"""
  SELECT t.shared_site, t.shared_until, s.state
    INTO NEW.shared_site, NEW.shared_until, NEW.subcontract_state
    FROM support_trajectory t, support_subcontract s
    WHERE t.id = NEW.trajectory_id AND s.id = NEW.subcontract_id;
  IF TG_OP = 'INSERT' THEN
    v_old := '';
  ELSE
    v_old := OLD.answer;
    IF (NEW.answer, NEW.remark, NEW.answered_on, NEW.answered_by_id)
       IS NOT DISTINCT FROM (OLD.answer, OLD.remark, OLD.answered_on, OLD.answered_by_id) THEN
      RETURN NEW;
    END IF;
  END IF;
  IF (NEW.answer, v_old) = ('', '') THEN RETURN NEW; END IF;
  IF NEW.subcontract_state <> 'asked' THEN
    {_refuse("schoolanswer_is_still_asked", "the provider has decided already")}
  END IF;
  IF current_setting('role') = 'oja_app'
     AND NOT coalesce(NEW.shared_site = ANY (oja.ids_sites('school_coordinator')), false) THEN
    {_refuse("schoolanswer_by_the_school", "only the school gives the answer of the school")}
  END IF;
  RETURN NEW;""",
    "DECLARE v_old text;",
)

STATE_FOLLOWS = _trigger_function(
    "support_schoolanswer_state",
    """
  UPDATE support_schoolanswer a SET subcontract_state = s.state
    FROM fresh s JOIN stale o USING (id)
    WHERE a.subcontract_id = s.id AND s.state <> o.state;
  RETURN NULL;""",
)

SHARING_FOLLOWS = _trigger_function(
    "support_schoolanswer_sharing",
    """
  UPDATE support_schoolanswer a SET shared_site = t.shared_site
    FROM fresh t JOIN stale o USING (id)
    WHERE a.trajectory_id = t.id AND (t.shared_site, t.shared_until)
      IS DISTINCT FROM (o.shared_site, o.shared_until);
  RETURN NULL;""",
)

# An answer stays, and nobody writes one in the name of a link.
AGREEMENT = _trigger_function(
    "support_agreement_keeps",
    f"""
  IF TG_OP = 'UPDATE' AND OLD.state <> 'asked' THEN
    IF (NEW.state, NEW.form, NEW.answered_on) IS DISTINCT FROM
       (OLD.state, OLD.form, OLD.answered_on) THEN
      {_refuse("subcontractagreement_answer_stays", "an answer never changes")}
    END IF;
  ELSIF current_setting('role') = 'oja_app' AND oja.current_link_id() IS NULL
        AND NEW.form = 'link' AND NEW.state <> 'asked' THEN
    {_refuse("subcontractagreement_link_answers_itself", "only the link answers by link")}
  END IF;
  RETURN NEW;""",
)

# One link, one question, one answer; the link says which question, not the sender. The lock comes
# first, as in the actions that read answers.
REPLY = _trigger_function(
    "support_subcontract_reply",
    f"""
  SELECT s.pupil_id INTO v_pupil
    FROM access_onetimelink l
    JOIN support_subcontractagreement a ON a.id = l.target_id
    JOIN support_subcontract s ON s.id = a.subcontract_id
    WHERE l.id = NEW.link_id AND l.purpose = 'subcontract';
  PERFORM pg_advisory_xact_lock(hashtextextended('oja.pupil_id:' || v_pupil, 0));
  SELECT * INTO link FROM access_onetimelink l WHERE l.id = NEW.link_id FOR UPDATE;
  IF v_pupil IS NULL OR link.purpose <> 'subcontract' OR link.revoked_at IS NOT NULL
     OR link.used_at IS NOT NULL OR link.attempts >= 5 OR link.expires_on <= oja.today() THEN
    {_refuse("subcontractreply_link_is_open", "this link is closed")}
  END IF;
  NEW.agreement_id := link.target_id;
  UPDATE support_subcontractagreement a SET
      state = CASE NEW.answer WHEN 'yes' THEN 'agreed' WHEN 'no' THEN 'refused' ELSE 'talk' END,
      answered_on = oja.today(), form = 'link', updated_at = statement_timestamp()
    FROM support_subcontract s
    WHERE a.id = NEW.agreement_id AND a.state = 'asked'
      AND s.id = a.subcontract_id AND s.state = 'asked';
  IF NOT FOUND THEN
    {_refuse("subcontractreply_question_is_open", "this question is not open any more")}
  END IF;
  UPDATE access_onetimelink l SET used_at = statement_timestamp() WHERE l.id = link.id;
  RETURN NEW;""",
    "DECLARE v_pupil uuid; link access_onetimelink%ROWTYPE;",
)

# Approver of the order, approver of the bill, and who registered the third party differ.
DELIVERY = _trigger_function(
    "support_delivery_keeps",
    f"""
  SELECT s.state, s.approved_by_id, p.registered_by INTO v_state, v_orderer, v_registrar
    FROM support_subcontract s JOIN providers_provider p ON p.id = s.third_id
    WHERE s.id = NEW.subcontract_id;
  IF TG_OP = 'INSERT' AND v_state NOT IN ('ordered', 'running', 'ended') THEN
    {_refuse("delivery_needs_an_order", "without an order there is nothing to deliver")}
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state <> 'reported' AND (NEW.state, NEW.approved_by_id, NEW.approved_on)
       IS DISTINCT FROM (OLD.state, OLD.approved_by_id, OLD.approved_on) THEN
      {_refuse("delivery_decision_stays", "a decision on a bill stays")}
    END IF;
    IF OLD.state <> 'reported' THEN RETURN NEW; END IF;
  END IF;
  IF NEW.state = 'approved' THEN
    IF NEW.approved_by_id = v_orderer OR NEW.approved_by_id = v_registrar THEN
      {_refuse("delivery_approver_is_another", "who approved the order does not approve the bill")}
    END IF;
    IF current_setting('role') = 'oja_app'
       AND NEW.approved_by_id IS DISTINCT FROM oja.current_user_id() THEN
      {_refuse("delivery_approved_in_the_own_name", "a bill is approved in the own name")}
    END IF;
  END IF;
  RETURN NEW;""",
    "DECLARE v_state text; v_orderer uuid; v_registrar uuid;",
)

TRIGGER_FUNCTIONS = (
    SUBCONTRACT,
    SCHOOL_ANSWER,
    STATE_FOLLOWS,
    SHARING_FOLLOWS,
    AGREEMENT,
    REPLY,
    DELIVERY,
)


def _trigger(name, table, when, function, tables=""):
    each = "STATEMENT" if tables else "ROW"
    return (
        f"CREATE TRIGGER {name} {when} ON {table} {tables}"
        f" FOR EACH {each} EXECUTE FUNCTION oja.{function}()",
        f"DROP TRIGGER {name} ON {table}",
    )


BOTH = "REFERENCING OLD TABLE AS stale NEW TABLE AS fresh"
BEFORE = "BEFORE INSERT OR UPDATE"
TRIGGERS = (
    _trigger(
        "support_subcontract_keeps", "support_subcontract", BEFORE, "support_subcontract_keeps"
    ),
    _trigger(
        "support_subcontract_state",
        "support_subcontract",
        "AFTER UPDATE",
        "support_schoolanswer_state",
        BOTH,
    ),
    _trigger(
        "support_schoolanswer_copies",
        "support_schoolanswer",
        BEFORE,
        "support_schoolanswer_copies",
    ),
    _trigger(
        "support_trajectory_answers",
        "support_trajectory",
        "AFTER UPDATE",
        "support_schoolanswer_sharing",
        BOTH,
    ),
    _trigger(
        "support_subcontractagreement_keeps",
        "support_subcontractagreement",
        BEFORE,
        "support_agreement_keeps",
    ),
    _trigger(
        "support_subcontractreply_apply",
        "support_subcontractreply",
        "BEFORE INSERT",
        "support_subcontract_reply",
    ),
    _trigger("support_delivery_keeps", "support_delivery", BEFORE, "support_delivery_keeps"),
)

# Works with the rights of who makes the link, so row security answers. A manager reads the
# question; only who helps the child hands it to somebody.
LINK = """
CREATE FUNCTION oja.support_purchase_link_is_asked() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$ BEGIN
  IF current_user = 'oja_app' AND NEW.purpose = 'subcontract' AND NOT EXISTS (
    SELECT FROM support_subcontractagreement a WHERE a.id = NEW.target_id AND a.state = 'asked'
      AND a.trajectory_id = ANY (oja.ids_caseload('care_worker'))
  ) THEN
    RAISE EXCEPTION 'a link needs an open question'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'onetimelink_question_is_open';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER support_purchase_link_is_asked BEFORE INSERT ON access_onetimelink
  FOR EACH ROW EXECUTE FUNCTION oja.support_purchase_link_is_asked();
"""
LINK_REVERSE = """
DROP TRIGGER support_purchase_link_is_asked ON access_onetimelink;
DROP FUNCTION oja.support_purchase_link_is_asked();
"""

# A manager decides without seeing the family: this answers for the own rows only, with keys, and
# only with those who had custody on the day.
GIVERS = """
CREATE OR REPLACE FUNCTION oja.support_purchase_givers(p_subcontract uuid, p_on date)
RETURNS TABLE (birth_date date, guardian uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT p.birth_date, g.id
  FROM support_subcontract s
  JOIN schools_pupil p ON p.id = s.pupil_id
  LEFT JOIN schools_guardian g ON g.pupil_id = p.id AND g.has_custody AND NOT g.is_deceased
    AND (g.custody_from IS NULL OR g.custody_from <= p_on)
    AND (g.custody_until IS NULL OR p_on < g.custody_until)
  WHERE s.id = p_subcontract
    AND (s.provider_id = ANY (oja.ids_providers('provider_manager'))
      OR s.trajectory_id = ANY (oja.ids_caseload('care_worker')))
  ORDER BY g.created_at, g.id
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("providers", "0006_contracts"),
        ("support", "0011_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subcontract",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                (
                    "reference",
                    models.CharField(editable=False, max_length=12, verbose_name="reference"),
                ),
                ("pupil_name", models.CharField(max_length=260, verbose_name="name")),
                (
                    "jz020",
                    models.CharField(
                        choices=[
                            ("41", "Day treatment"),
                            ("43", "Stay, with treatment"),
                            ("44", "Stay, without treatment"),
                            ("45", "Ambulatory youth care"),
                            ("46", "Crisis care"),
                            ("50", "Tailored arrangement"),
                            ("54", "Mental health care for the young"),
                        ],
                        max_length=2,
                        verbose_name="product category",
                    ),
                ),
                ("goal", models.CharField(max_length=200, verbose_name="goal")),
                ("help_kind", models.CharField(max_length=120, verbose_name="which help")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("capacity", "No capacity"),
                            ("expertise", "No expertise"),
                            ("parents_choice", "Choice of the parents"),
                            ("residential", "Stay elsewhere"),
                            ("continuity", "Help that runs already"),
                            ("imposed", "Imposed by a judge"),
                        ],
                        max_length=16,
                        verbose_name="why not ourselves",
                    ),
                ),
                (
                    "could_we",
                    models.CharField(
                        choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")],
                        max_length=8,
                        verbose_name="could we do it",
                    ),
                ),
                (
                    "could_we_note",
                    models.CharField(blank=True, max_length=500, verbose_name="explanation"),
                ),
                (
                    "volume",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=7,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="volume",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("hour", "hour"), ("day", "day (24 hours)"), ("piece", "session")],
                        default="hour",
                        max_length=8,
                        verbose_name="per",
                    ),
                ),
                ("rate_cents", models.PositiveIntegerField(verbose_name="rate")),
                ("ceiling_cents", models.PositiveBigIntegerField(verbose_name="highest amount")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "take_back_plan",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="how we take the help back"
                    ),
                ),
                (
                    "choice_discussed_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="choice of the parents discussed on"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposal", "Proposal"),
                            ("asked", "Asking for answers"),
                            ("approved", "Approved"),
                            ("ordered", "Ordered"),
                            ("running", "Bought care is running"),
                            ("ended", "Bought care has ended"),
                            ("settled", "Settled"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposal",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "layer",
                    models.CharField(
                        choices=[
                            ("L1", "General"),
                            ("L2", "Group"),
                            ("L3", "Individual in school"),
                            ("L4", "Intensive, family"),
                            ("L5", "Specialised, outside school"),
                        ],
                        default="L5",
                        max_length=2,
                        verbose_name="layer",
                    ),
                ),
                ("proposed_on", models.DateField(verbose_name="proposed on")),
                ("sent_on", models.DateField(blank=True, null=True, verbose_name="sent on")),
                (
                    "approved_on",
                    models.DateField(blank=True, null=True, verbose_name="approved on"),
                ),
                (
                    "override_reason",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="why beyond the budget"
                    ),
                ),
                (
                    "decision_note",
                    models.TextField(blank=True, max_length=2000, verbose_name="written decision"),
                ),
                (
                    "talk_held_on",
                    models.DateField(blank=True, null=True, verbose_name="talk with the school on"),
                ),
                ("ordered_on", models.DateField(blank=True, null=True, verbose_name="ordered on")),
                (
                    "review_on",
                    models.DateField(blank=True, null=True, verbose_name="review before"),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                (
                    "committed_cents",
                    models.PositiveBigIntegerField(
                        default=0, editable=False, verbose_name="reserved"
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subcontracts",
                        to="providers.thirdpartycontract",
                        verbose_name="contract",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "plan_goal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="support.goal",
                        verbose_name="goal",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subcontracts",
                        to="schools.pupil",
                        verbose_name="pupil",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                        verbose_name="school",
                    ),
                ),
                (
                    "third",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                        verbose_name="third party",
                    ),
                ),
                (
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="support.trajectory",
                        verbose_name="trajectory",
                    ),
                ),
            ],
            options={
                "verbose_name": "bought care",
                "verbose_name_plural": "bought care",
                "ordering": ("-proposed_on", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "reference"),
                        name="subcontract_reference_once_per_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ceiling_cents",
                                django.db.models.functions.math.Round(
                                    models.ExpressionWrapper(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("volume"), "*", models.F("rate_cents")
                                        ),
                                        output_field=models.DecimalField(
                                            decimal_places=2, max_digits=18
                                        ),
                                    )
                                ),
                            )
                        ),
                        name="subcontract_ceiling_is_volume_times_rate",
                        violation_error_message="The highest amount is volume times rate.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="subcontract_end_after_start",
                        violation_error_message="The last day lies before the first day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate_cents__gt", 0), ("volume__gt", 0)),
                        name="subcontract_volume_is_above_nought",
                        violation_error_message="Volume and rate are more than nought.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("third", models.F("provider")), _negated=True),
                        name="subcontract_with_somebody_else",
                        violation_error_message="Care is bought from another organisation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("proposal", "withdrawn")),
                            models.Q(("take_back_plan", ""), _negated=True),
                            ("reason__in", ("residential", "imposed")),
                            _connector="OR",
                        ),
                        name="subcontract_sent_says_how_it_comes_back",
                        violation_error_message="Write how the help is taken back.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("proposal", "withdrawn")),
                            models.Q(
                                ("choice_discussed_on__isnull", False), ("sent_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="subcontract_sent_has_discussed_choice",
                        violation_error_message="Say when you discussed the choice of the parents.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("approved_on__isnull", True),
                                ("state__in", ("proposal", "asked", "rejected", "withdrawn")),
                            ),
                            models.Q(
                                ("approved_on__isnull", False),
                                (
                                    "state__in",
                                    ("approved", "ordered", "running", "ended", "settled"),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="subcontract_approved_has_date",
                        violation_error_message="An approval has a date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ordered_on__isnull", False),
                                ("state__in", ("ordered", "running", "ended", "settled")),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ("ordered", "running", "ended", "settled")),
                                    _negated=True,
                                ),
                                ("ordered_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="subcontract_ordered_has_date",
                        violation_error_message="An order has a date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_on__isnull", False), ("state__in", ("ended", "settled"))
                            ),
                            models.Q(
                                models.Q(("state__in", ("ended", "settled")), _negated=True),
                                ("ended_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="subcontract_ended_has_date",
                        violation_error_message="What has ended has a last day.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["provider", "state"], name="subcontract_provider_state"),
                    models.Index(fields=["trajectory"], name="subcontract_trajectory"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SchoolAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                ("pupil_name", models.CharField(max_length=260, verbose_name="name")),
                ("third_name", models.CharField(max_length=200, verbose_name="third party")),
                ("help_kind", models.CharField(max_length=120, verbose_name="which help")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "subcontract_state",
                    models.CharField(
                        choices=[
                            ("proposal", "Proposal"),
                            ("asked", "Asking for answers"),
                            ("approved", "Approved"),
                            ("ordered", "Ordered"),
                            ("running", "Bought care is running"),
                            ("ended", "Bought care has ended"),
                            ("settled", "Settled"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agreed", "Agrees"),
                            ("remark", "Agrees, with a remark"),
                            ("objection", "Objects"),
                        ],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                ("remark", models.TextField(blank=True, max_length=1000, verbose_name="remark")),
                ("asked_on", models.DateField(verbose_name="asked on")),
                (
                    "reminded_on",
                    models.DateField(blank=True, null=True, verbose_name="reminded on"),
                ),
                (
                    "answered_on",
                    models.DateField(blank=True, null=True, verbose_name="answered on"),
                ),
                ("shared_site", models.UUIDField(editable=False, null=True)),
                ("shared_until", models.DateField(editable=False, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.pupil",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                    ),
                ),
                (
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="support.trajectory",
                        verbose_name="trajectory",
                    ),
                ),
                (
                    "subcontract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="school_answer",
                        to="support.subcontract",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer of the school",
                "verbose_name_plural": "answers of the school",
                "ordering": ("asked_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_on__isnull", True)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="schoolanswer_answer_has_date",
                        violation_error_message="An answer has a date, an open question has none.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer__in", ("", "agreed")),
                            models.Q(("remark", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="schoolanswer_remark_is_written",
                        violation_error_message="Write the remark or the objection.",
                    ),
                ],
                "indexes": [models.Index(fields=["shared_site"], name="schoolanswer_shared_site")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                ("period_start", models.DateField(verbose_name="month")),
                (
                    "volume",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=7,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="volume",
                    ),
                ),
                ("cents", models.PositiveBigIntegerField(verbose_name="amount")),
                (
                    "invoice_number",
                    models.CharField(max_length=60, verbose_name="number of the bill"),
                ),
                ("invoiced_on", models.DateField(verbose_name="date of the bill")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("approved", "Bill approved"),
                            ("refused", "Bill refused"),
                        ],
                        default="reported",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reported_on", models.DateField(verbose_name="reported on")),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                (
                    "override_reason",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="why above the order"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="why refused")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="support.trajectory",
                        verbose_name="trajectory",
                    ),
                ),
                (
                    "subcontract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="support.subcontract",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery with its bill",
                "verbose_name_plural": "deliveries with their bills",
                "ordering": ("period_start", "created_at"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("subcontract", "invoice_number", "period_start"),
                        name="delivery_bill_once",
                        violation_error_message="This bill was reported already for this month.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_start__day", 1)),
                        name="delivery_is_for_a_month",
                        violation_error_message="A delivery is reported per month.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_on__isnull", True), ("state", "reported")),
                            models.Q(
                                models.Q(("state", "reported"), _negated=True),
                                ("approved_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_decided_has_date",
                        violation_error_message="A decision on a bill has a date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cents__gt", 0), ("volume__gt", 0)),
                        name="delivery_is_above_nought",
                        violation_error_message="Volume and amount are more than nought.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubcontractAgreement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                ("giver_label", models.CharField(max_length=200, verbose_name="asked of")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("agreed", "Agreed"),
                            ("refused", "Said no"),
                            ("talk", "Wants to talk first"),
                        ],
                        max_length=8,
                        verbose_name="answer",
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("talk", "In a talk"),
                            ("link", "By link"),
                            ("letter", "By letter"),
                        ],
                        default="link",
                        max_length=8,
                        verbose_name="form",
                    ),
                ),
                ("asked_on", models.DateField(verbose_name="asked on")),
                (
                    "answered_on",
                    models.DateField(blank=True, null=True, verbose_name="answered on"),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("link_id", models.UUIDField(blank=True, null=True, verbose_name="link")),
                ("pupil_label", models.CharField(max_length=100, verbose_name="name of the child")),
                ("third_name", models.CharField(max_length=200, verbose_name="third party")),
                ("help_kind", models.CharField(max_length=120, verbose_name="which help")),
                ("goal", models.CharField(max_length=200, verbose_name="goal")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("capacity", "No capacity"),
                            ("expertise", "No expertise"),
                            ("parents_choice", "Choice of the parents"),
                            ("residential", "Stay elsewhere"),
                            ("continuity", "Help that runs already"),
                            ("imposed", "Imposed by a judge"),
                        ],
                        max_length=16,
                        verbose_name="why not ourselves",
                    ),
                ),
                (
                    "volume",
                    models.DecimalField(decimal_places=2, max_digits=7, verbose_name="volume"),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("hour", "hour"), ("day", "day (24 hours)"), ("piece", "session")],
                        max_length=8,
                        verbose_name="per",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("contact_name", models.CharField(max_length=200, verbose_name="whom to ask")),
                (
                    "guardian",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.guardian",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subcontract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="support.subcontract",
                    ),
                ),
                (
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="support.trajectory",
                        verbose_name="trajectory",
                    ),
                ),
            ],
            options={
                "verbose_name": "agreement to bought care",
                "verbose_name_plural": "agreements to bought care",
                "ordering": ("created_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_on__isnull", True), ("state", "asked")),
                            models.Q(
                                models.Q(("state", "asked"), _negated=True),
                                ("answered_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="subcontractagreement_answer_has_date",
                        violation_error_message="An answer has a date, an open question has none.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on__isnull", True),
                            ("answered_on__gte", models.F("asked_on")),
                            _connector="OR",
                        ),
                        name="subcontractagreement_answered_after_asked",
                        violation_error_message="An answer cannot be older than its question.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("subcontract", "guardian"),
                        name="subcontractagreement_one_open_question",
                        nulls_distinct=False,
                        violation_error_message="This person was asked already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubcontractEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                ("move", models.CharField(max_length=40, verbose_name="move")),
                ("from_state", models.CharField(max_length=40, verbose_name="from state")),
                ("to_state", models.CharField(max_length=40, verbose_name="to state")),
                ("on", models.DateField(verbose_name="date")),
                ("at", models.DateTimeField(verbose_name="moment")),
                ("actor_id", models.UUIDField(null=True, verbose_name="actor")),
                ("actor_label", models.CharField(max_length=200, verbose_name="done by")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("data", models.JSONField(blank=True, default=dict, verbose_name="what was set")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "subcontract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="events",
                        to="support.subcontract",
                    ),
                ),
                (
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="support.trajectory",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of bought care",
                "verbose_name_plural": "steps of bought care",
                "ordering": ("on", "at"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SubcontractReply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                (
                    "answer",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("talk", "I want to talk first")],
                        max_length=5,
                        verbose_name="answer",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="moment")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="replies",
                        to="support.subcontractagreement",
                    ),
                ),
                (
                    "link",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="subcontract_reply",
                        to="access.onetimelink",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer by link to bought care",
                "verbose_name_plural": "answers by link to bought care",
            },
        ),
        migrations.CreateModel(
            name="ChoiceRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                ("pupil_name", models.CharField(max_length=260, verbose_name="name")),
                ("asked_on", models.DateField(verbose_name="asked on")),
                ("asked_by_label", models.CharField(max_length=200, verbose_name="asked by")),
                (
                    "wish",
                    models.TextField(blank=True, max_length=1000, verbose_name="what they want"),
                ),
                ("answer_due_on", models.DateField(verbose_name="answer before")),
                ("answer_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("subcontract", "Help by a third party"),
                            ("district_team", "On to the district team"),
                            ("individual_provision", "Individual provision"),
                            ("stay", "They stay with us"),
                        ],
                        max_length=24,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=1000, verbose_name="answer")),
                (
                    "guardian",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.guardian",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.pupil",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="support.trajectory",
                        verbose_name="trajectory",
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of parents",
                "verbose_name_plural": "choices of parents",
                "ordering": ("answer_due_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer_on__isnull", True), ("outcome", "")),
                            models.Q(
                                ("answer_on__isnull", False),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="choicerequest_answer_has_outcome",
                        violation_error_message="An answer has a date and an outcome.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer_due_on__gte", models.F("asked_on"))),
                        name="choicerequest_due_after_asked",
                        violation_error_message="The answer cannot be due before the question.",
                    ),
                ],
            },
        ),
        RowSecurity(
            "ChoiceRequest",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["trajectory", "provider", "pupil", "asked_on"],
            bound={"trajectory": ["provider", "pupil"]},
            force=True,
        ),
        RowSecurity(
            "Delivery",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
                ("care_worker", "trajectory_id", "caseload", "r", None),
            ],
            fixed=[
                "subcontract",
                "trajectory",
                "provider",
                "period_start",
                "volume",
                "cents",
                "invoice_number",
                "invoiced_on",
            ],
            bound={"subcontract": ["trajectory", "provider"]},
            force=True,
        ),
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
                "third_name",
                "help_kind",
                "starts_on",
                "ends_on",
                "asked_on",
            ],
            bound={
                "subcontract": ["trajectory", "provider"],
                "trajectory": ["provider", "pupil", "site"],
            },
            force=True,
        ),
        RowSecurity(
            "Subcontract",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["trajectory", "provider", "pupil", "reference"],
            bound={"trajectory": ["provider", "pupil", "site"], "contract": ["provider", "third"]},
            force=True,
        ),
        RowSecurity(
            "SubcontractAgreement",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
                ("provider_manager", "provider_id", "providers", "r", None),
                ("link", "id", "link_target", "r", None),
            ],
            fixed=["subcontract", "trajectory", "provider", "guardian", "giver_label", "asked_on"],
            bound={"subcontract": ["trajectory", "provider"]},
            force=True,
        ),
        RowSecurity(
            "SubcontractEvent",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rc", None),
                ("provider_manager", "provider_id", "providers", "rc", None),
            ],
            fixed=["subcontract", "trajectory", "provider"],
            bound={"subcontract": ["trajectory", "provider"]},
            force=True,
        ),
        RowSecurity(
            "SubcontractReply",
            rules=[
                ("link", "link_id", "link", "rc", None),
            ],
            fixed=["agreement", "link", "answer", "at"],
            bound={},
            force=True,
        ),
        *(SystemFunction(sql, f"oja.{name}()") for name, sql in TRIGGER_FUNCTIONS),
        *(migrations.RunSQL(make, drop) for make, drop in TRIGGERS),
        migrations.RunSQL(LINK, LINK_REVERSE),
        SystemFunction(GIVERS, "oja.support_purchase_givers(uuid, date)", execute=["oja_app"]),
    ]
