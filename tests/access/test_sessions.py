"""What the table of sessions gives away: nothing that opens a session."""

from django.contrib.sessions.models import Session

from oja.access.sessions import SessionStore


def test_the_table_holds_no_key_of_a_cookie(people, client):
    client.force_login(people.anna)
    (row,) = Session.objects.all()
    key = client.cookies["sessionid"].value
    assert row.session_key != key
    assert not SessionStore(row.session_key).load()
    assert SessionStore(key).load()["_auth_user_id"] == str(people.anna.pk)


def test_a_key_from_the_table_opens_nothing(people, client):
    client.force_login(people.anna)
    client.cookies["sessionid"] = Session.objects.get().session_key
    assert client.get("/wachtwoord-wijzigen/")["Location"].startswith("/inloggen/")


def test_logging_out_removes_the_session(people, client):
    client.force_login(people.anna)
    key = client.cookies["sessionid"].value
    assert SessionStore().exists(key)
    client.post("/uitloggen/")
    assert not SessionStore().exists(key)


def test_a_session_that_is_over_gives_nothing(people, client):
    client.force_login(people.anna)
    key = client.cookies["sessionid"].value
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    store = SessionStore(key)
    assert store.load() == {}
    assert store.session_key is None
