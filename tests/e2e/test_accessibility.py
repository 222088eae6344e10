"""Every main page at two widths: nothing serious by axe, and it fits the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from oja.access.actor import Actor
from support.actions import ask_consent_by_link
from tests.e2e.conftest import DESK, PHONE

SERIOUS = ("serious", "critical")


def pages(world):
    """(who, address) of the main pages, with rows on them."""
    a = world.a
    yield None, "/inloggen/"
    yield None, "/wachtwoord-vergeten/"
    for path in (
        "/",
        "/leerlingen/",
        "/leerlingen/nieuw/",
        f"/leerlingen/{a.pupil.pk}/",
        f"/leerlingen/{a.pupil.pk}/woonplaats/",
        "/hulpvragen/",
        "/hulpvragen/nieuw/",
        f"/hulpvragen/nieuw/?leerling={a.unshared.pupil_id}",
        f"/hulpvragen/{a.request.pk}/",
        f"/hulpvragen/{a.queued.pk}/",
        f"/hulpvragen/{a.queued.pk}/agenda/",
        f"/hulpvragen/{a.queued.pk}/accepteren/",
        f"/trajecten/{a.trajectory.pk}/",
        "/cijfers/",
        "/cijfers/open-waiting/",
        "/cijfers/open-waiting/count/",
        "/begrippen/",
        "/begrippen/hulpvraag/",
        "/onderdelen/",
        "/bestaat-niet/",
        "/monitor/",
    ):
        yield world.anna, path
    for path in (
        "/",
        "/trajecten/",
        f"/trajecten/{a.trajectory.pk}/",
        f"/trajecten/{a.trajectory.pk}/plan/",
        f"/trajecten/{a.trajectory.pk}/inzet/",
        f"/trajecten/{a.trajectory.pk}/toestemming/",
        f"/trajecten/{a.trajectory.pk}/zoals-school/",
        f"/trajecten/{a.trajectory.pk}/scores/",
        f"/trajecten/{a.trajectory.pk}/pauzeren/",
        "/contacten/nieuw/",
        f"/contacten/nieuw/?traject={a.trajectory.pk}",
        f"/contacten/{a.contact.pk}/corrigeren/",
        "/vragenlijsten/",
        f"/trajecten/{a.trajectory.pk}/vragenlijst/",
    ):
        yield world.bas, path
    for path in ("/", "/hulpvragen/", f"/hulpvragen/{a.accepted.pk}/toewijzen/", "/cijfers/"):
        yield world.cato, path
    yield world.els, "/"
    yield world.els, "/monitor/"
    yield world.fem, "/"
    yield world.ilse, "/"


def findings(page):
    """What axe calls serious or worse: rule, and where."""
    result = Axe().run(page).response
    return [
        (one["id"], node["target"], node["html"][:120])
        for one in result["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@pytest.mark.django_db(transaction=True)
def test_the_check_finds_what_is_wrong(open_desk, world):
    desk = open_desk()
    desk.go("/inloggen/")
    desk.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        ' \'<img src="/x"><input name="y"><p class="z">wide</p>\');'
        "const wide = document.querySelector('.z'); wide.style.width = '3000px';"
        "wide.style.color = '#eee'; wide.style.background = '#fff'"
    )
    desk.problems.clear()
    assert {rule for rule, _where, _html in findings(desk.page)} >= {
        "image-alt",
        "label",
        "color-contrast",
    }
    assert not desk.is_within_the_screen


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_serious_on_any_main_page(open_desk, world, viewport):
    desks, wrong = {}, []
    for user, path in pages(world):
        if user not in desks:
            desks[user] = open_desk(user, viewport=viewport)
        desk = desks[user]
        desk.go(path)
        where = (user.name if user else "nobody", path)
        wrong += [(*where, *found) for found in findings(desk.page)]
        if not desk.is_within_the_screen:
            wrong.append((*where, "runs out of the screen"))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.django_db(transaction=True)
def test_nothing_serious_on_the_pages_behind_a_link(open_desk, world):
    child = world.a.unshared.pupil
    _consent, _link, token = ask_consent_by_link(
        Actor.for_user(world.anna),
        request=world.a.unshared,
        purpose="share",
        guardian=child.guardians.order_by("created_at").first(),
    )
    phone = open_desk(viewport=PHONE)
    phone.go(f"/l/{token}/")
    wrong = findings(phone.page)
    phone.page.fill("[name=day]", "1")
    phone.press(phone.page.locator("main button[type=submit]"))
    wrong += findings(phone.page)
    phone.tell_birth_date(child)
    assert phone.path == "/akkoord/"
    wrong += findings(phone.page)
    phone.tick("answer", "talk")
    phone.press(phone.page.locator("main button[type=submit]"))
    assert phone.path == "/akkoord/bewaard/"
    wrong += findings(phone.page)
    assert wrong == []


@pytest.mark.django_db(transaction=True)
def test_a_form_with_errors_is_as_good_as_one_without(open_desk, world):
    for viewport in (DESK, PHONE):
        anna = open_desk(world.anna, viewport=viewport)
        anna.go(f"/hulpvragen/nieuw/?leerling={world.a.unshared.pupil_id}")
        anna.send()
        anna.page.wait_for_selector(".error-summary, [role=alert], #fouten, [data-error-summary]")
        assert anna.page.title().startswith("Fout:")
        assert findings(anna.page) == []
        # The reader is taken to the errors.
        assert anna.page.evaluate("document.activeElement.innerText").count("Kies") >= 1
