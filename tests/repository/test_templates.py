"""Templates and style sheets keep the rules of the house: strict CSP, tokens, icons, dots."""

import re
from itertools import chain
from pathlib import Path

import pytest

from oja.core import icons
from oja.core.templatetags.ui import register
from oja.core.templatetags.ui.actions import ALERT_CLASSES, NOTICE_ICONS
from oja.core.templatetags.ui.text import STATUS_ICONS

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "oja" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted((STATIC / "css").glob("*.css"))
TOKENS = STATIC / "css" / "tokens.css"
COMMENT = re.compile(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", re.DOTALL)

# text tone, ground, least contrast (WCAG 2.2: 4.5 for text, 3 for parts of controls)
CONTRASTS = [
    *((ink, ground, 4.5) for ink in ("ink", "ink-2", "ink-3") for ground in ("card", "paper")),
    ("ink", "sunken", 4.5),
    ("ink-2", "sunken", 4.5),
    ("line-strong", "card", 3),
    ("line-strong", "paper", 3),
    ("brand-700", "card", 4.5),
    ("brand-700", "paper", 4.5),
    ("brand-700", "brand-50", 4.5),
    ("brand-700", "brand-100", 4.5),
    ("brand-600", "card", 4.5),
    ("brand-500", "card", 3),
    ("att-700", "card", 4.5),
    ("att-700", "att-50", 4.5),
    ("att-700", "att-100", 4.5),
    ("att-500", "card", 3),
    ("crit-700", "card", 4.5),
    ("crit-700", "crit-50", 4.5),
    ("crit-700", "crit-100", 4.5),
    ("crit-600", "card", 3),
    ("ok-700", "card", 4.5),
    ("ok-700", "ok-50", 4.5),
    ("ok-700", "ok-100", 4.5),
    ("ok-600", "card", 3),
    ("info-700", "card", 4.5),
    ("info-700", "info-50", 4.5),
    ("info-700", "info-100", 4.5),
    ("info-600", "card", 3),
    ("focus", "card", 3),
    ("focus", "paper", 3),
    *((f"d{number}", "card", 3) for number in range(1, 7)),
    *(("ink", f"s{number}", 4.5) for number in range(1, 5)),
    *(("card", f"s{number}", 4.5) for number in range(5, 8)),
    *(("on-dark", ground, 4.5) for ground in ("brand-900", "brand-700", "brand-600", "crit-700")),
    ("on-dark", "busy", 4.5),
    ("on-dark", "focus", 4.5),
    *((f"tint-{number}-ink", f"tint-{number}", 4.5) for number in range(1, 5)),
]


def text_of(path):
    """A template without its comments."""
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def rules_of(path):
    """Pairs (selector, declarations) of a style sheet, media queries looked into."""
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [(selector.strip(), body) for selector, body in re.findall(r"([^{}]+){([^{}]*)}", css)]


def tokens():
    """The custom properties of the token file."""
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", TOKENS.read_text(encoding="utf-8")))


def luminance(colour):
    """Relative luminance of #rrggbb as WCAG defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize(("text", "ground", "least"), CONTRASTS)
def test_tokens_have_enough_contrast(text, ground, least):
    values = tokens()
    assert contrast(values[text], values[ground]) >= least


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_nothing_inline(path):
    html = text_of(path)
    assert not re.search(r"<style\b", html, re.IGNORECASE), "style belongs in oja/static/css"
    assert not re.search(r"\sstyle\s*=", html, re.IGNORECASE), "no style attributes"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", html, re.IGNORECASE), "no handlers"
    assert not re.search(r"\shx-(on|vals=['\"]js:)", html), "no script in attributes of htmx"
    assert "javascript:" not in html.lower()
    for script in re.findall(r"<script\b[^>]*>(?!</script>)?", html):
        assert "src=" in script, "no inline script"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_fetches_nothing_from_elsewhere(path):
    html = text_of(path)
    assert not re.search(
        r"<(?:link|script|img|iframe|use)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", html
    )


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_colours_stand_in_the_tokens_only(path):
    if path == TOKENS:
        return
    named = r"\b(?:white|black|gr[ae]y|red|green|blue|orange|yellow|purple|teal|navy|silver)\b"
    for selector, body in rules_of(path):
        values = re.sub(r"url\([^)]*\)", "", body)
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|color-mix)a?\(", values), (
            selector
        )
        assert not re.search(rf":[^;]*{named}", values), selector


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_style_sheets_use_known_tokens_only(path):
    known = set(tokens()) | {
        name
        for sheet in SHEETS
        for name in re.findall(r"--([\w-]+):", sheet.read_text(encoding="utf-8"))
    }
    used = set(re.findall(r"var\(--([\w-]+)", path.read_text(encoding="utf-8")))
    assert {name for name in used if not name.startswith("_utrecht")} <= known


def test_round_dots_mean_outside_the_school():
    for path in SHEETS:
        for selector, body in rules_of(path):
            if "dotted" in body:
                assert re.search(r"outside|dotted-line", selector), f"{path.name}: {selector}"


def test_round_dots_in_drawings_stand_in_the_mark_only():
    """Dashes of length 0 with round ends are dots; charts outside the school draw their own."""
    for path in TEMPLATES:
        if path.name not in {"mark.html", "dotted_line.html"}:
            assert 'stroke-dasharray="0 ' not in text_of(path), path.name


def test_style_sheets_are_written_for_both_directions():
    """Left and right are start and end, so that Arabic pages mirror by themselves."""
    physical = r"(?:^|;|\s)(?:margin|padding|border)-(?:left|right)\b|(?:^|;)\s*(?:left|right)\s*:"
    for path in SHEETS:
        for selector, body in rules_of(path):
            assert not re.search(physical, body), f"{path.name}: {selector}"
            assert not re.search(r"text-align:\s*(?:left|right)", body), f"{path.name}: {selector}"


def used_icons():
    """Names of icons in templates, tags and menu items."""
    for path in TEMPLATES:
        html = text_of(path)
        yield from re.findall(r"{%\s*icon\s+\"([\w-]+)\"", html)
        yield from re.findall(r"\bicon=\"([\w-]+)\"", html)
    for folder in ("oja", "schools", "providers", "support", "monitor"):
        for path in (ROOT / folder).rglob("*.py"):
            yield from re.findall(r"\bicon=\"([\w-]+)\"", path.read_text(encoding="utf-8"))
    yield from filter(None, chain(STATUS_ICONS.values(), NOTICE_ICONS.values()))


def test_every_used_icon_is_in_the_sprite():
    sprite = set(re.findall(r"<symbol id=\"([\w-]+)\"", icons.SPRITE.read_text(encoding="utf-8")))
    assert sprite == set(icons.ICONS)
    assert set(used_icons()) <= sprite
    assert list(icons.ICONS) == sorted(icons.ICONS)


def test_every_component_stands_in_the_gallery_and_tells_its_options():
    pages = [ROOT / "templates/components/gallery.html"]
    pages += (ROOT / "templates/components/gallery").glob("*.html")
    shown = "".join(text_of(path) for path in pages)
    frame = {
        "session_watch",
        "split_messages",
        "slot",
        "post_button",
        "tab_bar",
    }  # drawn by base.html
    for name in set(register.tags) - frame:
        assert re.search(rf"{{%\s*{name}\b", shown), f"{name} is not shown in the gallery"
    for name in set(register.tags) - {
        "session_watch",
        "split_messages",
        "slot",
        "icon",
        "person_letter",
    }:
        head = (ROOT / f"templates/components/{name}.html").read_text(encoding="utf-8")
        assert "{% comment %}" in head.split("<")[0], f"{name}.html has no head comment"


def test_classes_of_nl_design_system_have_their_rules():
    """The vendored sheet holds only what is used: a class that is new here is missing there."""
    sheet = (STATIC / "vendor/utrecht/utrecht.css").read_text(encoding="utf-8")
    rules = set(re.findall(r"\.(utrecht-[\w-]+)", sheet))
    sources = [*TEMPLATES, *(ROOT / "oja/core/templatetags").rglob("*.py")]
    used = {name for path in sources for name in re.findall(r"\butrecht-[\w-]*\w", text_of(path))}
    used |= {f"utrecht-alert--{kind}" for kind in ALERT_CLASSES.values()} - {"utrecht-alert--plain"}
    assert used - {"utrecht-alert"} <= rules


def test_frame_weighs_less_than_250_kilobytes():
    """Everything that base.html links, without fonts and before compression."""
    base = (ROOT / "templates/base.html").read_text(encoding="utf-8")
    linked = set(re.findall(r"{% static \"([^\"]+)\" %}", base)) | {"icons/sprite.svg"}
    assert sum((STATIC / name).stat().st_size for name in linked) < 250_000


def test_vendored_files_tell_version_and_licence():
    for folder in ("vendor/utrecht", "vendor/htmx", "fonts", "icons"):
        names = {path.name for path in (STATIC / folder).iterdir()}
        assert names & {"LICENSE", "LICENSE.md", "LICENSE.txt"}, folder
        assert "VERSIONS.txt" in names, folder
