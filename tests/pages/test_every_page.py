"""Every address of the house: who gets what, and nobody reads what is not for them.

An address without a sample in `samples.py` fails here. What a test writes is undone again.
"""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oja.access import scoping
from support.views.moves import REQUEST_SLUGS, TRAJECTORY_SLUGS
from tests.cast import NAMES
from tests.factories.schools import PupilFactory
from tests.factories.support import (
    CareNoteFactory,
    ContactFactory,
    ProvisionFactory,
    SchoolNoteFactory,
)
from tests.pages.house import PARTS, leaks, text_of
from tests.pages.sample import names
from tests.pages.samples import SAMPLES, WITH_ROWS
from tests.pages.walks import (
    ask,
    changed_since,
    digest,
    house,
    html_problems,
    lines,
    posts_of_strangers,
    send,
)

__all__ = ["house"]

ADMIN = "admin:"


# --- Every address has a sample -------------------------------------------------------------------


def test_every_address_has_a_sample():
    known = {sample.name for sample in SAMPLES}
    found = {name for name in names() if not name.startswith(ADMIN)}
    assert found - known == set(), "give these a sample in tests/pages/samples.py"
    assert known - found == set()


def test_every_step_of_both_processes_has_a_sample():
    for name, slugs in (("request-move", REQUEST_SLUGS), ("trajectory-move", TRAJECTORY_SLUGS)):
        assert {sample.slug for sample in SAMPLES if sample.name == name} == set(slugs)


# --- Who gets what --------------------------------------------------------------------------------


def walk(house, name, world, part):
    """Everything wrong that one person meets in a world, and the secrets that were found.

    `part` is who plays the same part in world a: their line of the table is expected.
    """
    wrong, seen, plain = [], set(), set()
    for sample in SAMPLES:
        answer = ask(house, name, sample, world)
        code = answer.status_code
        if code != sample.expected(part):
            wrong.append((str(sample), code, sample.expected(part)))
        wrong += [(str(sample), what) for what in leaks(house, name, answer)]
        page = text_of(answer)
        seen |= {s.what for s in house.secrets if name in s.readers and s.is_in(page)}
        if code not in plain:
            wrong += [(str(sample), problem) for problem in html_problems(answer)]
        if code in (403, 404):  # these pages say the same everywhere
            plain.add(code)
    return wrong, seen


@pytest.mark.parametrize("name", NAMES)
def test_everybody_gets_the_page_that_the_table_says_and_no_secret(house, db, name):
    wrong, seen = walk(house, name, house.a, name)
    twins = {PARTS["b"][part]: PARTS["a"][part] for part in PARTS["b"]}
    if name in twins:
        more, found = walk(house, name, house.b, twins[name])
        wrong, seen = wrong + more, seen | found
    assert not wrong, lines(wrong)
    # Otherwise the absence of a secret would prove nothing.
    due = {secret.what for secret in house.secrets if name in secret.readers}
    assert due - seen == set()


def test_nobody_gets_in_without_signing_in(house, db):
    wrong = []
    for sample in SAMPLES:
        answer = ask(house, None, sample, house.a)
        wrong += [(str(sample), what) for what in leaks(house, None, answer)]
        if sample.public:
            wrong += [(str(sample), problem) for problem in html_problems(answer)]
        elif not answer.get("Location", "").startswith(reverse("account_login")):
            wrong.append((str(sample), answer.status_code))
    assert not wrong, lines(wrong)


def test_somebody_with_a_link_gets_the_question_and_nothing_else(house, db):
    house.browsers["link"] = client = Client(raise_request_exception=False)
    born = house.a.unshared.pupil.birth_date
    client.get(reverse("link-open", args=[house.a.token]))
    client.post(reverse("link-check"), {"day": born.day, "month": born.month, "year": born.year})
    assert client.get(reverse("link-answer")).status_code == 200
    wrong = []
    for sample in SAMPLES:
        answer = ask(house, "link", sample, house.a)
        wrong += [(str(sample), what) for what in leaks(house, None, answer)]
        sent_away = answer.get("Location", "").startswith(reverse("account_login"))
        if not sample.public and not sent_away and answer.status_code != 403:
            wrong.append((str(sample), answer.status_code))
    # The question names who is asked: the own name of the reader.
    assert wrong == [("link-answer", "pupil unshared of a")]


@pytest.mark.parametrize("name", PARTS["a"].values())
def test_a_row_of_the_other_world_is_not_there(house, db, name):
    wrong = []
    for sample in WITH_ROWS:
        answer = ask(house, name, sample, house.b)
        if answer.status_code not in (403, 404):
            wrong.append((str(sample), answer.status_code))
        wrong += [(str(sample), what) for what in leaks(house, name, answer)]
    assert not wrong, lines(wrong)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.is_post], ids=str)
def test_what_changes_something_cannot_be_opened(house, db, sample):
    for name in (sample.ok or sample.moved or sample.refused).split():
        assert ask(house, name, sample, house.a, "GET").status_code == 405


# --- Rows of others -------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["a", "b"])
def test_a_row_of_others_is_not_there_also_for_a_post(house, db, key):
    before = digest()
    wrong = posts_of_strangers(house, getattr(house, key), set(PARTS[key].values()))
    assert not wrong, lines(wrong)
    assert changed_since(before) == []


def queries(house, world):
    """Addresses with a key of the world in the query string, for people of the other world."""
    site, group, worker = str(world.site.pk), str(world.group.pk), str(world.worker.pk)
    other = house.b if world is house.a else house.a
    mine = PARTS[other.key]
    school, care, manager = mine["coordinator"], mine["worker"], mine["manager"]
    for name, people, query in (
        ("pupil-list", (school,), {"site": site}),
        ("pupil-list", (school,), {"group": group}),
        ("pupil-create", (school,), {"school": site}),
        ("request-list", (school, care, manager), {"school": site}),
        ("trajectory-list", (school, care, manager), {"school": site}),
        ("trajectory-list", (school, care, manager), {"regisseur": worker}),
        ("pupil-list", (school, care, manager), {"zoek": str(world.search)}),
        ("request-list", (school, care, manager), {"zoek": str(world.search)}),
        ("figures", (school, manager), {"school": site}),
        ("figure-detail", (school, manager), {"school": site, "voor": "provider"}),
        ("figure-rows", (school, manager), {"school": site}),
    ):
        path, _query = next(s for s in SAMPLES if s.name == name).address(world)
        for person in people:
            for extra in ({}, {"formaat": "csv"}, {"formaat": "xlsx"}, {"druk": "1"}):
                yield person, path, query | extra
    own = other.trajectory.pk
    guardian = str(world.parents[0].pk)
    for person, name, row in (
        (school, "consent-ask", other.request.pk),
        (care, "trajectory-consent", own),
        (care, "plan-agreement", own),
    ):
        for way in ({}, {"manier": "link"}):
            yield person, reverse(name, args=[row]), {"wie": guardian} | way


@pytest.mark.parametrize("key", ["a", "b"])
def test_a_key_of_others_in_the_query_string_opens_nothing(house, db, key):
    world = getattr(house, key)
    wrong = []
    for name, path, query in queries(house, world):
        for htmx in ({}, {"headers": {"HX-Request": "true", "HX-Target": "rows"}}):
            answer = send(house, name, "GET", path, query, **htmx)
            if answer.status_code >= 500 or leaks(house, name, answer):
                wrong.append((name, path, query, answer.status_code, leaks(house, name, answer)))
            if "wie" in query and answer.status_code != 404:
                wrong.append((name, path, query, answer.status_code))
    assert not wrong, lines(wrong)


LISTS = {
    "pupil-list": (),
    "request-list": (),
    "trajectory-list": (),
    "figure-rows": ["open-waiting", "count"],
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_the_rows_of_the_list_and_no_other(house, db, kind):
    wrong, seen = [], set()
    for list_name, args in LISTS.items():
        for name in NAMES:
            answer = send(house, name, "GET", reverse(list_name, args=args), {"formaat": kind})
            wrong += [(list_name, name, what) for what in leaks(house, name, answer)]
            if answer.status_code == 200:
                seen.add(list_name)
                page = text_of(answer)
                own = [s for s in house.secrets if name in s.readers and s.is_in(page)]
                empty = name in ("gijs",) or list_name == "figure-rows"
                assert own or empty, (list_name, name)
    assert not wrong, lines(wrong)
    assert seen == set(LISTS)


def test_a_choice_in_a_form_offers_only_the_own_rows(house, db):
    """Workers, groups, guardians, brothers and sisters: by name, in every drop-down."""
    wrong = []
    for sample in SAMPLES:
        for name in ("dirk", "joke", "hans"):
            answer = ask(house, name, sample, house.b)
            page = text_of(answer)
            strange = (house.a.worker.pk, house.a.group.pk, house.a.parents[0].pk)
            wrong += [(str(sample), name, key) for key in strange if str(key) in page]
    assert not wrong, lines(wrong)


# --- Administration -------------------------------------------------------------------------------


def admin_paths():
    """The pages of the administration that need no row, and one that does for every model."""
    yield reverse("admin:index")
    for model, site in admin.site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        yield reverse(f"{base}_add")
        row = model._default_manager.first()
        if row is not None:
            for page in ("change", "history", "delete"):
                yield reverse(f"{base}_{page}", args=[row.pk])
        assert site.model is model
    for label in ("schools", "providers", "access"):
        yield reverse("admin:app_list", args=[label])


def test_the_administration_is_for_the_administrator_and_knows_no_child(house, db):
    wrong = []
    for path in admin_paths():
        for name in (None, *NAMES):
            answer = send(house, name, "GET", path)
            found = leaks(house, name, answer)
            # What only the application writes cannot be added or deleted by hand.
            good = {200, 403} if name == "fem" else {302} if name is None else {302, 403}
            if answer.status_code not in good or found:
                wrong.append((path, name, answer.status_code, found))
            if re.search(r"<script(?![^>]*\ssrc=)[^>]*>\s*\S", text_of(answer)):
                wrong.append((path, name, "script in the page"))
    assert not wrong, lines(wrong)


def test_no_table_of_children_is_in_the_administration():
    open_here = {model for model in admin.site._registry if issubclass(model, scoping.ScopedModel)}
    assert open_here == set()


# --- HTML -----------------------------------------------------------------------------------------


def test_the_check_of_pages_finds_what_is_wrong():
    page = (
        '<!doctype html><html><head><title></title></head><body onload="x"><b style="a">{{ x }}'
        "</b><script>1</script></body></html>"
    )

    class Answer(dict):
        status_code = 200
        content = page.encode()

    problems = " ".join(html_problems(Answer({"Content-Type": "text/html"})))
    for what in ("onload", "style on b", "left over", "script in", "0 h1", "no title", "language"):
        assert what in problems


# --- Queries --------------------------------------------------------------------------------------

MANY = 5
COUNTED = [
    *((name, person) for name in ("home",) for person in ("anna", "bas", "cato", "ilse")),
    *((name, "anna") for name in ("pupil-list", "request-list", "trajectory-list")),
    *((name, "bas") for name in ("pupil-list", "request-list", "trajectory-list")),
    *((name, "cato") for name in ("pupil-list", "request-list", "trajectory-list")),
    ("contact-create", "bas"),
    *((name, person) for name in ("figures", "figure-rows") for person in ("anna", "cato")),
]


@pytest.fixture
def more_rows(house, db):
    """A function that adds as many cases of every kind, with all that hangs on them."""

    def add(number):
        for _ in range(number):
            PupilFactory(site=house.a.site, group=house.a.group)
            for traits in (
                {},
                {"submitted": True},
                {"submitted": True, "shared": True},
                {"in_team": True, "shared": True},
                {"accepted": True, "shared": True},
            ):
                house.a.new_request(**traits)
            house.a.new_trajectory()
            running = house.a.new_trajectory(active=True)
            ProvisionFactory(trajectory=running, place="online", start_time=None)
            for row in (running, house.a.trajectory):
                ContactFactory(trajectory=row)
                CareNoteFactory(trajectory=row)
                SchoolNoteFactory(trajectory=row)

    return add


def number_of_queries(house, name, sample):
    """How many queries one page costs."""
    with CaptureQueriesContext(connection) as captured:
        answer = ask(house, name, sample, house.a)
    assert answer.status_code == 200, (str(sample), name)
    return [
        query["sql"]
        for query in captured
        if not re.match(r"(RELEASE |ROLLBACK |)SAVEPOINT|SET", query["sql"])
    ]


def test_a_list_costs_as_many_queries_for_seven_rows_as_for_two(house, more_rows):
    more_rows(2)
    samples = {sample.name: sample for sample in SAMPLES if not sample.slug}
    details = [(s.name, n) for s in SAMPLES for n in s.ok.split() if s.name == "trajectory-detail"]
    pairs = [*COUNTED, *dict.fromkeys(details)]
    before = {pair: number_of_queries(house, pair[1], samples[pair[0]]) for pair in pairs}
    more_rows(MANY)
    wrong = []
    for pair in pairs:
        after = number_of_queries(house, pair[1], samples[pair[0]])
        if len(after) != len(before[pair]):
            extra = [sql for sql in after if sql not in before[pair]]
            wrong.append((pair, len(before[pair]), len(after), extra[-2:]))
    assert not wrong, lines(wrong)
