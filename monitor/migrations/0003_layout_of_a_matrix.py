"""How the rows of a matrix are called and which way its cells go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitor", "0002_meetings")]

    operations = [
        migrations.AddField(
            model_name="snapshotindicator",
            name="layout",
            field=models.JSONField(default=dict),
        ),
    ]
