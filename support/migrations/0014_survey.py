# ruff: noqa: S608 - text of functions, put together from constants
"""Satisfaction: invitations, and answers that cannot be tied to a child, a link or a moment.

Answers are sealed by the application and unsealed five at a time. Whatever is written rewrites the
rows of its round in random order in one statement, so that neither the place on the disk nor the
number of the transaction tells them apart. A link that was answered is deleted, not marked.
"""

import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from oja.access.operations import RowSecurity, SystemFunction

WORK = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
READS = "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
TOGETHER = 5

# The first day on which no link of a half-year works: as support.survey_rules says it.
CLOSES = f"""
CREATE OR REPLACE FUNCTION oja.survey_closes(p_half_year text) RETURNS date {READS}
AS $$
DECLARE
  v_day date := make_date(left(p_half_year, 4)::integer + 1,
    CASE right(p_half_year, 1) WHEN '1' THEN 1 ELSE 7 END, 31) + 14;
BEGIN
  RETURN v_day + (8 - extract(isodow FROM v_day)::integer) % 7;
END $$
"""

# A new link for an invitation, or more time for the link that it has; a link that was answered
# does not come back, and nobody is told which of the two it was. The links of a round change
# together: no column of a link says when it was made, by whom or for whom.
OPEN_SURVEY_LINK = f"""
CREATE OR REPLACE FUNCTION oja.open_survey_link(
  p_invitation uuid, p_token_hash text, p_is_new boolean) RETURNS void {WORK}
AS $$
DECLARE
  v_asked support_surveyinvitation%ROWTYPE;
  v_round uuid;
BEGIN
  SELECT * INTO v_asked FROM support_surveyinvitation i WHERE i.id = p_invitation;
  IF current_setting('role') = 'oja_app' AND NOT coalesce(
       v_asked.trajectory_id = ANY (oja.ids_caseload('care_worker'))
       OR v_asked.provider_id = ANY (oja.ids_providers('provider_manager')), false) THEN
    RAISE EXCEPTION 'this invitation belongs to somebody else'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
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
      CASE WHEN g.token_hash = p_token_hash THEN v_asked.expires_on ELSE g.expires_on END AS until
    FROM gone g
    UNION ALL
    SELECT gen_random_uuid(), p_token_hash, 0::smallint, NULL, v_asked.expires_on WHERE p_is_new
  )
  INSERT INTO access_onetimelink (id, created_at, updated_at, token_hash, purpose, target_id,
      subject_label, expires_on, birth_salt, birth_hash, attempts, opened_at, used_at, revoked_at,
      created_by_id)
    SELECT k.id, r.created_at, r.created_at, k.token_hash, 'survey', v_round, '', k.until, '', '',
      k.attempts, NULL, NULL, k.revoked_at, NULL
    FROM kept k CROSS JOIN support_surveyround r WHERE r.id = v_round
    ORDER BY random();
END $$
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
    WHERE l.id = oja.current_link_id() FOR UPDATE OF r;
  IF NOT EXISTS (SELECT FROM access_onetimelink l WHERE l.id = oja.current_link_id()
      AND l.purpose = 'survey' AND l.revoked_at IS NULL AND l.expires_on > oja.today()) THEN
    RETURN NULL;
  END IF;
  RETURN v_round;
END $$
"""

# What waits, still sealed, when the coming answer makes enough of them.
SURVEY_POOL = f"""
CREATE OR REPLACE FUNCTION oja.survey_pool() RETURNS SETOF bytea {WORK}
AS $$
DECLARE
  v_round uuid := oja.survey_round_of_link();
BEGIN
  IF (SELECT count(*) FROM support_sealedsheet s WHERE s.round_id = v_round)
      >= {TOGETHER} - 1 THEN
    RETURN QUERY SELECT s.body FROM support_sealedsheet s WHERE s.round_id = v_round
      ORDER BY random();
  END IF;
END $$
"""

# Takes a sealed answer, or all that waited with it, unsealed. False when the link is closed.
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

# Sealed answers wait; when enough of them are there they come unsealed, and the waiting ones go.
KEEP_ANSWERS = f"""
CREATE OR REPLACE FUNCTION oja.keep_survey_answers(
  p_round uuid, p_sealed bytea[], p_opened jsonb) RETURNS void {WORK}
AS $$
BEGIN
  IF p_opened IS NOT NULL AND jsonb_array_length(p_opened) < {TOGETHER} THEN
    RAISE EXCEPTION 'answers become readable {TOGETHER} at a time'
      USING ERRCODE = 'check_violation';
  END IF;
  WITH gone AS (
    DELETE FROM support_sealedsheet s WHERE s.round_id = p_round RETURNING s.body
  ), kept AS (
    SELECT body FROM gone WHERE p_opened IS NULL
    UNION ALL
    SELECT unnest(p_sealed)
  )
  INSERT INTO support_sealedsheet (id, round_id, body)
    SELECT gen_random_uuid(), p_round, k.body FROM kept k WHERE k.body IS NOT NULL
    ORDER BY random();
  IF p_opened IS NULL THEN
    RETURN;
  END IF;
  WITH gone AS (
    DELETE FROM support_answersheet a WHERE a.round_id = p_round
    RETURNING a.q1, a.q2, a.q3, a.mark, a.remark
  ), kept AS (
    SELECT * FROM gone
    UNION ALL
    SELECT o.q1, o.q2, o.q3, o.mark, coalesce(o.remark, '')
    FROM jsonb_to_recordset(p_opened)
      AS o (q1 smallint, q2 smallint, q3 smallint, mark smallint, remark text)
  )
  INSERT INTO support_answersheet (id, round_id, q1, q2, q3, mark, remark)
    SELECT gen_random_uuid(), p_round, k.q1, k.q2, k.q3, k.mark, k.remark FROM kept k
    ORDER BY random();
END $$
"""

# Numbers per round of the own organisation. While links still work, answers count five
# at a time; the number of answers is not told where few were invited.
SURVEY_RESULTS = f"""
CREATE OR REPLACE FUNCTION oja.survey_results(p_half_years text[])
RETURNS TABLE (provider_id uuid, arrangement_id uuid, half_year text, informant text,
  invited bigint, answered bigint, counted bigint,
  mark_count bigint, mark_sum bigint, high_count bigint,
  q1_count bigint, q1_sum bigint, q2_count bigint, q2_sum bigint, q3_count bigint, q3_sum bigint)
{READS}
AS $$
#variable_conflict use_column
DECLARE
  v_all boolean := current_setting('role') = 'oja_system';
  v_own uuid[] := CASE WHEN v_all THEN NULL ELSE
    oja.ids_providers('provider_manager') || oja.ids_providers('care_worker') END;
BEGIN
  RETURN QUERY
  WITH asked AS (
    SELECT i.provider_id AS p, i.arrangement_id AS a, i.half_year AS h, i.informant AS w,
      count(*) AS n
    FROM support_surveyinvitation i
    WHERE i.half_year = ANY ($1) AND (v_all OR i.provider_id = ANY (v_own))
    GROUP BY 1, 2, 3, 4
  ), waiting AS (
    SELECT s.round_id AS r, count(*) AS n FROM support_sealedsheet s GROUP BY 1
  ), sheets AS (
    SELECT s.round_id AS r, count(*) AS n, count(s.mark) AS marks, sum(s.mark) AS mark_sum,
      count(*) FILTER (WHERE s.mark >= 8) AS high,
      count(s.q1) AS n1, sum(s.q1) AS s1, count(s.q2) AS n2, sum(s.q2) AS s2,
      count(s.q3) AS n3, sum(s.q3) AS s3
    FROM support_answersheet s GROUP BY 1
  )
  SELECT q.p, q.a, q.h::text, q.w::text, q.n,
    CASE WHEN q.n >= {TOGETHER} THEN coalesce(s.n, 0)
      + CASE WHEN oja.survey_closes(q.h) <= oja.today() THEN coalesce(w.n, 0) ELSE 0 END END,
    coalesce(s.n, 0), coalesce(s.marks, 0), s.mark_sum, coalesce(s.high, 0),
    coalesce(s.n1, 0), s.s1, coalesce(s.n2, 0), s.s2, coalesce(s.n3, 0), s.s3
  FROM asked q
  LEFT JOIN support_surveyround r
    ON (r.provider_id, r.arrangement_id, r.half_year, r.informant) = (q.p, q.a, q.h, q.w)
  LEFT JOIN sheets s ON s.r = r.id
  LEFT JOIN waiting w ON w.r = r.id
  ORDER BY q.h, q.w, q.p, q.a;
END $$
"""

# What could be better, for the manager: loose texts in random order.
SURVEY_REMARKS = """
CREATE OR REPLACE FUNCTION oja.survey_remarks(p_half_years text[])
RETURNS TABLE (provider_id uuid, half_year text, informant text, remark text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT r.provider_id, r.half_year::text, r.informant::text, s.remark
  FROM support_answersheet s JOIN support_surveyround r ON r.id = s.round_id
  WHERE s.remark <> '' AND r.half_year = ANY ($1)
    AND r.provider_id = ANY (oja.ids_providers('provider_manager'))
  ORDER BY random();
END $$
"""

# Expired links and what was filled in behind them; the invitations stay.
CLEAR_SURVEYS = f"""
CREATE OR REPLACE FUNCTION oja.clear_surveys() RETURNS integer {WORK}
AS $$
DECLARE
  v_count integer;
BEGIN
  DELETE FROM access_onetimelink l USING support_surveyround r
    WHERE l.purpose = 'survey' AND l.target_id = r.id
      AND oja.survey_closes(r.half_year) <= oja.today();
  DELETE FROM support_surveyprogress p WHERE NOT EXISTS (
    SELECT FROM access_onetimelink l WHERE l.id = p.link_id AND l.expires_on > oja.today());
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0013_costs"),
        ("providers", "0002_row_security"),
        ("schools", "0002_row_security"),
        ("access", "0002_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "q1",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ],
                    ),
                ),
                (
                    "q2",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ],
                    ),
                ),
                (
                    "q3",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ],
                    ),
                ),
                (
                    "mark",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="mark",
                    ),
                ),
                ("remark", models.TextField(blank=True, max_length=500, verbose_name="remark")),
            ],
            options={
                "verbose_name": "answer sheet",
                "verbose_name_plural": "answer sheets",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("q1__isnull", True), ("q1__range", (1, 4)), _connector="OR"),
                            models.Q(("q2__isnull", True), ("q2__range", (1, 4)), _connector="OR"),
                            models.Q(("q3__isnull", True), ("q3__range", (1, 4)), _connector="OR"),
                            models.Q(
                                ("mark__isnull", True), ("mark__range", (1, 10)), _connector="OR"
                            ),
                        ),
                        name="answersheet_scores_in_range",
                        violation_error_message="A score runs from 1 to 4, a mark from 1 to 10.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("body", models.BinaryField()),
            ],
            options={
                "verbose_name": "sealed answer",
                "verbose_name_plural": "sealed answers",
            },
        ),
        migrations.CreateModel(
            name="SurveyInvitation",
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
                ("half_year", models.CharField(max_length=6, verbose_name="half-year")),
                (
                    "informant",
                    models.CharField(
                        choices=[
                            ("parent", "Parent"),
                            ("pupil", "Pupil from 12"),
                            ("child", "Child of 6 to 11"),
                        ],
                        max_length=8,
                        verbose_name="who is asked",
                    ),
                ),
                ("giver_label", models.CharField(max_length=200, verbose_name="name")),
                ("asked_on", models.DateField(verbose_name="invited on")),
                ("expires_on", models.DateField(verbose_name="link works until")),
                (
                    "resent_on",
                    models.DateField(blank=True, null=True, verbose_name="sent again on"),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ("-asked_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__gt", models.F("asked_on")),
                            models.Q(
                                ("resent_on__isnull", True),
                                ("resent_on__gte", models.F("asked_on")),
                                _connector="OR",
                            ),
                        ),
                        name="surveyinvitation_link_lasts",
                        violation_error_message="A link works for some time.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyProgress",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("link_id", models.UUIDField(unique=True)),
                ("body", models.BinaryField()),
            ],
            options={
                "verbose_name": "unfinished survey",
                "verbose_name_plural": "unfinished surveys",
            },
        ),
        migrations.CreateModel(
            name="SurveyRound",
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
                ("half_year", models.CharField(max_length=6, verbose_name="half-year")),
                (
                    "informant",
                    models.CharField(
                        choices=[
                            ("parent", "Parent"),
                            ("pupil", "Pupil from 12"),
                            ("child", "Child of 6 to 11"),
                        ],
                        max_length=8,
                        verbose_name="who is asked",
                    ),
                ),
            ],
            options={
                "verbose_name": "survey round",
                "verbose_name_plural": "survey rounds",
            },
        ),
        migrations.AddField(
            model_name="surveyinvitation",
            name="arrangement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.arrangement",
                verbose_name="arrangement",
            ),
        ),
        migrations.AddField(
            model_name="surveyinvitation",
            name="guardian",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.guardian",
                verbose_name="guardian",
            ),
        ),
        migrations.AddField(
            model_name="surveyinvitation",
            name="provider",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.provider",
            ),
        ),
        migrations.AddField(
            model_name="surveyinvitation",
            name="trajectory",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="support.trajectory",
                verbose_name="trajectory",
            ),
        ),
        migrations.AddField(
            model_name="surveyround",
            name="arrangement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.arrangement",
            ),
        ),
        migrations.AddField(
            model_name="surveyround",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.provider",
            ),
        ),
        migrations.AddField(
            model_name="sealedsheet",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="support.surveyround",
            ),
        ),
        migrations.AddField(
            model_name="answersheet",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="support.surveyround",
            ),
        ),
        migrations.AddIndex(
            model_name="surveyinvitation",
            index=models.Index(
                fields=["provider", "half_year", "informant"], name="surveyinvitation_response"
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyinvitation",
            constraint=models.UniqueConstraint(
                fields=("trajectory", "half_year", "informant", "guardian"),
                name="surveyinvitation_once_per_half_year",
                nulls_distinct=False,
                violation_error_message="This person was invited already this half-year.",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("informant", "parent"), ("guardian__isnull", True), _connector="OR"
                ),
                name="surveyinvitation_guardian_is_a_parent",
                violation_error_message="Only a parent answers as a parent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyround",
            constraint=models.UniqueConstraint(
                fields=("provider", "arrangement", "half_year", "informant"),
                name="surveyround_once",
            ),
        ),
        RowSecurity("AnswerSheet", rules=[]),
        RowSecurity("SealedSheet", rules=[]),
        RowSecurity(
            "SurveyInvitation",
            rules=[
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["trajectory", "provider", "arrangement", "half_year", "informant", "guardian"],
            bound={"trajectory": ["provider"]},
        ),
        RowSecurity(
            "SurveyProgress",
            rules=[("link", "link_id", "link", "rcud", None)],
            fixed=["link_id"],
        ),
        RowSecurity(
            "SurveyRound",
            rules=[("link", "id", "link_target", "r", None)],
            fixed=["provider", "arrangement", "half_year", "informant"],
        ),
        SystemFunction(CLOSES, "oja.survey_closes(text)"),
        SystemFunction(
            OPEN_SURVEY_LINK, "oja.open_survey_link(uuid, text, boolean)", execute=["oja_app"]
        ),
        SystemFunction(ROUND_OF_LINK, "oja.survey_round_of_link()"),
        SystemFunction(KEEP_ANSWERS, "oja.keep_survey_answers(uuid, bytea[], jsonb)"),
        SystemFunction(SURVEY_POOL, "oja.survey_pool()", execute=["oja_app"]),
        SystemFunction(SEND_SURVEY, "oja.send_survey(bytea, jsonb)", execute=["oja_app"]),
        SystemFunction(SURVEY_RESULTS, "oja.survey_results(text[])", execute=["oja_app"]),
        SystemFunction(SURVEY_REMARKS, "oja.survey_remarks(text[])", execute=["oja_app"]),
        SystemFunction(CLEAR_SURVEYS, "oja.clear_surveys()"),
    ]
