"""The same walk with the first wall taken away: row security alone keeps every secret.

The filter and the guard are patched out here, in the test; the product has no switch for it.
Requests run as the role of the application, as always.
"""

import pytest
from django.db import connection, transaction

from oja.access.actor import Actor
from oja.access.scoping import ScopedQuerySet
from tests.cast import NAMES
from tests.pages.house import PARTS, leaks, text_of
from tests.pages.samples import SAMPLES
from tests.pages.walks import (
    ask,
    changed_since,
    digest,
    house,
    lines,
    posts_of_strangers,
    send,
)

__all__ = ["house"]
LISTS = ("/leerlingen/", "/hulpvragen/", "/trajecten/", "/cijfers/open-waiting/count/")


@pytest.fixture
def no_first_wall(monkeypatch):
    """`visible_to` filters nothing and nothing is guarded."""

    def everything(rows, actor, may="read"):
        rows = rows._chain()
        rows._asked_for_whom = True
        return rows

    monkeypatch.setattr(ScopedQuerySet, "visible_to", everything)
    monkeypatch.setattr(ScopedQuerySet, "_check", lambda rows: None)


@pytest.fixture
def no_permissions(monkeypatch):
    """Whoever is signed in may do every kind of thing, and has every role in the eyes of pages."""
    monkeypatch.setattr(Actor, "may", lambda actor, permission: actor.kind == "user")


def walk(house, name):
    """(what leaked, which addresses ended in an error, how many secrets were seen rightly)."""
    leaked, broken, seen = [], set(), set()
    for world in (house.a, house.b):
        for sample in SAMPLES:
            answer = ask(house, name, sample, world)
            leaked += [(str(sample), world.key, what) for what in leaks(house, name, answer)]
            if answer.status_code >= 500:
                broken.add(str(sample))
            page = text_of(answer)
            seen |= {s.what for s in house.secrets if name in s.readers and s.is_in(page)}
    for path in LISTS:
        for kind in ("csv", "xlsx"):
            answer = send(house, name, "GET", path, {"formaat": kind})
            leaked += [(path, kind, what) for what in leaks(house, name, answer)]
    return leaked, broken, seen


@pytest.mark.parametrize("name", NAMES)
def test_row_security_alone_leaks_nothing(house, db, no_first_wall, name):
    leaked, broken, seen = walk(house, name)
    assert not leaked, lines(leaked)
    assert broken == set()
    readers = {person for secret in house.secrets for person in secret.readers}
    assert bool(seen) == (name in readers)


@pytest.mark.parametrize("name", NAMES)
def test_nor_when_everybody_may_do_everything(house, db, no_first_wall, no_permissions, name):
    leaked, _broken, _seen = walk(house, name)
    assert not leaked, lines(leaked)


@pytest.mark.parametrize("key", ["a", "b"])
def test_nor_does_a_post_of_a_stranger_change_a_row(house, db, no_first_wall, key):
    before = digest()
    wrong = posts_of_strangers(house, getattr(house, key), set(PARTS[key].values()))
    assert not wrong, lines(wrong)
    assert changed_since(before) == []


def test_the_walk_would_find_a_hole_in_the_second_wall(house, db, no_first_wall):
    """A policy that lets everything through shows on the pages at once."""
    dirk = PARTS["b"]["coordinator"]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE oja_owner")
            cursor.execute("DROP POLICY app_select ON schools_pupil")
            cursor.execute(
                "CREATE POLICY app_select ON schools_pupil FOR SELECT TO oja_app USING (true)"
            )
            cursor.execute("RESET ROLE")
        answer = send(house, dirk, "GET", "/leerlingen/")
        assert leaks(house, dirk, answer)
        transaction.set_rollback(True)
    assert not leaks(house, dirk, send(house, dirk, "GET", "/leerlingen/"))
