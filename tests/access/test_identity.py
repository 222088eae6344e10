"""The signed identity: cannot be forged, replayed or taken along."""

import os
import uuid
from contextlib import suppress

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from oja.access import identity
from oja.access.actor import Actor, become
from tests.access.conftest import refused


def value(sql, params=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def test_it_knows_who_acts(people):
    with become(Actor.for_user(people.anna)):
        assert value("SELECT current_user") == "oja_app"
        assert value("SELECT oja.current_user_id()") == people.anna.pk
        assert value("SELECT oja.current_link_id()") is None


def test_it_knows_nobody_without_an_identity(people):
    with become(Actor.anonymous()):
        assert value("SELECT oja.current_user_id()") is None
        assert value("SELECT oja.ids_sites('school_coordinator')") == []


@pytest.mark.parametrize("text", ["user", "user|x|y", "||", "user|{id}|", "user|{id}|00", "|{id}|"])
def test_it_believes_no_forgery(people, text):
    with become(Actor.anonymous()):
        identity.set_identity(connection, text.format(id=people.anna.pk))
        assert value("SELECT oja.current_user_id()") is None


def test_it_does_not_take_a_link_for_a_person(people):
    with become(Actor.anonymous()):
        signed = identity.sign("link", people.anna.pk, *connection.oja_transaction)
        identity.set_identity(connection, signed)
        assert value("SELECT oja.current_user_id()") is None
        identity.set_identity(connection, signed.replace("link", "user"))
        assert value("SELECT oja.current_user_id()") is None


def test_it_believes_no_other_process(people):
    with become(Actor.anonymous()):
        pid, started = connection.oja_transaction
        identity.set_identity(connection, identity.sign("user", people.anna.pk, pid + 1, started))
        assert value("SELECT oja.current_user_id()") is None


def test_it_believes_no_other_key(people, settings):
    with become(Actor.anonymous()):
        settings.IDENTITY_KEY = b"another key"
        identity.set_identity(
            connection, identity.sign("user", people.anna.pk, *connection.oja_transaction)
        )
        assert value("SELECT oja.current_user_id()") is None


@pytest.mark.django_db(transaction=True)
def test_it_cannot_be_replayed_in_a_later_transaction():
    somebody = uuid.uuid4()
    with become(Actor.anonymous()):
        signed = identity.sign("user", somebody, *connection.oja_transaction)
        identity.set_identity(connection, signed)
        assert value("SELECT oja.current_user_id()") == somebody
    with become(Actor.anonymous()):
        identity.set_identity(connection, signed)
        assert value("SELECT oja.current_user_id()") is None


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_is_left_after_the_transaction():
    with become(Actor.anonymous()):
        identity.set_identity(connection, "user|x|y")
    assert value("SELECT current_user") == "oja_test"
    assert value("SELECT COALESCE(current_setting('oja.identity', true), '')") == ""


def test_the_application_cannot_read_the_key(db):
    with refused("permission denied", Actor.anonymous()):
        value("SELECT inner_pad FROM oja.identity_key")


def test_the_application_cannot_ask_for_another_subject(db):
    with refused("permission denied", Actor.anonymous()):
        value("SELECT oja.identity_subject('user')")


def test_the_web_cannot_become_the_system(db):
    """What an injected set_config could try: the log-in of the web is no member."""
    assert not value("SELECT pg_has_role('oja_web', 'oja_system', 'MEMBER')")
    assert not value("SELECT pg_has_role('oja_web', 'oja_owner', 'MEMBER')")
    assert value("SELECT pg_has_role('oja_web', 'oja_app', 'MEMBER')")


def test_it_goes_back_to_who_it_was(people):
    with become(Actor.for_user(people.anna)):
        with become(Actor.for_user(people.dirk)):
            assert value("SELECT oja.current_user_id()") == people.dirk.pk
        assert value("SELECT oja.current_user_id()") == people.anna.pk
        with suppress(ZeroDivisionError), become(Actor.system("a test")):
            assert value("SELECT current_user") == "oja_system"
            raise ZeroDivisionError
        assert value("SELECT oja.current_user_id()") == people.anna.pk
        assert value("SELECT current_user") == "oja_app"


def test_it_survives_a_broken_transaction(people):
    with suppress(DatabaseError), transaction.atomic():
        with become(Actor.for_user(people.anna)):
            pass
        value("SELECT 1/0")
    assert value("SELECT current_user") == "oja_test"


def test_a_login_without_the_role_is_told_so(db, monkeypatch):
    monkeypatch.setattr(identity, "APP_ROLE", "oja_nobody")
    with pytest.raises(Exception, match="database_roles"), become(Actor.anonymous()):
        pass


def test_another_error_is_told_as_it_is(people):
    with transaction.atomic():
        with suppress(DatabaseError):
            value("SELECT 1/0")
        with pytest.raises(DatabaseError, match="aborted"):
            identity.assume(connection, Actor.for_user(people.anna))
        transaction.set_rollback(True)


def test_the_key_is_put_once(db):
    before = value("SELECT count(*) FROM oja.identity_key")
    identity.sync_identity_key()
    identity.sync_identity_key(connection)
    assert value("SELECT count(*) FROM oja.identity_key") == before == 1


@pytest.mark.django_db(transaction=True)
def test_the_log_in_of_the_web_can_do_nothing_by_itself():
    """As an injected statement would find it: connected as oja_web itself."""
    url = os.environ.get("DATABASE_URL_SERVE")
    if not url:
        pytest.skip("DATABASE_URL_SERVE is not set, so nobody knows the password of oja_web")
    name = connection.settings_dict["NAME"]
    with psycopg.connect(url, dbname=name, autocommit=True) as web:
        for statement in (
            "SELECT count(*) FROM access_user",
            "SELECT count(*) FROM schools_pupil",
            "SELECT oja.current_user_id()",
            "SET ROLE oja_system",
            "SET ROLE oja_owner",
            "SELECT set_config('role', 'oja_system', false)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)
        web.execute("SET ROLE oja_app")
        assert web.execute("SELECT count(*) FROM schools_pupil").fetchone() == (0,)
        for statement in (
            "SELECT * FROM oja.identity_key",
            "SELECT oja.identity_subject('user')",
            "SELECT oja.check_membership()",
            "CREATE TABLE mine (id int)",
            "CREATE FUNCTION oja.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "ALTER TABLE schools_pupil DISABLE ROW LEVEL SECURITY",
            "SET row_security = off; SELECT count(*) FROM schools_pupil",
            "TRUNCATE access_readlog",
            "DELETE FROM access_readlog",
            "SELECT count(*) FROM access_readlog",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)
