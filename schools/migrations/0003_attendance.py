"""Attendance, where a pupil went, and the organisation of a municipality."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("schools", "0002_row_security")]

    operations = []
