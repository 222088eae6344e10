"""The commands that make a probe world and sign an identity in it."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from oja.access.models import Organisation, User

KEYS = {
    "base_url",
    "login",
    "users",
    "canaries",
    "urls",
    "anon_ok",
    "search",
    "survey_tokens",
    "links",
    "budgets",
    "forms",
    "edit",
}


def test_it_fills_an_empty_database_only(db, tmp_path):
    Organisation.objects.create(kind=Organisation.Kind.PLATFORM, name="Something else")
    with pytest.raises(CommandError, match=r"lege database"):
        call_command("probe_world", json=str(tmp_path / "x.json"), base_url="http://x")


def test_it_writes_what_a_tester_needs(db, tmp_path, capsys):
    target = tmp_path / "probe.json"
    call_command("probe_world", json=str(target), base_url="http://127.0.0.1:8000/")
    written = json.loads(target.read_text())
    assert written["base_url"] == "http://127.0.0.1:8000"
    assert set(written) == KEYS
    groups = set(written["canaries"])
    assert {group for user in written["users"].values() for group in user["sees"]} <= groups
    for form in written["forms"]:
        assert form["url"] in written["urls"]
        assert set(form["users"]) <= set(written["users"])


def test_it_signs_nothing_outside_a_probe_world(db):
    User.objects.create_user("somebody@example.org", name="Somebody")
    with pytest.raises(CommandError, match="probe"):
        call_command(
            "probe_identity",
            user="somebody@example.org",
            pid=1,
            started=str(dt.datetime.now(dt.UTC)),
        )
