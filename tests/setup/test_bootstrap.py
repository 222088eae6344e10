"""manage.py on a machine where nothing stands yet. (The whole of it runs in .ci/run.)"""

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def manage(tmp_path, monkeypatch):
    """The file as a module, in a folder of its own."""
    spec = importlib.util.spec_from_file_location("manage_under_test", ROOT / "manage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("pyproject.toml", "uv.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    return module


def imported_by(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_it_uses_the_standard_library_only_until_the_environment_stands():
    files = [ROOT / "manage.py", *(ROOT / "oja/core/embedded").glob("*.py")]
    allowed = set(sys.stdlib_module_names) | {"oja", "psycopg"}  # psycopg: once there is a server
    assert {name.split(".")[0] for file in files for name in imported_by(file)} <= allowed
    at_import = [
        node.module
        for file in files[1:]
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ImportFrom)
    ]
    assert "psycopg" not in at_import


def test_nothing_is_made_where_everything_can_be_imported_already(manage, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["manage.py", "test"])
    assert manage.stands()


def test_a_missing_package_means_that_an_environment_is_made(manage, monkeypatch):
    text = (manage.ROOT / "pyproject.toml").read_text()
    (manage.ROOT / "pyproject.toml").write_text(text.replace("waitress", "no-such-package-xyz"))
    monkeypatch.setattr(sys, "argv", ["manage.py", "demo"])
    assert not manage.stands()


def test_an_environment_of_another_lock_does_not_stand(manage, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(manage.VENV))
    manage.VENV.mkdir()
    assert not manage.stands()
    (manage.VENV / "oja-lock.sha256").write_text(manage.wanted_by_lock())
    assert manage.stands()
    with (manage.ROOT / "uv.lock").open("a") as lock:
        lock.write("\n# changed\n")
    assert not manage.stands()


def test_an_old_python_is_sent_away_with_one_sentence(manage, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(manage.Missing, match=r"needs Python 3\.11 or newer; this is 3\.9\.$"):
        manage.main()


def test_a_python_without_venv_says_what_to_install(manage, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(manage.Missing, match="apt-get install python3-venv"):
        manage.make_environment()


def test_the_lock_names_the_public_index_only():
    text = (ROOT / "uv.lock").read_text()
    sources = set(re.findall(r'registry = "([^"]*)"', text))
    assert sources == {"https://pypi.org/simple"}
    assert "file://" not in text
    hosts = {part.split("/")[0] for part in text.split("https://")[1:]}
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
