"""Subsidies, budgets and rates."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("providers", "0003_offer")]

    operations = []
