"""Figures on the agenda of a meeting, and what the organisations of a snapshot had handed in."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from oja.access.operations import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("monitor", "0003_layout_of_a_matrix")]

    operations = [
        migrations.AddField(
            model_name="snapshot", name="delivered", field=models.JSONField(default=list)
        ),
        migrations.CreateModel(
            name="AgendaPoint",
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
                ("slug", models.SlugField(max_length=60)),
                ("title", models.CharField(max_length=200)),
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
                ("taken_off_at", models.DateTimeField(blank=True, null=True)),
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
                "verbose_name": "figure on an agenda",
                "verbose_name_plural": "figures on agendas",
                "ordering": ("created_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "slug"),
                        name="agendapoint_once_per_meeting",
                        violation_error_message="This figure is on the agenda already.",
                    )
                ],
            },
        ),
        RowSecurity(
            "AgendaPoint",
            rules=[
                ("municipal_adviser", "arrangement_id", "arrangements", "rcu", None),
                ("school_coordinator", "arrangement_id", "arrangements", "rcu", None),
                ("provider_manager", "arrangement_id", "arrangements", "rcu", None),
                ("partnership", "arrangement_id", "arrangements", "r", None),
            ],
            fixed=["meeting", "arrangement_id", "slug"],
            bound={"meeting": ["arrangement_id"]},
            force=True,
        ),
    ]
