"""A whole snapshot: what is settled stands up to a stranger with a solver, or is not published."""

from dataclasses import replace

import pytest

from monitor.disclosure import Exact, Kind, Status, disclose
from monitor.tables import Publication, Shape, find_leaks, settle
from tests.monitor.settling import (
    PROVIDER,
    SITES,
    equations_of,
    groups_of,
    planted,
    said_by,
)
from tests.monitor.stranger import pinned, text_of
from tests.monitor.tables_of_children import (
    PLACES,
    PROVIDER_OF,
    children,
    publication,
)


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


def test_every_site_is_of_a_provider():
    assert set(PROVIDER_OF) == {site for sites in PLACES.values() for site in sites}
