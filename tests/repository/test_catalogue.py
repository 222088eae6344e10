"""The Dutch catalogue is complete, compiled, and holds nothing that nobody says."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "oja" / "locale" / "nl" / "LC_MESSAGES"
OURS = ("oja", "schools", "providers", "support", "monitor", "templates")


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(FOLDER / "django.po"))


def our_files(pattern):
    return sorted(
        path
        for folder in OURS
        for path in (ROOT / folder).rglob(pattern)
        if not {"migrations", "data", "vendor"} & set(path.relative_to(ROOT).parts)
    )


def test_every_message_has_its_dutch(catalogue):
    empty = [
        entry.msgid
        for entry in catalogue
        if not (all(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr)
    ]
    assert empty == []
    assert catalogue.fuzzy_entries() == []
    assert catalogue.obsolete_entries() == []


def test_every_message_stands_once(catalogue):
    keys = [(entry.msgctxt, entry.msgid) for entry in catalogue]
    assert len(keys) == len(set(keys))


def test_the_compiled_file_is_that_of_the_source(catalogue):
    compiled = polib.mofile(str(FOLDER / "django.mo"))
    assert {shape(entry) for entry in compiled} == {shape(entry) for entry in catalogue}


def shape(entry):
    return entry.msgctxt, entry.msgid, entry.msgstr, tuple(sorted(entry.msgstr_plural.items()))


def test_placeholders_are_the_same_in_both_languages(catalogue):
    wrong = []
    for entry in catalogue:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        meant = placeholders(entry.msgid) | placeholders(entry.msgid_plural or "")
        wrong += [entry.msgid for text in texts if not placeholders(text) <= meant]
        if not entry.msgid_plural:
            wrong += [entry.msgid for text in texts if placeholders(text) != meant]
    assert wrong == []


def placeholders(text):
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


def test_every_message_of_the_code_is_in_the_catalogue_and_the_other_way_round(catalogue, tmp_path):
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed: only the catalogue itself is checked")
    said = extracted(tmp_path)
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    assert sorted(said - known, key=str) == []
    assert sorted(known - said, key=str) == []


def extracted(folder):
    """What gettext finds in code and templates, as makemessages would."""
    from django.utils.translation import templatize

    sources = []
    for number, path in enumerate(our_files("*.py")):
        copy = folder / f"{number}.py"
        copy.write_text(path.read_text("utf-8"), "utf-8")
        sources.append(copy.name)
    for number, path in enumerate([*our_files("*.html"), *our_files("*.txt")]):
        copy = folder / f"{number}.html.py"
        copy.write_text(templatize(path.read_text("utf-8"), origin=str(path)), "utf-8")
        sources.append(copy.name)
    (folder / "sources").write_text("\n".join(sources), "utf-8")
    # `_lazy` is how a module that needs both calls gettext_lazy.
    words = (
        "_lazy",
        "gettext_noop",
        "gettext_lazy",
        "ngettext_lazy:1,2",
        "pgettext:1c,2",
        "npgettext:1c,2,3",
    )
    keywords = [f"--keyword={word}" for word in (*words, "pgettext_lazy:1c,2")]
    subprocess.run(
        [
            *("xgettext", "--language=Python", "--from-code=UTF-8", "--no-location"),
            *(*keywords, "--output=said.po", "--files-from=sources"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(folder / "said.po"))}


def test_no_dutch_stands_in_templates():
    """A sentence outside the catalogue cannot be checked, and not be put into another language."""
    wrong = []
    for path in our_files("*.html"):
        text = re.sub(
            r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S
        )
        text = re.sub(
            r"\{%\s*blocktrans(?:late)?.*?endblocktrans(?:late)?\s*%\}", "", text, flags=re.S
        )
        text = re.sub(r"\{[%{].*?[%}]\}|<[^>]*>", " ", text, flags=re.S)
        found = re.findall(r"\b(?:de|het|een|van|niet|voor|jouw|wordt)\b", text)
        if found and "gallery" not in path.name:
            wrong.append(f"{path.relative_to(ROOT)}: {found[:5]}")
    assert wrong == []


def test_sentences_are_not_put_together_before_they_are_translated():
    """`_(f"…")` and `_("…" % x)` never find their Dutch."""
    wrong = []
    for path in our_files("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            known = name in ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy")
            if known and not isinstance(node.args[0], ast.Constant):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []
