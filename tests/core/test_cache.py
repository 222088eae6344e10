"""The cache keeps counters, and never runs what somebody put into its table."""

import base64
import pickle

import pytest
from django.core.cache import cache
from django.db import connection


class Harmful:
    """Unpickled by Django's own cache, this would call a function."""

    def __reduce__(self):
        return (print, ("called",))


@pytest.mark.parametrize("value", [1, "é", [1.5, 2.5], {"a": [None, True]}])
def test_it_gives_back_what_was_kept(db, value):
    cache.set("key", value, 60)
    assert cache.get("key") == value
    assert cache.get_many(["key", "other"]) == {"key": value}


def test_it_forgets_what_expired_and_what_was_removed(db):
    cache.set("old", 1, -1)
    cache.set("gone", 1, 60)
    cache.delete("gone")
    assert cache.get("old", "no") == cache.get("gone", "no") == "no"
    assert cache.get_many([]) == {}


def test_a_name_is_taken_once(db):
    assert cache.add("lock", 1, 60)
    assert not cache.add("lock", 1, 60)


def test_a_program_in_the_table_is_refused(db, capsys):
    cache.set("key", 1, 60)
    text = base64.b64encode(pickle.dumps(Harmful())).decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE oja_cache SET value = %s", [text])
    with pytest.raises(pickle.UnpicklingError):
        cache.get("key")
    assert capsys.readouterr().out == ""
