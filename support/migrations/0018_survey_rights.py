from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("support", "0017_money_rules")]

    operations = []
