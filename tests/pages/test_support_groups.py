"""Groups on the page: opened, joined, a session in one post, undone; and work for a class."""

import datetime as dt

import pytest
from django.urls import reverse

from oja.access.actor import Actor
from oja.core.periods import today
from providers.models import GroupOffer, HourRate
from support.actions import record_session
from support.models import (
    Attendance,
    CareNote,
    CollectiveWork,
    Consent,
    Contact,
    GroupParticipant,
    GroupSession,
)
from support.views import group_parts
from support.views.group_today import groups_between
from tests.factories.groups import GroupParticipantFactory, GroupWorkerFactory, group_of, join
from tests.factories.support import ConsentFactory, agree, days_ago
from tests.pages.support_pages import said, send, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(cast):
    return group_of(cast.a)


@pytest.fixture
def three(cast, group):
    return [join(cast.a, group) for _n in range(3)]


def session_url(group, number=1):
    return reverse("group-session", args=[group.pk, number])


def posted(rows, *absent, **fields):
    """What the page sends: everybody present but these."""
    data = {"on": f"{today():%d-%m-%Y}", "minutes": 60, "workers": 1, "group_note": ""}
    for row in rows:
        data[f"mark_{row.pk}"] = "absent" if row in absent else "present"
        data[f"why_{row.pk}"] = "ill" if row in absent else "unknown"
        data[f"attention_{row.pk}"] = ""
    return data | fields


def test_it_records_a_session_and_says_so_with_the_way_back(client, cast, group, three):
    page = sign_in(client, cast.bas).get(session_url(group))
    assert text_of(page).count('value="present" checked') == 3
    answer = send(
        client,
        session_url(group),
        posted(three, three[0], **{f"attention_{three[1].pk}": "Was stil."}),
    )
    assert answer.url == group.get_absolute_url()
    assert "2 van 3 aanwezig" in said(answer)[0]
    assert Contact.objects.filter(session__group=group).count() == 2
    assert CareNote.objects.get(text="Was stil.").trajectory == three[1].trajectory
    undo = reverse("group-session-undo", args=[group.pk, 1])
    assert undo in text_of(client.get(group.get_absolute_url()))
    assert client.post(undo).status_code == 302
    assert not GroupSession.objects.standing().exists()


def test_it_keeps_everything_when_something_is_wrong(client, cast, group, three):
    tomorrow = today() + dt.timedelta(days=1)
    data = posted(three, three[2], on=f"{tomorrow:%d-%m-%Y}", group_note="Rustige groep")
    page = send(sign_in(client, cast.bas), session_url(group), data, status=200)
    assert "Rustige groep" in text_of(page)
    assert text_of(page).count("data-mark-absent checked") == 1
    assert "Fout:" in text_of(page)


def test_who_did_not_agree_stands_below_and_cannot_be_marked(client, cast, group, three):
    row = cast.a.new_trajectory(active=True)
    waiting = GroupParticipantFactory(group=group, trajectory=row, state="invited")
    guardians = list(row.pupil.guardians.order_by("created_at"))
    ConsentFactory(
        request=row.request, trajectory=row, purpose="others_present", guardian=guardians[0]
    )
    page = text_of(sign_in(client, cast.bas).get(session_url(group)))
    assert f"mark_{waiting.pk}" not in page
    assert f"doel=anderen&amp;wie={guardians[1].pk}&amp;manier=link" in page
    assert "Kan nog niet meedoen: toestemming van vader ontbreekt" in page
    # whatever is posted for that pupil is not looked at
    send(client, session_url(group), posted([*three, waiting]))
    assert Attendance.objects.count() == 3


def test_it_says_that_help_itself_is_not_agreed(client, cast, group):
    row = cast.a.new_trajectory(active=True, helped=False)
    agree(row.request, purpose="others_present", trajectory=row)
    GroupParticipantFactory(group=group, trajectory=row)
    page = text_of(sign_in(client, cast.bas).get(session_url(group)))
    assert "toestemming voor hulp van" in page
    assert "Nog niemand kan meetellen" in page


def test_it_is_recorded_by_who_leads_the_group(client, cast, group, three):
    assert sign_in(client, cast.gijs).get(session_url(group)).status_code == 403
    assert sign_in(client, cast.cato).get(session_url(group)).status_code == 403
    assert sign_in(client, cast.bas).get(session_url(group, 2)).status_code == 404


def test_the_school_sees_presence_and_no_reason(client, cast, group, three):
    record_session(
        Actor.for_user(cast.bas),
        group=group,
        on=today(),
        minutes=60,
        workers=1,
        outcomes={three[0].pk: "ill", three[1].pk: "present", three[2].pk: "present"},
        group_note="Canary-notitie over de groep",
    )
    page = text_of(sign_in(client, cast.anna).get(session_url(group)))
    assert three[0].trajectory.pupil_name in page
    assert "Afwezig" in page
    assert "Ziek" not in page
    assert "Canary-notitie" not in page
    assert "Ziek" in text_of(sign_in(client, cast.bas).get(session_url(group)))
    detail = text_of(sign_in(client, cast.anna).get(group.get_absolute_url()))
    assert "0 van 1 keer" in detail
    assert "2 van 3" in detail


def test_who_may_not_see_the_names_sees_how_many_there_are(client, cast, group, three):
    page = text_of(sign_in(client, cast.gijs).get(group.get_absolute_url()))
    assert "Nog 3 leerlingen" in page
    assert three[0].trajectory.pupil_name not in page


def test_it_opens_a_group(client, cast):
    data = {
        "site": str(cast.a.site.pk),
        "title": "Rots en water",
        "goal": "",
        "topic": "SOCEM",
        "weekday": "3",
        "start_time": "10:30",
        "minutes": "45",
        "session_count": "8",
        "places": "6",
        "room": "gymzaal",
        "workers": [str(cast.a.worker.pk)],
        "valid_from": f"{today():%d-%m-%Y}",
    }
    answer = send(sign_in(client, cast.bas), reverse("group-create"), data)
    group = GroupOffer.objects.get(title="Rots en water")
    assert answer.url == group.get_absolute_url()
    assert (group.weekday, group.places, group.taken) == (3, 6, 0)
    text = text_of(client.get(reverse("group-list")))
    assert "elke woensdag 10.30–11.15" in text
    assert "6 plekken vrij" in text


def test_it_changes_a_group_and_lets_a_colleague_in(client, cast, group, three):
    page = sign_in(client, cast.bas).get(reverse("group-edit", args=[group.pk]))
    data = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    data |= {"room": "aula", "start_time": "11:00", "workers": [cast.a.worker.pk, cast.a.spare.pk]}
    send(client, reverse("group-edit", args=[group.pk]), data)
    group.refresh_from_db()
    assert group.room == "aula"
    assert group.workers.count() == 2


def test_a_pupil_joins_or_is_invited_and_leaves(client, cast, group):
    agreed, open_ = (cast.a.new_trajectory(active=True) for _n in range(2))
    agree(agreed.request, purpose="others_present", trajectory=agreed)
    url = reverse("group-join", args=[group.pk])
    page = text_of(sign_in(client, cast.bas).get(url))
    assert f"{agreed.pupil_name} toevoegen" in page
    assert f"{open_.pupil_name} uitnodigen" in page
    assert client.post(url, {"traject": agreed.pk}).status_code == 302
    assert client.post(url, {"traject": open_.pk}).status_code == 409
    assert client.post(url, {"traject": open_.pk, "uitnodigen": "1"}).status_code == 302
    states = dict(GroupParticipant.objects.values_list("trajectory_id", "state"))
    assert states == {agreed.pk: "joined", open_.pk: "invited"}
    row = GroupParticipant.objects.get(trajectory=open_)
    leave = reverse("group-leave", args=[group.pk, row.pk])
    assert client.post(leave).status_code == 302
    assert client.post(leave).status_code == 409
    detail = text_of(client.get(reverse("trajectory-detail", args=[agreed.pk])))
    assert group.title in detail


def test_it_finishes_a_group(client, cast, group, three):
    data = {"evaluation": "Ze spelen vaker samen."}
    send(sign_in(client, cast.bas), reverse("group-close", args=[group.pk]), data)
    page = text_of(client.get(group.get_absolute_url()))
    assert "Ze spelen vaker samen." in page
    assert "Aanwezigheid" not in page
    assert client.get(session_url(group)).status_code == 404


def test_a_parent_answers_by_link_whether_others_may_be_present(client, cast):
    row = cast.a.trajectory
    father = row.pupil.guardians.order_by("-created_at").first()
    url = reverse("trajectory-consent", args=[row.pk])
    ask = f"{url}?doel=anderen&wie={father.pk}&manier=link"
    page = sign_in(client, cast.bas).post(ask)
    path = text_of(page).split("/l/")[1].split("/")[0]
    client.logout()
    client.get(reverse("link-open", args=[path]))
    born = row.pupil.birth_date
    client.post(reverse("link-check"), {"day": born.day, "month": born.month, "year": born.year})
    question = text_of(client.get(reverse("link-answer")))
    assert f"Mag {row.pupil.first_name} meedoen met een groep?" in question
    client.post(reverse("link-answer"), {"answer": "yes"})
    consent = Consent.objects.get(trajectory=row, purpose="others_present")
    assert (consent.state, consent.form) == ("given", "link")


def test_it_asks_for_no_other_purpose(client, cast):
    url = reverse("trajectory-consent", args=[cast.a.trajectory.pk])
    wrong = f"{url}?doel=enquete&wie={cast.a.parents[0].pk}"
    assert sign_in(client, cast.bas).get(wrong).status_code == 404


def test_vandaag_shows_the_group_until_it_is_recorded(cast, group, three):
    actor = Actor.for_user(cast.bas)
    monday = dt.date(2026, 3, 2)  # no holiday in any region
    GroupOffer.objects.filter(pk=group.pk).update(weekday=1, valid_from=dt.date(2026, 1, 5))
    group.workers.update(valid_from=dt.date(2026, 1, 5))
    (item,) = groups_between(actor, monday, monday)
    assert (item.time, item.number, item.is_done) == ("11.00", 1, False)
    assert "keer 1 van 10 · 3 leerlingen" in item.facts
    assert groups_between(actor, monday + dt.timedelta(days=1), dt.date(2026, 3, 6)) == []
    assert groups_between(Actor.for_user(cast.gijs), monday, monday) == []


def test_a_group_meets_on_school_days_only(cast, group):
    group.weekday, group.valid_from = 1, dt.date(2026, 1, 5)
    assert group_parts.meets_on(group, dt.date(2026, 3, 2))
    assert not group_parts.meets_on(group, dt.date(2026, 4, 6))  # Easter Monday
    assert not group_parts.meets_on(group, dt.date(2026, 3, 3))
    assert group_parts.next_day(group, dt.date(2026, 4, 4)) > dt.date(2026, 4, 6)
    recorded = {dt.date(2026, 3, 2)}
    assert group_parts.last_day(group, dt.date(2026, 3, 4), recorded) is None
    assert group_parts.last_day(group, dt.date(2026, 3, 4), set()) == dt.date(2026, 3, 2)


def test_a_session_is_changed_as_a_whole(client, cast, group, three):
    record_session(
        Actor.for_user(cast.bas),
        group=group,
        on=days_ago(1),
        minutes=60,
        workers=1,
        outcomes={row.pk: "present" for row in three},
    )
    contact = Contact.objects.filter(session__group=group).first()
    answer = sign_in(client, cast.bas).get(reverse("contact-correct", args=[contact.pk]))
    assert answer.status_code == 302
    detail = text_of(client.get(reverse("trajectory-detail", args=[contact.trajectory_id])))
    assert reverse("contact-correct", args=[contact.pk]) not in detail


def test_it_records_work_for_a_class_in_one_post(client, cast):
    data = {
        "site": str(cast.a.site.pk),
        "form": "COLLECTIEF",
        "group_label": "groep 6",
        "theme": "Pesten",
        "minutes": "45",
        "reach": "24",
        "on_quick": "vandaag",
    }
    answer = send(sign_in(client, cast.bas), reverse("collective-create"), data)
    work = CollectiveWork.objects.get()
    assert (work.worker, work.minutes, work.reach) == (cast.a.worker, 45, 24)
    assert answer.url == reverse("group-list")
    assert client.post(reverse("collective-undo", args=[work.pk])).status_code == 302
    assert client.post(reverse("collective-undo", args=[work.pk])).status_code == 409


def test_the_manager_sees_an_estimate_of_the_cost(client, cast, group, three):
    HourRate.objects.create(provider=cast.a.provider, cents_per_hour=9500, valid_from=days_ago(30))
    GroupWorkerFactory(group=group, worker=cast.a.spare)
    page = text_of(sign_in(client, cast.cato).get(group.get_absolute_url()))
    assert "€ 950" in page  # 10 sessions of 2 workers and an hour to prepare, over 3 pupils
    assert "€" not in text_of(sign_in(client, cast.anna).get(group.get_absolute_url()))


def test_start_tells_the_school_where_a_place_is_free(client, cast, group):
    full = group_of(cast.a, places=2, title="Vol")
    for _n in range(2):
        join(cast.a, full)
    page = text_of(sign_in(client, cast.anna).get("/"))
    assert group.title in page
    assert "8 plekken vrij" in page
    assert ">Vol<" not in page
