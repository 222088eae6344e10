"""The main pages by keyboard only, with a focus that can be seen; and without scripts."""

import pytest

from support.models import Contact, Provision, SupportRequest
from tests.factories.access import PASSWORD
from tests.pages.house import planned

VISIBLE = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const named = one.id && document.querySelector(`label[for="${one.id}"]`);
  const label = one.closest('label') || named;
  const shown = [one, label, label && label.parentElement, one.parentElement].filter(Boolean);
  const ring = shown.some(each => {
    const look = getComputedStyle(each);
    return (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2)
      || look.boxShadow !== 'none';
  });
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {ring, inside, what: one.tagName + ' ' + (one.name || one.innerText || '').slice(0, 40)};
}"""


class Keys:
    """Presses keys; every stop on the way must show where the focus is."""

    def __init__(self, page):
        self.page, self.unseen = page, []

    def tab(self, key="Tab"):
        """One stop further."""
        self.page.keyboard.press(key)
        seen = self.page.evaluate(VISIBLE)
        if not (seen["ring"] and seen["inside"]):
            self.unseen.append(seen)
        return seen

    def to(self, selector, limit=120):
        """Tab until something has the focus."""
        for _ in range(limit):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.tab()
        raise AssertionError(f"{selector} cannot be reached with the Tab key")

    def type(self, selector, text):
        """Reach a field and write in it."""
        self.to(selector)
        self.page.keyboard.type(text)

    def press(self, selector, key="Enter"):
        """Reach a control and use it."""
        self.to(selector)
        self.page.keyboard.press(key)


@pytest.mark.django_db(transaction=True)
def test_a_hulpvraag_from_log_in_to_submitted_without_a_mouse(open_desk, world):
    pupil = world.a.new_pupil(first_name="Toets")
    desk = open_desk()
    desk.go("/hulpvragen/nieuw/")
    keys = Keys(desk.page)
    keys.type("[name=login]", world.anna.email)
    keys.type("[name=password]", PASSWORD)
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    # The first stop leads past the menu.
    keys.tab()
    assert desk.page.evaluate("document.activeElement.getAttribute('href')") == "#inhoud"
    desk.page.keyboard.press("Enter")
    keys.type("#id_naam", "toets")
    desk.page.wait_for_selector("a.choice")
    with desk.page.expect_navigation():
        keys.press("a.choice")
    keys.press("[name=talk_with]", "Space")
    keys.press("[name=talk_on_quick]", "Space")
    keys.press("[name=topics]", "Space")
    keys.type("[name=question]", "Alleen met toetsen")
    for _parent in pupil.parents:
        keys.press("[value=talk]:not(:checked)", "Space")
    with desk.page.expect_navigation():
        keys.press("#page-form .form-end button")
    request = SupportRequest.objects.get(pupil=pupil)
    assert (request.state, request.question) == ("submitted", "Alleen met toetsen")
    assert keys.unseen == []


@pytest.mark.django_db(transaction=True)
def test_gedaan_without_a_mouse(open_desk, world):
    Provision.objects.filter(pk=world.a.provision.pk).update(place="online", start_time="00:05")
    desk = open_desk(world.bas)
    desk.go("/")
    keys = Keys(desk.page)
    with desk.page.expect_navigation():
        keys.press("form[action='/vandaag/gedaan/'] button")
    (contact,) = Contact.objects.filter(provision=world.a.provision)
    assert str(contact.on) == planned(world.a)["dag"]
    # The way back is there for the keyboard too.
    with desk.page.expect_navigation():
        keys.press("form[action*='ongedaan'] button")
    contact.refresh_from_db()
    assert contact.undone_at is not None
    assert keys.unseen == []


@pytest.mark.django_db(transaction=True)
def test_every_stop_on_the_main_pages_shows_the_focus(open_desk, world):
    wrong = []
    for user, path in (
        (world.anna, "/"),
        (world.anna, "/hulpvragen/"),
        (world.anna, "/leerlingen/"),
        (world.bas, f"/trajecten/{world.a.trajectory.pk}/"),
        (world.bas, f"/contacten/nieuw/?traject={world.a.trajectory.pk}"),
        (world.cato, "/cijfers/"),
    ):
        desk = open_desk(user)
        desk.go(path)
        keys = Keys(desk.page)
        start = None
        for _ in range(80):
            seen = keys.tab()
            if seen["what"].startswith("BODY") or seen["what"] == start:
                break
            start = start or seen["what"]
        keys.unseen = [seen for seen in keys.unseen if not seen["what"].startswith("BODY")]
        wrong += [(path, seen) for seen in keys.unseen]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.django_db(transaction=True)
def test_a_hulpvraag_without_scripts(open_desk, world):
    pupil = world.a.new_pupil(first_name="Zonder")
    desk = open_desk(java_script_enabled=False)
    page = desk.page
    desk.go("/hulpvragen/nieuw/")
    desk.log_in(world.anna)
    page.fill("#id_naam", "zonder")
    desk.press(page.locator("form:has(#id_naam) button"))
    desk.press(page.locator("a.choice"))
    page.locator("[name=talk_with]").first.check()
    desk.tick("talk_on_quick", "vandaag")
    page.locator("[name=topics]").first.check()
    page.fill("[name=question]", "Zonder scripts")
    for box in page.locator("[value=talk]").all():
        box.check()
    desk.send()
    request = SupportRequest.objects.get(pupil=pupil)
    assert (request.state, request.share_state) == ("submitted", "complete")
    assert desk.path == f"/hulpvragen/{request.pk}/"
