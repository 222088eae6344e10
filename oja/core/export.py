"""Lists as files: CSV that opens in a Dutch spreadsheet, and XLSX in constant memory.

The only module that knows a spreadsheet library. Both give bytes, never a stream: a stream is
consumed after the guard and the transaction of the request have closed.
"""

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from oja.core.money import plain_euros
from oja.core.periods import AMSTERDAM
from oja.core.text import clean_text

# A cell that starts with one of these is run as a formula by a spreadsheet that opens a CSV.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CELL_LIMIT = 32_767  # characters; what a cell of XLSX can hold


@dataclass(frozen=True)
class Column:
    """One column of a list and of its export.

    value: dotted with "__" ("pupil__full_name"), or a function of the row. kind: text, date,
    number or money (whole cents). On the page also: cell, a function of the row that gives HTML
    instead; order, the key of the list's orderings by which its head sorts; card, its place on
    the phone card (name, mark, state, next, line or none).
    """

    name: str
    label: Any
    value: str | Callable[[Any], Any]
    kind: str = "text"
    cell: Callable[[Any], Any] | None = None
    order: str = ""
    card: str = "line"

    def of(self, row):
        """The bare value for a row; None where a step on the way is empty."""
        if callable(self.value):
            return self.value(row)
        value = row
        for step in self.value.split("__"):
            value = value.get(step) if isinstance(value, dict) else getattr(value, step, None)
            if value is None:
                return None
            if callable(value):
                value = value()
        return value

    def text(self, row):
        """The value as people read it: 17-11-2026, 7,8, 1740,50."""
        return as_text(self.of(row), self.kind)


def as_text(value, kind):
    """A value of a column as Dutch text without groups; empty for None."""
    if value is None:
        return ""
    if kind == "money":
        return plain_euros(value)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float | Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, dt.datetime):
        return value.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M")
    if isinstance(value, dt.date):
        return value.strftime("%d-%m-%Y")
    return clean_text(value)


def neutral(text):
    """Text that no spreadsheet takes for a formula: with an apostrophe in front when it would."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def to_csv(columns, rows):
    """Bytes: UTF-8 with mark, semicolons, decimal comma, one line per row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(str(column.label)) for column in columns])
    for row in rows:
        cells = []
        for column in columns:
            value = column.of(row)
            text = as_text(value, column.kind)
            is_figure = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
            cells.append(text if is_figure else neutral(text))
        writer.writerow(cells)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(columns, rows, about):
    """Bytes of a workbook: first a sheet that tells where it comes from, then the rows.

    about: label -> text (source, filter, reference date, who made it). Rows may be an iterator.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/list.xlsx"
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": folder,
        }
        with xlsxwriter.Workbook(path, options) as book:
            _write_about(book, about)
            _write_rows(book, columns, rows)
        with open(path, "rb") as file:
            return file.read()


def _write_about(book, about):
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("Over deze lijst")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    for number, (label, text) in enumerate(about.items()):
        sheet.write_string(number, 0, _cell(label), bold)
        sheet.write_string(number, 1, _cell(text))


def _write_rows(book, columns, rows):
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "date": book.add_format({"num_format": "dd-mm-yyyy"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
    }
    sheet = book.add_worksheet("Lijst")
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, 14 if column.kind in ("date", "number") else 24)
        sheet.write_string(0, number, _cell(column.label), formats["head"])
    for line, row in enumerate(rows, start=1):
        for number, column in enumerate(columns):
            _write_cell(sheet, line, number, column.of(row), column.kind, formats)


def _write_cell(sheet, line, number, value, kind, formats):
    if value is None or value == "":
        return
    if kind == "money":
        sheet.write_number(line, number, value / 100, formats["money"])
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(line, number, value)
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        sheet.write_datetime(line, number, dt.datetime.combine(value, dt.time()), formats["date"])
    else:
        sheet.write_string(line, number, _cell(as_text(value, kind)))


def _cell(text):
    return clean_text(text)[:_CELL_LIMIT]
