"""Bought care in the browser: decision, bills, list, choice of parents and contracts."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oja.access.permissions import Role
from oja.core.periods import today
from support.models import ChoiceRequest, CostLine, Delivery
from tests.factories.access import member
from tests.factories.purchases import (
    AgreementFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
    third_party,
)
from tests.pages.purchase_pages import asked, day, detail, move, world
from tests.pages.support_pages import send, sign_in, text_of

__all__ = ["world"]

pytestmark = pytest.mark.django_db


def test_the_manager_approves_and_orders_in_a_few_steps(client, cast, world):
    row = asked(world)
    cato = sign_in(client, cast.cato)
    page = text_of(cato.get(detail(row)))
    assert "Past het in het budget?" in page
    assert move(row, "goedkeuren") in page
    confirm = text_of(cato.get(move(row, "goedkeuren")))
    assert "Je keurt € 1.740 goed" in confirm
    send(cato, move(row, "goedkeuren"), {})
    send(cato, move(row, "bestellen"), {})
    row.refresh_from_db()
    assert (row.state, row.committed_cents) == ("ordered", 174000)


def test_what_is_missing_stands_in_the_guard_list_and_on_the_409(client, cast, world):
    row = SubcontractFactory(
        trajectory=world.trajectory, asked=True, municipality=world.municipality
    )
    AgreementFactory(subcontract=row, guardian=world.parents[0])
    AgreementFactory(subcontract=row, guardian=world.parents[1], asked=True)
    SchoolAnswerFactory(subcontract=row)
    cato = sign_in(client, cast.cato)
    page = text_of(cato.get(detail(row)))
    assert "De school heeft nog niet geantwoord" in page
    assert "Nog geen akkoord" in page
    answer = cato.get(move(row, "goedkeuren"))
    assert answer.status_code == 409
    assert "De school heeft nog niet geantwoord" in text_of(answer)


def test_an_objection_asks_for_a_decision_in_the_form(client, cast, world):
    row = asked(world)
    world.school_answer.delete()
    SchoolAnswerFactory(subcontract=row, objection=True)
    cato = sign_in(client, cast.cato)
    page = send(cato, move(row, "goedkeuren"), {}, status=200)
    assert "Schrijf je besluit" in text_of(page)
    data = {"decision_note": "Toch nodig.", "talk_held_on": day(today())}
    send(cato, move(row, "goedkeuren"), data)
    row.refresh_from_db()
    assert row.decision_note == "Toch nodig."


def test_beyond_the_budget_the_form_asks_why(client, cast, world):
    row = asked(world, volume=Decimal(900), ceiling_cents=13_050_000)
    cato = sign_in(client, cast.cato)
    page = send(cato, move(row, "goedkeuren"), {}, status=200)
    assert "Schrijf waarom je boven het budget gaat" in text_of(page)
    send(cato, move(row, "goedkeuren"), {"override_reason": "Geen andere weg."})
    row.refresh_from_db()
    assert row.state == "approved"


def test_a_bill_is_approved_by_somebody_else_who_is_named(client, cast, world):
    petra = member(Role.PROVIDER_MANAGER, world.provider.organisation, "Petra")
    row = SubcontractFactory(
        trajectory=world.trajectory,
        ordered=True,
        approved_by=cast.cato,
        municipality=world.municipality,
    )
    cato = sign_in(client, cast.cato)
    bill = {
        "period_start": f"{row.starts_on.replace(day=1):%Y-%m-%d}",
        "volume": "2",
        "cents": "290",
        "invoice_number": "2026-118",
        "invoiced_on": day(today()),
    }
    send(cato, reverse("delivery-create", args=[row.pk]), bill)
    delivery = Delivery.objects.get()
    url = reverse("delivery-approve", args=[delivery.pk])
    refused = cato.get(url)
    assert refused.status_code == 409
    assert "Petra" in text_of(refused)
    other = Client()
    send(sign_in(other, petra), url, {"override_reason": ""})
    assert CostLine.objects.get().cents == 29000


def test_the_list_costs_the_same_for_two_and_for_seven(client, cast, world):
    cato, url = sign_in(client, cast.cato), reverse("subcontract-list")
    cato.get(url)
    costs = []
    for more in (2, 5):
        for _each in range(more):
            asked(world)
        with CaptureQueriesContext(connection) as queries:
            cato.get(url)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_wish_for_another_provider_gets_an_answer(client, cast, world):
    bas = sign_in(client, cast.bas)
    url = f"{reverse('choice-create')}?traject={world.trajectory.pk}"
    data = {"who": str(world.parents[0].pk), "asked_on": day(today()), "wish": ""}
    answer = send(bas, url, data)
    choice = ChoiceRequest.objects.get()
    assert answer.url == choice.get_absolute_url()
    data = {"outcome": "stay", "answer_on": day(today()), "note": "Blijft bij Bas."}
    send(bas, choice.get_absolute_url(), data)
    choice.refresh_from_db()
    assert choice.outcome == "stay"
    assert "Ze blijven bij ons" in text_of(bas.get(reverse("choice-list")))


def test_a_manager_keeps_contracts_and_registers_third_parties(client, cast, world):
    cato = sign_in(client, cast.cato)
    send(cato, reverse("third-create"), {"name": "Boerderij De Wei"})
    third = third_party("Boerderij De Wei")
    assert third.registered_by == cast.cato.pk
    data = {
        "third": str(third.pk),
        "description": "Dagbesteding",
        "jz020": "41",
        "unit": "day",
        "rate_cents": "87,50",
        "valid_from": day(today()),
    }
    send(cato, reverse("contract-create"), data)
    assert "Boerderij De Wei" in text_of(cato.get(reverse("contract-list")))
