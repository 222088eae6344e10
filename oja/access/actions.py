"""Every write of access: accounts and memberships. Each leaves an AccessEvent."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oja.access.models import AccessEvent, Membership, Organisation, User
from oja.access.permissions import ROLES, SEES_CHILDREN, Permission, Role
from oja.access.scoping import forget_sets

#: Sentences for what the database refuses, by the name of its constraint.
REFUSED = {
    "membership_adviser_sees_no_children": _(
        "A municipal adviser cannot also have a role that sees children."
    ),
    "membership_fits_the_organisation": _("This role does not belong to that organisation."),
    "membership_once_while_it_is_open": _("This person already has this role there."),
}


def _require(actor, permission):
    if not actor.may(permission):
        raise PermissionDenied


def _note(actor, what, about, **data):
    AccessEvent(
        actor_id=actor.user_id,
        actor_label=actor.label,
        what=what,
        about_id=about.pk,
        data={name: str(value) if value is not None else None for name, value in data.items()},
    ).save(force_insert=True)


def note_change(actor, row: models.Model, changed: list[str]) -> None:
    """The event of a change on the administration pages: which fields, not their values."""
    _note(actor, f"{row._meta.model_name}_changed", row, fields=", ".join(changed))
    forget_sets()


def create_account(actor, *, email: str, name: str, password: str | None = None) -> User:
    """A new account. Without a password its owner asks for one by mail."""
    _require(actor, Permission.ACCOUNTS_CHANGE)
    user = User.objects.create_user(email=email, password=password, name=name)
    _note(actor, "account_created", user)
    return user


def refuse_adviser_who_sees_children(
    user: User, role: str, valid_from: dt.date, valid_until: dt.date | None, besides=None
) -> None:
    """Raise ValidationError when the roles of somebody would mix published figures and children."""
    if role == Role.MUNICIPAL_ADVISER:
        others = SEES_CHILDREN
    elif role in SEES_CHILDREN:
        others = {Role.MUNICIPAL_ADVISER}
    else:
        return
    clash = Membership.objects.filter(user=user, role__in=others).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=valid_from)
    )
    if valid_until is not None:
        clash = clash.filter(valid_from__lt=valid_until)
    if clash.exclude(pk=besides).exists():
        raise ValidationError(REFUSED["membership_adviser_sees_no_children"])


def grant_role(
    actor,
    *,
    user: User,
    role: str,
    organisation: Organisation,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
) -> Membership:
    """Give somebody a role in an organisation, up to (not including) `valid_until`.

    Raises ValidationError with a sentence when the role does not fit.
    """
    _require(actor, Permission.ACCOUNTS_CHANGE)
    if ROLES[Role(role)].organisation != organisation.kind:
        raise ValidationError(REFUSED["membership_fits_the_organisation"])
    refuse_adviser_who_sees_children(user, role, valid_from, valid_until)
    membership = Membership(
        user=user,
        role=role,
        organisation=organisation,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    _save(membership, force_insert=True)
    _note(actor, "role_granted", user, role=role, organisation=organisation.pk, on=valid_from)
    return membership


def end_role(actor, *, membership: Membership, on: dt.date) -> Membership:
    """Let a membership end: `on` is the first day without it."""
    _require(actor, Permission.ACCOUNTS_CHANGE)
    membership.valid_until = on
    _save(membership, update_fields=["valid_until", "updated_at"])
    _note(
        actor,
        "role_ended",
        membership.user,
        role=membership.role,
        organisation=membership.organisation_id,
        on=on,
    )
    return membership


def _save(row: models.Model, **kwargs) -> None:
    """Save, and turn what the database refuses into a sentence."""
    try:
        with transaction.atomic():
            row.save(**kwargs)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in REFUSED:
            raise
        raise ValidationError(REFUSED[name]) from error
    forget_sets()
