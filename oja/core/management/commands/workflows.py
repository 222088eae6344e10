"""Draws the tables of all workflows in oja/docs/workflows.md."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from oja.core.checks import installed_workflows

FILE = Path(__file__).resolve().parents[3] / "docs" / "workflows.md"
HEAD = """# The processes

Drawn from the tables in code by `python3 manage.py workflows --write`; a test compares the two.
A line in a diagram is a move; what a move asks, who may make it and what stands in its way is in
the tables below.
"""


@translation.override(None)
def page():
    """The text of the page, in the words of the code."""
    parts = [HEAD]
    for workflow in installed_workflows():
        parts.append(f"\n## {workflow.name}\n\n```mermaid\n{workflow.as_mermaid()}```\n")
        parts.append("\n| move | permission | asks | guards | locks |\n|---|---|---|---|---|\n")
        for move in workflow.transitions:
            guards = ", ".join(check.__name__ for check in move.guards) or "–"
            asks = ", ".join(move.sets) or "–"
            locks = ", ".join(move.locks) or "–"
            parts.append(f"| {move.name} | {move.permission} | {asks} | {guards} | {locks} |\n")
    return "".join(parts)


class Command(BaseCommand):
    help = "Write oja/docs/workflows.md from the workflow tables, or say whether it is up to date."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true", help="write the page")

    def handle(self, *, write, **options):
        if write:
            FILE.parent.mkdir(parents=True, exist_ok=True)
            FILE.write_text(page(), encoding="utf-8")
            self.stdout.write(f"wrote {FILE.name}")
        elif not FILE.exists() or FILE.read_text(encoding="utf-8") != page():
            raise CommandError("workflows.md is out of date: run `manage.py workflows --write`.")
