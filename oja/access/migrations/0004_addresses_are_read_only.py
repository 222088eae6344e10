from django.db import migrations


class Migration(migrations.Migration):
    """A row in allauth's table of addresses decides where the mail for a new password goes. We
    keep the one address with the account, so that table stays empty."""

    dependencies = [("access", "0003_tables_of_others")]

    operations = [
        migrations.RunSQL(
            "DELETE FROM account_emailaddress;"
            " REVOKE INSERT, UPDATE ON account_emailaddress FROM oja_app",
            "GRANT INSERT, UPDATE ON account_emailaddress TO oja_app",
        ),
    ]
