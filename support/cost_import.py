"""Bills that nobody here ordered, from a file of the municipality: CSV or XLSX.

A line is a bill; a wrong line gives a message with its number, and then nothing of the file is
booked. The same file twice changes nothing. Names and citizen service numbers are not read:
`support.cost_columns` says which column holds what.
"""

import datetime as dt
import re
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from oja.core.money import parse_euros
from oja.core.sheets import read_sheet
from oja.core.text import fold
from schools.models import Municipality
from support import cost_columns
from support.actions.costs import CASE_NUMBER, record_external_costs
from support.models import Referrer

#: iJw 3.2, list JZ020: 31 to 55, in which 39 does not exist.
JZ020 = {str(number) for number in range(31, 56)} - {"39"}


@dataclass
class CostReport:
    """What a file came to. `refused` holds (line, sentence); with any, nothing was booked."""

    rows: int = 0
    new: int = 0
    unchanged: int = 0
    matched: int = 0
    cents: int = 0
    refused: list = field(default_factory=list)
    ignored: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    @property
    def unmatched(self):
        """Bills for which no trajectory was found."""
        return self.new - self.matched

    def as_dict(self):
        """For JSON: counts, cents, and the refused lines."""
        return {
            "rows": self.rows,
            "new": self.new,
            "unchanged": self.unchanged,
            "matched": self.matched,
            "unmatched": self.unmatched,
            "cents": self.cents,
            "refused": [{"line": line, "reason": text} for line, text in self.refused],
            "ignored_columns": self.ignored,
            "notes": self.notes,
        }


@dataclass
class CostFile:
    """A file that was read: items with their lines, and what was wrong or left out."""

    items: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    ignored: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def import_costs(actor, *, provider, content, on, dry_run=False):
    """Read a file and book its bills for a provider. Returns a CostReport.

    Raises FileRefused for a file that cannot be used at all. A dry run books nothing.
    """
    file = read_costs(content, on=on)
    return book_file(actor, provider=provider, file=file, on=on, dry_run=dry_run)


def book_file(actor, *, provider, file, on, dry_run=False, given=None):
    """Book what `read_table` gave: all of it, or nothing when a line is wrong.

    `given` is the CostImport that the bills came from, if they came through the pages.
    """
    report = CostReport(
        rows=len(file.items) + len(file.refused),
        refused=list(file.refused),
        ignored=file.ignored,
        notes=file.notes,
    )
    with transaction.atomic():
        booked = record_external_costs(
            actor, provider=provider, items=file.items, on=on, file=given
        )
        if dry_run or report.refused:
            transaction.set_rollback(True)
    report.refused += [(file.lines[index], sentence) for index, sentence in booked.problems]
    report.refused.sort()
    if not report.refused:
        report.new, report.matched = len(booked.new), booked.matched
        report.unchanged, report.cents = booked.unchanged, booked.cents
    return report


def read_costs(content, *, on):
    """The CostFile of the bytes of a file. Raises FileRefused when a needed column is missing."""
    table = make_table(content)
    fields = {guess.place: guess.field for guess in guesses_of(table) if guess.field}
    cost_columns.refuse_missing(fields.values())
    return read_table(table, {field: place for place, field in fields.items()}, on=on)


def make_table(content, remembered=None):
    """What may be kept of a file: its headings, rows with their line, and what was left out.

    A column in which nothing of a bill was found is left out by its name. Raises FileRefused.
    """
    sheet = read_sheet(content)
    head, *body = sheet.rows
    headings = [cell.strip() for cell in head.cells or ()]
    cells = [row.cells for row in body if row.cells is not None]
    kept = [
        guess.place
        for guess in cost_columns.guess(headings, cells, remembered)
        if guess.field or (remembered and cost_columns.plain(guess.heading) in remembered)
    ]
    return {
        "headings": [headings[place] for place in kept],
        "rows": [[row.line, _only(row.cells, kept)] for row in body],
        "ignored": [name for place, name in enumerate(headings) if place not in kept and name],
        "notes": list(sheet.notes),
    }


def _only(cells, places):
    if cells is None:
        return None
    return [cells[place].strip() if place < len(cells) else "" for place in places]


def guesses_of(table, remembered=None):
    """The guesses about the columns of a table."""
    cells = [row for _line, row in table["rows"] if row is not None]
    return cost_columns.guess(table["headings"], cells, remembered)


def read_table(table, places, *, on):
    """The CostFile of a table; `places` says in which column each field stands."""
    file = CostFile(ignored=list(table["ignored"]), notes=list(table["notes"]))
    unused = set(range(len(table["headings"]))) - set(places.values())
    file.ignored += [table["headings"][place] for place in sorted(unused)]
    names = municipalities()
    seen = {}
    for line, cells in table["rows"]:
        if cells is None:
            file.refused.append((line, _("This line has a quote that never closes")))
            continue
        values = {name: cells[place] for name, place in places.items()}
        try:
            item = item_of(values, names, on)
            if item["source_ref"] in seen:
                words = {"line": seen[item["source_ref"]]}
                raise ValueError(_("This reference stands on line %(line)s too") % words)
        except ValueError as problem:
            file.refused.append((line, str(problem)))
            continue
        seen[item["source_ref"]] = line
        if values.get("case_number") and not item["case_number"]:
            words = {"line": line}
            file.notes.append(
                _("Line %(line)s: no case number in the column of the pupil; it was not kept")
                % words
            )
        file.items.append(item)
        file.lines.append(line)
    return file


def item_of(values, names, on):
    """One bill as `record_external_costs` takes it. Raises ValueError with a sentence."""
    number = values.get("case_number", "").upper()
    return {
        "source_ref": _reference(values["source_ref"]),
        "referrer": _referrer(values["referrer"]),
        "jz020": _product(values["jz020"]),
        "period_start": _date(values["period_start"], on),
        "cents": _cents(values["cents"]),
        "municipality": _municipality(values["municipality"], names),
        "case_number": number if CASE_NUMBER.fullmatch(number) else "",
    }


def municipalities():
    """{folded name or code: Municipality}."""
    found = {}
    for row in Municipality.objects.all():
        found[fold(row.name)] = row
        found[row.code] = row
        found[f"gm{row.code}"] = row
    return found


def _reference(text):
    if not text or len(text) > 80:
        raise ValueError(_("The reference is missing or longer than 80 characters"))
    return text


def _referrer(text):
    code = text.zfill(2) if text.isdigit() else text
    for value, label in Referrer.choices:
        if code == value or fold(text) == fold(str(label)):
            return value
    raise ValueError(_("Unknown referrer: %(value)s") % {"value": text or _("empty")})


def _product(text):
    if text not in JZ020:
        words = {"value": text or _("empty")}
        raise ValueError(_("Unknown product category: %(value)s") % words)
    return text


def _date(text, on):
    day = _parse_date(text)
    if day is None:
        raise ValueError(_("No date: %(value)s") % {"value": text or _("empty")})
    if day > on:
        raise ValueError(_("This date lies in the future: %(value)s") % {"value": text})
    return day


def _parse_date(text):
    """A day as 31-12-2026, 2026-12-31 or 20261231, or a month as 12-2026 or 2026-12; or None."""
    patterns = (
        r"(?P<d>\d{1,2})[-/](?P<m>\d{1,2})[-/](?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]00:00(?::00)?)?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<m>\d{1,2})[-/](?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})",
    )
    for pattern in patterns:
        found = re.fullmatch(pattern, text, re.ASCII)
        if found:
            parts = {"d": "1"} | found.groupdict()
            try:
                return dt.date(int(parts["y"]), int(parts["m"]), int(parts["d"]))
            except ValueError:
                return None
    return None


def _cents(text):
    if re.fullmatch(r"-?\d+\.\d{1,2}", text, re.ASCII):  # as a spreadsheet stores it
        text = text.replace(".", ",")
    try:
        cents = parse_euros(text)
    except ValueError:
        words = {"value": text or _("empty")}
        raise ValueError(_("No amount: %(value)s") % words) from None
    if not 0 < abs(cents) < 10**13:
        raise ValueError(_("No amount: %(value)s") % {"value": text})
    return cents


def _municipality(text, names):
    found = names.get(fold(text)) or names.get(text.zfill(4))
    if found is None:
        words = {"value": text or _("empty")}
        raise ValueError(_("Unknown municipality: %(value)s") % words)
    return found
