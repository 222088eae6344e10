"""A home for a database of a test's own."""

import os

import pytest

from oja.core.embedded import server


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of its own, in a path with a space, reachable for the user that runs the server."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder.stat().st_mode & 0o777 == 0o700:
            folder.chmod(0o711)
    path = tmp_path / "een map"
    monkeypatch.setenv("OJA_HOME", str(path))
    monkeypatch.setattr(server, "SETTINGS", server.SETTINGS | {"fsync": "off"})
    return path
