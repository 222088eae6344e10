"""EDEXML 2.1: what belongs to it is read, what does not is refused with the number of its line."""

import datetime as dt
import json
import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from oja.core.sheets import FileRefused
from schools.pupil_import import edexml
from schools.pupil_import.edexml import read_edexml

ON = dt.date(2026, 11, 21)
SITE = SimpleNamespace(code="99ZZ00", name="De Wissel")
SCHOOL = """\
  <school>
    <schooljaar>2026-2027</schooljaar>
    <brincode>99ZZ</brincode>
    <xsdversie>2.1</xsdversie>
  </school>
"""
BRANCH = "<dependancecode>07</dependancecode>"
GROUPS = """\
  <groepen>
    <groep key="g5"><naam>5/6</naam><jaargroep>5</jaargroep></groep>
    <groep key="g6"><naam>5/6</naam><jaargroep>6</jaargroep></groep>
    <samengestelde_groep key="s1"><naam>Plusklas</naam></samengestelde_groep>
  </groepen>
"""
NOOR = """\
    <leerling key="101">
      <achternaam>Berg</achternaam>
      <voorvoegsel>van der</voorvoegsel>
      <roepnaam>Noor</roepnaam>
      <geboortedatum>2016-03-01</geboortedatum>
      <geslacht>2</geslacht>
      <groep key="g6"/>
      <bsn>123456782</bsn>
      <instroomdatum>2020-08-17</instroomdatum>
    </leerling>
"""
TEACHERS = """\
  <leerkrachten><leerkracht key="L1"><achternaam>Bos</achternaam>
    <groepen><groep key="nergens"/></groepen></leerkracht></leerkrachten>
"""


def a_file(pupils=NOOR, school=SCHOOL, groups=GROUPS, more=""):
    return (
        f"<EDEX>\n{school}{groups}  <leerlingen>\n{pupils}  </leerlingen>\n{more}</EDEX>"
    ).encode()


def read(content, site=SITE):
    return read_edexml(content, site=site, on=ON)


def changed(old, new, **parts):
    assert old in NOOR
    return read(a_file(NOOR.replace(old, new), **parts))


def test_it_reads_a_pupil_with_group_and_nothing_that_we_do_not_need():
    parsed = read(a_file(more=TEACHERS))
    (row,) = parsed.rows
    assert (row.line, row.first_name, row.prefix, row.last_name) == (13, "Noor", "van der", "Berg")
    assert (row.birth_date, row.gender) == (dt.date(2016, 3, 1), 2)
    assert (row.group, row.school_number) == ("5/6", "101")
    assert row.enrolled_on == dt.date(2020, 8, 17)
    assert parsed.left_out == {"bsn": ["bsn"], "unneeded": ["leerkrachten"]}
    assert "123456782" not in json.dumps(parsed.as_plain())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<achternaam>Berg</achternaam>", "", "achternaam ontbreekt"),
        ("<geboortedatum>2016-03-01</geboortedatum>", "", "geboortedatum ontbreekt"),
        ("2016-03-01", "2016-02-31", "geen datum"),
        ("2020-08-17", "morgen", "geen datum"),
        ("<bsn>123456782</bsn>", "<schoenmaat>31</schoenmaat>", "schoenmaat.*regel 20"),
        ("</instroomdatum>", "</instroomdatum><uitstroomdatum>ooit</uitstroomdatum>", "geen datum"),
        (
            "</instroomdatum>",
            "</instroomdatum><uitstroomdatum>2019-07-18</uitstroomdatum>",
            "weggegaan vóór de inschrijving",
        ),
    ],
)
def test_a_pupil_that_cannot_be_read_says_why_and_the_others_are_read(old, new, words):
    second = NOOR.replace("101", "102").replace("Noor", "Sem")
    parsed = read(a_file(NOOR.replace(old, new, 1) + second))
    assert [row.first_name for row in parsed.rows] == ["Sem"]
    (refused,) = parsed.refused
    assert refused.line == 13
    assert re.search(words, refused.reason)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (a_file(school=""), "Regel 1: het onderdeel “school” ontbreekt"),
        (
            a_file(school=SCHOOL.replace("<brincode>99ZZ</brincode>", "")),
            "Regel 2: de BRIN ontbreekt",
        ),
        (a_file(school=SCHOOL.replace("99ZZ", "9ZZ")), "Regel 4: “9ZZ” is geen BRIN"),
        (a_file(school=SCHOOL.replace("99ZZ", "00AB")), "Regel 4: .*00AB, niet van De Wissel"),
        (
            a_file(school=SCHOOL.replace("</brincode>", f"</brincode>{BRANCH}")),
            "Regel 4: .*99ZZ07, niet van",
        ),
        (a_file(school=SCHOOL.replace(">2.1<", ">1.0.3<")), "Regel 5: dit is EDEXML 1.0.3"),
        (a_file(more="  <ouders/>\n"), "Regel 24: “ouders” hoort niet"),
        (a_file(groups=GROUPS.replace("jaargroep", "niveau")), "Regel 8: “niveau” hoort niet"),
        (a_file(pupils=""), "geen leerlingen"),
        (a_file()[:-9], "Regel 23: dit is geen goede XML"),
        (b"<leerlingen/>", "geen EDEXML"),
        (b'<?xml version="1.0" encoding="klingon"?><EDEX/>', "XML|tekens"),
        (
            b'<?xml version="1.0"?><!DOCTYPE EDEX [<!ENTITY a "aaaa">]><EDEX>&a;</EDEX>',
            "eigen definities",
        ),
        (
            b'<!DOCTYPE EDEX [<!ENTITY a SYSTEM "file:///etc/passwd">]><EDEX>&a;</EDEX>',
            "eigen definities",
        ),
        (b"<EDEX>" + b"<a/>" * (edexml.MAX_ELEMENTS + 1) + b"</EDEX>", "te veel onderdelen"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_a_file_that_is_not_right_is_refused_with_its_line(content, words):
    with pytest.raises(FileRefused, match=words):
        read(content)


def test_a_group_that_is_not_in_the_file_is_told_and_the_pupil_is_read():
    (row,) = changed('<groep key="g6"/>', '<groep key="g9"/>').rows
    assert row.group == ""
    assert "g9" in row.remarks[0]
    parsed = changed('<groep key="g6"/>', "")
    assert parsed.rows[0].remarks == ()
    assert parsed.notes == ["1 leerling in dit bestand heeft geen groep."]


def test_who_left_is_told_apart_from_who_will_leave():
    day = "</instroomdatum><uitstroomdatum>{}</uitstroomdatum>".format
    assert changed("</instroomdatum>", day("2025-07-18")).rows[0].left_on == dt.date(2025, 7, 18)
    assert changed("</instroomdatum>", day("2099-07-18")).rows[0].left_on is None


def test_extra_blocks_are_told_with_their_line_and_not_read():
    block = "<toevoegingen><blok><code>x</code><y>z</y></blok></toevoegingen>\n    </leerling>"
    parsed = read(a_file(NOOR.replace("</leerling>", block)))
    assert len(parsed.rows) == 1
    assert parsed.notes[0].startswith("Regel 22:")


SITES = """\
  <vestigingen>
    <vestiging key="a"><naam>{}</naam></vestiging>
    <vestiging key="b"><naam>De Vlieger</naam></vestiging>
  </vestigingen>
"""


def test_pupils_of_another_site_are_refused_when_the_file_says_which_is_ours():
    pupils = NOOR.replace("<bsn>", '<vestiging key="b"/><bsn>')
    parsed = read(a_file(pupils, school=SCHOOL + SITES.format("de wissel")))
    assert parsed.rows == []
    assert "De Vlieger" in parsed.refused[0].reason
    parsed = read(a_file(pupils, school=SCHOOL + SITES.format("Hoofdgebouw")))
    assert len(parsed.rows) == 1
    assert "meer vestigingen" in parsed.notes[0]


def test_a_long_key_of_the_administration_is_no_number():
    assert changed('key="101"', f'key="{"x" * 200}"').rows[0].school_number == ""


def test_a_site_without_a_code_believes_the_file():
    assert len(read(a_file(), SimpleNamespace(code=None, name="De Wissel")).rows) == 1


# --- The files of the standard --------------------------------------------------------------------


@pytest.fixture
def sample():
    """A function that gives the bytes of a file of the standard."""
    folder = os.environ.get("OJA_TEST_DATA")
    if not folder:
        pytest.skip("OJA_TEST_DATA is not set: these files may not be shipped")
    return lambda name: (Path(folder) / "edexml" / name).read_bytes()


def test_the_sample_of_the_standard_is_understood(sample):
    parsed = read(sample("EDEXML.Voorbeeld.2.1.xml"))
    assert parsed.total == 3
    reasons = {row.line: row.reason for row in parsed.refused}
    assert "achternaam ontbreekt" in reasons[77]
    assert "geboortedatum ontbreekt" in reasons[91]
    assert [(row.line, row.left_on) for row in parsed.rows] == [(105, dt.date(2014, 7, 18))]
    assert parsed.left_out["bsn"] == ["bsn", "bsn_ondwnr-4"]
    assert "133456785" not in json.dumps(parsed.as_plain())


def test_the_sample_completed_gives_its_pupils(sample):
    text = sample("EDEXML.Voorbeeld.2.1.xml").decode()
    text = text.replace(
        "<roepnaam>Wimpie</roepnaam>", "<achternaam>Assati</achternaam><roepnaam>Wimpie</roepnaam>"
    )
    text = text.replace("<geslacht>0</geslacht>", "<geboortedatum>2006-05-04</geboortedatum>")
    text = text.replace("<uitstroomdatum>2014-07-18</uitstroomdatum>", "")
    found = [
        (row.first_name, row.prefix, row.last_name, row.group) for row in read(text.encode()).rows
    ]
    assert found == [
        ("Wimpie", "", "Assati", "4B"),
        ("Ismaël Hassan", "", "Assati", ""),
        ("Gradje", "van 't", "Hof", ""),
    ]


def test_the_invalid_sample_is_refused_with_its_line(sample):
    with pytest.raises(FileRefused, match="Regel 3: “school_incorrect_element”"):
        read(sample("EDEXML.invalid_1.xml"))


def test_a_schema_is_no_list_of_pupils(sample):
    with pytest.raises(FileRefused, match="geen EDEXML"):
        read(sample("EDEXML.structuur.xsd"))
