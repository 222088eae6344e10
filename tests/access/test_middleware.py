"""One transaction per request: what it undoes, and what is logged all the same."""

import time
import uuid

import pytest
from django.conf import settings as django_settings
from django.db import connection

from oja.access.middleware import SEEN_AT, SEEN_EVERY
from oja.access.models import ReadLog
from oja.access.permissions import Role
from oja.access.signals import LOGGED_IN_AT
from tests.access import world
from tests.access.conftest import add_role
from tests.access.world import Case


@pytest.fixture(autouse=True)
def probes(settings):
    settings.ROOT_URLCONF = "tests.access.urls"


@pytest.fixture
def anna(people, client):
    client.force_login(people.anna)
    client.raise_request_exception = False
    return client


def log():
    return [
        (line.user_id, line.action, line.object_type, line.object_id, line.result)
        for line in ReadLog.objects.order_by("at")
    ]


def test_it_shows_own_rows_and_logs_one_line_for_the_list(people, anna):
    own = world.new_case(site=people.site_a.pk, name="own")
    world.new_case(site=people.site_b.pk, name="foreign")
    assert anna.get("/probe/cases/").json() == ["own"]
    line = ReadLog.objects.get()
    assert (line.user_id, line.subjects, line.action, line.result) == (
        people.anna.pk,
        [own.pk],
        "list",
        "ok",
    )
    assert (line.role, line.organisation_id) == ("school_coordinator", people.site_a.pk)
    assert line.request_id


def test_it_logs_the_reading_of_a_row(people, anna):
    own = world.new_case(site=people.site_a.pk, name="own")
    assert anna.get(f"/probe/cases/{own.pk}/").content == b"own"
    assert log() == [(people.anna.pk, "read", "world.Case", own.pk, "ok")]


def test_a_row_of_others_is_not_found_and_logged_and_so_is_one_that_does_not_exist(people, anna):
    foreign, unknown = world.new_case(site=people.site_b.pk).pk, uuid.uuid4()
    pages = [anna.get(f"/probe/cases/{key}/") for key in (foreign, unknown)]
    assert [page.status_code for page in pages] == [404, 404]
    assert log() == [
        (people.anna.pk, "read", "world.Case", foreign, "not_found"),
        (people.anna.pk, "read", "world.Case", unknown, "not_found"),
    ]


def test_a_careless_page_fails_instead_of_leaking(people, anna):
    world.new_case(site=people.site_b.pk)
    assert anna.get("/probe/careless/").status_code == 500


@pytest.mark.parametrize(
    ("end", "status", "kept"),
    [
        ("fine", 200, True),
        ("forbidden", 403, True),
        ("conflict", 409, True),
        ("server-error", 503, False),
        ("not-found", 404, False),
        ("denied", 403, False),
        ("crash", 500, False),
    ],
)
def test_it_undoes_what_did_not_end_well(anna, end, status, kept):
    assert anna.post(f"/probe/write/{end}/").status_code == status
    assert Case.objects.filter(name=f"written {end}").exists() is kept


@pytest.mark.parametrize(
    ("end", "result"),
    [("forbidden", "forbidden"), ("denied", "forbidden"), ("conflict", "refused")],
)
def test_a_refusal_is_logged_also_when_all_else_is_undone(people, anna, end, result):
    anna.post(f"/probe/write/{end}/")
    assert log() == [(people.anna.pk, "post", "probe-write", None, result)]


def test_a_page_that_is_not_for_this_role_says_so_and_is_logged(people, client):
    client.force_login(people.els)
    page = client.get("/probe/cases/")
    assert page.status_code == 403
    assert [line[-1] for line in log()] == ["forbidden"]


def test_nobody_goes_to_the_log_in_page(db, client):
    for page in ("/probe/cases/", "/probe/own/"):
        answer = client.get(page)
        assert (answer.status_code, answer["Location"]) == (302, f"/inloggen/?next={page}")


def test_a_page_about_the_own_account_needs_no_role(people, client):
    people.anna.memberships.all().delete()
    client.force_login(people.anna)
    assert client.get("/probe/own/").status_code == 200
    assert client.get("/probe/cases/").status_code == 403


def test_a_role_that_ended_ends_at_once(people, anna):
    world.new_case(site=people.site_a.pk, name="own")
    people.anna.memberships.update(valid_until=people.anna.memberships.get().valid_from)
    assert anna.get("/probe/cases/").status_code == 403


def test_somebody_with_several_organisations_has_no_single_one_in_the_log(people, anna):
    add_role(people.anna, Role.TEACHER, people.site_b)
    anna.get("/probe/cases/")
    line = ReadLog.objects.get()
    assert (line.role, line.organisation_id) == ("school_coordinator teacher", None)


def test_a_session_ends_after_ten_hours(people, anna):
    assert anna.get("/probe/whoami/").json()["kind"] == "user"
    session = anna.session
    session[LOGGED_IN_AT] = int(time.time()) - django_settings.SESSION_ABSOLUTE_AGE - 1
    session.save()
    assert anna.get("/probe/whoami/").json()["kind"] == "anonymous"


def test_a_session_ends_after_half_an_hour_without_a_request(people, anna):
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    assert django_settings.SESSION_COOKIE_AGE == 30 * 60
    anna.get("/probe/whoami/")
    left = Session.objects.get().expire_date - timezone.now()
    assert 29 * 60 < left.total_seconds() <= 30 * 60
    Session.objects.update(expire_date=timezone.now())
    assert anna.get("/probe/whoami/").json()["kind"] == "anonymous"


def test_use_moves_the_end_of_a_session_at_most_once_a_minute(people, anna):
    from django.contrib.sessions.models import Session

    anna.get("/probe/whoami/")
    first = Session.objects.get().expire_date
    anna.get("/probe/whoami/")
    assert Session.objects.get().expire_date == first
    session = anna.session
    session[SEEN_AT] -= SEEN_EVERY
    session.save()
    anna.get("/probe/whoami/")
    assert Session.objects.get().expire_date > first


def test_an_account_that_was_switched_off_is_nobody(people, anna):
    people.anna.is_active = False
    people.anna.save(update_fields=["is_active"])
    assert anna.get("/probe/whoami/").json()["kind"] == "anonymous"


@pytest.mark.django_db(transaction=True)
def test_outside_a_request_nothing_of_it_is_left(client):
    client.get("/probe/whoami/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('oja.identity', true)")
        assert cursor.fetchone() == ("oja_test", "")


def test_a_page_for_somebody_is_kept_nowhere(people, anna):
    for path in ("/probe/cases/", "/probe/own/", "/probe/write/forbidden/"):
        assert anna.get(path)["Cache-Control"] == "no-store, private"
