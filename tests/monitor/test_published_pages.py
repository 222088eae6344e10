"""Pages and files of published figures: what they show, in which order, and nothing exact."""

import csv
import datetime as dt
import io

import pytest
from django.test import Client

from monitor.published_charts import of
from monitor.reading import Board
from tests.cast import make_cast
from tests.factories.monitor import InterpretationFactory, MeetingFactory, published

LAST_YEAR, OCTOBER = dt.date(2025, 11, 1), dt.date(2026, 10, 1)


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def els(cast):
    client = Client()
    client.force_login(cast.els)
    return client


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_without_published_figures_the_page_says_so(els):
    page = text(els, "/monitor/")
    assert "Nog geen vastgestelde cijfers" in page
    assert els.get("/monitor/thuiszitters-ocw/").status_code == 404


def test_the_page_shows_tiles_the_table_and_every_figure(els, cast):
    published(cast.a.arrangement)
    page = text(els, "/monitor/")
    assert "Vraag van thuiszitters-ocw?" in page
    assert "40 van 50" in page
    assert "Dit is de eerste stand." in page
    assert page.index("Vlechtwerk") < page.index("De Wissel")
    assert "te klein om te tonen" in page
    assert "/monitor/?formaat=csv" in text(els, "/")  # her home is the same page


def test_a_number_is_compared_with_a_year_earlier_else_with_the_one_before(els, cast):
    published(cast.a.arrangement, reference_date=OCTOBER)
    published(cast.a.arrangement)
    assert "Nulmeting okt 2026: 80%." in text(els, "/monitor/")
    page = text(els, "/monitor/?stand=2026-10-01")
    assert "Stand 1 oktober 2026" in page
    assert "Dit is de eerste stand." in page


def test_a_snapshot_of_a_year_earlier_goes_before_the_last_one(els, cast):
    for day in (LAST_YEAR, OCTOBER, dt.date(2026, 11, 1)):
        published(cast.a.arrangement, reference_date=day)
    page = text(els, "/monitor/")
    assert "Nulmeting nov 2025: 80%." in page
    assert "Hulp start even vaak op tijd." in page
    assert "De norm van 80% is gehaald." in page
    assert page.count("<svg") >= 4


@pytest.mark.parametrize(
    "address", ["?stand=2020-01-01", "?oja=00000000-0000-0000-0000-000000000000", "?formaat=pdf"]
)
def test_what_is_not_there_is_not_found(els, cast, address):
    published(cast.a.arrangement)
    assert els.get(f"/monitor/{address}").status_code == 404


def test_figures_of_another_arrangement_do_not_exist(els, cast):
    published(cast.a.arrangement)
    published(cast.b.arrangement)
    other = cast.b.arrangement.pk
    assert els.get(f"/monitor/?oja={other}").status_code == 404
    assert str(other) not in text(els, "/monitor/")


@pytest.mark.parametrize(
    "slug",
    [
        "thuiszitters-ocw",
        "start-within-28-days",
        "hours-by-form",
        "stock-and-flow",
        "budget-use",
        "realised-and-committed",
        "marks-of-parents",
    ],
)
@pytest.mark.parametrize("more", ["", "?tabel=1"])
def test_every_kind_of_figure_has_a_page(els, cast, slug, more):
    published(cast.a.arrangement, reference_date=OCTOBER)
    published(cast.a.arrangement)
    page = text(els, f"/monitor/{slug}/{more}")
    assert f"Vraag van {slug}?" in page
    assert "Wat we meten." in page


def test_the_matrix_shows_ways_and_hides_what_is_small(els, cast):
    published(cast.a.arrangement)
    page = text(els, "/monitor/doorstroom/")
    assert "▲" in page
    assert "too-small" in page
    assert "&lt;10" in page


def test_the_pyramid_stands_at_an_address_of_its_own(els, cast):
    published(cast.a.arrangement)
    assert "<svg" in text(els, "/monitor/piramide/")


def test_what_the_meeting_said_stands_beside_the_figure(els, cast):
    snapshot = published(cast.a.arrangement)
    meeting = MeetingFactory(arrangement=cast.a.arrangement, snapshot=snapshot)
    InterpretationFactory(meeting=meeting, slug="thuiszitters-ocw", text="Een vaste dag.")
    assert "Een vaste dag." in text(els, "/monitor/thuiszitters-ocw/")
    assert "Een vaste dag." not in text(els, "/monitor/budget-use/")


def test_page_and_file_write_the_same_numbers(els, cast):
    published(cast.a.arrangement)
    answer = els.get("/monitor/start-within-28-days/?formaat=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    whole = [row for row in rows[1:] if row[2].startswith("OJA")]
    assert [row[3] for row in whole] == ["80%", "40", "50"]
    places = [row[2] for row in rows[1:]]
    assert places[1:3] == ["Vlechtwerk", "De Wissel"]
    page = text(els, "/monitor/start-within-28-days/")
    assert all(row[3].replace("<", "&lt;") in page for row in whole)
    assert els.get("/monitor/?formaat=xlsx").content[:2] == b"PK"


def test_small_numbers_are_explained_to_everybody(cast):
    for name in ("anna", "bas", "cato", "els", "fem", "ilse"):
        client = Client()
        client.force_login(getattr(cast, name))
        assert "&lt;10" in text(client, "/uitleg/kleine-aantallen/")


def test_a_board_without_a_figure_draws_nothing(cast):
    snapshot = published(cast.a.arrangement)
    board = Board(snapshot, [snapshot], [snapshot])
    indicator = snapshot.indicators.get(slug="hours-by-form")
    assert of(board, indicator) == []


@pytest.mark.parametrize("name", ["anna", "cato"])
def test_school_and_provider_read_them_too(cast, name):
    published(cast.a.arrangement)
    client = Client()
    client.force_login(getattr(cast, name))
    assert "Monitor OJA" in text(client, "/monitor/")


def test_the_first_snapshot_is_the_baseline(els, cast):
    share = ("start-within-28-days", "share")
    for day, number in ((dt.date(2024, 11, 1), 60), (LAST_YEAR, 70), (OCTOBER, 80)):
        published(cast.a.arrangement, reference_date=day, values={share: number})
    page = text(els, "/monitor/start-within-28-days/")
    assert "In nov 2025: 70%." in page or "In okt 2026" in page
    assert "Nulmeting nov 2024: 60%." in page
    assert "nulmeting 60%" in page  # beside the grey line
    assert "fig-baseline" in text(els, "/monitor/thuiszitters-ocw/")


def test_another_rule_breaks_the_line_and_says_so(els, cast):
    published(cast.a.arrangement, reference_date=LAST_YEAR, version="2025-1")
    published(cast.a.arrangement, reference_date=OCTOBER)
    published(cast.a.arrangement)
    for slug in ("start-within-28-days", "thuiszitters-ocw"):
        page = text(els, f"/monitor/{slug}/")
        assert "Vanaf okt 2026 tellen we anders." in page
        assert page.count("fig-break") == 2  # once in the drawing of either width
        assert "Nulmeting" not in page
    line = text(els, "/monitor/start-within-28-days/").partition("start-within-28-days-history")[2]
    assert line.partition("</svg>")[0].count('class="chart-line') == 1


def test_in_short_is_made_of_three_sentences_by_rule(els, cast):
    then = {("start-within-28-days", "share"): 60, ("thuiszitters-ocw", "count"): 20}
    published(cast.a.arrangement, reference_date=OCTOBER, values=then)
    published(cast.a.arrangement)
    page = text(els, "/monitor/")
    assert "Hulp start vaker op tijd." in page
    assert "80%, in okt 2026 60%." in page
    assert "Er zitten minder leerlingen thuis." in page
    assert page.count('class="in-short"') == 3


def test_what_may_not_be_compared_is_not_told_in_short(els, cast):
    published(cast.a.arrangement, reference_date=OCTOBER, version="2025-1")
    published(cast.a.arrangement)
    assert 'class="in-short"' not in text(els, "/monitor/")


def test_what_was_handed_in_is_told_per_organisation(els, cast):
    delivered = [
        {
            "kind": "provider",
            "organisation": "Vlechtwerk",
            "closed_month": "2026-09-01",
            "closed_on": "2026-10-05",
            "open_months": ["2026-10-01"],
        },
        {"kind": "site", "organisation": "De Wissel", "pupils_on": "2026-09-20"},
        {"kind": "site", "organisation": "De Kring", "pupils_on": None},
    ]
    published(cast.a.arrangement, delivered=delivered)
    page = text(els, "/monitor/")
    assert "0 van 1 hoofdaanbieders sloot alle maanden" in page
    assert "september 2026 gesloten op 5 oktober 2026" in page
    assert "nog niet gesloten: oktober 2026" in page
    assert "leerlingenlijst ingelezen op 20 september 2026" in page
    assert "leerlingen met de hand bijgehouden" in page


def test_it_takes_few_questions_to_the_database(els, cast, django_assert_max_num_queries):
    for day in (LAST_YEAR, OCTOBER, dt.date(2026, 11, 1)):
        published(cast.a.arrangement, reference_date=day)
    text(els, "/monitor/")
    with django_assert_max_num_queries(17):
        text(els, "/monitor/")
