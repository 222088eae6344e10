"""The meeting: who writes in it, what it opens with, and what a held one no longer changes."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.http import Http404
from django.test import Client

from monitor import actions
from monitor.agenda import standing
from monitor.models import ActionPoint, AgendaPoint, Interpretation, Meeting, SnapshotIndicator
from monitor.views.meetings import last_time
from oja.access.actor import Actor, become
from oja.access.permissions import Role
from tests.cast import make_cast
from tests.factories.access import OrganisationFactory, member
from tests.factories.monitor import (
    AgendaPointFactory,
    MeetingFactory,
    SnapshotFactory,
    published,
)

NOON = dt.datetime(2026, 10, 2, 12, tzinfo=dt.UTC)
OCTOBER, NOVEMBER = dt.date(2026, 10, 8), dt.date(2026, 11, 26)


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def snapshots(cast):
    """Published here, frozen only, and published elsewhere; made before anybody acts."""
    return (
        published(cast.a.arrangement),
        SnapshotFactory(arrangement=cast.a.arrangement),
        published(cast.b.arrangement),
    )


@pytest.fixture
def els(cast):
    with become(cast.actor("els")) as actor:
        yield actor


def a_meeting(els, cast, on=OCTOBER, **fields):
    return actions.plan_meeting(els, arrangement=cast.a.arrangement, on=on, **fields)


def test_a_meeting_from_its_plan_to_its_end(snapshots, els, cast):
    snapshot = snapshots[0]
    meeting = a_meeting(els, cast, place="Stadhuis")
    with pytest.raises(ValidationError):
        actions.hold_meeting(els, meeting=meeting)
    actions.choose_snapshot(els, meeting=meeting, snapshot=snapshot)
    actions.change_meeting(els, meeting=meeting, on=OCTOBER, place="De Wissel")
    actions.add_participant(els, meeting=meeting, name="Anna", organisation="De Wissel")
    said = actions.add_interpretation(
        els, meeting=meeting, theme="money", kind="explanation", text=" Zomer.\x00 "
    )
    assert said.text == "Zomer."
    actions.judge_interpretation(els, interpretation=said, is_agreed=False)
    assert Interpretation.objects.visible_to(els).get().is_agreed is False
    actions.add_decision(els, meeting=meeting, theme="money", text="Offertes.")
    held = actions.hold_meeting(els, meeting=meeting)
    assert held.state == Meeting.State.HELD
    for again in (
        lambda: actions.hold_meeting(els, meeting=meeting),
        lambda: actions.change_meeting(els, meeting=meeting, on=NOVEMBER),
        lambda: actions.choose_snapshot(els, meeting=meeting, snapshot=snapshot),
    ):
        with pytest.raises(ValidationError):
            again()


def test_a_service_number_is_masked(els, cast):
    meeting = a_meeting(els, cast)
    point = actions.add_action_point(
        els, meeting=meeting, theme="flow", text="Bel 111222333.", owner="Anna", due_on=NOVEMBER
    )
    assert "111222333" not in point.text


def test_only_published_figures_of_the_same_arrangement_can_be_chosen(snapshots, els, cast):
    for snapshot in snapshots[1:]:
        with pytest.raises(ValidationError):
            a_meeting(els, cast, snapshot=snapshot)


@pytest.mark.parametrize("arrangement", ["a", "b"])
def test_the_database_keeps_figures_and_meeting_together(cast, arrangement):
    snapshot = (
        SnapshotFactory(arrangement=cast.a.arrangement)
        if arrangement == "a"
        else published(cast.b.arrangement)
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        MeetingFactory(arrangement=cast.a.arrangement, snapshot=snapshot)


def test_a_stranger_plans_nothing_here(cast):
    hans = cast.actor("hans")
    with become(hans), pytest.raises(Http404):
        actions.plan_meeting(hans, arrangement=cast.a.arrangement, on=OCTOBER)
    with become(cast.actor("bas")) as bas, pytest.raises(PermissionDenied):
        actions.plan_meeting(bas, arrangement=cast.a.arrangement, on=OCTOBER)


def test_a_stranger_finds_no_meeting_and_the_partnership_reads_it_only(cast):
    meeting = MeetingFactory(arrangement=cast.a.arrangement)
    with become(cast.actor("dirk")) as dirk, pytest.raises(Http404):
        actions.add_decision(dirk, meeting=meeting, theme="flow", text="Nee.")
    office = OrganisationFactory(kind="partnership", name="Passend Canary")
    petra = member(Role.PARTNERSHIP, office, "Petra")
    type(cast.a.arrangement).objects.filter(pk=cast.a.arrangement.pk).update(partnership=office)
    with become(Actor.for_user(petra)) as actor:
        assert list(Meeting.objects.visible_to(actor)) == [meeting]
        assert list(Meeting.objects.all()) == [meeting]
        with pytest.raises(PermissionDenied):
            actions.add_decision(actor, meeting=meeting, theme="flow", text="Nee.")
    client = Client()
    client.force_login(petra)
    page = client.get(f"/overleg/{meeting.pk}/")
    assert page.status_code == 200
    assert "Besluit vastleggen" not in page.content.decode()
    assert client.get(f"/overleg/{meeting.pk}/besluit/").status_code == 403


def test_the_role_of_the_application_reads_published_figures_and_meetings(cast):
    """Through row security alone, and nobody who is not at the table."""
    snapshot = published(cast.a.arrangement)
    meeting = MeetingFactory(arrangement=cast.a.arrangement, snapshot=snapshot)
    for name in ("els", "anna", "cato"):
        with become(cast.actor(name)):
            assert type(snapshot).objects.get() == snapshot
            assert Meeting.objects.get() == meeting
    for name in ("bas", "gijs", "dirk", "hans", "fem", "ilse"):
        with become(cast.actor(name)):
            assert not type(snapshot).objects.exists()
            assert not Meeting.objects.exists()


def test_the_next_meeting_opens_with_the_actions_of_last_time(els, cast):
    first = a_meeting(els, cast, dt.date(2026, 9, 3))
    second = a_meeting(els, cast)

    def point(meeting, text):
        return actions.add_action_point(
            els, meeting=meeting, theme="flow", text=text, owner="Anna", due_on=NOVEMBER
        )

    old, done_before, done_since = (
        point(first, text) for text in ("Nog open", "Toen al klaar", "Net klaar")
    )
    point(second, "Van vorige keer")
    actions.finish_action_point(els, action_point=done_before, done_on=dt.date(2026, 9, 20))
    actions.finish_action_point(
        els, action_point=done_since, done_on=dt.date(2026, 10, 20), note="Gelukt."
    )
    actions.add_decision(els, meeting=second, theme="flow", text="Zo gaan we door.")
    third = a_meeting(els, cast, NOVEMBER)
    rows = last_time(els, third, second)
    assert {one.text for one in rows} == {"Nog open", "Net klaar", "Van vorige keer"}
    assert ActionPoint.objects.visible_to(els).get(pk=old.pk).done_on is None


def test_the_same_day_twice_and_the_same_person_twice_are_refused(els, cast):
    meeting = a_meeting(els, cast)
    with pytest.raises(ValidationError):
        a_meeting(els, cast)
    actions.add_participant(els, meeting=meeting, name="Anna")
    with pytest.raises(ValidationError):
        actions.add_participant(els, meeting=meeting, name="Anna")


@pytest.mark.parametrize("fields", [{"owner": ""}, {"done_note": "klaar", "done_on": None}])
def test_an_action_point_has_an_owner_and_a_date_when_it_is_done(cast, fields):
    meeting = MeetingFactory(arrangement=cast.a.arrangement)
    values = {"owner": "Anna", "text": "x", "theme": "flow", "due_on": NOVEMBER} | fields
    with pytest.raises(DatabaseError), transaction.atomic():
        ActionPoint.objects.create(
            meeting=meeting, arrangement_id=meeting.arrangement_id, by_label="Els", **values
        )


def test_a_meeting_through_its_pages(cast):
    published(cast.a.arrangement)
    client = Client()
    client.force_login(cast.els)

    def send(address, **data):
        answer = client.post(address, data)
        assert answer.status_code == 302, answer.content.decode()[:3000]
        return answer["Location"]

    arrangement = str(cast.a.arrangement.pk)
    home = send("/overleg/nieuw/", arrangement=arrangement, on="26-11-2026", place="Stadhuis")
    assert "1 november 2026" in client.get(home).content.decode()
    send(f"{home}deelnemer/", name="Anna de Vries", organisation="De Wissel")
    slug = "thuiszitters-ocw"
    send(f"{home}duiding/", theme="attendance", kind="fact", text="Vaste dag.", slug=slug)
    send(f"{home}besluit/", theme="attendance", text="Elke school een plan.")
    due = "14-01-2027"
    send(f"{home}actie/", theme="money", text="Bellen", owner="Els", due_on=due)
    said, point = Interpretation.objects.get(), ActionPoint.objects.get()
    send(f"/overleg/duiding/{said.pk}/eens/", agreed="1")
    page = client.get(home).content.decode()
    for words in (
        "Vaste dag.",
        "Elke school een plan.",
        "Bellen",
        "iedereen eens",
        "Anna de Vries",
    ):
        assert words in page
    send(f"/overleg/acties/{point.pk}/gedaan/", done_on="01-11-2026", note="Gebeld.")
    send(f"{home}gehouden/")
    assert Meeting.objects.get().state == Meeting.State.HELD
    assert "gehouden" in client.get("/overleg/").content.decode()
    assert client.get(f"{home}onzin/").status_code == 404


def test_a_figure_goes_on_the_agenda_and_off_again(snapshots, els, cast):
    meeting = a_meeting(els, cast)
    indicator = snapshots[0].indicators.get(slug="start-within-28-days")
    point = actions.put_on_agenda(els, meeting=meeting, indicator=indicator)
    assert (point.title, point.theme) == (indicator.title, "other")
    with pytest.raises(ValidationError):
        actions.put_on_agenda(els, meeting=meeting, indicator=indicator)
    actions.take_off_agenda(els, agenda_point=point, at=NOON)
    assert not standing(els).exists()
    again = actions.put_on_agenda(els, meeting=meeting, indicator=indicator)
    assert again == point
    assert standing(els).get() == point


def test_no_figure_goes_on_a_strange_agenda_or_on_one_that_is_over(snapshots, els, cast):
    meeting = a_meeting(els, cast)
    strange = SnapshotIndicator(
        slug="budget-use", published_arrangement_id=cast.b.arrangement.pk, theme="money"
    )
    with pytest.raises(ValidationError):
        actions.put_on_agenda(els, meeting=meeting, indicator=strange)
    own = snapshots[0].indicators.get(slug="budget-use")
    point = actions.put_on_agenda(els, meeting=meeting, indicator=own)
    actions.choose_snapshot(els, meeting=meeting, snapshot=snapshots[0])
    actions.hold_meeting(els, meeting=meeting)
    with pytest.raises(ValidationError):
        actions.put_on_agenda(els, meeting=meeting, indicator=own)
    with pytest.raises(ValidationError):
        actions.take_off_agenda(els, agenda_point=point, at=NOON)


def test_a_figure_stands_on_an_agenda_once(cast):
    point = AgendaPointFactory(meeting=MeetingFactory(arrangement=cast.a.arrangement))
    with pytest.raises(DatabaseError), transaction.atomic():
        AgendaPointFactory(meeting=point.meeting)


def test_from_the_page_of_a_figure_into_the_meeting(cast):
    snapshot = published(cast.a.arrangement)
    client = Client()
    client.force_login(cast.els)
    figure = "/monitor/thuiszitters-ocw/"
    assert client.get(f"{figure}agenda/")["Location"] == "/overleg/nieuw/"
    first = MeetingFactory(arrangement=cast.a.arrangement, snapshot=snapshot)
    page = client.get(figure).content.decode()
    assert f'name="meeting" value="{first.pk}"' in page  # one meeting: one press
    assert client.post(f"{figure}agenda/", {"meeting": first.pk}).status_code == 302
    page = client.get(figure).content.decode()
    assert f"/overleg/{first.pk}/" in page
    assert "Op de agenda zetten" not in page
    meeting = client.get(f"/overleg/{first.pk}/").content.decode()
    assert "Titel van thuiszitters-ocw</a> <b>10</b>" in meeting
    answer = client.post(
        f"{figure}duiding/", {"meeting": first.pk, "kind": "fact", "text": "Een vaste dag."}
    )
    assert answer.status_code == 302
    said = Interpretation.objects.get()
    assert (said.slug, said.theme, said.by_label) == (
        "thuiszitters-ocw",
        "attendance",
        str(cast.els),
    )
    assert "Een vaste dag." in client.get(figure).content.decode()
    point = AgendaPoint.objects.get()
    assert client.post(f"/overleg/agenda/{point.pk}/weg/").status_code == 302
    assert "Op de agenda zetten" in client.get(figure).content.decode()


def test_with_several_meetings_one_is_chosen(cast):
    published(cast.a.arrangement)
    for on in (OCTOBER, NOVEMBER):
        MeetingFactory(arrangement=cast.a.arrangement, on=on)
    client = Client()
    client.force_login(cast.els)
    page = client.get("/monitor/thuiszitters-ocw/agenda/").content.decode()
    assert "8 oktober 2026" in page
    assert "26 november 2026" in page


def test_who_reads_only_puts_nothing_on_an_agenda(cast):
    published(cast.a.arrangement)
    meeting = MeetingFactory(arrangement=cast.a.arrangement)
    point = AgendaPointFactory(meeting=meeting)
    office = OrganisationFactory(kind="partnership", name="Passend Canary")
    petra = member(Role.PARTNERSHIP, office, "Petra")
    type(cast.a.arrangement).objects.filter(pk=cast.a.arrangement.pk).update(partnership=office)
    client = Client()
    client.force_login(petra)
    page = client.get("/monitor/thuiszitters-ocw/").content.decode()
    assert "Op de agenda zetten" not in page
    assert "Duiding" in page
    for address in ("agenda/", "duiding/"):
        assert client.get(f"/monitor/thuiszitters-ocw/{address}").status_code == 403
    assert client.post(f"/overleg/agenda/{point.pk}/weg/").status_code == 403
