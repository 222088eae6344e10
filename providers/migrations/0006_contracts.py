"""Contracts with third parties."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("providers", "0005_arrangements_of")]

    operations = []
