"""Cents in, euros out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oja.core import money

cents = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1740", 174_000),
        ("€ 1.740,50", 174_050),
        ("1.740", 174_000),
        ("12,5", 1_250),
        ("-0,05", -5),
        ("−12,50", -1_250),
        ("1.000.000", 100_000_000),
    ],
)
def test_it_reads_an_amount(text, expected):
    assert money.parse_euros(text) == expected


@pytest.mark.parametrize(
    "text", ["", "twaalf", "1,234", "1.74", "12.5", "1,2,3", "1e3", "--1", "9" * 40 + ",xx"]
)
def test_it_refuses_what_is_no_amount(text):
    with pytest.raises(ValueError) as refused:
        money.parse_euros(text)
    assert refused.value.args == (text,)


def test_it_reads_an_amount_of_any_length():
    assert money.parse_euros("9" * 40) == int("9" * 40) * 100


def test_it_writes_euros():
    assert money.format_euros(174_000) == "€ 1.740"
    assert money.format_euros(174_050) == "€ 1.740,50"
    assert money.format_euros(-2_800) == "€ −28"
    assert money.plain_euros(-5) == "-0,05"


@given(cents)
def test_what_it_writes_it_reads_back(amount):
    assert money.parse_euros(money.plain_euros(amount)) == amount
    assert money.parse_euros(money.format_euros(amount)) == amount


@given(cents, st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_shares_add_up_and_are_at_most_a_cent_off(amount, parts):
    shares = money.share(amount, parts)
    assert sum(shares) == amount
    for part, piece in zip(parts, shares, strict=True):
        assert abs(piece * sum(parts) - amount * part) <= sum(parts)


@pytest.mark.parametrize("parts", [[], [0, 0], [2, -1]])
def test_it_refuses_impossible_weights(parts):
    with pytest.raises(ValueError, match="weights"):
        money.share(100, parts)
