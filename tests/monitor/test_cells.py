"""Figures of a cell, for publication: exact, and who stands behind each number."""

import pytest

from monitor.definition import Audience, Cell, Window
from monitor.engine import measure_cell
from monitor.indicators import indicators
from oja.access.actor import Actor, become
from tests.monitor.world import TODAY, day, numbers_of

WINDOW = Window.of_school_year("2026-2027", TODAY)


def cell_of(world, *where, sites=("a", "b", "c"), providers=("p", "q")):
    """A cell over these sites and providers of the small world."""
    return Cell(
        where=where,
        sites=tuple(getattr(world, name).pk for name in sites),
        providers=tuple(getattr(world, name).pk for name in providers),
        population=1_000,
        arrangement=world.arrangement.pk,
    )


def measured(cell):
    """{slug: figure} as the system counts it."""
    actor = Actor.system("test: figures for publication")
    with become(actor):
        return measure_cell(indicators(), actor, cell, WINDOW, on=TODAY)


def numbers(figure):
    """{part: number}."""
    return {slug: number.value for slug, number in figure.numbers.items()}


def test_it_counts_every_published_indicator_over_the_whole(whole):
    found = measured(cell_of(whole))
    assert list(found) == [one.slug for one in indicators() if one.published]


WITH_ROWS = [one.slug for one in indicators() if one.published and one.measure.parts()]


@pytest.mark.parametrize("slug", WITH_ROWS)
def test_it_is_what_the_owners_of_the_record_see(whole, slug):
    """Every provider together is the whole; a school alone is what its coordinator sees."""
    known = next(one for one in indicators() if one.slug == slug)
    adds_up = [part.slug for part in known.measure.parts() if part.how in ("count", "sum")]
    if known.published is Audience.PROVIDER:
        total = numbers(measured(cell_of(whole))[slug])
        apart = [numbers_of(whole, name, slug) for name in ("cato", "hans")]
        assert {part: total[part] for part in adds_up} == {
            part: sum(one[part] for one in apart) for part in adds_up
        }
    else:
        alone = numbers(measured(cell_of(whole, sites=("b",), providers=("q",)))[slug])
        assert alone == numbers_of(whole, "dirk", slug)


def test_it_splits_only_by_what_an_indicator_offers(whole):
    by_site = measured(cell_of(whole, ("site", "De Wissel"), sites=("a",), providers=("p",)))
    assert set(by_site) == {one.slug for one in indicators() if "site" in one.breakdowns}
    assert "budget-use" not in by_site
    at = {"sites": ("b",), "providers": ("q",)}
    by_provider = measured(cell_of(whole, ("provider", "Kiemkracht"), **at))
    assert by_provider["budget-use"].numbers["budget"].value == 1_000_000
    assert by_provider["thuiszitters-ocw"].own.label == "Kiemkracht"


def test_it_says_how_many_children_stand_behind_a_number(people):
    one = people.started(people.a, day("2026-08-10"), day("2026-08-10"), day("2026-09-01"))
    people.contact(one, day("2026-09-15"), minutes=30)
    people.started(people.a, day("2026-08-10"), day("2026-08-10"), day("2026-09-01"))
    found = measured(cell_of(people))
    hours = found["hours-by-form"].numbers["individueel"]
    assert (hours.value, hours.people) == (45 + 30 + 45, 2)
    assert found["start-within-28-days"].numbers["denominator"].people == 2


def test_it_says_how_much_of_the_money_one_child_has(people):
    rows = [
        people.started(people.a, day("2026-08-10"), day("2026-08-10"), day("2026-09-01"))
        for _number in range(2)
    ]
    budget = people.budget(people.p, 2026, 100_000)
    for request, cents in zip((rows[0], rows[0], rows[1]), (600, 300, 700), strict=True):
        people.cost(budget, day("2026-10-01"), cents, trajectory=request.trajectory_row)
    people.cost(budget, day("2026-10-01"), 5_000)  # of no child in particular
    spent = measured(cell_of(people))["budget-use"].numbers["spent"]
    assert (spent.value, spent.people, spent.largest) == (6_600, 2, 900)
