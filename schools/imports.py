"""Reading register files: bytes in, rows and refused lines out. Touches no database.

Files of DUO (CC0) have habits: two encodings, two separators, headers with spaces, underscores or
hyphens, a single space for "empty", codes with and without leading zeros, quotes that never close.
A line that cannot be read is refused with a reason; a file that cannot be read raises FileRefused
and nothing of it is used.
"""

import codecs
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from oja.core.sheets import FileRefused, read_records, split_quoted
from oja.core.text import clean_text


@dataclass(frozen=True)
class Refused:
    """A line that was not used, with the reason for the person who gave the file."""

    line: int
    reason: str
    code: str = ""  # of the site it speaks about, when that could be read


@dataclass(frozen=True)
class SiteRow:
    """One site as the file gives it. None = the file has no such column, so nothing is known."""

    line: int
    code: str
    brin: str
    name: str
    municipality_code: str
    municipality_name: str
    board: str | None = None
    street: str | None = None
    house_number: str | None = None
    postal_code: str | None = None
    city: str | None = None
    phone: str | None = None
    website: str | None = None
    denomination: str | None = None
    holiday_region: str | None = None


@dataclass
class ParsedFile:
    """What a file held: rows to use, lines refused, and how many lines of data there were."""

    rows: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    total: int = 0


# Header names without spaces, underscores and hyphens. Older files say BRIN NUMMER and
# VESTIGINGSNUMMER (two digits), current ones INSTELLINGSCODE and VESTIGINGSCODE (six characters).
HEADERS = {
    "code": ("VESTIGINGSCODE",),
    "suffix": ("VESTIGINGSNUMMER",),
    "brin": ("INSTELLINGSCODE", "BRINNUMMER", "BRIN"),
    "name": ("VESTIGINGSNAAM", "NAAMVESTIGING"),
    "board": ("BEVOEGDGEZAGNUMMER", "BEVOEGDGEZAG"),
    "street": ("STRAATNAAM",),
    "house_number": ("HUISNUMMERTOEVOEGING", "HUISNUMMER"),
    "postal_code": ("POSTCODE",),
    "city": ("PLAATSNAAM",),
    "municipality_code": ("GEMEENTENUMMER", "GEMEENTECODE"),
    "municipality_name": ("GEMEENTENAAM",),
    "denomination": ("DENOMINATIE",),
    "phone": ("TELEFOONNUMMER",),
    "website": ("INTERNETADRES",),
    "holiday_region": ("VAKANTIEREGIO",),
}
# Longest text per field that the register keeps; longer is refused, never cut.
LIMITS = {
    "name": 200,
    "municipality_name": 80,
    "street": 100,
    "house_number": 20,
    "postal_code": 10,
    "city": 80,
    "phone": 40,
    "website": 200,
    "denomination": 80,
}
OPTIONAL = (
    "board",
    "street",
    "house_number",
    "postal_code",
    "city",
    "phone",
    "website",
    "denomination",
    "holiday_region",
)
REGIONS = ("NOORD", "MIDDEN", "ZUID")
PROVINCES = {"lb", "nb", "nh", "ov", "ut", "zh"}
LOWER_WORDS = {
    "aan", "a", "a/d", "ad", "bij", "ca", "d", "de", "den", "der", "en", "gem", "het", "in", "l",
    "of", "op", "over", "onder", "s", "t", "te", "ten", "ter", "van", "z",
}  # fmt: skip


def decode(content):
    """Text of a file: UTF-8 with or without mark, else Windows-1252. Raises FileRefused."""
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise FileRefused(_("The file is empty."))
    if content[:4] == b"PK\x03\x04":
        raise FileRefused(_("This is a spreadsheet or a zip file. Save it as CSV first."))
    if b"\x00" in content:
        raise FileRefused(_("This is not a text file. Choose the CSV file of DUO."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused(_("The characters of this file are neither UTF-8 nor Windows-1252."))


def parse_addresses(content):
    """ParsedFile of the bytes of DUO's "Alle schoolvestigingen basisonderwijs".

    Raises FileRefused for a file that is empty, binary, of another kind, without the needed
    columns or without a single line of data.
    """
    text = clean_text(decode(content))
    first = next(line for line in re.split(r"\r\n|\n|\r", text) if line.strip())
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    header = split_quoted(first, delimiter) or first.split(delimiter)
    places = _columns(header)

    parsed = ParsedFile()
    seen = {}
    after_header = False
    for line, fields in read_records(text, delimiter, len(header)):
        if not after_header:
            after_header = True
            continue
        if fields is not None and not any(value.strip() for value in fields):
            continue
        parsed.total += 1
        row = _site_row(line, fields, len(header), places)
        if isinstance(row, SiteRow) and row.code in seen:
            row = Refused(
                line,
                _("Site %(code)s is already on line %(line)s.")
                % {"code": row.code, "line": seen[row.code]},
                row.code,
            )
        if isinstance(row, Refused):
            parsed.refused.append(row)
        else:
            seen[row.code] = line
            parsed.rows.append(row)
    if not parsed.total:
        raise FileRefused(_("The file has a header and no lines below it."))
    return parsed


def _columns(header):
    """Place of each field in a record. Raises FileRefused when a needed column is missing."""
    names = [re.sub(r"[^A-Z0-9]", "", name.upper()) for name in header]
    if "ONDERWIJSSTRUCTUUR" in names:
        raise FileRefused(
            _(
                "This is the file of secondary schools. "
                "Choose “Alle schoolvestigingen basisonderwijs”."
            )
        )
    places = {}
    for key, accepted in HEADERS.items():
        found = [names.index(name) for name in accepted if name in names]
        if found:
            places[key] = found[0]
    missing = []
    if "code" not in places and not ("suffix" in places and "brin" in places):
        missing.append("VESTIGINGSCODE")
    if "name" not in places:
        missing.append("VESTIGINGSNAAM")
    if "municipality_code" not in places:
        missing.append("GEMEENTENUMMER")
    if missing:
        raise FileRefused(_("The file misses these columns: %s.") % ", ".join(missing))
    return places


def _site_row(line, fields, width, places):
    """SiteRow or Refused for one record."""
    if fields is None:
        return Refused(line, _("A quotation mark on this line is never closed."))
    while len(fields) > width and not fields[-1].strip():
        fields = fields[:-1]
    code = ""
    if len(fields) != width:
        if places.get("code", width) < len(fields):
            code = fields[places["code"]].strip().upper()
        return Refused(
            line,
            _("This line has %(found)s columns, the header has %(expected)s.")
            % {"found": len(fields), "expected": width},
            code,
        )
    values = {key: " ".join(fields[place].split()) for key, place in places.items()}
    brin, code = _site_code(values)
    problem = _problem(values, brin, code)
    if problem:
        return Refused(line, problem, code)
    region = values.get("holiday_region")
    return SiteRow(
        line=line,
        code=code,
        brin=code[:4],
        name=values["name"],
        municipality_code=values["municipality_code"].zfill(4),
        municipality_name=readable_place(values.get("municipality_name", "")),
        **{
            **{key: values.get(key) for key in OPTIONAL},
            "board": values["board"].zfill(5) if values.get("board") else values.get("board"),
            "city": readable_place(values["city"]) if "city" in values else None,
            "holiday_region": region.upper() if region is not None else None,
        },
    )


def _site_code(values):
    """(BRIN, six-character code) in capitals, from whichever columns the file has."""
    brin = values.get("brin", "").upper()
    code = values.get("code", "").upper()
    if not code:
        suffix = values.get("suffix", "").upper()
        code = suffix if len(suffix) == 6 else (brin + suffix.zfill(2) if suffix else "")
    return brin, code


def _problem(values, brin, code):
    """Why a record cannot be used, or an empty string."""
    if not code:
        return _("The site code is missing.")
    if not re.fullmatch(r"[0-9]{2}[A-Z]{2}[0-9A-Z]{2}", code):
        return _("“%s” is no site code: two digits, two letters and two more.") % code[:20]
    if brin and brin != code[:4]:
        return _("Site code %(code)s does not belong to BRIN %(brin)s.") % {
            "code": code,
            "brin": brin[:20],
        }
    if not values["name"]:
        return _("The name of the site is missing.")
    number = values["municipality_code"]
    if not number:
        return _("The code of the municipality is missing.")
    if not re.fullmatch(r"[0-9]{1,4}", number):
        return _("“%s” is no code of a municipality.") % number[:20]
    board = values.get("board")
    if board and not re.fullmatch(r"[0-9]{1,5}", board):
        return _("“%s” is no number of a school board.") % board[:20]
    region = values.get("holiday_region")
    if region and region.upper() not in REGIONS:
        return _("“%s” is no holiday region.") % region[:20]
    for key, limit in LIMITS.items():
        if len(values.get(key) or "") > limit:
            return _("%(field)s is longer than %(limit)s characters.") % {
                "field": HEADERS[key][0],
                "limit": limit,
            }
    return ""


def readable_place(name):
    """The name of a place as people write it: "HOF VAN TWENTE" becomes "Hof van Twente".

    A name that already has small letters stays as it is.
    """
    if name != name.upper():
        return name
    words = name.lower().split(" ")
    if words[0] == "s" and len(words) > 1:  # written without its sign: 'S GRAVENHAGE
        words[:2] = [f"'s-{words[1]}"]
    return " ".join(_readable_word(word, number == 0) for number, word in enumerate(words))


def _readable_word(word, is_first):
    if not is_first and word in LOWER_WORDS:
        return word
    if not is_first and word in PROVINCES:
        return word.upper()
    if word.startswith(("'", "’")):
        head, dash, rest = word.partition("-")
        return f"{head}{dash}{_capital(rest)}" if dash else word
    parts = word.split("-")
    return "-".join(
        part if part in LOWER_WORDS and number else _capital(part)
        for number, part in enumerate(parts)
    )


def _capital(word):
    """Capital first letter; IJ is one letter in Dutch."""
    if word.startswith("ij"):
        return "IJ" + word[2:]
    match = re.match(r"\W*", word)
    start = match.end()
    return word[:start] + word[start : start + 1].upper() + word[start + 1 :]
