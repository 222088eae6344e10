"""Production starts with the right settings or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "SECRET_KEY": "N0t-4-s3cret-but-long-enough-for-the-check-0123456789-abcdefghij",
    "OJA_IDENTITY_KEY": "ab" * 32,
    "ALLOWED_HOSTS": "oja.example.nl",
    "DATABASE_URL": "postgresql://oja_owner:x@db.example.nl/oja",
    "DATABASE_URL_SERVE": "postgresql://oja_web:x@db.example.nl/oja",
    "DATABASE_URL_PUBLISH": "postgresql://oja_figures:x@db.example.nl/oja",
    "EMAIL_URL": "smtp+tls://user:x@mail.example.nl:587",
    "OJA_PROXIES": "1",
}


def python(code, environment):
    """What a fresh process says with these variables and no others of ours."""
    kept = {k: os.environ[k] for k in ("PATH", "HOME", "SYSTEMROOT", "OJA_HOME") if k in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=kept | {"DJANGO_SETTINGS_MODULE": "oja.settings"} | environment,
    )


def test_the_deployment_check_passes_without_a_warning():
    said = python(
        "from oja.launch import main; main(['check', '--deploy', '--fail-level', 'WARNING'])",
        PRODUCTION,
    )
    assert said.returncode == 0, said.stderr
    assert "no issues (0 silenced)" in said.stdout


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"OJA_PROXIES", "DATABASE_URL_SERVE"}))
def test_a_missing_value_stops_the_start_and_says_what_to_set(name):
    said = python("import oja.settings", {k: v for k, v in PRODUCTION.items() if k != name})
    last = said.stderr.strip().splitlines()[-1]
    assert said.returncode != 0
    assert f"{name} is not set: " in last


def test_serving_logs_in_as_another_role_than_migrating():
    code = "import oja.settings as s; print(s.DATABASES['default']['USER'])"
    assert python(code, PRODUCTION).stdout == "oja_owner\n"
    assert python(code, PRODUCTION | {"OJA_PROCESS": "serve"}).stdout == "oja_web\n"
    without = {k: v for k, v in PRODUCTION.items() if k != "DATABASE_URL_SERVE"}
    said = python(code, without | {"OJA_PROCESS": "serve"})
    assert "DATABASE_URL_SERVE is not set: " in said.stderr


def test_a_serving_process_never_waits_for_ever():
    code = "import oja.settings as s; print(s.DATABASES['default']['OPTIONS']['options'])"
    said = python(code, PRODUCTION | {"OJA_PROCESS": "serve"}).stdout
    assert "statement_timeout=10s" in said
    assert "lock_timeout=5s" in said
    assert "idle_in_transaction_session_timeout=15s" in said


def test_a_malformed_identity_key_is_refused():
    said = python("import oja.settings", PRODUCTION | {"OJA_IDENTITY_KEY": "not hexadecimal"})
    assert "OJA_IDENTITY_KEY must be 64 hexadecimal digits" in said.stderr


def test_the_demo_accounts_are_off_unless_the_demo_started_it():
    code = "import oja.settings as s; print(s.DEMO, s.DEBUG)"
    assert python(code, PRODUCTION).stdout == "False False\n"


def test_production_is_never_migrated_unasked():
    code = (
        "import oja.launch as l; l.prepare = lambda *a: print('migrates');"
        "l.run_django = lambda arguments: print('runs', *arguments); l.main(['shell'])"
    )
    assert python(code, PRODUCTION).stdout == "runs shell\n"


def test_nothing_inline_passes_the_content_security_policy(settings):
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    sources = {source for values in directives.values() for source in values}
    assert sources == {"'none'", "'self'"}


def test_nobody_logs_in_for_longer_than_agreed(settings):
    assert settings.SESSION_COOKIE_AGE == 30 * 60
    assert settings.SESSION_ABSOLUTE_AGE == 10 * 60 * 60
    assert settings.AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"] == {"min_length": 12}
