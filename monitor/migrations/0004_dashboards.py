from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("monitor", "0003_layout_of_a_matrix")]

    operations = []
