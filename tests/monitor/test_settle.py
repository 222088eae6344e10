"""A whole snapshot: what is settled stands up to a stranger with a solver, or is not published."""

from dataclasses import replace
from random import Random

import pytest

from monitor.disclosure import Exact, Kind, Shown, Status, disclose
from monitor.tables import Publication, Shape, find_leaks, settle
from tests.monitor.stranger import FAR, pinned, text_of
from tests.monitor.tables_of_children import (
    CLASSES,
    PLACES,
    PROVIDER_OF,
    children,
    publication,
    wheres,
)

PROVIDER = (("provider", "Vlechtwerk"),)
SITES = tuple((("site", name),) for name in PLACES["Vlechtwerk"])


def shown_by_key(settled):
    return {shown.key: shown for shown in settled.shown}


def counts_of(made):
    return {cell.key: cell for cell in made.cells if cell.kind == Kind.COUNT}


def said_by(made, settled):
    """(text, whole) per cell with a count."""
    exact = counts_of(made)
    return {
        key: (text_of(shown), exact[key].whole)
        for key, shown in shown_by_key(settled).items()
        if key in exact
    }


def equations_of(slug="start"):
    """What everybody knows of these tables."""
    found = []
    for where in wheres():
        parts = {(slug, kind, where): -1 for kind in CLASSES}
        found.append(({(slug, "denominator", where): 1} | parts, 0, 0))
        within = {(slug, "denominator", where): 1, (slug, "numerator", where): -1}
        found.append((within, 0, FAR))
    for part in ("denominator", "numerator", *CLASSES):
        providers = {(slug, part, (("provider", name),)): -1 for name in PLACES}
        found.append(({(slug, part, ()): 1} | providers, 0, 0))
        for name, sites in PLACES.items():
            pieces = {(slug, part, (("site", site),)): -1 for site in sites}
            found.append(({(slug, part, (("provider", name),)): 1} | pieces, 0, 0))
    return found


def groups_of(made):
    """Every cell, and everybody who is not in the numerator."""
    exact = counts_of(made)
    for key, cell in exact.items():
        yield {key: 1}, cell.value
        if cell.of:
            whole = exact[(cell.slug, cell.of, cell.where)]
            yield {whole.key: 1, key: -1}, whole.value - cell.value


@pytest.mark.parametrize("seed", range(4))
def test_a_stranger_cannot_pin_a_small_group(seed):
    made = publication(children(seed, size=(3, 6, 15, 30)[seed % 4]))
    settled = settle(made)
    assert settled.leaks == ()
    assert pinned(said_by(made, settled), equations_of(), groups_of(made)) == []
    assert settled.groups > 0
    assert settled.programs > 0


def test_without_mending_rounding_would_give_groups_away():
    """The tests above would notice: the disclosure rule alone is not enough."""
    made = publication(children(3, size=30))
    leaks, _groups = find_leaks(made, disclose(list(made.cells)))
    assert {leak.table for leak in leaks} == {"start of help"}


# --- Planted --------------------------------------------------------------------------------------


def planted(*numbers, total=None):
    """A count at the three sites of a provider, where 13 + 13 + 1 reads 15, 15 and 25."""
    cells = [
        Exact("plant", "count", PROVIDER, Kind.COUNT, sum(numbers) if total is None else total)
    ]
    cells += [
        Exact("plant", "count", where, Kind.COUNT, number)
        for where, number in zip(SITES, numbers, strict=True)
    ]
    return Publication(
        tuple(cells),
        {"plant": Shape("plant", "the planted table")},
        {"Vlechtwerk": PLACES["Vlechtwerk"]},
    )


def test_a_planted_leak_is_found_and_names_its_table():
    made = planted(13, 13, 1)
    leaks, groups = find_leaks(made, disclose(list(made.cells)))
    assert {leak.table for leak in leaks} == {"the planted table"}
    assert {leak.keys for leak in leaks} == {(("plant", "count", SITES[2]),)}
    assert groups == 4


def test_mending_leaves_out_the_smallest_number_at_the_deepest_level():
    settled = settle(planted(18, 13, 1))
    assert settled.leaks == ()
    assert settled.protected == {("plant", "count", SITES[1])}
    told = {shown.key[2]: (shown.status, text_of(shown)) for shown in settled.shown}
    assert told == {
        PROVIDER: (Status.SHOWN, 30),
        SITES[0]: (Status.SHOWN, 20),
        SITES[1]: (Status.PROTECTED, None),
        SITES[2]: (Status.SMALL, "<10"),
    }


def test_without_a_leak_nothing_is_left_out():
    assert settle(planted(18, 14, 5)).protected == frozenset()


def test_a_rule_that_the_true_numbers_do_not_follow_is_no_rule():
    """Children who moved count at two sites: 13 + 13 + 1 against a total of 26 proves nothing."""
    assert settle(planted(13, 13, 1, total=25)).protected == frozenset()


def test_what_is_left_of_a_total_is_a_group_as_well():
    """Two sites of 1 and 2: each could be 0 to 3, but together they would be 2 or 3."""
    cells = [
        Exact("plant", "count", PROVIDER, Kind.COUNT, 27),
        *(
            Exact("plant", "count", (("site", name),), Kind.COUNT, number)
            for name, number in (("a", 13), ("b", 13), ("c", 1), ("d", 0))
        ),
    ]
    made = Publication(
        tuple(cells), {"plant": Shape("plant", "t")}, {"Vlechtwerk": ("a", "b", "c", "d")}
    )
    rest = (("plant", "count", (("site", "c"),)), ("plant", "count", (("site", "d"),)))
    leaks, _groups = find_leaks(made, disclose(list(made.cells)))
    assert rest in {leak.keys for leak in leaks}
    assert len(settle(made).protected) == 1


def test_what_the_town_knows_of_a_tiny_school_is_no_leak_and_no_help():
    made = planted(18, 14, 1)
    tiny = replace(made, populations={SITES[2]: 1, SITES[0]: 40})
    assert settle(tiny).protected == frozenset()
    assert settle(replace(made, populations={SITES[2]: 2})).leaks == ()


def test_figures_may_hang_together_with_each_other():
    """The same children under two names, at one of them without a number for the small site."""
    cells = [
        Exact(slug, "count", where, Kind.COUNT, number)
        for slug in ("one", "two")
        for where, number in ((PROVIDER, 27), *zip(SITES, (13, 13, 1), strict=True))
    ]
    made = Publication(
        tuple(cell for cell in cells if cell.slug == "one" or cell.where != SITES[2]),
        {slug: Shape(slug, slug) for slug in ("one", "two")},
        {"Vlechtwerk": PLACES["Vlechtwerk"]},
        links=(((("one", "count"), 1), (("two", "count"), -1)),),
    )
    settled = settle(made)
    assert settled.leaks == ()
    hidden = {key for key in settled.protected if key[2] in SITES}
    assert {key[0] for key in hidden} == {"one", "two"}


def test_a_figure_that_is_part_of_another_one_is_compared_with_it():
    """Whoever is in the second figure and not in the first is a group as well."""
    cells = (
        Exact("one", "count", PROVIDER, Kind.COUNT, 17),
        Exact("two", "count", PROVIDER, Kind.COUNT, 18),
    )
    made = Publication(
        cells,
        {slug: Shape(slug, slug) for slug in ("one", "two")},
        populations={PROVIDER: 18},
        at_most=((("one", "count"), ("two", "count")),),
    )
    assert settle(made).leaks == ()
    leaks, groups = find_leaks(made, disclose(list(cells)))
    assert groups == 3
    assert leaks == []


# --- Two snapshots --------------------------------------------------------------------------------


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


def test_what_cannot_be_mended_is_told():
    """The old snapshot alone cannot be taken back."""
    made = before(planted(1, 2, 3), s0="<10")
    made = replace(made, populations={SITES[0]: 1})
    settled = settle(made)
    assert settled.leaks
    assert settled.protected == frozenset()


@pytest.mark.parametrize("slug", ["other", "plant"])
def test_only_the_same_figure_is_compared(slug):
    made = planted(13, 30, 30)
    key = (slug, "count", SITES[0])
    shown = Shown(key, Kind.COUNT if slug == "other" else Kind.MEAN, Status.SHOWN, 15)
    assert settle(replace(made, before={key: (shown, False)})).leaks == ()


# --- Money ----------------------------------------------------------------------------------------


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


def test_every_site_is_of_a_provider():
    assert set(PROVIDER_OF) == {site for sites in PLACES.values() for site in sites}
