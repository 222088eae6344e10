"""What `manage.py` does once the environment stands: start the database where none was named."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from oja.core import embedded
from oja.core.embedded import Problem

ROOT = Path(__file__).resolve().parent.parent
MANAGE = str(ROOT / "manage.py")
#: Commands that look at code only.
WITHOUT_ROWS = {
    *("check", "collectstatic", "compilemessages", "diffsettings", "help", "makemessages"),
    *("--help", "--version", "version"),
}
#: Commands that make the tables themselves, or would be wrong about them.
WITHOUT_TABLES = {"migrate", "makemigrations", "prepare", "sqlmigrate"}
SERVING = {"serve", "runserver"}


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code. A missing piece raises Problem with one sentence."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command == "test":
        return run_tests(rest)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oja.settings")
    if command == "demo":
        return run_demo(rest)
    if command in SERVING:
        os.environ.setdefault("OJA_PROCESS", "serve")
    if not embedded.is_wanted():
        return run_django(arguments)
    if command == "runserver":
        os.environ.setdefault("DEBUG", "1")
    ours = embedded.Embedded()
    os.environ.update(ours.environment())
    if command in WITHOUT_ROWS:
        return run_django(arguments)
    with ours:
        if command not in WITHOUT_TABLES:
            prepare(ours)
        return run_django(arguments)


def run_django(arguments: list[str]) -> int:
    """Hand over to Django's own commands."""
    from django.core.management import execute_from_command_line

    execute_from_command_line([MANAGE, *arguments])
    return 0


def prepare(ours: embedded.Embedded, *extra: str) -> None:
    """Migrate the embedded database when the migrations changed since the last time."""
    stamp = ours.server.folder / "migrated"
    now = fingerprint()
    if not extra and stamp.exists() and stamp.read_text() == now:
        return
    done = subprocess.run(
        [sys.executable, MANAGE, "prepare", *extra],
        env=os.environ | ours.environment() | {"OJA_PROCESS": "command"},
        check=False,
    )
    if done.returncode:
        raise Problem("The database could not be brought up to date; the reason stands above.")
    stamp.write_text(now)


def fingerprint() -> str:
    """Changes when a migration of ours or a package changes."""
    seen = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for file in sorted(ROOT.glob("*/**/migrations/*.py")) + sorted(ROOT.glob("*/migrations/*.py")):
        seen.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return seen.hexdigest()


def run_tests(arguments: list[str]) -> int:
    """pytest, with the arguments as they are; tests/settings.py starts the database."""
    import pytest

    os.chdir(ROOT)
    return int(pytest.main(arguments))


def run_demo(arguments: list[str]) -> int:
    """The application with the demo world on the embedded database, until Ctrl-C."""
    import argparse

    parser = argparse.ArgumentParser(prog="manage.py demo", description=run_demo.__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args(arguments).port
    if not embedded.is_wanted():
        raise Problem(
            "The demo world has a database of its own; take DATABASE_URL out of the environment."
        )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    refuse_used_port(port)
    ours = embedded.Embedded()
    try:
        with ours:
            prepare(ours, "--seed-when-empty")
            os.environ.setdefault("LOG_LEVEL", "WARNING")  # else the accounts scroll away
            os.environ.update(ours.environment() | {"OJA_PROCESS": "serve", "OJA_DEMO": "1"})
            return show(port)
    except KeyboardInterrupt:
        return 0


def show(port: int) -> int:
    """Serve, after telling where and for whom."""
    import django

    django.setup()
    from oja.core.management.commands.serve import serve
    from oja.demo.accounts import DEMO_ACCOUNTS

    def greet() -> None:
        print(f"\nOJA runs on http://localhost:{port}/ (Ctrl-C stops it). Accounts to try:\n")
        for account in DEMO_ACCOUNTS:
            print(f"  {account.email:<22} {account.password}  {account.role.label}")
        print(flush=True)

    serve("127.0.0.1", port, when_ready=greet)
    return 0


def refuse_used_port(port: int) -> None:
    """Say it before the work of setting up, not after."""
    with socket.socket() as probe:
        if os.name != "nt":  # there it would allow two servers on one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Problem(
                f"Port {port} cannot be used ({error.strerror}); choose another with --port."
            ) from error
