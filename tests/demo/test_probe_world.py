"""The probe world, walked as every user: nobody reads a canary of a group that is not theirs."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from oja.access.actor import Actor, become
from oja.access.models import User
from oja.core.periods import today
from oja.demo.probe import World, as_json
from oja.demo.probe.audience import AUDIENCE
from providers.models import ThirdPartyContract
from schools.models import Pupil
from support.models import CollectiveWork
from tests.pages.support_pages import hidden

pytestmark = pytest.mark.django_db  # each test in a savepoint of the one world
NAMES = (
    "coordinator_a",
    "coordinator_b",
    "teacher_a",
    "worker_p",
    "leader_p",
    "colleague_p",
    "manager_p",
    "second_manager_p",
    "worker_q",
    "manager_q",
    "coordinator_b_and_worker_p",
    "adviser",
    "adviser_west",
    "partnership",
    "administrator",
)


def email(name):
    return f"{name}@probe.example"


@pytest.fixture(scope="module")
def probe(django_db_setup, django_db_blocker):
    """The world, built once; what a test writes is undone again."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield as_json(World(today()).build(), "http://testserver/")
        transaction.set_rollback(True)


def client_of(probe, address):
    client = Client()
    login = probe["login"]
    answer = client.post(
        login["path"],
        {login["user_field"]: address, login["pass_field"]: probe["users"][address]["password"]},
    )
    assert answer.status_code == 302
    return client


def read_everything(probe, client):
    """{address: (status, text)} of all addresses."""
    found = {}
    for url in probe["urls"]:
        answer = client.get(url)
        assert answer.status_code < 500, url
        found[url] = (answer.status_code, answer.content.decode(errors="replace"))
    return found


def rows_without_a_page(name):
    """What no page shows of everybody who may read it: as the second wall lets it through."""
    with become(Actor.for_user(User.objects.get(email=email(name)))) as actor:
        works = CollectiveWork.objects.visible_to(actor).values_list("theme", flat=True)
        contracts = ThirdPartyContract.objects.visible_to(actor)
        return [*works, *contracts.values_list("description", flat=True)]


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("name", NAMES)
def test_it_shows_each_user_exactly_the_own_groups_and_forms(probe, name):
    answers = read_everything(probe, client_of(probe, email(name)))
    text = "\n".join([*(page for _status, page in answers.values()), *rows_without_a_page(name)])
    text = text.casefold()
    shown = {
        group
        for group, words in probe["canaries"].items()
        if any(word.casefold() in text for word in words)
    }
    sees = set(probe["users"][email(name)]["sees"])
    assert shown - sees == set(), "leaks"
    assert sees - shown == set(), "misses"
    wrong = [
        (form["url"], answers[form["url"]][0])
        for form in probe["forms"]
        if form["page"]
        and (answers[form["url"]][0] in (403, 404)) == (email(name) in form["users"])
    ]
    assert wrong == []


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_posts_none_of_its_forms(probe, name):
    client = client_of(probe, email(name))
    wrong = []
    for form in probe["forms"]:
        if email(name) not in form["users"]:
            with transaction.atomic():
                answer = client.post(form["url"], form["fields"])
                transaction.set_rollback(True)
            if answer.status_code not in (403, 404):
                wrong.append((form["url"], answer.status_code))
    assert wrong == []


@pytest.mark.ignore_template_errors
def test_the_fields_of_a_form_stand_on_its_page(probe):
    clients, missing = {}, []
    for form in probe["forms"]:
        if form["page"]:
            user = form["users"][0]
            clients[user] = clients.get(user) or client_of(probe, user)
            page = clients[user].get(form["url"]).content.decode()
            if absent := [name for name in form["fields"] if f'name="{name}"' not in page]:
                missing.append((form["url"], absent))
    assert missing == []


def test_it_knows_every_user_and_who_may_read_every_group(probe):
    assert set(probe["users"]) == {email(name) for name in NAMES}
    assert set(probe["canaries"]) == set(AUDIENCE)
    assert {name for names in AUDIENCE.values() for name in names.split()} <= set(NAMES)


def test_it_finds_no_foreign_child_by_searching(probe):
    client = client_of(probe, email("coordinator_b"))
    words = probe["canaries"]["case_a_child"]
    with become(Actor.system("test")) as actor:
        child = Pupil.objects.visible_to(actor).get(first_name__in=words)
    own = client_of(probe, email("coordinator_a"))
    found = own.post(probe["search"][0][0], {probe["search"][0][1]: words[0]}, follow=True)
    assert str(child.pk) in found.content.decode()
    for path, parameter in probe["search"]:
        for word in words:
            posted = client.post(path, {parameter: word}, follow=True).content.decode()
            asked = client.get(path, {parameter: word}).content.decode()
            assert str(child.pk) not in posted + asked


def test_the_edit_form_has_the_field_and_the_version(probe):
    edit = probe["edit"]
    page = client_of(probe, edit["user"]).get(edit["url"]).content.decode()
    assert f'name="{edit["field"]}"' in page
    assert f'name="{edit["version"]}"' in page


def test_pages_without_a_log_in_answer_everybody(probe):
    for path in probe["anon_ok"]:
        assert Client().get(path).status_code == 200


# --- Links ------------------------------------------------------------------------------------


def test_there_are_live_links_of_every_purpose(probe):
    assert {link["purpose"] for link in probe["links"]} == {"survey", "subcontract", "consent"}
    surveys = [link["token"] for link in probe["links"] if link["purpose"] == "survey"]
    assert probe["survey_tokens"] == surveys
    assert len(surveys) == 3


def open_link(link, day=None):
    """A browser behind a link; the question of the birth date is answered with `day`."""
    client = Client()
    assert client.get(link["url"]).status_code == 302
    if link["birth_date"]:
        values = zip(("day", "month", "year"), (day or link["birth_date"]).split("-"), strict=True)
        client.post("/vraag/", dict(values))
    return client


@pytest.mark.ignore_template_errors
def test_every_link_opens_its_question_and_no_file(probe):
    for link in probe["links"]:
        client = open_link(link)
        pages = [client.get(path, follow=True) for path in link["pages"]]
        assert pages[-1].status_code == 200, link
        text = "".join(page.content.decode() for page in pages)
        for group in ("case_a_note", "case_a_plan", "case_b_note", "case_b_plan", "money_p"):
            assert not any(word in text for word in probe["canaries"][group])
        assert client.get("/trajecten/").status_code == 302


def test_a_link_does_not_open_for_a_wrong_birth_date(probe):
    asking = [link for link in probe["links"] if link["birth_date"]]
    assert asking
    for link in asking:
        client = open_link(link, "1-1-2001")
        assert client.get(link["pages"][-1]).status_code != 200


# --- Budgets ----------------------------------------------------------------------------------


def test_two_orders_of_which_one_fits_cannot_both_be_approved(probe):
    budget = next(budget for budget in probe["budgets"] if budget["approve"])
    free = budget["amount_cents"] - budget["realised_cents"] - budget["committed_cents"]
    costs = [order["cents"] for order in budget["approve"]]
    assert max(costs) <= free < sum(costs)
    client = client_of(probe, budget["user"])
    said = []
    for order in budget["approve"]:
        carried = hidden(client.get(order["url"]))
        said.append(client.post(order["url"], {"override_reason": "", **carried}))
    assert [answer.status_code for answer in said] == [302, 200]
    assert "override_reason" in said[1].context["form"].errors


def test_every_budget_is_of_a_provider_and_year(probe):
    keys = [(budget["provider"], budget["year"]) for budget in probe["budgets"]]
    assert len(keys) == len(set(keys)) >= 6
    assert any(budget["realised_cents"] for budget in probe["budgets"])
    assert any(budget["committed_cents"] for budget in probe["budgets"])


# --- Identities -------------------------------------------------------------------------------


def test_it_signs_an_identity_that_row_security_accepts(probe, capsys):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), transaction_timestamp()::text")
        pid, started = cursor.fetchone()
        call_command("probe_identity", user=email("coordinator_b"), pid=pid, started=started)
        identity = capsys.readouterr().out.strip()
        with become(Actor.anonymous()):
            cursor.execute("SELECT set_config('oja.identity', %s, true)", [identity])
            cursor.execute("SELECT count(*) FROM schools_pupil")
            seen = cursor.fetchone()[0]
    with become(Actor.for_user(User.objects.get(email=email("coordinator_b")))) as actor:
        # The two of the cases, and the one that was read from a file.
        assert seen == Pupil.objects.visible_to(actor).count() == 3


@pytest.mark.parametrize("started", ["yesterday", "2026-01-01 10:00:00", ""])
def test_it_refuses_a_start_without_a_moment(probe, started):
    with pytest.raises(CommandError):
        call_command("probe_identity", user=email(NAMES[0]), pid=1, started=started)
