"""Writes to the register: municipalities, sites, groups and who teaches them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.models import Organisation
from oja.access.permissions import Permission
from schools.actions.base import fill, own_site, require, store
from schools.models import (
    GroupTeacher,
    Municipality,
    SchoolGroup,
    SchoolSite,
    SchoolType,
    SiteChange,
)


@transaction.atomic
def register_municipality(actor, *, code, name, organisation=None):
    """A municipality by its code of four digits; an existing one is given back as it is.

    `organisation` is the one that its advisers work for; an existing municipality without one
    gets it. Raises ValidationError for an organisation of another kind.
    """
    require(actor, Permission.ACCOUNTS_CHANGE)
    if organisation is not None and organisation.kind != Organisation.Kind.MUNICIPALITY:
        raise ValidationError({"organisation": _("This organisation is no municipality.")})
    found = Municipality.objects.filter(code=code).first()
    if found is None:
        return store(Municipality(code=code, name=name, organisation=organisation))
    if organisation is not None and found.organisation_id is None:
        found.organisation = organisation
        return store(found)
    return found


@transaction.atomic
def register_site(actor, *, name, municipality, code=None, school_type=SchoolType.BAO, **fields):
    """A site with the organisation that people work for. Returns the SchoolSite."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    organisation = Organisation.objects.create(kind=Organisation.Kind.SITE, name=name)
    site = SchoolSite(
        organisation=organisation,
        name=name,
        municipality=municipality,
        code=code or None,
        school_type=school_type,
        **fields,
    )
    return store(site)


# Fields of a site whose change is history; the import keeps the same.
SITE_HISTORY = ("name", "board", "municipality", "street", "house_number", "postal_code", "city")


@transaction.atomic
def change_site(actor, *, site, on, **fields):
    """Change a site by hand; name, board and address leave history, the organisation follows."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    before = SchoolSite.objects.get(pk=site.pk)
    old = {name: _as_history(getattr(before, name)) for name in SITE_HISTORY}
    site = store(fill(before, fields))
    for name in SITE_HISTORY:
        new = _as_history(getattr(site, name))
        if old[name] != new:
            SiteChange.objects.create(site=site, field=name, old=old[name], new=new, on=on)
    Organisation.objects.filter(pk=site.pk).exclude(name=site.name).update(name=site.name)
    return site


def _as_history(value):
    """The number of a board, the code of a municipality, or the text itself."""
    return str(getattr(value, "number", None) or getattr(value, "code", None) or value or "")


@transaction.atomic
def save_reference(actor, *, row):
    """Store a row of the register or of an arrangement that needs nothing else."""
    require(actor, Permission.ACCOUNTS_CHANGE)
    return store(row)


@transaction.atomic
def add_group(actor, *, site, name):
    """A group of a site."""
    own_site(actor, site.pk)
    return store(fill(SchoolGroup(site=site), {"name": name}))


@transaction.atomic
def group_of_name(actor, *, site, name):
    """The group of a site with that name, made when there is none."""
    own_site(actor, site.pk)
    rows = SchoolGroup.objects.visible_to(actor).filter(site=site)
    return rows.filter(name__iexact=name).first() or add_group(actor, site=site, name=name)


@transaction.atomic
def assign_teacher(actor, *, group, user, valid_from, valid_until=None):
    """Let a user teach a group; the user sees the agreements of that group in that period."""
    own_site(actor, group.site_id)
    return store(
        GroupTeacher(
            user=user,
            group=group,
            site_id=group.site_id,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    )
