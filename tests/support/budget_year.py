"""A budget of this year with a rate, an order on it, and work that it pays for."""

import datetime as dt

import pytest

from oja.core.periods import today
from support.models import Contact
from tests.factories.money import BudgetFactory, HourRateFactory, OrderFactory
from tests.factories.support import ContactFactory

YEAR = today().year
JANUARY = dt.date(YEAR, 1, 1)
FEBRUARY = dt.date(YEAR, 2, 1)
MARCH = dt.date(YEAR, 3, 1)
NEXT_YEAR = dt.date(YEAR + 1, 1, 1)


@pytest.fixture
def budget(cast):
    """€ 100.000 of this year for the municipality of world A, and € 90 an hour."""
    Contact.objects.all().delete()
    HourRateFactory(provider=cast.a.provider)
    return BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality)


def order_of(cast, **fields):
    fields.setdefault("trajectory", cast.a.trajectory)
    fields.setdefault("municipality", cast.a.municipality)
    return OrderFactory(**fields)


def worked(cast, on, minutes, **fields):
    return ContactFactory(trajectory=cast.a.trajectory, on=on, minutes=minutes, **fields)
