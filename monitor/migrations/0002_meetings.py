"""Meetings about the figures."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from oja.access.operations import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("monitor", "0001_published")]

    operations = [
        migrations.CreateModel(
            name="Meeting",
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
                ("arrangement_id", models.UUIDField()),
                ("arrangement_name", models.CharField(max_length=120)),
                ("on", models.DateField()),
                ("place", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "planned"), ("held", "held")],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("planned_by_label", models.CharField(max_length=200)),
                (
                    "snapshot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="monitor.snapshot",
                    ),
                ),
            ],
            options={
                "verbose_name": "meeting",
                "verbose_name_plural": "meetings",
                "ordering": ("-on", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("arrangement_id", "on"),
                        name="meeting_once_a_day",
                        violation_error_message="There is a meeting on this date already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
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
                ("arrangement_id", models.UUIDField()),
                ("by_label", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=120)),
                ("organisation", models.CharField(blank=True, max_length=120)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="monitor.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant of a meeting",
                "verbose_name_plural": "participants of meetings",
                "ordering": ("name", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "name"),
                        name="participant_once_per_meeting",
                        violation_error_message="This person is on the list already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Interpretation",
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
                ("arrangement_id", models.UUIDField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "theme",
                    models.CharField(
                        choices=[
                            ("attendance", "Pupils at home"),
                            ("flow", "To and from special education"),
                            ("money", "Budget"),
                            ("satisfaction", "Satisfaction"),
                            ("other", "Access, help and other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("slug", models.SlugField(blank=True, max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[("fact", "Fact"), ("explanation", "Possible explanation")],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField()),
                ("is_agreed", models.BooleanField(blank=True, null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="monitor.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "interpretation",
                "verbose_name_plural": "interpretations",
                "ordering": ("created_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                ("arrangement_id", models.UUIDField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "theme",
                    models.CharField(
                        choices=[
                            ("attendance", "Pupils at home"),
                            ("flow", "To and from special education"),
                            ("money", "Budget"),
                            ("satisfaction", "Satisfaction"),
                            ("other", "Access, help and other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="monitor.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision of a meeting",
                "verbose_name_plural": "decisions of meetings",
                "ordering": ("created_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="ActionPoint",
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
                ("arrangement_id", models.UUIDField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "theme",
                    models.CharField(
                        choices=[
                            ("attendance", "Pupils at home"),
                            ("flow", "To and from special education"),
                            ("money", "Budget"),
                            ("satisfaction", "Satisfaction"),
                            ("other", "Access, help and other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField()),
                ("owner", models.CharField(max_length=120)),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(blank=True, null=True)),
                ("done_note", models.CharField(blank=True, max_length=200)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="monitor.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "action point",
                "verbose_name_plural": "action points",
                "ordering": ("due_on", "created_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_note", ""), ("done_on__isnull", False), _connector="OR"
                        ),
                        name="actionpoint_note_when_done",
                        violation_error_message="Give the date on which it was done.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("owner", ""), _negated=True),
                        name="actionpoint_has_an_owner",
                        violation_error_message="Say who will do it.",
                    ),
                ],
            },
        ),
        RowSecurity(
            "Meeting",
            rules=[
                ("municipal_adviser", "arrangement_id", "arrangements", "rcu", None),
                ("school_coordinator", "arrangement_id", "arrangements", "rcu", None),
                ("provider_manager", "arrangement_id", "arrangements", "rcu", None),
                ("partnership", "arrangement_id", "arrangements", "r", None),
            ],
            fixed=["arrangement_id"],
            bound={"snapshot": ["arrangement_id:published_arrangement_id"]},
            force=True,
        ),
        RowSecurity(
            "Participant",
            rules=[
                ("municipal_adviser", "arrangement_id", "arrangements", "rcu", None),
                ("school_coordinator", "arrangement_id", "arrangements", "rcu", None),
                ("provider_manager", "arrangement_id", "arrangements", "rcu", None),
                ("partnership", "arrangement_id", "arrangements", "r", None),
            ],
            fixed=["meeting", "arrangement_id"],
            bound={"meeting": ["arrangement_id"]},
            force=True,
        ),
        RowSecurity(
            "Interpretation",
            rules=[
                ("municipal_adviser", "arrangement_id", "arrangements", "rcu", None),
                ("school_coordinator", "arrangement_id", "arrangements", "rcu", None),
                ("provider_manager", "arrangement_id", "arrangements", "rcu", None),
                ("partnership", "arrangement_id", "arrangements", "r", None),
            ],
            fixed=["meeting", "arrangement_id"],
            bound={"meeting": ["arrangement_id"]},
            force=True,
        ),
        RowSecurity(
            "Decision",
            rules=[
                ("municipal_adviser", "arrangement_id", "arrangements", "rcu", None),
                ("school_coordinator", "arrangement_id", "arrangements", "rcu", None),
                ("provider_manager", "arrangement_id", "arrangements", "rcu", None),
                ("partnership", "arrangement_id", "arrangements", "r", None),
            ],
            fixed=["meeting", "arrangement_id"],
            bound={"meeting": ["arrangement_id"]},
            force=True,
        ),
        RowSecurity(
            "ActionPoint",
            rules=[
                ("municipal_adviser", "arrangement_id", "arrangements", "rcu", None),
                ("school_coordinator", "arrangement_id", "arrangements", "rcu", None),
                ("provider_manager", "arrangement_id", "arrangements", "rcu", None),
                ("partnership", "arrangement_id", "arrangements", "r", None),
            ],
            fixed=["meeting", "arrangement_id"],
            bound={"meeting": ["arrangement_id"]},
            force=True,
        ),
    ]
