"""Which arrangements somebody takes part in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("providers", "0004_money")]

    operations = []
