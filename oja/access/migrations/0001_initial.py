import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AccessEvent",
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
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="moment"),
                ),
                ("actor_id", models.UUIDField(null=True, verbose_name="actor")),
                ("actor_label", models.CharField(max_length=200, verbose_name="done by")),
                ("what", models.CharField(max_length=40, verbose_name="what")),
                ("about_id", models.UUIDField(verbose_name="about")),
                ("data", models.JSONField(default=dict, verbose_name="what was set")),
            ],
            options={
                "verbose_name": "change of access",
                "verbose_name_plural": "changes of access",
                "ordering": ("at",),
            },
        ),
        migrations.CreateModel(
            name="Organisation",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("site", "School site"),
                            ("provider", "Provider"),
                            ("municipality", "Municipality"),
                            ("partnership", "School partnership"),
                            ("platform", "Administration of this application"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "email",
                    models.EmailField(max_length=254, unique=True, verbose_name="e-mail address"),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Switch off instead of deleting the account.",
                        verbose_name="may log in",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False, verbose_name="may open the administration pages"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "ordering": ("name", "email"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="user_email_is_lower_case",
                        violation_error_message="Write the e-mail address in lower case.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OneTimeLink",
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
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("purpose", models.CharField(max_length=40, verbose_name="purpose")),
                ("target_id", models.UUIDField()),
                (
                    "subject_label",
                    models.CharField(blank=True, max_length=200, verbose_name="meant for"),
                ),
                ("expires_on", models.DateField(verbose_name="valid until")),
                ("birth_salt", models.CharField(blank=True, max_length=32)),
                ("birth_hash", models.CharField(blank=True, max_length=64)),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="wrong birth dates"),
                ),
                ("opened_at", models.DateTimeField(null=True, verbose_name="opened at")),
                ("used_at", models.DateTimeField(null=True, verbose_name="answered at")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="withdrawn at")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "one-time link",
                "verbose_name_plural": "one-time links",
            },
        ),
        migrations.CreateModel(
            name="ReadLog",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="moment"),
                ),
                ("user_id", models.UUIDField(null=True, verbose_name="account")),
                ("role", models.CharField(blank=True, max_length=120, verbose_name="role")),
                ("organisation_id", models.UUIDField(null=True, verbose_name="organisation")),
                (
                    "subjects",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        size=None,
                        verbose_name="persons concerned",
                    ),
                ),
                ("object_type", models.CharField(max_length=80, verbose_name="kind of object")),
                ("object_id", models.UUIDField(null=True, verbose_name="object")),
                ("action", models.CharField(max_length=40, verbose_name="action")),
                ("ground", models.CharField(blank=True, max_length=200, verbose_name="ground")),
                ("result", models.CharField(max_length=20, verbose_name="result")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
            ],
            options={
                "verbose_name": "line of the read log",
                "verbose_name_plural": "read log",
                "indexes": [models.Index(fields=["object_id", "at"], name="readlog_of_an_object")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("school_coordinator", "Care coordinator"),
                            ("teacher", "Teacher"),
                            ("care_worker", "Youth care worker"),
                            ("provider_manager", "Manager of the provider"),
                            ("municipal_adviser", "Municipal adviser"),
                            ("partnership", "School partnership"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=30,
                        verbose_name="role",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True,
                        help_text="The first day without this role.",
                        null=True,
                        verbose_name="valid until",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="access.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "ordering": ("valid_from", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="membership_ends_after_it_starts",
                        violation_error_message="The end lies before the start.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_until__isnull", True)),
                        fields=("user", "role", "organisation"),
                        name="membership_once_while_it_is_open",
                        violation_error_message="This person already has this role there.",
                    ),
                ],
            },
        ),
    ]
