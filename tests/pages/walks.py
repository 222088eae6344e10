"""Asking every address as everybody: every request is undone again."""

import re

import html5lib
import pytest
from django.db import connection, transaction
from django.test import Client

from oja.access import scoping
from tests.cast import NAMES
from tests.pages.house import leaks, make_house
from tests.pages.samples import WITH_ROWS

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


#: Tables that a request may add to although it was refused.
NOTES = {"pages.Draft", "pages.PersonSearch", "pages.Submission"}


def digest():
    """All rows of people, to see that nothing changed."""
    found = {}
    for model in scoping.scoped_models():
        if model._meta.label in NOTES:
            continue
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t")
            found[model._meta.label] = cursor.fetchone()[0]
    return found


def body_for(sample, world):
    """Something that would fit most forms, so that a post would do something if it could."""
    return {
        "outcome": "accept",
        "decided_on": "1-1-2026",
        "decision_note": "x",
        "team_meeting_on": "1-1-2026",
        "regisseur": str(world.worker.pk),
        "worker": str(world.worker.pk),
        "answer": "given",
        "answered_on": "1-1-2026",
        "note": "x",
        "reason": "x",
        "first_name": "Gekaapt",
        "last_name": "Gekaapt",
        "relation": "mother",
        "later": "1",
        "question": "x",
        "wie": "pupil",
        "manier": "link",
        **sample.body(world),
    }


def changed_since(before):
    """The tables of which some row is different."""
    after = digest()
    return [label for label in after if after[label] != before[label]]


def posts_of_strangers(house, world, own):
    """What is wrong with the answers to posts of everybody to whom a row does not exist.

    Nothing is undone here: see `changed_since`. `own`: who works in this world.
    """
    wrong = []
    for sample in WITH_ROWS:
        path, query = sample.address(world)
        data = body_for(sample, world)
        for name in NAMES:
            if name in own and not (world.key == "a" and sample.expected(name) == 404):
                continue
            with transaction.atomic():
                answer = house.browsers[name].post(path, data, query_params=query)
            found = leaks(house, name, answer)
            if answer.status_code not in (403, 404) or found:
                wrong.append((str(sample), name, answer.status_code, found))
    return wrong
