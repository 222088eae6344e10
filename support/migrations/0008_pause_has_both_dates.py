"""A pause has both dates, also when one is empty; a provision is at the school of its case."""

from django.db import migrations, models

from oja.access.operations import RowSecurity

OLD_KEY = "support_provision_trajectory_id_provider_id_bound"


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0002_row_security"),
        ("schools", "0002_row_security"),
        ("support", "0007_place_in_other_words"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="trajectory",
            name="trajectory_pause_has_both_dates",
        ),
        migrations.AddConstraint(
            model_name="trajectory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pause_until__isnull", True), ("paused_on__isnull", True)),
                    models.Q(
                        ("pause_until__gt", models.F("paused_on")),
                        ("pause_until__isnull", False),
                        ("paused_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="trajectory_pause_has_both_dates",
                violation_error_message="A pause has a first day and a day of return.",
            ),
        ),
        RowSecurity(
            "Provision",
            rules=[
                ("school_coordinator", "shared_site", "sites", "r", "shared_until"),
                ("care_worker", "trajectory_id", "caseload", "rcu", None),
                ("provider_manager", "provider_id", "providers", "rcu", None),
            ],
            fixed=["trajectory", "provider"],
            bound={"trajectory": ["provider", "site"], "worker": ["provider"]},
            force=True,
        ),
        # the new key contains it
        migrations.RunSQL(
            f"ALTER TABLE support_provision DROP CONSTRAINT IF EXISTS {OLD_KEY}",
            migrations.RunSQL.noop,
        ),
    ]
