"""What the attack before publication may count on: numbers that only grow within a school year."""

import pytest

from monitor.indicators import indicator


@pytest.mark.parametrize("slug", ["reach", "under-the-line"])
def test_a_figure_from_which_a_pupil_can_leave_does_not_only_grow(slug):
    assert not indicator(slug).accumulates


def test_what_happened_stays_counted():
    assert indicator("stock-and-flow").accumulates
    assert indicator("start-within-28-days").accumulates
