"""The second wall around what a page keeps for one person."""

from django.db import migrations

from oja.access.operations import RowSecurity, SystemFunction

OWN = ("any", "user_id", "self", "rcud", None)

# Called by somebody who is not signed in (any more), with a mark that the application has signed:
# it can only write, and only its author can read what was written.
KEEP_LOST_TEXT = """
CREATE OR REPLACE FUNCTION oja.keep_lost_text(author uuid, named text, fields text)
RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'Europe/Amsterdam'
AS $$
  INSERT INTO public.pages_draft
    (id, created_at, updated_at, user_id, form, data, reason, saved_at, expires_at)
  SELECT gen_random_uuid(), statement_timestamp(), statement_timestamp(), author, named,
    fields::jsonb, 'lost', statement_timestamp(), statement_timestamp() + interval '30 days'
  WHERE length(named) <= 120 AND length(fields) <= 200000
  ON CONFLICT (user_id, form) DO UPDATE
    SET data = excluded.data, reason = excluded.reason, saved_at = excluded.saved_at,
      expires_at = excluded.expires_at, updated_at = excluded.updated_at
$$
"""


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_initial"), ("access", "0002_row_security")]

    operations = [
        RowSecurity("Draft", rules=[OWN], fixed=["user_id"]),
        RowSecurity("Submission", rules=[OWN], fixed=["user_id"]),
        RowSecurity("PersonSearch", rules=[OWN], fixed=["user_id"]),
        SystemFunction(KEEP_LOST_TEXT, "oja.keep_lost_text(uuid, text, text)", execute=["oja_app"]),
    ]
