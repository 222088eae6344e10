"""A definition that is not complete is named at start-up."""

from dataclasses import replace

import pytest

from monitor.checks import problems_of
from monitor.definition import Audience
from monitor.indicators import indicator, indicators
from monitor.measures import Count
from schools.models import SchoolSite

GOOD = indicator("start-within-28-days")


def always(window):
    raise AssertionError("a check asks for no rows")


def sentences(*known):
    return [text for _slug, text in problems_of(known)]


def test_it_finds_nothing_wrong_with_our_own():
    assert sentences(*indicators()) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"slug": "Start_28"}, "lower case words"),
        ({"definition": " "}, "definition is empty"),
        ({"question": ""}, "question is empty"),
        ({"version": ""}, "version is empty"),
        ({"direction": "sideways"}, "direction"),
        ({"columns": ("reference", "shoe_size")}, "unknown columns: shoe_size"),
        ({"columns": ()}, "none at all"),
        ({"sources": {}}, "no audience"),
        ({"sources": {Audience.SCHOOL: SchoolSite}}, "cannot say what is visible"),
        ({"measure": Count(count=("all", always), apart=(("count", "again", always),))}, "parts"),
    ],
)
def test_it_names_what_is_missing(change, sentence):
    assert any(sentence in text for text in sentences(replace(GOOD, **change)))


def test_it_names_a_column_that_a_source_does_not_have():
    waiting = indicator("open-waiting")
    wrong = replace(waiting, sources={Audience.PROVIDER: GOOD.sources[Audience.PROVIDER]})
    assert "support.Trajectory has no field decided_on" in sentences(wrong)


def test_it_refuses_the_same_slug_or_order_twice():
    twice = sentences(GOOD, replace(GOOD, measure=GOOD.measure))
    assert "this slug is used twice" in twice
    assert f"order {GOOD.order} is used twice" in twice
