"""Third parties and what was agreed with them: kept by the manager of the lead provider."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from oja.access.models import Organisation
from oja.access.permissions import Permission
from oja.core.text import clean_text
from providers.actions.base import own_provider
from providers.models import Provider, ThirdPartyContract, Unit
from schools.actions import require, store


@transaction.atomic
def register_third_party(actor, *, name):
    """A third party in the open register; one that stands there already is given back."""
    require(actor, Permission.SUBCONTRACT_APPROVE)
    name = clean_text(name or "").strip()
    if not name or len(name) > 200:
        raise ValidationError({"name": _("Fill in the name of the third party.")})
    if actor.kind == "system":
        known = Provider.objects.filter(kind=Provider.Kind.THIRD, name__iexact=name).first()
        if known is not None:
            return known
        organisation = Organisation.objects.create(kind=Organisation.Kind.PROVIDER, name=name)
        return store(Provider(organisation=organisation, name=name, kind=Provider.Kind.THIRD))
    with connection.cursor() as cursor:
        cursor.execute("SELECT oja.providers_register_third(%s)", [name])
        (key,) = cursor.fetchone()
    return Provider.objects.get(pk=key)


@transaction.atomic
def agree_contract(
    actor,
    *,
    provider,
    third,
    jz020,
    description,
    rate_cents,
    valid_from,
    unit=Unit.HOUR,
    valid_until=None,
):
    """A rate that was agreed with a third party for one kind of help, in cents per unit."""
    require(actor, Permission.SUBCONTRACT_APPROVE)
    own_provider(actor, provider)
    if third.kind != Provider.Kind.THIRD:
        raise ValidationError({"third": _("A contract is made with another organisation.")})
    return store(
        ThirdPartyContract(
            provider=provider,
            third=third,
            jz020=jz020,
            description=clean_text(description).strip(),
            unit=unit,
            rate_cents=rate_cents,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    )


@transaction.atomic
def end_contract(actor, *, contract, valid_until):
    """End a contract: `valid_until` is the first day on which it no longer holds."""
    require(actor, Permission.SUBCONTRACT_APPROVE)
    own_provider(actor, contract.provider_id)
    contract.valid_until = valid_until
    return store(contract)
