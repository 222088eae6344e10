"""Asking every address as everybody: every request is undone again."""

import re

import html5lib
import pytest
from django.db import transaction
from django.test import Client

from tests.cast import NAMES
from tests.pages.house import make_house

HANDLER = re.compile(r"\son[a-z]+\s*=", re.IGNORECASE)


def html_problems(answer):
    """What is wrong with a page of ours."""
    if answer.status_code in (204, 302) or "text/html" not in answer.get("Content-Type", ""):
        return []
    text = answer.content.decode()
    is_page = text.lstrip()[:15].lower() == "<!doctype html>"
    builder = html5lib.getTreeBuilder("etree")
    parser = html5lib.HTMLParser(tree=builder, namespaceHTMLElements=False)
    tree = parser.parse(text) if is_page else parser.parseFragment(text)
    found = [f"html: {code} {where}" for where, code, _data in parser.errors]
    found += [f"left over: {mark}" for mark in ("{{", "{%", "{#") if mark in text]
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for attribute in element.attrib:
            if attribute == "style" or HANDLER.match(f" {attribute}="):
                found.append(f"{attribute} on {element.tag}")
        if element.tag == "style" or (element.tag == "script" and "src" not in element.attrib):
            found.append(f"{element.tag} in the page")
    ids = [
        element.attrib["id"] for element in tree.iter() if "id" in getattr(element, "attrib", {})
    ]
    found += [f"id {one} occurs twice" for one in {i for i in ids if ids.count(i) > 1}]
    if is_page:
        headings = [element for element in tree.iter() if element.tag == "h1"]
        title = "".join(tree.find(".//title").itertext()).strip()
        if len(headings) != 1:
            found.append(f"{len(headings)} h1")
        if not title or title == "OJA":
            found.append("no title")
        if tree.attrib.get("lang") != "nl":
            found.append("no language")
    return found


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """The cast and its secrets, made once; `browsers` has a signed-in client for everybody."""
    with django_db_blocker.unblock(), transaction.atomic():
        house = make_house()
        house.browsers = {None: Client(raise_request_exception=False)}
        for name in NAMES:
            house.browsers[name] = Client(raise_request_exception=False)
            house.browsers[name].force_login(getattr(house, name))
        yield house
        transaction.set_rollback(True)


def ask(house, name, sample, world, method=None, **options):
    """The answer to one request of one person, of which everything is undone again."""
    path, query = sample.address(world)
    return send(
        house,
        name,
        method or ("POST" if sample.is_post else "GET"),
        path,
        query,
        sample.body(world),
        **options,
    )


def send(house, name, method, path, query=(), data=(), **options):
    """One request, undone; a page with an unknown variable is the answer too."""
    client = house.browsers[name]
    cookies = client.cookies.copy()
    with transaction.atomic():
        try:
            if method == "POST":
                answer = client.post(path, dict(data), query_params=dict(query), **options)
            else:
                answer = client.get(path, dict(query), **options)
        finally:
            transaction.set_rollback(True)
            client.cookies = cookies
    return answer


def lines(wrong):
    """What is wrong, one thing per line."""
    return "\n".join(map(str, wrong))
