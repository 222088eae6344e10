"""Names in order, searching without accents, and what is never stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oja.core import text


@pytest.mark.parametrize("number", ["999990019", "111222333", "123456782", "999999990"])
def test_it_recognises_numbers_that_pass_the_eleven_test(number):
    assert text.passes_eleven_test(number)


@pytest.mark.parametrize("number", ["999990001", "000000000", "999999999", "12345678", ""])
def test_it_recognises_numbers_that_do_not(number):
    assert not text.passes_eleven_test(number)


@pytest.mark.parametrize(
    "written", ["999990019", "9999.90.019", "999 990 019", "999.990.019", "9999-90-019"]
)
def test_it_masks_a_number_however_it_is_written(written):
    assert text.mask_bsn(f"nummer {written}, bel maar") == ("nummer •••••••••, bel maar", True)


@pytest.mark.parametrize(
    "innocent",
    [
        "999990001",
        "9999900190",
        "0999990019",
        "+31 999990019",
        "€ 999990019,50",
        "2026-11-17 9",
        "NL91ABNA0417164300",
        "geen nummer",
    ],
)
def test_it_leaves_other_numbers_alone(innocent):
    assert text.mask_bsn(innocent) == (innocent, False)


@given(st.text())
def test_masking_twice_changes_nothing_more(value):
    once, _masked = text.mask_bsn(value)
    assert text.mask_bsn(once) == (once, False)


@given(st.integers(1, 999_999_998).map(lambda number: f"{number:09d}"))
def test_it_masks_exactly_what_passes_the_test(number):
    assert text.mask_bsn(f"a {number} b")[1] == text.passes_eleven_test(number)


def test_it_sorts_on_the_surname_without_prefix():
    names = [("Zomer", "", "Anna"), ("Berg", "van der", "Piet"), ("Özdemir", "", "Elif")]
    ordered = sorted(names, key=lambda name: text.sort_key(*name))
    assert [name[0] for name in ordered] == ["Berg", "Özdemir", "Zomer"]
    assert text.sort_key("Berg", "van der", "Piet") == "berg|piet|van der"


@pytest.mark.parametrize(
    ("value", "folded"),
    [
        ("Özdemir", "ozdemir"),
        ("IŞIK İlker ığdır", "isik ilker igdir"),
        ("Straße", "strasse"),
        ("Łukasz Ødegård", "lukasz odegard"),
        ("  d’Hondt\u00a0 ĳsbrand ", "d'hondt ijsbrand"),
        ("É", "e"),
        ("E\u0301", "e"),
    ],
)
def test_it_folds_letters(value, folded):
    assert text.fold(value) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(value):
    assert text.fold(text.fold(value)) == text.fold(value)


@given(st.text(st.characters()))
def test_cleaned_text_can_be_stored(value):
    cleaned = text.clean_text(value)
    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned


def test_cleaning_keeps_everything_else():
    assert text.clean_text("a\x00b\uffff\ufdd0\u202e🎉\t\n") == "ab\uffff\ufdd0\u202e🎉\t\n"
    assert text.clean_text("\ud800x") == "\ufffdx"
    assert text.clean_text(12) == "12"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna de Vries", "AV"),
        ("Özlem", "Ö"),
        ("anna vries", "AV"),
        ("", "?"),
        ("123", "?"),
        ("李 明", "李明"),
    ],
)
def test_it_gives_initials(name, letters):
    assert text.initials(name) == letters
