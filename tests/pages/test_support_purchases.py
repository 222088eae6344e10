"""Bought care in the browser: proposal, answers by link and by the school, decision, bills."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oja.access.permissions import Role
from oja.core.periods import today
from support.models import (
    ChoiceRequest,
    CostLine,
    Delivery,
    SchoolAnswer,
    Subcontract,
    SubcontractAgreement,
)
from tests.factories.access import member
from tests.factories.money import BudgetFactory
from tests.factories.purchases import (
    AgreementFactory,
    ContractFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
    third_party,
)
from tests.factories.support import days_ago
from tests.pages.support_pages import said, send, sign_in, text_of

pytestmark = pytest.mark.django_db
WIDGETS = re.compile(r'<(?:input(?![^>]*type="hidden")|select|textarea)[^>]*name="([\w-]+)"')


@pytest.fixture
def world(cast):
    """World A with budgets of this year and the next, and a contract."""
    for year in (today().year, today().year + 1):
        BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality, year=year)
    cast.a.contract = ContractFactory(provider=cast.a.provider)
    return cast.a


def day(date):
    return f"{date:%d-%m-%Y}"


def proposal(world, **more):
    return {
        "plan_goal": str(world.goal.pk),
        "reason": "expertise",
        "could_we": "partly",
        "offer": f"contract.{world.contract.pk}",
        "volume": "12",
        "starts_on": day(today()),
        "ends_on": day(today()),
        "take_back_plan": "Na keer acht neemt Bas het over.",
        "choice_discussed_on": day(days_ago(1)),
        **more,
    }


def new_url(world):
    return f"{reverse('subcontract-create')}?traject={world.trajectory.pk}"


def asked(world, **fields):
    """An order on which parents and school have answered."""
    row = SubcontractFactory(
        trajectory=world.trajectory, asked=True, municipality=world.municipality, **fields
    )
    for parent in world.parents:
        AgreementFactory(subcontract=row, guardian=parent)
    world.school_answer = SchoolAnswerFactory(subcontract=row, answered=True)
    return row


def detail(row):
    return reverse("subcontract-detail", args=[row.pk])


def move(row, slug):
    return reverse("subcontract-move", args=[row.pk, slug])


# --- The proposal ---------------------------------------------------------------------------------


def test_a_proposal_is_one_page_that_asks_everybody(client, cast, world):
    answer = send(sign_in(client, cast.bas), new_url(world), proposal(world))
    row = Subcontract.objects.get()
    assert answer.url == detail(row)
    assert row.state == "asked"
    assert row.ceiling_cents == 174000
    assert SubcontractAgreement.objects.filter(subcontract=row).count() == 2
    assert SchoolAnswer.objects.filter(subcontract=row).count() == 1
    assert any("gevraagd" in sentence for sentence in said(answer))


def test_a_proposal_shows_nine_fields_at_most(client, cast, world):
    page = text_of(sign_in(client, cast.bas).get(new_url(world)))
    shown = page.split('<form method="post" id="page-form"')[1].split("</form>")[0]
    shown = re.sub(r"<details.*?</details>", "", shown, flags=re.DOTALL)
    names = {name for name in WIDGETS.findall(shown) if not name.endswith("_quick")}
    assert len(names) <= 9, sorted(names)


def test_what_is_left_of_the_budget_is_shown_before_it_is_sent(client, cast, world):
    bas = sign_in(client, cast.bas)
    assert "€ 100.000" in text_of(bas.get(new_url(world)))
    url = f"{reverse('subcontract-effect')}?traject={world.trajectory.pk}"
    effect = text_of(bas.post(url, proposal(world)))
    assert "€ 1.740" in effect
    assert "€ 98.260" in effect
    assert not Subcontract.objects.exists()
    short = text_of(bas.post(url, proposal(world, volume="1000")))
    assert "te veel" in short


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"take_back_plan": ""}, "Schrijf hoe jullie de hulp terughalen"),
        ({"choice_discussed_on": ""}, "Vul in wanneer je het besprak"),
        ({"volume": "veel"}, "Vul een getal in"),
        ({"offer": ""}, "Kies een contract"),
        ({"reason": ""}, "Kies waarom"),
    ],
)
def test_what_is_missing_is_said_at_the_field(client, cast, world, change, sentence):
    page = send(sign_in(client, cast.bas), new_url(world), proposal(world, **change), status=200)
    assert sentence in text_of(page)
    assert not Subcontract.objects.exists()


def test_without_a_contract_rate_and_help_are_asked(client, cast, world):
    third = third_party("Boerderij De Wei")
    bas, offer = sign_in(client, cast.bas), {"offer": f"derde.{third.pk}"}
    page = send(bas, new_url(world), proposal(world, **offer), status=200)
    assert "vul het tarief in" in text_of(page)
    more = {**offer, "help_kind": "Dagbesteding", "jz020": "41", "unit": "day"}
    send(bas, new_url(world), proposal(world, **more, rate_cents="87,50"))
    row = Subcontract.objects.get()
    assert (row.third, row.rate_cents, row.ceiling_cents) == (third, 8750, 105000)


def test_without_a_plan_in_force_there_is_a_reason_and_a_way(client, cast, world):
    world.plan.state = "ended"
    world.plan.save()
    page = sign_in(client, cast.bas).get(new_url(world))
    assert page.status_code == 409
    assert reverse("trajectory-plan", args=[world.trajectory.pk]) in text_of(page)


# --- The family by link ---------------------------------------------------------------------------


def link_of(client, row, guardian):
    """The path of a link that is made on the page of the order."""
    url = reverse("subcontract-agreement", args=[row.pk])
    page = client.post(f"{url}?wie={guardian.pk}&manier=link")
    return re.search(r"/l/[\w-]+/", text_of(page)).group()


def through(visitor, path, pupil):
    """Open a link and give the birth date of the child."""
    visitor.get(path)
    born = pupil.birth_date
    data = {"day": born.day, "month": born.month, "year": born.year}
    answer = visitor.post(reverse("link-check"), data)
    assert answer.url == reverse("link-subcontract")


def test_a_parent_answers_by_link_and_only_once(client, cast, world):
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    row = Subcontract.objects.get()
    path = link_of(bas, row, world.parents[0])
    home, other = Client(), Client()
    through(home, path, world.pupil)
    through(other, path, world.pupil)
    page = text_of(home.get(reverse("link-subcontract")))
    for words in ("Praktijk De Linde", "Vlechtwerk", world.pupil.first_name, "12 uur"):
        assert words in page
    assert "1.740" not in page
    assert "checked" not in page
    answer = home.post(reverse("link-subcontract"), {"answer": "yes"})
    assert answer.url == reverse("link-done")
    assert "Uw antwoord is bewaard" in text_of(home.get(reverse("link-done")))
    assert other.post(reverse("link-subcontract"), {"answer": "no"}).status_code in (403, 404)
    assert home.get(path).status_code == 404
    agreement = SubcontractAgreement.objects.get(guardian=world.parents[0])
    assert (agreement.state, agreement.form) == ("agreed", "link")


def test_a_wrong_birth_date_opens_nothing(client, cast, world):
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    path = link_of(bas, Subcontract.objects.get(), world.parents[0])
    home = Client()
    home.get(path)
    page = home.post(reverse("link-check"), {"day": 1, "month": 1, "year": 1999})
    assert page.status_code == 200
    assert home.get(reverse("link-subcontract")).status_code == 403


def test_a_pupil_is_spoken_to_with_je(client, cast, world):
    world.pupil.birth_date = today().replace(year=today().year - 13, day=1)
    world.pupil.save()
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    url = reverse("subcontract-agreement", args=[Subcontract.objects.get().pk])
    page = bas.post(f"{url}?wie=pupil&manier=link")
    home = Client()
    through(home, re.search(r"/l/[\w-]+/", text_of(page)).group(), world.pupil)
    text = text_of(home.get(reverse("link-subcontract")))
    assert "Wil je hulp buiten de school?" in text
    assert " u " not in re.sub(r"<[^>]+>", " ", text)


def test_an_answer_from_a_talk_is_recorded_on_the_order(client, cast, world):
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    row = Subcontract.objects.get()
    url = reverse("subcontract-agreement", args=[row.pk]) + f"?wie={world.parents[1].pk}"
    data = {"answer": "given", "answered_on_quick": "vandaag", "form": "talk", "note": ""}
    assert send(bas, url, data).url == detail(row)
    assert SubcontractAgreement.objects.get(guardian=world.parents[1]).state == "agreed"


# --- The school -----------------------------------------------------------------------------------


def test_the_school_answers_without_seeing_why_or_how_much(client, cast, world):
    row = SubcontractFactory(
        trajectory=world.trajectory, asked=True, could_we_note="Geheim waarom", goal="Geheim doel"
    )
    answer = SchoolAnswerFactory(subcontract=row)
    anna = sign_in(client, cast.anna)
    assert reverse("school-answer", args=[answer.pk]) in text_of(anna.get("/"))
    url = reverse("school-answer", args=[answer.pk])
    page = text_of(anna.get(url))
    assert "Praktijk De Linde" in page
    for secret in ("Geheim", "1.740", "174000", "xpertise", "€ 145"):
        assert secret not in page
    assert "checked" not in page
    send(anna, url, {"answer": "objection", "remark": "Liever onder schooltijd."})
    answer.refresh_from_db()
    assert (answer.answer, answer.answered_by) == ("objection", cast.anna)
    case = text_of(anna.get(reverse("trajectory-detail", args=[world.trajectory.pk])))
    assert "Hulp van buiten" in case
    assert "Geheim" not in case
    assert "1.740" not in case


def test_an_objection_without_words_is_asked_again(client, cast, world):
    answer = SchoolAnswerFactory(
        subcontract=SubcontractFactory(trajectory=world.trajectory, asked=True)
    )
    url = reverse("school-answer", args=[answer.pk])
    page = send(sign_in(client, cast.anna), url, {"answer": "objection"}, status=200)
    assert "Schrijf de opmerking of het bezwaar" in text_of(page)


def test_after_the_decision_the_school_sees_what_came_of_it(client, cast, world):
    row = SubcontractFactory(trajectory=world.trajectory, running=True)
    answer = SchoolAnswerFactory(subcontract=row)
    page = sign_in(client, cast.anna).get(reverse("school-answer", args=[answer.pk]))
    assert "Loopt" in text_of(page)
    assert "<form" not in text_of(page).split('id="inhoud"')[1].split("</main>")[0]


# --- The decision ---------------------------------------------------------------------------------


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


# --- Lists and choice -----------------------------------------------------------------------------


def test_the_list_has_tabs_and_counts_third_parties(client, cast, world):
    first = SubcontractFactory(trajectory=world.trajectory, asked=True)
    second = SubcontractFactory(
        trajectory=world.trajectory, running=True, review_on=today() + dt.timedelta(days=3)
    )
    cato = sign_in(client, cast.cato)
    url = reverse("subcontract-list")
    for tab, shown, hidden in (
        ("", first, second),
        ("loopt", second, first),
        ("herbeoordelen", second, first),
        ("afgerond", None, first),
    ):
        page = text_of(cato.get(f"{url}?tab={tab}" if tab else url))
        assert shown is None or detail(shown) in page
        assert detail(hidden) not in page
    assert "1 verschillende derde" in text_of(cato.get(url))


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
