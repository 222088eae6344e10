"""What the pages with numbers ask most, at a fraction of the work."""

from django.db import migrations, models

from oja.access.operations import SystemFunction

# The money of the own provider: for its manager, for its workers (totals only), for the system.
_OWN = """(p_provider = ANY (oja.ids_providers('provider_manager'))
    OR p_provider = ANY (oja.ids_providers('care_worker'))
    OR (current_setting('role') <> 'oja_app'
        AND pg_has_role(session_user, 'oja_system', 'MEMBER')))"""
SAFE = (
    "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
    " SET timezone = 'Europe/Amsterdam'"
)

# Work for a class of a school whose municipality pays on the day, and the same for one that does
# not. As a condition of the rows and not as a column: then the database asks it once for all rows
# together and not for each of them.
_CLASSES = """
    SELECT s.municipality_id, %s, w."on", 'group', 'L1', sum(w.minutes)
    FROM support_collectivework w JOIN schools_schoolsite s ON s.id = w.site_id
    WHERE w.provider_id = p_provider AND w.undone_at IS NULL
      AND w."on" >= make_date(p_year, 1, 1) AND w."on" < make_date(p_year + 1, 1, 1)
      AND %s (
        SELECT FROM providers_participation p
        JOIN providers_participatingmunicipality m ON m.arrangement_id = p.arrangement_id
        WHERE p.site_id = w.site_id AND m.municipality_id = s.municipality_id
          AND p.valid_from <= w."on" AND (p.valid_until IS NULL OR p.valid_until > w."on")
          AND m.valid_from <= w."on" AND (m.valid_until IS NULL OR m.valid_until > w."on"))
    GROUP BY s.municipality_id, w."on"
"""

# The same answer as before: minutes are added up per day first, and the rate is that of the day.
OWN_HELP = f"""
CREATE OR REPLACE FUNCTION oja.own_help(p_provider uuid, p_year integer)
RETURNS TABLE (municipality_id uuid, is_funded boolean, month date, category text, layer text,
               minutes bigint, cent_minutes bigint, minutes_without_rate bigint)
{SAFE}
AS $$
  WITH work (municipality_id, is_funded, "on", category, layer, minutes) AS (
    SELECT c.municipality_id, coalesce(c.is_funded, false), c."on",
           CASE WHEN c.form = 'GROEP' THEN 'group' ELSE 'individual' END,
           coalesce(c.layer, 'L3'), sum(c.minutes)
    FROM support_contact c
    WHERE c.provider_id = p_provider AND c.outcome = 'held' AND c.undone_at IS NULL
      AND c.replaced_by_id IS NULL
      AND c."on" >= make_date(p_year, 1, 1) AND c."on" < make_date(p_year + 1, 1, 1)
    GROUP BY 1, 2, 3, 4, 5
    UNION ALL {_CLASSES % ("true", "EXISTS")}
    UNION ALL {_CLASSES % ("false", "NOT EXISTS")}
  )
  SELECT w.municipality_id, w.is_funded, date_trunc('month', w."on")::date, w.category, w.layer,
         sum(w.minutes)::bigint,
         coalesce(sum(w.minutes * r.cents_per_hour), 0)::bigint,
         coalesce(sum(w.minutes) FILTER (WHERE r.id IS NULL), 0)::bigint
  FROM work w
  LEFT JOIN providers_hourrate r ON r.provider_id = p_provider AND r.valid_from <= w."on"
    AND (r.valid_until IS NULL OR r.valid_until > w."on")
  WHERE {_OWN}
  GROUP BY 1, 2, 3, 4, 5
$$
"""  # noqa: S608 - every part is a literal


class Migration(migrations.Migration):
    dependencies = [("support", "0015_figures")]

    operations = [
        SystemFunction(OWN_HELP, "oja.own_help(uuid, integer)", execute=["oja_app", "oja_system"]),
        migrations.RemoveIndex(model_name="supportrequest", name="supportrequest_shared_with"),
        migrations.AddIndex(
            model_name="supportrequest",
            index=models.Index(
                fields=["shared_provider", "state"], name="supportrequest_shared_with"
            ),
        ),
    ]
