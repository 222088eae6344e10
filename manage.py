#!/usr/bin/env python3
"""OJA's commands. `demo` runs the application, `test` runs the tests, `help` lists the others.

With nothing but Python on the machine this file first makes .venv from uv.lock and starts itself
again inside it; so it uses the standard library only.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


class Missing(Exception):
    """A piece of the machine is missing. The text says which, and what to do."""


def program(folder, name):
    """A program of a virtual environment, on any system."""
    return folder / "Scripts" / (name + ".exe") if os.name == "nt" else folder / "bin" / name


def wanted_by_lock():
    return hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()


def made():
    """Does .venv hold what uv.lock says?"""
    stamp = VENV / "oja-lock.sha256"
    return stamp.exists() and stamp.read_text() == wanted_by_lock()


def stands():
    """May this Python run OJA? Inside .venv the lock decides, elsewhere what can be imported."""
    if VENV.exists() and os.path.samefile(sys.prefix, VENV):
        return made()
    import re
    import tomllib
    from importlib import metadata

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    needed = list(project["project"]["dependencies"])
    needed += {"test": groups["dev"] + groups["demo"], "demo": groups["demo"]}.get(
        "".join(sys.argv[1:2]), []
    )
    try:
        for requirement in needed:
            metadata.version(re.match(r"[A-Za-z0-9._-]+", requirement)[0])
    except metadata.PackageNotFoundError:
        return False
    return True


def run(arguments, hint, **environment):
    done = subprocess.run(
        [str(part) for part in arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"} | environment,
        cwd=ROOT,
    )
    if done.returncode:
        if "No space left on device" in done.stdout:
            hint = "The disk of %s is full; make room and try again." % ROOT
        raise Missing(done.stdout.strip() + "\n\n" + hint)


def make_environment():
    """.venv with exactly what uv.lock says."""
    print("Making .venv from uv.lock (once; needs the network) ...", file=sys.stderr, flush=True)
    uv = shutil.which("uv")
    if not uv:
        try:
            import ensurepip  # noqa: F401 - Debian keeps it in another package
            import venv  # noqa: F401
        except ImportError:
            raise Missing(
                "Python cannot make a virtual environment here; "
                "install it (Debian: apt-get install python3-venv) and try again."
            ) from None
        tools = VENV / "tools"  # not in .venv itself: uv would remove its own running program
        broken = (
            "No virtual environment could be made in %s; remove that folder and try again." % VENV
        )
        if not program(VENV, "python").exists():
            run([sys.executable, "-m", "venv", "--without-pip", VENV], broken)
        if not program(tools, "uv").exists():
            run([sys.executable, "-m", "venv", "--clear", tools], broken)
            run(
                [program(tools, "python"), "-m", "pip", "install", "-q", "uv"],
                "uv could not be installed; check the network, or install uv yourself.",
            )
        uv = program(tools, "uv")
    run(
        [uv, "sync", "--frozen", "--python", sys.executable],
        "The packages of uv.lock could not be installed; the reason stands above.",
        UV_PYTHON_DOWNLOADS="never",
        UV_PROJECT_ENVIRONMENT=str(VENV),
    )
    (VENV / "oja-lock.sha256").write_text(wanted_by_lock())


def start_again():
    """The same command inside .venv."""
    command = [str(program(VENV, "python")), str(ROOT / "manage.py"), *sys.argv[1:]]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - our own program, no shell needed
    sys.exit(subprocess.call(command))


def main():
    if sys.version_info < OLDEST:
        raise Missing(
            "OJA needs Python %d.%d or newer; this is %d.%d." % (OLDEST + sys.version_info[:2])
        )
    sys.path.insert(0, str(ROOT))
    from oja.core.embedded import lock, problem

    try:
        if not stands():
            with lock.exclusive(ROOT / ".venv.lock", seconds=900):
                if not made():  # somebody else may have made it while we waited
                    make_environment()
            start_again()
        from oja.launch import main as launch

        sys.exit(launch(sys.argv[1:]))
    except problem.Problem as missing:
        raise Missing(str(missing)) from None


if __name__ == "__main__":
    try:
        main()
    except Missing as missing:
        print(missing, file=sys.stderr)
        sys.exit(1)
