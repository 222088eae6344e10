"""Cost lines, commitments and costs from outside."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("providers", "0004_money"), ("support", "0012_subcontracts")]

    operations = []
