"""Budget, promises and the part of third parties: to the cent."""

import pytest

from tests.monitor.world import day, figure_of, numbers_of, values_of


def test_it_tells_how_much_of_the_budget_was_used_in_the_calendar_year(people):
    budget = people.budget(people.p, 2026, 100_000)
    people.budget(people.q, 2026, 5)
    last = people.budget(people.p, 2025, 50_000)
    people.cost(budget, day("2026-01-01"), 12_345)
    people.cost(budget, day("2026-11-21"), 12_655)
    people.cost(budget, day("2026-11-22"), 999)  # tomorrow
    people.cost(last, day("2025-12-31"), 10_001)
    assert values_of(people, "cato", "budget-use") == {
        "share": 25.0,
        "spent": 25_000,
        "budget": 100_000,
    }
    # The reference date of that school year is 31 July 2026.
    assert values_of(people, "cato", "budget-use", "2025-2026")["spent"] == 12_345
    assert figure_of(people, "hans", "budget-use", "2026-2027").headline.value == 0.0


def test_it_adds_what_was_promised_and_says_what_is_left(people):
    budget = people.budget(people.p, 2026, 100_000)
    request = people.started(people.a, day("2026-08-10"), day("2026-08-10"), day("2026-09-01"))
    people.cost(budget, day("2026-09-01"), 40_000)
    people.order(request.trajectory_row, budget, 30_000, 20_001)
    found = values_of(people, "cato", "realised-and-committed")
    assert found == {
        "share": 60.0,
        "spent": 40_000,
        "promised": 20_001,
        "budget": 100_000,
        "left": 39_999,
    }
    assert numbers_of(people, "cato", "realised-and-committed")["promised"] == 20_001


def test_it_says_which_part_of_the_cost_was_outside_the_school(people):
    budget = people.budget(people.p, 2026, 100_000)
    for category, cents in (
        ("residential", 1_000),
        ("not_ordered", 500),
        ("ordered", 1_501),
        ("individual", 6_000),
        ("group", 1_000),
    ):
        people.cost(budget, day("2026-09-01"), cents, category)
    found = values_of(people, "cato", "share-of-third-parties-in-cost")
    assert (found["share"], found["count"], found["ordered"]) == (30.0, 10_001, 1_501)


def test_it_shows_money_to_no_school(people):
    people.budget(people.p, 2026, 100_000)
    with pytest.raises(KeyError):
        figure_of(people, "anna", "budget-use", "2026-2027")
