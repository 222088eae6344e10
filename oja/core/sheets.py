"""Tables that people hand in: CSV and XLSX as bytes in, rows of text with line numbers out.

The only module that opens a spreadsheet. Files come from outside and are treated so: a limit on
bytes, on what they unpack to, on rows and on columns; no formula is ever computed or kept. A file
that cannot be used raises FileRefused with a sentence that says what to do.
"""

import codecs
import collections
import csv
import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass, field

import openpyxl
from django.utils.translation import gettext as _

from oja.core.text import clean_text

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024  # a list of 5,000 pupils is under 5 MB
MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_CELL = 500  # characters; no name, date or number is longer
MAX_BROKEN = 20  # lines with a quote that never closes: more is no table
DELIMITERS = ";,\t|"
FORMULA = "="  # what is left of a cell with a formula
ERROR = "#"  # what is left of a cell with an error, such as #N/A


class FileRefused(Exception):
    """The file as a whole cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One row with its place in the file. `cells` is None when its quotes never close."""

    line: int
    cells: tuple[str, ...] | None


@dataclass
class Sheet:
    """What a file held: the rows that are not empty, and what the reader should know."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_sheet(content):
    """The Sheet of the bytes of a CSV or XLSX file. Raises FileRefused."""
    kind = kind_of(content)
    if kind == "xml":
        raise FileRefused(_("This is an XML file. Choose a CSV or Excel file."))
    sheet = _read_xlsx(content) if kind == "xlsx" else _read_csv(content)
    if not sheet.rows:
        raise FileRefused(_("The file is empty."))
    return sheet


def kind_of(content):
    """What the bytes are: "csv", "xlsx" or "xml"; the name of a file says nothing.

    Raises FileRefused for what is too large, empty or something else, with what to do.
    """
    if len(content) > MAX_BYTES:
        raise FileRefused(_("The file is larger than 10 MB. Choose a list of one school."))
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise FileRefused(_("The file is empty."))
    if content[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _kind_of_zip(content)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise FileRefused(
            _("This is an old Excel file, or one with a password. Save it as .xlsx first.")
        )
    if content[:5] == b"%PDF-":
        raise FileRefused(_("This is a PDF. Choose a CSV or Excel file."))
    start = decode(content[:4000], is_start=True).lstrip("\ufeff \r\n\t").lower()
    if re.match(r"<(!doctype html|html|table|head|body|meta)", start):
        raise FileRefused(
            _("This is a web page, whatever its name says. Open it in Excel and save it as .xlsx.")
        )
    return "xml" if start.startswith("<") else "csv"


def _kind_of_zip(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as problem:
        raise FileRefused(_("This file is damaged. Save it again and retry.")) from problem
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        if "content.xml" in names or "xl/workbook.bin" in names:
            raise FileRefused(_("Save this spreadsheet as .xlsx or as CSV first."))
        raise FileRefused(_("This is a zip file, not a list. Unpack it first."))
    # What a zip says about its members is also all that Python reads of them.
    if len(members) > 1000 or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise FileRefused(_("This file becomes far too large when it is unpacked."))
    return "xlsx"


# --- CSV ------------------------------------------------------------------------------------------


def decode(content, is_start=False):
    """Text of bytes: by its mark, else UTF-8, UTF-16 without mark, or Windows-1252.

    `is_start` says that more follows, so that the last letter may be half. Raises FileRefused for
    bytes that are no text.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\x00" in content:
        even, odd = content[0::2].count(0), content[1::2].count(0)
        encodings = ["utf-16-be" if even > odd else "utf-16-le"]
        if max(even, odd) < len(content) / 6:
            raise FileRefused(_("This is not a text file. Choose a CSV or Excel file."))
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            text = decoder.decode(content, final=not is_start)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileRefused(_("This is not a text file. Choose a CSV or Excel file."))


def _read_csv(content):
    text = clean_text(decode(content))
    delimiter, width, text = _shape(text)
    sheet = Sheet("csv")
    broken = 0
    for line, cells in read_records(text, delimiter, width, join_first=True):
        broken += cells is None
        if broken > MAX_BROKEN:
            raise FileRefused(_("Quotation marks in this file are never closed."))
        _add(sheet, line, cells)
    return sheet


def _shape(text):
    """(sign between cells, cells in a row, text): as "sep=;" says, else as most lines agree on."""
    said = re.match(r"\ufeff?sep=(.)[ \t]*(?=\r|\n)", text)
    if said:
        text = text[said.end() :]
    best = (0.0, 1, ";")
    for sign in said.group(1) if said else DELIMITERS:
        widths = []
        for _line, cells in read_records(text, sign):
            if cells is not None:
                widths.append(len(cells))
            if len(widths) == 30:
                break
        if not widths:
            continue
        width, count = collections.Counter(widths).most_common(1)[0]
        if width > 1:
            best = max(best, (count / len(widths), width, sign), key=lambda found: found[:2])
    return best[2], best[1], text


def read_records(text, delimiter, width=None, join_first=False):
    """Yield (line number, fields or None) per record; None when a quote is never closed.

    Quoted fields may hold separators and line ends. A stray quote in an unquoted file does not
    swallow what follows: when the line splits into `width` fields as it is, that is what counts.
    With `join_first` that is so only when no later line closes the quote.
    """
    lines = re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", text)
    number = 0
    while number < len(lines):
        line = lines[number].rstrip("\r\n")
        number += 1
        if not line.strip():
            continue
        start = number
        fields = split_quoted(line, delimiter)
        if fields is None and join_first:
            fields, number = _joined(lines, number, delimiter, width)
        if fields is None and width and line.count(delimiter) == width - 1:
            fields = line.split(delimiter)
        if fields is None and not join_first:
            fields, number = _joined(lines, number, delimiter, width)
        yield start, fields


def split_quoted(text, delimiter):
    """The fields of one record, or None when its quotes do not pair."""
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def _joined(lines, number, delimiter, width):
    """Join a record with the lines after it until its quotes close; at most 50 lines on."""
    text = lines[number - 1]
    for extra in range(number, min(number + 50, len(lines))):
        text += lines[extra]
        fields = split_quoted(text.rstrip("\r\n"), delimiter)
        if fields is not None and (width is None or len(fields) == width):
            return fields, extra + 1
    return None, number


# --- XLSX -----------------------------------------------------------------------------------------


def _read_xlsx(content):
    try:
        return _first_sheet(content)
    except FileRefused:
        raise
    except Exception as problem:  # a file from outside may break the library in any way
        raise FileRefused(_("This file is damaged. Save it again and retry.")) from problem


def _first_sheet(content):
    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=False, keep_links=False
    )
    try:
        found = [_read_page(page) for page in book.worksheets if page.sheet_state == "visible"]
    finally:
        book.close()
    filled = [(name, sheet) for name, sheet in found if sheet.rows]
    if not filled:
        raise FileRefused(_("The file is empty."))
    name, sheet = filled[0]
    if len(filled) > 1:
        sheet.notes.append(
            _("The file has more pages. Only the first, “%(name)s”, was looked at.")
            % {"name": name[:40]}
        )
    return sheet


def _read_page(page):
    sheet = Sheet("xlsx")
    page.reset_dimensions()  # what a page says about its size may be wrong
    # Rows that a file leaves out are given as empty ones, so that the place is the line.
    rows = page.iter_rows(max_col=MAX_COLUMNS + 1, max_row=4 * MAX_ROWS)
    for line, cells in enumerate(rows, start=1):
        texts = [_as_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        _add(sheet, line, texts)
    return page.title, sheet


def _as_text(cell):
    """The cell as text: dates as 2015-03-09, whole numbers without a point."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if cell.data_type == "e":
        return ERROR
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean_text(value)


def _add(sheet, line, cells):
    """Keep a row, unless nothing stands in it."""
    if cells is not None:
        cells = tuple(cell[:MAX_CELL].strip() for cell in cells)
        if not any(cells):
            return
        if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
            raise FileRefused(_("The file has more than 100 columns."))
        cells = cells[:MAX_COLUMNS]
    if len(sheet.rows) > MAX_ROWS:
        raise FileRefused(_("The file has more than 5,000 lines. Choose a list of one school."))
    sheet.rows.append(Row(line, cells))
