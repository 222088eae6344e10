"""Satisfaction."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("support", "0013_costs")]

    operations = []
