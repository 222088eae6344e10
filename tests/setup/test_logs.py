"""What the log says, and above all what it does not say."""

import io
import json
import logging
import logging.config

import pytest
import structlog
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.urls import path

from oja.core.health import HealthMiddleware
from oja.core.logs import RequestLogMiddleware, logging_settings


def page(request, key):
    return HttpResponse("page")


def broken(request, key):
    raise ValueError("Key (name)=(Canary Jansen) already exists")


urlpatterns = [path("files/<str:key>/", page), path("broken/<str:key>/", broken)]
KEY = "1f0e6a52"


@pytest.fixture
def lines(settings):
    """The log as production writes it, line by line; put back afterwards."""
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["oja.core.logs.RequestLogMiddleware"]
    root, django = logging.getLogger(), logging.getLogger("django.request")
    before = root.handlers[:], django.filters[:]
    logging.config.dictConfig(logging_settings(readable=False, level="INFO"))
    written = io.StringIO()
    root.handlers[0].setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.contextvars.clear_contextvars()
    root.handlers[:], django.filters[:] = before


def test_a_request_is_one_line_with_the_pattern_instead_of_the_path(lines, client):
    client.get(f"/files/{KEY}/?zoek=Canary")
    (line,) = lines()
    assert line["route"] == "files/<str:key>/"
    assert (line["method"], line["status"], line["queries"]) == ("GET", 200, 0)
    assert line["duration_ms"] >= 0
    assert KEY not in json.dumps(line)
    assert "Canary" not in json.dumps(line)


def test_a_failure_says_where_and_which_kind_but_not_what_stood_in_it(lines, client):
    client.raise_request_exception = False
    assert client.get(f"/broken/{KEY}/").status_code == 500
    written = lines()
    assert "Canary" not in json.dumps(written)
    assert KEY not in json.dumps(written)
    (failure,) = [line for line in written if "exception" in line]
    assert failure["exception"] == "builtins.ValueError"
    assert any(frame.endswith(" broken") for frame in failure["stack"])
    assert failure["request_id"] == written[-1]["request_id"]


def test_a_developer_reads_where_it_failed_without_the_variables(client, settings, lines):
    root = logging.getLogger()
    logging.config.dictConfig(logging_settings(readable=True, level="INFO"))
    written = io.StringIO()
    root.handlers[0].setStream(written)
    client.raise_request_exception = False
    client.get(f"/broken/{KEY}/?q=Canary")
    assert "in broken" in written.getvalue()
    assert "locals" not in written.getvalue()


def test_the_line_counts_the_statements_of_the_request(lines, rf, db):
    def view(request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return HttpResponse()

    RequestLogMiddleware(view)(rf.get("/"))
    assert lines()[-1]["queries"] == 1


def test_live_needs_nothing_and_ready_needs_the_database(rf, db, monkeypatch):
    def never(request):
        raise AssertionError("the application is not asked")

    health = HealthMiddleware(never)
    assert health(rf.get("/health/live", HTTP_HOST="10.0.0.1")).status_code == 200
    assert health(rf.get("/health/ready")).status_code == 200

    def gone(*args, **kwargs):
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", gone)
        assert health(rf.get("/health/live")).status_code == 200
        assert health(rf.get("/health/ready")).status_code == 503
