"""Lists of pupils as administrations make them, and as they go wrong: name -> bytes and outcome.

An outcome is a number of new pupils with what must be said (in the report or beside it), or a
sentence with which the whole file is refused.
"""

import datetime as dt
import io
import zipfile
from dataclasses import dataclass

import openpyxl

HEAD = "Leerlingnr;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Groep"
NOOR = "101;Noor;van der;Berg;01-03-2016;5a"
SEM = "102;Sem;;Bos;12-11-2015;5a"
BOTH = "\n".join((HEAD, NOOR, SEM))


@dataclass(frozen=True)
class Case:
    """A file and what becomes of it: `new` pupils, `refused` lines, and `says` somewhere."""

    content: bytes
    new: int = 2
    refused: int = 0
    says: str = ""
    refuses: str = ""  # the sentence for a file that is refused as a whole


def text(*lines, encoding="utf-8", end="\r\n", **outcome):
    return Case(end.join(lines).encode(encoding), **outcome)


def book(*rows, touch=None, **outcome):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if touch:
        touch(made.active)
    content = io.BytesIO()
    made.save(content)
    return Case(content.getvalue(), **outcome)


def edexml(pupils, school="<school><brincode>00AB</brincode></school>", start="", **outcome):
    body = f"{start}<EDEX>\n{school}\n<leerlingen>\n{pupils}\n</leerlingen>\n</EDEX>"
    return Case(body.encode(), **outcome)


def pupil(key="1", more="", name="Noor", born="2016-03-01"):
    return (
        f'<leerling key="{key}"><achternaam>Berg</achternaam><roepnaam>{name}</roepnaam>'
        f"<geboortedatum>{born}</geboortedatum>{more}</leerling>"
    )


def zip_bomb():
    """A book that says to unpack to 200 MB."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * (200 * 1024 * 1024))
    return content.getvalue()


def merged(page):
    page.merge_cells("A1:F1")
    page["A1"] = "Leerlingen van De Wissel, schooljaar 2025-2026"


COLUMNS = HEAD.split(";")
ROWS = ([101, "Noor", "van der", "Berg", dt.date(2016, 3, 1), "5a"], SEM.split(";"))

CASES = {
    # encodings
    "utf-8 with a mark": text(BOTH, encoding="utf-8-sig"),
    "windows-1252": text(BOTH.replace("Noor", "Zoë"), encoding="cp1252"),
    "utf-16 with a mark": text(BOTH.replace("Noor", "Zoë"), encoding="utf-16"),
    "utf-16 without a mark": text(BOTH, encoding="utf-16-le"),
    "a file of an old Mac": text(*BOTH.split("\n"), end="\r"),
    "bytes of something else": Case(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, refuses="tekst"),
    "nothing": Case(b"", refuses="leeg"),
    "only a mark": Case(b"\xef\xbb\xbf \r\n", refuses="leeg"),
    # separators and quotes
    "commas": text(BOTH.replace(";", ",")),
    "tabs": text(BOTH.replace(";", "\t")),
    "bars": text(BOTH.replace(";", "|")),
    "it says its separator": text("sep=;", BOTH),
    "quoted": text(*('"' + line.replace(";", '";"') + '"' for line in BOTH.split("\n"))),
    "a line end inside quotes": text(HEAD, '101;"Noor\r\nAnna";"van der";Berg;01-03-2016;5a', SEM),
    "a quote that never closes": text(HEAD, NOOR.replace("Noor", '"Noor'), SEM),
    "empty lines between": text(HEAD, "", NOOR, "", ";;;;;", SEM, ""),
    "fewer cells than headings": text(HEAD + ";Geslacht;Opmerking", NOOR, SEM),
    # headings
    "no headings": text("Noor van der Berg;01-03-2016;5a", "Sem Bos;12-11-2015;5a"),
    "a title above": text("Leerlingen van De Wissel;;;;;", "", HEAD, NOOR, SEM),
    "no birth dates": text("Roepnaam;Achternaam", "Noor;Berg", refuses="geen kolom met geboorte"),
    "no lines": text(HEAD, refuses="geen regels"),
    "parents are not read": text(
        HEAD + ";Naam moeder;Telefoon vader",
        f"{NOOR};Ada Berg;0612345678",
        f"{SEM};Bea Bos;0612345679",
        says="Ouders zijn niet gelezen",
    ),
    "a bsn": text(HEAD + ";BSN", f"{NOOR};123456782", f"{SEM};111222333",
                  says="BSN is niet gelezen"),
    "a bsn under another name": text(
        HEAD + ";Code", f"{NOOR};123456782", f"{SEM};111222333",
        f"{SEM};123456782".replace("102", "3"), refused=1, says="BSN is niet gelezen",
    ),
    # names
    "the prefix before the surname": text(HEAD, "101;Noor;;van der Berg;01-03-2016;5a", SEM),
    "the prefix behind the surname": text(HEAD, "101;Noor;;Berg, van der;01-03-2016;5a", SEM),
    "one column": text("Naam;Geboortedatum", "Berg, Noor van der;01-03-2016", "Sem Bos;12-11-2015"),
    "a name with a formula": text(HEAD, NOOR.replace("Noor", "=1+1"), SEM, new=1, refused=1,
                                  says="formule"),
    "a name of a table": text(HEAD, NOOR.replace("Noor", "<b>Noor"), SEM, new=1, refused=1),
    "no surname": text(HEAD, NOOR.replace("Berg", ""), SEM, new=1, refused=1, says="achternaam"),
    "a name that is too long": text(HEAD, NOOR.replace("Berg", "B" * 130), SEM, new=1, refused=1,
                                    says="langer dan 120"),
    # dates
    "dates as numbers of a spreadsheet": text(HEAD, NOOR.replace("01-03-2016", "42430"), SEM),
    "a number of a grown-up": text(HEAD, NOOR.replace("01-03-2016", "31000"), SEM, new=1, refused=1,
                                   says="het jaar van"),
    "short dates": text(HEAD, NOOR.replace("01-03-2016", "1-2-2015"), SEM),
    "years of two digits": text(HEAD, NOOR.replace("2016", "16"), SEM),
    "a date that does not exist": text(HEAD, NOOR.replace("01-03-2016", "2015-02-30"), SEM, new=1,
                                       refused=1, says="geen datum"),
    "a date to come": text(HEAD, NOOR.replace("2016", "2099"), SEM, new=1, refused=1,
                           says="toekomst"),
    "a word for a date": text(HEAD, NOOR.replace("01-03-2016", "onbekend"), SEM, new=1, refused=1,
                              says="geen datum"),
    # the same pupil
    "twice": text(HEAD, NOOR, NOOR, SEM, refused=1, says="staat al op regel 2"),
    # residence
    "a municipality": text(HEAD + ";Gemeente", f"{NOOR};Enschede", f"{SEM};0153"),
    "a village": text(HEAD + ";Woonplaats", f"{NOOR};Glanerbrug", f"{SEM};ENSCHEDE",
                      says="regel 2: “Glanerbrug” is geen gemeente"),
    # who left
    "somebody who left": text(HEAD + ";Uitschrijfdatum", f"{NOOR};18-07-2025", f"{SEM};", new=1,
                              says="1 oud-leerling die hier niet bekend is"),
    "left before it came": text(HEAD + ";Inschrijfdatum;Uitschrijfdatum",
                                f"{NOOR};01-08-2025;18-07-2025", f"{SEM};;", new=1, refused=1),
    # books
    "a book": book(COLUMNS, *ROWS),
    "merged cells above the headings": book(["x"], COLUMNS, *ROWS, touch=merged),
    "a book with formulas": book(COLUMNS, ["=1", "=A1", "", "Berg", dt.date(2016, 3, 1), "5a"],
                                 ROWS[1], new=1, refused=1, says="formule"),
    "a book with an error": book(COLUMNS, [101, "Noor", "", "#N/A", dt.date(2016, 3, 1), "5a"],
                                 ROWS[1], new=1, refused=1, says="fout van het rekenblad"),
    "a group that became a date": book(COLUMNS, [*ROWS[0][:5], dt.date(2026, 6, 5)], ROWS[1],
                                       says="5/6"),
    "a damaged book": Case(book(COLUMNS, *ROWS).content[:-200], refuses="beschadigd"),
    "a zip that grows": Case(zip_bomb(), refuses="veel te groot"),
    "a zip of something else": Case(b"PK\x05\x06" + bytes(18), refuses="zip"),
    "an old book": Case(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), refuses="oud Excel"),
    "a page of the web": Case(b"<html><table><tr><td>Noor", refuses="webpagina"),
    "a PDF": Case(b"%PDF-1.7 ...", refuses="PDF"),
    "too many lines": text(HEAD, *(f"{n};Kind{'abcdefghij'[n % 10]};;Bos;01-01-2016;5a"
                                   for n in range(5_001)), refuses="5.000"),
    # EDEXML
    "edexml": edexml(pupil("1") + pupil("2", name="Sem")),
    "edexml of another school": edexml(pupil(), "<school><brincode>99ZZ</brincode></school>",
                                       refuses="Regel 2: .*99ZZ"),
    "edexml without a BRIN": edexml(pupil(), "<school/>", refuses="Regel 2: de BRIN ontbreekt"),
    "edexml with a wrong date": edexml(pupil(born="2016-02-31") + "\n" + pupil("2", name="Sem"),
                                       new=1, refused=1, says="regel 4: “2016-02-31”"),
    "edexml with an unknown part": edexml(pupil(more="<schoen>31</schoen>") + "\n" + pupil("2"),
                                          new=1, refused=1, says="schoen.*regel 4"),
    "edexml with an unknown block": edexml(pupil(), "<school><brincode>00AB</brincode></school>"
                                           "<ouders/>", refuses="Regel 2: “ouders” hoort niet"),
    "edexml with what stands outside": edexml(
        pupil(), start='<!DOCTYPE EDEX [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n',
        refuses="eigen definities"),
    "edexml that grows": edexml(
        pupil(), start='<!DOCTYPE EDEX [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;&a;">]>\n',
        refuses="eigen definities"),
    "edexml that breaks off": Case(edexml(pupil()).content[:-20], refuses="geen goede XML"),
    "edexml in utf-16": Case(
        b'\xff\xfe' + ('<?xml version="1.0" encoding="utf-16"?>' +
        edexml(pupil("1") + pupil("2", name="Zoë")).content.decode()).encode("utf-16-le")),
    "edexml without groups": edexml(pupil("1") + pupil("2", name="Sem"), says="hebben geen groep"),
}  # fmt: skip
