"""The probe world, walked as every user: nobody reads a canary of a group that is not theirs."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from oja.access.actor import Actor, become
from oja.access.models import Organisation, User
from oja.core.periods import today
from oja.demo.probe import World
from oja.demo.probe_record import as_json
from schools.models import Pupil


@pytest.fixture
def probe(db):
    return as_json(World(today()).build(), "http://testserver/")


def client_of(probe, email):
    client = Client()
    login = probe["login"]
    answer = client.post(
        login["path"],
        {login["user_field"]: email, login["pass_field"]: probe["users"][email]["password"]},
    )
    assert answer.status_code == 302
    return client


def read_everything(probe, client):
    """All answers of all addresses, and of the searches for every canary, as one text."""
    found = []
    for url in probe["urls"]:
        answer = client.get(url)
        assert answer.status_code < 500, url
        found.append(answer.content.decode(errors="replace"))
    return "\n".join(found)


EMAILS = [
    f"{name}@probe.example"
    for name in (
        "coordinator_a",
        "coordinator_b",
        "teacher_a",
        "worker_p",
        "colleague_p",
        "manager_p",
        "worker_q",
        "manager_q",
        "coordinator_b_and_worker_p",
        "adviser",
        "partnership",
        "administrator",
    )
]


@pytest.mark.ignore_template_errors
def test_it_shows_each_user_exactly_the_own_groups(probe):
    differences = {}
    for email, user in probe["users"].items():
        text = read_everything(probe, client_of(probe, email)).casefold()
        shown = {
            group
            for group, words in probe["canaries"].items()
            if any(word.casefold() in text for word in words)
        }
        sees = set(user["sees"])
        if shown != sees:
            differences[email] = {"leaks": shown - sees, "misses": sees - shown}
    assert differences == {}


def test_it_knows_every_user(probe):
    assert sorted(probe["users"]) == sorted(EMAILS)


def test_it_finds_no_foreign_child_by_searching(probe):
    client = client_of(probe, "coordinator_b@probe.example")
    words = probe["canaries"]["case_a_child"]
    with become(Actor.system("test")) as actor:
        child = Pupil.objects.visible_to(actor).get(first_name__in=words)
    own = client_of(probe, "coordinator_a@probe.example")
    found = own.post(probe["search"][0][0], {probe["search"][0][1]: words[0]}, follow=True)
    assert str(child.pk) in found.content.decode()
    for path, parameter in probe["search"]:
        for word in words:
            posted = client.post(path, {parameter: word}, follow=True).content.decode()
            asked = client.get(path, {parameter: word}).content.decode()
            assert str(child.pk) not in posted + asked


def test_it_fills_an_empty_database_only(db, tmp_path):
    Organisation.objects.create(kind=Organisation.Kind.PLATFORM, name="Something else")
    with pytest.raises(CommandError, match=r"lege database"):
        call_command("probe_world", json=str(tmp_path / "x.json"), base_url="http://x")


def test_it_writes_what_a_tester_needs(db, tmp_path, capsys):
    target = tmp_path / "probe.json"
    call_command("probe_world", json=str(target), base_url="http://127.0.0.1:8000/")
    written = json.loads(target.read_text())
    assert written["base_url"] == "http://127.0.0.1:8000"
    assert set(written) == {
        "base_url",
        "login",
        "users",
        "canaries",
        "urls",
        "anon_ok",
        "search",
        "survey_tokens",
        "budgets",
        "edit",
    }
    assert all(
        group in written["canaries"] for user in written["users"].values() for group in user["sees"]
    )


def test_the_edit_form_has_the_field_and_the_version(probe):
    edit = probe["edit"]
    page = client_of(probe, edit["user"]).get(edit["url"]).content.decode()
    assert f'name="{edit["field"]}"' in page
    assert f'name="{edit["version"]}"' in page


def test_pages_without_a_log_in_answer_everybody(probe):
    for path in probe["anon_ok"]:
        assert Client().get(path).status_code == 200


def test_it_signs_an_identity_that_row_security_accepts(probe, capsys):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), transaction_timestamp()::text")
        pid, started = cursor.fetchone()
        call_command("probe_identity", user="coordinator_b@probe.example", pid=pid, started=started)
        identity = capsys.readouterr().out.strip()
        with become(Actor.anonymous()):
            cursor.execute("SELECT set_config('oja.identity', %s, true)", [identity])
            cursor.execute("SELECT count(*) FROM schools_pupil")
            seen = cursor.fetchone()[0]
    with become(Actor.for_user(User.objects.get(email="coordinator_b@probe.example"))) as actor:
        assert seen == Pupil.objects.visible_to(actor).count() == 2


@pytest.mark.parametrize("started", ["yesterday", "2026-01-01 10:00:00", ""])
def test_it_refuses_a_start_without_a_moment(probe, started):
    with pytest.raises(CommandError):
        call_command("probe_identity", user=EMAILS[0], pid=1, started=started)


def test_it_signs_nothing_outside_a_probe_world(db):
    User.objects.create_user("somebody@example.org", name="Somebody")
    with pytest.raises(CommandError, match="probe"):
        call_command(
            "probe_identity",
            user="somebody@example.org",
            pid=1,
            started=str(dt.datetime.now(dt.UTC)),
        )
