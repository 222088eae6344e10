"""Who was there: eight pupils and one of them ill, on a phone, in four taps."""

import pytest
from django.db.models import Sum

from support.models import Attendance, CareNote, Contact
from tests.e2e.conftest import PHONE
from tests.e2e.test_accessibility import findings
from tests.factories.groups import GroupParticipantFactory, group_of, join

pytestmark = pytest.mark.django_db(transaction=True)


def tap(desk, counted, locator):
    """One interaction."""
    counted.append(locator)
    locator.click()


def test_a_session_of_eight_pupils_takes_four_taps(open_desk, world):
    group = group_of(world.a, title="Weerbaar samen")
    rows = [join(world.a, group) for _n in range(8)]
    waits = GroupParticipantFactory(
        group=group_of(world.a, title="Andere groep"), trajectory=world.a.trajectory
    )
    type(group).objects.filter(pk=group.pk).update(places=9)
    GroupParticipantFactory(group=group, trajectory=waits.trajectory)  # nobody agreed to others
    desk = open_desk(world.bas, viewport=PHONE)
    page, taps = desk.page, []
    desk.go(group.get_absolute_url())
    tap(desk, taps, page.get_by_role("link", name="Aanwezigheid"))
    assert findings(page) == []
    assert "8 aanwezig" in page.inner_text("[data-marks-count]")
    blocked = page.locator(".mark-blocked")
    assert "Kan nog niet meedoen" in blocked.inner_text()
    assert blocked.locator("input").count() == 0
    ill = rows[2]
    name = ill.trajectory.pupil_name
    row = page.locator(".mark-row", has_text=name)
    tap(desk, taps, row.get_by_label(f"{name} afwezig"))
    tap(desk, taps, row.get_by_label("ziek"))
    assert "7 aanwezig" in page.inner_text("[data-marks-count]")
    assert findings(page) == []
    with page.expect_navigation():
        tap(desk, taps, page.get_by_role("button", name="Groepsbijeenkomst opslaan"))
    assert len(taps) == 4
    assert "7 van 8 aanwezig" in page.inner_text("main, body")
    held = Contact.objects.filter(session__group=group)
    assert held.count() == 7
    assert held.aggregate(sum=Sum("minutes"))["sum"] == 60
    assert Attendance.objects.get(participant=ill).outcome == "ill"
    assert desk.problems == []


def test_it_works_without_javascript(world, open_desk):
    group = group_of(world.a)
    row = join(world.a, group)
    desk = open_desk(world.bas, viewport=PHONE, java_script_enabled=False)
    page = desk.page
    desk.go(f"{group.get_absolute_url()}keer/1/")
    page.locator("summary", has_text="Aanpassen").click()
    page.fill(f"[name=attention_{row.pk}]", "Was stil vandaag.")
    with page.expect_navigation():
        page.get_by_role("button", name="Groepsbijeenkomst opslaan").click()
    assert Contact.objects.get(session__group=group).minutes == 60
    assert CareNote.objects.filter(text="Was stil vandaag.").count() == 1
