"""Log-in: closed sign-up, limits, a new password by mail."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.urls import NoReverseMatch, reverse

from oja.access import demo_accounts
from oja.access.actor import Actor, become
from oja.access.adapter import AccountAdapter
from oja.access.models import ReadLog, User

PASSWORD = "geheim-genoeg"


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


def log_in(client, email, password=PASSWORD, **extra):
    return client.post("/inloggen/", {"login": email, "password": password}, **extra)


def test_it_lets_a_person_in_and_remembers_when(people, client):
    answer = log_in(client, people.anna.email.upper())
    assert (answer.status_code, answer["Location"]) == (302, "/")
    people.anna.refresh_from_db()
    assert people.anna.last_login is not None
    assert client.session["oja_logged_in_at"]


def test_it_goes_on_to_the_page_that_was_asked_for_but_never_to_another_site(people, client):
    answer = client.post(
        "/inloggen/",
        {"login": people.anna.email, "password": PASSWORD, "next": "/leerlingen/"},
    )
    assert answer["Location"] == "/leerlingen/"
    client.logout()
    answer = client.post(
        "/inloggen/",
        {"login": people.anna.email, "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert answer["Location"] == "/"


def test_it_says_the_same_for_a_wrong_password_and_an_unknown_address(people, client):
    texts = set()
    for email in (people.anna.email, "nobody@example.nl"):
        page = log_in(client, email, "verkeerd")
        assert page.status_code == 200
        texts.add(str(page.context["form"].non_field_errors()))
    assert len(texts) == 1
    assert [line.result for line in ReadLog.objects.all()] == ["refused", "refused"]


def test_it_stops_guessing_at_one_account(people, client):
    for _ in range(5):
        log_in(client, people.anna.email, "verkeerd")
    page = log_in(client, people.anna.email)
    assert page.status_code == 200
    words = str(AccountAdapter.error_messages["too_many_login_attempts"])
    assert words in page.content.decode()
    assert "_auth_user_id" not in client.session
    other = log_in(client, people.dirk.email)
    assert other.status_code == 302


def test_it_stops_guessing_from_one_place(db, client):
    pages = [log_in(client, f"x{n}@example.nl", "verkeerd") for n in range(31)]
    assert 429 in {page.status_code for page in pages}
    assert "429.html" in {template.name for template in pages[-1].templates}


def test_an_account_that_was_switched_off_cannot_log_in(people, client):
    User.objects.filter(pk=people.anna.pk).update(is_active=False)
    answer = log_in(client, people.anna.email)
    assert "_auth_user_id" not in client.session
    assert client.get(answer["Location"]).status_code == 200


def test_nobody_signs_up(db, client):
    assert not AccountAdapter().is_open_for_signup(None)
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_a_new_password_comes_by_mail(people, client):
    assert client.get("/wachtwoord-vergeten/").status_code == 200
    answer = client.post("/wachtwoord-vergeten/", {"email": people.anna.email})
    assert client.get(answer["Location"]).status_code == 200
    (letter,) = mail.outbox
    assert letter.to == [people.anna.email]
    link = re.search(r"https?://[^/]+(/wachtwoord-vergeten/\S+)", letter.body)[1]
    page = client.get(link, follow=True)
    assert page.status_code == 200
    action = page.redirect_chain[-1][0]
    short = client.post(action, {"password1": "kort", "password2": "kort"})
    assert short.context["form"].errors["password1"]
    new = "vier-losse-woorden-samen"
    answer = client.post(action, {"password1": new, "password2": new})
    assert client.get(answer["Location"]).status_code == 200
    assert log_in(client, people.anna.email, new).status_code == 302
    client.logout()
    again = client.get(link, follow=True)
    assert "token_fail" in again.context


def test_a_former_address_gets_no_mail(people, client):
    former = people.anna.email
    client.post("/wachtwoord-vergeten/", {"email": former})
    User.objects.filter(pk=people.anna.pk).update(email="new@example.nl")
    mail.outbox.clear()
    client.post("/wachtwoord-vergeten/", {"email": former})
    assert not mail.outbox
    client.post("/wachtwoord-vergeten/", {"email": "new@example.nl"})
    assert [letter.to for letter in mail.outbox] == [["new@example.nl"]]


def test_nobody_adds_an_address_that_gets_the_mail_of_another(people):
    sql = (
        'INSERT INTO account_emailaddress (email, verified, "primary", user_id)'
        " VALUES ('elsewhere@example.nl', true, true, %s)"
    )
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        become(Actor.for_user(people.anna)),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, [people.dirk.pk])


def test_asking_for_an_unknown_address_gives_nothing_away(people, client):
    known = client.post("/wachtwoord-vergeten/", {"email": people.anna.email})
    unknown = client.post("/wachtwoord-vergeten/", {"email": "nobody@example.nl"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_a_person_changes_the_own_password_and_is_told_by_mail(people, client):
    client.force_login(people.anna)
    new = "vier-losse-woorden-samen"
    page = client.post(
        "/wachtwoord-wijzigen/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert page.status_code == 302
    assert len(mail.outbox) == 1
    client.logout()
    assert log_in(client, people.anna.email, new).status_code == 302


def test_changing_a_password_needs_a_log_in(db, client):
    assert client.get("/wachtwoord-wijzigen/")["Location"].startswith("/inloggen/")


def test_logging_out_asks_for_a_post(people, client):
    client.force_login(people.anna)
    assert client.get("/uitloggen/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/uitloggen/")
    assert "_auth_user_id" not in client.session


def test_demo_accounts_show_in_a_demonstration_only(db, client, settings, monkeypatch):
    anna = {"email": "anna@x.nl", "password": "p", "name": "Anna", "role": "r", "description": "d"}
    monkeypatch.setattr(demo_accounts, "_providers", [])
    demo_accounts.provide(lambda: [anna])
    assert "anna@x.nl" not in client.get("/inloggen/").content.decode()
    settings.DEMO = True
    assert "anna@x.nl" in client.get("/inloggen/").content.decode()


def test_the_fields_are_labelled_in_our_words(db, client):
    form = client.get("/inloggen/").context["form"]
    assert list(form.fields) == ["login", "password"]
    for field in form.fields.values():
        assert field.label
        assert "placeholder" not in field.widget.attrs


def test_an_account_without_a_name_shows_its_address():
    assert str(User(email="a@b.nl")) == "a@b.nl"
    assert not AnonymousUser().is_authenticated
