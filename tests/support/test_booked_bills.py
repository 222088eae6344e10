"""Bills of ordered care and bills from outside: every cent on one budget."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from oja.access.actor import Actor
from oja.core.periods import today
from oja.core.workflow import MoveRefused, NotVisible
from schools.models import Residence
from support import costs
from support.actions.costs import close_month, match_external_cost, record_external_costs
from support.models import Commitment, CostLine, ExternalCost
from tests.factories.money import (
    BillFactory,
    BudgetFactory,
    CostLineFactory,
)
from tests.factories.providers import ParticipatingMunicipalityFactory
from tests.factories.schools import MunicipalityFactory
from tests.support.budget_year import (
    FEBRUARY,
    JANUARY,
    YEAR,
    budget,
    order_of,
    worked,
)
from tests.support.helpers import acting

__all__ = ["budget"]


# --- Bills of ordered care ------------------------------------------------------------------------


def test_it_books_a_bill_once_and_lowers_the_promise(cast, budget):
    order = order_of(cast, ordered=True)
    costs.commit(Actor.system("t"), subcontract=order, on=today())
    bill = BillFactory(subcontract=order, cents=20_000)
    with acting(cast, "cato") as actor:
        line = costs.book_delivery(actor, delivery=bill, on=today())
        assert (line.budget_id, line.cents, line.category) == (budget.pk, 20_000, "ordered")
        assert line.pupil_key == order.pupil_id
        with pytest.raises(IntegrityError), transaction.atomic():
            costs.book_delivery(actor, delivery=bill, on=today())
    assert Commitment.objects.get().open_cents == 80_000


def test_it_books_a_bill_for_a_stay_as_residential(cast, budget):
    order = order_of(cast, ordered=True, jz020="43")
    costs.commit(Actor.system("t"), subcontract=order, on=today())
    with acting(cast, "cato") as actor:
        line = costs.book_delivery(actor, delivery=BillFactory(subcontract=order), on=today())
    assert line.category == "residential"


def test_it_takes_what_another_year_promised_when_more_was_delivered_now(cast, budget):
    BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality, year=YEAR + 1)
    order = order_of(
        cast, ordered=True, starts_on=dt.date(YEAR, 12, 31), ends_on=dt.date(YEAR + 1, 12, 30)
    )
    costs.commit(Actor.system("t"), subcontract=order, on=today())
    bill = BillFactory(subcontract=order, period_start=dt.date(YEAR, 12, 1), cents=60_000)
    with acting(cast, "cato") as actor:
        costs.book_delivery(actor, delivery=bill, on=today())
    open_ = Commitment.objects.aggregate(total=Sum("open_cents"))["total"]
    assert open_ == 40_000
    assert CostLine.objects.get().year == YEAR


def test_it_refuses_a_bill_beyond_promise_and_budget(cast, budget):
    order = order_of(cast, ordered=True)
    costs.commit(Actor.system("t"), subcontract=order, on=today())
    CostLineFactory(budget=budget, cents=9_900_000)
    bill = BillFactory(subcontract=order, cents=100_001)
    with acting(cast, "cato") as actor:
        with pytest.raises(MoveRefused), transaction.atomic():
            costs.book_delivery(actor, delivery=bill, on=today())
        assert Commitment.objects.visible_to(actor).get().open_cents == 100_000
        costs.book_delivery(actor, delivery=bill, on=today(), override_reason="Was nodig")
    assert Commitment.objects.get().open_cents == 0


def test_it_books_on_the_municipality_of_that_month(cast, budget):
    """Who moves takes the costs along, from that day; help does not stop."""
    other = MunicipalityFactory(name="Westerveld")
    ParticipatingMunicipalityFactory(arrangement=cast.a.arrangement, municipality=other)
    there = BudgetFactory(provider=cast.a.provider, municipality=other)
    moved = Residence.objects.get(pupil=cast.a.pupil)
    moved.valid_until = FEBRUARY
    moved.save()
    Residence.objects.create(
        pupil=cast.a.pupil, site=cast.a.site, municipality=other, valid_from=FEBRUARY
    )
    order = order_of(cast, ordered=True)
    costs.commit(Actor.system("t"), subcontract=order, on=today())
    with acting(cast, "cato") as actor:
        for month in (JANUARY, FEBRUARY):
            bill = BillFactory.build(subcontract=order, period_start=month)
            bill.save()
            costs.book_delivery(actor, delivery=bill, on=today())
    assert dict(CostLine.objects.values_list("on", "budget")) == {
        JANUARY: budget.pk,
        FEBRUARY: there.pk,
    }


def test_it_books_no_bill_of_a_child_that_the_arrangement_does_not_pay_for(cast, budget):
    Residence.objects.filter(pupil=cast.a.pupil).update(municipality=MunicipalityFactory())
    order = order_of(cast, ordered=True)
    with acting(cast, "cato") as actor, pytest.raises(MoveRefused):
        costs.book_delivery(actor, delivery=BillFactory(subcontract=order), on=today())


# --- Bills that nobody here ordered ---------------------------------------------------------------


def bill(cast, **fields):
    return {
        "source_ref": "GEM-1",
        "referrer": "02",
        "jz020": "54",
        "period_start": JANUARY,
        "cents": 45_000,
        "municipality": cast.a.municipality,
    } | fields


def test_it_books_bills_with_and_without_a_known_pupil(cast, budget):
    items = [
        bill(cast, case_number=cast.a.trajectory.reference),
        bill(cast, source_ref="GEM-2", jz020="43", cents=-5_000, case_number="XXX-XXX"),
        bill(cast, source_ref="GEM-3", case_number="Amira Haddad"),
    ]
    with acting(cast, "cato") as actor:
        booked = record_external_costs(actor, provider=cast.a.provider, items=items)
        again = record_external_costs(actor, provider=cast.a.provider, items=items)
    assert (len(booked.new), booked.matched, booked.cents) == (3, 1, 85_000)
    assert (len(again.new), again.unchanged) == (0, 3)
    kept = dict(ExternalCost.objects.values_list("source_ref", "pupil_label"))
    assert kept == {
        "GEM-1": cast.a.trajectory.reference,
        "GEM-2": "XXX-XXX",
        "GEM-3": "",
    }, "a name is never kept"
    lines = CostLine.objects.order_by("external__source_ref")
    assert [line.category for line in lines] == ["not_ordered", "residential", "not_ordered"]
    assert lines[0].pupil_key == cast.a.pupil.pk


def test_it_books_all_or_nothing(cast, budget):
    items = [bill(cast), bill(cast, source_ref="GEM-2", period_start=dt.date(2019, 1, 1))]
    with acting(cast, "cato") as actor:
        booked = record_external_costs(actor, provider=cast.a.provider, items=items)
    assert [index for index, _sentence in booked.problems] == [1]
    assert not ExternalCost.objects.exists()
    assert not CostLine.objects.exists()


def test_it_refuses_a_known_reference_with_other_content(cast, budget):
    with acting(cast, "cato") as actor:
        record_external_costs(actor, provider=cast.a.provider, items=[bill(cast)])
        booked = record_external_costs(actor, provider=cast.a.provider, items=[bill(cast, cents=1)])
    assert booked.problems
    assert CostLine.objects.get().cents == 45_000


def test_it_links_a_bill_to_a_trajectory_afterwards(cast, budget):
    with acting(cast, "cato") as actor:
        record_external_costs(actor, provider=cast.a.provider, items=[bill(cast)])
        cost = ExternalCost.objects.visible_to(actor).get()
        match_external_cost(actor, cost=cost, trajectory=cast.a.trajectory)
        with pytest.raises(NotVisible):
            match_external_cost(actor, cost=cost, trajectory=cast.b.trajectory)
    line = CostLine.objects.get()
    assert (line.trajectory_id, line.cents) == (cast.a.trajectory.pk, 45_000)


def test_every_source_together_is_the_sum_of_the_lines(cast, budget):
    worked(cast, JANUARY, 47)
    order = order_of(cast, ordered=True)
    system = Actor.system("t")
    costs.commit(system, subcontract=order, on=today())
    with acting(cast, "cato") as actor:
        costs.book_delivery(
            actor, delivery=BillFactory(subcontract=order, cents=12_345), on=today()
        )
        record_external_costs(actor, provider=cast.a.provider, items=[bill(cast)])
        before = costs.totals_of(cast.a.provider, cast.a.municipality, [YEAR])[YEAR]
        close_month(actor, provider=cast.a.provider, month=JANUARY)
        after = costs.totals_of(cast.a.provider, cast.a.municipality, [YEAR])[YEAR]
    assert before.realised_cents == after.realised_cents == 7_050 + 12_345 + 45_000
    assert CostLine.objects.aggregate(total=Sum("cents"))["total"] == after.realised_cents
    assert set(CostLine.objects.values_list("budget", flat=True)) == {budget.pk}
    assert not CostLine.objects.filter(is_provisional=True).exists(), "closing makes them final"
