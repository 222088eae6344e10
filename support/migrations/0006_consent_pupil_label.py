from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0005_copies_and_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="pupil_label",
            field=models.CharField(blank=True, max_length=100, verbose_name="name of the child"),
        ),
    ]
