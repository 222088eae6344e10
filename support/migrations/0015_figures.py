"""Facts that figures count."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("support", "0014_survey")]

    operations = []
