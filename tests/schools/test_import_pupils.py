"""`manage.py import_pupils` and the actions behind it: one list, twice, changed, and undone."""

import datetime as dt
import io
import json

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from oja.access.actor import Actor, become
from oja.access.permissions import Role
from oja.core.periods import today
from oja.core.workflow import MoveRefused
from schools import actions
from schools.models import Enrolment, Guardian, ImportedRow, Pupil, PupilImport, SchoolGroup
from schools.pupil_import import actions as lists
from tests.factories.access import member
from tests.factories.pupil_import import PupilFileFactory
from tests.factories.schools import GroupFactory, PupilFactory

HEADINGS = "Leerlingnr;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Groep;Geslacht;BSN"
NOOR = "101;Noor;van der;Berg;01-03-2016;5a;v;123456782"
SEM = "102;Sem;;Bos;12-11-2015;5a;m;"
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
def school(system, site):
    return actions.change_site(system, site=site, on=dt.date(2026, 1, 1), code="00AB00")


@pytest.fixture
def run(school, tmp_path):
    """Read lines and give back the one line of JSON; what is said beside it stands in `said`."""

    def run(*lines, headings=HEADINGS, options=("--json",), content=None, site="00AB00"):
        path = tmp_path / "leerlingen.csv"
        path.write_bytes(content or "\r\n".join((headings, *lines)).encode())
        out, err = io.StringIO(), io.StringIO()
        call_command("import_pupils", str(path), "--site", site, *options, stdout=out, stderr=err)
        run.said = err.getvalue()
        return json.loads(out.getvalue()) if "--json" in options else out.getvalue()

    return run


@pytest.fixture
def coordinator(school):
    """A function that gives a fresh actor for the coordinator of the school."""
    user = member(Role.SCHOOL_COORDINATOR, school.organisation, "Anna")
    return lambda: Actor.for_user(user)


def everything():
    models = (Pupil, Enrolment, SchoolGroup)
    return [list(model.objects.order_by("pk").values()) for model in models]


def hand_in(actor, school, *lines, headings=HEADINGS):
    content = "\n".join((headings, *lines)).encode()
    return lists.hand_in(actor, site=school, content=content, file_name="a.csv", on=today())


def read_in(actor, given, **options):
    return lists.read_in(actor, pupil_import=given, on=today(), at=timezone.now(), **options)


# --- The command ----------------------------------------------------------------------------------


def test_it_makes_pupils_with_group_and_enrolment(run, school):
    assert run(NOOR, SEM) == NOTHING | {"rows": 2, "new": 2}
    noor = Pupil.objects.select_related("group").get(school_number="101")
    assert (noor.full_name, noor.sort_name) == ("Noor van der Berg", "berg|noor|van der")
    assert (noor.birth_date, noor.gender) == (dt.date(2016, 3, 1), 2)
    assert (noor.group.name, noor.group_label, noor.site_id) == ("5a", "5a", school.pk)
    (enrolment,) = Enrolment.objects.filter(pupil=noor)
    assert (enrolment.valid_from, enrolment.valid_until) == (today(), None)
    assert (enrolment.school_type, enrolment.group_label) == (school.school_type, "5a")


def test_it_drops_the_bsn_and_says_so(run):
    run(NOOR, SEM)
    assert "Het BSN is niet gelezen en wordt niet bewaard (BSN)." in run.said
    everywhere = json.dumps([everything(), list(PupilImport.objects.values())], default=str)
    assert "123456782" not in everywhere


def test_it_changes_nothing_the_second_time(run):
    run(NOOR, SEM)
    before = everything()
    assert run(NOOR, SEM) == NOTHING | {"rows": 2, "unchanged": 2}
    assert everything() == before


def test_it_changes_what_the_file_says_and_empties_nothing(run):
    run(NOOR, SEM)
    found = run("101;Noortje;;Berg;01-03-2016;6a;;", SEM)
    assert found == NOTHING | {
        "rows": 2,
        "changed": 1,
        "unchanged": 1,
        "changes": {"first_name": 1, "group": 1},
    }
    noor = Pupil.objects.get(school_number="101")
    assert (noor.full_name, noor.group_label, noor.gender) == ("Noortje van der Berg", "6a", 2)


def test_who_is_not_in_the_file_is_counted_and_stays(run):
    run(NOOR, SEM)
    before = everything()
    assert run(SEM) == NOTHING | {"rows": 1, "unchanged": 1, "gone": 1}
    assert "1 leerling van deze school staat niet in het bestand" in run.said
    assert everything() == before


def test_a_trial_says_the_same_and_writes_nothing(run):
    assert run(NOOR, options=("--json", "--dry-run")) == NOTHING | {"rows": 1, "new": 1}
    assert everything() == [[], [], []]
    assert not PupilImport.objects.exists()
    text = run(NOOR, "7;Li;;Wu;gisteren;5a;v;", options=("--dry-run",))
    assert "Alleen een proef" in text
    assert "regel 3: “gisteren” is geen datum" in text


def test_a_line_that_is_wrong_is_refused_and_no_half_pupil_is_made(run):
    found = run(NOOR, "102;Sem;;Bos;31-02-2015;7z;m;", "103;;;Wu;1-1-2015;5a;v;", NOOR)
    assert (found["new"], [row["line"] for row in found["refused"]]) == (1, [3, 4, 5])
    assert (
        found["refused"][0]["reason"] == "“31-02-2015” is geen datum. Schrijf hem als 31-12-2016."
    )
    assert found["refused"][2]["reason"] == "Deze leerling staat al op regel 2."
    assert [group.name for group in SchoolGroup.objects.all()] == ["5a"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Roepnaam;Achternaam\nNoor;Berg", "geen kolom met geboortedatum"),
        (b"%PDF-1.7", "PDF"),
        (b"<EDEX><school/></EDEX>", "Regel 1: de BRIN ontbreekt"),
        (b" ", "leeg"),
    ],
)
def test_a_file_that_is_wrong_is_refused_as_a_whole(run, content, words):
    with pytest.raises(CommandError, match=words):
        run(content=content)
    assert everything() == [[], [], []]
    assert not PupilImport.objects.exists()


def test_it_asks_for_a_site_that_exists_and_a_file_that_can_be_read(run):
    with pytest.raises(CommandError, match="geen vestiging met code 99ZZ99"):
        run(NOOR, site="99ZZ99")
    with pytest.raises(CommandError, match="/bestaat/niet"):
        call_command("import_pupils", "/bestaat/niet.csv", "--site", "00AB00")


def test_it_reads_a_book_and_edexml_as_the_same_pupil(run):
    run(NOOR)
    book = openpyxl.Workbook()
    book.active.append(["Stamnummer", "Naam", "Geb.datum", "Klas"])
    book.active.append([101, "Berg, Noor van der", dt.date(2016, 3, 1), "5a"])
    content = io.BytesIO()
    book.save(content)
    assert run(content=content.getvalue()) == NOTHING | {"rows": 1, "unchanged": 1}
    edexml = (
        "<EDEX><school><brincode>00AB</brincode></school><leerlingen><leerling key='101'>"
        "<achternaam>Berg</achternaam><voorvoegsel>van der</voorvoegsel><roepnaam>Noor</roepnaam>"
        "<geboortedatum>2016-03-01</geboortedatum><geslacht>2</geslacht>"
        "</leerling></leerlingen></EDEX>"
    )
    assert run(content=edexml.encode()) == NOTHING | {"rows": 1, "unchanged": 1}


# --- Who is who -----------------------------------------------------------------------------------


def test_a_known_pupil_without_number_is_found_by_name_and_birth_date(run, school):
    pupil = PupilFactory(
        site=school, first_name="Noor", last_name="van der Berg", birth_date=dt.date(2016, 3, 1)
    )
    found = run(NOOR.replace("Noor", "NOOR"))
    assert (found["new"], found["changed"]) == (0, 1)
    pupil.refresh_from_db()
    assert (pupil.school_number, pupil.prefix, pupil.last_name) == ("101", "van der", "Berg")


@pytest.mark.parametrize("name", ["Anne Sophie Bakker", "Bakker, Anne Sophie"])
def test_a_name_in_one_column_does_not_move_the_border_of_a_known_name(run, school, name):
    PupilFactory(
        site=school, first_name="Anne Sophie", last_name="Bakker", birth_date=dt.date(2016, 3, 1)
    )
    found = run(f'"{name}";1-3-2016', headings="Naam;Geboortedatum")
    assert (found["unchanged"], found["refused"]) == (1, [])


def test_a_number_of_somebody_else_is_refused(run, school):
    run(NOOR)
    found = run("101;Li;;Wu;5-5-2014;5a;v;")
    assert found["refused"][0]["line"] == 2
    assert "andere naam en geboortedatum" in found["refused"][0]["reason"]
    assert Pupil.objects.get().first_name == "Noor"


def test_twins_and_doubles_are_kept_apart(run, school):
    found = run(NOOR, "102;Evi;van der;Berg;01-03-2016;5a;v;")
    assert found["new"] == 2
    for _ in range(2):
        PupilFactory(site=school, first_name="Li", last_name="Wu", birth_date=dt.date(2014, 5, 5))
    found = run(";Li;;Wu;5-5-2014;5a;v;")
    assert "meer leerlingen met deze naam" in found["refused"][0]["reason"]


def test_the_pupils_of_another_school_are_left_alone(run, other_site):
    other = PupilFactory(
        site=other_site, first_name="Noor", last_name="Berg", birth_date=dt.date(2016, 3, 1)
    )
    assert run(NOOR)["new"] == 1
    other.refresh_from_db()
    assert other.school_number == ""


# --- Handing in and reading, as the page does it --------------------------------------------------


def test_the_rows_are_kept_until_they_are_read_and_no_longer(coordinator, school):
    with become(coordinator()) as actor:
        given = hand_in(actor, school, NOOR)
        assert given.sheet["rows"]
        assert hand_in(actor, school, NOOR) == given
        given = read_in(actor, given)
    assert (given.state, given.sheet, given.report["new"]) == ("done", None, 1)
    with become(coordinator()) as actor, pytest.raises(MoveRefused):
        read_in(actor, given)


def test_the_columns_are_remembered_for_the_next_file(coordinator, school):
    headings = "A;B;Geboren;Klas"
    with become(coordinator()) as actor:
        given = hand_in(actor, school, "Noor;Berg;1-3-2016;5a", headings=headings)
        assert not given.are_columns_checked
        chosen = {"A": "first_name", "B": "last_name", "Geboren": "birth_date", "Klas": ""}
        given = lists.choose_columns(actor, pupil_import=given, chosen=chosen)
        read_in(actor, given)
        again = hand_in(actor, school, "Sem;Bos;1-3-2015;5b", headings=headings)
        assert again.are_columns_checked
        assert again.columns == {"a": "first_name", "b": "last_name", "geboren": "birth_date"} | {
            "klas": ""
        }
        assert read_in(actor, again).report["new"] == 1
    assert not SchoolGroup.objects.exists()


def test_it_does_not_read_something_else_than_was_shown(coordinator, school):
    with become(coordinator()) as actor:
        given = hand_in(actor, school, NOOR, SEM)
        plan = lists.make_plan(
            actor, site=school, parsed=lists.parsed_of(given, today()), on=today()
        )
        actions.add_pupil(
            actor,
            site=school,
            on=today(),
            first_name="Sem",
            last_name="Bos",
            birth_date=dt.date(2015, 11, 12),
        )
        with pytest.raises(ValidationError):
            read_in(actor, given, expected=plan.fingerprint())
    assert Pupil.objects.count() == 1


def test_an_import_is_undone_as_if_it_never_was(coordinator, school):
    group = GroupFactory(site=school, name="4a")
    known = PupilFactory(
        site=school,
        group=group,
        first_name="Sem",
        last_name="Bos",
        birth_date=dt.date(2015, 11, 12),
    )
    before = [list(model.objects.values_list("pk")) for model in (Pupil, Enrolment, SchoolGroup)]
    with become(coordinator()) as actor:
        given = read_in(actor, hand_in(actor, school, NOOR, SEM))
        known.refresh_from_db()
        assert known.group_label == "5a"
        given = lists.undo_import(actor, pupil_import=given, on=today(), at=timezone.now())
    assert (given.state, given.made) == ("undone", None)
    known.refresh_from_db()
    assert (known.group_label, known.school_number, known.gender) == ("4a", "", 0)
    after = [list(model.objects.values_list("pk")) for model in (Pupil, Enrolment, SchoolGroup)]
    assert after == before


def test_what_was_changed_by_hand_since_is_not_changed_back(coordinator, school):
    known = PupilFactory(
        site=school, first_name="Sem", last_name="Bos", birth_date=dt.date(2015, 11, 12)
    )
    with become(coordinator()) as actor:
        given = read_in(actor, hand_in(actor, school, SEM))
        actions.change_pupil(actor, pupil=known, on=today(), group=None, school_number="999")
        lists.undo_import(actor, pupil_import=given, on=today(), at=timezone.now())
    known.refresh_from_db()
    assert (known.school_number, known.gender) == ("999", 0)


@pytest.mark.parametrize("built", ["guardian", "card", "enrolment"])
def test_what_something_was_built_on_cannot_be_undone(coordinator, school, built):
    with become(coordinator()) as actor:
        given = read_in(actor, hand_in(actor, school, NOOR, SEM))
        pupil = Pupil.objects.visible_to(actor).get(school_number="101")
        if built == "guardian":
            actions.add_guardian(
                actor,
                pupil=pupil,
                first_name="Ada",
                last_name="Berg",
                relation="mother",
                has_custody=True,
            )
        elif built == "card":
            actions.change_pupil(actor, pupil=pupil, on=today(), group=None, language="ar")
        else:
            (enrolment,) = Enrolment.objects.visible_to(actor).filter(pupil=pupil)
            actions.change_enrolment(actor, enrolment=enrolment, group_label="5b")
    before = everything()
    with become(coordinator()) as actor:
        with pytest.raises(MoveRefused) as refused:
            lists.undo_import(actor, pupil_import=given, on=today(), at=timezone.now())
        (refusal,) = refused.value.refusals
        assert "Noor van der Berg" in refusal.sentence
    assert everything() == before
    assert PupilImport.objects.get().state == "done"


def test_an_import_can_be_undone_for_seven_days(coordinator, school):
    with become(coordinator()) as actor:
        given = read_in(actor, hand_in(actor, school, NOOR))
    late = timezone.now() + dt.timedelta(days=7, minutes=1)
    with become(coordinator()) as actor, pytest.raises(MoveRefused):
        lists.undo_import(actor, pupil_import=given, on=today(), at=late)
    # Nor by going round the action, whatever the school says about the moment.
    old = timezone.now() - dt.timedelta(days=7, minutes=1)
    ImportedRow.objects.update(made_at=old)
    refused = pytest.raises(IntegrityError, match="cannot be undone")
    with become(coordinator()), refused, transaction.atomic():
        lists._take_away(given)
    assert Pupil.objects.count() == 1


def test_nobody_else_can_undo_an_import(coordinator, school, other_site):
    with become(coordinator()) as actor:
        given = read_in(actor, hand_in(actor, school, NOOR))
    strangers = (
        member(Role.SCHOOL_COORDINATOR, other_site.organisation, "Dirk"),
        member(Role.TEACHER, school.organisation, "Ilse"),
    )
    for user in strangers:
        refused = pytest.raises(ProgrammingError, match="no import of this school")
        with refused, become(Actor.for_user(user)), transaction.atomic():
            lists._take_away(given)
    assert Pupil.objects.count() == 1


def test_a_pupil_cannot_be_deleted_otherwise(coordinator, school):
    with become(coordinator()) as actor:
        read_in(actor, hand_in(actor, school, NOOR))
    for model in (Enrolment, Pupil, Guardian, PupilImport):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with refused, become(coordinator()) as actor, transaction.atomic():
            model.objects.visible_to(actor)._raw_delete("default")


def test_what_is_kept_is_emptied_after_seven_days(coordinator, school, capsys):
    waiting = PupilFileFactory(site=school)
    read = PupilFileFactory(site=school, read=True)
    call_command("expire_pupil_files")
    waiting.refresh_from_db()
    assert waiting.sheet is not None
    old = timezone.now() - dt.timedelta(days=7, minutes=1)
    PupilImport.objects.filter(pk=waiting.pk).update(created_at=old)
    PupilImport.objects.filter(pk=read.pk).update(done_at=old)
    call_command("expire_pupil_files")
    assert "leerlingenbestanden: 2" in capsys.readouterr().out
    waiting.refresh_from_db()
    read.refresh_from_db()
    assert (waiting.state, waiting.sheet, read.made) == ("dropped", None, None)


@pytest.mark.parametrize("values", [{"state": "done"}, {"state": "dropped"}])
def test_rows_are_not_kept_of_a_file_that_is_done_with(school, values):
    given = PupilFileFactory(site=school)
    with pytest.raises(IntegrityError), transaction.atomic():
        PupilImport.objects.filter(pk=given.pk).update(**values, done_at=timezone.now())


def test_what_was_read_has_a_moment(school):
    given = PupilFileFactory(site=school)
    with pytest.raises(IntegrityError), transaction.atomic():
        PupilImport.objects.filter(pk=given.pk).update(state="done", sheet=None)
