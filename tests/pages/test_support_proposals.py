"""The proposal in the browser: one page, changed while nobody answered, made anew."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from oja.core.periods import today
from support.models import SchoolAnswer, Subcontract, SubcontractAgreement
from tests.factories.purchases import AgreementFactory, SubcontractFactory, third_party
from tests.pages.purchase_pages import day, detail, link_of, new_url, proposal, through, world
from tests.pages.support_pages import hidden, said, send, sign_in, text_of

__all__ = ["world"]

pytestmark = pytest.mark.django_db
WIDGETS = re.compile(r'<(?:input(?![^>]*type="hidden")|select|textarea)[^>]*name="([\w-]+)"')


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


# --- Changed after it was sent, and made anew -----------------------------------------------------


def edit_url(row):
    return reverse("subcontract-edit", args=[row.pk])


def test_a_sent_proposal_is_changed_while_nobody_answered(client, cast, world):
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    row = Subcontract.objects.get()
    assert edit_url(row) in text_of(bas.get(detail(row)))
    page = text_of(bas.get(edit_url(row)))
    assert "Na keer acht neemt Bas het over." in page
    assert "12,00" in page
    answer = send(bas, edit_url(row), proposal(world, volume="8"))
    assert any("leest de nieuwe tekst" in sentence for sentence in said(answer))
    row.refresh_from_db()
    assert (row.state, row.ceiling_cents) == ("asked", 116000)
    assert "Voorstel wijzigen" in text_of(bas.get(detail(row)))  # a step of the history


def test_after_an_answer_it_is_proposed_anew_with_everything_filled_in(client, cast, world):
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    row = Subcontract.objects.get()
    AgreementFactory(subcontract=row, guardian=world.parents[0])
    page = text_of(bas.get(detail(row)))
    anew = f"{new_url(world)}&van={row.pk}"
    assert edit_url(row) not in page
    assert anew.replace("&", "&amp;") in page
    assert bas.get(edit_url(row)).url == detail(row)
    form = text_of(bas.get(anew))
    assert "Opnieuw voorstellen" in form
    assert "Na keer acht neemt Bas het over." in form
    assert f'value="contract.{world.contract.pk}" selected' in form
    assert form.count(" checked") == 2  # why not ourselves, could we
    answer = send(bas, anew, proposal(world, volume="8"))
    new = Subcontract.objects.exclude(pk=row.pk).get()
    assert answer.url == detail(new)
    row.refresh_from_db()
    assert (row.state, new.state) == ("withdrawn", "asked")


def test_it_starts_from_no_proposal_of_another_child(client, cast, world):
    other = SubcontractFactory(trajectory=cast.b.trajectory, asked=True)
    second = SubcontractFactory(trajectory=world.new_trajectory(active=True), asked=True)
    for row in (other, second):
        url = f"{new_url(world)}&van={row.pk}"
        assert sign_in(client, cast.bas).get(url).status_code == 404


@pytest.mark.parametrize("name", ["cato", "gijs", "anna", "joke"])
def test_only_who_helps_changes_a_proposal(client, cast, world, name):
    row = SubcontractFactory(trajectory=world.trajectory, asked=True)
    answer = sign_in(client, getattr(cast, name)).get(edit_url(row))
    assert answer.status_code in (403, 404)


def test_who_opened_the_question_before_the_change_reads_it_again(client, cast, world):
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    row = Subcontract.objects.get()
    home, school = Client(), sign_in(Client(), cast.anna)
    through(home, link_of(bas, row, world.parents[0]), world.pupil)
    old = re.search(r'name="gelezen" value="(\w+)"', text_of(home.get(reverse("link-subcontract"))))
    answer_url = reverse("school-answer", args=[SchoolAnswer.objects.get().pk])
    hidden_of_school = hidden(school.get(answer_url))
    later = today() + dt.timedelta(days=5)
    send(bas, edit_url(row), proposal(world, volume="8", ends_on=day(later)))
    given = {"answer": "yes", "gelezen": old.group(1)}
    page = home.post(reverse("link-subcontract"), given)
    assert page.status_code == 409
    assert "8 uur" in text_of(page)
    assert "Dit is net gewijzigd" in text_of(page)
    late = school.post(answer_url, hidden_of_school | {"answer": "agreed"})
    assert late.status_code == 409
    assert not SchoolAnswer.objects.get().answer
    new = re.search(r'name="gelezen" value="(\w+)"', text_of(page)).group(1)
    assert home.post(reverse("link-subcontract"), {"answer": "yes", "gelezen": new}).url
    assert SubcontractAgreement.objects.get(guardian=world.parents[0]).state == "agreed"
    send(school, answer_url, {"answer": "agreed"})
