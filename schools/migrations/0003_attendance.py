"""Attendance, where a pupil went, and the organisation of a municipality."""

import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import schools.models.dated
from oja.access.operations import RowSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0002_row_security"),
        ("access", "0004_addresses_are_read_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="municipality",
            name="organisation",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="municipality",
                to="access.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="destination_type",
            field=models.CharField(
                blank=True,
                choices=[
                    ("bao", "primary school"),
                    ("sbo", "special primary school"),
                    ("so", "special education"),
                    ("vso", "special secondary education"),
                    ("so_vso", "special primary and secondary education"),
                    ("pro", "practical education"),
                    ("vo", "secondary school"),
                    ("mbo", "vocational education (mbo)"),
                    ("work", "work or day activities"),
                    ("none", "no education"),
                    ("moved", "moved out of the region"),
                    ("abroad", "school abroad"),
                    ("deceased", "deceased"),
                    ("unknown", "not known"),
                ],
                max_length=8,
                verbose_name="where to",
            ),
        ),
        migrations.CreateModel(
            name="AttendanceSpell",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("unlawful", "absent without valid reason"),
                            ("ill", "ill"),
                            ("suspended", "suspended or removed"),
                            ("exempt", "exempt from compulsory education"),
                            ("custom", "fewer hours by agreement"),
                            ("absolute", "not enrolled anywhere"),
                        ],
                        max_length=10,
                        verbose_name="kind of absence",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("WACHT_PLAATS", "waits for a suitable place"),
                            ("WACHT_HULP", "waits for help"),
                            ("PSYCH", "mental reasons"),
                            ("SOMATISCH", "physical reasons"),
                            ("CONFLICT_SCHOOL_OUDERS", "conflict of school and parents"),
                            ("SCHORSING_VERWIJDERING", "suspension or removal"),
                            ("SCHOOLWEIGERING", "does not dare or want to go to school"),
                            ("THUISSITUATIE", "situation at home"),
                            ("VERHUIZING/ADMIN", "moving house or paperwork"),
                            ("VRIJSTELLING_AANGEVRAAGD", "exemption has been asked for"),
                            ("DETENTIE/GESLOTEN", "detention or closed youth care"),
                            ("ANDERS", "another reason"),
                        ],
                        max_length=24,
                        verbose_name="reason",
                    ),
                ),
                ("is_full", models.BooleanField(default=True, verbose_name="does not come at all")),
                (
                    "percent_present",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="part of the timetable at school"
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=6,
                        null=True,
                        verbose_name="missed hours in all",
                    ),
                ),
                (
                    "attends_by_plan",
                    models.BooleanField(
                        default=False, verbose_name="could come to school, in part, by the plan"
                    ),
                ),
                (
                    "offer_on",
                    models.DateField(blank=True, null=True, verbose_name="suitable offer since"),
                ),
                (
                    "offer_party",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="who makes the offer"
                    ),
                ),
                ("returned", models.BooleanField(default=False, verbose_name="returned to school")),
                (
                    "reported_on",
                    models.DateField(blank=True, null=True, verbose_name="reported to DUO on"),
                ),
                (
                    "rung",
                    models.CharField(
                        choices=[
                            ("signal", "noticed"),
                            ("contact", "in contact"),
                            ("plan", "plan made"),
                            ("partly", "partly back"),
                        ],
                        default="signal",
                        max_length=8,
                        verbose_name="step",
                    ),
                ),
                (
                    "next_step",
                    models.CharField(blank=True, max_length=200, verbose_name="next step"),
                ),
                (
                    "next_step_on",
                    models.DateField(blank=True, null=True, verbose_name="date of the next step"),
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
                "verbose_name": "spell of absence",
                "verbose_name_plural": "spells of absence",
                "ordering": ("-valid_from", "pk"),
                "indexes": [
                    models.Index(
                        fields=["pupil", "kind", "valid_from"], name="attendance_pupil_kind_from"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="attendance_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("pupil", "="),
                            (schools.models.dated.DateRange("valid_from", "valid_until"), "&&"),
                        ],
                        name="attendance_one_per_date",
                        violation_error_message="Absence is already recorded for this pupil then.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("percent_present__gte", 0), ("percent_present__lte", 100)
                        ),
                        name="attendance_percent_is_a_part",
                        violation_error_message="Choose a part between 0 and 100 percent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_full", False), ("percent_present", 0), _connector="OR"
                        ),
                        name="attendance_full_means_not_present",
                        violation_error_message="Not coming at all means present for 0 percent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hours__isnull", True), ("hours__gte", 0), _connector="OR"
                        ),
                        name="attendance_hours_not_negative",
                        violation_error_message="Hours are 0 or more.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason", ""),
                            models.Q(("kind__in", ["ill", "exempt"]), _negated=True),
                            _connector="OR",
                        ),
                        name="attendance_no_reason_of_illness",
                        violation_error_message="Do not record why a child is ill or exempt.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned", False), ("valid_until__isnull", False), _connector="OR"
                        ),
                        name="attendance_return_needs_end",
                        violation_error_message="Say since when the pupil is back.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_step", ""), ("next_step_on__isnull", True)),
                            models.Q(
                                models.Q(("next_step", ""), _negated=True),
                                ("next_step_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="attendance_step_has_date",
                        violation_error_message="A next step has a date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("offer_party", ""), ("offer_on__isnull", False), _connector="OR"
                        ),
                        name="attendance_offer_has_date",
                        violation_error_message="Say since when there is an offer.",
                    ),
                ],
            },
        ),
        RowSecurity(
            "AttendanceSpell",
            rules=[("school_coordinator", "site_id", "sites", "rcu", None)],
            fixed=["pupil"],
            bound={"pupil": ["site"]},
        ),
    ]
