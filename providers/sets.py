"""The set that this app lends to scopes: the arrangements in which somebody's organisation is."""

from django.db.models import Q

from oja.access.scoping import register_set
from oja.core import periods
from providers.models import Arrangement, ParticipatingMunicipality, Participation

ARRANGEMENTS_SQL = (
    "SELECT t.arrangement_id FROM ("
    " SELECT p.arrangement_id, p.site_id AS organisation_id, p.valid_from, p.valid_until"
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
)


def arrangement_ids(actor, role):
    """Arrangements in which an organisation where the actor has the role takes part today."""
    own = [one.pk for one in actor.organisations(role)]
    on = periods.today()
    rows = (
        Participation.objects.filter(Q(site__in=own) | Q(provider__in=own))
        .valid_on(on)
        .order_by()
        .values_list("arrangement_id"),
        ParticipatingMunicipality.objects.filter(municipality__organisation__in=own)
        .valid_on(on)
        .order_by()
        .values_list("arrangement_id"),
        Arrangement.objects.filter(partnership__in=own).valid_on(on).order_by().values_list("id"),
    )
    return sorted(key for (key,) in rows[0].union(*rows[1:]))


def register_sets():
    """Called once, when the applications are ready."""
    register_set("arrangements", sql=ARRANGEMENTS_SQL, ids=arrangement_ids)
