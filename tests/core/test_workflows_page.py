"""The drawn processes are those of the code."""

import pytest
from django.core.management import CommandError, call_command

from oja.core.management.commands import workflows


def test_the_drawn_processes_are_those_of_the_code():
    call_command("workflows")


def test_an_old_drawing_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(workflows, "FILE", tmp_path / "workflows.md")
    with pytest.raises(CommandError, match="out of date"):
        call_command("workflows")
    call_command("workflows", "--write")
    call_command("workflows")
    assert "stateDiagram-v2" in (tmp_path / "workflows.md").read_text()
