"""Pupils at home, moving between kinds of school, and reach: what a school counts."""

import pytest

from tests.monitor.world import day, numbers_of, values_of

OCW, BROAD, YEAR, LONG = (
    "thuiszitters-ocw",
    "thuiszitters-breed",
    "thuiszitters-in-year",
    "thuiszitters-duration",
)


def test_it_counts_who_is_at_home_by_the_national_rule(people):
    at = people.a
    people.absent(people.enrolled(at), "2026-10-23")  # 29 days
    people.absent(people.enrolled(at), "2026-10-24")  # 28 days: not yet
    people.absent(people.enrolled(at), "2026-09-01", kind="ill")
    people.absent(people.enrolled(at), "2026-09-01", is_full=False, percent_present=50)
    people.enrolled(at, until="2026-11-01", destination="none")
    people.enrolled(at, until="2026-11-01", destination="moved")
    people.absent(people.enrolled(people.b), "2026-06-01")
    assert numbers_of(people, "anna", OCW) == {"count": 2, "without-offer": 0}
    assert numbers_of(people, "dirk", OCW) == {"count": 1, "without-offer": 1}


def test_it_says_who_is_at_home_for_months_without_an_offer(people):
    people.absent(people.enrolled(people.a), "2026-08-20")
    people.absent(people.enrolled(people.a), "2026-08-20", offer_on=day("2026-10-01"))
    assert numbers_of(people, "anna", OCW) == {"count": 2, "without-offer": 1}


def test_it_adds_who_is_hardly_at_school_in_the_broad_count(people):
    at = people.a
    people.absent(people.enrolled(at), "2026-09-01")
    people.absent(people.enrolled(at), "2026-09-01", is_full=False, percent_present=25)
    people.absent(people.enrolled(at), "2026-09-01", is_full=False, percent_present=26)
    people.absent(people.enrolled(at), "2026-09-01", kind="ill")
    people.absent(people.enrolled(at), "2026-09-01", kind="ill", attends_by_plan=True)
    people.absent(people.enrolled(at), "2026-09-01", kind="exempt")
    assert numbers_of(people, "anna", BROAD) == {"count": 3}


def test_it_counts_each_pupil_once_who_was_at_home_in_the_year(people):
    twice = people.enrolled(people.a)
    people.absent(twice, "2025-08-20", "2025-10-10")
    people.absent(twice, "2026-01-05", "2026-03-01")
    people.absent(people.enrolled(people.a), "2026-06-01", "2026-06-20")  # too short
    assert numbers_of(people, "anna", YEAR, "2025-2026") == {"count": 1}
    assert numbers_of(people, "anna", YEAR, "2026-2027") == {"count": 0}


def test_it_divides_who_is_at_home_by_how_long(people):
    for since in ("2026-10-01", "2026-08-10", "2026-03-01", "2025-09-01", "2025-10-01"):
        people.absent(people.enrolled(people.a), since)
    found = numbers_of(people, "anna", LONG)
    assert found == {"count": 5, "under-3m": 1, "3-6m": 1, "6-12m": 1, "over-12m": 2}


@pytest.fixture
def moves(people):
    """Pupils of school a who were counted on 1 February 2025, and where they were a year later."""
    at = people.a
    people.enrolled(at, "bao")
    people.enrolled(at, "bao", until="2025-09-01", destination="so")
    people.enrolled(at, "sbo", until="2025-09-01", destination="so")
    people.enrolled(at, "sbo", until="2025-09-01", destination="bao")
    people.enrolled(at, "so", until="2025-09-01", destination="sbo")
    people.enrolled(at, "so", until="2025-09-01", destination="vo")
    people.enrolled(at, "vso", until="2025-09-01", destination="pro")
    people.enrolled(at, "bao", until="2025-09-01", destination="abroad")
    people.enrolled(at, "bao", until="2025-09-01")  # nobody knows
    people.enrolled(at, "bao", since="2025-02-02")  # counted a day too late
    people.enrolled(at, "bao", until="2025-02-01", destination="so")  # had left that day
    return people


def test_it_counts_who_went_to_special_education(moves):
    # bao, bao→so, sbo→so, sbo→bao, unknown; abroad is left out
    found = numbers_of(moves, "anna", "to-special-education", "2025-2026")
    assert found == {"numerator": 2, "denominator": 5}


def test_it_counts_who_went_back_within_the_same_stage(moves):
    # sbo→so, sbo→bao, so→sbo, so→vo (another stage), vso→pro
    found = numbers_of(moves, "anna", "sent-back", "2025-2026")
    assert found == {"numerator": 3, "denominator": 5}


def test_it_puts_every_pupil_into_one_cell_of_the_matrix(moves):
    found = numbers_of(moves, "anna", "transitions", "2025-2026")
    assert found["count"] == 9
    assert (found["heavier"], found["lighter"], found["same"]) == (2, 4, 1)
    assert found["bao-to-so"] == found["sbo-to-so"] == found["so-to-vo"] == 1
    assert found["bao-to-abroad"] == found["bao-to-unknown"] == 1
    cells = {slug: n for slug, n in found.items() if "-to-" in slug}
    assert sum(cells.values()) == 9
    for kind in ("bao", "sbo", "so", "vso"):
        row = sum(n for slug, n in cells.items() if slug.startswith(f"{kind}-to-"))
        assert row == found[f"from-{kind}"]


def test_it_counts_on_the_first_of_february_of_the_window(moves):
    found = numbers_of(moves, "anna", "transitions", "2026-2027")
    assert found["count"] == 9  # the last 1 February is still that of 2026
    assert numbers_of(moves, "anna", "transitions", "2024-2025")["count"] == 0


def test_it_reaches_pupils_whom_the_arrangement_pays_for(people):
    for helped, ended, town in (
        ("2026-09-10", None, people.town),
        ("2026-03-10", "2026-07-31", people.town),  # ended before the year
        ("2026-03-10", "2026-08-01", people.town),  # ended on its first day
        (None, None, people.town),
        ("2026-09-10", None, people.elsewhere),
    ):
        submitted = day("2026-03-01")
        request = people.started(
            people.a, submitted, submitted, helped and day(helped), ended and day(ended)
        )
        people.enrolled(people.a, pupil=request.pupil)
        people.lives(request.pupil, town)
    people.lives(people.enrolled(people.a, until="2026-09-01"), people.town)  # left
    people.lives(people.pupil(people.b), people.town)
    assert numbers_of(people, "anna", "reach") == {"numerator": 2, "denominator": 4}
    assert values_of(people, "anna", "reach") == {"share": 50.0}
