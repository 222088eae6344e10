"""Groups, bought care, money, absence, figures, meetings: nothing serious by axe, two widths.

And by keyboard alone: every stop on these pages shows where the focus is.
"""

import pytest
from django.core.cache import cache

from oja.access.rowsecurity import sync_identity_key
from oja.core.periods import today
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.test_accessibility import findings
from tests.e2e.test_keyboard import Keys
from tests.pages.house import make_house

pytestmark = pytest.mark.django_db(transaction=True)

#: Kinds of charts: columns, ratio, bars, flow, matrix, pyramid, shares.
CHARTS = (
    "thuiszitters-ocw",
    "thuiszitters-duration",
    "stock-and-flow",
    "reach",
    "time-to-help",
)
MONEY_CHARTS = (
    "budget-use",
    "realised-and-committed",
    "share-of-third-parties-in-cost",
    "share-with-third-party",
    "hours-by-form",
    "marks-of-parents",
)


@pytest.fixture
def world(transactional_db):
    """The cast with one row of everything, in rows that the server sees too."""
    cache.clear()
    sync_identity_key()
    return make_house()


def care_pages(world):
    """What a care worker opens."""
    a = world.a
    case = f"?traject={a.trajectory.pk}"
    return (
        "/groepen/",
        "/groepen/nieuw/",
        f"/groepen/{a.offer.pk}/",
        f"/groepen/{a.offer.pk}/wijzigen/",
        f"/groepen/{a.offer.pk}/deelnemer/",
        f"/groepen/{a.offer.pk}/keer/1/",
        f"/groepen/{a.offer.pk}/keer/2/",
        f"/groepen/{a.offer.pk}/afronden/",
        "/collectief/nieuw/",
        f"/trajecten/{a.trajectory.pk}/",
        "/derdeninzet/",
        "/derdeninzet/nieuw/",
        f"/derdeninzet/nieuw/{case}",
        f"/derdeninzet/{a.purchase.pk}/",
        f"/derdeninzet/{a.proposal.pk}/bewerken/",
        f"/derdeninzet/{a.purchase.pk}/akkoord/?wie={a.parents[0].pk}",
        f"/derdeninzet/{a.purchase.pk}/akkoord/?wie={a.parents[0].pk}&manier=link",
        f"/derdeninzet/{a.ordered.pk}/beeindigen/",
        "/keuze-van-ouders/",
        f"/keuze-van-ouders/nieuw/{case}",
        f"/keuze-van-ouders/{a.choice.pk}/",
        "/vragenlijsten/",
    )


def manager_pages(world):
    """What a manager opens: decisions, money, and the figures of the provider."""
    a = world.a
    return (
        "/",
        "/derdeninzet/",
        f"/derdeninzet/{a.ordered.pk}/",
        f"/derdeninzet/{a.ordered.pk}/prestatie/",
        f"/derdeninzet/{a.purchase.pk}/afwijzen/",
        f"/prestaties/{a.bill.pk}/goedkeuren/",
        f"/prestaties/{a.bill.pk}/weigeren/",
        "/derdeninzet/contracten/",
        "/derdeninzet/contracten/nieuw/",
        "/derdeninzet/derden/nieuw/",
        "/budget/",
        "/budget/?tabel=1",
        f"/budget/?jaar={today().year - 1}",
        "/budget/kostenregels/",
        "/budget/kosten-inlezen/",
        "/budget/vastleggen/",
        *(f"/budget/vastleggen/{what}/" for what in ("subsidie", "voorschot", "budget", "tarief")),
        f"/budget/koppelen/{a.external_cost.pk}/",
        *(f"/cijfers/{slug}/" for slug in MONEY_CHARTS),
        "/cijfers/budget-use/?tabel=1",
        "/cijfers/budget-use/spent/",
        "/cijfers/piramide/",
    )


def school_pages(world):
    """What a coordinator opens: absence, the list of the school, the answer, the figures."""
    a = world.a
    return (
        "/",
        "/groepen/",
        f"/groepen/{a.offer.pk}/",
        f"/schoolantwoord/{a.school_answer.pk}/",
        f"/trajecten/{a.trajectory.pk}/",
        "/verzuim/",
        "/verzuim/alles/",
        "/verzuim/nieuw/",
        f"/verzuim/nieuw/?leerling={a.pupil.pk}",
        f"/verzuim/{a.spell.pk}/",
        f"/verzuim/{a.spell.pk}/wijzigen/",
        f"/verzuim/{a.spell.pk}/beeindigen/",
        f"/verzuim/{a.spell_ended.pk}/",
        f"/leerlingen/{a.pupil.pk}/",
        f"/leerlingen/{a.pupil.pk}/inschrijving/soort/",
        f"/leerlingen/{a.pupil.pk}/inschrijving/{a.enrolment.pk}/vertrek/",
        "/leerlingen/inlezen/",
        f"/leerlingen/inlezen/{a.pupil_file.pk}/",
        f"/leerlingen/inlezen/{a.read_file.pk}/",
        *(f"/cijfers/{slug}/" for slug in CHARTS),
        "/cijfers/thuiszitters-ocw/?tabel=1",
        "/cijfers/doorstroom/",
    )


def adviser_pages(world):
    """What an adviser opens: published figures, their drawings, and the meeting."""
    meeting = f"/overleg/{world.a.meeting.pk}"
    return (
        "/",
        "/monitor/",
        "/monitor/thuiszitters-ocw/",
        "/monitor/thuiszitters-ocw/?tabel=1",
        "/monitor/start-within-28-days/",
        "/monitor/hours-by-form/",
        "/monitor/stock-and-flow/",
        "/monitor/budget-use/",
        "/monitor/marks-of-parents/",
        "/monitor/doorstroom/",
        "/monitor/piramide/",
        "/uitleg/kleine-aantallen/",
        "/overleg/",
        "/overleg/nieuw/",
        f"{meeting}/",
        f"{meeting}/wijzigen/",
        f"{meeting}/cijfers/",
        *(f"{meeting}/{part}/" for part in ("deelnemer", "duiding", "besluit", "actie")),
        f"/overleg/acties/{world.a.point.pk}/gedaan/",
    )


PAGES = {"bas": care_pages, "cato": manager_pages, "anna": school_pages, "els": adviser_pages}


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", list(PAGES))
def test_nothing_serious_on_any_page_of_the_thread(open_desk, world, name, viewport):
    desk, wrong = open_desk(getattr(world, name), viewport=viewport), []
    for path in PAGES[name](world):
        answer = desk.page.goto(desk.base + path)
        if answer.status != 200:
            wrong.append((path, answer.status))
            continue
        wrong += [(path, *found) for found in findings(desk.page)]
        if not desk.is_within_the_screen:
            wrong.append((path, "runs out of the screen"))
    assert not wrong, "\n".join(map(str, wrong))


def stops(keys, limit=80):
    """Walk through a page by the Tab key until it begins again; the stops that show no focus."""
    first = None
    for _ in range(limit):
        seen = keys.tab()
        if seen["what"].startswith("BODY") or seen["what"] == first:
            break
        first = first or seen["what"]
    return [seen for seen in keys.unseen if not seen["what"].startswith("BODY")]


@pytest.mark.parametrize("name", list(PAGES))
def test_every_stop_on_the_pages_of_the_thread_shows_the_focus(open_desk, world, name):
    a = world.a
    paths = {
        "bas": (
            f"/groepen/{a.offer.pk}/",
            f"/groepen/{a.offer.pk}/keer/2/",
            f"/derdeninzet/nieuw/?traject={a.trajectory.pk}",
            f"/derdeninzet/{a.purchase.pk}/",
        ),
        "cato": ("/budget/", "/budget/kostenregels/", "/cijfers/budget-use/"),
        "anna": (
            f"/verzuim/nieuw/?leerling={a.pupil.pk}",
            "/verzuim/",
            f"/leerlingen/inlezen/{a.pupil_file.pk}/",
            f"/schoolantwoord/{a.school_answer.pk}/",
            "/cijfers/doorstroom/",
        ),
        "els": ("/monitor/", "/monitor/thuiszitters-ocw/", f"/overleg/{a.meeting.pk}/"),
    }
    desk, wrong = open_desk(getattr(world, name)), []
    for path in paths[name]:
        desk.go(path)
        wrong += [(path, seen) for seen in stops(Keys(desk.page))]
    assert not wrong, "\n".join(map(str, wrong))


def test_who_was_there_without_a_mouse(open_desk, world):
    desk = open_desk(world.bas)
    desk.go(f"/groepen/{world.a.offer.pk}/keer/2/")
    keys = Keys(desk.page)
    with desk.page.expect_navigation():
        keys.press("#page-form .form-end button")
    assert world.a.offer.get_absolute_url() in desk.path
    assert keys.unseen == []


def test_the_answer_of_the_school_without_a_mouse(open_desk, world):
    desk = open_desk(world.anna)
    desk.go(f"/schoolantwoord/{world.a.school_answer.pk}/")
    keys = Keys(desk.page)
    keys.press("[name=answer]", "Space")
    with desk.page.expect_navigation():
        keys.press("#page-form .form-end button")
    world.a.school_answer.refresh_from_db()
    assert world.a.school_answer.answer == "agreed"
    assert keys.unseen == []
