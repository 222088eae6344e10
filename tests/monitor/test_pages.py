"""The pages of live figures: tile = list = export, own organisation only, and what they say."""

import csv
import datetime as dt
import io
import re

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from monitor import statements
from oja.access.models import ReadLog
from tests.monitor.world import TODAY, day

NOON = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STARTED, WAITING = "start-within-28-days", "open-waiting"
NUMBER = re.compile(r'<a href="([^"]*/cijfers/[a-z0-9-]+/[a-z-]+/[^"]*)">([\d.]+)</a>')


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(people, client):
    """Log in by name and ask for pages."""

    def of(name):
        client.force_login(
            people.users[name], "allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return of


def text(answer):
    return answer.content.decode()


def numbers(answer):
    """Every number on the page that opens rows: {address: number}."""
    found = {}
    for url, number in NUMBER.findall(text(answer).replace("&amp;", "&")):
        assert found.setdefault(url, int(number.replace(".", ""))) == int(number.replace(".", ""))
    return found


@pytest.mark.parametrize("name", ["anna", "cato", "dirk", "hans", "kees"])
def test_it_opens_as_many_rows_as_every_number_says(desk, world, name):
    browser = desk(name)
    found = {}
    for query in ("", "?schooljaar=2025-2026", "?schooljaar=2024-2025"):
        found |= numbers(browser.get(reverse("figures") + query))
        for slug in (STARTED, WAITING):
            found |= numbers(browser.get(reverse("figure-detail", args=[slug]) + query))
    assert sum(found.values())
    for url, number in found.items():
        listed = browser.get(url)
        assert listed.context["page"].paginator.count == number, url
        assert len(listed.context["rows"]) == number
        exported = browser.get(url + ("&" if "?" in url else "?") + "formaat=csv")
        lines = list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig")), delimiter=";"))
        assert len(lines) == number + 1


def test_it_shows_question_value_definition_and_what_it_is_about(desk, world):
    page = text(desk("cato").get(reverse("figures")))
    for words in (
        "Live en exact. Alleen voor Vlechtwerk.",
        "Start hulp binnen 28 dagen?",
        "75%",
        "Norm 80%.",
        "Een jaar eerder, tot en met 21 november 2025",
        "Bij kleine aantallen schommelt dit sterk.",
        "Schooljaar 2026–2027, tot en met 21 november 2026 · Vlechtwerk · versie 2026-1",
        "Hoeveel hulpvragen wachten op hulp?",
        "32 dagen",
    ):
        assert words in page, words


def test_it_shows_two_populations_to_somebody_with_two_roles(desk):
    page = text(desk("kees").get(reverse("figures")))
    assert "Alleen voor De Kring, De Wissel." in page
    assert "Alleen voor Kiemkracht." in page


def test_it_opens_the_population_that_the_address_names(desk):
    browser = desk("kees")
    address = reverse("figure-detail", args=[STARTED])
    assert browser.get(address + "?voor=provider").context["figure"].own.label == "Kiemkracht"
    assert browser.get(address + "?voor=school").context["figure"].own.label != "Kiemkracht"


def test_it_tells_everything_about_one_figure(desk, world):
    page = text(desk("cato").get(reverse("figure-detail", args=[WAITING])))
    for words in (
        "Wat meten we?",
        "Niet mee",
        "De hulpvragen die vandaag met de eigen organisatie worden gedeeld",
        "Per school",
        "De Kring",
        "De Wissel",
        "Samen",
        "2026-1",
    ):
        assert words in page, words


def test_it_shows_no_table_of_schools_to_a_single_school(desk, world):
    assert "Op alfabet" not in text(desk("dirk").get(reverse("figure-detail", args=[WAITING])))


def test_it_names_pupils_to_the_school_only(desk, world):
    address = reverse("figure-rows", args=[WAITING, "count"])
    assert "Canary Number" in text(desk("anna").get(address))
    assert "Canary" not in text(desk("cato").get(address))


def test_it_narrows_the_rows_to_one_school(desk, world):
    address = reverse("figure-rows", args=[STARTED, "denominator"])
    browser = desk("cato")
    for site, number in ((world.a, 5), (world.c, 3), (world.b, 0)):
        listed = browser.get(f"{address}?school={site.pk}")
        assert listed.context["page"].paginator.count == number


def test_it_tells_in_the_file_what_the_rows_are(desk, world):
    address = reverse("figure-rows", args=[STARTED, "numerator"])
    answer = desk("cato").get(address + "?schooljaar=2025-2026&formaat=xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    about = " ".join(str(cell) for row in book.worksheets[0].values for cell in row)
    assert "gestart binnen 28 dagen" in about
    for words in ("2025–2026", "31 juli 2026", "2026-1", "Vlechtwerk"):
        assert words in about, words


def test_it_writes_in_the_read_log_whose_rows_were_shown(desk, world):
    desk("dirk").get(reverse("figure-rows", args=[WAITING, "count"]))
    (line,) = ReadLog.objects.filter(action="list")
    assert (line.object_type, len(line.subjects)) == (f"figure {WAITING}", 3)


@pytest.mark.parametrize("name", ["bas", "els", "fem"])
@pytest.mark.parametrize(
    "address",
    ["/cijfers/", f"/cijfers/{STARTED}/", f"/cijfers/{STARTED}/numerator/"],
)
def test_it_refuses_everybody_without_an_own_organisation_in_the_figures(desk, name, address):
    assert desk(name).get(address).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/cijfers/onbekend/",
        f"/cijfers/{STARTED}/count/",
        f"/cijfers/{WAITING}/numerator/",
        "/cijfers/?schooljaar=2027-2028",
        "/cijfers/?schooljaar=nooit",
        "/cijfers/?tot=morgen",
        f"/cijfers/{STARTED}/?voor=provider",
        f"/cijfers/{STARTED}/numerator/?school=1",
        f"/cijfers/{STARTED}/numerator/?school=00000000-0000-4000-8000-000000000000",
    ],
)
def test_it_finds_nothing_where_there_is_nothing(desk, address):
    assert desk("anna").get(address).status_code == 404


def test_it_compares_with_the_same_day_a_year_earlier(desk, world):
    world.request(world.b, day("2025-10-01"), decided=day("2025-10-10"))
    page = text(desk("dirk").get(reverse("figure-detail", args=[WAITING])))
    assert ">1</a>." in page
    earlier = reverse("figure-detail", args=[WAITING]) + "?schooljaar=2025-2026&tot=2025-11-21"
    assert desk("dirk").get(earlier).context["figure"].headline.value == 1


@pytest.mark.parametrize("address", ["/monitor/", "/"])
def test_it_says_honestly_that_nothing_is_published(desk, address):
    answer = desk("els").get(address)
    assert answer.status_code == 200
    assert "Nog geen vastgestelde cijfers" in text(answer)
    assert "Canary" not in text(answer)


def test_it_keeps_published_figures_from_those_who_see_children(desk):
    assert desk("bas").get("/monitor/").status_code == 403


def test_it_costs_the_same_with_more_rows(desk, world, django_assert_max_num_queries):
    browser = desk("cato")
    for address in (
        reverse("figures"),
        reverse("figure-detail", args=[STARTED]),
        reverse("figure-rows", args=[STARTED, "denominator"]),
    ):
        browser.get(address)
        with django_assert_max_num_queries(40) as few:
            browser.get(address)
        world.started(world.a, day("2026-09-01"), day("2026-09-02"), helped=day("2026-09-10"))
        with django_assert_max_num_queries(40) as many:
            browser.get(address)
        assert len(few) == len(many)


@pytest.mark.parametrize("name", ["anna", "cato"])
def test_the_page_of_all_figures_takes_at_most_twelve_statements(
    desk, world, django_assert_max_num_queries, name
):
    browser = desk(name)
    browser.get(reverse("figures"))  # the first page of a session also writes it
    for _time in range(2):  # when the text of the numbers is made, and when it is remembered
        with django_assert_max_num_queries(12):
            assert browser.get(reverse("figures")).status_code == 200
        statements.forget()
