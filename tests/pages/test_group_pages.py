"""One group in the browser: what each reader sees, who waits, and a session that is put right."""

import datetime as dt

import pytest
from django.urls import reverse

from oja.access.actor import Actor
from providers.models import GroupOffer
from support import group_rules
from support.actions import record_session
from support.models import Attendance, Contact, GroupParticipant, GroupSession, Trajectory
from tests.factories.groups import GroupWorkerFactory, group_of, join
from tests.factories.money import HourRateFactory
from tests.factories.support import agree, days_ago
from tests.pages.support_pages import said, send, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(cast):
    return group_of(cast.a)


@pytest.fixture
def three(cast, group):
    return [join(cast.a, group) for _n in range(3)]


@pytest.fixture
def session(cast, group, three):
    """Three days ago: the first was ill, the others were there; one is to be watched."""
    return record_session(
        Actor.for_user(cast.bas),
        group=group,
        on=days_ago(3),
        minutes=60,
        workers=1,
        outcomes={three[0].pk: "ill", three[1].pk: "present", three[2].pk: "present"},
        group_note="Canary-notitie over de groep",
        attention={three[1].pk: "Canaryzorg: was stil"},
    )


def correct_url(group):
    return reverse("group-session-correct", args=[group.pk, 1])


def form_of(session, rows, *absent, **fields):
    data = {"on": f"{session.on:%d-%m-%Y}", "minutes": 60, "workers": 1}
    data |= {"group_note": session.group_note, "reason": "Verkeerd aangetikt"}
    for row in rows:
        data[f"mark_{row.pk}"] = "absent" if row in absent else "present"
        data[f"why_{row.pk}"] = "forgotten" if row in absent else "unknown"
        data[f"attention_{row.pk}"] = ""
    return data | fields


# --- A correction ---


def test_a_session_is_put_right_on_a_later_day(client, cast, group, three, session):
    bas = sign_in(client, cast.bas)
    page = reverse("group-session", args=[group.pk, 1])
    assert correct_url(group) in text_of(bas.get(page))
    form = bas.get(correct_url(group))
    assert text_of(form).count("data-mark-absent checked") == 1
    assert 'value="ill" checked' in text_of(form)
    answer = send(bas, correct_url(group), form_of(session, three, three[1]))
    assert answer.url == page
    assert any("eerdere versie blijft" in sentence for sentence in said(answer))
    shown = text_of(bas.get(page))
    assert "Zo was het eerst vastgelegd" in shown
    assert "Verkeerd aangetikt" in shown
    assert "2 van 3 aanwezig" in shown
    assert GroupSession.objects.standing().get().number == 1
    minutes = Contact.objects.standing().filter(session__group=group)
    assert sum(minutes.values_list("minutes", flat=True)) == 60


def test_it_asks_what_was_wrong_and_keeps_what_was_typed(client, cast, group, three, session):
    data = form_of(session, three, three[1], reason="", group_note="Toch rustig")
    page = text_of(send(sign_in(client, cast.bas), correct_url(group), data, status=200))
    assert "Schrijf kort wat er niet klopte" in page or "wat niet klopte" in page
    assert "Toch rustig" in page
    same = form_of(session, three, three[0], **{f"why_{three[0].pk}": "ill"})
    page = text_of(send(client, correct_url(group), same, status=200))
    assert "niets anders dan wat al vastligt" in page
    assert GroupSession.objects.count() == 1


def test_a_corrected_session_is_not_undone(client, cast, group, three):
    bas = sign_in(client, cast.bas)
    today_ = record_session(
        Actor.for_user(cast.bas),
        group=group,
        on=days_ago(0),
        minutes=60,
        workers=1,
        outcomes={row.pk: "present" for row in three},
    )
    page, undo = (
        reverse(name, args=[group.pk, 1]) for name in ("group-session", "group-session-undo")
    )
    assert undo in text_of(bas.get(page))
    send(bas, correct_url(group), form_of(today_, three, three[1]))
    assert undo not in text_of(bas.get(page))
    assert bas.post(undo).status_code == 409


def test_only_who_leads_the_group_gets_the_form(client, cast, group, three, session):
    for name, status in (("gijs", 403), ("cato", 403), ("anna", 403), ("joke", 404)):
        assert sign_in(client, getattr(cast, name)).get(correct_url(group)).status_code == status
    missing = reverse("group-session-correct", args=[group.pk, 2])
    assert sign_in(client, cast.bas).get(missing).status_code == 404
    GroupOffer.objects.filter(pk=group.pk).update(state="done", valid_until=days_ago(0))
    assert sign_in(client, cast.bas).get(correct_url(group)).status_code == 403


# --- What each reader sees ---


def test_the_manager_opens_a_group_of_the_own_provider_without_care_notes(
    client, cast, group, three, session
):
    cato = sign_in(client, cast.cato)
    page = text_of(cato.get(group.get_absolute_url()))
    for row in three:
        assert row.trajectory.pupil_name in page
    assert "67% aanwezig: 2 van 3 keer" in page
    assert "Doet mee" in page
    recorded = text_of(cato.get(reverse("group-session", args=[group.pk, 1])))
    assert "Canaryzorg" not in page + recorded
    assert correct_url(group) not in recorded
    other = group_of(cast.b)
    assert cato.get(other.get_absolute_url()).status_code == 404


def test_the_school_sees_names_and_presence_only(client, cast, group, three, session):
    HourRateFactory(provider=cast.a.provider)
    anna = sign_in(client, cast.anna)
    pages = [group.get_absolute_url(), reverse("group-session", args=[group.pk, 1])]
    text = "".join(text_of(anna.get(url)) for url in pages)
    for row in three:
        assert row.trajectory.pupil_name in text
    assert "67% aanwezig" in text
    for secret in ("€", "Canary-notitie", "Canaryzorg", "Toestemming", "schatting", "60 minuten,"):
        assert secret not in text, secret


def test_the_estimate_is_that_of_the_example(client, cast):
    """12 sessions of 90 minutes with two workers at € 95: € 4.560, from 3,2 pupils on."""
    found = group_rules.comparison(sessions=12, minutes=90, workers=2, pupils=8)
    assert found.cost(9_500) == 456_000
    assert found.cost_alone(9_500) == 142_500
    assert found.cost_per_pupil(9_500) == 57_000
    assert round(found.break_even, 1) == 3.2
    assert found.saving(9_500) == round(0.6 * 8 * 142_500) - 456_000
    HourRateFactory(provider=cast.a.provider, cents_per_hour=9_500)
    group = group_of(cast.a, session_count=12, minutes=90)
    GroupWorkerFactory(group=group, worker=cast.a.spare)
    for _each in range(8):
        join(cast.a, group)
    page = text_of(sign_in(client, cast.cato).get(group.get_absolute_url()))
    for words in (
        "Vanaf 3,2 leerlingen",
        "€ 4.560",
        "€ 570",
        "€ 1.425",
        "€ 2.280",
        "schatting",
        "60%",
    ):
        assert words in page, words


# --- Who waits for a place ---


def test_who_waits_with_the_same_topic_stands_first(client, cast, group):
    rows = {}
    for key, topics, more in (
        ("runs", [], {"active": True}),
        ("topic, runs", [group.topic], {"active": True}),
        ("waits", [], {}),
        ("topic, waits", [group.topic], {}),
    ):
        rows[key] = cast.a.new_trajectory(**more)
        Trajectory.objects.filter(pk=rows[key].pk).update(topics=topics)
        agree(rows[key].request, purpose="others_present", trajectory=rows[key])
    Trajectory.objects.filter(pk=rows["topic, waits"].pk).update(
        registered_on=days_ago(0) - dt.timedelta(days=22)
    )
    found = sign_in(client, cast.bas).get(reverse("group-join", args=[group.pk])).context
    order = [item["row"].pk for item in found["candidates"]]
    place = {key: order.index(row.pk) for key, row in rows.items()}
    assert sorted(place, key=place.get) == ["topic, waits", "topic, runs", "waits", "runs"]
    assert "wacht 3 weken op hulp" in text_of(client.get(reverse("group-join", args=[group.pk])))


def test_a_page_that_knows_other_leaders_adds_nobody(client, cast, group):
    row = cast.a.new_trajectory(active=True)
    agree(row.request, purpose="others_present", trajectory=row)
    url = reverse("group-join", args=[group.pk])
    shown = {"traject": row.pk, "leiders": f"{cast.a.worker.pk} "}
    assert f'value="{cast.a.worker.pk} "' in text_of(sign_in(client, cast.bas).get(url))
    GroupWorkerFactory(group=group, worker=cast.a.spare)
    assert client.post(url, shown).status_code == 409
    assert not GroupParticipant.objects.exists()
    shown["leiders"] += str(cast.a.spare.pk)
    assert client.post(url, shown).status_code == 302
    assert not Attendance.objects.exists()
