"""Groups, sessions and collective work."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("providers", "0003_offer"), ("support", "0010_close_gaps")]

    operations = []
