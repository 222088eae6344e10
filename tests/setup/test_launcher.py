"""The embedded PostgreSQL: what it promises after an ordinary day and after a bad one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from oja.core.embedded import Embedded, Problem, binaries, lock, server

ROOT = Path(__file__).resolve().parent.parent.parent


def write_a_row(embedded):
    with psycopg.connect(embedded.url("oja_owner")) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")


def read_the_row(embedded):
    with psycopg.connect(embedded.url("oja_owner")) as connection:
        return connection.execute("SELECT word FROM kept").fetchone()[0]


def test_it_starts_stops_and_finds_its_data_again(home):
    with Embedded() as first:
        write_a_row(first)
        assert first.server.answers()
    assert not first.server.answers()
    with Embedded() as second:
        assert read_the_row(second) == "still here"


def test_it_stays_while_somebody_else_uses_it_and_stops_with_the_last(home):
    with Embedded() as first:
        second = Embedded().__enter__()
    assert first.server.answers()
    second.__exit__()
    assert not first.server.answers()


def test_it_recovers_from_kill_9(home):
    with Embedded() as embedded:
        write_a_row(embedded)
        pid = int((embedded.server.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 10
        while embedded.server.answers() and time.monotonic() < until:
            time.sleep(0.05)
    with Embedded() as again:
        assert read_the_row(again) == "still here"


def test_a_pid_that_belongs_to_another_program_now_is_no_running_server(home):
    with Embedded() as embedded:
        write_a_row(embedded)
        lines = (embedded.server.data / "postmaster.pid").read_text().splitlines()
    left_behind = [str(os.getppid()), *lines[1:]]
    (embedded.server.data / "postmaster.pid").write_text("\n".join(left_behind) + "\n")
    with Embedded() as again:
        assert read_the_row(again) == "still here"


def test_a_broken_off_first_start_is_done_again(home):
    embedded = Embedded()
    part = embedded.server.folder / "cluster.part"
    part.mkdir(parents=True)
    (part / "PG_VERSION").write_text("18\n")
    with embedded:
        assert embedded.server.answers()
    assert not part.exists()


def test_a_path_too_long_for_a_socket_still_works(home, monkeypatch):
    deep = home / ("diep" * 20)
    monkeypatch.setenv("OJA_HOME", str(deep))
    with Embedded() as embedded:
        assert not embedded.server.host.startswith(str(deep))
        write_a_row(embedded)
        assert read_the_row(embedded) == "still here"


def test_nothing_listens_on_the_network(home):
    with Embedded() as embedded, psycopg.connect(embedded.url("oja_owner")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone()[0] == ""
        assert embedded.server.folder.stat().st_mode & 0o777 == 0o700
        assert (home / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_text_sorts_the_same_everywhere(home):
    with Embedded() as embedded, psycopg.connect(embedded.url("oja_owner")) as connection:
        row = connection.execute(
            "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
    assert row == ("C", "UTF8")


def test_a_wrong_folder_of_programs_is_one_sentence(home, monkeypatch, tmp_path):
    monkeypatch.setenv("OJA_PG_BINDIR", str(tmp_path))
    with pytest.raises(Problem, match=r"OJA_PG_BINDIR is .* correct it or leave it out"):
        Embedded()


def test_no_programs_at_all_is_one_sentence(home, monkeypatch):
    monkeypatch.delenv("OJA_PG_BINDIR", raising=False)
    monkeypatch.setattr(binaries, "WHEELS", ())
    monkeypatch.setattr(binaries, "SYSTEM", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Problem, match="No PostgreSQL 15 or newer was found"):
        Embedded()


def test_a_home_that_cannot_be_made_is_one_sentence(home, monkeypatch):
    home.parent.joinpath("file").write_text("in the way")
    monkeypatch.setenv("OJA_HOME", str(home.parent / "file" / "oja"))
    with pytest.raises(Problem, match="set OJA_HOME to a folder in which you may write"):
        Embedded()


def test_a_full_disk_is_one_sentence(home, monkeypatch):
    monkeypatch.setattr(server, "NEEDED_MB", 10**9)
    with pytest.raises(Problem, match="make room or set OJA_HOME to another disk"):
        Embedded().__enter__()


def test_other_secrets_than_the_data_was_made_with_are_one_sentence(home):
    with Embedded():
        pass
    (home / "secrets.json").unlink()
    embedded = Embedded()
    with pytest.raises(Problem, match="put the old file back"):
        embedded.__enter__()
    assert not embedded.server.answers()  # what it started and cannot use is stopped


def test_waiting_for_another_process_ends_with_one_sentence(tmp_path):
    with (
        lock.exclusive(tmp_path / "lock"),
        pytest.raises(Problem, match="wait for it or stop it"),
        lock.exclusive(tmp_path / "lock", seconds=0.1),
    ):
        pass


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only root runs it as another user"
)
def test_root_never_runs_the_server_itself(home):
    with Embedded() as embedded:
        pid = int((embedded.server.data / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{pid}").stat().st_uid not in (0,)
        assert embedded.server.data.stat().st_uid == embedded.server.account.uid


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only root runs it as another user"
)
def test_programs_that_the_server_user_cannot_reach_are_copied_not_opened_up(tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    (closed / "package" / "pginstall" / "bin").mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        (closed / "package" / "pginstall" / "bin" / name).write_text("program")
    closed.chmod(0o700)
    copies = tmp_path / "copies"
    copies.mkdir(mode=0o755)
    monkeypatch.setattr(binaries, "COPIES", copies)
    account = binaries.account_for(tmp_path / "none")
    found = binaries.for_account(
        binaries.Binaries(closed / "package" / "pginstall" / "bin", 18), account
    )
    assert found.folder.is_relative_to(copies)
    assert (found.folder / "postgres").read_text() == "program"
    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_port_in_use_is_one_sentence(home):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "demo", "--port", port],
            capture_output=True,
            text=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("DATABASE_URL")},
        )
    assert said.returncode == 1
    assert said.stderr.strip().count("\n") == 0
    assert "choose another with --port" in said.stderr
