"""What may be shown: every threshold on both sides, and what a shown number still leaves open."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.disclosure import (
    Exact,
    Kind,
    Shown,
    Status,
    disclose,
    enough,
    interval,
    nearest,
    opens_row,
    shown_count,
)

HERE = (("site", "De Wissel"),)


def one(kind, value, **fields):
    """What is shown of a single cell."""
    return disclose([Exact("figure", "part", HERE, kind, value, **fields)])[0]


def told(shown):
    """Value or text, and the status."""
    return (shown.text or shown.value), shown.status


# --- Counts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "told_as"),
    [(0, "<10"), (1, "<10"), (9, "<10"), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20)],
)
def test_a_count_below_ten_is_not_shown_and_the_rest_to_the_nearest_five(number, told_as):
    shown = one(Kind.COUNT, number)
    assert (shown.text or shown.value) == told_as
    assert shown.status == (Status.SMALL if told_as == "<10" else Status.SHOWN)


@pytest.mark.parametrize(
    ("number", "told_as"),
    [(0, "0–2"), (2, "0–2"), (3, 5), (7, 5), (8, 10), (9, 10), (12, 10), (13, 15)],
)
def test_an_undivided_total_also_shows_what_is_small(number, told_as):
    shown = one(Kind.COUNT, number, whole=True)
    assert (shown.text or shown.value) == told_as


def shows(number, whole):
    """A count as it is shown, with the exception or without."""
    return one(Kind.COUNT, number, whole=whole)


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_shown_leaves_at_least_three_numbers_and_exactly_the_right_ones(whole):
    numbers = range(400)
    for number in numbers:
        shown = shows(number, whole)
        low, high = interval(shown, whole)
        same = [n for n in numbers if told(shows(n, whole)) == told(shown)]
        if number < 390:
            assert [low, high] == [same[0], same[-1]], number
            assert high - low + 1 >= 3


def test_a_protected_number_could_be_any_that_is_not_said_to_be_small():
    hidden = Shown(("f", "p", HERE), Kind.COUNT, Status.PROTECTED)
    assert interval(hidden, False) == (10, None)
    assert interval(hidden, True) == (3, None)


def test_a_closed_row_says_nothing_by_itself():
    assert interval(Shown(("f", "p", HERE), Kind.COUNT, Status.SMALL), False) == (0, None)


@given(st.integers(0, 10**6), st.booleans())
def test_zero_one_and_nine_cannot_be_told_apart_unless_a_whole_is_shown(number, whole):
    value, text = shown_count(number, whole)
    assert (value is None) == bool(text)
    assert value is None or (value % 5 == 0 and abs(value - number) <= 2)
    if not whole:
        assert (text == "<10") == (number < 10)


def row(numerator, denominator, *, whole=False, where=HERE):
    """A share with its two counts, as they are shown."""
    cells = [
        Exact("figure", "share", where, Kind.SHARE, None, over=("some", "all"), whole=whole),
        Exact("figure", "some", where, Kind.COUNT, numerator, of="all", whole=whole),
        Exact("figure", "all", where, Kind.COUNT, denominator, whole=whole),
    ]
    share, some, every = disclose(cells)
    return told(share), told(some), told(every)


def test_a_denominator_below_ten_closes_the_row():
    closed = (None, Status.SMALL)
    assert row(9, 9) == (closed, closed, ("<10", Status.SMALL))
    assert row(10, 10)[1] == (10, Status.SHOWN)


def test_in_a_whole_the_row_opens_by_the_number_that_is_shown():
    """Judged by the true number, 8 would say that it is 8 or 9."""
    assert row(3, 7, whole=True)[1] == (None, Status.SMALL)
    assert row(3, 8, whole=True)[1] == (5, Status.SHOWN)
    for number in range(8, 13):
        assert opens_row(number, whole=True)
        assert not enough(number, whole=True)


def test_numbers_that_are_shown_alike_are_treated_alike():
    """Nothing else that is published may tell two numbers apart which read the same."""
    for whole in (True, False):
        seen = {}
        for number in range(200):
            judged = enough(number, whole), opens_row(number, whole)
            assert seen.setdefault(shown_count(number, whole), judged) == judged


# --- Shares ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "share"),
    [
        (12, 22, None),  # 10 of 20
        (10, 23, 40),  # 10 of 25
        (20, 40, 50),
        (15, 40, 40),  # 37.5: half up
        (13, 122, 15),  # 12.5: half up
        (38, 42, ">95%"),  # 40 of 40
        (40, 42, ">95%"),
        (10, 200, 5),
        (10, 203, "<5%"),  # 10 of 205
        (98, 100, ">95%"),
        (95, 100, 95),
    ],
)
def test_a_share_in_steps_of_five_from_the_rounded_numbers(numerator, denominator, share):
    (value, status), _some, _all = row(numerator, denominator)
    assert value == share
    assert status == (Status.SMALL if share is None else Status.SHOWN)


def test_a_share_of_a_whole_in_whole_percents():
    assert row(32, 851, whole=True, where=())[0] == (4, Status.SHOWN)  # 30 of 850
    assert row(4, 38, whole=True, where=())[0] == (13, Status.SHOWN)  # 5 of 40: half up
    assert row(2, 38, whole=True, where=())[0] == (None, Status.SMALL)
    assert row(3, 22, whole=True, where=())[0] == (None, Status.SMALL)


@given(st.integers(0, 600), st.integers(0, 600), st.booleans())
def test_a_share_tells_nothing_that_its_two_numbers_do_not(part, rest, whole):
    share, some, every = row(part, part + rest, whole=whole)
    for more in range(-2, 3):
        again, same, total = row(max(part + more, 0), part + rest + max(more, 0), whole=whole)
        if (same, total) == (some, every):
            assert again == share


def test_no_share_where_a_number_is_not_shown():
    assert row(9, 50) == ((None, Status.SMALL), ("<10", Status.SMALL), (50, Status.SHOWN))


def cells_of_row():
    return [
        Exact("figure", "some", HERE, Kind.COUNT, 30, of="all"),
        Exact("figure", "all", HERE, Kind.COUNT, 60),
        Exact("figure", "share", HERE, Kind.SHARE, None, over=("some", "all")),
    ]


def test_what_the_gate_protects_is_not_shown_nor_computed_from():
    cells = cells_of_row()
    some, every, share = disclose(cells, protected=frozenset({cells[0].key}))
    assert (some.status, some.value, some.text) == (Status.PROTECTED, None, "")
    assert (share.status, share.value) == (Status.PROTECTED, None)
    assert every.value == 60
    assert disclose(cells, protected=frozenset({cells[2].key}))[2].status == Status.PROTECTED


def test_a_small_number_stays_small_when_it_is_protected():
    cell = Exact("figure", "some", HERE, Kind.COUNT, 4)
    assert told(disclose([cell], protected=frozenset({cell.key}))[0]) == ("<10", Status.SMALL)


# --- Means, durations -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "people", "whole", "status"),
    [
        (Kind.MEAN, 9, False, Status.SMALL),
        (Kind.MEAN, 10, False, Status.SHOWN),
        (Kind.MEAN, 12, True, Status.SMALL),  # reads as 10, as 8 does
        (Kind.MEAN, 13, True, Status.SHOWN),
        (Kind.MEDIAN, 9, False, Status.SMALL),
        (Kind.MEDIAN, 10, False, Status.SHOWN),
        (Kind.MEDIAN, None, False, Status.SMALL),
        (Kind.TAIL, 22, False, Status.SMALL),
        (Kind.TAIL, 23, False, Status.SHOWN),
        (Kind.TAIL, 2, True, Status.SMALL),
        (Kind.EXTREME, 500, True, Status.NOT_OFFERED),
    ],
)
def test_a_middle_needs_enough_cases(kind, people, whole, status):
    assert one(kind, 17, people=people, whole=whole).status == status


def test_a_mean_is_told_in_tenths_and_a_duration_in_days():
    assert one(Kind.MEAN, Decimal("7.85"), people=20).value == Decimal("7.9")
    assert one(Kind.MEAN, Decimal("7.84"), people=20).value == Decimal("7.8")
    assert one(Kind.MEDIAN, 17, people=20).value == 17


def test_nothing_to_take_a_mean_of_is_as_little_as_too_few():
    assert one(Kind.MEAN, None, people=0) == one(Kind.MEAN, Decimal(9), people=3)


def test_a_protected_mean_is_not_shown():
    cell = Exact("figure", "mean", HERE, Kind.MEAN, Decimal(7), people=30)
    assert disclose([cell], protected=frozenset({cell.key}))[0].status == Status.PROTECTED


# --- Money and hours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cents", "people", "largest", "status"),
    [
        (2_000_000, 30, 1_000_000, Status.SHOWN),  # exactly half
        (2_000_000, 30, 1_000_001, Status.SMALL),
        (0, 0, 0, Status.SMALL),  # no child is a secret as well
        (2_000_000, 9, 900_000, Status.SMALL),
        (2_000_000, 10, 900_000, Status.SHOWN),
        (2_000_000, 4, 250_000, Status.SHOWN),  # at most half is of those four
        (2_000_000, 4, 250_001, Status.SMALL),
        (2_000_000, None, 0, Status.SHOWN),  # of nobody: a budget
        (0, None, 0, Status.SHOWN),
    ],
)
def test_money_that_is_too_much_of_one_child_is_not_shown(cents, people, largest, status):
    assert one(Kind.EUROS, cents, people=people, largest=largest).status == status


@pytest.mark.parametrize(
    ("cents", "shown"), [(24_999, 0), (25_000, 50_000), (74_999, 50_000), (-25_000, -50_000)]
)
def test_money_to_five_hundred_euros(cents, shown):
    assert one(Kind.EUROS, cents).value == shown


def test_hours_to_five_and_only_of_enough_children():
    assert one(Kind.HOURS, 449, people=10).value == 300
    assert one(Kind.HOURS, 450, people=10).value == 600
    assert one(Kind.HOURS, 90_000, people=9).status == Status.SMALL
    assert one(Kind.HOURS, 90_000, people=12, whole=True).status == Status.SMALL
    assert one(Kind.HOURS, 90_000, people=13, whole=True).status == Status.SHOWN
    assert one(Kind.HOURS, 90_000).status == Status.SHOWN


def sums(numerator, denominator, **fields):
    cells = [
        Exact("figure", "some", HERE, Kind.EUROS, numerator, **fields),
        Exact("figure", "all", HERE, Kind.EUROS, denominator),
        Exact("figure", "share", HERE, Kind.PART_OF_SUM, None, over=("some", "all")),
    ]
    return disclose(cells)[2]


def test_a_part_of_a_sum_in_whole_percents_of_the_rounded_sums():
    assert told(sums(28_049_000, 100_000_000)) == (28, Status.SHOWN)
    assert told(sums(12_500_000, 100_000_000)) == (13, Status.SHOWN)
    assert sums(100_000, 10_000, people=1, largest=100_000).status == Status.SMALL


def test_a_part_of_nothing_cannot_be_computed():
    assert sums(0, 0).status == Status.NOT_COMPUTED


def test_a_protected_sum_is_not_shown():
    cell = Exact("figure", "sum", HERE, Kind.EUROS, 5_000_000)
    assert disclose([cell], protected=frozenset({cell.key}))[0].status == Status.PROTECTED


# --- The table as a whole -------------------------------------------------------------------------


def test_what_is_not_offered_holds_nothing():
    shown = one(Kind.COUNT, 80, offered=False)
    assert (shown.status, shown.value, shown.text) == (Status.NOT_OFFERED, None, "")


def test_a_cell_that_stands_twice_is_refused():
    cell = Exact("figure", "part", HERE, Kind.COUNT, 30)
    with pytest.raises(ValueError, match="twice"):
        disclose([cell, cell])


@given(st.permutations(range(3)))
def test_the_order_of_cells_changes_nothing_but_the_order(order):
    cells = cells_of_row()
    expected = disclose(cells)
    assert disclose([cells[i] for i in order]) == [expected[i] for i in order]


@given(st.integers(0, 9), st.integers(0, 9))
def test_an_empty_category_stands_there_like_a_small_one(one_number, other):
    def table(number):
        return disclose(
            [Exact("f", part, HERE, Kind.COUNT, n) for part, n in (("a", 40), ("b", number))]
        )

    assert table(one_number) == table(other)


@given(st.decimals(-(10**6), 10**6, places=2), st.sampled_from([1, 5, 300, 50_000]))
def test_nearest_is_a_multiple_within_half_a_step(number, step):
    rounded = nearest(number, step)
    assert rounded % step == 0
    assert 2 * abs(rounded - number) <= step
