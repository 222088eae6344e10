"""The attack: it finds what can be found, and nothing that is shown after mending."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.gate import (
    POSSIBLE,
    Amount,
    Attack,
    Group,
    Impossible,
    Leak,
    Rule,
    Unknown,
    attack,
)

A, B, C = "a", "b", "c"
TOTAL = "total"
SUM = Rule(((TOTAL, 1), (A, -1), (B, -1), (C, -1)))


def unknowns(**limits):
    return {key: Unknown(*limit) for key, limit in limits.items()}


def test_rounding_alone_gives_a_child_away():
    """13 + 13 + 1 = 27: shown as 25, 15 and 15, which leaves nought or one for the third."""
    known = unknowns(total=(23, 27), a=(13, 17), b=(13, 17), c=(0, 9))
    leaks, programs = attack(known, [SUM], [Group("a table", ((C, 1),), 1)])
    assert leaks == [Leak("a table", (C,))]
    assert programs == 2


def test_three_possible_numbers_are_enough_and_two_are_not():
    for high, found in ((12, []), (11, [Leak("t", (C,))])):
        known = unknowns(total=(10, high), a=(10, 12), b=(0, 0), c=(0, 9))
        assert attack(known, [SUM], [Group("t", ((C, 1),), 1)])[0] == found


@pytest.mark.parametrize("true", [0, 10])
def test_only_groups_of_one_to_nine_are_protected(true):
    assert attack(unknowns(c=(true, true)), [], [Group("t", ((C, 1),), true)])[0] == []


@pytest.mark.parametrize("true", [1, 9])
def test_a_group_of_one_or_nine_is(true):
    leaks, _programs = attack(unknowns(c=(true, true)), [], [Group("t", ((C, 1),), true)])
    assert leaks == [Leak("t", (C,))]


@pytest.mark.parametrize(
    ("low", "high", "leaks"), [(0, 0, 0), (0, 1, 1), (1, 2, 1), (9, 10, 1), (10, 11, 0), (0, 2, 0)]
)
def test_where_the_true_number_is_not_known_a_small_one_is_supposed(low, high, leaks):
    found, _programs = attack(unknowns(c=(low, high)), [], [Group("t", ((C, 1),))])
    assert len(found) == leaks


def test_what_everybody_knew_before_is_no_leak():
    known = unknowns(c=(0, 1))
    assert attack(known, [], [Group("t", ((C, 1),), 1, known=lambda: 2)])[0] == []
    assert attack(known, [], [Group("t", ((C, 1),), 1, known=lambda: 3)])[0] == [Leak("t", (C,))]


def test_a_number_without_limit_is_no_leak():
    assert attack(unknowns(c=(3, None)), [], [Group("t", ((C, 1),), 3)])[0] == []
    assert attack(unknowns(c=(None, 3)), [], [Group("t", ((C, 1),), 3)])[0] == []


def test_a_group_may_be_a_difference():
    known = unknowns(a=(18, 20), b=(18, 18))
    rule = Rule(((B, 1), (A, -1)), None, 0)
    assert attack(known, [rule], [Group("t", ((A, 1), (B, -1)), 1)])[0] == []
    known = unknowns(a=(18, 19), b=(18, 18))
    assert attack(known, [rule], [Group("t", ((A, 1), (B, -1)), 1)])[0] == [Leak("t", (A, B))]


def test_whole_numbers_know_more_than_fractions():
    """2a + 2b = 6 with a in 0..3 leaves a whole number; 2a = b with b odd leaves nothing."""
    doubled = Rule(((A, 2), (B, -1)))
    attacker = Attack(unknowns(a=(0, 9), b=(5, 7)), [doubled])
    assert attacker.span(((A, 1),)) == (3, 3)
    assert attacker.span(((A, 1),), whole_numbers=False) == (2.5, 3.5)


def test_rules_that_cannot_hold_together_are_told():
    attacker = Attack(unknowns(a=(0, 1), b=(5, 9)), [Rule(((A, 1), (B, -1)))])
    assert not attacker.fits(A)
    with pytest.raises(Impossible):
        attacker.span(((A, 1),))
    alone = Attack(unknowns(a=(0, 1)), [])
    assert alone.fits(A)
    assert alone.span(((A, 1),)) == (0, 1)
    assert alone.fits(A)


@pytest.mark.parametrize(("width", "leaks"), [(99, 1), (100, 0), (None, 0)])
def test_a_hidden_sum_stays_as_uncertain_as_it_is_large(width, leaks):
    known = unknowns(a=(40, None if width is None else 40 + width))
    assert len(attack(known, [], [], [Amount("t", A, 100)])[0]) == leaks


def test_what_was_found_by_chance_saves_a_program():
    memory = {}
    attacker = Attack(unknowns(a=(0, 9), b=(0, 9)), [Rule(((A, 1), (B, -1)))], memory)
    groups = [Group("t", ((key, 1),), 4) for key in (A, B)]
    assert not any(attacker.leak_of_group(group) for group in groups)
    (tables,) = memory.values()
    assert tables.programs == 2
    assert not attacker.leak_of_amount(Amount("t", A, 3))
    assert not attacker.leak_of_amount(Amount("t", B, 3))
    assert tables.programs == 4


def test_tables_that_do_not_hang_together_are_solved_apart():
    attacker = Attack(unknowns(a=(0, 1), b=(5, 9), c=(0, 9)), [Rule(((A, 1), (B, -1)))])
    assert not attacker.fits(B)
    assert attacker.span(((C, 1),)) == (0, 9)


LIMITS = st.tuples(st.integers(0, 6), st.integers(0, 4)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(LIMITS, min_size=4, max_size=4), st.integers(-1, 1), st.integers(1, 2))
@settings(max_examples=60, deadline=None)
def test_it_finds_exactly_what_trying_everything_finds(limits, sign, factor):
    keys = (TOTAL, A, B, C)
    rules = [SUM, Rule(((A, factor), (B, sign)), None, 9)]
    possible = [
        numbers
        for numbers in itertools.product(*(range(low, high + 1) for low, high in limits))
        if numbers[0] == sum(numbers[1:]) and factor * numbers[1] + sign * numbers[2] <= 9
    ]
    attacker = Attack({k: Unknown(*pair) for k, pair in zip(keys, limits, strict=True)}, rules)
    assert attacker.fits(TOTAL) == bool(possible)
    if possible:
        for place, key in enumerate(keys):
            found = [numbers[place] for numbers in possible]
            assert attacker.span(((key, 1),)) == (min(found), max(found))


MANY = tuple("abcdefgh")
SUMS = [
    Rule((("a", 1), ("b", -1), ("c", -1), ("d", -1))),
    Rule((("e", 1), ("f", -1), ("g", -1), ("h", -1))),
    Rule((("d", 1), ("h", -1)), None, 0),
]


def small(limits):
    return {key: Unknown(*pair) for key, pair in zip(MANY, limits, strict=True)}


def groups_of(limits):
    true = [low if 0 < low < 10 else 1 for low, _high in limits]
    pairs = itertools.combinations(range(len(MANY)), 2)
    return [
        *(Group("t", ((key, 1),), number) for key, number in zip(MANY, true, strict=True)),
        *(Group("t", ((MANY[one], 1), (MANY[other], 1)), 5) for one, other in pairs),
    ]


@given(*(st.lists(LIMITS, min_size=8, max_size=8) for _round in range(2)))
@settings(max_examples=40, deadline=None)
def test_groups_that_examples_prove_safe_are_safe_one_by_one_too(first, second):
    """Also in a second round, which knows the solutions of the first."""
    memory = {}
    for limits in (first, second):
        alone = Attack(small(limits), SUMS)
        if not all(alone.fits(key) for key in MANY):
            continue
        together = Attack(small(limits), SUMS, memory)
        groups = groups_of(limits)
        found = together.leaks_of_groups(groups)
        assert found == [
            group
            for group in groups
            if (span := alone.span(group.terms))[1] - span[0] + 1 < POSSIBLE
        ]


def test_many_groups_are_proven_safe_by_few_programs():
    keys = [f"part {number}" for number in range(40)]
    known = {"total": Unknown(150, 250)} | {key: Unknown(0, 9) for key in keys}
    rule = Rule((("total", 1), *((key, -1) for key in keys)))
    leaks, programs = attack(known, [rule], [Group("t", ((key, 1),), 5) for key in keys])
    assert not leaks
    assert programs < 12
