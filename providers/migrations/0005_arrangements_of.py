"""Which arrangements somebody takes part in, and the samenwerkingsverband of an arrangement."""

import django.db.models.deletion
from django.db import migrations, models

from oja.access.operations import IdentitySet, OpenTable


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_addresses_are_read_only"),
        ("schools", "0003_attendance"),
        ("providers", "0004_money"),
    ]

    operations = [
        migrations.AddField(
            model_name="arrangement",
            name="partnership",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="arrangements",
                to="access.organisation",
                verbose_name="partnership",
            ),
        ),
        # The set below reads these tables as their owner, who sees no row under FORCE.
        OpenTable("Arrangement", may="rcu", force=False),
        OpenTable("Participation", may="rcu", force=False),
        OpenTable("ParticipatingMunicipality", may="rcu", force=False),
        OpenTable("schools.Municipality", may="rcu", force=False),
        IdentitySet(
            "arrangements",
            sql=(
                "SELECT t.arrangement_id FROM ("
                " SELECT p.arrangement_id, p.site_id AS organisation_id,"
                " p.valid_from, p.valid_until"
                " FROM public.providers_participation p"
                " UNION SELECT p.arrangement_id, p.provider_id, p.valid_from, p.valid_until"
                " FROM public.providers_participation p"
                " UNION SELECT g.arrangement_id, s.organisation_id, g.valid_from, g.valid_until"
                " FROM public.providers_participatingmunicipality g"
                " JOIN public.schools_municipality s ON s.id = g.municipality_id"
                " UNION SELECT a.id, a.partnership_id, a.valid_from, a.valid_until"
                " FROM public.providers_arrangement a"
                ") AS t JOIN public.access_membership m"
                " ON m.organisation_id = t.organisation_id AND m.role = $1"
                " WHERE m.user_id = oja.current_user_id()"
                " AND t.valid_from <= oja.today()"
                " AND (t.valid_until IS NULL OR t.valid_until > oja.today())"
                " AND m.valid_from <= oja.today()"
                " AND (m.valid_until IS NULL OR m.valid_until > oja.today())"
            ),
        ),
    ]
