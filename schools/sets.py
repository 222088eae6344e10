"""The sets of rows that this app lends to scopes: the groups that a teacher has today."""

from oja.access.scoping import register_set
from oja.core import periods
from schools.models import GroupTeacher

# A teacher who left the school keeps no group, also when nobody ended the row of the group.
GROUPS_SQL = (
    "SELECT t.group_id FROM public.schools_groupteacher t"
    " JOIN public.access_membership m ON m.user_id = t.user_id"
    " AND m.organisation_id = t.site_id AND m.role = $1"
    " WHERE t.user_id = oja.current_user_id()"
    " AND t.valid_from <= oja.today()"
    " AND (t.valid_until IS NULL OR t.valid_until > oja.today())"
    " AND m.valid_from <= oja.today()"
    " AND (m.valid_until IS NULL OR m.valid_until > oja.today())"
)


def group_ids(actor, role):
    """Groups of this user today, at sites where the user still holds the role."""
    rows = GroupTeacher.objects.filter(
        user_id=actor.user_id, site_id__in=actor.ids(role, "sites")
    ).valid_on(periods.today())
    return rows.order_by("group_id").values_list("group_id", flat=True).distinct()


def register_sets():
    """Called once, when the applications are ready."""
    register_set("groups", sql=GROUPS_SQL, ids=group_ids)
