"""One PostgreSQL cluster of our own: make it, start it, stop it. Never throws one away."""

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

from oja.core.embedded import binaries as programs
from oja.core.embedded.lock import exclusive
from oja.core.embedded.problem import Problem

LONGEST_SOCKET = 90  # the kernel cuts a socket's path at 104 (macOS) or 108 bytes
NEEDED_MB = 150
SUPERUSER = "postgres"

SETTINGS = {
    "max_connections": "80",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_min_error_statement": "panic",  # statements and rows are personal data
    "log_error_verbosity": "terse",
    "jit": "off",
    "shared_buffers": "'128MB'",
}
# A test run that loses its database with the power loses nothing.
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server:
    """The cluster of one purpose ("data" or "test") in one home."""

    def __init__(self, home: Path, purpose: str) -> None:
        self.home = home
        self.purpose = purpose
        found = programs.find()
        self.folder = home / f"{purpose}-{found.major}"
        self.account = programs.account_for(self.folder)
        self.binaries = programs.for_account(found, self.account)
        self.data = self.folder / "cluster"
        self.log = self.folder / "server.log"

    @property
    def host(self) -> str:
        """What clients connect to: the folder of the socket, or the loopback address on Windows."""
        return "127.0.0.1" if os.name == "nt" else str(self._socket_folder())

    @property
    def port(self) -> int:
        if os.name != "nt":
            return 5432  # part of the socket's name; nothing listens on the network
        file = self.folder / "port"
        if not file.exists():
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                file.write_text(str(probe.getsockname()[1]))
        return int(file.read_text())

    def answers(self) -> bool:
        """Running means that somebody answers, not that a pid file lies there."""
        address: str | tuple[str, int] = f"{self.host}/.s.PGSQL.{self.port}"
        if os.name == "nt":
            address = (self.host, self.port)
        with socket.socket(socket.AF_INET if os.name == "nt" else socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(address)
            except OSError:
                return False
        return True

    def start(self, password: str) -> None:
        """Make the cluster when there is none, start it when nobody answers; hold the lock."""
        self._make_folder()
        if not self.data.exists():
            self._initdb(password)
        if not self.answers():
            self._configure()
            self._start()

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back."""
        self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "60")

    def lock(self) -> AbstractContextManager[None]:
        """Held while somebody looks whether the server runs, starts it or stops it."""
        return exclusive(self.home / f"{self.purpose}.lock")

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            if self.folder.stat().st_uid == 0:
                os.chown(self.folder, self.account.uid, self.account.gid)
            if not programs.reachable(self.folder, self.account):
                raise Problem(
                    f"As root the database runs as user {self.account.name}, who cannot reach "
                    f"{self.folder}; set OJA_HOME to an open folder such as /var/lib/oja."
                )

    def _socket_folder(self) -> Path:
        folder = self.folder / "run"
        if len(os.fsencode(folder)) > LONGEST_SOCKET:
            owner = self.account.uid if self.account else os.getuid()
            mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"oja-{owner}-{mark}"
        return folder

    def _make_socket_folder(self) -> None:
        folder = self._socket_folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account and folder.stat().st_uid == 0:
            os.chown(folder, self.account.uid, self.account.gid)
        owner = self.account.uid if self.account else os.getuid()
        if folder.is_symlink() or folder.stat().st_uid != owner or folder.stat().st_mode & 0o077:
            raise Problem(
                f"{folder} belongs to somebody else; remove it or set a shorter OJA_HOME."
            )

    def _initdb(self, password: str) -> None:
        if shutil.disk_usage(self.folder).free < NEEDED_MB * 2**20:
            raise Problem(
                f"The disk of {self.folder} has less than {NEEDED_MB} MB left; "
                "make room or set OJA_HOME to another disk."
            )
        part = self.folder / "cluster.part"
        if part.exists():  # an initdb that was broken off; it never held a server
            shutil.rmtree(part)
        secret = self.folder / "initdb.password"
        secret.write_text(password)
        secret.chmod(0o600)
        if self.account:
            os.chown(secret, self.account.uid, self.account.gid)
        try:
            self._run(
                "initdb", "-D", str(part), "-E", "UTF8", "--locale=C", "-U", SUPERUSER,
                "--auth=scram-sha-256", f"--pwfile={secret}",
            )  # fmt: skip
        finally:
            secret.unlink()
        with (part / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude 'oja.conf'\n")
        part.rename(self.data)

    def _configure(self) -> None:
        lines = dict(SETTINGS)
        if self.purpose == "test":
            lines |= FOR_TESTS
        if os.name == "nt":
            lines |= {"listen_addresses": "'127.0.0.1'", "port": str(self.port)}
        else:
            self._make_socket_folder()
            inside = str(self._socket_folder()).replace("'", "''").replace('"', '""')
            lines |= {
                "listen_addresses": "''",
                "port": str(self.port),
                "unix_socket_directories": f"'\"{inside}\"'",
                "unix_socket_permissions": "0700",
            }
        conf = self.data / "oja.conf"
        conf.write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))
        if self.account:
            os.chown(conf, self.account.uid, self.account.gid)

    def _start(self) -> None:
        self._forget_dead_server()
        for patience in (1, 2, 4, 0):
            try:
                self._run(
                    "pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-w", "-t", "120"
                )
                return
            except Problem:
                # After kill -9 the children of the old server need a moment to notice.
                still_there = ("shared memory block", "already exists")
                if not patience or not any(words in self._end_of_log() for words in still_there):
                    raise
                time.sleep(patience)
                self._forget_dead_server()

    def _forget_dead_server(self) -> None:
        """PostgreSQL believes a stale pid file when the number is another program's by now, or a
        dead child's that nobody has collected. Its own lock on shared memory guards the data.
        """
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text().split()[0])
            name, state = Path(f"/proc/{pid}/stat").read_text().split("(", 1)[1].rsplit(") ", 1)
        except (OSError, ValueError, IndexError):
            return
        if state[0] in "ZX" or not name.startswith("postgres"):
            file.unlink()

    def _end_of_log(self) -> str:
        try:
            return self.log.read_text(errors="replace")[-1500:]
        except OSError:
            return ""

    def _run(self, program: str, *arguments: str) -> None:
        options: dict = {}
        if self.account:
            options = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        with tempfile.TemporaryFile() as said:
            try:
                done = subprocess.run(
                    [self.binaries.program(program), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    cwd=self.folder,
                    env=environment | {"LC_ALL": "C"},
                    **options,
                ).returncode
            except OSError as error:
                raise Problem(
                    f"{self.binaries.program(program)} cannot be started ({error.strerror}); "
                    "set OJA_PG_BINDIR to a folder with PostgreSQL's programs."
                ) from error
            said.seek(0)
            text = said.read().decode(errors="replace")
        if done:
            self._explain(program, text + (self._end_of_log() if program == "pg_ctl" else ""))

    def _explain(self, program: str, text: str) -> None:
        if "No space left on device" in text or "Disk quota exceeded" in text:
            raise Problem(
                f"The disk of {self.folder} is full; make room or set OJA_HOME to another disk."
            )
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        reasons = [line for line in lines if "error:" in line or "FATAL" in line]
        raise Problem(
            f"PostgreSQL's {program} failed ({(reasons or lines or ['it says nothing'])[0]}); "
            f"the whole story is in {self.log}."
        )
