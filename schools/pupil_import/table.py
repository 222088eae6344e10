"""From a sheet to a table that may be kept, and from that table to pupils. Pure.

A table is plain data, as it is stored between choosing a file and reading it: headings, rows with
their line, and what was left out. Nothing of a left out column stays.
"""

import datetime as dt
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oja.core.text import mask_bsn
from schools.imports import FileRefused, Refused
from schools.pupil_import import columns, names, values

LIMITS = {"first_name": 100, "prefix": 30, "last_name": 120, "group": 40, "school_number": 30}
OLDEST = 25  # years; nobody older is a pupil
DATES = ("birth_date", "enrolled_on", "left_on")


@dataclass(frozen=True)
class PupilRow:
    """One pupil as a file gives it. Empty and None: the file says nothing."""

    line: int
    first_name: str
    last_name: str
    birth_date: dt.date
    prefix: str = ""
    gender: int | None = None
    group: str = ""
    school_number: str = ""
    enrolled_on: dt.date | None = None
    left_on: dt.date | None = None  # not before today: only who has left
    residence: str = ""  # as the file says it
    is_whole_name: bool = False  # the name stood in one column
    remarks: tuple[str, ...] = ()

    def as_plain(self):
        """The row as plain data."""
        found = asdict(self)
        for name in DATES:
            found[name] = found[name] and found[name].isoformat()
        return found

    @classmethod
    def from_plain(cls, data):
        """The row of plain data."""
        days = {name: data[name] and dt.date.fromisoformat(data[name]) for name in DATES}
        return cls(**data | days | {"remarks": tuple(data["remarks"])})


@dataclass
class ParsedPupils:
    """What a file held: pupils to use, lines refused, lines of data, and what to tell."""

    rows: list[PupilRow] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    total: int = 0
    notes: list[str] = field(default_factory=list)
    left_out: dict[str, Any] = field(default_factory=dict)

    def as_plain(self):
        """Everything as plain data, to be kept until the file is read."""
        return {
            "pupils": [row.as_plain() for row in self.rows],
            "refused": [asdict(row) for row in self.refused],
            "total": self.total,
            "notes": self.notes,
            "left_out": self.left_out,
        }

    @classmethod
    def from_plain(cls, data):
        """The same again."""
        return cls(
            rows=[PupilRow.from_plain(row) for row in data["pupils"]],
            refused=[Refused(**row) for row in data["refused"]],
            total=data["total"],
            notes=data["notes"],
            left_out=data["left_out"],
        )


def make_table(sheet, on):
    """The table of a sheet: what we may need, without citizen service numbers. Raises FileRefused.

    Keys: headings, rows ([line, cells or None]), bsn and unneeded (headings left out), notes.
    """
    place = columns.place_of_headings(sheet.rows, on)
    body = sheet.rows if place is None else sheet.rows[place + 1 :]
    given = () if place is None else sheet.rows[place].cells
    width = max([len(given), *(len(row.cells or ()) for row in body)])
    headings = _headings(given, width)
    if not body:
        raise FileRefused(_("The file has a header and no lines below it."))
    texts = [
        [row.cells[number] for row in body if row.cells and number < len(row.cells)]
        for number in range(width)
    ]
    bsn = [n for n in range(width) if columns.is_bsn(headings[n], texts[n])]
    unneeded = [
        n
        for n in range(width)
        if n not in bsn and (columns.is_unneeded(headings[n], texts[n]) or not any(texts[n]))
    ]
    kept = [n for n in range(width) if n not in bsn and n not in unneeded]
    return {
        "headings": [headings[n] for n in kept],
        "rows": [[row.line, _kept_cells(row.cells, kept)] for row in body],
        "bsn": [headings[n] for n in bsn],
        "unneeded": [headings[n] for n in unneeded if any(texts[n])],
        "notes": list(sheet.notes),
    }


def _headings(given, width):
    """A name of its own for every column, also where the file gives none."""
    found = {}
    for number in range(width):
        text = given[number][:60] if number < len(given) else ""
        if not columns.plain(text):
            text = _("Column %d") % (number + 1)
        while columns.plain(text) in found:
            text = f"{text} {number + 1}"
        found[columns.plain(text)] = text
    return list(found.values())


def _kept_cells(cells, places):
    if cells is None:
        return None
    found = [cells[place] if place < len(cells) else "" for place in places]
    return [BSN_MARK if values.looks_like_bsn(cell) else mask_bsn(cell)[0] for cell in found]


#: What stays of a citizen service number in a column of something else.
BSN_MARK = "•" * 9


def read_pupils(table, mapping, on):
    """ParsedPupils of a table. `mapping`: field -> place of its column. Raises FileRefused."""
    lacking = columns.missing(mapping)
    if lacking:
        raise FileRefused(lacking_sentence(lacking))
    parsed = ParsedPupils(total=len(table["rows"]), notes=list(table["notes"]))
    parsed.left_out = {key: table[key] for key in ("bsn", "unneeded")}
    used = set(mapping.values())
    parsed.left_out["unneeded"] = [
        *parsed.left_out["unneeded"],
        *(text for place, text in enumerate(table["headings"]) if place not in used),
    ]
    dates = [cells[mapping["birth_date"]] for _line, cells in table["rows"] if cells is not None]
    order = values.order_of(dates)
    if order == values.MONTH_FIRST:
        parsed.notes.append(_("Dates in this file put the month first: 03/25/2016."))
    for line, cells in table["rows"]:
        if cells is None:
            parsed.refused.append(
                Refused(line, _("A quotation mark on this line is never closed."))
            )
            continue
        # A quote that was never closed may stand before a value.
        cell = {key: names.tidy(cells[place].strip('"')) for key, place in mapping.items()}
        keep(parsed, line, cell, on, order)
    return parsed


def lacking_sentence(lacking):
    """The sentence about columns that a list cannot do without."""
    if lacking == ["birth_date"]:
        return _("This file has no column with birth dates.")
    labels = [str(columns.FIELD_LABELS[key]).lower() for key in lacking]
    return _("This file has no column for: %s.") % ", ".join(labels)


def keep(parsed, line, cell, on, order=values.DAY_FIRST, remarks=()):
    """Add one pupil, or the reason why not. `cell`: field -> text; used for every kind of file."""
    try:
        parsed.rows.append(_pupil(line, cell, on, order, remarks))
    except _Wrong as problem:
        parsed.refused.append(Refused(line, str(problem)))


class _Wrong(Exception):
    """Why a line cannot be used."""


def _pupil(line, cell, on, order, told):
    for text in cell.values():
        if text.startswith("="):
            raise _Wrong(_("A cell holds a formula. Paste the list as values and save it again."))
        if text.startswith("#"):
            raise _Wrong(_("A cell holds an error of the spreadsheet, such as #N/A."))
    first_name, prefix, last_name = _name(cell)
    remarks = [*told]
    number = cell.get("school_number", "")
    if number and (number == BSN_MARK or values.looks_like_bsn(number)):
        number = ""
        remarks.append(_("The number of the pupil looks like a BSN and was not read."))
    if found_group := values.group_of_date(cell.get("group", "")):
        remarks.append(
            _("The spreadsheet made a date of the group; it is read as “%s”.") % found_group
        )
    gender = values.read_gender(cell.get("gender", ""))
    if gender is None:
        remarks.append(_("“%s” is no gender that we know; it stays unknown.") % cell["gender"][:20])
    found = {
        "first_name": first_name,
        "prefix": prefix,
        "last_name": last_name,
        "group": found_group or cell.get("group", ""),
        "school_number": number,
    }
    for key, text in found.items():
        if len(text) > LIMITS[key]:
            raise _Wrong(
                _("%(field)s is longer than %(limit)s characters.")
                % {"field": columns.FIELD_LABELS[key], "limit": LIMITS[key]}
            )
        if "•" in text:
            raise _Wrong(_("In the name or group stands a number that looks like a BSN."))
    birth_date = _birth_date(cell.get("birth_date", ""), on, order)
    enrolled_on = _day(cell.get("enrolled_on", ""), on, order)
    left_on = _day(cell.get("left_on", ""), on, order)
    if enrolled_on and enrolled_on < birth_date:
        raise _Wrong(_("The enrolment lies before the birth date."))
    if left_on and left_on < (enrolled_on or birth_date):
        raise _Wrong(_("The pupil left before it came."))
    return PupilRow(
        line=line,
        birth_date=birth_date,
        gender=gender or None,
        enrolled_on=enrolled_on,
        left_on=left_on if left_on and left_on <= on else None,
        residence=cell.get("residence", "")[:80],
        is_whole_name="first_name" not in cell or "last_name" not in cell,
        remarks=tuple(remarks),
        **found,
    )


def _name(cell):
    """(first name, prefix, surname) from one column or three; raises _Wrong."""
    if "first_name" not in cell or "last_name" not in cell:
        first_name, prefix, last_name = names.split_full_name(cell["full_name"])
    else:
        first_name, last_name = cell["first_name"], cell["last_name"]
        prefix = names.tidy_prefix(cell.get("prefix", ""))
        if not prefix:
            prefix, last_name = names.split_prefix(last_name)
    if not first_name and not last_name:
        raise _Wrong(_("The name is missing."))
    if not first_name:
        raise _Wrong(_("The first name is missing."))
    if not last_name:
        raise _Wrong(_("The last name is missing."))
    for text in (first_name, last_name):
        if not names.is_name(text):
            raise _Wrong(_("“%s” is no name.") % text[:30])
    return first_name, prefix, last_name


def _birth_date(text, on, order):
    day = _date(text, on, order, _("The birth date is missing."))
    if day > on:
        raise _Wrong(_("The birth date lies in the future."))
    if day.year < on.year - OLDEST:
        raise _Wrong(
            _("Check the year of %(date)s: this would be an adult.")
            % {"date": date_format(day, "d-m-Y")}
        )
    return day


def _day(text, on, order):
    return _date(text, on, order, "") if text else None


def _date(text, on, order, when_missing):
    if not text:
        raise _Wrong(when_missing)
    try:
        return values.read_date(text, order, latest=on)
    except (values.NotADate, OverflowError) as problem:
        shown = re.sub(r"\s+", " ", text)[:30]
        raise _Wrong(_("“%s” is no date. Write it as 31-12-2016.") % shown) from problem
