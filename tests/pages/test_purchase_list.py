"""The list of bought care: tabs, filters, what it comes to per reason, and what others ordered."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from oja.core.money import format_euros
from oja.core.periods import today
from support.models import Subcontract
from support.views import subcontract_list
from tests.factories.money import ExternalCostFactory
from tests.factories.purchases import (
    AgreementFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
    third_party,
)
from tests.factories.support import days_ago
from tests.pages.purchase_pages import asked, detail, world
from tests.pages.support_pages import sign_in, text_of

__all__ = ["world"]

pytestmark = pytest.mark.django_db
LIST = "/derdeninzet/"


def order(world, cents=174000, **fields):
    """An order of that highest amount."""
    return SubcontractFactory(
        trajectory=fields.pop("trajectory", world.trajectory),
        volume=Decimal(1),
        rate_cents=cents,
        ceiling_cents=cents,
        **fields,
    )


def rows_of(response):
    return {row["object"].pk for row in response.context["rows"]}


def counts(response):
    return {tab["label"]: tab["count"] for tab in response.context["tabs"]}


def test_every_order_stands_in_one_tab_and_every_tab_says_how_many(client, cast, world):
    waits = [order(world), order(world, asked=True), order(world, approved=True)]
    runs = [order(world, ordered=True), order(world, running=True)]
    soon = order(world, running=True, review_on=today() + dt.timedelta(days=3))
    done = [
        order(world, state=state, **more)
        for state, more in (("rejected", {"sent_on": today()}), ("withdrawn", {}))
    ]
    cato = sign_in(client, cast.cato)
    for tab, expected in (
        ("", waits),
        ("loopt", [*runs, soon]),
        ("herbeoordelen", [soon]),
        ("afgerond", done),
        ("alles", [*waits, *runs, soon, *done]),
        ("onzin", waits),
    ):
        page = cato.get(LIST, {"tab": tab} if tab else {})
        assert rows_of(page) == {row.pk for row in expected}, tab
    assert list(counts(page).values()) == [3, 3, 1, 2, 0]


@pytest.fixture
def many(cast, world):
    """Orders that differ in everything that can be filtered."""
    second = world.new_trajectory(active=True)
    elsewhere = third_party("Praktijk Elders")
    many = {
        "family": order(world, 10001, asked=True),
        "school": order(world, 20002, asked=True, third=elsewhere),
        "decision": order(world, 30003, asked=True, reason="capacity", trajectory=second),
    }
    AgreementFactory(subcontract=many["family"], guardian=world.parents[0], asked=True)
    SchoolAnswerFactory(subcontract=many["school"])
    return many


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"wacht": "gezin"}, {"family"}),
        ({"wacht": "school"}, {"school"}),
        ({"wacht": "besluit"}, {"decision"}),
        ({"reden": "capacity"}, {"decision"}),
        ({"reden": "expertise"}, {"family", "school"}),
        ({"herbeoordeling": "geen"}, {"family", "school", "decision"}),
        ({"herbeoordeling": "te-laat"}, set()),
    ],
)
def test_it_filters_and_the_sums_are_those_of_the_rows(client, cast, world, many, query, names):
    page = sign_in(client, cast.cato).get(LIST, query)
    assert rows_of(page) == {many[name].pk for name in names}
    sums_are_those_of_the_rows(page)


def sums_are_those_of_the_rows(page):
    """To the cent, in all and per reason."""
    rows = [row["object"] for row in page.context["rows"]]
    found = page.context["summary"]
    if not rows:
        assert found is None
        return
    assert found.cents == sum(row.ceiling_cents for row in rows)
    assert found.number == len(rows)
    assert found.thirds == len({row.third_id for row in rows})
    assert {each["label"]: each["amount"] for each in found.reasons} == {
        row.get_reason_display(): format_euros(
            sum(other.ceiling_cents for other in rows if other.reason == row.reason)
        )
        for row in rows
    }
    assert format_euros(found.cents) in text_of(page)


def test_it_filters_by_third_party_school_and_the_day_of_the_review(client, cast, world, many):
    cato = sign_in(client, cast.cato)
    third = many["school"].third_id
    page = cato.get(LIST, {"aanbieder": str(third)})
    assert rows_of(page) == {many["school"].pk}
    days = {"te-laat": -1, "binnenkort": 14, "later": 15}
    running = {
        key: order(world, running=True, review_on=today() + dt.timedelta(days=number))
        for key, number in days.items()
    }
    for key, row in running.items():
        page = cato.get(LIST, {"tab": "loopt", "herbeoordeling": key})
        assert rows_of(page) == {row.pk}
        sums_are_those_of_the_rows(page)


def test_who_helps_sees_the_own_orders_and_their_money_only(client, cast, world, many):
    gijs = sign_in(client, cast.gijs).get(LIST)
    assert rows_of(gijs) == set()
    assert gijs.context["summary"] is None
    bas = client.get(LIST)
    for name in ("bas", "cato"):
        page = sign_in(client, getattr(cast, name)).get(LIST)
        assert len(rows_of(page)) == 3
        sums_are_those_of_the_rows(page)
    assert bas.status_code == 200
    for name in ("anna", "ilse", "els", "fem"):
        answer = sign_in(client, getattr(cast, name)).get(LIST)
        assert answer.status_code == 403
        assert "€" not in text_of(answer)


def test_it_sums_all_pages_and_not_only_the_first(client, cast, world):
    for number in range(27):
        order(world, 100 + number, asked=True)
    page = sign_in(client, cast.cato).get(LIST)
    assert len(page.context["rows"]) == 25
    expected = sum(Subcontract.objects.values_list("ceiling_cents", flat=True))
    assert page.context["summary"].cents == expected


def test_it_is_found_by_name_without_capitals_and_by_number(client, cast, world, many):
    cato = sign_in(client, cast.cato)
    second = many["decision"]
    for text in (second.pupil_name.lower(), second.reference.lower()):
        answer = cato.post(LIST, {"q": text})
        page = cato.get(answer.url)
        assert second.pk in rows_of(page)
        sums_are_those_of_the_rows(page)
    nobody = cato.get(cato.post(LIST, {"q": "niemandheetzo"}).url)
    assert rows_of(nobody) == set()
    assert nobody.context["summary"] is None


def test_the_first_button_is_what_somebody_came_for(client, cast, world):
    page = text_of(sign_in(client, cast.bas).get(LIST))
    assert primary(page) == "Derdeninzet voorstellen"
    cato = sign_in(client, cast.cato)
    assert primary(text_of(cato.get(LIST))) is None
    SubcontractFactory(trajectory=world.trajectory, asked=True, sent_on=days_ago(9))
    AgreementFactory(subcontract=Subcontract.objects.get(), guardian=world.parents[0], asked=True)
    assert primary(text_of(cato.get(LIST))) is None  # waits for the family still
    row = asked(world)
    page = text_of(cato.get(LIST))
    assert primary(page) == f"Beslissen over {row.reference}"
    assert f'href="{detail(row)}"' in page
    assert reverse("contract-list") in page


def primary(page):
    """The words of the primary button in the head, or None."""
    head = page.split('class="page-head"')[1].split('class="subnav"')[0]
    found = re.search(r'<a class="[^"]*primary[^"]*".*?<span>(.*?)</span></a>', head)
    return found and found.group(1)


def test_what_others_ordered_stands_in_a_tab_with_its_sum_per_referrer(client, cast, world):
    bills = [
        ExternalCostFactory(provider=world.provider, municipality=world.municipality, **fields)
        for fields in (
            {"referrer": "02", "cents": 12345},
            {"referrer": "02", "cents": 5},
            {"referrer": "08", "cents": 990000, "state": "matched", "trajectory": world.trajectory},
        )
    ]
    ExternalCostFactory(provider=cast.b.provider, municipality=cast.b.municipality)
    cato = sign_in(client, cast.cato)
    page = cato.get(LIST, {"tab": "niet-zelf"})
    assert rows_of(page) == {bill.pk for bill in bills}
    assert page.context["referrers"]["total"] == "€ 10.023,50"
    assert [line[1:] for line in page.context["referrers"]["lines"]] == [
        (1, "€ 9.900"),
        (2, "€ 123,50"),
    ]
    page = cato.get(LIST, {"tab": "niet-zelf", "koppeling": "zonder"})
    assert rows_of(page) == {bill.pk for bill in bills[:2]}
    assert page.context["referrers"]["total"] == "€ 123,50"
    assert reverse("budget-match", args=[bills[0].pk]) in text_of(page)
    assert sign_in(client, cast.bas).get(LIST, {"tab": "niet-zelf"}).status_code == 403
    assert "Niet zelf besteld" not in text_of(client.get(LIST))


def test_an_empty_list_says_what_that_means(client, cast, world):
    cato = sign_in(client, cast.cato)
    assert "Alle hulp is nu in de school" in text_of(cato.get(LIST))
    assert "Hier staat nu niets" in text_of(cato.get(LIST, {"tab": "loopt"}))


def test_the_sum_of_nothing_is_nothing(cast, world):
    assert subcontract_list.summary(Subcontract.objects.none()) is None
