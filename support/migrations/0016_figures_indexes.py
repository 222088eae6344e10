from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("support", "0015_figures")]

    operations = []
