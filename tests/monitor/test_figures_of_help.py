"""Waiting, stock and flow, hours, and the pyramid: exact numbers over rows that are known."""

import datetime as dt

import pytest

from monitor.waiting import CLASSES
from tests.monitor.world import day, figure_of, numbers_of, values_of

A = "anna"


def started(people, submitted, talk, helped):
    """A request with a first talk and a first contact."""
    request = people.started(people.a, day(submitted), day(submitted), helped and day(helped))
    if talk:
        type(request.trajectory_row).objects.filter(request=request).update(
            intake_held_on=day(talk)
        )
    return request


def classes_of(found):
    """The numbers per class of days, the shortest first."""
    return [found[one.slug] for one in CLASSES]


@pytest.mark.parametrize("name", ["anna", "cato"])
def test_it_puts_every_wait_in_one_class(people, name):
    """On both sides of every border, and the class in time is the share in time."""
    asked = day("2026-08-10")
    for days in (0, 7, 8, 14, 15, 21, 22, 28, 29, 42, 43, 90):
        people.started(people.a, asked, asked, asked + dt.timedelta(days=days))
    found = values_of(people, name, "start-within-28-days")
    assert classes_of(found) == [2] * 6
    assert found["share"] == 66.7
    assert (found["median"], found["p90"]) == (21, 43)


@pytest.mark.parametrize("name", ["anna", "cato"])
def test_it_tells_how_long_the_first_talk_took(people, name):
    for submitted, talk in (
        ("2026-09-01", "2026-09-04"),
        ("2026-09-01", "2026-09-11"),
        ("2026-09-01", "2026-09-21"),
        ("2026-09-01", "2026-10-11"),
        ("2026-07-01", "2026-07-31"),  # before the year
        ("2026-10-01", None),
    ):
        started(people, submitted, talk, None)
    found = values_of(people, name, "time-to-first-talk")
    assert (found["median"], found["count"], found["p90"]) == (10, 4, 40)
    assert classes_of(found) == [1, 1, 1, 0, 1, 0]


@pytest.mark.parametrize("name", ["anna", "cato"])
def test_it_tells_how_long_help_took_after_the_talk(people, name):
    started(people, "2026-09-01", "2026-09-04", "2026-09-04")
    started(people, "2026-09-01", "2026-09-04", "2026-09-20")
    started(people, "2026-09-01", "2026-09-04", "2026-10-04")
    started(people, "2026-09-01", "2026-09-21", "2026-09-20")  # help came first
    started(people, "2026-09-01", None, "2026-09-20")
    started(people, "2026-06-01", "2026-06-10", "2026-07-31")
    found = values_of(people, name, "time-to-help")
    assert (found["median"], found["count"], found["p90"]) == (16, 3, 30)
    assert classes_of(found) == [1, 0, 1, 0, 1, 0]


def test_it_has_no_duration_over_nothing(people):
    found = values_of(people, A, "time-to-help")
    assert (found["median"], found["count"], found["p90"]) == (None, 0, None)
    assert classes_of(found) == [0] * 6
    assert figure_of(people, A, "time-to-help", "2026-2027").status == "no-rows"


@pytest.mark.parametrize("name", ["anna", "cato"])
def test_it_balances_what_came_and_went(people, name):
    for helped, ended in (
        ("2026-03-01", None),
        ("2026-03-01", "2026-07-31"),  # gone before the year
        ("2026-03-01", "2026-08-01"),  # gone on its first day
        ("2026-08-01", None),
        ("2026-09-01", "2026-10-01"),
        ("2026-11-21", None),
        (None, "2026-09-01"),  # never helped
    ):
        submitted = day("2026-02-01")
        people.started(people.a, submitted, submitted, helped and day(helped), ended and day(ended))
    found = numbers_of(people, name, "stock-and-flow")
    assert found == {"begin": 2, "in": 3, "out": 2, "end": 3}


def test_it_never_loses_help_that_was_recorded_after_the_end(people):
    request = people.started(
        people.a, day("2026-09-01"), day("2026-09-01"), ended=day("2026-09-20")
    )
    people.contact(request, day("2026-10-05"))
    found = numbers_of(people, "anna", "stock-and-flow")
    assert found == {"begin": 0, "in": 1, "out": 1, "end": 0}


def test_it_sums_hours_by_form_to_the_minute(people):
    request = people.started(people.a, day("2026-09-01"), day("2026-09-01"))
    people.contact(request, day("2026-09-10"), minutes=45)
    people.contact(request, day("2026-09-17"), minutes=31, form="GROEP")
    people.contact(request, day("2026-09-18"), minutes=60, form="GROEP", outcome="no_show")
    people.contact(request, day("2026-07-31"), minutes=60)
    people.collective(people.p, people.a, day("2026-09-20"), 91)
    people.collective(people.q, people.b, day("2026-09-20"), 30)
    found = values_of(people, "cato", "hours-by-form")
    assert found["total"] == 45 + 31 + 91
    assert (found["individueel"], found["groep"], found["collectief"]) == (45, 31, 91)
    assert sum(number for part, number in found.items() if part != "total") == found["total"]


def provision(request, layer):
    """Planned help in a layer."""
    row = request.trajectory_row
    return row.provisions.create(
        provider=row.provider,
        site=row.site,
        worker=row.regisseur,
        layer=layer,
        valid_from=day("2026-09-01"),
    )


def test_it_counts_each_child_once_in_its_highest_layer(people):
    low = people.started(people.a, day("2026-08-10"), day("2026-08-10"), day("2026-09-01"))
    high = people.started(people.a, day("2026-08-10"), day("2026-08-10"), day("2026-09-01"))
    provision(high, "L2")
    provision(high, "L4")
    found = values_of(people, "cato", "under-the-line")
    assert (found["pupils-l3"], found["pupils-l4"], found["pupils-total"]) == (1, 1, 2)
    assert found["pupils-share"] == 100.0
    budget = people.budget(people.p, 2026, 100_000)
    low.trajectory_row.refresh_from_db()
    people.order(low.trajectory_row, budget, 1_000, 1_000)
    found = values_of(people, "cato", "under-the-line")
    assert (found["pupils-l3"], found["pupils-l5"], found["pupils-share"]) == (0, 1, 50.0)


def test_it_counts_a_child_that_came_back_once(people):
    first = people.started(
        people.a, day("2026-08-01"), day("2026-08-01"), day("2026-08-10"), day("2026-09-01")
    )
    provision(first, "L4")
    people.started(
        people.a, day("2026-09-10"), day("2026-09-10"), day("2026-09-20"), pupil=first.pupil
    )
    found = values_of(people, "cato", "under-the-line")
    assert (found["pupils-l3"], found["pupils-l4"], found["pupils-total"]) == (0, 1, 1)


def test_it_splits_hours_and_euros_by_layer(people):
    request = people.started(people.a, day("2026-08-10"), day("2026-08-10"), day("2026-09-01"))
    people.collective(people.p, people.a, day("2026-09-20"), 15)
    budget = people.budget(people.p, 2026, 100_000)
    people.cost(budget, day("2026-09-01"), 3_000, "individual", "L3", request.trajectory_row)
    people.cost(budget, day("2026-09-01"), 1_001, "ordered", "L5")
    people.cost(budget, day("2026-07-31"), 9_999)  # before the school year
    found = values_of(people, "cato", "under-the-line")
    assert (found["hours-l3"], found["hours-collective"], found["hours-total"]) == (45, 15, 60)
    assert (found["hours-share"], found["euros-share"]) == (100.0, 75.0)
    assert (found["euros-l3"], found["euros-l5"], found["euros-total"]) == (3_000, 1_001, 4_001)


def test_it_says_for_how_many_trajectories_a_third_party_was_ordered(people):
    rows = [
        people.started(people.a, day("2026-08-10"), day("2026-08-10"), day("2026-09-01"))
        for _number in range(4)
    ]
    budget = people.budget(people.p, 2026, 100_000)
    people.order(rows[0].trajectory_row, budget, 1_000, 1_000)
    people.cost(budget, day("2026-09-01"), 500, "residential", "L5")
    people.cost(budget, day("2026-09-01"), 1_500)
    found = values_of(people, "cato", "share-with-third-party")
    assert found == {"trajectories-share": 25.0, "euros-share": 25.0}
