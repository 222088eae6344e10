from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("providers", "0006_contracts")]

    operations = []
