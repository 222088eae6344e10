from django.db import migrations

# As narrow as log-in allows: nobody but a request that writes a session needs these.
GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO oja_app, oja_system;
GRANT SELECT, INSERT, UPDATE ON account_emailaddress TO oja_app, oja_system;
GRANT SELECT ON django_content_type TO oja_app, oja_system;

ALTER TABLE django_admin_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE django_admin_log FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON django_admin_log FOR SELECT TO oja_app
  USING ((SELECT oja.has_role('administrator')));
CREATE POLICY app_insert ON django_admin_log FOR INSERT TO oja_app
  WITH CHECK (user_id = (SELECT oja.current_user_id())
    AND (SELECT oja.has_role('administrator')));
GRANT SELECT, INSERT ON django_admin_log TO oja_app;
"""
REVERSE = """
REVOKE ALL ON django_session, account_emailaddress, django_content_type, django_admin_log
  FROM oja_app, oja_system;
DROP POLICY app_select ON django_admin_log;
DROP POLICY app_insert ON django_admin_log;
ALTER TABLE django_admin_log NO FORCE ROW LEVEL SECURITY;
ALTER TABLE django_admin_log DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """What the application may do with the tables of Django and allauth."""

    dependencies = [
        ("access", "0002_row_security"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("sessions", "0001_initial"),
    ]

    operations = [migrations.RunSQL(GRANTS, REVERSE)]
