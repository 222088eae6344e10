"""Help that is bought from others."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("providers", "0006_contracts"), ("support", "0011_groups")]

    operations = []
