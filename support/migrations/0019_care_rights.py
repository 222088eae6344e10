from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("support", "0018_survey_rights")]

    operations = []
