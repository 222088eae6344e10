import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import schools.models.dated
import schools.models.pupil


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0003_tables_of_others"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Equality of plain columns in exclusion constraints; a trusted extension, so no superuser.
        BtreeGistExtension(),
        migrations.CreateModel(
            name="ImportRun",
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
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("file_name", models.CharField(max_length=255, verbose_name="file")),
                ("sha256", models.CharField(max_length=64, verbose_name="checksum")),
                ("on", models.DateField(verbose_name="on")),
                ("actor_label", models.CharField(blank=True, max_length=200, verbose_name="by")),
                ("report", models.JSONField(default=dict, verbose_name="report")),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="SchoolGroup",
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
                ("name", models.CharField(max_length=40, verbose_name="name")),
            ],
            options={
                "verbose_name": "group",
                "verbose_name_plural": "groups",
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Holiday",
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
                    "region",
                    models.CharField(
                        choices=[("NOORD", "North"), ("MIDDEN", "Middle"), ("ZUID", "South")],
                        max_length=8,
                        verbose_name="holiday region",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("start", models.DateField(verbose_name="start")),
                ("end", models.DateField(verbose_name="end")),
            ],
            options={
                "verbose_name": "holiday",
                "verbose_name_plural": "holidays",
                "ordering": ("region", "start"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"
                        ),
                        name="holiday_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    models.UniqueConstraint(
                        fields=("region", "start"),
                        name="holiday_one_per_region_and_start",
                        violation_error_message="This region already has a holiday from that day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Municipality",
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
                ("code", models.CharField(max_length=4, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
            ],
            options={
                "verbose_name": "municipality",
                "verbose_name_plural": "municipalities",
                "ordering": ("name",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[0-9]{4}$")),
                        name="municipality_code_is_four_digits",
                        violation_error_message="The code of a municipality has four digits.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pupil",
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
                ("first_name", models.CharField(max_length=100, verbose_name="first name")),
                (
                    "prefix",
                    models.CharField(
                        blank=True,
                        help_text="Such as “van der”.",
                        max_length=30,
                        verbose_name="prefix",
                    ),
                ),
                ("last_name", models.CharField(max_length=120, verbose_name="last name")),
                (
                    "case_number",
                    models.CharField(
                        default=schools.models.pupil.new_case_number,
                        editable=False,
                        max_length=7,
                        unique=True,
                        verbose_name="case number",
                    ),
                ),
                (
                    "school_number",
                    models.CharField(
                        blank=True,
                        help_text="The number in your own pupil administration. Never a BSN.",
                        max_length=30,
                        verbose_name="number of the school",
                    ),
                ),
                (
                    "sort_name",
                    models.CharField(editable=False, max_length=260, verbose_name="sort key"),
                ),
                ("birth_date", models.DateField(verbose_name="birth date")),
                (
                    "gender",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "unknown"), (1, "boy"), (2, "girl"), (9, "not applicable")],
                        default=0,
                        verbose_name="gender",
                    ),
                ),
                (
                    "group_label",
                    models.CharField(
                        blank=True, editable=False, max_length=40, verbose_name="group"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("nl", "Dutch"),
                            ("ar", "Arabic"),
                            ("de", "German"),
                            ("en", "English"),
                            ("fa", "Farsi"),
                            ("pl", "Polish"),
                            ("so", "Somali"),
                            ("ti", "Tigrinya"),
                            ("tr", "Turkish"),
                            ("uk", "Ukrainian"),
                            ("other", "another language"),
                        ],
                        default="nl",
                        max_length=8,
                        verbose_name="language at home",
                    ),
                ),
                (
                    "household",
                    models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="household"),
                ),
                (
                    "shared_until",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="shared until"
                    ),
                ),
                (
                    "client_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.organisation",
                        verbose_name="client of",
                    ),
                ),
                (
                    "queued_with",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.organisation",
                        verbose_name="in the queue of",
                    ),
                ),
                (
                    "shared_with",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.organisation",
                        verbose_name="shared with",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pupils",
                        to="schools.schoolgroup",
                        verbose_name="group",
                    ),
                ),
            ],
            options={
                "verbose_name": "pupil",
                "verbose_name_plural": "pupils",
                "ordering": ("sort_name", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "case_number__regex",
                                "^[23456789BCDFGHJKMNPQRSTVWXYZ]{3}-[23456789BCDFGHJKMNPQRSTVWXYZ]{3}$",
                            )
                        ),
                        name="pupil_case_number_is_readable",
                        violation_error_message="This case number is not well formed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("gender__in", [0, 1, 2, 9])),
                        name="pupil_gender_is_known_code",
                        violation_error_message="Choose one of the genders in the list.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["shared_with"], name="pupil_shared_with"),
                    models.Index(fields=["client_of"], name="pupil_client_of"),
                    models.Index(fields=["household"], name="pupil_household"),
                ],
            },
        ),
        migrations.CreateModel(
            name="School",
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
                ("brin", models.CharField(max_length=4, unique=True, verbose_name="BRIN")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
            ],
            options={
                "verbose_name": "school",
                "verbose_name_plural": "schools",
                "ordering": ("name",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("brin__regex", "^[0-9]{2}[A-Z]{2}$")),
                        name="school_brin_is_two_digits_two_letters",
                        violation_error_message="A BRIN has two digits and two capital letters.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SchoolBoard",
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
                ("number", models.CharField(max_length=5, unique=True, verbose_name="number")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
            ],
            options={
                "verbose_name": "school board",
                "verbose_name_plural": "school boards",
                "ordering": ("number",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^[0-9]{5}$")),
                        name="board_number_is_five_digits",
                        violation_error_message="The number of a school board has five digits.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SchoolSite",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        db_column="id",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="school_site",
                        serialize=False,
                        to="access.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, max_length=6, null=True, unique=True, verbose_name="site code"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "school_type",
                    models.CharField(
                        choices=[
                            ("bao", "primary school"),
                            ("sbo", "special primary school"),
                            ("so", "special education"),
                            ("vso", "special secondary education"),
                            ("so_vso", "special primary and secondary education"),
                            ("pro", "practical education"),
                            ("vo", "secondary school"),
                        ],
                        default="bao",
                        max_length=8,
                        verbose_name="kind of school",
                    ),
                ),
                ("street", models.CharField(blank=True, max_length=100, verbose_name="street")),
                (
                    "house_number",
                    models.CharField(blank=True, max_length=20, verbose_name="house number"),
                ),
                (
                    "postal_code",
                    models.CharField(blank=True, max_length=10, verbose_name="postal code"),
                ),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("website", models.CharField(blank=True, max_length=200, verbose_name="website")),
                (
                    "denomination",
                    models.CharField(blank=True, max_length=80, verbose_name="denomination"),
                ),
                (
                    "holiday_region",
                    models.CharField(
                        blank=True,
                        choices=[("NOORD", "North"), ("MIDDEN", "Middle"), ("ZUID", "South")],
                        max_length=8,
                        verbose_name="holiday region",
                    ),
                ),
                (
                    "gone_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="no longer in the register since"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("duo", "DUO"), ("manual", "by hand")],
                        default="manual",
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "board",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="schools.schoolboard",
                        verbose_name="school board",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="schools.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="schools.school",
                        verbose_name="school",
                    ),
                ),
            ],
            options={
                "verbose_name": "site",
                "verbose_name_plural": "sites",
                "ordering": ("name", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("code__isnull", True),
                            ("code__regex", "^[0-9]{2}[A-Z]{2}[0-9A-Z]{2}$"),
                            _connector="OR",
                        ),
                        name="site_code_is_brin_and_two",
                        violation_error_message="A site code is a BRIN and two more characters: "
                        "00AB00.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "duo"), _negated=True),
                            ("code__isnull", False),
                            _connector="OR",
                        ),
                        name="site_from_duo_has_code",
                        violation_error_message="A site that comes from DUO has a site code.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["source", "school_type"], name="site_source_type")
                ],
            },
        ),
        migrations.AddField(
            model_name="schoolgroup",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="groups",
                to="schools.schoolsite",
                verbose_name="site",
            ),
        ),
        migrations.CreateModel(
            name="Residence",
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
                    "ground",
                    models.CharField(
                        choices=[
                            ("brp", "address in the population register"),
                            ("stay", "address before a stay elsewhere"),
                            ("fallback", "no known address: where the need arises"),
                        ],
                        default="brp",
                        max_length=10,
                        verbose_name="ground",
                    ),
                ),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="checked on")),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.municipality",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="schools.pupil",
                        verbose_name="pupil",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                        verbose_name="school",
                    ),
                ),
            ],
            options={
                "verbose_name": "residence",
                "verbose_name_plural": "residences",
                "ordering": ("-valid_from", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="residence_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("pupil", "="),
                            (schools.models.dated.DateRange("valid_from", "valid_until"), "&&"),
                        ],
                        name="residence_one_per_date",
                        violation_error_message="This pupil already has a residence in that "
                        "period.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="pupil",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pupils",
                to="schools.schoolsite",
                verbose_name="school",
            ),
        ),
        migrations.CreateModel(
            name="Guardian",
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
                ("first_name", models.CharField(max_length=100, verbose_name="first name")),
                (
                    "prefix",
                    models.CharField(
                        blank=True,
                        help_text="Such as “van der”.",
                        max_length=30,
                        verbose_name="prefix",
                    ),
                ),
                ("last_name", models.CharField(max_length=120, verbose_name="last name")),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("father", "father"),
                            ("mother", "mother"),
                            ("guardian", "guardian by law"),
                            ("foster", "foster parent"),
                            ("other", "someone else"),
                        ],
                        max_length=10,
                        verbose_name="relation",
                    ),
                ),
                ("has_custody", models.BooleanField(verbose_name="has custody")),
                (
                    "custody_from",
                    models.DateField(blank=True, null=True, verbose_name="custody from"),
                ),
                (
                    "custody_until",
                    models.DateField(blank=True, null=True, verbose_name="custody until"),
                ),
                (
                    "custody_source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("parent", "told by the parent"),
                            ("extract", "extract from the custody register"),
                            ("court", "decision of a court"),
                            ("school", "known at the school"),
                        ],
                        max_length=10,
                        verbose_name="How do you know?",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("nl", "Dutch"),
                            ("ar", "Arabic"),
                            ("de", "German"),
                            ("en", "English"),
                            ("fa", "Farsi"),
                            ("pl", "Polish"),
                            ("so", "Somali"),
                            ("ti", "Tigrinya"),
                            ("tr", "Turkish"),
                            ("uk", "Ukrainian"),
                            ("other", "another language"),
                        ],
                        default="nl",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "is_contact_secret",
                    models.BooleanField(default=False, verbose_name="contact details are secret"),
                ),
                ("is_deceased", models.BooleanField(default=False, verbose_name="deceased")),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="schools.pupil",
                        verbose_name="pupil",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                        verbose_name="school",
                    ),
                ),
            ],
            options={
                "verbose_name": "guardian",
                "verbose_name_plural": "guardians",
                "ordering": ("created_at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("custody_from__isnull", True),
                            ("custody_until__isnull", True),
                            ("custody_until__gte", models.F("custody_from")),
                            _connector="OR",
                        ),
                        name="guardian_custody_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("has_custody", True),
                            models.Q(
                                ("custody_from__isnull", True), ("custody_until__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="guardian_custody_dates_need_custody",
                        violation_error_message="Dates of custody belong to someone with custody.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupTeacher",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taught_groups",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="teacher",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teachers",
                        to="schools.schoolgroup",
                        verbose_name="group",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                        verbose_name="site",
                    ),
                ),
            ],
            options={
                "verbose_name": "teacher of a group",
                "verbose_name_plural": "teachers of groups",
                "ordering": ("valid_from", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="groupteacher_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("user", "="),
                            ("group", "="),
                            (schools.models.dated.DateRange("valid_from", "valid_until"), "&&"),
                        ],
                        name="groupteacher_once_per_date",
                        violation_error_message="This teacher already has this group in that "
                        "period.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
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
                    "school_type",
                    models.CharField(
                        choices=[
                            ("bao", "primary school"),
                            ("sbo", "special primary school"),
                            ("so", "special education"),
                            ("vso", "special secondary education"),
                            ("so_vso", "special primary and secondary education"),
                            ("pro", "practical education"),
                            ("vo", "secondary school"),
                        ],
                        max_length=8,
                        verbose_name="kind of school",
                    ),
                ),
                ("group_label", models.CharField(blank=True, max_length=40, verbose_name="group")),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("moved_up", "went to the next school"),
                            ("moved_school", "went to another school of the same kind"),
                            ("special", "went to special education"),
                            ("returned", "returned from special education"),
                            ("moved_house", "moved house"),
                            ("other", "another reason"),
                        ],
                        max_length=14,
                        verbose_name="Why did it end?",
                    ),
                ),
                (
                    "destination_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("bao", "primary school"),
                            ("sbo", "special primary school"),
                            ("so", "special education"),
                            ("vso", "special secondary education"),
                            ("so_vso", "special primary and secondary education"),
                            ("pro", "practical education"),
                            ("vo", "secondary school"),
                        ],
                        max_length=8,
                        verbose_name="kind of the next school",
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="schools.pupil",
                        verbose_name="pupil",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolsite",
                        verbose_name="school",
                    ),
                ),
            ],
            options={
                "verbose_name": "enrolment",
                "verbose_name_plural": "enrolments",
                "ordering": ("-valid_from", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="enrolment_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("pupil", "="),
                            (schools.models.dated.DateRange("valid_from", "valid_until"), "&&"),
                        ],
                        name="enrolment_one_per_date",
                        violation_error_message="This pupil is already enrolled in that period.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("destination_type", "")),
                            ("valid_until__isnull", False),
                            _connector="OR",
                        ),
                        name="enrolment_reason_needs_end",
                        violation_error_message="Say when it ended too, not only why.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteChange",
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
                ("field", models.CharField(max_length=40, verbose_name="field")),
                ("old", models.CharField(blank=True, max_length=200, verbose_name="before")),
                ("new", models.CharField(blank=True, max_length=200, verbose_name="after")),
                ("on", models.DateField(verbose_name="on")),
                (
                    "source",
                    models.CharField(
                        choices=[("duo", "DUO"), ("manual", "by hand")],
                        default="manual",
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="schools.schoolsite",
                        verbose_name="site",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a site",
                "verbose_name_plural": "changes of sites",
                "ordering": ("-on", "field"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("old", models.F("new")), _negated=True),
                        name="sitechange_changes_something",
                        violation_error_message="Before and after are the same.",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="schoolgroup",
            constraint=models.UniqueConstraint(
                fields=("site", "name"),
                name="group_name_once_per_site",
                violation_error_message="This school already has a group with that name.",
            ),
        ),
        migrations.AddIndex(
            model_name="pupil",
            index=models.Index(fields=["site", "sort_name"], name="pupil_site_sort_name"),
        ),
        migrations.AddConstraint(
            model_name="pupil",
            constraint=models.UniqueConstraint(
                condition=models.Q(("school_number", ""), _negated=True),
                fields=("site", "school_number"),
                name="pupil_school_number_once_per_site",
                violation_error_message="Another pupil of this school has that number.",
            ),
        ),
    ]
