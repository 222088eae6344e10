"""`manage.py import_duo addresses`: the register in step with a file, with history."""

import datetime as dt
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from oja.access.models import Organisation
from schools import actions
from schools.models import ImportRun, Municipality, School, SchoolBoard, SchoolSite, SiteChange

HEADER = (
    "BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;STRAATNAAM;"
    "HUISNUMMER-TOEVOEGING;POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE;"
    "TELEFOONNUMMER;INTERNETADRES;VAKANTIEREGIO"
)
WISSEL = (
    "41565;16ZT;16ZT00;De Wissel;Het Lang;78;7544 XC;ENSCHEDE;0153;ENSCHEDE;Openbaar;"
    "0534783833;www.example.nl;Noord"
)
VLIEGER = WISSEL.replace("16ZT", "08VH").replace("De Wissel", "De Vlieger")
NOTHING = {
    "rows": 0,
    "new": 0,
    "changed": 0,
    "unchanged": 0,
    "gone": 0,
    "refused": [],
    "changes": {},
}


@pytest.fixture
def run(db, tmp_path):
    """Import lines and give back the one line of JSON."""

    def run(*lines, header=HEADER, on="2026-04-01", options=("--json",), encoding="cp1252"):
        path = tmp_path / "adressen.csv"
        path.write_bytes("".join(f"{line}\r\n" for line in (header, *lines)).encode(encoding))
        out = io.StringIO()
        call_command("import_duo", "addresses", str(path), "--on", on, *options, stdout=out)
        (line,) = out.getvalue().splitlines() if "--json" in options else (out.getvalue(),)
        return json.loads(line) if "--json" in options else line

    return run


def test_it_makes_sites_with_everything_around_them(run):
    assert run(WISSEL, VLIEGER) == NOTHING | {"rows": 2, "new": 2}
    site = SchoolSite.objects.get(code="16ZT00")
    assert (site.name, site.source, site.school_type) == ("De Wissel", "duo", "bao")
    assert (site.board.number, site.school.brin) == ("41565", "16ZT")
    assert (site.municipality.code, site.municipality.name) == ("0153", "Enschede")
    assert (site.address, site.holiday_region) == ("Het Lang 78, 7544 XC Enschede", "NOORD")
    assert (site.organisation.kind, site.organisation.name) == ("site", "De Wissel")
    assert SiteChange.objects.count() == 0


def test_it_changes_nothing_the_second_time(run):
    run(WISSEL, VLIEGER)
    before = everything()
    assert run(WISSEL, VLIEGER, on="2026-08-01") == NOTHING | {"rows": 2, "unchanged": 2}
    assert everything() == before
    assert ImportRun.objects.count() == 2


def everything():
    models = (Organisation, SchoolSite, School, SchoolBoard, Municipality, SiteChange)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_it_says_which_fields_changed_and_keeps_what_was(run):
    run(WISSEL, VLIEGER)
    changed = WISSEL.replace("41565", "79874").replace("De Wissel", "De Wisselaar")
    report = run(changed, VLIEGER, on="2026-08-01")
    assert report == NOTHING | {
        "rows": 2,
        "changed": 1,
        "unchanged": 1,
        "changes": {"board": 1, "name": 1},
    }
    site = SchoolSite.objects.get(code="16ZT00")
    assert (site.board.number, site.organisation.name) == ("79874", "De Wisselaar")
    history = SiteChange.objects.order_by("field").values_list("field", "old", "new", "on")
    assert list(history) == [
        ("board", "41565", "79874", dt.date(2026, 8, 1)),
        ("name", "De Wissel", "De Wisselaar", dt.date(2026, 8, 1)),
    ]


def test_it_marks_a_site_that_is_gone_and_takes_it_back(run):
    run(WISSEL, VLIEGER)
    assert run(WISSEL, on="2026-08-01") == NOTHING | {"rows": 1, "unchanged": 1, "gone": 1}
    gone = SchoolSite.objects.get(code="08VH00")
    assert gone.gone_on == dt.date(2026, 8, 1)
    assert run(WISSEL, on="2026-09-01") == NOTHING | {"rows": 1, "unchanged": 1}
    gone.refresh_from_db()
    assert gone.gone_on == dt.date(2026, 8, 1)

    report = run(WISSEL, VLIEGER, on="2026-10-01")
    assert (report["changed"], report["changes"]) == (1, {"gone_on": 1})
    gone.refresh_from_db()
    assert gone.gone_on is None
    history = SiteChange.objects.order_by("on").values_list("field", "old", "new")
    assert list(history) == [("gone_on", "", "2026-08-01"), ("gone_on", "2026-08-01", "")]


def test_it_leaves_alone_what_did_not_come_from_this_file(run, system, municipality):
    own = actions.register_site(system, name="Eigen locatie", municipality=municipality)
    special = actions.register_site(
        system,
        name="Speciaal",
        municipality=municipality,
        code="00AB00",
        school_type="sbo",
        source="duo",
    )
    assert run(WISSEL)["gone"] == 0
    own.refresh_from_db()
    special.refresh_from_db()
    assert (own.gone_on, special.gone_on) == (None, None)


def test_it_does_not_call_a_site_gone_of_which_the_line_was_refused(run):
    run(WISSEL, VLIEGER)
    report = run(WISSEL, "41565;08VH;08VH00;te kort")
    assert (report["gone"], report["unchanged"], report["rows"]) == (0, 1, 2)
    (refused,) = report["refused"]
    assert refused["line"] == 3
    assert refused["reason"]


def test_it_marks_nothing_gone_when_no_line_could_be_used(run):
    run(WISSEL)
    assert run("te kort", "ook te kort")["gone"] == 0


def test_it_keeps_a_known_name_of_a_municipality_over_a_blank_one(run):
    run(WISSEL)
    blank = WISSEL.replace(";ENSCHEDE;Openbaar", "; ;Openbaar")
    assert run(blank)["unchanged"] == 1
    assert Municipality.objects.get(code="0153").name == "Enschede"


def test_it_uses_the_code_while_no_file_knows_the_name_of_a_municipality(run):
    blank = WISSEL.replace(";0153;ENSCHEDE;", ";1948; ;")
    run(blank)
    assert Municipality.objects.get(code="1948").name == "1948"
    run(WISSEL.replace(";0153;ENSCHEDE;", ";1948;MEIERIJSTAD;"))
    assert Municipality.objects.get(code="1948").name == "Meierijstad"


def test_it_leaves_fields_alone_that_the_file_has_no_column_for(run):
    run(WISSEL)
    old = "BRIN NUMMER;VESTIGINGSNUMMER;VESTIGINGSNAAM;GEMEENTENUMMER;GEMEENTENAAM"
    assert run("16ZT;00;De Wissel;153;Enschede", header=old, encoding="utf-8-sig")["unchanged"] == 1
    assert SchoolSite.objects.get(code="16ZT00").phone == "0534783833"


def test_it_empties_what_the_file_empties(run):
    run(WISSEL)
    report = run(WISSEL.replace("41565;", " ;", 1).replace("0534783833", " "))
    assert report["changes"] == {"board": 1, "phone": 1}
    site = SchoolSite.objects.get(code="16ZT00")
    assert (site.board, site.phone) == (None, "")


def test_it_writes_nothing_on_trial_and_says_the_same(run):
    run(WISSEL)
    before = everything()
    lines = (WISSEL.replace("Het Lang", "Het Kort"), VLIEGER)
    trial = run(*lines, options=("--json", "--dry-run"))
    assert everything() == before
    assert ImportRun.objects.count() == 1
    assert trial == run(*lines)


def test_it_tells_a_person_the_same_in_sentences(run):
    text = run(WISSEL, "te kort", options=())
    assert "1" in text
    assert "3:" in text
    assert run(WISSEL, VLIEGER, options=("--dry-run",)) != text


@pytest.mark.parametrize("content", [b"", b"\x00\x01", HEADER.encode(), b"a;b\r\n1;2\r\n"])
def test_it_imports_nothing_of_a_file_it_cannot_use(content, run, tmp_path):
    run(WISSEL)
    before = everything()
    path = tmp_path / "kapot.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as raised:
        call_command("import_duo", "addresses", str(path), "--json")
    assert len(str(raised.value)) > 10
    assert everything() == before
    assert ImportRun.objects.count() == 1


def test_it_says_that_a_file_is_not_there(db, tmp_path):
    with pytest.raises(CommandError, match=r"weg\.csv"):
        call_command("import_duo", "addresses", str(tmp_path / "weg.csv"))


def test_it_reads_the_real_file_twice(db):
    (path,) = (Path(__file__).parent.parent / "data" / "duo").glob("02*basisonderwijs*.csv")
    reports = []
    for _ in range(2):
        out = io.StringIO()
        call_command("import_duo", "addresses", str(path), "--json", stdout=out)
        reports.append(json.loads(out.getvalue()))
    assert reports == [
        NOTHING | {"rows": 6107, "new": 6107},
        NOTHING | {"rows": 6107, "unchanged": 6107},
    ]
    assert SiteChange.objects.count() == 0


def test_it_changes_few_rows_of_many_with_few_statements(db, run, django_assert_max_num_queries):
    lines = [WISSEL.replace("16ZT00", f"16ZT{n:02}") for n in range(60)]
    run(*lines)
    with django_assert_max_num_queries(60):
        run(*[line.replace("Het Lang", "Het Kort") for line in lines])
