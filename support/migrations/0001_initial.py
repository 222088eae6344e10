import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.models.dated


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0003_tables_of_others"),
        ("providers", "0002_row_security"),
        ("schools", "0002_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
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
                    "purpose",
                    models.CharField(
                        choices=[
                            ("share", "Sharing between school and provider"),
                            ("help", "Help"),
                            ("others_present", "Others may be present"),
                            ("third_party", "Help by another provider"),
                            ("survey", "Questions about satisfaction"),
                            ("district_team", "Sharing with the district team"),
                        ],
                        max_length=20,
                        verbose_name="purpose",
                    ),
                ),
                ("giver_label", models.CharField(max_length=200, verbose_name="asked of")),
                (
                    "regime",
                    models.CharField(
                        choices=[
                            ("parents", "The parents decide"),
                            ("pupil_and_parents", "Pupil and parents decide together"),
                            ("pupil", "The pupil decides"),
                        ],
                        max_length=20,
                        verbose_name="who decides",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("given", "Agreed"),
                            ("refused", "Said no"),
                            ("talk", "Wants to talk first"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=12,
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
                        default="talk",
                        max_length=8,
                        verbose_name="form",
                    ),
                ),
                ("asked_on", models.DateField(blank=True, null=True, verbose_name="asked on")),
                (
                    "answered_on",
                    models.DateField(blank=True, null=True, verbose_name="answered on"),
                ),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
                ),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, null=True, verbose_name="withdrawn on"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at"),
                ),
                ("link_id", models.UUIDField(blank=True, null=True, verbose_name="link")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                (
                    "school_site",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                purpose__in=("share", "district_team"), then=models.F("site")
                            ),
                            default=None,
                        ),
                        output_field=models.UUIDField(null=True),
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="schools.guardian",
                        verbose_name="guardian",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="schools.pupil",
                        verbose_name="pupil",
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
                        verbose_name="recorded by",
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
                    "superseded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="supersedes",
                        to="support.consent",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
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
                        name="consent_answer_has_date",
                        violation_error_message="An answer has a date, an open question has none.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "asked"), _negated=True),
                            ("asked_on__isnull", False),
                            _connector="OR",
                        ),
                        name="consent_question_has_date",
                        violation_error_message="A question has a date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "withdrawn"),
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_on__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state", "withdrawn"), _negated=True),
                                ("withdrawn_at__isnull", True),
                                ("withdrawn_by__isnull", True),
                                ("withdrawn_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="consent_withdrawn_has_date",
                        violation_error_message="A withdrawal has a date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_on__isnull", True),
                            ("withdrawn_on__gte", models.F("answered_on")),
                            _connector="OR",
                        ),
                        name="consent_withdrawn_after_answered",
                        violation_error_message="A consent cannot be withdrawn before it was "
                        "given.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked_on__isnull", True),
                            ("answered_on__isnull", True),
                            ("answered_on__gte", models.F("asked_on")),
                            _connector="OR",
                        ),
                        name="consent_answered_after_asked",
                        violation_error_message="An answer cannot be older than its question.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded_by__isnull", True),
                            models.Q(("superseded_by", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="consent_does_not_replace_itself",
                        violation_error_message="A correction is a new row.",
                    ),
                ],
                "indexes": [models.Index(fields=["school_site"], name="consent_school_site")],
            },
        ),
        migrations.CreateModel(
            name="ConsentAnswer",
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
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="answers",
                        to="support.consent",
                    ),
                ),
                (
                    "link",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="consent_answer",
                        to="access.onetimelink",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer by link",
                "verbose_name_plural": "answers by link",
            },
        ),
        migrations.CreateModel(
            name="Family",
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
                ("household", models.UUIDField(unique=True, verbose_name="household")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="families",
                        to="providers.provider",
                    ),
                ),
                (
                    "regisseur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.worker",
                        verbose_name="regisseur",
                    ),
                ),
            ],
            options={
                "verbose_name": "family",
                "verbose_name_plural": "families",
            },
        ),
        migrations.CreateModel(
            name="FamilyMember",
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
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="support.family",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "pupil",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="family_member",
                        to="schools.pupil",
                    ),
                ),
            ],
            options={
                "verbose_name": "child of a family",
                "verbose_name_plural": "children of families",
            },
        ),
        migrations.CreateModel(
            name="Plan",
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
                    "version_number",
                    models.PositiveSmallIntegerField(default=1, verbose_name="version"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("agreed", "Agreed"), ("ended", "Ended")],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "going_well",
                    models.TextField(blank=True, max_length=1000, verbose_name="What goes well"),
                ),
                (
                    "next_evaluation_on",
                    models.DateField(blank=True, null=True, verbose_name="next evaluation"),
                ),
                (
                    "home_part",
                    models.TextField(blank=True, max_length=1000, verbose_name="At home"),
                ),
                (
                    "home_not_needed_reason",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="Why nothing is needed at home"
                    ),
                ),
                ("agreed_on", models.DateField(blank=True, null=True, verbose_name="agreed on")),
                (
                    "family",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="support.family",
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
            ],
            options={
                "verbose_name": "plan",
                "verbose_name_plural": "plans",
                "ordering": ("trajectory_id", "-version_number"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "agreed")),
                        fields=("family",),
                        name="plan_one_agreed_per_family",
                        violation_error_message="This family has another plan in force.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agreed_on__isnull", True), ("state", "draft")),
                            models.Q(("agreed_on__isnull", False), ("state", "agreed")),
                            ("state", "ended"),
                            _connector="OR",
                        ),
                        name="plan_agreed_has_date",
                        violation_error_message="An agreed plan has a date.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Provision",
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
                    "form",
                    models.CharField(
                        choices=[
                            ("INDIVIDUEEL", "Individual"),
                            ("GEZIN", "Family"),
                            ("OUDERGESPREK", "Talk with parents"),
                            ("GROEP", "Group"),
                            ("KLAS_CONSULT", "Advice in the class"),
                            ("OBSERVATIE", "Observation"),
                        ],
                        default="INDIVIDUEEL",
                        max_length=20,
                        verbose_name="form",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("school", "School"),
                            ("home", "Home"),
                            ("after_school", "After school"),
                            ("online", "Online"),
                            ("elsewhere", "Elsewhere"),
                        ],
                        default="school",
                        max_length=20,
                        verbose_name="place",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "Monday"),
                            (2, "Tuesday"),
                            (3, "Wednesday"),
                            (4, "Thursday"),
                            (5, "Friday"),
                        ],
                        null=True,
                        verbose_name="weekday",
                    ),
                ),
                ("start_time", models.TimeField(blank=True, null=True, verbose_name="time")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=45,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(600),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                ("people", models.JSONField(blank=True, default=list, verbose_name="who is there")),
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
                        default="L3",
                        max_length=2,
                        verbose_name="layer",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("shared_site", models.UUIDField(editable=False, null=True)),
                ("shared_until", models.DateField(editable=False, null=True)),
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
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provisions",
                        to="providers.worker",
                        verbose_name="worker",
                    ),
                ),
            ],
            options={
                "verbose_name": "provision",
                "verbose_name_plural": "provisions",
                "ordering": ("weekday", "start_time", "created_at"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="provision_end_after_start",
                        violation_error_message="The end lies before the start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weekday__isnull", True),
                            models.Q(("weekday__gte", 1), ("weekday__lte", 5)),
                            _connector="OR",
                        ),
                        name="provision_weekday_exists",
                        violation_error_message="Choose a day from Monday to Friday.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["worker", "weekday"], name="provision_worker_weekday"),
                    models.Index(fields=["shared_site"], name="provision_shared_site"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
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
                    "form",
                    models.CharField(
                        choices=[
                            ("INDIVIDUEEL", "Individual"),
                            ("GEZIN", "Family"),
                            ("OUDERGESPREK", "Talk with parents"),
                            ("GROEP", "Group"),
                            ("KLAS_CONSULT", "Advice in the class"),
                            ("OBSERVATIE", "Observation"),
                        ],
                        default="INDIVIDUEEL",
                        max_length=20,
                        verbose_name="form",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("school", "School"),
                            ("home", "Home"),
                            ("after_school", "After school"),
                            ("online", "Online"),
                            ("elsewhere", "Elsewhere"),
                        ],
                        default="school",
                        max_length=20,
                        verbose_name="place",
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                ("start_time", models.TimeField(blank=True, null=True, verbose_name="time")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(600),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                (
                    "people",
                    models.JSONField(blank=True, default=list, verbose_name="who was there"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("held", "Took place"),
                            ("cancelled", "Did not go ahead"),
                            ("no_show", "Nobody was there"),
                            ("moved", "Moved"),
                        ],
                        default="held",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("is_as_planned", models.BooleanField(default=False, verbose_name="as planned")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "correction_reason",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="reason of the correction"
                    ),
                ),
                (
                    "undone_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="undone at"),
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
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="replaces",
                        to="support.contact",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="providers.worker",
                        verbose_name="worker",
                    ),
                ),
                (
                    "provision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="support.provision",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "ordering": ("-on", "-start_time", "-created_at"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "held"), _negated=True),
                            ("minutes__gt", 0),
                            _connector="OR",
                        ),
                        name="contact_held_took_time",
                        violation_error_message="A contact that took place took at least a minute.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaced_by__isnull", True),
                            models.Q(("replaced_by", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="contact_does_not_replace_itself",
                        violation_error_message="A correction is a new row.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("provision__isnull", False),
                            ("replaced_by__isnull", True),
                            ("undone_at__isnull", True),
                        ),
                        fields=("provision", "on"),
                        name="contact_once_per_planned_day",
                        violation_error_message="This contact was recorded already.",
                    ),
                ],
                "indexes": [models.Index(fields=["worker", "on"], name="contact_worker_day")],
            },
        ),
        migrations.CreateModel(
            name="SupportRequest",
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
                (
                    "is_funded",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="paid by the arrangement"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("school", "School"),
                            ("parent", "Parent"),
                            ("pupil", "Pupil"),
                            ("youth_health", "Youth health service"),
                            ("district_team", "District team"),
                            ("gp", "General practitioner"),
                            ("attendance_officer", "Attendance officer"),
                            ("other", "Someone else"),
                        ],
                        default="school",
                        max_length=20,
                        verbose_name="noticed by",
                    ),
                ),
                (
                    "talk_with",
                    models.JSONField(blank=True, default=list, verbose_name="talked with"),
                ),
                ("talk_on", models.DateField(blank=True, null=True, verbose_name="talk on")),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("SOCEM", "Feelings and contact with others"),
                                ("GEDRAG", "Behaviour in the group"),
                                ("ANGST_SOMBER", "Worried or sad"),
                                ("AUTISME", "Stimuli and contact"),
                                ("ADHD", "Attention and restlessness"),
                                ("TRAUMA", "After a shocking event"),
                                ("LVB", "Learning and understanding"),
                                ("WERKHOUDING", "Working attitude"),
                                ("SCHOOLGANG", "Going to school"),
                                ("OPVOEDING_THUIS", "Raising at home"),
                                ("SCHEIDING", "Parents who separate"),
                                ("ROUW", "Loss and grief"),
                                ("ARMOEDE_STRESS", "Money worries and stress at home"),
                                ("VERSLAVING_GAMEN", "Gaming, phone or substances"),
                                ("LICHAMELIJK", "Body and health"),
                                ("OUDERSCHAP", "Being a young parent"),
                                ("ANDERS", "Something else"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=3,
                        verbose_name="topics",
                    ),
                ),
                ("question", models.TextField(blank=True, max_length=600, verbose_name="question")),
                (
                    "urgency",
                    models.CharField(
                        choices=[("normal", "Normal"), ("urgent", "Urgent")],
                        default="normal",
                        max_length=10,
                        verbose_name="urgency",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("concept", "Draft"),
                            ("submitted", "Submitted"),
                            ("in_team", "In support team"),
                            ("accepted", "Accepted"),
                            ("started", "Trajectory started"),
                            ("education", "Education"),
                            ("district_team", "District team"),
                            ("elsewhere", "Elsewhere"),
                            ("not_funded", "Not funded"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="concept",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "submitted_on",
                    models.DateField(blank=True, null=True, verbose_name="submitted on"),
                ),
                (
                    "team_meeting_on",
                    models.DateField(blank=True, null=True, verbose_name="support team on"),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                (
                    "decision_note",
                    models.TextField(blank=True, max_length=2000, verbose_name="agreements"),
                ),
                (
                    "assigned_on",
                    models.DateField(blank=True, null=True, verbose_name="assigned on"),
                ),
                (
                    "ended_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="ended on"
                    ),
                ),
                (
                    "first_talk_on",
                    models.DateField(editable=False, null=True, verbose_name="first talk on"),
                ),
                (
                    "first_help_on",
                    models.DateField(editable=False, null=True, verbose_name="first help on"),
                ),
                (
                    "share_state",
                    models.CharField(
                        choices=[
                            ("none", "Not asked"),
                            ("incomplete", "Incomplete"),
                            ("complete", "Complete"),
                            ("disputed", "Disputed"),
                        ],
                        default="none",
                        editable=False,
                        max_length=12,
                        verbose_name="consent to share",
                    ),
                ),
                (
                    "shared_until",
                    models.DateField(editable=False, null=True, verbose_name="shared until"),
                ),
                (
                    "shared_provider",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(
                                    ("share_state", "complete"),
                                    models.Q(("state", "concept"), _negated=True),
                                ),
                                then=models.F("provider"),
                            ),
                            default=None,
                        ),
                        output_field=models.UUIDField(null=True),
                    ),
                ),
                (
                    "queue_provider",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(
                                    ("share_state", "complete"),
                                    models.Q(("state", "concept"), _negated=True),
                                    ("state__in", ("submitted", "in_team", "accepted")),
                                ),
                                then=models.F("provider"),
                            ),
                            default=None,
                        ),
                        output_field=models.UUIDField(null=True),
                    ),
                ),
                (
                    "shared_pupil",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(
                                    ("share_state", "complete"),
                                    models.Q(("state", "concept"), _negated=True),
                                ),
                                then=models.F("pupil"),
                            ),
                            default=None,
                        ),
                        output_field=models.UUIDField(null=True),
                    ),
                ),
                (
                    "arrangement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.arrangement",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        verbose_name="municipality that pays",
                    ),
                ),
                (
                    "participation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.participation",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="schools.pupil",
                        verbose_name="pupil",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="schools.schoolsite",
                        verbose_name="school",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "request",
                "verbose_name_plural": "requests",
                "ordering": ("-submitted_on", "-created_at"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "reference"), name="supportrequest_reference_once_per_site"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "concept"),
                            ("submitted_on__isnull", False),
                            ("state", "withdrawn"),
                            _connector="OR",
                        ),
                        name="supportrequest_submitted_once_out_of_concept",
                        violation_error_message="A request that is under way has a date of "
                        "submission.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("submitted_by__isnull", True),
                            ("submitted_on__isnull", False),
                            _connector="OR",
                        ),
                        name="supportrequest_submitted_by_has_date",
                        violation_error_message="Who submitted has a date beside it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            ("decided_on__isnull", False),
                            _connector="OR",
                        ),
                        name="supportrequest_decided_by_has_date",
                        violation_error_message="Who decided has a date beside it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "state__in",
                                    [
                                        "accepted",
                                        "started",
                                        "education",
                                        "district_team",
                                        "elsewhere",
                                        "not_funded",
                                    ],
                                ),
                                _negated=True,
                            ),
                            ("decided_on__isnull", False),
                            _connector="OR",
                        ),
                        name="supportrequest_decision_has_date",
                        violation_error_message="A decision has a date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_on__isnull", True),
                            ("submitted_on__isnull", True),
                            ("decided_on__gte", models.F("submitted_on")),
                            _connector="OR",
                        ),
                        name="supportrequest_decided_after_submitted",
                        violation_error_message="The decision cannot be older than the request.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "started"), _negated=True),
                            ("assigned_on__isnull", False),
                            _connector="OR",
                        ),
                        name="supportrequest_assigned_has_date",
                        violation_error_message="An assigned request has a date of assignment.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("topics__len__lte", 3)),
                        name="supportrequest_at_most_three_topics",
                        violation_error_message="Choose at most three topics.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["concept", "withdrawn"]),
                            ("provider__isnull", False),
                            _connector="OR",
                        ),
                        name="supportrequest_under_way_has_provider",
                        violation_error_message="A request that is under way has a provider.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["shared_provider"], name="supportrequest_shared_with"),
                    models.Index(fields=["queue_provider"], name="supportrequest_queue"),
                    models.Index(fields=["shared_pupil"], name="supportrequest_shared_pupil"),
                    models.Index(
                        fields=["site", "-submitted_on"], name="supportrequest_site_newest"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestEvent",
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
                ("shared_provider", models.UUIDField(editable=False, null=True)),
                ("shared_until", models.DateField(editable=False, null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="events",
                        to="support.supportrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a request",
                "verbose_name_plural": "steps of requests",
                "ordering": ("on", "at"),
                "abstract": False,
                "indexes": [
                    models.Index(fields=["shared_provider"], name="requestevent_shared_with")
                ],
            },
        ),
        migrations.AddField(
            model_name="consent",
            name="request",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consents",
                to="support.supportrequest",
                verbose_name="request",
            ),
        ),
        migrations.CreateModel(
            name="Trajectory",
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
                ("pupil_sort", models.CharField(max_length=260, verbose_name="sort key")),
                ("birth_date", models.DateField(verbose_name="birth date")),
                ("group_label", models.CharField(blank=True, max_length=60, verbose_name="group")),
                (
                    "has_family_elsewhere",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="regisseur at another provider"
                    ),
                ),
                ("topics", models.JSONField(blank=True, default=list, verbose_name="topics")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("intake", "Intake"),
                            ("plan_draft", "Plan in the making"),
                            ("plan_agreed", "Plan agreed"),
                            ("active", "Help is running"),
                            ("paused", "Paused"),
                            ("closed", "Closed"),
                        ],
                        default="registered",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "submitted_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="submitted on"
                    ),
                ),
                ("registered_on", models.DateField(verbose_name="registered on")),
                ("intake_on", models.DateField(blank=True, null=True, verbose_name="intake on")),
                (
                    "intake_held_on",
                    models.DateField(blank=True, null=True, verbose_name="intake held on"),
                ),
                (
                    "started_on",
                    models.DateField(blank=True, null=True, verbose_name="help started on"),
                ),
                (
                    "first_help_on",
                    models.DateField(editable=False, null=True, verbose_name="first help on"),
                ),
                (
                    "last_contact_on",
                    models.DateField(editable=False, null=True, verbose_name="last contact"),
                ),
                (
                    "next_evaluation_on",
                    models.DateField(blank=True, null=True, verbose_name="next evaluation"),
                ),
                ("paused_on", models.DateField(blank=True, null=True, verbose_name="paused on")),
                (
                    "pause_until",
                    models.DateField(blank=True, null=True, verbose_name="paused until"),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="help ended on")),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("31", "As planned"),
                            ("32", "Early: the family stopped"),
                            ("33", "Early: the provider stopped"),
                            ("34", "Early: by agreement"),
                            ("35", "Early: circumstances"),
                            ("38", "Went to another provider"),
                            ("39", "Went to another kind of help"),
                        ],
                        max_length=2,
                        verbose_name="reason of the end",
                    ),
                ),
                ("shared_site", models.UUIDField(editable=False, null=True)),
                ("shared_until", models.DateField(editable=False, null=True)),
                (
                    "help_state",
                    models.CharField(
                        choices=[
                            ("none", "Not asked"),
                            ("incomplete", "Incomplete"),
                            ("complete", "Complete"),
                            ("disputed", "Disputed"),
                        ],
                        default="none",
                        editable=False,
                        max_length=12,
                        verbose_name="consent to help",
                    ),
                ),
                ("help_until", models.DateField(editable=False, null=True)),
                (
                    "family",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trajectories",
                        to="support.family",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trajectories",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trajectories",
                        to="schools.pupil",
                        verbose_name="pupil",
                    ),
                ),
                (
                    "regisseur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trajectories",
                        to="providers.worker",
                        verbose_name="regisseur",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trajectory",
                        to="support.supportrequest",
                        verbose_name="request",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trajectories",
                        to="schools.schoolsite",
                        verbose_name="school",
                    ),
                ),
            ],
            options={
                "verbose_name": "trajectory",
                "verbose_name_plural": "trajectories",
                "ordering": ("pupil_sort", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "reference"),
                        name="trajectory_reference_once_per_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["active", "paused"]), _negated=True),
                            ("started_on__isnull", False),
                            _connector="OR",
                        ),
                        name="trajectory_running_has_start",
                        violation_error_message="Running help has a first day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_on__isnull", False),
                                ("state", "closed"),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("ended_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="trajectory_closed_has_end_and_reason",
                        violation_error_message="A closed trajectory has a last day and a reason.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True),
                            ("started_on__isnull", True),
                            ("ended_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="trajectory_end_after_start",
                        violation_error_message="Help cannot end before it started.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pause_until__isnull", True), ("paused_on__isnull", True)),
                            models.Q(
                                ("pause_until__gt", models.F("paused_on")),
                                ("paused_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="trajectory_pause_has_both_dates",
                        violation_error_message="A pause has a first day and a day of return.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["shared_site"], name="trajectory_shared_site"),
                    models.Index(
                        fields=["provider", "pupil_sort"], name="trajectory_provider_sort"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SchoolNote",
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
                ("group_id", models.UUIDField(editable=False, null=True)),
                (
                    "author_label",
                    models.CharField(blank=True, max_length=200, verbose_name="written by"),
                ),
                ("pupil_name", models.CharField(blank=True, max_length=260, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("message", "Message"), ("agreement", "Agreement")],
                        default="message",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="note")),
                ("on", models.DateField(verbose_name="date")),
                (
                    "is_undone",
                    models.BooleanField(default=False, editable=False, verbose_name="undone"),
                ),
                ("shared_site", models.UUIDField(editable=False, null=True)),
                ("shared_group", models.UUIDField(editable=False, null=True)),
                ("shared_until", models.DateField(editable=False, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="school_notes",
                        to="support.contact",
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
            ],
            options={
                "verbose_name": "note for the school",
                "verbose_name_plural": "notes for the school",
                "ordering": ("-on", "-created_at"),
                "indexes": [
                    models.Index(fields=["shared_site"], name="schoolnote_shared_site"),
                    models.Index(fields=["shared_group"], name="schoolnote_shared_group"),
                ],
            },
        ),
        migrations.AddField(
            model_name="provision",
            name="trajectory",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="support.trajectory",
                verbose_name="trajectory",
            ),
        ),
        migrations.CreateModel(
            name="PlanAgreement",
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
                ("giver_label", models.CharField(max_length=200, verbose_name="agreed by")),
                ("agreed_on", models.DateField(verbose_name="agreed on")),
                ("form", models.CharField(default="talk", max_length=8, verbose_name="form")),
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="support.plan",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
                (
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_agreements",
                        to="support.trajectory",
                    ),
                ),
            ],
            options={
                "verbose_name": "agreement to a plan",
                "verbose_name_plural": "agreements to plans",
                "ordering": ("agreed_on", "created_at"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "guardian"),
                        name="planagreement_once_per_person",
                        nulls_distinct=False,
                        violation_error_message="This person has agreed already.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="trajectory",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="support.trajectory",
                verbose_name="trajectory",
            ),
        ),
        migrations.CreateModel(
            name="Goal",
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
                ("position", models.PositiveSmallIntegerField(verbose_name="number")),
                ("title", models.CharField(max_length=200, verbose_name="goal")),
                (
                    "approach",
                    models.TextField(blank=True, max_length=1000, verbose_name="approach"),
                ),
                ("topic", models.CharField(blank=True, max_length=20, verbose_name="topic")),
                (
                    "start_score",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="at the start",
                    ),
                ),
                (
                    "target_score",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="wanted",
                    ),
                ),
                (
                    "current_score",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="now",
                    ),
                ),
                (
                    "end_score",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="at the end",
                    ),
                ),
                (
                    "is_for_school",
                    models.BooleanField(default=False, verbose_name="the school sees this goal"),
                ),
                ("shared_site", models.UUIDField(editable=False, null=True)),
                ("shared_until", models.DateField(editable=False, null=True)),
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goals",
                        to="support.plan",
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
                "verbose_name": "goal",
                "verbose_name_plural": "goals",
                "ordering": ("plan_id", "position"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "position"), name="goal_position_once_per_plan"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1), ("position__lte", 3)),
                        name="goal_at_most_three",
                        violation_error_message="A plan has at most three goals.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("start_score__isnull", True),
                                ("start_score__lte", 10),
                                _connector="OR",
                            ),
                            models.Q(
                                ("target_score__isnull", True),
                                ("target_score__lte", 10),
                                _connector="OR",
                            ),
                            models.Q(
                                ("current_score__isnull", True),
                                ("current_score__lte", 10),
                                _connector="OR",
                            ),
                            models.Q(
                                ("end_score__isnull", True), ("end_score__lte", 10), _connector="OR"
                            ),
                        ),
                        name="goal_scores_from_0_to_10",
                        violation_error_message="A score lies between 0 and 10.",
                    ),
                ],
                "indexes": [models.Index(fields=["shared_site"], name="goal_shared_site")],
            },
        ),
        migrations.AddField(
            model_name="contact",
            name="trajectory",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="support.trajectory",
                verbose_name="trajectory",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="trajectory",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consents",
                to="support.trajectory",
                verbose_name="trajectory",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="care_provider",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(then=models.F("provider"), trajectory__isnull=False),
                    default=None,
                ),
                output_field=models.UUIDField(null=True),
            ),
        ),
        migrations.CreateModel(
            name="Closing",
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
                    "reason",
                    models.CharField(
                        choices=[
                            ("31", "As planned"),
                            ("32", "Early: the family stopped"),
                            ("33", "Early: the provider stopped"),
                            ("34", "Early: by agreement"),
                            ("35", "Early: circumstances"),
                            ("38", "Went to another provider"),
                            ("39", "Went to another kind of help"),
                        ],
                        max_length=2,
                        verbose_name="reason",
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                ("on", models.DateField(verbose_name="date")),
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
                "verbose_name": "closing of a trajectory",
                "verbose_name_plural": "closings of trajectories",
            },
        ),
        migrations.CreateModel(
            name="CareNote",
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
                    "author_label",
                    models.CharField(blank=True, max_length=200, verbose_name="written by"),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="note")),
                (
                    "author",
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
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_notes",
                        to="support.contact",
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
                "verbose_name": "care note",
                "verbose_name_plural": "care notes",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="TrajectoryEvent",
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
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="events",
                        to="support.trajectory",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a trajectory",
                "verbose_name_plural": "steps of trajectories",
                "ordering": ("on", "at"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TreatmentRelation",
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
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("ground", models.CharField(max_length=200, verbose_name="ground")),
                (
                    "family",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="support.family",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
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
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations",
                        to="support.trajectory",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations",
                        to="providers.worker",
                    ),
                ),
            ],
            options={
                "verbose_name": "treatment relation",
                "verbose_name_plural": "treatment relations",
                "ordering": ("valid_from",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="treatmentrelation_end_after_start",
                        violation_error_message="The end lies after the start.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_until__isnull", True)),
                        fields=("trajectory", "worker"),
                        name="treatmentrelation_once_at_a_time",
                        violation_error_message="This worker helps in this trajectory already.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="provision",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("start_time__isnull", False), ("weekday__isnull", False)),
                expressions=[
                    ("trajectory", "="),
                    ("worker", "="),
                    ("weekday", "="),
                    ("start_time", "="),
                    (schools.models.dated.DateRange("valid_from", "valid_until"), "&&"),
                ],
                name="provision_one_plan_per_moment",
                violation_error_message="This is planned already at that moment.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                fields=("trajectory", "version_number"), name="plan_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")),
                fields=("trajectory",),
                name="plan_one_draft",
                violation_error_message="There is a draft of the plan already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "agreed")),
                fields=("trajectory",),
                name="plan_one_agreed_per_trajectory",
                violation_error_message="Another version of the plan is in force.",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["trajectory", "-on"], name="contact_trajectory_newest"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["care_provider"], name="consent_care_provider"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["request", "purpose"], name="consent_case"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked"), ("superseded_by__isnull", True)),
                fields=("request", "purpose", "guardian"),
                name="consent_one_open_question",
                nulls_distinct=False,
                violation_error_message="This person was asked already.",
            ),
        ),
    ]
