"""Some seventy lists as schools hand them in: the page and the command say the same about each."""

import datetime as dt
import html
import io
import json
import os
import re
import time
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from oja.access.actor import Actor, become
from oja.access.permissions import Role
from oja.core.periods import today
from schools import actions
from schools.models import Enrolment, Pupil, PupilImport, Residence, SchoolGroup
from schools.pupil_import import actions as lists
from schools.pupil_import.plan import make_plan
from tests.factories.access import member
from tests.factories.attendance import SpellFactory
from tests.factories.schools import MunicipalityFactory
from tests.schools.lists import BOTH, CASES, HEAD, NOOR, SEM, text

NUMBERS = ("rows", "new", "changed", "unchanged", "gone", "refused", "changes")


@pytest.fixture
def school(system, site):
    return actions.change_site(system, site=site, on=today().replace(month=1, day=1), code="00AB00")


@pytest.fixture
def anna(school):
    return member(Role.SCHOOL_COORDINATOR, school.organisation, "Anna")


@pytest.fixture
def command(school, tmp_path):
    """Read a file by the command; (numbers, everything that was said)."""

    def command(content, *options):
        path = tmp_path / "lijst"
        path.write_bytes(content)
        out, err = io.StringIO(), io.StringIO()
        args = ("--site", "00AB00", "--json", *options)
        call_command("import_pupils", str(path), *args, stdout=out, stderr=err)
        numbers = json.loads(out.getvalue())
        refused = [f"regel {one['line']}: {one['reason']}" for one in numbers["refused"]]
        return numbers, "\n".join((err.getvalue(), *refused))

    return command


def by_page(client, user, content):
    """Hand a file in on the page; (the file or None, the answer)."""
    client.force_login(user)
    file = SimpleUploadedFile("lijst.csv", content)
    answer = client.post(reverse("pupil-import"), {"file": file}, follow=True)
    return PupilImport.objects.first(), answer


def everything():
    models = (Pupil, Enrolment, SchoolGroup, Residence)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("name", CASES)
def test_the_page_and_the_command_say_the_same(client, anna, school, command, name):
    case = CASES[name]
    if case.refuses:
        with pytest.raises(CommandError, match=case.refuses) as refused:
            command(case.content)
        given, answer = by_page(client, anna, case.content)
        # On the page a person may say which column it is.
        assert given is None or not given.are_columns_checked
        if case.content:  # of an empty file the form itself says so
            assert str(refused.value) in html_free(answer)
        assert everything() == [[], [], [], []]
        return
    numbers, said = command(case.content, "--dry-run")
    assert (numbers["new"], len(numbers["refused"])) == (case.new, case.refused)
    done = [len(v) if isinstance(v, list) else v for k, v in numbers.items() if k in NUMBERS[1:6]]
    assert numbers["rows"] == sum(done) - numbers["gone"]
    assert re.search(case.says, said)
    assert everything() == [[], [], [], []]
    given, answer = by_page(client, anna, case.content)
    assert answer.status_code == 200
    with become(Actor.for_user(anna)) as actor:
        parsed = lists.parsed_of(given, today())
        plan = make_plan(actor, site=school, parsed=parsed, on=today())
        report = lists.vars_of(plan)
        assert {key: report[key] for key in NUMBERS} == numbers
        shown = html_free(answer)
        for row in numbers["refused"]:
            assert row["reason"] in shown
        lists.read_in(actor, pupil_import=given, on=today(), at=timezone.now())
    assert Pupil.objects.count() == case.new == Enrolment.objects.count()


def html_free(answer):
    """The text of a page, with its signs as they are read."""
    return html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode()))


def test_the_names_are_the_same_however_they_are_written(command, anna, school):
    """Prefix in its own column, before, behind, in one column, in a book: the same pupil."""
    command(CASES["a book"].content)
    kept = sorted(Pupil.objects.values_list("first_name", "prefix", "last_name", "birth_date"))
    for name in (
        *("utf-16 without a mark", "commas", "tabs", "bars", "quoted", "a title above"),
        *("the prefix before the surname", "the prefix behind the surname", "one column"),
        *("no headings", "merged cells above the headings", "dates as numbers of a spreadsheet"),
        *("years of two digits", "a quote that never closes"),
    ):
        numbers, _said = command(CASES[name].content)
        assert (numbers["new"], numbers["changed"], numbers["refused"]) == (0, 0, []), name
    found = sorted(Pupil.objects.values_list("first_name", "prefix", "last_name", "birth_date"))
    assert found == kept


def test_five_thousand_lines_are_read_in_seconds(command, school):
    names = [f"{a}{b}{c}" for a in "Bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"]
    lines = [
        f"{n};{names[n % 720].title()};;{names[n // 7 % 720].title()};{n % 28 + 1}-3-2016;5a"
        for n in range(5_000)
    ]
    started = time.monotonic()
    numbers, _said = command(text(HEAD, *lines).content)
    assert numbers["rows"] == 5_000
    assert numbers["new"] + len(numbers["refused"]) == 5_000
    assert time.monotonic() - started < 60


# --- Residence ------------------------------------------------------------------------------------


def test_a_known_municipality_becomes_the_residence_of_a_new_pupil(command, school):
    command(CASES["a municipality"].content)
    found = Residence.objects.values_list("pupil__first_name", "municipality__name", "ground")
    assert sorted(found) == [("Noor", "Enschede", "brp"), ("Sem", "Enschede", "brp")]


def test_a_residence_is_added_where_none_is_known_and_never_overruled(command, school):
    MunicipalityFactory(code="0164", name="Hengelo")
    command(BOTH.encode())
    list_of = HEAD + ";Gemeente\n{};{}\n{};{}"
    numbers, _said = command(list_of.format(NOOR, "Hengelo", SEM, "").encode())
    assert numbers["changes"] == {"residence": 1}
    numbers, said = command(list_of.format(NOOR, "Enschede", SEM, "Hengelo").encode())
    assert numbers["changes"] == {"residence": 1}
    assert "regel 2: Het bestand noemt woongemeente Enschede, hier staat Hengelo" in said
    found = Residence.objects.values_list("pupil__first_name", "municipality__name")
    assert sorted(found) == [("Noor", "Hengelo"), ("Sem", "Hengelo")]


# --- Who left -------------------------------------------------------------------------------------

LEFT = HEAD + ";Uitschrijfdatum"


def test_who_left_is_ended_with_its_date_and_stays(command, school):
    command(BOTH.encode().replace(b"Groep", b"Groep;Inschrijfdatum").replace(b"5a", b"5a;1-8-2024"))
    day = "18-07-2025"
    content = "\n".join((LEFT, f"{NOOR};{day}", f"{SEM};")).encode()
    numbers, _said = command(content)
    assert (numbers["changed"], numbers["unchanged"]) == (1, 1)
    assert numbers["changes"] == {"left_on": 1}
    noor, sem = Enrolment.objects.order_by("pupil__first_name")
    assert (str(noor.valid_until), noor.destination_type) == ("2025-07-18", "unknown")
    assert (sem.valid_until, sem.destination_type) == (None, "")
    assert Pupil.objects.count() == 2
    numbers, _said = command(content)
    assert (numbers["changed"], numbers["unchanged"], numbers["gone"]) == (0, 2, 0)


def test_who_left_is_shown_before_and_comes_back_when_it_is_undone(client, anna, school, command):
    command(BOTH.encode().replace(b"Groep", b"Groep;Inschrijfdatum").replace(b"5a", b"5a;1-8-2024"))
    before = everything()
    content = "\n".join((LEFT, f"{NOOR};18-07-2025", f"{SEM};")).encode()
    given, answer = by_page(client, anna, content)
    shown = html_free(answer)
    assert "Vertrokken" in shown
    assert "De inschrijving eindigt. De kaart blijft." in shown
    assert everything() == before
    with become(Actor.for_user(anna)) as actor:
        given = lists.read_in(actor, pupil_import=given, on=today(), at=timezone.now())
        assert given.report["left"] == 1
        assert Enrolment.objects.filter(valid_until__isnull=False).count() == 1
        lists.undo_import(actor, pupil_import=given, on=today(), at=timezone.now())
    assert not Enrolment.objects.exclude(valid_until=None, destination_type="").exists()


def test_an_end_before_what_was_recorded_later_is_told_and_not_written(command, school):
    """Enrolled again after the day in the file: what was recorded by hand stays."""
    numbers, _said = command(BOTH.encode())
    assert numbers["new"] == 2
    numbers, said = command("\n".join((LEFT, f"{NOOR};18-07-2025", f"{SEM};")).encode())
    assert (numbers["changed"], numbers["unchanged"]) == (0, 2)
    assert "regel 2: Volgens het bestand ging deze leerling op 18-07-2025 weg" in said
    assert not Enrolment.objects.exclude(valid_until=None).exists()


@pytest.mark.parametrize("day", ["2025-07-18", "2025-09-01"])
def test_absence_after_the_last_day_is_told_and_stops_no_other_line(command, school, day):
    command(BOTH.encode().replace(b"Groep", b"Groep;Inschrijfdatum").replace(b"5a", b"5a;1-8-2024"))
    SpellFactory(pupil=Pupil.objects.get(first_name="Noor"), valid_from=dt.date.fromisoformat(day))
    content = "\n".join((LEFT, f"{NOOR};18-07-2025", f"{SEM};18-07-2025")).encode()
    numbers, said = command(content)
    assert numbers["changes"] == {"left_on": 1}
    assert "regel 2: Na 18-07-2025, toen deze leerling wegging, is nog verzuim vastgelegd." in said
    ended = Enrolment.objects.exclude(valid_until=None)
    assert [row.pupil.first_name for row in ended] == ["Sem"]


def test_absence_that_runs_ends_with_the_enrolment(command, school):
    command(BOTH.encode().replace(b"Groep", b"Groep;Inschrijfdatum").replace(b"5a", b"5a;1-8-2024"))
    spell = SpellFactory(pupil=Pupil.objects.get(first_name="Noor"), valid_from=dt.date(2025, 6, 1))
    command("\n".join((LEFT, f"{NOOR};18-07-2025", f"{SEM};")).encode())
    spell.refresh_from_db()
    assert spell.valid_until == dt.date(2025, 7, 18)


# --- Columns --------------------------------------------------------------------------------------


def test_columns_of_different_lists_of_a_school_are_all_remembered(anna, school):
    other = "Kindnaam;Geboren;Stam\nNoor van der Berg;01-03-2016;5a\n"
    with become(Actor.for_user(anna)) as actor:
        for content, chosen in (
            (BOTH.encode(), None),
            (
                other.encode(),
                {"Kindnaam": "full_name", "Geboren": "birth_date", "Stam": "group"},
            ),
            (BOTH.encode() + b"\n103;Ada;;Vos;01-03-2016;5a", None),
        ):
            given = lists.hand_in(
                actor, site=school, content=content, file_name="a.csv", on=today()
            )
            if chosen:
                lists.choose_columns(actor, pupil_import=given, chosen=chosen)
            lists.read_in(actor, pupil_import=given, on=today(), at=timezone.now())
        again = other.replace("Noor", "Noortje").encode()
        given = lists.hand_in(actor, site=school, content=again, file_name="a.csv", on=today())
        assert given.are_columns_checked
        assert given.columns["stam"] == "group"


# --- Real files -----------------------------------------------------------------------------------


def real_files():
    folder = os.environ.get("OJA_TEST_DATA")
    kinds = ("edexml", "oneroster", "robust", "duo", "names", "swv", "cbs", "ijw", "oso", "uwlr")
    found = [path for kind in kinds for path in Path(folder or "/").glob(f"{kind}/**/*")]
    return sorted(path for path in found if path.is_file()) if folder else []


@pytest.mark.skipif(not os.environ.get("OJA_TEST_DATA"), reason="these files may not be shipped")
def test_every_real_file_is_read_or_refused_with_a_sentence(command, school):
    sentences = []
    for path in real_files():
        before = everything()
        try:
            numbers, _said = command(path.read_bytes())
        except CommandError as refused:
            sentences.append((path.name, str(refused)))
            numbers = {"new": 0, "rows": 0}
        assert numbers["rows"] >= numbers["new"], path
        assert numbers["new"] or everything() == before, path
    assert len(sentences) > 10
    assert [pair for pair in sentences if not pair[1].endswith(".")] == []


def test_a_page_without_a_visible_sheet_is_refused(command):
    made = openpyxl.Workbook()
    made.create_sheet("leeg")
    content = io.BytesIO()
    made.save(content)
    with pytest.raises(CommandError, match="leeg"):
        command(content.getvalue())
