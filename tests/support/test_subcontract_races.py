"""Bought care with several people at the same moment, in real transactions, thirty rounds each."""

import threading
from decimal import Decimal

import pytest
from django.db import connections

from oja.access.actor import Actor, become
from oja.access.models import OneTimeLink
from oja.access.permissions import Role
from oja.access.rowsecurity import sync_identity_key
from oja.access.scoping import guarded
from oja.core.periods import today
from oja.core.workflow import MoveRefused
from providers.models import Budget
from support import actions
from support.models import (
    Commitment,
    CostLine,
    Delivery,
    Subcontract,
    SubcontractAgreement,
    SubcontractEvent,
)
from tests.cast import make_cast
from tests.factories.access import member
from tests.factories.money import BudgetFactory
from tests.factories.purchases import (
    AgreementFactory,
    DeliveryFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
)
from tests.factories.support import days_ago

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 30


@pytest.fixture
def cast(transactional_db):
    # the tables are emptied after every test of this kind, that of the key too
    sync_identity_key()
    cast = make_cast()
    cast.petra = member(Role.PROVIDER_MANAGER, cast.a.provider.organisation, "Petra")
    for year in (today().year, today().year + 1):
        BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality, year=year)
    return cast


def together(*jobs):
    """Run (actor, action, arguments) at one moment; outcomes: the results, or the exceptions."""
    start, outcomes = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(index, actor, action, arguments):
        try:
            start.wait(10)
            with become(actor), guarded():
                outcomes[index] = action(actor, **arguments)
        except Exception as error:
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i, *job)) for i, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def asked(world, **fields):
    """An order on which parents and school have answered."""
    row = SubcontractFactory(
        trajectory=world.trajectory, asked=True, municipality=world.municipality, **fields
    )
    for parent in world.parents:
        AgreementFactory(subcontract=row, guardian=parent)
    SchoolAnswerFactory(subcontract=row, answered=True)
    return row


def refused(outcomes):
    return [each for each in outcomes if isinstance(each, MoveRefused)]


def done(outcomes):
    problems = [each for each in outcomes if isinstance(each, Exception)]
    assert problems == refused(outcomes)
    return [each for each in outcomes if each not in problems]


def managers(cast):
    return Actor.for_user(cast.cato), Actor.for_user(cast.petra)


def linked(cast):
    """A question to a parent with its link: (agreement, actor of the link)."""
    row = SubcontractFactory(trajectory=cast.a.trajectory, asked=True)
    with become(cast.actor("bas")) as bas:
        agreement, link, _code = actions.ask_agreement_by_link(
            bas, subcontract=row, guardian=cast.a.parents[0]
        )
    link = OneTimeLink.objects.get(pk=link.pk)
    return agreement, lambda: Actor.for_link(link)


def test_two_managers_approve_one_order_once(cast):
    for _round in range(ROUNDS):
        row = asked(cast.a)
        outcomes = together(
            *((who, actions.approve_subcontract, {"subcontract": row}) for who in managers(cast))
        )
        assert len(done(outcomes)) == len(refused(outcomes)) == 1
        assert SubcontractEvent.objects.filter(subcontract=row).count() == 1
        reserved = Commitment.objects.filter(subcontract=row).values_list("cents", flat=True)
        assert sum(reserved) == row.ceiling_cents
        Commitment.objects.all().delete()


def test_an_approval_and_a_withdrawal_end_in_one_of_the_two(cast):
    for _round in range(ROUNDS):
        row = asked(cast.a)
        outcomes = together(
            (cast.actor("cato"), actions.approve_subcontract, {"subcontract": row}),
            (
                cast.actor("bas"),
                actions.move_subcontract,
                {"subcontract": row, "move": "withdraw", "note": ""},
            ),
        )
        assert len(done(outcomes)) == len(refused(outcomes)) == 1
        state = Subcontract.objects.get(pk=row.pk).state
        reserved = Commitment.objects.filter(subcontract=row, open_cents__gt=0).exists()
        assert reserved == (state == "approved")
        Commitment.objects.all().delete()


def test_a_no_of_a_parent_is_never_overtaken_by_an_order(cast):
    """Whoever comes first: when the parent is in time, the manager may not order any more."""
    for _round in range(ROUNDS):
        row = asked(cast.a)
        Subcontract.objects.filter(pk=row.pk).update(state="approved", approved_on=days_ago(0))
        row.refresh_from_db()
        answer = {"subcontract": row, "guardian": cast.a.parents[0], "answer": "refused"}
        outcomes = together(
            (cast.actor("bas"), actions.record_agreement, answer),
            (cast.actor("cato"), actions.move_subcontract, {"subcontract": row, "move": "order"}),
        )
        assert done(outcomes)
        no = SubcontractAgreement.objects.get(subcontract=row, state="refused")
        ordered = SubcontractEvent.objects.filter(subcontract=row, move="order").first()
        assert (ordered is None) == (len(refused(outcomes)) == 1)
        assert ordered is None or ordered.created_at <= no.created_at


def test_one_budget_is_never_spent_twice(cast):
    Budget.objects.update(amount_cents=200_000)
    for _round in range(ROUNDS):
        rows = [asked(cast.a, starts_on=today(), ends_on=today()) for _each in range(2)]
        outcomes = together(
            *(
                (who, actions.approve_subcontract, {"subcontract": row})
                for who, row in zip(managers(cast), rows, strict=True)
            )
        )
        assert len(done(outcomes)) == len(refused(outcomes)) == 1
        for budget in Budget.objects.all():
            spent = sum(budget.commitments.values_list("open_cents", flat=True))
            assert spent <= budget.amount_cents
        Commitment.objects.all().delete()


def test_a_link_is_answered_once_from_two_tabs(cast):
    for _round in range(ROUNDS):
        agreement, parent = linked(cast)
        outcomes = together(
            *(
                (parent(), actions.answer_agreement, {"agreement": agreement, "answer": answer})
                for answer in ("yes", "no")
            )
        )
        assert len(done(outcomes)) == len(refused(outcomes)) == 1
        (reply,) = done(outcomes)
        agreement.refresh_from_db()
        assert agreement.state == {"yes": "agreed", "no": "refused"}[reply.answer]


def test_a_talk_and_a_link_at_one_moment_leave_the_talk_as_the_last_word(cast):
    """The link is too late after the talk; a talk after the link is a row of its own."""
    for _round in range(ROUNDS):
        agreement, parent = linked(cast)
        row = Subcontract.objects.get(pk=agreement.subcontract_id)
        answer = {"subcontract": row, "guardian": cast.a.parents[0], "answer": "refused"}
        outcomes = together(
            (parent(), actions.answer_agreement, {"agreement": agreement, "answer": "yes"}),
            (cast.actor("bas"), actions.record_agreement, answer),
        )
        assert done(outcomes)
        last = SubcontractAgreement.objects.filter(subcontract=row).order_by("created_at").last()
        assert (last.state, last.form) == ("refused", "talk")


def test_a_bill_is_booked_once(cast):
    row = SubcontractFactory(
        trajectory=cast.a.trajectory,
        ordered=True,
        municipality=cast.a.municipality,
        volume=Decimal(90),
        ceiling_cents=1_305_000,
    )
    for _round in range(ROUNDS):
        bill = DeliveryFactory(subcontract=row)
        outcomes = together(
            *((who, actions.approve_delivery, {"delivery": bill}) for who in managers(cast))
        )
        assert len(done(outcomes)) == len(refused(outcomes)) == 1
        assert CostLine.objects.filter(delivery=bill).count() == 1
    assert Delivery.objects.filter(state="approved").count() == ROUNDS
