"""The pages of hulpvragen: the form, the list, one hulpvraag and its moves."""

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oja.core.periods import today
from schools.models import Guardian, Residence
from support.models import Consent, SupportRequest
from tests.factories.schools import MunicipalityFactory
from tests.factories.support import ConsentFactory
from tests.pages.support_pages import hidden, said, send, sign_in, text_of

pytestmark = pytest.mark.django_db


def create_url(pupil):
    return f"{reverse('request-create')}?leerling={pupil.pk}"


def filled(pupil, **consents):
    mother, father = pupil.parents
    return {
        "talk_with": [str(mother.pk), "pupil"],
        "talk_on_quick": "gisteren",
        "topics": ["ANGST_SOMBER", "SCHOOLGANG"],
        "question": "Vaak misselijk op maandag.",
        "urgency": "normal",
        f"consent_{mother.pk.hex}": consents.get("mother", "talk"),
        f"consent_{father.pk.hex}": consents.get("father", "talk"),
    }


def test_it_submits_a_request_on_one_page(client, cast):
    pupil = cast.a.new_pupil()
    sign_in(client, cast.anna)
    answer = send(client, create_url(pupil), filled(pupil))
    row = SupportRequest.objects.get(pupil=pupil)
    assert answer.url == reverse("request-detail", args=[row.pk])
    assert (row.state, row.share_state) == ("submitted", "complete")
    assert row.talk_on == today() - dt.timedelta(days=1)
    assert [person["id"] for person in row.talk_with] == [str(pupil.parents[0].pk), "pupil"]
    assert "Vlechtwerk ziet hem nu" in said(answer)[0]


def test_it_asks_who_must_agree_and_presets_nothing(client, cast):
    pupil = cast.a.new_pupil()
    page = sign_in(client, cast.anna).get(create_url(pupil))
    for parent in pupil.parents:
        field = page.context["form"][f"consent_{parent.pk.hex}"]
        assert field.value() is None
    assert "OJA betaalt" in text_of(page)
    assert len(page.context["form"].fields) <= 8


def test_it_keeps_the_provider_out_until_everybody_agreed(client, cast):
    pupil = cast.a.new_pupil()
    answer = send(sign_in(client, cast.anna), create_url(pupil), filled(pupil, father="link"))
    row = SupportRequest.objects.get(pupil=pupil)
    assert row.share_state == "incomplete"
    assert "zodra iedereen akkoord is" in said(answer)[0]
    sign_in(client, cast.cato)
    assert client.get(answer.url).status_code == 404
    assert row.pupil.full_name not in text_of(client.get(reverse("request-list")))


def test_it_mails_the_link_to_who_has_an_address(client, cast, django_capture_on_commit_callbacks):
    pupil = cast.a.new_pupil()
    mother, father = pupil.parents
    Guardian.objects.filter(pk=father.pk).update(email="vader@voorbeeld.nl")
    Guardian.objects.filter(pk=mother.pk).update(email="m@voorbeeld.nl", is_contact_secret=True)
    with django_capture_on_commit_callbacks(execute=True):
        data = filled(pupil, mother="link", father="link")
        send(sign_in(client, cast.anna), create_url(pupil), data)
    assert [letter.to for letter in mail.outbox] == [["vader@voorbeeld.nl"]]
    assert pupil.first_name not in mail.outbox[0].subject + mail.outbox[0].body
    assert "/l/" in mail.outbox[0].body


def test_it_mends_errors_without_losing_a_word(client, cast):
    pupil = cast.a.new_pupil()
    data = filled(pupil) | {"topics": ["SOCEM", "GEDRAG", "ADHD", "ROUW"], "talk_with": []}
    page = send(sign_in(client, cast.anna), create_url(pupil), data, status=200)
    assert "Kies met wie er is gesproken" in text_of(page)
    assert "Kies hoogstens drie onderwerpen" in text_of(page)
    assert "Vaak misselijk op maandag." in text_of(page)
    assert text_of(page).count("<title>Fout:") == 1
    assert not SupportRequest.objects.filter(pupil=pupil).exists()


def test_it_keeps_a_concept_with_whatever_is_there(client, cast):
    pupil = cast.a.new_pupil()
    sign_in(client, cast.anna)
    answer = send(client, create_url(pupil), {"question": "Later meer.", "later": "1"})
    row = SupportRequest.objects.get(pupil=pupil)
    assert (row.state, row.question) == ("concept", "Later meer.")
    edit = reverse("request-edit", args=[row.pk])
    assert "Later meer." in text_of(client.get(edit))
    answer = send(client, edit, filled(pupil))
    row.refresh_from_db()
    assert (row.state, answer.url) == ("submitted", reverse("request-detail", args=[row.pk]))


def test_it_throws_a_concept_away(client, cast):
    sign_in(client, cast.anna)
    answer = client.post(reverse("request-discard", args=[cast.a.concept.pk]))
    assert answer.status_code == 302
    assert not SupportRequest.objects.filter(pk=cast.a.concept.pk).exists()


def test_it_submits_once_however_often_it_is_posted(client, cast):
    pupil = cast.a.new_pupil()
    sign_in(client, cast.anna)
    data = hidden(client.get(create_url(pupil))) | filled(pupil)
    first = client.post(create_url(pupil), data)
    second = client.post(create_url(pupil), data)
    assert first.url == second.url
    assert SupportRequest.objects.filter(pupil=pupil).count() == 1


def test_it_says_who_pays_when_the_pupil_lives_elsewhere(client, cast):
    pupil = cast.a.new_pupil()
    other = MunicipalityFactory(name="Hagenbeek")
    Residence.objects.filter(pupil=pupil).update(municipality=other)
    page = text_of(sign_in(client, cast.anna).get(create_url(pupil)))
    assert "OJA betaalt deze hulp niet" in page
    assert "Hagenbeek" in page


def test_it_warns_for_a_request_that_is_running_already(client, cast):
    page = sign_in(client, cast.anna).get(create_url(cast.a.unshared.pupil))
    assert "loopt al een hulpvraag" in text_of(page)
    assert reverse("request-detail", args=[cast.a.unshared.pk]) in text_of(page)


def test_it_finds_own_pupils_without_a_name_in_the_address(client, cast):
    url = reverse("request-pupil-search")
    found = text_of(sign_in(client, cast.anna).post(url, {"naam": "Canary"}))
    assert create_url(cast.a.pupil).replace("&", "&amp;") in found
    assert "Niet gevonden" in text_of(client.post(url, {"naam": "Merel"}))
    assert client.get(url).status_code == 405
    assert sign_in(client, cast.cato).post(url, {"naam": "Canary"}).status_code == 403


@pytest.mark.parametrize("key", ["geen-sleutel", "00000000-0000-4000-8000-000000000000"])
def test_it_knows_no_pupil_by_another_key(client, cast, key):
    url = f"{reverse('request-create')}?leerling={key}"
    assert sign_in(client, cast.anna).get(url).status_code == 404


def test_it_shows_no_form_for_a_pupil_of_another_school(client, cast):
    assert sign_in(client, cast.dirk).get(create_url(cast.a.pupil)).status_code == 404


def test_it_ticks_what_is_ready_while_writing(client, cast):
    pupil = cast.a.new_pupil()
    url = f"{reverse('request-checklist')}?leerling={pupil.pk}"
    empty = text_of(sign_in(client, cast.anna).post(url, {}))
    full = text_of(client.post(url, filled(pupil, father="link")))
    assert empty.count("guard-met") == 1
    assert full.count("guard-met") == 5
    assert full.count("guard-unmet") == 1
    assert not SupportRequest.objects.filter(pupil=pupil).exists()


def test_it_lists_only_what_somebody_may_see(client, cast):
    url = reverse("request-list")
    names = {
        name: text_of(sign_in(client, getattr(cast, name)).get(url))
        for name in ("anna", "cato", "dirk", "gijs")
    }
    unshared = cast.a.unshared.pupil.full_name
    queued = cast.a.queued.pupil.full_name
    assert unshared in names["anna"]
    assert queued in names["anna"]
    assert queued in names["cato"]
    assert queued in names["gijs"]
    assert "Canary" not in names["dirk"]
    assert str(cast.a.unshared.pk) not in names["cato"]
    assert str(cast.a.unshared.pk) not in names["gijs"]


def test_it_marks_who_waits_longer_than_the_norm(client, cast):
    long_ago = today() - dt.timedelta(days=60)
    SupportRequest.objects.filter(pk=cast.a.queued.pk).update(submitted_on=long_ago)
    url = reverse("request-list")
    page = sign_in(client, cast.anna).get(url, {"wacht": "20"})
    assert [row["object"].pk for row in page.context["rows"]] == [cast.a.queued.pk]
    assert "tag-crit" in text_of(page)
    assert not client.get(url, {"wacht": "40", "stand": "concept"}).context["rows"]


@pytest.mark.parametrize("number", [1, 6])
def test_it_costs_at_most_twelve_queries_for_any_number_of_rows(client, cast, number):
    for _ in range(number):
        cast.a.new_request(submitted=True, shared=True)
    sign_in(client, cast.anna)
    client.get(reverse("request-list"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("request-list"))
    asked = [q["sql"] for q in queries if q["sql"].lstrip("( ").startswith("SELECT")]
    assert len([sql for sql in asked if "support_" in sql or "schools_" in sql]) <= 12


def test_it_shows_one_request_with_its_next_step(client, cast):
    row = cast.a.unshared
    ConsentFactory(request=row, guardian=row.pupil.parents[1], asked=True)
    page = sign_in(client, cast.anna).get(reverse("request-detail", args=[row.pk]))
    text = text_of(page)
    assert page.context["next"].name == "to_team"
    assert "gevraagd op" in text
    assert row.pupil.parents[1].full_name in text


@pytest.mark.parametrize(
    ("name", "status"),
    [("anna", 200), ("cato", 200), ("bas", 200), ("dirk", 404), ("hans", 404), ("els", 403)],
)
def test_it_shows_a_shared_request_to_both_sides_only(client, cast, name, status):
    url = reverse("request-detail", args=[cast.a.request.pk])
    assert sign_in(client, getattr(cast, name)).get(url).status_code == status


def test_it_puts_a_request_on_the_agenda(client, cast):
    row = cast.a.queued
    meeting = today() + dt.timedelta(days=7)
    url = reverse("request-move", args=[row.pk, "agenda"])
    send(sign_in(client, cast.anna), url, {"team_meeting_on": f"{meeting:%d-%m-%Y}"})
    row.refresh_from_db()
    assert (row.state, row.team_meeting_on) == ("in_team", meeting)


def test_it_refuses_to_accept_without_consent_and_says_what_is_missing(client, cast):
    row = cast.a.new_request(in_team=True)
    url = reverse("request-move", args=[row.pk, "accepteren"])
    page = sign_in(client, cast.anna).get(url)
    assert page.status_code == 409
    assert reverse("consent-ask", args=[row.pk]) in text_of(page)
    detail = client.get(reverse("request-detail", args=[row.pk]))
    assert detail.context["next"].guards


def test_it_assigns_only_for_the_manager(client, cast):
    row = cast.a.accepted
    url = reverse("request-move", args=[row.pk, "toewijzen"])
    assert sign_in(client, cast.anna).get(url).status_code == 403
    send(sign_in(client, cast.cato), url, {"regisseur": str(cast.a.worker.pk)})
    row.refresh_from_db()
    assert row.state == "started"
    assert row.trajectory.regisseur_id == cast.a.worker.pk


def test_it_knows_no_other_steps(client, cast):
    url = reverse("request-move", args=[cast.a.queued.pk, "tovenaar"])
    assert sign_in(client, cast.anna).get(url).status_code == 404


def test_it_asks_everyone_of_twelve_and_older(client, cast):
    born = today() - dt.timedelta(days=365 * 13)
    pupil = cast.a.new_pupil(birth_date=born)
    page = sign_in(client, cast.anna).get(create_url(pupil))
    assert "consent_pupil" in page.context["form"].fields
    send(client, create_url(pupil), filled(pupil) | {"consent_pupil": "no"})
    row = SupportRequest.objects.get(pupil=pupil)
    assert row.share_state == "disputed"
    assert Consent.objects.filter(request=row).count() == 3
