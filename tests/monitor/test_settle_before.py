"""A snapshot beside the one before it: both together pin nobody either."""

from dataclasses import replace
from random import Random

import pytest

from monitor.disclosure import Kind, Shown, Status, disclose
from monitor.tables import Shape, find_leaks, settle
from tests.monitor.settling import (
    PROVIDER,
    SITES,
    counts_of,
    equations_of,
    groups_of,
    planted,
    said_by,
)
from tests.monitor.stranger import FAR, pinned
from tests.monitor.tables_of_children import (
    children,
    publication,
)


def told_before(made, settled):
    exact = {cell.key: cell for cell in made.cells}
    return {shown.key: (shown, exact[shown.key].whole) for shown in settled.shown}


@pytest.mark.parametrize("seed", range(2))
def test_two_snapshots_together_pin_nobody(seed):
    random = Random(seed)
    later = children(seed, size=(6, 20)[seed % 2])
    earlier = [child for child in later if random.random() < 0.9]
    first = publication(earlier)
    old = settle(first)
    assert old.leaks == ()
    second = publication(later, before=told_before(first, old))
    new = settle(second)
    assert new.leaks == ()
    said = said_by(second, new)
    said |= {("before", *key): value for key, value in said_by(first, old).items()}
    equations = equations_of() + [
        ({("before", *key): factor for key, factor in terms.items()}, low, high)
        for terms, low, high in equations_of()
    ]
    equations += [({key: 1, ("before", *key): -1}, 0, FAR) for key in counts_of(second)]
    groups = [*groups_of(second)]
    was = counts_of(first)
    groups += [({("before", *key): 1}, cell.value) for key, cell in was.items()]
    groups += [
        ({key: 1, ("before", *key): -1}, cell.value - was[key].value)
        for key, cell in counts_of(second).items()
    ]
    small = [group for group in groups if 1 <= group[1] <= 9]
    assert pinned(said, equations, random.sample(small, 25)) == []


def before(made, **texts):
    """What an earlier snapshot told of the sites of `planted`, by number of the site."""
    found = {}
    for number, said in texts.items():
        key = ("plant", "count", SITES[int(number[1])])
        text, value = (said, None) if isinstance(said, str) else ("", said)
        status = Status.SMALL if text else Status.SHOWN
        found[key] = (Shown(key, Kind.COUNT, status, value, text), False)
    return replace(
        made,
        before=found,
        shapes={"plant": Shape("plant", "t", grows=frozenset({"count"}))},
    )


def test_who_came_between_two_snapshots_is_a_group_too():
    """It read 15 and reads 15: nought to four came, unless the town knows how many are there."""
    made = before(planted(17, 30, 30), s0=15)
    assert settle(made).protected == frozenset()
    tight = replace(
        before(planted(13, 30, 30), s0=15),
        populations={SITES[0]: 14},
    )
    leaks, _groups = find_leaks(tight, disclose(list(tight.cells)))
    assert {leak.keys for leak in leaks} == {
        (("plant", "count", SITES[0]), ("before", "plant", "count", SITES[0]))
    }
    mended = settle(tight)
    assert ("plant", "count", SITES[0]) in mended.protected


def test_a_correction_that_made_a_number_smaller_is_no_rule():
    """It read 30 and reads 15: somebody corrected the rows, so nothing follows from growth."""
    settled = settle(before(planted(15, 30, 30), s0=30))
    assert (settled.protected, settled.leaks) == (frozenset(), ())


def test_earlier_numbers_that_do_not_fit_together_are_no_rule_either():
    made = before(planted(15, 30, 30), s0=30, s1=30, s2=30)
    key = ("plant", "count", PROVIDER)
    odd = {key: (Shown(key, Kind.COUNT, Status.SHOWN, 50), False)}
    assert settle(replace(made, before=made.before | odd)).leaks == ()


def test_a_number_that_stays_the_same_is_compared_with_itself():
    made = before(planted(9, 30, 30), s0="<10", s1=30)
    made = replace(made, shapes={"plant": Shape("plant", "t", stays=frozenset({"count"}))})
    assert settle(made).leaks == ()


def test_what_the_new_snapshot_adds_to_an_old_small_number_is_found():
    """`<10` before, and now the town knows that only two are there."""
    made = before(planted(1, 30, 30), s0="<10")
    made = replace(made, populations={SITES[0]: 1})
    leaks, _groups = find_leaks(made, disclose(list(made.cells)))
    assert (("before", "plant", "count", SITES[0]),) in {leak.keys for leak in leaks}


@pytest.mark.parametrize("slug", ["other", "plant"])
def test_only_the_same_figure_is_compared(slug):
    made = planted(13, 30, 30)
    key = (slug, "count", SITES[0])
    shown = Shown(key, Kind.COUNT if slug == "other" else Kind.MEAN, Status.SHOWN, 15)
    assert settle(replace(made, before={key: (shown, False)})).leaks == ()


def test_what_cannot_be_mended_is_told():
    """The old snapshot alone cannot be taken back."""
    made = before(planted(1, 2, 3), s0="<10")
    made = replace(made, populations={SITES[0]: 1})
    settled = settle(made)
    assert settled.leaks
    assert settled.protected == frozenset()
