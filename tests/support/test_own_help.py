"""Own help: booked once a month, hours times rate, late help in the next month."""

import datetime as dt

import pytest
from django.db import transaction

from oja.access.actor import Actor
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from schools.models import Residence
from support import costs
from support.actions.costs import close_month
from support.models import ClosedMonth, Contact, Spending
from tests.factories.money import (
    BudgetFactory,
    HourRateFactory,
)
from tests.factories.schools import MunicipalityFactory
from tests.support.budget_year import (
    FEBRUARY,
    JANUARY,
    MARCH,
    YEAR,
    budget,
    worked,
)
from tests.support.helpers import acting

__all__ = ["budget"]


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
