"""A survey in a real browser: few touches, both directions, narrow screens, stop and go on."""

import datetime as dt

import pytest
from django.urls import reverse

from oja.access.actor import Actor, become
from oja.core.periods import today
from support.actions.survey import invite_to_survey
from support.models import AnswerSheet, SealedSheet
from tests.e2e.conftest import PHONE
from tests.e2e.test_accessibility import findings

pytestmark = pytest.mark.django_db(transaction=True)

SMALL = {"width": 320, "height": 640}


def invited(world, informant="parent", **fields):
    """The path of a link for a new trajectory of world A."""
    pupil = world.a.new_pupil(**fields)
    trajectory = world.a.new_trajectory(pupil=pupil, active=True)
    with become(Actor.for_user(world.bas)) as actor:
        _row, code = invite_to_survey(actor, trajectory=trajectory, informant=informant)
    return reverse("link-open", args=[code])


class Visitor:
    """Somebody with a link, who counts every touch."""

    def __init__(self, desk):
        self.desk, self.page, self.touches = desk, desk.page, 0

    def choose(self, value):
        self.page.locator(f"label:has(input[value='{value}'])").click()
        self.touches += 1
        self.go_on()

    def go_on(self):
        self.desk.press(self.page.locator("form button").last)
        self.touches += 1

    def look(self, name):
        """Nothing serious by axe, nothing runs out of the screen, direction as it should be."""
        assert findings(self.page) == [], name
        assert self.desk.is_within_the_screen, name


def test_a_parent_answers_in_at_most_twelve_touches(open_desk, world):
    link = invited(world)
    visitor = Visitor(open_desk(viewport=PHONE))
    visitor.desk.go(link)
    visitor.touches += 1
    assert visitor.desk.path == "/vragenlijst/1/"
    visitor.look("nl-1")
    for value in (4, 3, "none"):
        visitor.choose(value)
    visitor.look("nl-mark")
    visitor.choose(8)
    visitor.look("nl-remark")
    visitor.go_on()
    assert visitor.desk.path == "/vragenlijst/versturen/"
    assert "Wie ziet wat?" in visitor.desk.text
    visitor.look("nl-check")
    visitor.go_on()
    assert "Dank u wel" in visitor.desk.text
    visitor.look("nl-thanks")
    assert visitor.touches <= 12
    assert SealedSheet.objects.count() == 1
    assert "Canary" not in visitor.desk.text
    visitor.desk.go(link)
    assert "Dank u wel" not in visitor.desk.text


def test_somebody_stops_and_goes_on_in_another_browser(open_desk, world):
    link = invited(world)
    first = Visitor(open_desk(viewport=PHONE))
    first.desk.go(link)
    first.choose(4)
    first.choose(1)
    second = Visitor(open_desk(viewport=PHONE))
    second.desk.go(link)
    assert second.desk.path == "/vragenlijst/3/"
    second.page.locator(".survey-moves a").click()
    assert second.page.locator("input[value='1']").is_checked()


@pytest.mark.parametrize("viewport", [PHONE, SMALL], ids=["390", "320"])
def test_it_speaks_arabic_from_right_to_left_in_the_demo(open_desk, world, settings, viewport):
    settings.DEMO = True
    visitor = Visitor(open_desk(viewport=viewport))
    visitor.desk.go(invited(world) + "?taal=ar")
    page, name = visitor.page, f"ar-{viewport['width']}"
    assert page.locator("html").get_attribute("dir") == "rtl"
    visitor.look(f"{name}-1")
    box = page.locator(".survey-choice").first.bounding_box()
    face = page.locator(".survey-face").first.bounding_box()
    assert face["x"] + face["width"] / 2 > box["x"] + box["width"] / 2  # at the right
    for value in (4, 3, 2):
        visitor.choose(value)
    visitor.look(f"{name}-mark")
    visitor.choose(9)
    visitor.look(f"{name}-remark")
    visitor.go_on()
    visitor.look(f"{name}-check")
    visitor.go_on()
    visitor.look(f"{name}-thanks")
    page.locator(".survey-language summary").click()
    page.locator(".survey-language a").click()
    assert "Dank u wel" in visitor.desk.text


def test_it_offers_unreviewed_texts_in_the_demo_only(open_desk, world):
    visitor = Visitor(open_desk(viewport=PHONE))
    visitor.desk.go(invited(world) + "?taal=ar")
    assert visitor.page.locator("html").get_attribute("dir") == "ltr"
    assert visitor.page.locator(".survey-language").count() == 0


@pytest.mark.parametrize("viewport", [PHONE, SMALL], ids=["390", "320"])
def test_a_child_chooses_large_faces(open_desk, world, viewport):
    born = today() - dt.timedelta(days=8 * 366)
    visitor = Visitor(open_desk(viewport=viewport))
    visitor.desk.go(invited(world, "child", birth_date=born))
    visitor.look(f"child-{viewport['width']}")
    for value in (4, 3, "none"):
        visitor.choose(value)
    visitor.look(f"child-{viewport['width']}-check")
    visitor.go_on()
    assert "Dank je wel" in visitor.desk.text
    assert not AnswerSheet.objects.exists()


def test_it_works_from_the_keyboard_alone(open_desk, world):
    desk = open_desk()
    desk.go(invited(world))
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Space")
    assert desk.page.locator("input:checked").count() == 1
    desk.page.keyboard.press("ArrowDown")
    assert desk.page.locator("input:checked").get_attribute("value") == "3"
    desk.page.keyboard.press("Tab")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    assert desk.path == "/vragenlijst/2/"


def test_who_forgets_to_choose_is_told_so(open_desk, world):
    desk = open_desk(viewport=PHONE)
    desk.go(invited(world))
    with desk.page.expect_navigation():
        desk.page.locator("form button").last.click()
    assert "Kies een antwoord" in desk.text
    assert desk.page.title().startswith("Fout:")
    assert findings(desk.page) == []
