"""The numbers of absence are one: the tab, its list, Start, and the figures of the same day."""

import datetime as dt
from random import Random

import pytest
from django.urls import reverse

from monitor.definition import Window
from monitor.engine import measure, populations
from monitor.indicators import indicators
from oja.access.actor import Actor, become
from oja.core import periods
from oja.core.periods import today
from schools.attendance_overview import Overview
from schools.attendance_views import TABS, tab_url
from tests.factories.attendance import EnrolmentFactory, SpellFactory
from tests.factories.schools import PupilFactory


def ago(days):
    return today() - dt.timedelta(days=days)


@pytest.fixture
def school(cast):
    """Forty pupils with everything that absence can be, also who is enrolled nowhere."""
    random = Random(11)
    for number in range(40):
        born = today().replace(day=1) - dt.timedelta(days=random.randint(4, 19) * 365)
        pupil = PupilFactory(
            site=cast.a.site, first_name=f"Kind{number}", last_name="Vogel", birth_date=born
        )
        left = random.random() < 0.3
        enrolment = {"valid_from": ago(900)}
        if left:
            where = random.choice(("none", "sbo", "unknown"))
            enrolment |= {"valid_until": ago(40), "destination_type": where}
        EnrolmentFactory(pupil=pupil, **enrolment)
        old = random.random() < 0.3
        if old:
            SpellFactory(pupil=pupil, valid_from=ago(120), valid_until=ago(100), returned=True)
        if random.random() < 0.7:
            kinds = ("absolute", "exempt") if left else ("unlawful", "ill", "custom", "exempt")
            kind, percent = random.choice(kinds), random.choice((0, 10, 25, 50))
            fields = {"next_step": "", "next_step_on": None} if kind == "exempt" else {}
            if kind in ("exempt", "absolute"):
                percent = 0
            SpellFactory(
                pupil=pupil,
                kind=kind,
                valid_from=ago(random.choice((2, 20, 27, 28, 29, 35))),
                percent_present=percent,
                is_full=percent == 0,
                attends_by_plan=kind == "ill" and random.random() < 0.5,
                **fields,
            )
    return cast.a.site


@pytest.fixture
def anna(client, cast):
    client.force_login(cast.anna)
    return client


def figures(cast, *slugs):
    """Slug -> its numbers, as the school reads them today."""
    window = Window.of(periods.school_year_of(today()), today())
    asked = [one for one in indicators() if one.slug in slugs]
    with become(Actor.for_user(cast.anna)) as actor:
        (own,) = [one for one in populations(actor) if one.audience == "school"]
        found = measure(asked, actor, own, [window], on=today())
    return {
        slug: {part: number.value for part, number in found[slug, window].numbers.items()}
        for slug in slugs
    }


@pytest.mark.parametrize("tab", TABS)
def test_the_count_of_a_tab_is_the_number_of_its_rows(anna, cast, school, tab):
    page = anna.get(tab_url(tab))
    near = {item["url"]: item["count"] for item in page.context["tabs"]}[tab_url("near")]
    file = anna.get(tab_url(tab), {"formaat": "csv"}).content.decode("utf-8-sig")
    shown = {row["object"].pk for row in page.context["rows"]}
    with become(Actor.for_user(cast.anna)) as actor:
        overview = Overview(actor, today())
        keys = {row.pk for row in overview.rows(tab)}
        assert overview.rows(tab).count() == len(keys)
        assert near == overview.rows("near").count()
    assert shown
    assert shown <= keys  # a page of the list; the file holds all
    assert len(file.strip().splitlines()) == 1 + len(keys)


def test_the_figures_of_the_same_day_say_the_same(anna, cast, school):
    """The broad count is the list, the national one its part, and who was at home this year."""
    found = figures(cast, "thuiszitters-breed", "thuiszitters-ocw", "thuiszitters-in-year")
    with become(Actor.for_user(cast.anna)) as actor:
        rows = list(Overview(actor, today()).rows("home"))
    assert found["thuiszitters-breed"]["count"] == len(rows)
    assert found["thuiszitters-ocw"]["count"] == sum(row.is_ocw for row in rows) > 0
    assert found["thuiszitters-in-year"]["count"] >= found["thuiszitters-ocw"]["count"]
    page = anna.get("/").content.decode()
    assert f"{len(rows)} thuiszitters" in page


def test_who_is_enrolled_nowhere_is_in_the_list_with_a_step_to_choose(anna, cast):
    """Also after an absence that ended: that one is not what it is about now."""
    pupil = PupilFactory(site=cast.a.site, first_name="Weg", last_name="Vogel")
    EnrolmentFactory(pupil=pupil, valid_until=ago(40), destination_type="none")
    SpellFactory(pupil=pupil, valid_from=ago(120), valid_until=ago(100), returned=True)
    page = anna.get(tab_url("home"))
    (row,) = page.context["rows"]
    text = page.content.decode()
    assert row["object"].first_name == "Weg"
    assert "Weg zonder andere school" in text
    assert "Nog geen volgende stap" in text
    assert reverse("attendance-create") + f"?leerling={pupil.pk}" in text
    with become(Actor.for_user(cast.anna)) as actor:
        assert len(Overview(actor, today()).rows("home").filter(step_on__isnull=True)) == 1
