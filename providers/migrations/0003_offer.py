"""The offer of groups."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("providers", "0002_row_security")]

    operations = []
