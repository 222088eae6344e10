"""Drawings: readable text, nothing that the content policy forbids, patterns that survive grey."""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings

from monitor import charts, drawings
from monitor.charts import BASELINE, FINAL, MISSING, PROVISIONAL, SMALL, Mark

CSS = Path(settings.BASE_DIR) / "oja" / "static" / "css"
SVG = "{http://www.w3.org/2000/svg}"
MARKS = [
    Mark("2023–24", 12, "12", BASELINE),
    Mark("2024–25", None, "te klein", SMALL),
    Mark("2025–26", 30, "30", FINAL, 20, "20"),
    Mark("<b>2026</b>", 18, "18", PROVISIONAL, 25, "25"),
]
TEXTS = {"title": "Hoeveel & waarom?", "subtitle": "per jaar"}


def layers():
    """Five layers with a value, one too small to show, and the one outside the school."""
    found = []
    for number in range(1, 6):
        marks = (Mark("", number * 6, f"{number * 6}%"), Mark("", None, "te klein", SMALL))
        found.append(drawings.Layer(f"Laag {number}", "", marks, is_outside=number == 5))
    return found


def every_chart():
    """One of each kind, with every state of a value in it."""
    periods = [drawings.Flow(one.label, one, one, one) for one in MARKS]
    columns = (("Leerlingen", "90% onder de lijn"), ("Uren", "88% onder de lijn"))
    return {
        "bars": charts.bars("bars", MARKS, outside=("2025–26",), **TEXTS),
        "columns": charts.columns("columns", MARKS, **TEXTS),
        "line": charts.line("line", MARKS, norm=(20, "norm 20%"), **TEXTS),
        "stacked": charts.stacked("stacked", MARKS[2:], **TEXTS),
        "flow": drawings.flow("flow", periods, **TEXTS),
        "pyramid": drawings.pyramid("pyramid", layers(), columns, **TEXTS),
        "nothing": charts.columns("nothing", [Mark("2026", None, "–", MISSING)], **TEXTS),
    }


def drawn():
    """(name, width, parsed drawing) of every chart at both widths."""
    for name, chart in every_chart().items():
        for width in ("wide", "narrow"):
            markup = str(getattr(chart, width)).replace("<svg", f'<svg xmlns="{SVG[1:-1]}"', 1)
            yield pytest.param(ElementTree.fromstring(markup), id=f"{name}-{width}")


@pytest.mark.parametrize("svg", list(drawn()))
def test_it_writes_no_text_smaller_than_thirteen(svg):
    sizes = [float(text.get("font-size")) for text in svg.iter(f"{SVG}text")]
    assert not sizes or min(sizes) >= 13


@pytest.mark.parametrize("svg", list(drawn()))
def test_it_needs_no_style_no_script_and_no_handler(svg):
    for shape in svg.iter():
        assert shape.tag.removeprefix(SVG) not in ("script", "style", "foreignObject", "image")
        assert not [name for name in shape.attrib if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("svg", list(drawn()))
def test_it_says_aloud_what_it_shows(svg):
    assert svg.get("role") == "img"
    said = {shape.get("id"): "".join(shape.itertext()) for shape in svg}
    assert [said[key] for key in svg.get("aria-labelledby").split()] == [
        svg.find(f"{SVG}title").text,
        svg.find(f"{SVG}desc").text,
    ]
    assert svg.find(f"{SVG}title").text == "Hoeveel & waarom?"


@pytest.mark.parametrize("svg", list(drawn()))
def test_it_stays_within_its_own_width(svg):
    _x, _y, width, height = map(float, svg.get("viewBox").split())
    for shape in svg.iter(f"{SVG}rect"):
        assert 0 <= float(shape.get("x")) <= width
        assert float(shape.get("x")) + float(shape.get("width")) <= width + 1
        assert float(shape.get("y")) + float(shape.get("height")) <= height + 1
    for text in svg.iter(f"{SVG}text"):
        assert 0 <= float(text.get("y")) <= height + 1, "".join(text.itertext())


@pytest.mark.parametrize("name", list(every_chart()))
def test_it_carries_the_table_of_the_same_texts(name):
    chart = every_chart()[name]
    words = {str(cell) for row in chart.rows for cell in row}
    texts = set(re.findall(r"<text[^>]*>([^<]*)</text>", str(chart.wide)))
    shown = {text for text in texts if re.fullmatch(r"\d+%?", text)} - {"0%", "50%", "100%"}
    if name in ("bars", "columns", "stacked", "flow"):
        assert shown <= words
    assert all(len(row) == len(chart.heads) for row in chart.rows)


def test_it_draws_each_state_in_its_own_way():
    markup = str(charts.columns("states", MARKS, **TEXTS).wide)
    assert "fig-baseline" in markup
    assert 'id="states-wide-fig-hatch-line"' in markup
    assert 'id="states-wide-fig-small-line"' in markup
    assert "<b>" not in markup


def test_it_breaks_a_line_where_a_value_is_hidden():
    hidden = str(charts.line("broken", MARKS, **TEXTS).wide)
    whole = str(charts.line("whole", [MARKS[0], *MARKS[2:]], **TEXTS).wide)
    lines = re.compile(r'<path class="chart-line')
    assert len(lines.findall(hidden)) + 1 == len(lines.findall(whole))


# --- Grey ---------------------------------------------------------------------------------------


def lightness(colour):
    """L* of a colour, nought to a hundred."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def fills():
    """{class: lightness of its fill} of the stylesheet of figures."""
    tokens = dict(
        re.findall(r"(--[a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})", (CSS / "tokens.css").read_text())
    )
    rules = re.findall(
        r"\.(fig-[a-z0-9-]+) \{ fill: var\((--[a-z0-9-]+)\)", (CSS / "figures.css").read_text()
    )
    return {name: lightness(tokens[token]) for name, token in rules}


@pytest.mark.parametrize(
    "neighbours",
    [
        ("fig-s2", "fig-s4", "fig-s5", "fig-s7"),  # layers of the triangle
        ("fig-1", "fig-3", "fig-left"),  # parts of one bar
        ("fig-1", "fig-2"),  # came and went
    ],
)
def test_it_can_be_told_apart_in_grey(neighbours):
    found = fills()
    for one, other in pairwise(neighbours):
        assert abs(found[one] - found[other]) >= 19, (one, other, found)


def test_a_histogram_has_the_norm_between_its_classes_and_a_mark_at_the_half():
    marks = [
        charts.Mark(name, value, str(value))
        for name, value in (("0–7", 4), ("8–28", 8), ("29+", 2))
    ]
    drawn = charts.histogram(
        "h", marks, late=2, words=("in time", "late"), half=(1.5, "half"), title="T", subtitle="S"
    )
    step = charts.WIDE / 3
    assert f'class="fig-norm" x1="{step * 2:.1f}"' in drawn.wide
    assert drawn.wide.count('class="fig-2"') == 1  # what lies beyond the norm
    assert "in time" in drawn.wide
    assert 'class="fig-mark"' in drawn.narrow
    assert [row[1] for row in drawn.rows] == ["4", "8", "2"]


def test_another_rule_breaks_a_line_and_stands_between_columns():
    marks = [
        charts.Mark("a", 40.0, "40%"),
        charts.Mark("b", 50.0, "50%", breaks=True),
        charts.Mark("c", 60.0, "60%"),
    ]
    texts = {"title": "T", "subtitle": "S"}
    line = charts.line("l", marks, **texts).wide
    assert (line.count('class="chart-line"'), line.count("fig-break")) == (1, 1)
    assert charts.columns("c", marks, **texts).wide.count("fig-break") == 1


def test_words_of_two_levels_do_not_cover_each_other():
    assert charts._apart([100, 180]) == [100, 180]
    assert charts._apart([100, 104]) == [94, 110]
    assert charts._apart([104, 100]) == [110, 94]
