"""Reading address files: pure, on the real file, on dirty ones and on csv-spectrum."""

import json
from pathlib import Path

import pytest

from schools.imports import FileRefused, parse_addresses, read_records, readable_place

DATA = Path(__file__).parent.parent / "data"
HEADER = (
    "BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;STRAATNAAM;"
    "HUISNUMMER-TOEVOEGING;POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE;"
    "TELEFOONNUMMER;INTERNETADRES;VAKANTIEREGIO"
)
LINE = (
    "41565;16ZT;16ZT00;Alles in één school De Zuidsprong;Het Lang;78;7544 XC;ENSCHEDE;0153;"
    "ENSCHEDE;Openbaar;0534783833;www.hetlang.nl;Noord"
)


def csv(*lines, header=HEADER, encoding="cp1252", end="\r\n"):
    return (end.join([header, *lines]) + end).encode(encoding)


def only(content):
    parsed = parse_addresses(content)
    assert not parsed.refused
    (row,) = parsed.rows
    return row


@pytest.fixture(scope="module")
def real():
    (path,) = (DATA / "duo").glob("02*basisonderwijs*.csv")
    return parse_addresses(path.read_bytes())


def test_it_reads_every_line_of_the_real_file(real):
    assert real.total == len(real.rows) == 6107
    assert real.refused == []
    assert len({row.code for row in real.rows}) == 6107


def test_it_reads_quotes_and_accents_of_the_real_file(real):
    names = {row.code: row.name for row in real.rows}
    assert names["04NA00"] == 'Algemeen Bijzondere basisschool "de Fluessen"'
    assert names["16ZT00"] == "Alles in één school De Zuidsprong"


def test_it_refuses_the_file_of_secondary_schools():
    content = (DATA / "duo" / "vo_vestigingen_enschede_2026.csv").read_bytes()
    with pytest.raises(FileRefused, match=r"(?i)secondary|voortgezet"):
        parse_addresses(content)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_it_reads_each_encoding_and_line_end(encoding, end):
    row = only(csv(LINE, encoding=encoding, end=end))
    assert row.name == "Alles in één school De Zuidsprong"
    assert (row.code, row.brin, row.board) == ("16ZT00", "16ZT", "41565")
    assert (row.city, row.municipality_name) == ("Enschede", "Enschede")
    assert row.holiday_region == "NOORD"
    assert row.line == 2


@pytest.mark.parametrize("sign", [" ", "_", "-"])
def test_it_reads_headers_with_space_underscore_or_hyphen(sign):
    header = HEADER.replace(" ", sign).replace("-", sign)
    assert only(csv(LINE, header=header.lower())).house_number == "78"


def test_it_reads_commas_and_quoted_fields():
    line = ",".join(f'"{value}"' for value in LINE.split(";"))
    assert only(csv(line, header=HEADER.replace(";", ","))).street == "Het Lang"


@pytest.mark.parametrize(
    ("suffix", "code"), [("00", "16ZT00"), ("3", "16ZT03"), ("16ZT02", "16ZT02")]
)
def test_it_reads_the_old_names_of_codes(suffix, code):
    header = "BRIN NUMMER;VESTIGINGSNUMMER;VESTIGINGSNAAM;GEMEENTENUMMER"
    row = only(csv(f"16ZT;{suffix};De Zuidsprong;0153", header=header))
    assert (row.code, row.phone) == (code, None)


def test_it_takes_a_space_for_empty_and_pads_codes():
    line = LINE.replace("0534783833;www.hetlang.nl", " ; ").replace(";0153;ENSCHEDE", ";153; ")
    row = only(csv(line))
    assert (row.phone, row.website, row.municipality_code, row.municipality_name) == (
        "",
        "",
        "0153",
        "",
    )


def test_it_keeps_a_phone_number_in_the_field_of_the_web_address():
    assert only(csv(LINE.replace("www.hetlang.nl", "0534783833"))).website == "0534783833"


def test_it_does_not_let_a_stray_quote_swallow_the_lines_below():
    stray = LINE.replace("Alles in", '"Alles in')
    parsed = parse_addresses(csv(stray, LINE.replace("16ZT00", "16ZT01")))
    assert [row.code for row in parsed.rows] == ["16ZT00", "16ZT01"]
    assert parsed.rows[0].name.startswith('"Alles')


def test_it_reads_a_name_over_two_lines():
    name = '"De\r\nZuidsprong"'
    parsed = parse_addresses(
        csv(LINE.replace("Alles in één school De Zuidsprong", name), LINE.replace("ZT00", "ZT01"))
    )
    assert [(row.line, row.name) for row in parsed.rows] == [
        (2, "De Zuidsprong"),
        (4, "Alles in één school De Zuidsprong"),
    ]


def test_it_skips_blank_lines_and_keeps_counting():
    parsed = parse_addresses(csv("", LINE, ";" * 13, "  ", LINE.replace("ZT00", "ZT01")))
    assert parsed.total == 2
    assert [row.line for row in parsed.rows] == [3, 6]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("41565;16ZT;16ZT00;De Zuidsprong", "16ZT00"),
        (LINE + ";meer", "16ZT00"),
        (LINE.replace("16ZT00", "16Z"), "16Z"),
        (LINE.replace("16ZT00", " "), ""),
        (LINE.replace("16ZT00", "17AA00"), "17AA00"),
        (LINE.replace("Alles in één school De Zuidsprong", " "), "16ZT00"),
        (LINE.replace(";0153;", "; ;"), "16ZT00"),
        (LINE.replace(";0153;", ";Enschede;"), "16ZT00"),
        (LINE.replace("41565", "geen"), "16ZT00"),
        (LINE.replace(";Noord", ";Oost"), "16ZT00"),
        (LINE.replace("Het Lang", "Lang" * 40), "16ZT00"),
    ],
)
def test_it_refuses_a_line_with_its_number_and_a_reason(line, code):
    good = LINE.replace("16ZT00", "16ZT01")
    parsed = parse_addresses(csv(good, line))
    assert [row.code for row in parsed.rows] == ["16ZT01"]
    (refused,) = parsed.refused
    assert refused.line == 3
    assert refused.reason
    assert refused.code == code
    assert parsed.total == 2


def test_it_refuses_a_code_that_came_before():
    parsed = parse_addresses(csv(LINE, LINE.replace("Zuidsprong", "Andere")))
    assert len(parsed.rows) == 1
    assert parsed.refused[0].line == 3
    assert "2" in parsed.refused[0].reason


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b" \r\n",
        b"PK\x03\x04rest of a spreadsheet",
        b"\x00\x01\x02",
        b"\x81\x8d\x8f;\xff",
        HEADER.encode(),
        csv(LINE, header=HEADER.replace("VESTIGINGSCODE", "CODE")),
        csv(LINE, header=HEADER.replace("VESTIGINGSNAAM", "NAAM")),
        csv(LINE, header=HEADER.replace("GEMEENTENUMMER", "NUMMER")),
        b"een brief\r\nover iets anders\r\n",
        HEADER.encode("utf-16"),
    ],
)
def test_it_refuses_a_file_it_cannot_use(content):
    with pytest.raises(FileRefused):
        parse_addresses(content)


def test_it_names_the_columns_that_are_missing():
    with pytest.raises(FileRefused, match="VESTIGINGSNAAM, GEMEENTENUMMER"):
        parse_addresses(csv("16ZT00", header="VESTIGINGSCODE;IETS"))


@pytest.mark.parametrize("path", sorted((DATA / "robust" / "csv-spectrum").rglob("*.csv")))
def test_it_reads_csv_spectrum(path):
    text = path.read_bytes().decode("utf-8", errors="replace")
    (_, header), *rows = read_records(text, ",")
    found = [dict(zip(header, fields, strict=True)) for _, fields in rows]
    expected = json.loads(path.with_suffix(".json").read_text("utf-8", errors="replace"))
    expected = expected if isinstance(expected, list) else [expected]
    # The collection itself stores some files with other line ends than their JSON says.
    assert unix(found) == unix(expected)


def unix(rows):
    # One file of the collection has another telephone number in its CSV than in its JSON.
    return [
        {key: value.replace("\r\n", "\n") for key, value in row.items() if "Phone" not in key}
        for row in rows
    ]


@pytest.mark.parametrize(
    ("written", "readable"),
    [
        ("ENSCHEDE", "Enschede"),
        ("HOF VAN TWENTE", "Hof van Twente"),
        ("DE FRYSKE MARREN", "De Fryske Marren"),
        ("'S-HERTOGENBOSCH", "'s-Hertogenbosch"),
        ("'S-GRAVENHAGE", "'s-Gravenhage"),
        ("S GRAVENHAGE", "'s-Gravenhage"),
        ("'T HARDE", "'t Harde"),
        ("CAPELLE AAN DEN IJSSEL", "Capelle aan den IJssel"),
        ("REUSEL-DE MIERDEN", "Reusel-de Mierden"),
        ("HENDRIK-IDO-AMBACHT", "Hendrik-Ido-Ambacht"),
        ("2E EXLOERMOND", "2e Exloermond"),
        ("BERGEN NH", "Bergen NH"),
        ("Enschede", "Enschede"),
        ("", ""),
    ],
)
def test_it_writes_places_as_people_do(written, readable):
    assert readable_place(written) == readable
