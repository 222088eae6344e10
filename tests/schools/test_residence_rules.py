"""Who pays: Jeugdwet 1.1 as a table of cases."""

import datetime as dt
from types import SimpleNamespace

import pytest

from schools.models import Municipality, Residence
from schools.residence_rules import payer

ON = dt.date(2025, 10, 6)
DAY = dt.timedelta(days=1)
ENSCHEDE = Municipality(code="0153", name="Enschede")
BORNE = Municipality(code="0147", name="Borne")
TAKES_PART = frozenset({"0153", "0164"})


def lives(municipality, ground="brp", start=dt.date(2020, 1, 1), end=None):
    return Residence(municipality=municipality, ground=ground, valid_from=start, valid_until=end)


@pytest.mark.parametrize(
    ("residence", "codes", "funded", "reason"),
    [
        (lives(ENSCHEDE), TAKES_PART, True, "funded"),
        (lives(BORNE), TAKES_PART, False, "outside"),
        (lives(ENSCHEDE), frozenset(), False, "outside"),
        # A stay elsewhere: the municipality of the address before the stay keeps paying.
        (lives(ENSCHEDE, "stay"), TAKES_PART, True, "funded"),
        (lives(BORNE, "stay"), TAKES_PART, False, "outside"),
        (lives(ENSCHEDE, "fallback"), TAKES_PART, True, "funded"),
        (None, TAKES_PART, False, "unknown"),
        # The first day counts, the end date does not.
        (lives(ENSCHEDE, start=ON), TAKES_PART, True, "funded"),
        (lives(ENSCHEDE, start=ON + DAY), TAKES_PART, False, "ended"),
        (lives(ENSCHEDE, end=ON + DAY), TAKES_PART, True, "funded"),
        (lives(ENSCHEDE, end=ON), TAKES_PART, False, "ended"),
    ],
)
def test_it_says_who_pays(residence, codes, funded, reason):
    answer = payer(residence, ON, codes, name="Noor")
    assert (answer.funded, answer.reason) == (funded, reason)
    assert "Noor" in answer.sentence
    if reason in ("funded", "outside"):
        assert answer.municipality == residence.municipality
        assert residence.municipality.name in answer.sentence
    else:
        assert answer.municipality is None


def test_it_tells_a_stay_apart_from_an_address():
    sentences = {
        payer(lives(place, ground), ON, TAKES_PART, name="Noor").sentence
        for place in (ENSCHEDE, BORNE)
        for ground in ("brp", "stay")
    }
    assert len(sentences) == 4


def test_it_has_a_sentence_without_a_name():
    assert payer(None, ON, TAKES_PART).sentence
    assert payer(lives(ENSCHEDE), ON, TAKES_PART).sentence


def test_it_needs_no_database():
    fact = SimpleNamespace(municipality=ENSCHEDE, ground="brp", holds_on=lambda on: on == ON)
    assert payer(fact, ON, TAKES_PART).funded
