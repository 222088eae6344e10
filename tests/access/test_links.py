"""One-time links: for their addressee, a limited time, five tries, and never used up by looking."""

import datetime as dt
import hashlib
from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction

from oja.access import links
from oja.access.actor import Actor, become
from oja.access.models import AccessEvent, OneTimeLink
from oja.access.permissions import Permission
from oja.core.periods import today
from tests.access import world
from tests.access.conftest import refused

BORN = dt.date(2016, 2, 29)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def probes(settings):
    settings.ROOT_URLCONF = "tests.access.urls"


@pytest.fixture
def visit(db):
    """A request of somebody without an account."""
    return SimpleNamespace(session=SessionStore())


@pytest.fixture
def made(people):
    return make(people)


def make(people, **fields):
    fields = {
        "purpose": "share",
        "target_id": world.new_case().pk,
        "expires_on": today() + 14 * DAY,
        "check_birth_date": BORN,
        "subject_label": "Noor",
    } | fields
    anna = Actor.for_user(people.anna)
    with become(anna):
        return links.create_link(anna, **fields)


def test_the_code_is_stored_as_a_hash_only(people, made):
    link, token = made
    link.refresh_from_db()
    assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
    values = OneTimeLink.objects.values().get()
    assert token not in str(values)
    assert BORN not in values.values()
    assert BORN.isoformat() not in str(values)
    assert len(token) >= 43
    assert link.created_by_id == people.anna.pk
    event = AccessEvent.objects.get()
    assert (event.what, event.about_id, event.actor_label) == ("link_created", link.pk, "Anna")


def test_it_opens_and_asks_for_the_birth_date(visit, made):
    link, token = made
    with become(Actor.anonymous()):
        opened = links.open_link(visit, token)
    assert opened == links.OpenedLink(link.pk, "share", True, "open")
    link.refresh_from_db()
    assert link.opened_at is not None
    assert link.used_at is None


def test_a_wrong_code_opens_nothing_and_is_noted(visit, made):
    with become(Actor.anonymous()):
        assert links.open_link(visit, "wrong") is None
    assert links.link_in_session(visit) is None
    assert [noted["result"] for noted in visit.refusals] == ["wrong_code"]


def test_the_right_birth_date_lets_in(visit, made):
    _, token = made
    with become(Actor.anonymous()):
        links.open_link(visit, token)
        assert links.actor_of_session(visit) is None
        assert links.check_birth_date(visit, BORN) == "right"
        actor = links.actor_of_session(visit)
    assert actor.kind == "link"
    assert actor.label == "Noor"
    assert actor.may(Permission.LINK_ANSWER)
    assert not actor.may(Permission.PAGE_VIEW)
    assert actor.user_id is None


def test_five_wrong_dates_close_it_also_for_the_right_one(visit, made):
    link, token = made
    with become(Actor.anonymous()):
        links.open_link(visit, token)
        tries = [links.check_birth_date(visit, BORN + n * DAY) for n in range(1, 6)]
        assert tries == ["wrong"] * 4 + ["closed"]
        assert links.check_birth_date(visit, BORN) == "closed"
        assert links.open_link(visit, token).state == "locked"
    link.refresh_from_db()
    assert link.attempts == 5
    assert len(visit.refusals) == 7


def test_without_a_link_there_is_nothing_to_check(visit):
    assert links.check_birth_date(visit, BORN) == "closed"


@pytest.mark.parametrize(
    ("field", "state"), [("used_at", "used"), ("revoked_at", "revoked"), ("expires_on", "expired")]
)
def test_it_says_why_it_is_closed(visit, made, field, state):
    link, token = made
    OneTimeLink.objects.update(**{field: today() if field == "expires_on" else link.created_at})
    with become(Actor.anonymous()):
        assert links.open_link(visit, token).state == state
        assert links.check_birth_date(visit, BORN) == "closed"
    link.refresh_from_db()
    assert not link.is_open(today())


def test_a_link_without_a_birth_date_lets_in_at_once(people, visit):
    _, token = make(people, check_birth_date=None)
    with become(Actor.anonymous()):
        assert links.open_link(visit, token).asks_birth_date is False
        assert links.actor_of_session(visit).kind == "link"
        links.forget_link(visit)
        assert links.actor_of_session(visit) is None


def test_a_visit_ends_when_the_link_does(people, visit):
    _, token = make(people, check_birth_date=None)
    with become(Actor.anonymous()):
        links.open_link(visit, token)
        assert links.actor_of_session(visit)
    OneTimeLink.objects.update(revoked_at=OneTimeLink.objects.get().created_at)
    with become(Actor.anonymous()):
        assert links.actor_of_session(visit) is None
        with connection.cursor() as cursor:
            cursor.execute("SELECT oja.current_link_id()")
            assert cursor.fetchone() == (None,)


def test_a_new_link_for_the_same_question_withdraws_the_earlier_one(people, visit, made):
    first, token = made
    dirk = Actor.for_user(people.dirk)
    with become(dirk):
        links.create_link(
            dirk, purpose="share", target_id=first.target_id, expires_on=today() + DAY
        )
    with become(Actor.anonymous()):
        assert links.open_link(visit, token).state == "revoked"


def test_nobody_withdraws_links_without_a_log_in(made):
    link, _ = made
    with refused("nobody is signed in", Actor.anonymous()):
        links.revoke_links(purpose="share", target_id=link.target_id)


def test_only_its_maker_and_its_holder_see_a_link(people, made):
    link, _ = made
    for user, number in ((people.anna, 1), (people.dirk, 0), (people.fem, 0)):
        with become(Actor.for_user(user)):
            assert OneTimeLink.objects.count() == number
    with become(Actor.for_link(link)):
        assert OneTimeLink.objects.count() == 1


def test_nobody_marks_a_link_or_resets_its_tries(people, made):
    with refused("permission denied", Actor.for_user(people.anna)):
        OneTimeLink.objects.update(attempts=0)


def test_its_holder_reaches_the_pages_for_it_and_no_others(people, client, made):
    link, _ = made
    session = client.session
    session["oja_link"] = {
        "id": str(link.pk),
        "purpose": "share",
        "asks_birth_date": True,
        "checked": True,
    }
    session.save()
    assert client.get("/probe/answer/").content == b"share"
    assert client.get("/probe/whoami/").json() == {"kind": "link", "label": "Noor"}
    assert client.get("/probe/cases/").status_code in (302, 403)
    assert client.get("/probe/own/").status_code == 302
    with transaction.atomic():
        OneTimeLink.objects.update(purpose="other")
    assert client.get("/probe/answer/").status_code == 403


def test_a_person_does_not_answer_in_the_name_of_a_link(people, client):
    client.force_login(people.anna)
    assert client.get("/probe/answer/").status_code == 403


def test_logging_in_ends_the_visit_of_a_link(people, client, made):
    session = client.session
    session["oja_link"] = {"id": str(made[0].pk), "checked": True}
    session.save()
    client.post("/inloggen/", {"login": people.anna.email, "password": "geheim-genoeg"})
    assert "oja_link" not in client.session
