"""Two browsers at the same moment, each in its own connection: one outcome, in plain words."""

import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from oja.access.permissions import Role
from oja.access.rowsecurity import sync_identity_key
from oja.core.periods import today
from schools.models import Pupil
from support.models import Contact, Provision, RequestEvent, SupportRequest, Trajectory
from tests.cast import make_cast
from tests.factories.access import member
from tests.pages.house import planned
from tests.pages.small_pages import hidden

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(3)


@pytest.fixture
def cast(transactional_db):
    sync_identity_key()  # the tables are emptied after every test of this kind
    cast = make_cast()
    site = cast.a.site.organisation
    cast.amir = member(Role.SCHOOL_COORDINATOR, site, "Amir")
    cast.chris = member(Role.PROVIDER_MANAGER, cast.a.provider.organisation, "Chris")
    return cast


def browser(user):
    """Somebody's signed-in browser."""
    client = Client()
    client.force_login(user)
    return client


def together(*posts):
    """The answers to posts (client, path, data) that leave at the same moment."""
    start, answers = threading.Barrier(len(posts)), [None] * len(posts)

    def run(at, client, path, data):
        try:
            start.wait(20)
            answers[at] = client.post(path, data)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[at, *post]) for at, post in enumerate(posts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def codes(answers):
    """What both got, in a fixed order."""
    return sorted(answer.status_code for answer in answers)


def loser(answers):
    """The page of whoever came second."""
    (page,) = [answer for answer in answers if answer.status_code == 409]
    return page.content.decode()


@pytest.mark.parametrize("round_", ROUNDS)
def test_a_form_that_is_sent_twice_is_one_hulpvraag(cast, round_):
    pupil = cast.a.new_pupil()
    client = browser(cast.anna)
    path = f"{reverse('request-create')}?leerling={pupil.pk}"
    page = client.get(path)
    givers = {giver.field: "talk" for giver in page.context["form"].givers}
    data = hidden(page) | givers
    data |= {"talk_with": [str(pupil.parents[0].pk)], "talk_on_quick": "vandaag"}
    data |= {"topics": ["SOCEM"], "question": "Wat speelt er?", "urgency": "normal"}
    answers = together((client, path, data), (browser(cast.anna), path, data))
    assert codes(answers) == [302, 302]
    request = SupportRequest.objects.get(pupil=pupil)
    assert {answer["Location"] for answer in answers} == {f"/hulpvragen/{request.pk}/"}
    assert request.consents.count() == len(givers)


@pytest.mark.parametrize("round_", ROUNDS)
def test_two_editors_lose_no_letter(cast, round_):
    path = reverse("pupil-edit", args=[cast.a.pupil.pk])
    posts = []
    for user, name in ((cast.anna, "Eersteversie"), (cast.amir, "Tweedeversie")):
        client = browser(user)
        page = client.get(path)
        form = page.context["form"]
        data = {key: form[key].value() for key in form.fields if form[key].value() is not None}
        posts.append((client, path, hidden(page) | data | {"first_name": name}))
    answers = together(*posts)
    assert codes(answers) == [302, 409]
    stored = Pupil.objects.get(pk=cast.a.pupil.pk).first_name
    page = loser(answers)
    assert stored in ("Eersteversie", "Tweedeversie")
    assert "Eersteversie" in page
    assert "Tweedeversie" in page


@pytest.mark.parametrize("round_", ROUNDS)
def test_two_deciders_make_one_decision(cast, round_):
    row = cast.a.new_request(in_team=True, shared=True)
    posts = []
    for user, step in ((cast.anna, "accepteren"), (cast.amir, "elders")):
        client, path = browser(user), reverse("request-move", args=[row.pk, step])
        page = client.get(path)
        assert page.status_code == 200
        day = f"{today():%d-%m-%Y}"
        posts.append((client, path, hidden(page) | {"decided_on": day, "decision_note": step}))
    answers = together(*posts)
    assert codes(answers) == [302, 409]
    row.refresh_from_db()
    winner = answers[0] if answers[0].status_code == 302 else answers[1]
    assert row.state == ("accepted" if winner is answers[0] else "elsewhere")
    assert RequestEvent.objects.filter(request=row).count() == 1
    who = "Anna" if winner is answers[0] else "Amir"
    assert f"{who} was je net voor: de stand is nu" in loser(answers)
    assert "Wat je hebt ingevuld, is als concept bewaard." in loser(answers)


@pytest.mark.parametrize("round_", ROUNDS)
def test_two_managers_open_one_trajectory(cast, round_):
    path = reverse("request-move", args=[cast.a.accepted.pk, "toewijzen"])
    posts = []
    for user, worker in ((cast.cato, cast.a.worker), (cast.chris, cast.a.spare)):
        client = browser(user)
        posts.append((client, path, hidden(client.get(path)) | {"regisseur": str(worker.pk)}))
    answers = together(*posts)
    assert codes(answers) == [302, 409]
    assert Trajectory.objects.filter(request=cast.a.accepted).count() == 1


@pytest.mark.parametrize("round_", ROUNDS)
def test_gedaan_on_two_devices_is_one_contact(cast, round_):
    Provision.objects.filter(pk=cast.a.provision.pk).update(place="online")
    path, data = reverse("contact-done"), planned(cast.a)
    answers = together((browser(cast.bas), path, data), (browser(cast.bas), path, data))
    assert codes(answers) == [302, 302]
    assert Contact.objects.filter(provision=cast.a.provision).count() == 1
