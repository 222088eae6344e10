"""A definition says which rows count, never whose: it cannot leak, and is not written twice."""

import ast
from pathlib import Path

import pytest

import monitor.indicators

FILES = sorted(Path(monitor.indicators.__file__).parent.glob("*.py"))
FORBIDDEN = {"objects", "_base_manager", "_default_manager", "visible_to", "raw", "unscoped"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_never_reaches_for_rows(file):
    used = {
        getattr(node, "attr", None) or getattr(node, "id", None)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert not used & FORBIDDEN
