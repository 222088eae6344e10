"""Budgets and costs: nothing overspent, nothing lost, every cent on one budget."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from oja.access.actor import Actor
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from schools.models import Residence
from support import costs
from support.actions.costs import close_month, match_external_cost, record_external_costs
from support.models import ClosedMonth, Commitment, Contact, CostLine, ExternalCost, Spending
from tests.factories.money import (
    BillFactory,
    BudgetFactory,
    CostLineFactory,
    ExternalCostFactory,
    HourRateFactory,
    OrderFactory,
)
from tests.factories.providers import ParticipatingMunicipalityFactory
from tests.factories.schools import MunicipalityFactory
from tests.factories.support import ContactFactory
from tests.support.helpers import acting

YEAR = today().year
JANUARY = dt.date(YEAR, 1, 1)
FEBRUARY = dt.date(YEAR, 2, 1)
MARCH = dt.date(YEAR, 3, 1)
NEXT_YEAR = dt.date(YEAR + 1, 1, 1)


@pytest.fixture
def budget(cast):
    """€ 100.000 of this year for the municipality of world A, and € 90 an hour."""
    Contact.objects.all().delete()
    HourRateFactory(provider=cast.a.provider)
    return BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality)


def order_of(cast, **fields):
    fields.setdefault("trajectory", cast.a.trajectory)
    fields.setdefault("municipality", cast.a.municipality)
    return OrderFactory(**fields)


def worked(cast, on, minutes, **fields):
    return ContactFactory(trajectory=cast.a.trajectory, on=on, minutes=minutes, **fields)


# --- Over the years -------------------------------------------------------------------------------


def test_it_splits_by_the_days_of_each_year():
    split = costs.split_by_year(174_000, dt.date(2026, 12, 1), dt.date(2027, 4, 1))
    assert split == {2026: 44_579, 2027: 129_421}  # 31 and 90 of 121 days


@given(
    st.integers(min_value=0, max_value=10**12),
    st.dates(min_value=dt.date(2020, 1, 1), max_value=dt.date(2030, 1, 1)),
    st.integers(min_value=1, max_value=2000),
)
def test_it_never_loses_a_cent_between_years(cents, start, days):
    split = costs.split_by_year(cents, start, start + dt.timedelta(days=days))
    assert sum(split.values()) == cents
    assert all(part >= 0 for part in split.values())


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_it_rounds_half_a_cent_away_from_nought(cent_minutes):
    cents = costs.to_cents(cent_minutes)
    assert abs(cents * 60 - cent_minutes) <= 30
    assert costs.to_cents(-cent_minutes) == -cents


# --- What is left ---------------------------------------------------------------------------------


def test_it_shows_what_an_approval_would_leave(cast, budget):
    CostLineFactory(budget=budget, cents=1_000_000)
    worked(cast, JANUARY, 60)
    costs.commit(Actor.system("t"), subcontract=order_of(cast), on=today())
    with acting(cast, "cato") as actor:
        (effect,) = costs.budget_effect(
            actor,
            provider=cast.a.provider,
            municipality=cast.a.municipality,
            cents=174_000,
            start=JANUARY,
            end=NEXT_YEAR,
        )
    assert effect.budget_id == budget.pk
    assert effect.amount_cents == 10_000_000
    assert effect.realised_cents == 1_009_000, "own help that is not booked counts too"
    assert effect.committed_cents == 100_000
    assert effect.asked_cents == 174_000
    assert effect.free_after_cents == 10_000_000 - 1_009_000 - 100_000 - 174_000
    assert effect.fits


@pytest.mark.parametrize("name", ["bas", "gijs"])
def test_it_tells_a_worker_the_totals_of_the_own_provider(cast, budget, name):
    with acting(cast, name) as actor:
        (effect,) = costs.budget_effect(
            actor,
            provider=cast.a.provider,
            municipality=cast.a.municipality,
            cents=1,
            start=JANUARY,
            end=NEXT_YEAR,
        )
        assert not CostLine.objects.visible_to(actor).exists()
    assert effect.free_after_cents == 9_999_999


@pytest.mark.parametrize("name", ["anna", "dirk", "els", "fem", "hans", "ilse", "joke"])
def test_it_tells_nobody_else_anything(cast, budget, name):
    worked(cast, JANUARY, 60)
    with acting(cast, name):
        assert costs.totals_of(cast.a.provider, cast.a.municipality, [YEAR]) == {}
        assert costs.own_help(cast.a.provider, YEAR) == []
        assert costs.payer_on(cast.a.trajectory, today()) == (None, False)


def test_it_says_when_a_year_has_no_budget(cast, budget):
    with acting(cast, "cato") as actor:
        now, later = costs.budget_effect(
            actor,
            provider=cast.a.provider,
            municipality=cast.a.municipality,
            cents=100,
            start=JANUARY,
            end=dt.date(YEAR + 1, 3, 1),
        )
    assert now.fits
    assert later.budget_id is None
    assert not later.fits


# --- Promises -------------------------------------------------------------------------------------


def test_it_promises_over_two_years_to_the_cent(cast, budget):
    later = BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality, year=YEAR + 1)
    order = order_of(cast, ends_on=dt.date(YEAR + 1, 2, 10))
    with acting(cast, "cato") as actor:
        made = costs.commit(actor, subcontract=order, on=today())
    assert {row.budget_id for row in made} == {budget.pk, later.pk}
    assert sum(row.cents for row in made) == order.ceiling_cents
    order.refresh_from_db()
    assert order.committed_cents == order.ceiling_cents


def test_it_refuses_what_does_not_fit_and_takes_a_reason(cast, budget):
    CostLineFactory(budget=budget, cents=9_950_000)
    order = order_of(cast)
    with acting(cast, "cato") as actor:
        with pytest.raises(MoveRefused) as refused, transaction.atomic():
            costs.commit(actor, subcontract=order, on=today())
        assert "€ 500" in str(refused.value.refusals[0].sentence)
        assert not Commitment.objects.visible_to(actor).exists()
        costs.commit(actor, subcontract=order, override_reason="De rechter wil het", on=today())
    assert Commitment.objects.get().open_cents == 100_000


def test_it_refuses_a_year_without_a_budget_whatever_the_reason(cast, budget):
    order = order_of(cast, ends_on=dt.date(YEAR + 1, 2, 10))
    with acting(cast, "cato") as actor, pytest.raises(MoveRefused):
        costs.commit(actor, subcontract=order, override_reason="Toch", on=today())


def test_it_refuses_when_nobody_knows_who_pays(cast, budget):
    order = order_of(cast, municipality=None)
    with acting(cast, "cato") as actor, pytest.raises(MoveRefused):
        costs.commit(actor, subcontract=order, on=today())


def test_it_gives_back_and_promises_anew(cast, budget):
    order = order_of(cast)
    with acting(cast, "cato") as actor:
        costs.commit(actor, subcontract=order, on=today())
        costs.commit(actor, subcontract=order, on=today())
        assert Commitment.objects.visible_to(actor).get().open_cents == 100_000, "twice is once"
        costs.release(actor, subcontract=order, on=today())
        assert order.committed_cents == 0
        costs.commit(actor, subcontract=order, on=today())
    assert Commitment.objects.get().open_cents == 100_000


def test_it_is_no_harm_to_give_back_nothing(cast, budget):
    order = order_of(cast)
    with acting(cast, "cato") as actor:
        costs.release(actor, subcontract=order, on=today())
    assert order.committed_cents == 0


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


# --- Own help -------------------------------------------------------------------------------------


def test_it_books_hours_times_rate_when_a_month_is_closed(cast, budget):
    worked(cast, JANUARY, 45)
    worked(cast, JANUARY, 30)
    worked(cast, JANUARY, 40, outcome="no_show")
    worked(cast, FEBRUARY, 60)
    with acting(cast, "cato") as actor:
        (line,) = close_month(actor, provider=cast.a.provider, month=JANUARY)
        assert (line.cents, line.minutes, line.on) == (11_250, 75, JANUARY)
        assert close_month(actor, provider=cast.a.provider, month=JANUARY) == [], "twice is once"
        (open_,) = Spending.objects.visible_to(actor).filter(source="open")
        assert (open_.municipality, open_.category) == (cast.a.municipality, "individual")
        assert (open_.on, open_.cents, open_.minutes) == (FEBRUARY, 9_000, 60)


def test_it_takes_along_what_was_recorded_after_the_month_was_closed(cast, budget):
    worked(cast, JANUARY, 60)
    with acting(cast, "cato") as actor:
        close_month(actor, provider=cast.a.provider, month=JANUARY)
    worked(cast, JANUARY + dt.timedelta(days=3), 20)
    worked(cast, FEBRUARY, 60)
    with acting(cast, "cato") as actor:
        (line,) = close_month(actor, provider=cast.a.provider, month=FEBRUARY)
    assert (line.cents, line.minutes) == (12_000, 80)


def test_it_closes_the_open_months_before_it(cast, budget):
    worked(cast, JANUARY, 60)
    worked(cast, MARCH, 30)
    with acting(cast, "cato") as actor:
        lines = close_month(actor, provider=cast.a.provider, month=MARCH)
    assert [(line.on, line.cents) for line in lines] == [(JANUARY, 9_000), (MARCH, 4_500)]
    closed = ClosedMonth.objects.order_by("month").values_list("month", flat=True)
    assert list(closed) == [JANUARY, FEBRUARY, MARCH]
    worked(cast, FEBRUARY, 20)
    worked(cast, MARCH.replace(month=4), 10)
    with acting(cast, "cato") as actor:
        assert close_month(actor, provider=cast.a.provider, month=FEBRUARY) == []
        (late,) = close_month(actor, provider=cast.a.provider, month=MARCH.replace(month=4))
    assert (late.on.month, late.minutes, late.cents) == (4, 30, 4_500)


def test_it_books_late_help_of_a_closed_year_in_that_year(cast, budget):
    last = YEAR - 1
    BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality, year=last)
    worked(cast, dt.date(last, 12, 2), 60)
    system = Actor.system("t")
    close_month(system, provider=cast.a.provider, month=dt.date(last, 12, 1))
    worked(cast, dt.date(last, 5, 5), 60)
    (line,) = close_month(system, provider=cast.a.provider, month=JANUARY)
    assert (line.year, line.source, line.cents) == (last, "other", 9_000)


def test_it_rounds_once_per_line_and_never_per_contact(cast, budget):
    for number in range(7):
        worked(cast, JANUARY + dt.timedelta(days=number), 1)  # € 1,50 each
    with acting(cast, "cato") as actor:
        (line,) = close_month(actor, provider=cast.a.provider, month=JANUARY)
    assert line.cents == 1_050


def test_it_books_nothing_for_a_pupil_that_the_arrangement_does_not_pay_for(cast, budget):
    Residence.objects.filter(pupil=cast.a.pupil).update(municipality=MunicipalityFactory())
    worked(cast, JANUARY, 60)
    with acting(cast, "cato") as actor:
        assert close_month(actor, provider=cast.a.provider, month=JANUARY) == []
        (row,) = costs.own_help(cast.a.provider, YEAR)
    assert (row.is_funded, row.minutes) == (False, 60)


def test_it_waits_for_the_end_of_the_month(cast, budget):
    with acting(cast, "cato") as actor, pytest.raises(MoveRefused):
        close_month(actor, provider=cast.a.provider, month=today())


def test_it_needs_a_rate_and_a_budget(cast):
    Contact.objects.all().delete()
    worked(cast, JANUARY, 60)
    with acting(cast, "cato") as actor:
        with pytest.raises(MoveRefused) as refused, transaction.atomic():
            close_month(actor, provider=cast.a.provider, month=JANUARY)
        assert refused.value.refusals[0].url.endswith("/vastleggen/")
    HourRateFactory(provider=cast.a.provider)
    with acting(cast, "cato") as actor, pytest.raises(MoveRefused):
        close_month(actor, provider=cast.a.provider, month=JANUARY)
    assert not ClosedMonth.objects.exists()


@pytest.mark.parametrize(("name", "problem"), [("bas", MoveNotAllowed), ("hans", NotVisible)])
def test_only_the_own_manager_closes_a_month(cast, budget, name, problem):
    with acting(cast, name) as actor, pytest.raises(problem):
        close_month(actor, provider=cast.a.provider, month=JANUARY)


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


# --- What only the database refuses ---------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": dt.date(YEAR - 1, 12, 31)},
        {"source": "own"},
        {"source": "own", "category": "ordered", "minutes": 5},
        {"source": "delivery"},
        {"source": "external"},
    ],
)
def test_a_cost_line_that_does_not_add_up_is_refused(cast, budget, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLineFactory(budget=budget, **wrong)


def test_own_help_of_a_month_is_booked_once(cast, budget):
    own = {"budget": budget, "source": "own", "minutes": 60}
    CostLineFactory(**own)
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLineFactory(**own)


@pytest.mark.parametrize("wrong", [{"provider": "b"}, {"municipality": "b"}, {"year": YEAR - 1}])
def test_a_cost_line_is_of_its_budget(cast, budget, wrong):
    values = {
        name: getattr(cast.b, name) if value == "b" else value for name, value in wrong.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLineFactory(budget=budget, **values)


def test_an_amount_never_changes(cast, budget):
    line = CostLineFactory(budget=budget)
    line.cents += 1
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save()


@pytest.mark.parametrize("open_cents", [-1, 100_001])
def test_a_promise_is_never_open_for_more_than_it_was(cast, budget, open_cents):
    order = order_of(cast)
    costs.commit(Actor.system("t"), subcontract=order, on=today())
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.update(open_cents=open_cents)


def test_a_bill_that_is_linked_names_its_trajectory(cast, budget):
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalCostFactory(
            provider=cast.a.provider, municipality=cast.a.municipality, state="matched"
        )


def test_a_closed_month_is_named_by_its_first_day(cast):
    values = {"closed_on": today(), "closed_by": "Cato", "provider": cast.a.provider}
    with pytest.raises(IntegrityError), transaction.atomic():
        ClosedMonth.objects.create(month=dt.date(YEAR, 1, 2), **values)
    ClosedMonth.objects.create(month=JANUARY, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClosedMonth.objects.create(month=JANUARY, **values)
