"""Names, dates and columns of lists of pupils: pure, on made-up lists and on the real prefixes."""

import datetime as dt
import json
import string
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oja.core.sheets import FileRefused, Row, Sheet, read_sheet
from oja.core.text import passes_eleven_test
from schools.pupil_import import columns, names, values
from schools.pupil_import.prefixes import PREFIXES
from schools.pupil_import.table import ParsedPupils, PupilRow, make_table, read_pupils

DATA = Path(__file__).parent.parent / "data"
ON = dt.date(2026, 11, 21)
KNOWN = json.loads((DATA / "names" / "tussenvoegsels.json").read_text("utf-8"))


def parsed(text):
    """The pupils of a CSV, by the columns that are guessed."""
    table = make_table(read_sheet(text.encode()), ON)
    rows = [cells for _line, cells in table["rows"] if cells]
    mapping = {
        guess.field: guess.place
        for guess in columns.guess(table["headings"], rows, ON)
        if guess.field
    }
    return read_pupils(table, mapping, ON)


def fields(text, rows=()):
    """Field per heading, as guessed."""
    headings = text.split(";")
    return {guess.heading: guess.field for guess in columns.guess(headings, rows, ON)}


# --- Names ----------------------------------------------------------------------------------------


def test_the_list_of_prefixes_is_the_real_one():
    assert list(PREFIXES) == KNOWN


@pytest.mark.parametrize("prefix", KNOWN)
@pytest.mark.parametrize("change", [str, str.capitalize, str.upper])
def test_it_finds_every_prefix_wherever_it_stands(prefix, change):
    word, written = prefix.strip(), change(prefix)
    assert names.split_prefix(f"{written}Zoomers") == (word, "Zoomers")
    assert names.split_prefix(f"Zoomers, {written}") == (word, "Zoomers")
    assert names.split_full_name(f"Noor {written}Zoomers") == ("Noor", word, "Zoomers")
    assert names.split_full_name(f"Zoomers, Noor {written}") == ("Noor", word, "Zoomers")
    assert names.split_full_name(f"Zoomers, {written}, Noor") == ("Noor", word, "Zoomers")
    assert names.split_full_name(f"{written}Zoomers, Noor") == ("Noor", word, "Zoomers")


@pytest.mark.parametrize(
    "name",
    ["Verhoeven", "Inge", "Ooster", "Terlouw", "Uittenbogaard", "Van", "Dekker", "El Amrani"],
)
def test_it_sees_no_prefix_in_the_beginning_of_a_name(name):
    assert names.split_prefix(name) == ("", name)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Noor Berg", ("Noor", "", "Berg")),
        ("Noor", ("Noor", "", "")),
        ("Anne Sophie de Wit", ("Anne Sophie", "de", "Wit")),
        ("Sami El Amrani", ("Sami", "", "El Amrani")),
        ("  Noor   van  der   Berg ", ("Noor", "van der", "Berg")),
        ("Gradje van ’t Hof", ("Gradje", "van 't", "Hof")),
        ("Jansen - de Vries, van, Bo", ("Bo", "van", "Jansen - de Vries")),
        ("محمد الأحمد", ("محمد", "", "الأحمد")),
    ],
)
def test_it_takes_a_whole_name_apart(written, parts):
    assert names.split_full_name(written) == parts


@given(st.text(max_size=40))
def test_no_letter_of_a_surname_is_lost(text):
    prefix, last_name = names.split_prefix(text)
    kept = sorted(names.tidy(prefix + last_name).replace(" ", "").casefold())
    assert [sign for sign in kept if sign.isalpha()] == [
        sign for sign in sorted(names.tidy(text).casefold()) if sign.isalpha()
    ]


# --- Values ---------------------------------------------------------------------------------------

DAYS = st.dates(dt.date(2002, 1, 1), ON)


@given(DAYS)
def test_a_date_is_read_however_it_is_written(day):
    dutch = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus")
    months = (*dutch, "september", "oktober", "november", "december")
    month = months[day.month - 1]
    for text in (
        f"{day:%d-%m-%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%Y}",
        f"{day:%d-%m-%y}",
        f"{day:%Y%m%d}",
        f"{day:%d%m%Y}",
        day.isoformat(),
        f"{day.isoformat()}T00:00:00",
        f"{day:%d-%m-%Y} 00:00:00",
        f"{day.day} {month} {day.year}",
        f"{day.day} {month.upper()} {day.year}",
        f"{day.day}-{month[:3]}-{day.year}".replace("maa", "mrt"),
        str((day - dt.date(1899, 12, 30)).days),
        f"{(day - dt.date(1899, 12, 30)).days}.0",
    ):
        assert values.read_date(text, latest=ON) == day, text


@given(DAYS)
def test_a_date_is_no_bsn(day):
    for text in (f"{day:%d-%m-%Y}", day.isoformat(), f"{day:%Y%m%d}", f"{day:%d%m%Y}"):
        assert not values.looks_like_bsn(text)


@pytest.mark.parametrize("text", ["123456782", "1234.56.782", "123 456 782", "10000008"])
def test_it_knows_a_bsn_also_without_its_first_zero(text):
    assert values.looks_like_bsn(text)


@pytest.mark.parametrize(
    "text", ["31-02-2015", "0-1-2015", "2015", "morgen", "1-13-2015", "12-12", "99999999", "٣"]
)
def test_what_is_no_date_of_a_child_is_refused(text):
    pupils = parsed(f"Roepnaam;Achternaam;Geboortedatum\nNoor;Berg;{text}")
    assert pupils.rows == []
    assert pupils.refused[0].line == 2


def test_a_column_says_itself_that_the_month_comes_first():
    text = "First name;Last name;Date of birth\nNoor;Berg;03/25/2016\nLi;Wu;1/30/2014\n"
    pupils = parsed(f"{text}Sem;Bos;04/05/2015")
    assert [row.birth_date for row in pupils.rows] == [
        dt.date(2016, 3, 25),
        dt.date(2014, 1, 30),
        dt.date(2015, 4, 5),
    ]
    assert "maand" in pupils.notes[0]
    pupils = parsed("Roepnaam;Achternaam;Geboortedatum\nNoor;Berg;25/03/2016\nSem;Bos;04/05/2015")
    assert [row.birth_date for row in pupils.rows] == [dt.date(2016, 3, 25), dt.date(2015, 5, 4)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("m", 1), ("Jongen", 1), ("1", 1), ("V", 2), ("meisje", 2), ("female", 2), ("2", 2)),
        *(("x", 9), ("9", 9), ("", 0), ("onbekend", 0), ("0", 0), ("iets", None)),
    ],
)
def test_it_knows_the_codes_of_gender(text, code):
    assert values.read_gender(text) == code


def test_a_gender_that_nobody_knows_is_told_and_stays_unknown():
    (row,) = parsed("Roepnaam;Achternaam;Geboortedatum;Geslacht\nNoor;Berg;1-3-2016;zz").rows
    assert row.gender is None
    assert "zz" in row.remarks[0]


@pytest.mark.parametrize(
    ("text", "group"), [("2026-06-05", "5/6"), ("5-jun", "5/6"), ("5a", ""), ("Vlinders", "")]
)
def test_it_knows_the_group_of_which_a_spreadsheet_made_a_date(text, group):
    assert values.group_of_date(text) == group


# --- Columns --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headings",
    [
        "Leerlingnummer;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Groep;Geslacht",
        "Stamnr;Voornaam;Voorvoegsel;Familienaam;Geb. datum;Klas;M/V",
        "LEERLING_NR;ROEPNAAM;TV;ACHTERNAAM;GEB-DATUM;KLASNAAM;GESLACHT",
        "Student ID;First Name;Prefix;Last Name;Date of Birth;Class;Gender",
        "identifier;givenName;infix;familyName;birthDate;group;sex",
    ],
)
def test_it_knows_headings_in_two_languages(headings):
    rows = [("101", "Noor", "van der", "Berg", "01-03-2016", "5a", "v")]
    assert list(fields(headings, rows).values()) == [
        "school_number",
        "first_name",
        "prefix",
        "last_name",
        "birth_date",
        "group",
        "gender",
    ]


def test_it_reads_a_list_without_headings():
    pupils = parsed("Noor van der Berg;01-03-2016;v\nSem Bos;12-11-2015;m\nLi Wu;2-2-2014;v")
    assert pupils.total == 3
    assert [(row.line, row.first_name, row.prefix, row.gender) for row in pupils.rows] == [
        (1, "Noor", "van der", 2),
        (2, "Sem", "", 1),
        (3, "Li", "", 2),
    ]


def test_it_passes_a_title_above_the_headings():
    pupils = parsed(
        "Leerlingen van De Wissel;;\n;;\nVoornaam;Achternaam;Geboren\nNoor;Bos;1-3-2016"
    )
    assert [(row.line, row.last_name) for row in pupils.rows] == [(4, "Bos")]


def test_voornaam_beside_naam_means_the_surname():
    rows = [("Noor", "Berg", "01-03-2016")]
    assert fields("Voornaam;Naam;Geboortedatum", rows)["Naam"] == "last_name"
    rows = [("Noor", "Noor Berg", "01-03-2016")]
    found = fields("Voornaam;Naam;Geboortedatum", rows)
    assert (found["Voornaam"], found["Naam"]) == ("", "full_name")


def test_it_says_how_sure_it_is():
    rows = [("Noor", "Berg", "01-03-2016", "x")]
    guesses = columns.guess(["Roepnaam", "Achternaam", "Datum", "Wat"], rows, ON)
    assert [guess.confidence for guess in guesses[:2]] == [columns.SURE, columns.SURE]
    assert (guesses[2].field, guesses[2].confidence) == ("birth_date", columns.UNSURE)
    known = {"roepnaam": "first_name", "achternaam": "", "datum": "birth_date", "wat": "last_name"}
    again = columns.guess(["Roepnaam", "Achternaam", "Datum", "Wat"], rows, ON, known)
    assert [guess.field for guess in again] == ["first_name", "", "birth_date", "last_name"]


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        ("Roepnaam;Achternaam;Groep", "geen kolom met geboortedatum"),
        ("Roepnaam;Groep;Geboortedatum", "achternaam"),
    ],
)
def test_it_says_which_column_is_missing(headings, words):
    with pytest.raises(FileRefused, match=words):
        parsed(f"{headings}\nNoor;5a;01-03-2016")


def test_it_keeps_no_bsn_whatever_the_column_is_called():
    text = (
        "Roepnaam;Achternaam;Geboortedatum;BSN/onderwijsnr;Code;Leerlingnummer;Groep\n"
        "Noor;Berg;01-03-2016;123456782;111222333;101;5a\n"
        "Sem;Bos;02-03-2016;;123456782;111222333;111222333\n"
        "Li;Wu;03-03-2016;;270000002;103;5a\n"
    )
    table = make_table(read_sheet(text.encode()), ON)
    assert table["bsn"] == ["BSN/onderwijsnr", "Code"]
    for number in ("123456782", "111222333"):
        assert passes_eleven_test(number)
        assert number not in json.dumps(table)
    pupils = parsed(text)
    assert [row.school_number for row in pupils.rows] == ["101", "103"]
    assert pupils.refused[0].line == 3


def test_a_number_that_looks_like_a_bsn_is_told_and_not_read():
    (row,) = parsed(
        "Leerlingnummer;Roepnaam;Achternaam;Geboortedatum\n111222333;Noor;Berg;01-03-2016"
    ).rows
    assert row.school_number == ""
    assert "BSN" in row.remarks[0]


def test_columns_about_something_else_are_left_out_of_what_is_kept():
    text = (
        "Roepnaam;Achternaam;Geboortedatum;Telefoon moeder;Huisarts;Verhaal\n"
        f"Noor;Berg;01-03-2016;0612345678;dokter Bos;{'lang verhaal ' * 8}\n"
    )
    table = make_table(read_sheet(text.encode()), ON)
    assert table["unneeded"] == ["Telefoon moeder", "Huisarts", "Verhaal"]
    assert "0612345678" not in json.dumps(table)
    assert "lang verhaal" not in json.dumps(table)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("=A1;Berg;01-03-2016", "formule"),
        ("#N/A;Berg;01-03-2016", "fout van het rekenblad"),
        (";Berg;01-03-2016", "voornaam ontbreekt"),
        ("Noor;;01-03-2016", "achternaam ontbreekt"),
        ("Noor;Berg;", "geboortedatum ontbreekt"),
        ("Noor;Berg;01-03-2099", "toekomst"),
        ("Noor;Berg;01-03-1970", "volwassene"),
        ("123;Berg;01-03-2016", "geen naam"),
        ("<b>Noor;Berg;01-03-2016", "geen naam"),
        (f"{'N' * 101};Berg;01-03-2016", "langer dan 100"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(line, words):
    pupils = parsed(f"Roepnaam;Achternaam;Geboortedatum\nSem;Bos;1-1-2015\n{line}")
    assert [row.first_name for row in pupils.rows] == ["Sem"]
    (refused,) = pupils.refused
    assert refused.line == 3
    assert words in refused.reason


NAME = st.text(string.ascii_letters + "éüçğşłÖ'-", min_size=2, max_size=12).filter(
    lambda text: text.strip("'-") and names.is_name(text) and not names.is_prefix(text)
)
PUPIL = st.tuples(
    NAME, st.sampled_from(["", *(p for p in PREFIXES if p.endswith(" "))]), NAME, DAYS
)


@given(st.lists(PUPIL, min_size=1, max_size=6))
def test_a_made_list_gives_the_same_pupils_in_one_column_and_in_three(pupils):
    three = ["Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum"]
    two = ["Roepnaam;Achternaam;Geboortedatum"]
    for first, prefix, last, day in pupils:
        three.append(f"{first};{prefix};{last};{day:%d-%m-%Y}")
        two.append(f"{first};{last}{', ' if prefix else ''}{prefix};{day.isoformat()}")
    found = [
        [(row.first_name, row.prefix, row.last_name, row.birth_date) for row in parsed(text).rows]
        for text in ("\n".join(three), "\n".join(two))
    ]
    expected = [(first, prefix.strip(), last, day) for first, prefix, last, day in pupils]
    assert found == [expected, expected]


@given(st.lists(st.lists(st.text(max_size=15), min_size=1, max_size=6), min_size=2, max_size=6))
@example([[""], ["TV", "TV"]])  # headings on the last line
def test_any_table_is_read_or_refused(lines):
    rows = [Row(number, tuple(cells)) for number, cells in enumerate(lines, start=1)]
    try:
        table = make_table(Sheet("csv", rows), ON)
        cells = [cells for _line, cells in table["rows"]]
        mapping = {g.field: g.place for g in columns.guess(table["headings"], cells, ON) if g.field}
        pupils = read_pupils(table, mapping, ON)
    except FileRefused:
        return
    assert len(pupils.rows) + len(pupils.refused) == pupils.total == len(table["rows"])
    again = json.loads(json.dumps(pupils.as_plain()))
    assert ParsedPupils.from_plain(again).rows == pupils.rows
    assert all(isinstance(row, PupilRow) for row in pupils.rows)
