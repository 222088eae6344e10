"""The steps of bought care, as the tests of it take them; `world` is world A with money."""

import datetime as dt
from decimal import Decimal

import pytest

from oja.access.actor import Actor, become
from oja.access.models import OneTimeLink
from oja.access.permissions import Role
from oja.core.periods import today
from support import actions
from support.models import SchoolAnswer
from tests.factories.access import member
from tests.factories.money import BudgetFactory
from tests.factories.purchases import ContractFactory
from tests.factories.support import days_ago


def words(error):
    return " ".join(str(refusal.sentence) for refusal in error.value.refusals)


def later(days):
    return today() + dt.timedelta(days=days)


@pytest.fixture
def world(cast):
    """World A with budgets of this year and the next, and a contract."""
    for year in (today().year, today().year + 1):
        BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality, year=year)
    cast.a.contract = ContractFactory(provider=cast.a.provider)
    return cast.a


def values(world, **more):
    return {
        "contract": world.contract,
        "plan_goal": world.goal,
        "reason": "expertise",
        "could_we": "partly",
        "volume": Decimal(12),
        "starts_on": today(),
        "ends_on": later(30),
        "take_back_plan": "Na keer acht neemt Bas het over.",
        "choice_discussed_on": days_ago(1),
        **more,
    }


def sent(cast, world, **more):
    with become(cast.actor("bas")) as bas:
        return actions.propose_and_send(bas, trajectory=world.trajectory, **values(world, **more))


def answered(cast, world, row, answer="agreed", remark=""):
    """Both parents agree in a talk, and the school answers."""
    with become(cast.actor("bas")) as bas:
        for parent in world.parents:
            actions.record_agreement(bas, subcontract=row, guardian=parent, answer="agreed")
    with become(cast.actor("anna")) as anna:
        actions.answer_for_school(
            anna, school_answer=SchoolAnswer.objects.get(), answer=answer, remark=remark
        )


def approved(cast, world, **more):
    row = sent(cast, world, **more)
    answered(cast, world, row)
    with become(cast.actor("cato")) as cato:
        return actions.approve_subcontract(cato, subcontract=row)


def moved(cast, name, row, move, **data):
    with become(cast.actor(name)) as actor:
        return actions.move_subcontract(actor, subcontract=row, move=move, **data)


def second_manager(cast):
    return member(Role.PROVIDER_MANAGER, cast.a.provider.organisation, "Petra")


def billed(cast, world, **more):
    row = moved(cast, "cato", approved(cast, world), "order")
    row = moved(cast, "bas", row, "start")
    with become(cast.actor("cato")) as cato:
        bill = actions.report_delivery(
            cato,
            subcontract=row,
            period_start=today(),
            volume=Decimal(2),
            invoice_number="2026-118",
            invoiced_on=today(),
            **more,
        )
    return row, bill


def linked(cast, world, row, guardian):
    with become(cast.actor("bas")) as bas:
        agreement, link, _code = actions.ask_agreement_by_link(
            bas, subcontract=row, guardian=guardian
        )
    return agreement, Actor.for_link(OneTimeLink.objects.get(pk=link.pk))
