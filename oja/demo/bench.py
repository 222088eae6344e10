"""Measures pages in a world and a database of their own, in one run, beside an empty page.

The empty page is the frame of the same reader: its log-in, menu and access. Requests go through
the whole application as `oja_app`, in this process. "Python" is the time that this process
computed; the rest of the median is the database and waiting. Compare pages within one run only:
another machine, or another hour on this one, gives other numbers.
"""

import gzip
import os
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from psycopg.sql import SQL, Identifier

from oja.core import embedded
from oja.demo.bench_world import MANAGER, PASSWORD, SCHOOL, WORKER

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
EMPTY = "empty"
URLS = ("DATABASE_URL", "DATABASE_URL_SERVE", "DATABASE_URL_PUBLISH", "DATABASE_URL_TEST")


class BenchError(Exception):
    """Nothing could be measured; the text says why."""


@dataclass(frozen=True)
class Result:
    """What one page cost. Times in milliseconds, sizes in bytes of the body.

    `ratio` is its time over that of the empty page of the same reader.
    """

    page: str
    url: str
    status: int
    queries: int
    median_ms: float
    python_ms: float
    bytes: int
    gzip_bytes: int
    ratio: float


@contextmanager
def own_database():
    """The environment of a new database with all tables; it is dropped at the end.

    On the server of DATABASE_URL_TEST where that is set, else on the embedded test server.
    """
    with ExitStack() as stack:
        environment = dict(os.environ)
        if "DATABASE_URL_TEST" not in environment:
            ours = stack.enter_context(embedded.Embedded("test"))
            environment |= ours.environment()
        missing = [name for name in URLS if name not in environment]
        if missing:
            raise BenchError(f"Set {', '.join(missing)} too: bench makes a database of its own.")
        name = f"oja_bench_{os.getpid()}"
        with psycopg.connect(environment["DATABASE_URL_TEST"], autocommit=True) as server:
            server.execute(
                SQL("CREATE DATABASE {} OWNER oja_owner TEMPLATE template0 ENCODING 'UTF8'").format(
                    Identifier(name)
                )
            )
            try:
                yield environment | {url: renamed(environment[url], name) for url in URLS}
            finally:
                server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def renamed(url, database):
    """The same server, role and password with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def run(environment, process, *arguments):
    """Another command of ours in that environment; returns what it printed."""
    done = subprocess.run(
        [sys.executable, str(MANAGE), *arguments],
        env=environment | {"OJA_PROCESS": process, "LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"`{' '.join(arguments)}` failed; the reason stands above.")
    return done.stdout


def client_of(email):
    """A browser that has logged in by the log-in page."""
    client = Client(SERVER_NAME="localhost")
    answer = client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    if answer.status_code != 302:
        raise BenchError(f"{email} could not log in (status {answer.status_code}).")
    return client


def pages(trajectory):
    """(name, address, who): what is measured, besides the empty page of each reader."""
    return (
        ("requests, 50 rows", reverse("request-list") + "?aantal=50", MANAGER),
        ("trajectory", reverse("trajectory-detail", args=[trajectory]), WORKER),
        ("live figures", reverse("figures"), MANAGER),
        ("figures of a school", reverse("figures"), SCHOOL),
    )


def with_empty(asked):
    """The pages, after the empty page of each reader."""
    readers = dict.fromkeys(email for _name, _url, email in asked)
    empty = [(f"{EMPTY}, {email.partition('@')[0]}", reverse(EMPTY), email) for email in readers]
    return [*empty, *asked]


@override_settings(ROOT_URLCONF="oja.demo.bench_urls")
def measure(trajectory, rounds):
    """One `Result` per page; the pages take turns, so that a busy moment hits all of them."""
    asked = with_empty(pages(trajectory))
    clients = {email: client_of(email) for email in {email for _name, _url, email in asked}}
    timed = {name: [] for name, _url, _email in asked}
    answers, queries = {}, {}
    for number in range(rounds + 3):  # three rounds to warm up
        for name, url, email in asked:
            counted = Counter()
            with connection.execute_wrapper(counted):
                wall, computed = time.perf_counter(), time.thread_time()
                answer = clients[email].get(url)
                took = (time.perf_counter() - wall, time.thread_time() - computed)
            if answer.status_code != 200:
                raise BenchError(f"{url} answered with status {answer.status_code}.")
            answers[name], queries[name] = answer, counted.number
            if number >= 3:
                timed[name].append(took)
    empty = {
        email: statistics.median(wall for wall, _computed in timed[name])
        for name, url, email in asked
        if url == reverse(EMPTY)
    }
    return [
        result(name, url, answers[name], queries[name], timed[name], empty[email])
        for name, url, email in asked
    ]


def result(name, url, answer, queries, timed, empty):
    """The medians of one page."""
    wall = statistics.median(wall for wall, _computed in timed)
    return Result(
        page=name,
        url=url,
        status=answer.status_code,
        queries=queries,
        median_ms=round(wall * 1000, 1),
        python_ms=round(statistics.median(computed for _wall, computed in timed) * 1000, 1),
        bytes=len(answer.content),
        gzip_bytes=len(gzip.compress(answer.content, 6, mtime=0)),
        ratio=round(wall / empty, 2),
    )


class Counter:
    """Counts the statements that pass the database wrapper."""

    def __init__(self):
        self.number = 0

    def __call__(self, execute, sql, params, many, context):
        """Django's contract of an execute wrapper."""
        self.number += 1
        return execute(sql, params, many, context)


def as_rows(results):
    """The results as plain data."""
    return [asdict(one) for one in results]
