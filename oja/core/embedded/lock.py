"""One process at a time, on every system, released by the kernel when the process dies."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oja.core.embedded.problem import Problem

if sys.platform == "win32":
    import msvcrt

    def _try(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def exclusive(path: Path, seconds: float = 180) -> Iterator[None]:
    """Hold the lock file at ``path``; wait at most ``seconds``. Raises Problem after that."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + seconds
    try:
        while True:
            try:
                _try(handle)
                break
            except OSError:
                if time.monotonic() > until:
                    raise Problem(
                        f"Another process has been busy in {path.parent} for {seconds:.0f} s; "
                        "wait for it or stop it, then try again."
                    ) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(handle)
