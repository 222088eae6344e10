"""One line of JSON per request, and nothing in it that says who a file is about.

The route pattern stands in it, never the path (which holds ids), never a query string, never the
text of an exception (PostgreSQL puts rows in it).
"""

import logging
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import structlog
from django.db import connections
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("oja.request")


class QueryCounter:
    """Counts statements; hand it to ``connection.execute_wrapper``."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


class RequestLogMiddleware:
    """Gives each request a number (``request.request_id``) and writes its line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex
        counter = QueryCounter()
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(counter))
            response = self.get_response(request)
        match = request.resolver_match
        user_id = getattr(getattr(request, "actor", None), "user_id", None)
        log.info(
            "request",
            method=request.method,
            route=match.route if match else None,
            status=response.status_code,
            user_id=str(user_id) if user_id else None,
            duration_ms=round((time.perf_counter() - started) * 1000, 1),
            queries=counter.count,
        )
        return response


def without_message(_logger: object, _method: str, event: dict) -> dict:
    """Exceptions by their kind and place only."""
    info = event.pop("exc_info", None)
    if info:
        if isinstance(info, BaseException):
            info = (type(info), info, info.__traceback__)
        elif not isinstance(info, tuple):
            info = sys.exc_info()
        kind, _, trace = info
        if kind is not None:
            event["exception"] = f"{kind.__module__}.{kind.__qualname__}"
            event["stack"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(trace)
            ]
    return event


class PathlessFilter(logging.Filter):
    """Django's own lines about requests end with the path: keep the sentence, drop the path."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and len(record.args) > 1:
            record.msg, record.args = str(record.args[0]), ()
        return True


def logging_settings(*, readable: bool, level: str) -> dict:
    """LOGGING for Django: JSON lines on stdout, or plain lines for the eyes of a developer."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Any] = (
        # Plain: the other way of showing a failure prints the variables, and persons with them.
        [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
        if readable
        else [without_message, structlog.processors.JSONRenderer()]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"pathless": {"()": PathlessFilter}},
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *last,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "oja": {"level": level},
            "django": {"level": "WARNING", "handlers": [], "propagate": True},
            "django.request": {
                "level": "ERROR",  # refusals and missing pages have their own log
                "filters": [] if readable else ["pathless"],
            },
        },
    }
