from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("schools", "0004_pupil_import")]

    operations = []
