"""Figures that count the same children under two names, and what that tells a stranger."""

import datetime as dt

import pytest

from monitor import relations
from monitor.actions import publishing
from monitor.definition import Window
from monitor.disclosure import Exact, Kind
from monitor.engine import measure_cell
from monitor.indicators import indicators
from monitor.places import cells_of
from monitor.tables import Publication, Shape, settle
from oja.access.actor import Actor, become
from oja.core.periods import school_year_of
from tests.monitor.stranger import pinned, text_of
from tests.monitor.world import TODAY

REFERENCE = dt.date(2026, 11, 1)
PROVIDERS = ((("provider", "K"),), (("provider", "V"),))
#: begin, in, out, end, and the help that ran: 10 to 12 ran and 10 to 12 are left, so nought to two
#: ended; 10 to 12 ended in all and at most nine elsewhere, so one or two did.
HELP = {PROVIDERS[0]: (8, 3, 1, 10, 11), PROVIDERS[1]: (11, 11, 9, 13, 22)}
STOCK, RAN = "stock-and-flow", ("share-with-third-party", "trajectories-denominator")


@pytest.fixture
def exact(whole):
    """{(figure, part, where): true number} of a world with a bit of everything."""
    with become(Actor.system("test")) as system:
        cells = cells_of(system, whole.arrangement, REFERENCE)
        window = Window.of(school_year_of(REFERENCE), REFERENCE)
        measured = [
            (cell, measure_cell(indicators(), system, cell, window, on=TODAY)) for cell in cells
        ]
        publication, _pieces = publishing._publication(measured, None, window, True)
    return {cell.key: cell.value for cell in publication.cells}


def test_what_is_said_to_be_the_same_is_the_same(exact):
    wheres = {where for _slug, _part, where in exact}
    for link in relations.SAME:
        terms = [((*pair, where), factor) for where in wheres for pair, factor in link]
        known = [exact[key] * factor for key, factor in terms if key in exact]
        assert known, link
        for where in wheres:
            keys = [((*pair, where), factor) for pair, factor in link]
            if all(key in exact for key, _factor in keys):
                assert sum(exact[key] * factor for key, factor in keys) == 0, (link, where)
    for part, whole in relations.AT_MOST:
        for where in wheres:
            if (*part, where) in exact and (*whole, where) in exact:
                assert exact[(*part, where)] <= exact[(*whole, where)], (part, where)


def help_that_ran(links):
    """Texts, rules and groups of stock and flow beside the number of trajectories with help."""
    numbers = HELP | {(): tuple(map(sum, zip(*HELP.values(), strict=True)))}
    parts = [(STOCK, name) for name in ("begin", "in", "out", "end")] + [RAN]
    cells = [
        Exact(*part, where, Kind.COUNT, value)
        for where, values in numbers.items()
        for part, value in zip(parts, values, strict=True)
    ]
    balance = (("end", 1), ("begin", -1), ("in", -1), ("out", 1))
    shapes = {STOCK: Shape(STOCK, "stock", (balance,)), RAN[0]: Shape(RAN[0], "third parties")}
    settled = settle(Publication(tuple(cells), shapes, {"K": (), "V": ()}, links=links))
    assert settled.leaks == ()
    equations = []
    for where in numbers:
        begin, in_, out, end, ran = ((*part, where) for part in parts)
        equations.append(({end: 1, begin: -1, in_: -1, out: 1}, 0, 0))
        equations.append(({ran: 1, begin: -1, in_: -1}, 0, 0))
    equations += [
        ({(*part, where): -1 if where else 1 for where in numbers}, 0, 0) for part in parts
    ]
    said = {shown.key: (text_of(shown), False) for shown in settled.shown}
    return said, equations, [({cell.key: 1}, cell.value) for cell in cells]


def test_help_that_ran_had_begun_before_or_began_since():
    """Without the relation between the two figures somebody who left could be counted."""
    assert pinned(*help_that_ran(()))
    assert pinned(*help_that_ran(relations.SAME)) == []


def test_a_step_back_is_a_cell_of_the_matrix():
    named = {pair for link in relations.SAME for pair, _factor in link}
    assert {("sent-back", "numerator"), ("sent-back", "denominator")} <= named
    assert ("transitions", "so-to-sbo") in named
