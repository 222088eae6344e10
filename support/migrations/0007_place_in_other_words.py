from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0006_consent_pupil_label"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contact",
            name="place",
            field=models.CharField(
                choices=[
                    ("school", "School"),
                    ("home", "At home"),
                    ("after_school", "After school"),
                    ("online", "Online"),
                    ("elsewhere", "Elsewhere"),
                ],
                default="school",
                max_length=20,
                verbose_name="place",
            ),
        ),
        migrations.AlterField(
            model_name="provision",
            name="place",
            field=models.CharField(
                choices=[
                    ("school", "School"),
                    ("home", "At home"),
                    ("after_school", "After school"),
                    ("online", "Online"),
                    ("elsewhere", "Elsewhere"),
                ],
                default="school",
                max_length=20,
                verbose_name="place",
            ),
        ),
    ]
