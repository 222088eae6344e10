"""Bought care by hand-written SQL: what the school never sees, and what nobody forges."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from oja.access.actor import Actor, become
from oja.access.links import create_link
from oja.access.permissions import Role
from oja.core.periods import today
from support.models import (
    Delivery,
    SchoolAnswer,
    Subcontract,
    SubcontractReply,
)
from tests.factories.access import member
from tests.factories.money import BudgetFactory
from tests.factories.purchases import (
    AgreementFactory,
    ChoiceFactory,
    ContractFactory,
    DeliveryFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
    event_of,
    third_party,
)
from tests.factories.support import days_ago

#: Words that say why or how much; none of them is a column of what the school reads.
NOT_FOR_THE_SCHOOL = (
    *("reason", "could_we", "goal", "take_back", "rate", "cents", "volume", "override"),
    *("decision", "contract", "jz020", "municipality"),
)
TABLES = (
    *("subcontract", "subcontractevent", "subcontractagreement", "subcontractreply"),
    *("delivery", "choicerequest", "costline", "commitment"),
)


@pytest.fixture
def world(cast):
    """World A with one of everything that was bought."""
    world = cast.a
    world.contract = ContractFactory(provider=world.provider)
    world.purchase = SubcontractFactory(trajectory=world.trajectory, asked=True)
    world.ordered = SubcontractFactory(
        trajectory=world.trajectory, ordered=True, approved_by=cast.cato
    )
    world.agreement = AgreementFactory(
        subcontract=world.purchase, guardian=world.parents[0], asked=True
    )
    world.school_answer = SchoolAnswerFactory(subcontract=world.purchase)
    world.bill = DeliveryFactory(subcontract=world.ordered)
    world.choice = ChoiceFactory(trajectory=world.trajectory)
    event_of(world.purchase)
    BudgetFactory(provider=world.provider, municipality=world.municipality)
    return world


def rows(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@pytest.mark.parametrize("name", ["anna", "dirk", "ilse", "els", "fem"])
@pytest.mark.parametrize("table", TABLES)
def test_the_school_reads_no_order_no_bill_and_no_reason(cast, world, name, table):
    with become(cast.actor(name)):
        assert rows(f"SELECT count(*) FROM support_{table}") == [(0,)]


@pytest.mark.parametrize("name", ["anna", "ilse", "els"])
def test_the_school_reads_no_rates_and_no_budgets(cast, world, name):
    with become(cast.actor(name)):
        for table in ("thirdpartycontract", "budget"):
            assert rows(f"SELECT count(*) FROM providers_{table}") == [(0,)]


def test_the_row_of_the_school_has_no_column_for_why_or_how_much(db):
    columns = {c.column.removeprefix("sub") for c in SchoolAnswer._meta.concrete_fields}
    columns -= {"contract_id", "contract_state"}
    assert not [c for c in columns for word in NOT_FOR_THE_SCHOOL if word in c]


def test_the_school_reads_its_row_while_it_is_shared_and_not_longer(cast, world):
    count = "SELECT count(*) FROM support_schoolanswer"
    with become(cast.actor("anna")):
        assert rows(count) == [(1,)]
    share = world.request.consents.filter(purpose="share").first()
    type(share).objects.filter(pk=share.pk).update(state="refused")
    with become(cast.actor("anna")):
        assert rows(count) == [(0,)]


def test_a_join_from_an_open_table_shows_the_school_nothing(cast, world):
    with become(cast.actor("anna")):
        found = rows(
            "SELECT s.ceiling_cents FROM support_schoolanswer a"
            " LEFT JOIN support_subcontract s ON s.id = a.subcontract_id"
        )
    assert found == [(None,)]


def changed(actor, row, **fields):
    with become(actor), transaction.atomic():
        return type(row).objects.filter(pk=row.pk).update(**fields)


def test_nobody_of_the_provider_writes_the_answer_of_the_school(cast, world):
    fields = {"answer": "agreed", "answered_on": today()}
    with pytest.raises(IntegrityError, match="only the school"):
        changed(cast.actor("bas"), world.school_answer, **fields)
    assert changed(cast.actor("cato"), world.school_answer, **fields) == 0


def test_the_school_changes_nothing_but_its_answer(cast, world):
    for fields in ({"third_name": "X"}, {"help_kind": "X"}, {"ends_on": today()}):
        with pytest.raises(DatabaseError):
            changed(cast.actor("anna"), world.school_answer, **fields)


def test_the_school_does_not_answer_what_was_decided(cast, world):
    Subcontract.objects.filter(pk=world.purchase.pk).update(state="approved", approved_on=today())
    with pytest.raises(IntegrityError, match="decided already"):
        changed(cast.actor("anna"), world.school_answer, answer="agreed", answered_on=today())


def test_the_state_that_the_school_sees_is_that_of_the_order(cast, world):
    changed(cast.actor("anna"), world.school_answer, subcontract_state="running")
    world.school_answer.refresh_from_db()
    assert world.school_answer.subcontract_state == "asked"


def test_nobody_writes_an_answer_in_the_name_of_a_link(cast, world):
    fields = {"state": "agreed", "answered_on": today(), "form": "link"}
    with pytest.raises(IntegrityError, match="only the link"):
        changed(cast.actor("bas"), world.agreement, **fields)


def test_an_answer_never_changes(cast, world):
    given = AgreementFactory(subcontract=world.purchase, guardian=world.parents[1])
    for fields in ({"state": "refused"}, {"answered_on": today()}, {"form": "letter"}):
        with pytest.raises(IntegrityError, match="never changes"):
            changed(cast.actor("bas"), given, **fields)


def test_a_worker_does_not_approve_by_hand(cast, world):
    fields = {"state": "approved", "approved_on": today()}
    for by in (None, cast.bas, cast.cato):
        with pytest.raises(IntegrityError, match="only a manager"):
            changed(cast.actor("bas"), world.purchase, approved_by=by, **fields)


def test_a_manager_approves_in_the_own_name(cast, world):
    fields = {"state": "approved", "approved_on": today()}
    with pytest.raises(IntegrityError, match="own name"):
        changed(cast.actor("cato"), world.purchase, approved_by=cast.bas, **fields)
    assert changed(cast.actor("cato"), world.purchase, approved_by=cast.cato, **fields) == 1


@pytest.mark.parametrize("by", ["petra", None])
def test_who_approved_an_order_stays_its_approver(cast, world, by):
    petra = member(Role.PROVIDER_MANAGER, world.provider.organisation, "Petra")
    actor = Actor.for_user(petra)
    with pytest.raises(IntegrityError, match="stays its approver"):
        changed(actor, world.ordered, approved_by=petra if by else None)


@pytest.mark.parametrize("name", ["bas", "cato"])
@pytest.mark.parametrize("kind", ["purchase", "ordered"])
def test_what_was_answered_never_changes(cast, world, name, kind):
    row = getattr(world, kind)
    AgreementFactory(subcontract=row, guardian=world.parents[1])
    for fields in (
        {"rate_cents": 2 * row.rate_cents, "ceiling_cents": 2 * row.ceiling_cents},
        {"third": third_party("Praktijk Elders")},
        {"ends_on": row.ends_on + dt.timedelta(days=1)},
        {"goal": "Iets anders"},
    ):
        with pytest.raises(IntegrityError, match="was answered never changes"):
            changed(cast.actor(name), row, **fields)


def test_bought_care_begins_as_a_proposal(cast, world):
    row = SubcontractFactory.build(trajectory=world.trajectory, approved=True)
    row.third = third_party()
    with pytest.raises(IntegrityError, match="begins as a proposal"), become(cast.actor("bas")):
        Subcontract.objects.bulk_create([row])


def test_the_approver_of_the_order_does_not_approve_the_bill(cast, world):
    fields = {"state": "approved", "approved_on": today(), "approved_by": cast.cato}
    with pytest.raises(IntegrityError, match="does not approve the bill"):
        changed(cast.actor("cato"), world.bill, **fields)
    # not even without row security
    with pytest.raises(IntegrityError, match="does not approve the bill"), transaction.atomic():
        Delivery.objects.filter(pk=world.bill.pk).update(**fields)


def test_a_bill_is_approved_in_the_own_name(cast, world):
    fields = {"state": "approved", "approved_on": today(), "approved_by": cast.bas}
    with pytest.raises(IntegrityError, match="own name"):
        changed(cast.actor("cato"), world.bill, **fields)


def test_without_an_order_there_is_no_bill(cast, world):
    with pytest.raises(IntegrityError, match="nothing to deliver"), transaction.atomic():
        DeliveryFactory(subcontract=world.purchase)


@pytest.mark.parametrize("name", ["anna", "dirk", "cato", "joke"])
def test_nobody_makes_a_link_for_a_question_of_others(cast, world, name):
    """A manager reads the question, and may hand it to nobody either."""
    actor = cast.actor(name)
    with pytest.raises(IntegrityError, match="open question"), become(actor):
        create_link(
            actor,
            purpose="subcontract",
            target_id=world.agreement.pk,
            expires_on=today() + dt.timedelta(days=14),
        )


def test_a_link_for_consent_answers_no_purchase(cast, world):
    with become(cast.actor("bas")) as bas:
        link, _code = create_link(
            bas,
            purpose="subcontract",
            target_id=world.agreement.pk,
            expires_on=today() + dt.timedelta(days=14),
        )
    type(link).objects.filter(pk=link.pk).update(purpose="consent")
    link.refresh_from_db()
    reply = SubcontractReply(
        agreement=world.agreement, link=link, answer="yes", at=dt.datetime.now(dt.UTC)
    )
    with pytest.raises(IntegrityError, match="closed"), become(Actor.for_link(link)):
        SubcontractReply.objects.bulk_create([reply])


@pytest.mark.parametrize("name", ["bas", "anna", "els", "fem", "joke"])
def test_only_a_manager_adds_to_the_register(cast, name):
    with pytest.raises(DatabaseError, match="only a manager"), become(cast.actor(name)):
        rows("SELECT oja.providers_register_third(%s)", "Praktijk Nieuw")


def test_a_name_stands_in_the_register_once(cast):
    third = third_party()
    with become(cast.actor("cato")):
        assert rows("SELECT oja.providers_register_third(%s)", "  praktijk de LINDE ") == [
            (third.pk,)
        ]


@pytest.mark.parametrize("name", ["anna", "bas", "hans", "els"])
def test_names_of_managers_are_told_to_a_manager_of_the_same_provider_only(cast, name):
    with become(cast.actor(name)):
        assert rows("SELECT * FROM oja.providers_managers(%s)", cast.a.provider.pk) == []
    with become(cast.actor("cato")):
        assert rows("SELECT name FROM oja.providers_managers(%s)", cast.a.provider.pk) == [
            ("Cato",)
        ]


CONTRACTS = {
    "thirdpartycontract_end_after_start": {"valid_until": days_ago(900)},
    "thirdpartycontract_rate_is_above_nought": {"rate_cents": 0, "description": "Anders"},
    "thirdpartycontract_once_per_start": {},
}


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_contract_that_cannot_be_is_refused(world, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ContractFactory(provider=world.provider, **CONTRACTS[name])


def test_a_contract_is_made_with_somebody_else(world):
    name = "thirdpartycontract_with_somebody_else"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ContractFactory(provider=world.provider, third=world.provider)


def test_a_contract_of_another_provider_is_no_contract_here(cast, world):
    foreign = ContractFactory(provider=cast.b.provider)
    with pytest.raises(IntegrityError, match="bound"), transaction.atomic():
        SubcontractFactory(trajectory=world.trajectory, contract=foreign, third=foreign.third)
