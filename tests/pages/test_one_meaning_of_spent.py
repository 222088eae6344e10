"""Spent is one amount: on the budget page, in the figures, in the lists behind and in the files."""

import csv
import datetime as dt
import io
import random

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from monitor.definition import Window
from monitor.engine import measure, populations, rows
from monitor.indicators import indicators
from oja.access.actor import Actor, become
from oja.access.models import User
from oja.core.money import plain_euros
from oja.core.periods import school_year_of, today
from providers.models import CostCategory
from support import costs
from support.actions.costs import close_month, record_external_costs
from support.budget_board import board_of
from support.models import Contact, CostLine, Spending
from tests.cast import cast
from tests.factories.access import PASSWORD
from tests.factories.money import (
    BillFactory,
    BudgetFactory,
    CostLineFactory,
    HourRateFactory,
    OrderFactory,
)
from tests.factories.support import ContactFactory

__all__ = ["cast"]

YEAR = today().year
JANUARY = dt.date(YEAR, 1, 1)
FORMS = ("INDIVIDUEEL", "GROEP", "GEZIN")
SLUGS = ("budget-use", "realised-and-committed")


def month(number):
    return dt.date(YEAR, number, 1)


def help_of(cast, chance, months, number):
    """Contacts of odd minutes in some months, so that every line has a half cent somewhere."""
    for _each in range(number):
        ContactFactory(
            trajectory=cast.a.trajectory,
            on=min(month(chance.choice(months)) + dt.timedelta(days=chance.randrange(28)), today()),
            minutes=chance.randrange(1, 120),
            form=chance.choice(FORMS),
            layer=chance.choice(("L2", "L3", "L4")),
        )


@pytest.fixture(params=[1, 2, 3])
def spent(cast, request):
    """A year with closed and open months, late help, a bill, a bill from outside, other money."""
    Contact.objects.all().delete()
    chance = random.Random(request.param)
    HourRateFactory(provider=cast.a.provider, cents_per_hour=9_233)
    cast.budget = BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality)
    HourRateFactory(provider=cast.b.provider)
    BudgetFactory(provider=cast.b.provider, municipality=cast.b.municipality)
    ContactFactory(trajectory=cast.b.trajectory, on=JANUARY, minutes=99)
    system = Actor.system("test")
    until = list(range(1, today().month + 1))
    help_of(cast, chance, until, 30)
    if len(until) > 1:
        closed = chance.choice(until[:-1])
        close_month(system, provider=cast.a.provider, month=month(closed))
        help_of(cast, chance, until[:closed], 5)
        booked = Contact.objects.filter(trajectory=cast.a.trajectory, on__lt=month(closed + 1))
        booked.order_by("on", "minutes").first().delete()
    order = OrderFactory(
        trajectory=cast.a.trajectory, municipality=cast.a.municipality, ordered=True
    )
    costs.commit(system, subcontract=order, on=today())
    costs.book_delivery(system, delivery=BillFactory(subcontract=order, cents=12_345), on=today())
    bill = {
        "source_ref": "GEM-1",
        "referrer": "08",
        "jz020": "43",
        "period_start": JANUARY,
        "cents": 70_001,
        "municipality": cast.a.municipality,
    }
    record_external_costs(system, provider=cast.a.provider, items=[bill])
    CostLineFactory(budget=cast.budget, on=today(), cents=-333)
    return cast


@pytest.fixture
def cato(spent):
    client = Client()
    assert client.login(username=spent.cato.email, password=PASSWORD)
    return client


def figures(cast, on):
    """{slug: Figure} of the manager as it stood at the end of a day, and who looks."""
    actor = Actor.for_user(User.objects.get(pk=cast.cato.pk))
    window = Window.of(school_year_of(on), on)
    with become(actor):
        (own,) = [own for own in populations(actor) if own.audience == "provider"]
        found = measure(indicators(), actor, own, [window], on=today())
        listed = {
            slug: rows(found[slug, window].indicator, "spent", own, actor, window).aggregate(
                cents=Sum("cents", default=0)
            )["cents"]
            for slug in SLUGS
        }
    return {slug: found[slug, window] for slug, _window in found}, listed


def exported(client, address, column, **query):
    """The cells of one column of a file."""
    text = client.get(address, query | {"formaat": "csv"}).content.decode("utf-8-sig")
    found = csv.DictReader(io.StringIO(text), delimiter=";")
    return [row[column] for row in found]


def to_cents(text):
    return int(text.replace(",", ""))


def ends_of_months():
    last = [month(number) - dt.timedelta(days=1) for number in range(2, today().month + 1)]
    return [*last, today()]


def test_page_figure_list_and_file_agree_to_the_cent(spent, cato):
    for on in ends_of_months():
        board = board_of(spent.actor("cato"), spent.a.provider, year=YEAR, on=on)
        found, listed = figures(spent, on)
        for slug in SLUGS:
            assert found[slug].value("spent").value == board.spent_cents, (slug, on)
            assert listed[slug] == board.spent_cents, (slug, on)
        share = found["share-of-third-parties-in-cost"]
        assert share.value("count").value == board.spent_cents
        for kind in board.kinds:
            assert share.value(kind.category.replace("_", "-")).value == kind.spent_cents
        assert sum(one.spent_cents for one in board.months) == board.spent_cents
        stand = {"jaar": YEAR} | ({"stand": on.isoformat()} if on != today() else {})
        *kinds, total = exported(cato, reverse("budget"), "Besteed", **stand)
        assert kinds == [plain_euros(kind.spent_cents) for kind in board.kinds]
        assert total == plain_euros(board.spent_cents)
        for kind in (None, *CostCategory):
            query = {"jaar": YEAR, "tot": on.isoformat()} | ({"soort": str(kind)} if kind else {})
            lines = exported(cato, reverse("budget-lines"), "Bedrag", **query)
            told = [row.spent_cents for row in board.kinds if kind in (None, row.category)]
            assert sum(map(to_cents, lines)) == sum(told), (kind, on)


def test_the_list_behind_the_figure_and_its_file_are_the_same_amount(spent, cato):
    board = board_of(spent.actor("cato"), spent.a.provider, year=YEAR, on=today())
    address = reverse("figure-rows", args=["budget-use", "spent"])
    lines = exported(cato, address, "Bedrag", voor="provider")
    assert sum(map(to_cents, lines)) == board.spent_cents


def test_an_approval_counts_from_what_the_page_shows(spent):
    board = board_of(spent.actor("cato"), spent.a.provider, year=YEAR, on=today())
    totals = costs.totals_of(spent.a.provider, spent.a.municipality, [YEAR])[YEAR]
    assert totals.realised_cents == board.spent_cents


def test_closing_books_exactly_what_was_open(spent):
    """Month by month, and nothing of the year changes."""
    system = Actor.system("test")
    before = Spending.objects.filter(provider=spent.a.provider).aggregate(cents=Sum("cents"))
    for number in range(1, today().month):
        asked = Spending.objects.filter(provider=spent.a.provider, source="open")
        open_ = asked.filter(on__lte=month(number)).aggregate(cents=Sum("cents", default=0))
        lines = close_month(system, provider=spent.a.provider, month=month(number))
        assert sum(line.cents for line in lines) == open_["cents"], number
        assert not asked.filter(on__lte=month(number)).exists()
    after = Spending.objects.filter(provider=spent.a.provider).aggregate(cents=Sum("cents"))
    assert after == before


def test_what_is_open_is_provisional_and_stands_in_an_open_month(spent):
    first = {line.on for line in CostLine.objects.filter(source="own")}
    for row in Spending.objects.filter(provider=spent.a.provider, source="open"):
        assert row.is_provisional
        assert not first or row.on > max(first)


@pytest.mark.parametrize(
    ("name", "world"), [("cato", "a"), ("hans", "b"), ("bas", None), ("anna", None), ("els", None)]
)
def test_spending_is_for_the_own_manager(spent, name, world):
    """Both walls, each alone: the view has the row security of its tables."""
    actor = Actor.for_user(getattr(spent, name))
    own = {getattr(spent, world).provider.pk} if world else set()
    asked = Spending.objects.visible_to(actor)
    assert set(asked.values_list("provider", flat=True)) == own
    with become(actor):
        alone = set(Spending.objects.values_list("pk", flat=True))
    assert alone == set(asked.values_list("pk", flat=True))
    kinds = set(asked.values_list("source", flat=True))
    assert not own or "open" in kinds
