"""Lists: filter, search, order, pages, fragments and files."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from oja.access.actor import Actor
from oja.access.models import ReadLog
from oja.pages.models import PersonSearch
from schools import actions
from schools.models import Pupil
from tests.pages.small_pages import add_pupils, anna, colleague, desk, small

__all__ = ["anna", "desk", "small"]
URL = "/klein/"


def text(response):
    return response.content.decode()


def names(response):
    return [row["object"].last_name for row in response.context["rows"]]


def test_it_shows_rows_in_the_first_order_with_a_link(desk, small):
    first, second = add_pupils(small, 2)
    response = desk.get(URL)
    assert names(response) == ["Zomer 000", "Zomer 001"]
    assert reverse("small-edit", args=[first.pk]) in text(response)
    assert "01-01-2014" in text(response)
    assert '<span class="count" role="status">2 leerlingen</span>' in text(response)
    assert second.full_name in text(response)


def test_it_counts_one_in_the_singular(desk, small):
    add_pupils(small, 1)
    assert desk.get(URL).context["count_text"] == "1 leerling"


def test_it_writes_one_line_in_the_read_log(desk, small):
    pupils = add_pupils(small, 3)
    desk.get(URL)
    (line,) = ReadLog.objects.filter(action="list")
    assert set(line.subjects) == {pupil.pk for pupil in pupils}


def test_it_costs_the_same_for_two_rows_and_for_seven(desk, small, django_assert_max_num_queries):
    add_pupils(small, 2)
    desk.get(URL)
    with django_assert_max_num_queries(30) as few:
        desk.get(URL)
    add_pupils(small, 5)
    with django_assert_max_num_queries(30) as many:
        desk.get(URL)
    own = [query for query in many.captured_queries if not is_frame(query["sql"])]
    assert len(many.captured_queries) == len(few.captured_queries)
    assert len(own) <= 12


def is_frame(sql):
    return sql.startswith(("SAVEPOINT", "RELEASE"))


def test_it_filters_and_says_so_in_chips(desk, small):
    pupils = add_pupils(small, 3)
    Pupil.objects.filter(pk=pupils[1].pk).update(group_label="7a")
    response = desk.get(URL, {"group": "7a", "aantal": "50"})
    assert names(response) == ["Zomer 001"]
    assert response.context["count_text"] == "1 van 3 leerlingen"
    (chip,) = response.context["chips"]
    assert chip == {"label": "Groep: 7a", "url": "/klein/?aantal=50"}
    assert response.context["clear_url"] == "/klein/?aantal=50"


def test_chips_say_filters_in_words(desk, small):
    system = Actor.system("test")
    groups = [actions.add_group(system, site=small, name=name) for name in ("7a", "7b")]
    add_pupils(small, 1, group=groups[0], language="tr", school_number="12")
    query = {"language": "tr", "numbered": "true", "groups": [group.pk for group in groups]}
    response = desk.get(URL, query)
    assert {chip["label"] for chip in response.context["chips"]} == {
        "Taal: Turks",
        "Met nummer: ja",
        "Groepen: 7a, 7b",
    }
    assert len(response.context["rows"]) == 1
    chips = desk.get(URL, {"numbered": "false"}).context["chips"]
    assert [chip["label"] for chip in chips] == ["Met nummer: nee"]


def test_a_list_may_be_plain(desk, small):
    system = Actor.system("test")
    for name in ("7a", "7b", "weg"):
        actions.add_group(system, site=small, name=name)
    response = desk.get("/klein/groepen/")
    assert [row["object"].name for row in response.context["rows"]] == ["7a", "7b"]
    assert "€ 1.740,50" in text(response)
    assert "<b>7a</b>" in text(response)
    assert desk.post("/klein/groepen/", {"q": "x"}).status_code == 405
    content = desk.get("/klein/groepen/", {"formaat": "csv"}).content.decode("utf-8-sig")
    assert "7a;1740,50;7a" in content


def test_it_tells_nothing_yet_from_nothing_with_these_filters(desk, small):
    assert "Nog geen leerlingen" in text(desk.get(URL))
    add_pupils(small, 1)
    response = desk.get(URL, {"group": "8b"})
    assert "Niets met deze filters" in text(response)
    assert "Nog geen leerlingen" not in text(response)


def test_it_sorts_both_ways_and_says_how(desk, small):
    add_pupils(small, 3)
    response = desk.get(URL, {"volgorde": "-naam"})
    assert names(response) == ["Zomer 002", "Zomer 001", "Zomer 000"]
    head = response.context["heads"][0]
    assert (head["direction"], head["url"]) == ("descending", "/klein/?volgorde=naam")
    head = desk.get(URL).context["heads"][0]
    assert (head["direction"], head["url"]) == ("ascending", "/klein/?volgorde=-naam")
    heads = desk.get(URL, {"volgorde": "geboren"}).context["heads"]
    assert (heads[1]["direction"], heads[0]["direction"]) == ("descending", "")
    assert 'aria-sort="descending"' in text(response)


def test_pages_do_not_overlap_although_names_are_equal(desk, small):
    add_pupils(small, 60)
    Pupil.objects.update(sort_name="zomer")
    seen = set()
    for number in (1, 2, 3):
        seen |= {row["object"].pk for row in desk.get(URL, {"pagina": number}).context["rows"]}
    assert len(seen) == 60


def test_the_view_for_paper_has_all_rows_and_no_filters(desk, small):
    add_pupils(small, 30)
    link = desk.get(URL).context["print_url"]
    page = desk.get(link)
    assert len(page.context["rows"]) == 30
    assert 'name="group"' not in text(page)
    assert 'class="pager"' not in text(page)
    assert 'name="group"' in text(desk.get(URL))


@pytest.mark.parametrize("size", [25, 50, 100])
def test_it_has_pages_of_three_sizes(desk, small, size):
    add_pupils(small, 30)
    response = desk.get(URL, {"aantal": size})
    assert len(response.context["rows"]) == min(size, 30)
    assert [link["current"] for link in response.context["sizes"]] == [
        size == number for number in (25, 50, 100)
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"pagina": "abc"},
        {"pagina": "0"},
        {"pagina": "-1"},
        {"pagina": "10" * 30},
        {"pagina": "²"},
        {"aantal": "7"},
        {"aantal": "1e9"},
        {"volgorde": "wachtwoord"},
        {"volgorde": "--naam"},
        {"gender": "x"},
        {"gender": "1" + "0" * 30},
        {"born": "31-31-31"},
        {"zoek": "9" * 40},
        {"zoek": "abc"},
        {"group": "a\x00b"},
        {"group": "'; DROP TABLE pupil; --"},
        {"cast": "x"},
        {"cast": "x", "formaat": "csv"},
        {"formaat": "pdf"},
        {"\x00": "\x00"},
    ],
)
def test_a_wrong_address_gives_a_page_and_never_a_fault(desk, small, query):
    add_pupils(small, 2)
    assert desk.get(URL, query).status_code == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"pagina": "abc"}, "Deze pagina bestaat niet. Je ziet pagina 1."),
        ({"pagina": "99"}, "Deze pagina bestaat niet. Je ziet pagina 1."),
        ({"aantal": "7"}, "Kies 25, 50 of 100 rijen per pagina."),
        ({"volgorde": "x"}, "Deze volgorde bestaat niet. Je ziet de gewone volgorde."),
        ({"gender": "x"}, "Een filter in dit adres klopt niet en is weggelaten."),
        ({"cast": "1" + "0" * 30}, "Een filter in dit adres klopt niet en is weggelaten."),
    ],
)
def test_a_wrong_address_is_explained(desk, small, query, words):
    add_pupils(small, 2)
    response = desk.get(URL, query)
    assert response.context["problems"] == [words]
    assert words in text(response)
    assert len(response.context["rows"]) == 2


def test_htmx_gets_only_the_rows(desk, small):
    add_pupils(small, 1)
    response = desk.get(URL, headers={"HX-Request": "true", "HX-Target": "rows"})
    assert "<html" not in text(response)
    assert "Canary 0" in text(response)
    assert "HX-Request" in response.headers["Vary"]


def test_a_search_for_a_person_never_stands_in_the_address(desk, small):
    add_pupils(small, 3)
    Pupil.objects.filter(last_name="Zomer 001").update(sort_name="ozdemir|elif|van der")
    response = desk.post(f"{URL}?volgorde=naam&pagina=2", {"q": "Özdemir, ELIF"[:7]})
    assert response.status_code == 302
    assert response.url == "/klein/?volgorde=naam&zoek=1"
    response = desk.get(response.url)
    assert names(response) == ["Zomer 001"]
    assert response.context["chips"][0]["label"] == "Zoeken: Özdemir"
    assert response.context["chips"][0]["url"] == "/klein/?volgorde=naam"
    assert response.context["count_text"] == "1 van 3 leerlingen"


def test_the_same_search_keeps_its_number_and_an_empty_one_goes_back(desk, small):
    for expected, words in ((1, "een"), (2, "twee"), (1, " een\x00 ")):
        assert desk.post(URL, {"q": words}).url == f"/klein/?zoek={expected}"
    assert desk.post(f"{URL}?zoek=1", {"q": "  "}).url == "/klein/"
    assert PersonSearch.objects.count() == 2


def test_a_search_of_somebody_else_is_nothing(desk, small, client):
    add_pupils(small, 2)
    desk.post(URL, {"q": "Zomer 001"})
    client.force_login(colleague(small, "Wies"))
    assert len(client.get(URL, {"zoek": "1"}).context["rows"]) == 2


def test_a_list_without_search_takes_no_post(desk, small):
    assert desk.put(URL).status_code == 405


def test_it_exports_the_same_rows_as_csv(desk, small):
    pupils = add_pupils(small, 3)
    Pupil.objects.filter(pk=pupils[0].pk).update(first_name="=1+1")
    response = desk.get(URL, {"formaat": "csv", "volgorde": "-naam", "pagina": "9"})
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert lines[0] == ["Naam", "Geboren", "Groep"]
    assert [line[0] for line in lines[1:]] == [
        "Canary 2 Zomer 002",
        "Canary 1 Zomer 001",
        "'=1+1 Zomer 000",
    ]
    assert "leerlingen-" in response.headers["Content-Disposition"]
    (line,) = ReadLog.objects.filter(action="export")
    assert len(line.subjects) == 3


def test_it_exports_as_xlsx_and_says_what_it_is(desk, small):
    pupils = add_pupils(small, 3)
    Pupil.objects.filter(pk=pupils[1].pk).update(group_label="7a")
    response = desk.get(URL, {"formaat": "xlsx", "group": "7a"})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    about = dict(book.worksheets[0].iter_rows(values_only=True))
    assert about["Filter"] == "Groep: 7a"
    assert about["Gemaakt door"] == "Anna"
    assert [row[0] for row in book["Lijst"].iter_rows(values_only=True)] == [
        "Naam",
        "Canary 1 Zomer 001",
    ]


def test_it_never_exports_or_counts_rows_of_others(desk, small, client):
    add_pupils(small, 2)
    system = Actor.system("test")
    other = actions.register_site(system, name="De Brug", municipality=small.municipality)
    client.force_login(colleague(other, "Dirk"))
    assert client.get(URL).context["count_text"] == "0 leerlingen"
    assert b"Canary" not in client.get(URL, {"formaat": "csv"}).content
