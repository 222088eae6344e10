"""Sets of keys that support lends to scopes: whose case is whose.

All three read the treatment relations only, and only those with a provider where the person is a
care worker today: a relation outlives a job, the sight it gives does not.
"""

from django.db.models import Q

from oja.access.scoping import Today, register_set

_SQL = (
    "SELECT DISTINCT r.{column} FROM public.support_treatmentrelation r"
    " WHERE r.user_id = oja.current_user_id() AND r.{column} IS NOT NULL"
    " AND r.provider_id = ANY (oja.ids_providers($1))"
    " AND r.valid_from <= oja.today()"
    " AND (r.valid_until IS NULL OR r.valid_until > oja.today())"
)


def _ids(column):
    def ids(actor, role):
        from support.models import TreatmentRelation

        rows = TreatmentRelation.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=Today()),
            user_id=actor.user_id,
            provider_id__in=actor.ids(role, "providers"),
            valid_from__lte=Today(),
            **{f"{column}__isnull": False},
        )
        return rows.values_list(column, flat=True).distinct()

    return ids


CASELOAD = {
    "caseload": "trajectory_id",
    "caseload_pupils": "pupil_id",
    "caseload_families": "family_id",
}

for _name, _column in CASELOAD.items():
    register_set(_name, sql=_SQL.format(column=_column), ids=_ids(_column))
