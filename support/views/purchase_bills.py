"""Bills of bought care, third parties and what was agreed with them: the manager's pages."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission, Role
from oja.core.export import Column
from oja.core.money import format_euros
from oja.core.periods import today
from oja.core.workflow import MoveRefused, Refusal
from oja.pages.forms import form_page
from oja.pages.lists import EmptyText, list_page
from oja.pages.refused import refused_page
from providers.actions import agree_contract, register_third_party
from providers.models import Provider, ThirdPartyContract
from support import purchases
from support.actions import (
    approve_delivery,
    delivery_conditions,
    refuse_delivery,
    report_delivery,
)
from support.forms.purchases import (
    BillReasonForm,
    ContractForm,
    DeliveryForm,
    RefuseBillForm,
    ThirdPartyForm,
)
from support.models import Delivery, Subcontract
from support.views import subcontract_words as words
from support.views.keys import acts_elsewhere
from support.views.purchase_answers import crumbs

_KEEPS_MONEY = Role.PROVIDER_MANAGER, "providers"


def order_of(request, pk):
    """The order behind a page of bills; 404 for a stranger."""
    rows = Subcontract.objects.visible_to(request.actor).for_detail()
    return get_visible_or_404(request, Subcontract, pk, rows=rows)


@needs(Permission.INVOICE_APPROVE)
def delivery_create(request, pk):
    """Report what was delivered in a month, with the bill."""
    row, on = order_of(request, pk), today()
    if refusal := acts_elsewhere(request, *_KEEPS_MONEY, row.provider_id):
        return refusal
    back = words.detail_url(row)

    def save(data):
        return report_delivery(request.actor, subcontract=row, on=on, **data)

    return form_page(
        request,
        DeliveryForm,
        save=save,
        title=_("Report a bill"),
        template="support/small_form.html",
        success_url=f"{back}#prestaties",
        draft_key=f"delivery-new.{row.pk}",
        submit_label=_("Report the bill"),
        form_kwargs={"months": words.months_of(row, on)},
        done=_("Bill reported. Somebody else than who approved the order approves it."),
        context={
            "intro": f"{words.title_of(row)} · {row.pupil_name}",
            "back": back,
            "crumbs": crumbs(row, _("Report a bill")),
        },
    )


def bill_of(request, pk):
    """(order, bill) of an address; 404 for a stranger."""
    bill = get_visible_or_404(request, Delivery, pk)
    return order_of(request, bill.subcontract_id), bill


def bill_facts(row, bill):
    """(label, value) of a bill beside its order."""
    return [
        (_("For"), f"{words.title_of(row)} · {row.pupil_name}"),
        (_("Month"), words.full(bill.period_start).split(" ", 1)[1]),
        (_("Delivered"), purchases.volume_words(bill.volume, row.unit)),
        (_("Amount"), format_euros(bill.cents)),
        (_("Number of the bill"), bill.invoice_number),
        (_("Date of the bill"), words.full(bill.invoiced_on)),
        (
            _("The order"),
            _("%(amount)s (%(rate)s)")
            % {
                "amount": format_euros(row.ceiling_cents),
                "rate": purchases.rate_words(row.rate_cents, row.unit),
            },
        ),
    ]


@needs(Permission.INVOICE_APPROVE)
def delivery_approve(request, pk):
    """Approve a bill, unless the same person approved the order."""
    row, bill = bill_of(request, pk)
    if refusal := acts_elsewhere(request, *_KEEPS_MONEY, row.provider_id):
        return refusal
    back = words.detail_url(row)
    title = _("Approve the bill")
    if bill.state != "reported":
        problem = MoveRefused([Refusal(_("This bill was decided already"), url=back)], bill)
        return refused_page(request, problem, title=title)
    met, refusals = delivery_conditions(request.actor, row, bill)
    blocking = [each for each in refusals if each.who]
    if blocking:
        return refused_page(request, MoveRefused(blocking, bill), title=title, met=met)

    def save(data):
        return approve_delivery(request.actor, delivery=bill, on=today(), **data)

    return form_page(
        request,
        BillReasonForm,
        save=save,
        title=title,
        template="support/bill_form.html",
        success_url=f"{back}#prestaties",
        draft_key=f"delivery-approve.{bill.pk}",
        submit_label=title,
        form_kwargs={"is_asked": bool(refusals)},
        done=_("Bill approved and booked: %(amount)s.") % {"amount": format_euros(bill.cents)},
        context={
            "facts_rows": bill_facts(row, bill),
            "warnings": [str(each.sentence) for each in refusals],
            "back": back,
            "crumbs": crumbs(row, title),
        },
    )


@needs(Permission.INVOICE_APPROVE)
def delivery_refuse(request, pk):
    """Refuse a bill and say what is wrong with it."""
    row, bill = bill_of(request, pk)
    if refusal := acts_elsewhere(request, *_KEEPS_MONEY, row.provider_id):
        return refusal
    back = words.detail_url(row)

    def save(data):
        return refuse_delivery(request.actor, delivery=bill, on=today(), **data)

    return form_page(
        request,
        RefuseBillForm,
        save=save,
        title=_("Refuse the bill"),
        template="support/bill_form.html",
        success_url=f"{back}#prestaties",
        draft_key=f"delivery-refuse.{bill.pk}",
        submit_label=_("Refuse the bill"),
        kind="danger",
        done=_("Bill refused."),
        context={
            "facts_rows": bill_facts(row, bill),
            "warnings": [],
            "back": back,
            "crumbs": crumbs(row, _("Refuse the bill")),
        },
    )


# --- Third parties ------------------------------------------------------------------------------

CONTRACTS = (
    Column("third", gettext_lazy("Third party"), "third__name", order="derde", card="name"),
    Column("help", gettext_lazy("Which help"), "description", order="hulp"),
    Column("category", gettext_lazy("Product category"), "get_jz020_display", card="none"),
    Column(
        "rate",
        gettext_lazy("Rate"),
        "rate_cents",
        kind="money",
        cell=lambda row: purchases.rate_words(row.rate_cents, row.unit),
        card="mark",
    ),
    Column("from", gettext_lazy("From"), "valid_from", kind="date", order="vanaf", card="none"),
    Column("until", gettext_lazy("Until"), "valid_until", kind="date", card="none"),
)


@needs(Permission.SUBCONTRACT_APPROVE)
def contract_list(request):
    """What was agreed with third parties."""
    return list_page(
        request,
        ThirdPartyContract.objects.visible_to(request.actor).for_list(),
        title=_("Contracts with third parties"),
        noun=(_("contract"), _("contracts")),
        columns=CONTRACTS,
        orderings={
            "derde": ("third__name", "description"),
            "hulp": ("description",),
            "vanaf": ("-valid_from",),
        },
        what="contracts",
        subject=None,
        breadcrumb=[(_("Bought care"), reverse("subcontract-list")), (_("Contracts"), "")],
        row_url=lambda row: "",
        actions=[
            (_("Record a contract"), reverse("contract-create"), "plus"),
            (_("Register a third party"), reverse("third-create"), "building-2"),
        ],
        empty=EmptyText(nothing_yet=_("No contracts yet. A proposal can be made without one.")),
    )


@needs(Permission.SUBCONTRACT_APPROVE)
def contract_create(request):
    """Record a rate that was agreed with a third party."""
    actor = request.actor
    own = Provider.objects.filter(pk__in=actor.ids(Role.PROVIDER_MANAGER, "providers")).first()
    thirds = list(Provider.objects.filter(kind=Provider.Kind.THIRD).order_by("name"))

    def save(data):
        return agree_contract(actor, provider=own, **data)

    return form_page(
        request,
        ContractForm,
        save=save,
        title=_("Record a contract"),
        template="support/small_form.html",
        success_url=reverse("contract-list"),
        draft_key="contract-new",
        submit_label=_("Save the contract"),
        form_kwargs={"thirds": thirds},
        done=_("Contract kept."),
        context={
            "back": reverse("contract-list"),
            "crumbs": [
                (_("Bought care"), reverse("subcontract-list")),
                (_("Contracts"), reverse("contract-list")),
                (_("Record a contract"), ""),
            ],
        },
    )


@needs(Permission.SUBCONTRACT_APPROVE)
def third_create(request):
    """Put a third party in the open register, so that a proposal can name it."""

    def save(data):
        return register_third_party(request.actor, **data)

    return form_page(
        request,
        ThirdPartyForm,
        save=save,
        title=_("Register a third party"),
        template="support/small_form.html",
        success_url=reverse("contract-list"),
        draft_key="third-new",
        submit_label=_("Register"),
        done=lambda third: _("%(name)s stands in the register.") % {"name": third.name},
        context={
            "intro": _("Whoever registers a third party does not approve its bills."),
            "back": reverse("contract-list"),
            "crumbs": [
                (_("Bought care"), reverse("subcontract-list")),
                (_("Contracts"), reverse("contract-list")),
                (_("Register a third party"), ""),
            ],
        },
    )
