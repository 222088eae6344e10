"""A real browser before a real server: requests pass every middleware and become oja_app."""

import os
import re
from importlib import import_module

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from oja.access.rowsecurity import sync_identity_key
from tests.cast import make_cast
from tests.factories.access import PASSWORD

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    """Everything here needs a browser."""
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def chrome(chromium):
    """One browser for all journeys."""
    from playwright.sync_api import sync_playwright

    # Playwright runs its loop in this thread, in which the tests also ask the database.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Desk:
    """Somebody behind a browser: short words for what they do."""

    def __init__(self, context, base):
        self.context, self.base = context, base
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.problems = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note)

    def _note(self, message):
        # A page that is left stops its own requests, and htmx says so.
        expected = "status of 4", "htmx:afterRequest", "htmx:sendAbort", "htmx:sendError"
        if message.type == "error" and not any(words in message.text for words in expected):
            self.problems.append(message.text)

    def go(self, path):
        """Open an address."""
        self.page.goto(path if path.startswith("http") else self.base + path)

    def log_in(self, user):
        """Through the log-in page, where the browser stands."""
        self.page.fill("[name=login]", user.email)
        self.page.fill("[name=password]", PASSWORD)
        self.press(self.page.locator("form:has([name=password]) button[type=submit]").first)

    def lose_session(self):
        """The session ends at the server; the page stands open as before."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.context.cookies()}
        session = import_module(settings.SESSION_ENGINE).SessionStore(
            cookies[settings.SESSION_COOKIE_NAME]
        )
        assert session.get("_auth_user_id")
        session.flush()

    def tick(self, name, value):
        """Choose a box or a round mark."""
        self.page.locator(f"[name={name}][value='{value}']").check()

    def write_day(self, name, day):
        """A day in a field that offers a few days first."""
        other = self.page.locator(f"[name={name}_quick][value=other]")
        if other.count():
            other.check()
        self.page.fill(f"[name={name}]", f"{day.day}-{day.month}-{day.year}")

    def send(self):
        """The first button at the end of the form."""
        self.press(self.page.locator("#page-form .form-end button").first)

    def press(self, button):
        """Click what leads to another page, and wait for that."""
        with self.page.expect_navigation() as gone:
            button.click()
        assert gone.value.status < 400, self.text

    def move(self, path, **values):
        """Open the page of a step, fill in what it asks, and make the step."""
        self.go(path)
        for name, value in values.items():
            self.page.fill(f"[name={name}]", value)
        self.send()
        assert "Fout" not in self.page.title(), self.text
        assert self.page.locator("#page-form").count() == 0, self.text

    def tell_birth_date(self, child):
        """The question behind a link."""
        for name in ("day", "month", "year"):
            self.page.fill(f"[name={name}]", str(getattr(child.birth_date, name)))
        self.press(self.page.locator("main button[type=submit]"))

    @property
    def text(self):
        """What stands on the page."""
        return self.page.locator("body").inner_text()

    @property
    def is_within_the_screen(self):
        """Whether nothing runs out of the screen to the right."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )

    @property
    def path(self):
        """Where the browser stands."""
        return re.sub(r"^https?://[^/]+", "", self.page.url)


@pytest.fixture
def world(transactional_db):
    """The cast, in rows that the server sees too."""
    cache.clear()
    sync_identity_key()  # the tables are emptied after every test of this kind
    return make_cast()


@pytest.fixture
def open_desk(chrome, live_server, world):
    """A function that gives somebody a browser of their own, signed in or not."""
    contexts, desks = [], []

    def give(user=None, *, viewport=DESK, **options):
        context = chrome.new_context(viewport=viewport, locale="nl-NL", **options)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            context.add_cookies(
                [
                    {
                        "name": settings.SESSION_COOKIE_NAME,
                        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                        "url": live_server.url,
                    }
                ]
            )
        desk = Desk(context, live_server.url)
        desks.append(desk)
        return desk

    yield give
    for context in contexts:
        context.close()
    assert [problem for desk in desks for problem in desk.problems] == []
