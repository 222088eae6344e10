"""What a coordinator may try by SQL to delete pupils through the undo of an import."""

import uuid

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from oja.access.actor import Actor, become
from oja.access.permissions import Role
from oja.core.periods import today
from schools import actions
from schools.models import Enrolment, ImportedRow, Pupil, PupilImport, Residence, SchoolGroup
from schools.pupil_import import actions as lists
from tests.factories.access import member
from tests.factories.pupil_import import PupilFileFactory
from tests.factories.schools import GroupFactory, PupilFactory

LIST = b"Leerlingnr;Roepnaam;Achternaam;Geboortedatum;Groep\n101;Noor;Berg;01-03-2016;5a\n"


@pytest.fixture
def coordinator(site):
    """A function that gives a fresh actor for the coordinator of the school."""
    user = member(Role.SCHOOL_COORDINATOR, site.organisation, "Anna")
    return lambda: Actor.for_user(user)


def sql(text, *values):
    """What the acting person gets to do past the application."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else []


def read(actor, site):
    """The list, handed in and read."""
    given = lists.hand_in(actor, site=site, content=LIST, file_name="a.csv", on=today())
    return lists.read_in(actor, pupil_import=given, on=today(), at=timezone.now())


def undo(given):
    return sql("SELECT oja.undo_pupil_import(%s)", given.pk)


def test_it_believes_no_column_that_the_school_can_write(site, coordinator):
    """A file, a moment and a list of keys are easily made up: nobody disappears by them."""
    old, group = PupilFactory(site=site), GroupFactory(site=site)
    given = PupilFileFactory(site=site)
    with become(coordinator()):
        sql(
            "UPDATE schools_pupilimport SET state = 'done', sheet = NULL, done_at = now(),"
            " made = jsonb_build_object('pupils', jsonb_build_array(%s::text), 'groups',"
            " jsonb_build_array(%s::text), 'changed', '[]'::jsonb) WHERE id = %s",
            *(str(old.pk), str(group.pk), given.pk),
        )
        assert undo(given) == [([],)]
    assert Pupil.objects.filter(pk=old.pk).exists()
    assert SchoolGroup.objects.filter(pk=group.pk).exists()


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT * FROM schools_importedrow",
        "INSERT INTO schools_importedrow (id, pupil_import_id, of_table, row_id, version, made_at)"
        " SELECT gen_random_uuid(), %(file)s, 'schools_pupil', %(pupil)s, '1', now()",
        "UPDATE schools_importedrow SET row_id = %(pupil)s",
        "DELETE FROM schools_importedrow",
        "TRUNCATE schools_importedrow",
        "SELECT oja.note_imported_rows()",
        "DELETE FROM schools_pupil",
        "ALTER TABLE schools_pupil DISABLE TRIGGER schools_pupil_imported",
    ],
)
def test_nobody_writes_what_an_import_added(site, coordinator, attack):
    old = PupilFactory(site=site)
    with become(coordinator()) as actor:
        given = read(actor, site)
        refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner|trigger")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack, {"file": given.pk, "pupil": old.pk})
    assert Pupil.objects.count() == 2


def test_a_pupil_who_was_there_is_not_noted_by_being_changed(site, coordinator):
    """With the setting on, an old pupil is changed, and its key is used once more."""
    old = PupilFactory(site=site)
    given = PupilFileFactory(site=site)
    with become(coordinator()):
        sql("SELECT set_config('oja.pupil_import', %s, true)", str(given.pk))
        sql("UPDATE schools_pupil SET first_name = 'Ander' WHERE id = %s", old.pk)
        sql(
            "INSERT INTO schools_pupil SELECT * FROM schools_pupil WHERE id = %s"
            " ON CONFLICT (id) DO UPDATE SET first_name = 'Nog een'",
            old.pk,
        )
        assert undo(given) == [([],)]
    assert not ImportedRow.objects.exists()
    assert Pupil.objects.filter(pk=old.pk).exists()


def test_a_pupil_who_was_added_by_hand_is_not_noted(site, coordinator):
    given = PupilFileFactory(site=site)
    with become(coordinator()) as actor:
        actions.add_pupil(
            actor,
            site=site,
            first_name="Sem",
            last_name="Bos",
            birth_date=today().replace(year=today().year - 8),
            on=today(),
        )
        assert undo(given) == [([],)]
    assert not ImportedRow.objects.exists()
    assert Pupil.objects.count() == 1


def test_a_file_that_was_read_takes_in_nobody_more(site, coordinator):
    with become(coordinator()) as actor:
        given = read(actor, site)
        noted = ImportedRow.objects.count
        sql("SELECT set_config('oja.pupil_import', %s, true)", str(given.pk))
        actions.add_group(actor, site=site, name="8z")
    assert noted() == 3  # a group, a pupil and an enrolment
    assert not ImportedRow.objects.filter(row_id__in=SchoolGroup.objects.filter(name="8z")).exists()


def test_a_file_of_another_school_takes_in_nobody(site, other_site, coordinator):
    theirs = PupilFileFactory(site=other_site)
    with become(coordinator()) as actor:
        sql("SELECT set_config('oja.pupil_import', %s, true)", str(theirs.pk))
        actions.add_group(actor, site=site, name="8z")
        with pytest.raises(ProgrammingError, match="no import of this school"):
            undo(theirs)
    assert not ImportedRow.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE schools_pupil SET first_name = 'Noortje', updated_at = created_at",
        "UPDATE schools_enrolment SET group_label = '5b', updated_at = created_at",
        "INSERT INTO schools_residence (id, created_at, updated_at, valid_from, ground, pupil_id,"
        " site_id, municipality_id) SELECT gen_random_uuid(), p.created_at, p.created_at,"
        " '2024-01-01', 'brp', p.id, p.site_id, m.id FROM schools_pupil p, schools_municipality m",
    ],
)
def test_a_date_that_was_turned_back_hides_no_change(site, coordinator, change):
    """Whether something was built on a pupil is not asked of columns either."""
    with become(coordinator()) as actor:
        given = read(actor, site)
        sql(change)
        (pupil,) = Pupil.objects.visible_to(actor)
        assert undo(given) == [([pupil.pk],)]
    assert Pupil.objects.filter(pk=pupil.pk).exists()


def test_turning_the_state_back_and_forth_undoes_no_more(site, coordinator):
    """An import that was undone holds nothing any more; neither does one that never was."""
    with become(coordinator()) as actor:
        given = read(actor, site)
        lists.undo_import(actor, pupil_import=given, on=today(), at=timezone.now())
        again = read(actor, site)
        sql("UPDATE schools_pupilimport SET state = 'done' WHERE id = %s", given.pk)
        assert undo(given) == [([],)]
        with pytest.raises(ProgrammingError, match="no import of this school"):
            sql("SELECT oja.undo_pupil_import(%s)", uuid.uuid4())
    assert (Pupil.objects.count(), Enrolment.objects.count()) == (1, 1)
    assert PupilImport.objects.get(pk=again.pk).state == "done"
    assert not Residence.objects.exists()


def test_what_was_noted_is_forgotten_after_seven_days(site, coordinator):
    with become(coordinator()) as actor:
        read(actor, site)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE schools_importedrow SET made_at = now() - interval '8 days'")
    with become(coordinator()) as actor:
        other = LIST.replace(b"101;Noor", b"102;Sem")
        given = lists.hand_in(actor, site=site, content=other, file_name="b.csv", on=today())
        lists.read_in(actor, pupil_import=given, on=today(), at=timezone.now())
    assert {row.pupil_import_id for row in ImportedRow.objects.all()} == {given.pk}
