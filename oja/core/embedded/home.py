"""Where the embedded database and its secrets live: the folder in OJA_HOME."""

import json
import os
import secrets
import sys
from pathlib import Path

from oja.core.embedded.lock import exclusive
from oja.core.embedded.problem import Problem

LOGINS = ("postgres", "oja_owner", "oja_web", "oja_jobs", "oja_figures", "oja_backup", "oja_test")


def home() -> Path:
    """The folder of this installation; made when it is missing.

    Data of a person must survive a restart, so the default is never under a temporary folder.
    """
    chosen = os.environ.get("OJA_HOME")
    if chosen:
        path = Path(chosen).expanduser().absolute()
    elif os.name == "nt":
        path = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "oja"
    elif os.geteuid() == 0:
        path = Path("/var/lib/oja")
    elif sys.platform == "darwin":
        path = Path.home() / "Library" / "Application Support" / "oja"
    else:
        path = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "oja"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"The folder {path} cannot be made ({error.strerror}); "
            "set OJA_HOME to a folder in which you may write."
        ) from error
    if not os.access(path, os.W_OK):
        raise Problem(
            f"You may not write in {path}; set OJA_HOME to a folder in which you may write."
        )
    return path


def secrets_of(path: Path) -> dict[str, str]:
    """Passwords and keys of this installation, made at random at the first call, file mode 0600."""
    file = path / "secrets.json"
    if not file.exists():
        with exclusive(path / "lock"):
            if not file.exists():
                made = {login: secrets.token_urlsafe(24) for login in LOGINS}
                made["SECRET_KEY"] = secrets.token_urlsafe(64)
                made["OJA_IDENTITY_KEY"] = secrets.token_hex(32)
                _write(file, json.dumps(made, indent=1))
    return json.loads(file.read_text())


def _write(file: Path, text: str) -> None:
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(text)
    part.replace(file)
