"""Classes of days and moves between kinds: how they hang together for the attack, and are drawn."""

import pytest

from monitor.disclosure import Exact, Kind, disclose
from monitor.exact import layout_of, shape_of
from monitor.indicators import indicator
from monitor.tables import Publication, find_leaks, settle
from monitor.waiting import CLASSES
from tests.monitor.world import figure_of

SLUGS = tuple(one.slug for one in CLASSES)


def balance(whole, parts):
    return ((whole, 1), *((part, -1) for part in parts))


@pytest.mark.parametrize(
    ("slug", "whole"), [("time-to-first-talk", "count"), ("time-to-help", "count")]
)
def test_the_attack_knows_that_the_classes_are_the_whole(world, slug, whole):
    layout = layout_of(figure_of(world, "anna", slug, "2026-2027"))
    assert layout.balances == (balance(whole, SLUGS),)
    assert layout.dimensions == 1


def test_the_attack_knows_that_the_classes_in_time_are_the_numerator(world):
    layout = layout_of(figure_of(world, "anna", "start-within-28-days", "2026-2027"))
    assert layout.balances == (balance("denominator", SLUGS), balance("numerator", SLUGS[:4]))
    assert {piece.part for piece in layout.pieces if piece.divided} == set(SLUGS)


def test_the_attack_knows_that_ways_are_sums_of_cells(whole):
    layout = layout_of(figure_of(whole, "anna", "transitions", "2026-2027"))
    known = {balance[0][0]: {part for part, _one in balance[1:]} for balance in layout.balances}
    assert "sbo-to-so" in known["heavier"]
    assert "so-to-sbo" in known["lighter"]
    assert "sbo-to-sbo" in known["same"]
    assert known["unknown"] == {
        f"{code}-to-unknown" for code, _label in indicator("transitions").measure.rows
    }


def cells_of_classes(layout, figure, numbers):
    """The exact cells of the whole of a large arrangement, with these numbers per part."""
    return tuple(
        Exact(
            figure.indicator.slug,
            piece.part,
            (),
            Kind.COUNT,
            numbers[piece.part],
            of=piece.of,
            whole=not piece.divided,
        )
        for piece in layout.pieces
        if piece.kind == Kind.COUNT
    )


def test_a_class_that_is_what_the_others_leave_is_not_given_away(world):
    """27 in time of 30, all of them in two classes: what is left is a group of three."""
    figure = figure_of(world, "anna", "start-within-28-days", "2026-2027")
    numbers = {"denominator": 30, "numerator": 27} | dict.fromkeys(SLUGS, 0)
    numbers |= {SLUGS[0]: 14, SLUGS[1]: 13, SLUGS[4]: 3}
    cells = cells_of_classes(layout_of(figure), figure, numbers)
    publication = Publication(cells, {figure.indicator.slug: shape_of(figure)})
    leaks, groups = find_leaks(publication, disclose(list(cells)))
    assert groups >= len(cells)
    settled = settle(publication)
    assert settled.leaks == ()
    assert bool(settled.protected) == bool(leaks)
    shown = {one.key[1]: one for one in settled.shown}
    assert shown[SLUGS[4]].value is None
