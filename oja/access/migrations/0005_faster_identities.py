from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0004_addresses_are_read_only")]

    operations = []
