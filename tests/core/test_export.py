"""Lists as files: what a spreadsheet reads is what stood on the page, and nothing runs."""

import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest

from oja.core.export import Column, neutral, to_csv, to_xlsx

COLUMNS = [
    Column("name", "Naam", "name"),
    Column("day", "Dag", "day", "date"),
    Column("number", "Aantal", "number", "number"),
    Column("money", "Bedrag", "money", "money"),
]
DAY = dt.date(2026, 11, 17)


def row(name, day=DAY, number=None, money=None):
    return {"name": name, "day": day, "number": number, "money": money}


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def read_xlsx(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


def test_it_writes_csv_for_a_dutch_spreadsheet():
    content = to_csv(COLUMNS, [row("Noor; “N”", number=Decimal("7.8"), money=-174_050)])
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    assert read_csv(content) == [
        ["Naam", "Dag", "Aantal", "Bedrag"],
        ["Noor; “N”", "17-11-2026", "7,8", "-1740,50"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_it_neutralises_what_a_spreadsheet_would_run(start):
    value = f"{start}cmd|' /C calc'!A1"
    assert read_csv(to_csv(COLUMNS, [row(value)]))[1][0] == "'" + value
    assert neutral("gewoon = goed") == "gewoon = goed"


def test_a_negative_number_stays_a_number():
    assert read_csv(to_csv(COLUMNS, [row("x", number=-3)]))[1][2] == "-3"


def test_nul_is_dropped_and_noncharacters_survive():
    assert read_csv(to_csv(COLUMNS, [row("a\x00b\uffffc")]))[1][0] == "ab\uffffc"
    (_about, rows) = read_xlsx(to_xlsx(COLUMNS, [row("a\x00b\uffffc")], {"Bron": "OJA"}))
    assert rows[1][0] in ("ab\uffffc", "ab_xFFFF_c")


def test_it_writes_xlsx_with_a_sheet_about_itself():
    about = {"Bron": "OJA", "Filter": "geen"}
    rows = (row(f"Naam {i}", number=i, money=i * 100) for i in range(3))
    first, second = read_xlsx(to_xlsx(COLUMNS, rows, about))
    assert first == [("Bron", "OJA"), ("Filter", "geen")]
    assert second[0] == ("Naam", "Dag", "Aantal", "Bedrag")
    assert second[1][1:] == (dt.datetime.combine(DAY, dt.time()), 0, 0)
    assert second[3][0] == "Naam 2"


def test_xlsx_holds_no_formula_and_no_link():
    values = ["=1+1", "http://example.org", "12", "x" * 40_000, "\x01\x0b\ufffe"]
    book = openpyxl.load_workbook(
        io.BytesIO(to_xlsx(COLUMNS, [row(value, day=None) for value in values], {}))
    )
    cells = [line[0] for line in book["Lijst"].iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * 5
    assert all(cell.hyperlink is None for cell in cells)
    assert [cell.value for cell in cells[:3]] == values[:3]
    assert len(cells[3].value) == 32_767


def test_a_column_follows_relations_and_stops_at_nothing():
    class Pupil:
        def full_name(self):
            return "Noor"

    column = Column("pupil", "Leerling", "pupil__full_name")
    assert column.of({"pupil": Pupil()}) == "Noor"
    assert column.of({"pupil": None}) is None
    assert column.text({"pupil": None}) == ""
    assert Column("x", "X", lambda row: row["name"]).of({"name": "y"}) == "y"


def test_moments_and_truths_are_words():
    moment = dt.datetime(2026, 11, 17, 9, 30, tzinfo=dt.UTC)
    columns = [Column("at", "Moment", "at"), Column("is", "Ja", "is")]
    assert read_csv(to_csv(columns, [{"at": moment, "is": True}]))[1] == [
        "17-11-2026 10:30",
        "True",
    ]
