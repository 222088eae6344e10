from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("support", "0016_figures_indexes")]

    operations = []
