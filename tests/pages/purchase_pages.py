"""What the tests of pages of bought care share: world A with money, a proposal, an open link."""

import re

import pytest
from django.urls import reverse

from oja.core.periods import today
from tests.factories.money import BudgetFactory
from tests.factories.purchases import (
    AgreementFactory,
    ContractFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
)
from tests.factories.support import days_ago
from tests.pages.support_pages import text_of


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
