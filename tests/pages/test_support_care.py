"""Vandaag, trajectories, plan, provision and contact; and what the school sees of it."""

import datetime as dt

import pytest
from django.urls import reverse

from oja.core.periods import today
from support.models import CareNote, Contact, Goal, Plan, Provision, SchoolNote, Trajectory
from support.views.trajectory_parts import planned_minutes
from tests.factories.support import PlanFactory, ProvisionFactory
from tests.pages.support_pages import said, send, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def schoolday(monkeypatch):
    """A recent Thursday outside the holidays, as far as the pages ask what day it is."""
    day = today()
    while day.isoweekday() != 4:
        day -= dt.timedelta(days=1)
    for module in ("today", "contacts"):
        monkeypatch.setattr(f"support.views.{module}.today", lambda: day)
    monkeypatch.setattr("support.views.today.closed_days", lambda *_args: ())
    return day


@pytest.fixture
def planned(cast, schoolday):
    """A provision of that weekday."""
    start = schoolday - dt.timedelta(days=3)
    Provision.objects.filter(trajectory=cast.a.trajectory).delete()
    return ProvisionFactory(
        trajectory=cast.a.trajectory,
        weekday=4,
        start_time=dt.time(10, 15),
        minutes=45,
        valid_from=start,
    )


def detail(row):
    return reverse("trajectory-detail", args=[row.pk])


def done_data(provision, day):
    return {"inzet": str(provision.pk), "dag": f"{day:%Y-%m-%d}"}


def test_it_records_a_planned_contact_in_one_tap_and_takes_it_back(
    client, cast, planned, schoolday
):
    page = text_of(sign_in(client, cast.bas).get(reverse("home")))
    assert "10.15" in page
    assert cast.a.trajectory.pupil_name in page
    answer = client.post(reverse("contact-done"), done_data(planned, schoolday))
    assert answer.status_code == 302
    contact = Contact.objects.get(provision=planned, on=schoolday)
    assert (contact.minutes, contact.outcome, contact.is_as_planned) == (45, "held", True)
    assert "45 minuten" in said(answer)[0]
    assert "Vastgelegd" in text_of(client.get(reverse("home")))
    client.post(reverse("contact-undo", args=[contact.pk]))
    contact.refresh_from_db()
    assert contact.undone_at is not None


def test_it_records_once_however_often_it_is_tapped(client, cast, planned, schoolday):
    sign_in(client, cast.bas)
    for _ in range(3):
        client.post(reverse("contact-done"), done_data(planned, schoolday))
    assert Contact.objects.filter(provision=planned, undone_at=None).count() == 1


def test_it_records_that_nobody_was_there(client, cast, planned, schoolday):
    sign_in(client, cast.bas)
    data = done_data(planned, schoolday) | {"uitkomst": "no_show"}
    client.post(reverse("contact-missed"), data)
    assert Contact.objects.get(provision=planned, on=schoolday).outcome == "no_show"
    wrong = client.post(reverse("contact-missed"), data | {"uitkomst": "tovenarij"})
    assert wrong.status_code == 404


def test_it_asks_for_what_was_not_recorded_this_week(client, cast, planned, schoolday, monkeypatch):
    later = schoolday + dt.timedelta(days=1)
    monkeypatch.setattr("support.views.today.today", lambda: later)
    page = sign_in(client, cast.bas).get(reverse("home"))
    assert [item.on for item in page.context["missing"]] == [schoolday]
    assert not page.context["appointments"]


def test_it_keeps_appointments_of_others_away(client, cast, planned, schoolday):
    data = done_data(planned, schoolday)
    for name in ("gijs", "joke"):
        sign_in(client, getattr(cast, name))
        assert "Canary" not in text_of(client.get(reverse("home"))).split("Dit wacht op jou")[0]
        assert client.post(reverse("contact-done"), data).status_code == 404
    assert sign_in(client, cast.anna).post(reverse("contact-done"), data).status_code == 403


def contact_data(row, **fields):
    return {
        "length": "45",
        "place": "school",
        "people": ["pupil"],
        "note": "",
        "audience": "care",
        "on": f"{today():%d-%m-%Y}",
        "form": "INDIVIDUEEL",
        "outcome": "held",
    } | fields


def create_url(row):
    return f"{reverse('contact-create')}?traject={row.pk}"


def test_it_prefills_a_contact_and_keeps_the_audience_narrow(client, cast):
    form = sign_in(client, cast.bas).get(create_url(cast.a.trajectory)).context["form"]
    assert form["audience"].value() == "care"
    assert form["on"].value() == today()
    assert form["people"].value()


@pytest.mark.parametrize(("audience", "care", "school"), [("care", 1, 0), ("school", 0, 1)])
def test_it_writes_the_note_for_its_audience(client, cast, audience, care, school):
    row = cast.a.trajectory
    before = CareNote.objects.count(), SchoolNote.objects.count()
    data = contact_data(row, note="Ging goed.", audience=audience, length="other", minutes="25")
    answer = send(sign_in(client, cast.bas), create_url(row), data)
    assert answer.url == detail(row)
    assert CareNote.objects.count() - before[0] == care
    assert SchoolNote.objects.count() - before[1] == school
    assert Contact.objects.filter(trajectory=row, minutes=25).count() == 1


def test_it_refuses_a_contact_in_the_future(client, cast):
    row = cast.a.trajectory
    tomorrow = f"{today() + dt.timedelta(days=1):%d-%m-%Y}"
    page = send(sign_in(client, cast.bas), create_url(row), contact_data(row, on=tomorrow), 200)
    assert "later dan nu" in text_of(page)


def test_it_corrects_a_contact_as_a_new_version(client, cast):
    contact = cast.a.contact
    url = reverse("contact-correct", args=[contact.pk])
    day = f"{contact.on:%d-%m-%Y}"
    data = contact_data(cast.a.trajectory, on=day, length="60")
    sign_in(client, cast.bas)
    assert "wat er niet klopte" in text_of(send(client, url, data, status=200))
    send(client, url, data | {"reason": "Het duurde langer."})
    contact.refresh_from_db()
    assert contact.replaced_by.minutes == 60
    assert client.get(url).status_code == 302
    assert sign_in(client, cast.cato).get(url).status_code == 403
    assert sign_in(client, cast.gijs).get(url).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("bas", 200), ("cato", 200), ("anna", 200), ("gijs", 404), ("dirk", 404), ("ilse", 403)],
)
def test_it_opens_a_trajectory_for_those_concerned(client, cast, name, status):
    assert sign_in(client, getattr(cast, name)).get(detail(cast.a.trajectory)).status_code == status


def test_it_shows_the_school_the_shared_part_and_nothing_else(client, cast):
    row = cast.a.trajectory
    cast.a.goal.refresh_from_db()
    school = text_of(sign_in(client, cast.anna).get(detail(row)))
    preview = reverse("trajectory-school-view", args=[row.pk])
    as_school = text_of(sign_in(client, cast.bas).get(preview))
    for text in (school, as_school):
        assert cast.a.school_note.text in text
        assert cast.a.care_note.text not in text
    assert cast.a.care_note.text in text_of(client.get(detail(row)))
    assert cast.a.care_note.text not in text_of(sign_in(client, cast.cato).get(detail(row)))
    assert sign_in(client, cast.anna).get(preview).status_code == 403


def test_it_filters_the_history(client, cast):
    url = detail(cast.a.trajectory)
    page = sign_in(client, cast.bas).get(url, {"verloop": "contacten"})
    assert {item.view for item in page.context["items"]} == {"contacten"}
    assert "status" not in {item.view for item in page.context["items"]}
    assert client.get(url, {"verloop": "onzin", "meer": "x"}).status_code == 200


@pytest.mark.parametrize("number", [1, 5])
def test_it_lists_trajectories(client, cast, number):
    for _ in range(number):
        cast.a.new_trajectory(active=True)
    page = sign_in(client, cast.cato).get(reverse("trajectory-list"))
    assert len(page.context["rows"]) == number + 1
    assert "Merel" not in text_of(page)
    silent = client.get(reverse("trajectory-list"), {"aandacht": "contact"})
    assert silent.status_code == 200
    assert client.get(reverse("trajectory-list"), {"aandacht": "evaluatie"}).status_code == 200


def plan_data(**fields):
    evaluation = today() + dt.timedelta(days=90)
    return {
        "going_well": "Tekenen.",
        "goal1_title": "Elke dag samen spelen",
        "goal1_approach": "",
        "goal1_start": "2",
        "goal1_target": "7",
        "goal1_school": "on",
        "home_part": "Samen eten.",
        "home_not_needed_reason": "",
        "next_evaluation_on": f"{evaluation:%d-%m-%Y}",
    } | fields


def test_it_saves_a_plan_and_records_who_agrees(client, cast):
    row = cast.a.new_trajectory()
    url = reverse("trajectory-plan", args=[row.pk])
    sign_in(client, cast.bas)
    send(client, url, plan_data())
    plan = Plan.objects.get(trajectory=row)
    goal = Goal.objects.get(plan=plan)
    assert (goal.title, goal.start_score, goal.current_score) == ("Elke dag samen spelen", 2, 2)
    assert goal.is_for_school
    mother = row.pupil.guardians.first()
    agree = f"{reverse('plan-agreement', args=[row.pk])}?wie={mother.pk}"
    send(client, agree, {"agreed_on_quick": "vandaag", "form": "talk"})
    assert plan.agreements.get().guardian_id == mother.pk
    stranger = f"{reverse('plan-agreement', args=[row.pk])}?wie={cast.b.parents[0].pk}"
    assert client.get(stranger).status_code == 404


def test_it_asks_a_title_of_a_goal_with_a_score(client, cast):
    url = reverse("trajectory-plan", args=[cast.a.trajectory.pk])
    data = plan_data(goal2_start="3", goal2_title="")
    page = send(sign_in(client, cast.bas), url, data, status=200)
    assert "Schrijf het doel in een paar woorden" in text_of(page)


def test_it_keeps_scores(client, cast):
    url = reverse("trajectory-scores", args=[cast.a.trajectory.pk])
    field = f"score_{cast.a.goal.pk.hex}"
    send(sign_in(client, cast.bas), url, {field: "9"})
    cast.a.goal.refresh_from_db()
    assert cast.a.goal.current_score == 9
    send(client, f"{url}?einde=1", {field: "10"})
    cast.a.goal.refresh_from_db()
    assert cast.a.goal.end_score == 10


def test_it_adds_a_provision(client, cast):
    row = cast.a.trajectory
    url = reverse("trajectory-provision", args=[row.pk])
    data = {
        "worker": str(cast.a.worker.pk),
        "form": "GEZIN",
        "place": "home",
        "weekday": "3",
        "start_time": "16:30",
        "minutes": "60",
        "people": ["pupil"],
        "valid_from": f"{today():%d-%m-%Y}",
    }
    send(sign_in(client, cast.bas), url, data)
    found = Provision.objects.get(trajectory=row, weekday=3)
    assert (found.place, found.minutes, found.layer) == ("home", 60, "L4")
    earlier = data | {"valid_until": f"{today() - dt.timedelta(days=400):%d-%m-%Y}"}
    assert "Het einde ligt" in text_of(send(client, url, earlier, status=200))


def test_it_closes_only_with_scores(client, cast):
    row = cast.a.trajectory
    url = reverse("trajectory-move", args=[row.pk, "afsluiten"])
    assert sign_in(client, cast.bas).get(url).status_code == 409
    Goal.objects.filter(trajectory=row).update(end_score=8)
    data = {"ended_on": f"{today():%d-%m-%Y}", "end_reason": "31", "closing_note": "Het gaat goed."}
    send(client, url, data)
    row.refresh_from_db()
    assert (row.state, row.end_reason) == ("closed", "31")
    page = text_of(client.get(detail(row)))
    assert "Gesloten op" in page
    assert Goal.objects.filter(trajectory=row).first().title in page, "the record stays readable"
    assert "nu 8" in page


def test_it_plans_an_intake_only_with_consent(client, cast):
    row = cast.a.new_trajectory(helped=False)
    url = reverse("trajectory-move", args=[row.pk, "intake-plannen"])
    page = sign_in(client, cast.bas).get(url)
    assert page.status_code == 409
    assert reverse("trajectory-consent", args=[row.pk]) in text_of(page)
    ready = cast.a.new_trajectory()
    day = today() + dt.timedelta(days=3)
    url = reverse("trajectory-move", args=[ready.pk, "intake-plannen"])
    send(client, url, {"intake_on": f"{day:%d-%m-%Y}"})
    assert Trajectory.objects.get(pk=ready.pk).intake_on == day


def test_the_first_task_leads_to_the_consent_to_help(client, cast):
    row = cast.a.new_trajectory(helped=False)
    sign_in(client, cast.bas)
    page = client.get(reverse("home")).content.decode()
    assert reverse("trajectory-consent", args=[row.pk]) in page
    assert reverse("trajectory-move", args=[row.pk, "intake-plannen"]) not in page


def test_it_opens_every_home(client, cast):
    coordinator = text_of(sign_in(client, cast.anna).get(reverse("home")))
    assert cast.a.queued.pupil.full_name in coordinator
    assert "Op de agenda zetten" in coordinator
    manager = text_of(sign_in(client, cast.cato).get(reverse("home")))
    assert reverse("request-move", args=[cast.a.accepted.pk, "toewijzen"]) in manager
    teacher = text_of(sign_in(client, cast.ilse).get(reverse("home")))
    assert cast.a.school_note.text in teacher
    assert cast.a.care_note.text not in teacher
    for name in ("dirk", "hans", "joke"):
        assert "Canary" not in text_of(sign_in(client, getattr(cast, name)).get(reverse("home")))


def test_it_shows_the_draft_of_a_plan_beside_the_version_in_force(client, cast):
    row = cast.a.trajectory
    draft = PlanFactory(trajectory=row, version_number=2)
    page = sign_in(client, cast.bas).get(reverse("trajectory-plan", args=[row.pk]))
    assert page.context["plan"] == draft


@pytest.mark.parametrize(("audience", "school"), [("care", False), ("agreement", True)])
def test_it_adds_a_note_also_after_the_end(client, cast, audience, school):
    row = cast.a.trajectory
    Trajectory.objects.filter(pk=row.pk).update(state="closed", ended_on=today(), end_reason="31")
    url = reverse("trajectory-note", args=[row.pk])
    sign_in(client, cast.bas)
    send(client, url, {"text": "Nog een aanvulling.", "audience": audience})
    assert "Nog een aanvulling." in text_of(client.get(detail(row)))
    seen = "Nog een aanvulling." in text_of(sign_in(client, cast.anna).get(detail(row)))
    assert seen is school
    assert client.get(url).status_code == 403
    assert sign_in(client, cast.gijs).get(url).status_code == 404


@pytest.mark.parametrize(
    ("place", "until", "times"),
    [("school", None, 3), ("home", None, 4), ("home", dt.date(2026, 10, 14), 1)],
)
def test_it_counts_what_was_planned_and_no_holidays_at_school(cast, place, until, times):
    provision = ProvisionFactory.build(
        trajectory=cast.a.trajectory,
        site=cast.a.site,
        place=place,
        weekday=3,
        minutes=45,
        valid_from=dt.date(2026, 10, 5),
        valid_until=until,
    )
    provision.site.holiday_region = "NOORD"  # closed from 10 to 18 October 2026
    assert planned_minutes(provision, dt.date(2026, 10, 28)) == times * 45


def test_it_opens_the_fold_that_holds_an_error(client, cast):
    row = cast.a.trajectory
    page = sign_in(client, cast.bas).get(create_url(row))
    assert '<details class="fold">' in text_of(page)
    page = send(client, create_url(row), contact_data(row, on="gisterenmorgen"), 200)
    assert '<details class="fold" open>' in text_of(page)
