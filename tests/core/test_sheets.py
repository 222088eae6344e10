"""Tables that people hand in: every encoding, separator and trick, and a sentence for the rest."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oja.core import sheets
from oja.core.sheets import FileRefused, read_sheet

SPECTRUM = Path(__file__).parent.parent / "data" / "robust" / "csv-spectrum"
NOON = dt.datetime.fromisoformat("2016-03-01T12:00:00")  # a spreadsheet knows no time zone
LINES = "Roepnaam;Achternaam\r\nZoë;Yıldız\r\nRené;d'Été\r\n"


def cells(sheet):
    return [row.cells for row in sheet.rows]


def book_of(*rows, **pages):
    """The bytes of a book with these rows on its first page, and more pages."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, more in pages.items():
        page = book.create_sheet(name)
        for row in more:
            page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def zip_of(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return content.getvalue()


@pytest.mark.parametrize("path", sorted(SPECTRUM.glob("*.csv")), ids=lambda path: path.stem)
def test_it_reads_csv_spectrum(path):
    header, *rows = cells(read_sheet(path.read_bytes()))
    expected = json.loads(path.with_suffix(".json").read_text("utf-8", errors="replace"))
    expected = expected if isinstance(expected, list) else [expected]
    found = [dict(zip(header, row, strict=True)) for row in rows]
    # The collection stores some files with other line ends, and one other telephone number.
    plain = [
        {key: value.replace("\r\n", "\n") for key, value in row.items() if "Phone" not in key}
        for row in expected
    ]
    assert [{k: v for k, v in row.items() if "Phone" not in k} for row in found] == plain


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_it_reads_every_encoding_and_line_end(encoding, end):
    found = read_sheet(LINES.replace("\r\n", end).encode(encoding))
    assert cells(found) == [("Roepnaam", "Achternaam"), ("Zoë", "Yıldız"), ("René", "d'Été")]
    assert [row.line for row in found.rows] == [1, 2, 3]


def test_it_reads_what_an_old_spreadsheet_saved():
    assert cells(read_sheet("Naam;Geld\nRené;€ 5".encode("cp1252")))[1] == ("René", "€ 5")


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_it_finds_the_separator(sign):
    text = f'a{sign}b\n"1;,|\t2"{sign}"x, y; z"\n3{sign}4'
    assert cells(read_sheet(text.encode())) == [("a", "b"), ("1;,|\t2", "x, y; z"), ("3", "4")]


def test_it_believes_the_line_that_excel_writes():
    found = read_sheet(b"sep=,\r\na,b;c\r\n1,2;3")
    assert [(row.line, row.cells) for row in found.rows] == [(2, ("a", "b;c")), (3, ("1", "2;3"))]


def test_a_newline_in_quotes_keeps_the_numbers_of_the_lines():
    found = read_sheet(b'a;b\n"1\n2";3\n4;5')
    assert [row.line for row in found.rows] == [1, 2, 4]


def test_a_quote_that_never_closes_costs_one_line():
    found = read_sheet(b'a;b;c\n"x;y\n1;2;3')
    assert [(row.line, row.cells) for row in found.rows[1:]] == [(2, None), (3, ("1", "2", "3"))]


def test_it_reads_dates_numbers_and_what_is_left_of_formulas():
    content = book_of(
        ["Naam", "Geb", "Nr", "Wijs"],
        ["Noor", NOON, 12, True],
        ["Sem", dt.date(2015, 1, 2), 1.5, "=1+1"],
        ["Fout", "#N/A", 42430.0, None],
    )
    assert cells(read_sheet(content))[1:] == [
        ("Noor", "2016-03-01", "12", "1"),
        ("Sem", "2015-01-02", "1.5", "="),
        ("Fout", "#", "42430"),
    ]


def test_it_reads_the_first_page_with_something_on_it_and_says_so():
    content = book_of(Leerlingen=[["Naam"], ["Noor"]], Ouders=[["Naam"], ["Ada"]])
    found = read_sheet(content)
    assert cells(found) == [("Naam",), ("Noor",)]
    assert "Leerlingen" in found.notes[0]


def test_rows_that_a_book_leaves_out_keep_their_number():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A9"] = "Naam", "Noor"
    content = io.BytesIO()
    book.save(content)
    assert [row.line for row in read_sheet(content.getvalue()).rows] == [1, 9]


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><worksheet>&b;</worksheet>'


def damaged():
    """A book of which one page is no XML."""
    return changed_book(b"<worksheet><sheetData><row")


def changed_book(page):
    before, content = io.BytesIO(book_of(["Naam"], ["Noor"])), io.BytesIO()
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(content, "w") as new:
        for member in old.infolist():
            is_page = member.filename == "xl/worksheets/sheet1.xml"
            new.writestr(member, page if is_page else old.read(member))
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leeg"),
        (b"\xef\xbb\xbf \r\n", "leeg"),
        (b";;\n;;\n", "leeg"),
        (book_of(), "leeg"),
        (b"a" * (sheets.MAX_BYTES + 1), "10 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "oud Excel-bestand"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x01\x02\x03", "geen tekstbestand"),
        (b"\x81\x8d\x8f;\xff", "geen tekstbestand"),
        (b"<html><table><tr><td>Naam</td></tr></table></html>", "webpagina"),
        (b"PK\x03\x04 half a book", "beschadigd"),
        (zip_of(brief="hallo"), "zip-bestand"),
        (zip_of(content_xml="<a/>"), "rekenblad"),
        (zip_of(xl__workbook_xml="<a/>"), "beschadigd"),
        (zip_of(xl__workbook_xml="0" * (sheets.MAX_UNPACKED + 1)), "veel te groot"),
        (damaged(), "beschadigd"),
        (changed_book(BOMB.encode()), "beschadigd"),
        (b"a;b\n" + b'"x\n' * 60, "Aanhalingstekens"),
        (b"a;b\n" + b"1;2\n" * (sheets.MAX_ROWS + 5), "5.000 regels"),
        (book_of(["x"] * 101), "100 kolommen"),
        (b"<EDEX/>", "XML-bestand"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_it_refuses_with_a_sentence(content, words):
    with pytest.raises(FileRefused, match=words):
        read_sheet(content)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    try:
        found = read_sheet(content)
    except FileRefused:
        return
    assert found.rows


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12
).map(lambda text: " ".join(text.split()))


@given(
    st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=8),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_as_csv_is_read_again(rows, sign, encoding):
    lines = [("kop een", "kop twee", "kop drie"), *rows]
    text = "\r\n".join(
        sign.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines
    )
    found = cells(read_sheet(text.encode(encoding)))
    assert found == [line for line in lines if any(line)]
