# ruff: noqa: S608 - text of functions, put together from constants
"""Groups, sessions and collective work, and the facts of a contact that money and figures count."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from oja.access.operations import RowSecurity, SystemFunction

WORK = "LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"


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


# --- Facts of a contact -----------------------------------------------------------------------

# The residence that was recorded last up to that day counts, while it holds (Jeugdwet 1.1).
RESIDENCE_ON = """
  SELECT CASE WHEN v.valid_until IS NULL OR v.valid_until > {on} THEN v.municipality_id END
    FROM schools_residence v
    WHERE v.pupil_id = {pupil} AND v.valid_from <= {on}
    ORDER BY v.valid_from DESC LIMIT 1
"""
PAYS_ON = """
  EXISTS (
    SELECT FROM providers_participation p
    JOIN providers_participatingmunicipality m ON m.arrangement_id = p.arrangement_id
    WHERE p.site_id = {site} AND m.municipality_id = {municipality}
      AND p.valid_from <= {on} AND (p.valid_until IS NULL OR p.valid_until > {on})
      AND m.valid_from <= {on} AND (m.valid_until IS NULL OR m.valid_until > {on}))
"""

CONTACT = _before(
    "support_contact_copies",
    f"""
  IF TG_OP = 'UPDATE' THEN
    IF current_setting('role') = 'oja_app' THEN
      NEW.site_id := OLD.site_id;
      NEW.municipality_id := OLD.municipality_id;
      NEW.is_funded := OLD.is_funded;
      NEW.layer := OLD.layer;
    END IF;
    RETURN NEW;
  END IF;
  SELECT t.site_id, t.pupil_id INTO NEW.site_id, v_pupil
    FROM support_trajectory t WHERE t.id = NEW.trajectory_id;
  NEW.municipality_id := ({RESIDENCE_ON.format(on='NEW."on"', pupil="v_pupil")});
  NEW.is_funded := {
        PAYS_ON.format(site="NEW.site_id", municipality="NEW.municipality_id", on='NEW."on"')
    };
  NEW.layer := CASE
    WHEN NEW.session_id IS NOT NULL OR NEW.form = 'GROEP' THEN 'L2'
    ELSE coalesce(
      (SELECT v.layer FROM support_provision v WHERE v.id = NEW.provision_id), 'L3') END;""",
    declare="DECLARE v_pupil uuid;",
)

# Of one pupil, when a residence was recorded afterwards; of all, once, when the columns are new.
CONTACT_FACTS = f"""
CREATE OR REPLACE FUNCTION oja.support_contact_facts_of(p_pupil uuid) RETURNS void {WORK}
AS $$ BEGIN
  UPDATE support_contact c
  SET site_id = f.site_id, municipality_id = f.municipality_id, layer = f.layer,
      is_funded = {PAYS_ON.format(site="f.site_id", municipality="f.municipality_id", on='f."on"')}
  FROM (
    SELECT b.id, b."on", coalesce(b.site_id, t.site_id) AS site_id,
      ({RESIDENCE_ON.format(on='b."on"', pupil="t.pupil_id")}) AS municipality_id,
      CASE WHEN b.session_id IS NOT NULL OR b.form = 'GROEP' THEN 'L2'
        ELSE coalesce(v.layer, 'L3') END AS layer
    FROM support_contact b
    JOIN support_trajectory t ON t.id = b.trajectory_id
    LEFT JOIN support_provision v ON v.id = b.provision_id
    WHERE p_pupil IS NULL OR t.pupil_id = p_pupil
  ) AS f
  WHERE c.id = f.id AND (c.site_id IS NULL OR c.municipality_id IS DISTINCT FROM f.municipality_id
    OR c.is_funded IS DISTINCT FROM {
    PAYS_ON.format(site="f.site_id", municipality="f.municipality_id", on='f."on"')
});
END $$
"""

RESIDENCE = f"""
CREATE OR REPLACE FUNCTION oja.support_residence_facts() RETURNS trigger {WORK}
AS $$
DECLARE
  v_pupil uuid;
BEGIN
  FOR v_pupil IN
    SELECT DISTINCT fresh.pupil_id FROM fresh
    WHERE EXISTS (SELECT FROM support_trajectory t WHERE t.pupil_id = fresh.pupil_id)
  LOOP
    PERFORM oja.support_contact_facts_of(v_pupil);
  END LOOP;
  RETURN NULL;
END $$
"""

# --- Groups -----------------------------------------------------------------------------------

PARTICIPANT = _before(
    "support_participant_copies",
    """
  SELECT t.provider_id, t.site_id, t.pupil_name, t.pupil_sort, t.group_label,
      t.shared_site, t.shared_until
    INTO NEW.provider_id, NEW.site_id, NEW.pupil_name, NEW.pupil_sort, NEW.group_label,
      NEW.shared_site, NEW.shared_until
    FROM support_trajectory t WHERE t.id = NEW.trajectory_id;""",
)

ATTENDANCE = _before(
    "support_attendance_copies",
    """
  SELECT s.group_id, s.number, s."on" INTO NEW.group_id, NEW.number, NEW."on"
    FROM support_groupsession s WHERE s.id = NEW.session_id;
  SELECT CASE WHEN NOT NEW.is_undone THEN t.shared_site END, t.shared_until
    INTO NEW.shared_site, NEW.shared_until
    FROM support_trajectory t WHERE t.id = NEW.trajectory_id;""",
)

# Who leads a group helps its participants, as long as both last; and places are counted.
FOLLOW = f"""
CREATE OR REPLACE FUNCTION oja.support_group_follow(p_group uuid) RETURNS void {WORK}
AS $$ BEGIN
  UPDATE providers_groupoffer g SET taken = f.taken
  FROM (SELECT count(*) AS taken FROM support_groupparticipant p
        WHERE p.group_id = p_group AND p.state <> 'left') AS f
  WHERE g.id = p_group AND g.taken <> f.taken;

  INSERT INTO support_treatmentrelation (id, created_at, updated_at, user_id, worker_id,
    trajectory_id, pupil_id, provider_id, family_id, valid_from, valid_until, ground)
  SELECT gen_random_uuid(), statement_timestamp(), statement_timestamp(), k.user_id, w.worker_id,
    t.id, t.pupil_id, t.provider_id, t.family_id, greatest(p.valid_from, w.valid_from), NULL,
    'group'
  FROM support_groupparticipant p
  JOIN providers_groupworker w ON w.group_id = p.group_id
    AND (w.valid_until IS NULL OR w.valid_until > oja.today())
  JOIN providers_worker k ON k.id = w.worker_id
  JOIN support_trajectory t ON t.id = p.trajectory_id
  WHERE p.group_id = p_group AND p.state <> 'left' AND NOT EXISTS (
    SELECT FROM support_treatmentrelation r
    WHERE r.trajectory_id = t.id AND r.worker_id = w.worker_id
      AND (r.valid_until IS NULL OR r.valid_until > oja.today()));

  UPDATE support_treatmentrelation r
  SET valid_until = greatest(r.valid_from, coalesce((
    SELECT max(least(p.valid_until, w.valid_until))
    FROM support_groupparticipant p JOIN providers_groupworker w ON w.group_id = p.group_id
    WHERE p.group_id = p_group AND p.trajectory_id = r.trajectory_id
      AND w.worker_id = r.worker_id), oja.today()))
  WHERE r.ground = 'group' AND r.valid_until IS NULL
    AND r.trajectory_id IN (
      SELECT p.trajectory_id FROM support_groupparticipant p WHERE p.group_id = p_group)
    AND NOT EXISTS (
      SELECT FROM support_groupparticipant p
      JOIN providers_groupworker w ON w.group_id = p.group_id
      WHERE p.trajectory_id = r.trajectory_id AND w.worker_id = r.worker_id AND p.state <> 'left'
        AND (w.valid_until IS NULL OR w.valid_until > oja.today()));
END $$
"""


def _follow(name, groups):
    return f"""
CREATE OR REPLACE FUNCTION oja.{name}() RETURNS trigger {WORK}
AS $$
DECLARE
  v_group uuid;
BEGIN
  FOR v_group IN {groups} LOOP
    PERFORM oja.support_group_follow(v_group);
  END LOOP;
  RETURN NULL;
END $$
"""


# Leading a group shows the cases of its participants: somebody who knows them all, or the
# manager, lets a colleague in; nobody lets himself in.
GUARD_WORKER = _before(
    "support_groupworker_guard",
    """
  IF current_setting('role') = 'oja_app' AND EXISTS (
    SELECT FROM support_groupparticipant p
    WHERE p.group_id = NEW.group_id AND p.state <> 'left'
      AND p.trajectory_id <> ALL (oja.ids_caseload('care_worker'))
      AND p.provider_id <> ALL (oja.ids_providers('provider_manager'))
  ) AND (TG_OP = 'INSERT' OR NEW.valid_until IS NULL OR NEW.valid_until > OLD.valid_until) THEN
    RAISE EXCEPTION 'only who helps all participants lets somebody else lead the group'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'groupworker_is_let_in';
  END IF;""",
)

TRAJECTORY = f"""
CREATE OR REPLACE FUNCTION oja.support_trajectory_groups() RETURNS trigger {WORK}
AS $$ BEGIN
  UPDATE support_groupparticipant p
    SET state = 'left', valid_until = greatest(p.valid_from, t.ended_on)
    FROM fresh t JOIN stale o USING (id)
    WHERE p.trajectory_id = t.id AND p.state <> 'left'
      AND o.state <> 'closed' AND t.state = 'closed';
  -- Both take their columns from the trajectory in a trigger of their own.
  UPDATE support_groupparticipant p SET shared_site = t.shared_site
    FROM fresh t JOIN stale o USING (id)
    WHERE p.trajectory_id = t.id
      AND (o.shared_site, o.shared_until) IS DISTINCT FROM (t.shared_site, t.shared_until);
  UPDATE support_attendance a SET shared_site = t.shared_site
    FROM fresh t JOIN stale o USING (id)
    WHERE a.trajectory_id = t.id
      AND (o.shared_site, o.shared_until) IS DISTINCT FROM (t.shared_site, t.shared_until);
  RETURN NULL;
END $$
"""

FRESH = "REFERENCING NEW TABLE AS fresh"
BOTH = "REFERENCING OLD TABLE AS stale NEW TABLE AS fresh"
OF_FRESH = "SELECT DISTINCT group_id FROM fresh ORDER BY 1"
# An assignment that ends may leave somebody behind who leads a group of that child.
OF_RELATIONS = (
    "SELECT DISTINCT p.group_id FROM fresh JOIN stale USING (id)"
    " JOIN support_groupparticipant p ON p.trajectory_id = fresh.trajectory_id"
    " WHERE p.state <> 'left' AND fresh.ground <> 'group'"
    " AND stale.valid_until IS DISTINCT FROM fresh.valid_until ORDER BY 1"
)
BEFORE = (
    ("support_contact", "INSERT OR UPDATE", "support_contact_copies", CONTACT),
    ("support_groupparticipant", "INSERT OR UPDATE", "support_participant_copies", PARTICIPANT),
    ("support_attendance", "INSERT OR UPDATE", "support_attendance_copies", ATTENDANCE),
    ("providers_groupworker", "INSERT OR UPDATE", "support_groupworker_guard", GUARD_WORKER),
)
AFTER = (
    ("schools_residence", "INSERT", FRESH, "support_residence_facts"),
    ("schools_residence", "UPDATE", FRESH, "support_residence_facts"),
    ("support_groupparticipant", "INSERT", FRESH, "support_group_follow_rows"),
    ("support_groupparticipant", "UPDATE", FRESH, "support_group_follow_rows"),
    ("providers_groupworker", "INSERT", FRESH, "support_group_follow_rows"),
    ("providers_groupworker", "UPDATE", FRESH, "support_group_follow_rows"),
    ("support_treatmentrelation", "UPDATE", BOTH, "support_group_follow_relations"),
    ("support_trajectory", "UPDATE", BOTH, "support_trajectory_groups"),
)

COLLECTIVE = """
CREATE TRIGGER support_collectivework_works_there BEFORE INSERT ON support_collectivework
  FOR EACH ROW EXECUTE FUNCTION oja.providers_works_there('on');
"""
# Keys of the rows that were filled are looked at before the table changes again.
FILL = """
SELECT oja.support_contact_facts_of(NULL);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
SHARED = ("school_coordinator", "shared_site", "sites", "r", "shared_until")
OF_CASELOAD = ("care_worker", "trajectory_id", "caseload", "rcu", None)
MANAGER_READS = ("provider_manager", "provider_id", "providers", "r", None)
TEAM_KEEPS = ("care_worker", "provider_id", "providers", "rcu", None)


class Migration(migrations.Migration):
    dependencies = [("providers", "0003_offer"), ("support", "0010_close_gaps")]

    operations = [
        migrations.CreateModel(
            name="GroupParticipant",
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
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
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
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="providers.groupoffer",
                        verbose_name="group in a school",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                    ),
                ),
                (
                    "pupil_name",
                    models.CharField(editable=False, max_length=260, verbose_name="name"),
                ),
                (
                    "pupil_sort",
                    models.CharField(editable=False, max_length=260, verbose_name="sort key"),
                ),
                (
                    "group_label",
                    models.CharField(
                        blank=True, editable=False, max_length=60, verbose_name="group"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "Invited"),
                            ("joined", "Takes part"),
                            ("left", "No longer takes part"),
                        ],
                        default="invited",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("shared_site", models.UUIDField(editable=False, null=True)),
                ("shared_until", models.DateField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "participant of a group",
                "verbose_name_plural": "participants of groups",
                "ordering": ("pupil_sort", "pk"),
                "indexes": [
                    models.Index(fields=["shared_site"], name="groupparticipant_shared_site")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="groupparticipant_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "left"), ("valid_until__isnull", False)),
                            models.Q(
                                models.Q(("state", "left"), _negated=True),
                                ("valid_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="groupparticipant_left_has_end",
                        violation_error_message="Who left has a last day.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "left"), _negated=True),
                        fields=("group", "trajectory"),
                        name="groupparticipant_once_at_a_time",
                        violation_error_message="This pupil takes part already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupSession",
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
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="providers.groupoffer",
                        verbose_name="group in a school",
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
                    "site",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("on", models.DateField(verbose_name="date")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(480),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                (
                    "workers",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(9),
                        ],
                        verbose_name="number of workers",
                    ),
                ),
                (
                    "group_note",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="note about the group"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
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
                    "undone_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="undone at"),
                ),
            ],
            options={
                "verbose_name": "session of a group",
                "verbose_name_plural": "sessions of groups",
                "ordering": ("on", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("group", "on"),
                        name="groupsession_once_a_day",
                        violation_error_message="This session was recorded already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("group", "number"),
                        name="groupsession_number_once",
                        violation_error_message="This session was recorded already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes__gte", 5),
                            ("minutes__lte", 480),
                            ("workers__gte", 1),
                            ("workers__lte", 9),
                        ),
                        name="groupsession_took_time",
                        violation_error_message=(
                            "A session takes at least five minutes and one worker."
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
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
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="support.trajectory",
                        verbose_name="trajectory",
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
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="support.groupparticipant",
                        verbose_name="name",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="support.groupsession",
                        verbose_name="session",
                    ),
                ),
                ("group_id", models.UUIDField(editable=False)),
                ("number", models.PositiveSmallIntegerField(editable=False, verbose_name="number")),
                ("on", models.DateField(editable=False, verbose_name="date")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("present", "Present"),
                            ("ill", "Ill"),
                            ("forgotten", "Forgotten"),
                            ("unknown", "Not known"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "is_undone",
                    models.BooleanField(default=False, editable=False, verbose_name="undone"),
                ),
                ("shared_site", models.UUIDField(editable=False, null=True)),
                ("shared_until", models.DateField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "presence at a session",
                "verbose_name_plural": "presence at sessions",
                "ordering": ("on", "number"),
                "indexes": [
                    models.Index(fields=["shared_site"], name="attendance_shared_site"),
                    models.Index(fields=["group_id", "on"], name="attendance_group_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "participant"),
                        name="attendance_once_per_session",
                        violation_error_message="This participant stands in this session already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectiveWork",
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
                    "provider",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
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
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="collective_work",
                        to="providers.worker",
                        verbose_name="worker",
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(600),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                (
                    "group_label",
                    models.CharField(blank=True, max_length=60, verbose_name="class or team"),
                ),
                ("theme", models.CharField(max_length=120, verbose_name="theme")),
                (
                    "reach",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(999),
                        ],
                        verbose_name="How many did it reach?",
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("COLLECTIEF", "For a class"),
                            ("CONSULTATIE_TEAM", "Advice to the team"),
                        ],
                        default="COLLECTIEF",
                        max_length=20,
                        verbose_name="form",
                    ),
                ),
                (
                    "undone_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="undone at"),
                ),
            ],
            options={
                "verbose_name": "work for a class or team",
                "verbose_name_plural": "work for classes and teams",
                "ordering": ("-on", "-created_at"),
                "indexes": [
                    models.Index(fields=["site"], name="collectivework_site"),
                    models.Index(fields=["provider", "on"], name="collectivework_provider_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes__gte", 5),
                            ("minutes__lte", 600),
                            ("reach__gte", 1),
                            ("reach__lte", 999),
                        ),
                        name="collectivework_took_time_and_reached_somebody",
                        violation_error_message="Fill in the minutes and how many it reached.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="contact",
            name="session",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="support.groupsession",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="site",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.schoolsite",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="municipality",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.municipality",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="is_funded",
            field=models.BooleanField(
                default=False, editable=False, verbose_name="paid by the arrangement"
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="layer",
            field=models.CharField(
                choices=[
                    ("L1", "General"),
                    ("L2", "Group"),
                    ("L3", "Individual in school"),
                    ("L4", "Intensive, family"),
                    ("L5", "Specialised, outside school"),
                ],
                default="L3",
                editable=False,
                max_length=2,
                verbose_name="layer",
            ),
        ),
        SystemFunction(CONTACT_FACTS, "oja.support_contact_facts_of(uuid)"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="contact",
            name="site",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.schoolsite",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["provider", "on"], name="contact_provider_day"),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("replaced_by__isnull", True),
                    ("session__isnull", False),
                    ("undone_at__isnull", True),
                ),
                fields=("session", "trajectory"),
                name="contact_once_per_session",
                violation_error_message="This contact was recorded already.",
            ),
        ),
        RowSecurity(
            "Contact",
            rules=[OF_CASELOAD, MANAGER_READS],
            fixed=["trajectory", "provider"],
            bound={
                "trajectory": ["provider"],
                "provision": ["trajectory"],
                "worker": ["provider"],
                "session": ["provider"],
            },
        ),
        RowSecurity(
            "GroupParticipant",
            rules=[SHARED, OF_CASELOAD, MANAGER_READS],
            fixed=["trajectory", "provider", "group"],
            bound={"trajectory": ["provider", "site"], "group": ["provider"]},
        ),
        RowSecurity(
            "GroupSession",
            rules=[TEAM_KEEPS, MANAGER_READS],
            fixed=["group", "provider", "site", "on"],
            bound={"group": ["provider", "site"]},
        ),
        RowSecurity(
            "Attendance",
            rules=[SHARED, OF_CASELOAD, MANAGER_READS],
            fixed=["trajectory", "provider", "participant", "session", "outcome"],
            bound={
                "participant": ["trajectory", "provider", "group_id:group"],
                "session": ["provider", "group_id:group"],
            },
        ),
        RowSecurity(
            "CollectiveWork",
            rules=[
                ("school_coordinator", "site_id", "sites", "r", None),
                TEAM_KEEPS,
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["provider", "site", "worker"],
            bound={"worker": ["provider"]},
        ),
        *(SystemFunction(sql, f"oja.{name}()") for _table, _event, name, sql in BEFORE),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION oja.{name}()",
                f"DROP TRIGGER {name} ON {table}",
            )
            for table, event, name, _sql in BEFORE
        ),
        SystemFunction(RESIDENCE, "oja.support_residence_facts()"),
        SystemFunction(FOLLOW, "oja.support_group_follow(uuid)"),
        SystemFunction(
            _follow("support_group_follow_rows", OF_FRESH), "oja.support_group_follow_rows()"
        ),
        SystemFunction(
            _follow("support_group_follow_relations", OF_RELATIONS),
            "oja.support_group_follow_relations()",
        ),
        SystemFunction(TRAJECTORY, "oja.support_trajectory_groups()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {name}_{event.lower()} AFTER {event} ON {table} {tables}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION oja.{name}()",
                f"DROP TRIGGER {name}_{event.lower()} ON {table}",
            )
            for table, event, tables, name in AFTER
        ),
        migrations.RunSQL(
            COLLECTIVE,
            "DROP TRIGGER support_collectivework_works_there ON support_collectivework",
        ),
    ]
