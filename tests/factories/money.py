"""Subsidies, budgets, rates and costs of a provider, and an order to promise money for."""

import datetime as dt
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from oja.core.periods import today
from providers.models import Advance, BonusMalus, Budget, BudgetPart, HourRate, Subsidy
from support.models import (
    ClosedMonth,
    Commitment,
    CostImport,
    CostLine,
    ExternalCost,
)
from tests.factories.access import SINCE
from tests.factories.purchases import DeliveryFactory, SubcontractFactory


class SubsidyFactory(DjangoModelFactory):
    """Five years for one arrangement."""

    class Meta:
        model = Subsidy

    decision_number = factory.Sequence(lambda n: f"BES-{n:04d}")
    amount_cents = 500_000_000
    valid_from = dt.date(2024, 1, 1)
    valid_until = dt.date(2029, 1, 1)


class BonusMalusFactory(DjangoModelFactory):
    """A margin of five percent, and half of the rest up to five percent."""

    class Meta:
        model = BonusMalus

    provider = factory.SelfAttribute("subsidy.provider")
    margin_percent = Decimal(5)
    share_percent = Decimal(50)
    cap_percent = Decimal(5)


class AdvanceFactory(DjangoModelFactory):
    """A payment in advance."""

    class Meta:
        model = Advance

    provider = factory.SelfAttribute("subsidy.provider")
    on = dt.date(2026, 1, 15)
    amount_cents = 10_000_000


class BudgetFactory(DjangoModelFactory):
    """€ 100.000 for this year, unless told otherwise."""

    class Meta:
        model = Budget

    year = factory.LazyFunction(lambda: today().year)
    amount_cents = 10_000_000


class BudgetPartFactory(DjangoModelFactory):
    """A kind of help in a budget."""

    class Meta:
        model = BudgetPart

    provider = factory.SelfAttribute("budget.provider")
    category = "ordered"
    amount_cents = factory.SelfAttribute("budget.amount_cents")


class HourRateFactory(DjangoModelFactory):
    """€ 90 an hour."""

    class Meta:
        model = HourRate

    cents_per_hour = 9_000
    valid_from = SINCE


class OrderFactory(SubcontractFactory):
    """Ten hours of € 100 over this calendar year, as a proposal that was sent."""

    jz020 = "45"
    help_kind = "Ambulante begeleiding"
    volume = Decimal(10)
    rate_cents = 10_000
    ceiling_cents = factory.LazyAttribute(lambda o: int(o.volume * o.rate_cents))
    starts_on = factory.LazyFunction(lambda: dt.date(today().year, 1, 1))
    ends_on = factory.LazyFunction(lambda: dt.date(today().year, 12, 31))
    state = "asked"
    sent_on = factory.LazyFunction(today)

    class Params:
        ordered = factory.Trait(
            state="ordered",
            approved_on=factory.LazyFunction(today),
            ordered_on=factory.LazyFunction(today),
        )


class BillFactory(DeliveryFactory):
    """A bill of January of an order."""

    period_start = factory.LazyFunction(lambda: dt.date(today().year, 1, 1))
    volume = Decimal(2)
    cents = 20_000
    invoice_number = factory.Sequence(lambda n: f"F{n:05d}")


class CommitmentFactory(DjangoModelFactory):
    """What an order takes of a budget."""

    class Meta:
        model = Commitment

    provider = factory.SelfAttribute("subcontract.provider")
    year = factory.SelfAttribute("budget.year")
    cents = factory.SelfAttribute("subcontract.ceiling_cents")
    open_cents = factory.SelfAttribute("cents")


class ExternalCostFactory(DjangoModelFactory):
    """A bill through a doctor, for nobody that is known."""

    class Meta:
        model = ExternalCost

    source_ref = factory.Sequence(lambda n: f"GEM-{n:05d}")
    referrer = "02"
    jz020 = "54"
    period_start = factory.LazyFunction(lambda: dt.date(today().year, 1, 1))
    cents = 50_000


class CostLineFactory(DjangoModelFactory):
    """A correction on a budget: the simplest line."""

    class Meta:
        model = CostLine

    provider = factory.SelfAttribute("budget.provider")
    municipality = factory.SelfAttribute("budget.municipality")
    year = factory.SelfAttribute("budget.year")
    on = factory.LazyAttribute(lambda o: dt.date(o.year, 1, 1))
    category = "individual"
    source = "other"
    cents = 12_345
    layer = "L3"
    booked_on = factory.LazyFunction(today)


class ClosedMonthFactory(DjangoModelFactory):
    """January, closed."""

    class Meta:
        model = ClosedMonth

    month = factory.LazyFunction(lambda: dt.date(today().year, 1, 1))
    closed_on = factory.LazyFunction(today)
    closed_by = "Cato"


class CostImportFactory(DjangoModelFactory):
    """A file that somebody still looks at."""

    class Meta:
        model = CostImport

    class Params:
        read = factory.Trait(
            state="done",
            sheet=None,
            done_at=factory.LazyFunction(timezone.now),
            report={
                "rows": 1,
                "new": 1,
                "unchanged": 0,
                "matched": 0,
                "unmatched": 1,
                "cents": 12_050,
                "refused": [],
                "ignored_columns": ["naam"],
                "notes": [],
            },
        )

    file_name = "kosten.csv"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    sheet = factory.LazyFunction(
        lambda: {
            "headings": [
                "datum",
                "verwijzer",
                "productcategorie",
                "bedrag",
                "gemeente",
                "kenmerk",
            ],
            "rows": [[2, [f"{today().year}-01-15", "02", "54", "120,50", "Oosterveld", "GEM-9"]]],
            "ignored": ["naam"],
            "notes": [],
        }
    )
    are_columns_checked = True
    columns = {
        "datum": "period_start",
        "verwijzer": "referrer",
        "productcategorie": "jz020",
        "bedrag": "cents",
        "gemeente": "municipality",
        "kenmerk": "source_ref",
    }
    given_by = "Cato"
