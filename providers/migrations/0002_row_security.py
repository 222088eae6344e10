"""Who works where is open: everybody reads, administrators write."""

from django.db import migrations

from oja.access.operations import OpenTable


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        OpenTable("Provider", may="rcu"),
        OpenTable("Worker", may="rcu"),
        OpenTable("Posting", may="rcu"),
        OpenTable("Arrangement", may="rcu"),
        OpenTable("ParticipatingMunicipality", may="rcu"),
        OpenTable("Participation", may="rcu"),
    ]
