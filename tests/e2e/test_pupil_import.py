"""A coordinator reads the list of the school: choose, check the columns, look, read, undo."""

import datetime as dt
import io
import os
from pathlib import Path

import openpyxl
import pytest

from schools.models import Enrolment, Pupil
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.test_accessibility import findings

HEADINGS = ("Nummer", "Naam", "Geb. datum", "Klas", "M/V", "BSN", "Telefoon moeder")


def a_book(pupil):
    """A list as schools make it, with a known pupil in another group."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["Leerlingenlijst"])
    page.append(HEADINGS)
    page.append([7, pupil.full_name, pupil.birth_date, "Groep 7", "v", 123456782, "0612345678"])
    page.append([8, "Noor van der Berg", dt.date(2016, 3, 1), "Groep 7", "v", None, ""])
    page.append([9, "El Amrani, Sami", "12-11-2015", "6a", "m", None, ""])
    page.append([10, "Vries, Fleur de", "31-02-2015", "6a", "v", None, ""])
    page.append([11, "=A1", "01-03-2016", "6a", "v", None, ""])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def look(desk, name):
    """The page fits the screen and is accessible; with OJA_SHOTS a picture of it is kept."""
    assert desk.is_within_the_screen, name
    assert findings(desk.page) == [], name
    folder = os.environ.get("OJA_SHOTS")
    if folder:
        desk.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_list_is_looked_at_read_and_undone(open_desk, world, viewport, request):
    size = request.node.callspec.id
    known = world.a.pupil
    for pupil in Pupil.objects.filter(site=world.a.site):
        Enrolment.objects.create(
            pupil=pupil, site=pupil.site, school_type="sbo", valid_from=dt.date(2024, 8, 1)
        )
    before = Pupil.objects.count()
    desk = open_desk(world.anna, viewport=viewport)
    desk.go("/leerlingen/")
    desk.press(desk.page.get_by_role("link", name="Leerlingen inlezen"))
    look(desk, f"{size}-1-choose")

    book = {"name": "leerlingen.xlsx", "mimeType": "", "buffer": a_book(known)}
    desk.page.set_input_files("[name=file]", {**book, "buffer": b"%PDF-1.7"})
    desk.press(desk.page.get_by_role("button", name="Bestand bekijken"))
    assert "Dit is een PDF" in desk.text
    look(desk, f"{size}-2-refused")
    desk.page.set_input_files("[name=file]", book)
    desk.press(desk.page.get_by_role("button", name="Bestand bekijken"))
    assert "Het BSN is niet gelezen" in desk.text
    assert "12345678" not in desk.page.content()
    look(desk, f"{size}-3-columns")
    desk.press(desk.page.get_by_role("button", name="De kolommen kloppen"))
    assert "Nieuw: 2. Gewijzigd: 1. Vertrokken: 0. Gelijk gebleven: 0. Geweigerd: 2." in desk.text
    assert "“31-02-2015” is geen datum" in desk.text
    assert Pupil.objects.count() == before
    look(desk, f"{size}-4-example")

    desk.press(desk.page.get_by_role("button", name="Inlezen", exact=True))
    assert Pupil.objects.count() == before + 2
    known.refresh_from_db()
    assert (known.group_label, known.school_number) == ("Groep 7", "7")
    look(desk, f"{size}-5-read")
    desk.press(desk.page.get_by_role("button", name="Inlezen terugdraaien"))
    assert Pupil.objects.count() == before
    known.refresh_from_db()
    assert (known.group_label, known.school_number) == ("Groep 6", "")
    look(desk, f"{size}-6-undone")
