"""Sums of money and hours: no part of one child is left over by subtraction."""

import pytest

from monitor.disclosure import Exact, Kind, Status
from monitor.tables import Publication, Shape, settle
from tests.monitor.settling import (
    shown_by_key,
)
from tests.monitor.tables_of_children import (
    CLASSES,
    children,
    publication,
    wheres,
)


def money(*parts, nobody=()):
    """A total of parts of money: (cents, people, largest) each, and parts of nobody."""
    cells = [
        Exact("cost", f"part-{number}", (), Kind.EUROS, cents, people=people, largest=largest)
        for number, (cents, people, largest) in enumerate(parts)
    ]
    cells += [
        Exact("cost", f"own-{number}", (), Kind.EUROS, cents) for number, cents in enumerate(nobody)
    ]
    total = Exact(
        "cost",
        "total",
        (),
        Kind.EUROS,
        sum(cell.value for cell in cells),
        people=sum(people for _cents, people, _largest in parts),
        largest=max((largest for _cents, _people, largest in parts), default=0),
    )
    balance = (("total", 1), *((cell.part, -1) for cell in cells))
    return Publication((total, *cells), {"cost": Shape("cost", "costs", balances=(balance,))})


def told_money(made):
    settled = settle(made)
    assert settled.leaks == ()
    return {shown.key[1]: (shown.status.value, shown.value) for shown in settled.shown}


def test_money_of_one_child_cannot_be_found_by_subtraction():
    told = told_money(
        money((4_000_000, 1, 4_000_000), (9_000_000, 20, 900_000), nobody=[20_000_000])
    )
    assert told["part-0"] == ("small", None)
    assert told["part-1"] == ("protected", None)
    assert told["own-0"] == ("shown", 20_000_000)
    assert told["total"] == ("shown", 33_000_000)


def test_two_small_parts_hide_each_other_when_neither_is_most_of_both():
    told = told_money(
        money((400_000, 1, 400_000), (2_000_000, 12, 1_100_000), (9_000_000, 90, 900_000))
    )
    assert [told[name][0] for name in ("part-0", "part-1", "part-2")] == [
        "small",
        "small",
        "protected",
    ]


def test_a_part_that_is_nothing_shields_nothing():
    """Two hidden parts of which one is empty: the total would still be that one child."""
    told = told_money(money((0, 0, 0), (4_000_000, 1, 4_000_000), (30_000_000, 40, 900_000)))
    assert told["part-2"] == ("protected", None)


def test_a_total_that_is_most_of_one_child_is_hidden_with_its_parts():
    told = told_money(money((9_000_000, 1, 9_000_000), (100_000, 30, 10_000)))
    assert told["total"] == ("small", None)
    assert told["part-0"] == ("small", None)


def test_money_that_may_become_less_than_nought_has_no_lower_limit():
    cells = (
        Exact("budget", "budget", (), Kind.EUROS, 10_000_000),
        Exact("budget", "taken", (), Kind.EUROS, 12_000_000, people=40, largest=300_000),
        Exact("budget", "left", (), Kind.EUROS, -2_000_000, people=1, largest=2_000_000),
    )
    balance = (("budget", 1), ("taken", -1), ("left", -1))
    settled = settle(Publication(cells, {"budget": Shape("budget", "b", balances=(balance,))}))
    assert settled.leaks == ()
    assert settled.protected == {("budget", "budget", ())}


def test_hours_of_few_children_cannot_be_found_by_subtraction():
    cells = [
        Exact("hours", "total", (), Kind.HOURS, 90_000, people=60),
        Exact("hours", "a", (), Kind.HOURS, 60_000, people=40),
        Exact("hours", "b", (), Kind.HOURS, 27_000, people=30),
        Exact("hours", "c", (), Kind.HOURS, 3_000, people=2),
    ]
    balance = (("total", 1), ("a", -1), ("b", -1), ("c", -1))
    made = Publication(tuple(cells), {"hours": Shape("hours", "h", balances=(balance,))})
    settled = settle(made)
    assert settled.leaks == ()
    assert settled.protected == {("hours", "b", ())}


def test_a_hidden_sum_between_two_tables_is_found_by_the_program():
    """No single total gives it away: rows and columns together do."""
    names = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
    values = {names[0]: 4_000_000, names[1]: 9_000_000, names[2]: 8_000_000, names[3]: 7_000_000}
    cells = [
        Exact(
            "m",
            "".join(name),
            (),
            Kind.EUROS,
            values[name],
            people=1 if name == ("a", "x") else 40,
            largest=4_000_000 if name == ("a", "x") else 10_000,
        )
        for name in names
    ]
    cells += [
        Exact("m", f"row-{one}", (), Kind.EUROS, values[one, "x"] + values[one, "y"], people=60)
        for one in "ab"
    ]
    cells += [
        Exact("m", f"col-{one}", (), Kind.EUROS, values["a", one] + values["b", one], people=60)
        for one in "xy"
    ]
    balances = tuple(((f"row-{one}", 1), (f"{one}x", -1), (f"{one}y", -1)) for one in "ab") + tuple(
        ((f"col-{one}", 1), (f"a{one}", -1), (f"b{one}", -1)) for one in "xy"
    )
    settled = settle(Publication(tuple(cells), {"m": Shape("m", "m", balances=balances)}))
    assert settled.leaks == ()
    assert len(settled.protected) >= 3


@pytest.mark.parametrize("seed", range(2))
def test_in_a_world_of_children_no_money_of_one_is_left_by_a_sum(seed):
    made = publication(children(seed, size=12))
    told = shown_by_key(settle(made))
    exact = {cell.key: cell for cell in made.cells}
    for where in wheres():
        parts = [("start", f"euros-{kind}", where) for kind in CLASSES]
        hidden = [key for key in parts if told[key].value is None]
        if told["start", "euros", where].value is not None and hidden:
            total = sum(exact[key].value for key in hidden)
            largest = max(exact[key].largest for key in hidden)
            assert (
                total == 0
                or 2 * largest <= total
                or any(told[key].status == Status.PROTECTED for key in hidden)
            )
