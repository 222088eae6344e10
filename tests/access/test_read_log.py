"""The read log: whose file, by whom; never by a page that forgot to ask."""

import uuid
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404

from oja.access.actor import Actor, become
from oja.access.decorators import needs, signed_in
from oja.access.links import create_link
from oja.access.lookup import get_visible_or_404, log_list, subjects_of
from oja.access.models import ReadLog
from oja.access.permissions import Permission
from oja.access.readlog import log_read, write_refusals
from oja.access.refusals import note_refusal
from oja.core.periods import today
from tests.access import world
from tests.access.conftest import refused
from tests.access.world import Case, Note


def request_of(actor, **fields):
    """The little that these functions ask of a request."""
    return SimpleNamespace(
        actor=actor, method="POST", resolver_match=None, get_full_path=lambda: "/x/", **fields
    )


def test_a_list_is_one_line_with_the_persons_in_it(people):
    anna = Actor.for_user(people.anna)
    first, second = sorted((uuid.uuid4(), uuid.uuid4()))
    listed = [
        {"pupil_id": second},
        {"pupil_id": None},
        first,
        first,
        Note(pk=uuid.uuid4()),
    ]
    with become(anna):
        log_list(request_of(anna), listed, "requests")
    line = ReadLog.objects.get()
    assert line.subjects == [first, second]
    assert (line.object_type, line.action) == ("requests", "list")
    assert "requests" in str(line)


def test_an_empty_list_is_logged_too(people):
    anna = Actor.for_user(people.anna)
    with become(anna):
        log_list(request_of(anna), [], "requests")
    assert ReadLog.objects.get().subjects == []


def test_nobody_writes_a_line_in_the_name_of_another(people):
    with refused("row-level security", Actor.for_user(people.anna)):
        log_read(request_of(Actor.for_user(people.dirk)), object_type="x")


def test_nobody_reads_changes_or_deletes_a_line(people):
    anna = Actor.for_user(people.anna)
    with become(anna):
        log_read(request_of(anna), object_type="x")
    for work in (
        lambda: ReadLog.objects.count(),
        lambda: ReadLog.objects.update(result="x"),
        lambda: ReadLog.objects.all()._raw_delete("default"),
    ):
        with refused("permission denied", anna):
            work()
    with pytest.raises(DatabaseError, match="permission denied"), become(Actor.system("a test")):
        ReadLog.objects.update(result="x")


def test_the_holder_of_a_link_is_named_by_the_link(people):
    anna = Actor.for_user(people.anna)
    with become(anna):
        link, _ = create_link(
            anna, purpose="share", target_id=uuid.uuid4(), expires_on=today().replace(year=2999)
        )
    actor = Actor.for_link(link)
    with become(actor):
        log_read(request_of(actor), object_type="x")
    line = ReadLog.objects.get()
    assert (line.user_id, line.ground) == (None, f"link {link.pk}")
    assert str(link)


def test_a_row_is_looked_up_with_the_joins_of_the_page(people):
    case = world.new_case(site=people.site_a.pk)
    anna = Actor.for_user(people.anna)
    with become(anna):
        request = request_of(anna)
        joined = Case.objects.order_by("name")
        assert get_visible_or_404(request, Case, case.pk, rows=joined) == case
        asked = Case.objects.visible_to(anna)
        assert get_visible_or_404(request, Case, case.pk, rows=asked) == case
        with pytest.raises(Http404):
            get_visible_or_404(request, Case, uuid.uuid4())
    assert ReadLog.objects.count() == 2
    assert [noted["result"] for noted in request.refusals] == ["not_found"]


def test_a_table_that_needs_no_log_gets_none(people, monkeypatch):
    case = world.new_case(site=people.site_a.pk)
    anna = Actor.for_user(people.anna)
    quiet = world.scope_without_log(Case)
    monkeypatch.setattr("oja.access.lookup.scope_of", lambda model: quiet)
    with become(anna):
        get_visible_or_404(request_of(anna), Case, case.pk)
    assert not ReadLog.objects.exists()


def test_whose_row_it_is():
    key = uuid.uuid4()
    pupil = SimpleNamespace(pk=key, _meta=SimpleNamespace(object_name="Pupil"))
    request = SimpleNamespace(pupil_id=key, _meta=SimpleNamespace(object_name="SupportRequest"))
    assert subjects_of(pupil) == subjects_of(request) == [key]
    assert subjects_of(Note()) == []


def test_refusals_are_written_once_and_nothing_else_is(people):
    anna = Actor.for_user(people.anna)
    fine = SimpleNamespace(status_code=200)
    write_refusals(request_of(anna), fine)
    assert not ReadLog.objects.exists()
    request = request_of(anna)
    note_refusal(request, action="open_link", result="wrong_code")
    write_refusals(request, SimpleNamespace(status_code=403))
    assert ReadLog.objects.get().result == "wrong_code"


def test_a_refusal_names_the_object_of_the_address(people):
    anna = Actor.for_user(people.anna)
    key = uuid.uuid4()
    request = request_of(anna)
    request.resolver_match = SimpleNamespace(view_name="request-move", kwargs={"pk": key})
    write_refusals(request, SimpleNamespace(status_code=409))
    assert ReadLog.objects.values_list("object_type", "object_id").get() == ("request-move", key)
    request.resolver_match = None
    with transaction.atomic():
        write_refusals(request, SimpleNamespace(status_code=403))
    assert ReadLog.objects.filter(object_type="").count() == 1


def test_a_page_asks_by_itself_too_when_nothing_stands_before_it():
    """Under the middleware that asks for a log-in, each page asks once more."""
    for page in (
        needs(Permission.PAGE_VIEW)(lambda request: "in"),
        signed_in(lambda request: "in"),
    ):
        answer = page(request_of(Actor.anonymous()))
        assert (answer.status_code, answer["Location"]) == (302, "/inloggen/?next=/x/")
