"""Contracts with third parties, and the register of third parties that managers may add to."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from oja.access.operations import RowSecurity, SystemFunction

# The register of providers is kept by administrators. A manager may add a third party to it, and
# nothing else; a name that stands there already is not written twice.
REGISTER = """
CREATE OR REPLACE FUNCTION oja.providers_register_third(p_name text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  v_name text := btrim(p_name);
  v_id uuid;
BEGIN
  IF NOT oja.has_role('provider_manager') THEN
    RAISE EXCEPTION 'only a manager of a provider registers a third party'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF v_name = '' OR length(v_name) > 200 THEN
    RAISE EXCEPTION 'a third party has a name'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'provider_third_has_name';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('oja.third:' || lower(v_name), 0));
  SELECT p.id INTO v_id FROM providers_provider p
    WHERE p.kind = 'third' AND lower(p.name) = lower(v_name) LIMIT 1;
  IF v_id IS NULL THEN
    v_id := gen_random_uuid();
    INSERT INTO access_organisation (id, created_at, updated_at, kind, name)
      VALUES (v_id, statement_timestamp(), statement_timestamp(), 'provider', v_name);
    INSERT INTO providers_provider (id, kind, name, registered_by, created_at, updated_at)
      VALUES (v_id, 'third', v_name, oja.current_user_id(),
        statement_timestamp(), statement_timestamp());
  END IF;
  RETURN v_id;
END $$
"""

# Memberships are read by their holder only. Who may not approve a bill has to be told who can.
MANAGERS = """
CREATE OR REPLACE FUNCTION oja.providers_managers(p_provider uuid)
RETURNS TABLE (user_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT DISTINCT u.id, u.name::text FROM access_membership m
  JOIN access_user u ON u.id = m.user_id AND u.is_active
  WHERE m.organisation_id = p_provider AND m.role = 'provider_manager'
    AND m.valid_from <= oja.today() AND (m.valid_until IS NULL OR m.valid_until > oja.today())
    AND p_provider = ANY (oja.ids_providers('provider_manager'))
  ORDER BY 2
$$
"""


class Migration(migrations.Migration):
    dependencies = [("providers", "0005_arrangements_of")]

    operations = [
        migrations.AddField(
            model_name="arrangement",
            name="objection_blocks",
            field=models.BooleanField(
                default=False, verbose_name="an objection of the school stops bought care"
            ),
        ),
        migrations.AddField(
            model_name="provider",
            name="registered_by",
            field=models.UUIDField(editable=False, null=True, verbose_name="registered by"),
        ),
        migrations.CreateModel(
            name="ThirdPartyContract",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
                ),
                (
                    "jz020",
                    models.CharField(
                        choices=[
                            ("41", "Day treatment"),
                            ("43", "Stay, with treatment"),
                            ("44", "Stay, without treatment"),
                            ("45", "Ambulatory youth care"),
                            ("46", "Crisis care"),
                            ("50", "Tailored arrangement"),
                            ("54", "Mental health care for the young"),
                        ],
                        max_length=2,
                        verbose_name="product category",
                    ),
                ),
                ("description", models.CharField(max_length=120, verbose_name="kind of help")),
                (
                    "unit",
                    models.CharField(
                        choices=[("hour", "hour"), ("day", "day (24 hours)"), ("piece", "session")],
                        default="hour",
                        max_length=8,
                        verbose_name="per",
                    ),
                ),
                ("rate_cents", models.PositiveIntegerField(verbose_name="rate")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="providers.provider",
                        verbose_name="lead provider",
                    ),
                ),
                (
                    "third",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                        verbose_name="third party",
                    ),
                ),
            ],
            options={
                "verbose_name": "contract with a third party",
                "verbose_name_plural": "contracts with third parties",
                "ordering": ("description", "valid_from"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="thirdpartycontract_end_after_start",
                        violation_error_message="The end is before the start. Choose a later date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("provider", models.F("third")), _negated=True),
                        name="thirdpartycontract_with_somebody_else",
                        violation_error_message="A contract is made with another organisation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate_cents__gt", 0)),
                        name="thirdpartycontract_rate_is_above_nought",
                        violation_error_message="The rate is more than nought.",
                    ),
                    models.UniqueConstraint(
                        fields=("provider", "third", "description", "valid_from"),
                        name="thirdpartycontract_once_per_start",
                        violation_error_message="This contract stands in the list already.",
                    ),
                ],
            },
        ),
        RowSecurity(
            "ThirdPartyContract",
            rules=[
                ("provider_manager", "provider_id", "providers", "rcu", None),
                ("care_worker", "provider_id", "providers", "r", None),
            ],
            fixed=["provider", "third"],
            bound={},
            force=True,
        ),
        SystemFunction(REGISTER, "oja.providers_register_third(text)", execute=["oja_app"]),
        SystemFunction(MANAGERS, "oja.providers_managers(uuid)", execute=["oja_app"]),
    ]
