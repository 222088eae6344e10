"""Consent: recorded from a talk, asked by link, withdrawn, corrected; and the link itself."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.urls import reverse

from oja.core.periods import today
from support.models import Consent, SupportRequest
from tests.factories.support import ConsentFactory, agree
from tests.pages.support_pages import send, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast):
    """The father was asked about sharing a submitted hulpvraag; the mother agreed."""
    row = cast.a.unshared
    mother, father = row.pupil.parents
    ConsentFactory(request=row, guardian=mother)
    return ConsentFactory(request=row, guardian=father, asked=True)


def link_in(response):
    """The path of the one-time link on a page or in a mail."""
    text = response if isinstance(response, str) else text_of(response)
    return re.search(r"/l/[\w-]+/", text).group()


def open_question(asked):
    """The question that counts now: a new link makes a new one."""
    return Consent.objects.get(request=asked.request_id, state="asked", superseded_by=None)


def born(consent):
    """The birth date of the child as the page asks it."""
    day = consent.pupil.birth_date
    return {"day": day.day, "month": day.month, "year": day.year}


def test_it_records_an_answer_from_a_talk(client, cast, asked):
    url = reverse("consent-record", args=[asked.pk])
    data = {"answer": "given", "answered_on_quick": "vandaag", "form": "talk", "note": ""}
    answer = send(sign_in(client, cast.anna), url, data)
    assert answer.url == reverse("request-detail", args=[asked.request_id]) + "#toestemming"
    assert SupportRequest.objects.get(pk=asked.request_id).share_state == "complete"


def test_it_presets_no_answer(client, cast, asked):
    url = reverse("consent-record", args=[asked.pk])
    data = {"answered_on_quick": "vandaag", "form": "talk"}
    page = send(sign_in(client, cast.anna), url, data, status=200)
    assert "Kies het antwoord" in text_of(page)


@pytest.mark.parametrize("name", ["dirk", "cato", "gijs", "els"])
def test_it_is_no_business_of_others(client, cast, asked, name):
    url = reverse("consent-record", args=[asked.pk])
    assert sign_in(client, getattr(cast, name)).get(url).status_code in (403, 404)


def test_it_asks_a_person_who_was_not_asked_yet(client, cast):
    row = cast.a.unshared
    mother = row.pupil.parents[0]
    url = f"{reverse('consent-ask', args=[row.pk])}?wie={mother.pk}"
    data = {"answer": "refused", "answered_on_quick": "gisteren", "form": "talk"}
    send(sign_in(client, cast.anna), url, data)
    row.refresh_from_db()
    assert row.share_state == "disputed"
    stranger = f"{reverse('consent-ask', args=[row.pk])}?wie={cast.b.parents[0].pk}"
    assert client.get(stranger).status_code == 404


def test_it_shows_a_link_once_and_answers_by_it(client, cast, asked):
    url = reverse("consent-link", args=[asked.pk])
    sign_in(client, cast.anna)
    assert "/l/" not in text_of(client.get(url))
    path = link_in(client.post(url))
    assert "/l/" not in text_of(client.get(url))

    client.logout()
    opened = client.get(path)
    assert (opened.status_code, opened.url) == (302, reverse("link-check"))
    assert opened["Referrer-Policy"] == "no-referrer"
    assert "noindex" in opened["X-Robots-Tag"]
    again = client.get(path)  # opening never uses it up
    assert again.url == reverse("link-check")
    consent = open_question(asked)
    checked = client.post(reverse("link-check"), born(consent))
    assert checked.url == reverse("link-answer")
    page = client.get(reverse("link-answer"))
    # "no-referrer" here would make a browser post the answer with "Origin: null".
    assert page["Referrer-Policy"] == "same-origin"
    text = text_of(page)
    assert "checked" not in re.sub(r"<script.*?</script>", "", text)
    assert "De Wissel" in text
    assert "Vlechtwerk" in text
    assert "tabbar" not in text
    done = client.post(reverse("link-answer"), {"answer": "yes"}, follow=True)
    assert "Uw antwoord is bewaard" in text_of(done)
    assert SupportRequest.objects.get(pk=asked.request_id).share_state == "complete"

    for gone in (path, reverse("link-answer"), reverse("link-check")):
        assert client.get(gone).status_code in (403, 404)


def test_it_asks_for_an_answer(client, cast, asked):
    sign_in(client, cast.anna)
    path = link_in(client.post(reverse("consent-link", args=[asked.pk])))
    client.logout()
    client.get(path)
    consent = open_question(asked)
    client.post(reverse("link-check"), born(consent))
    page = client.post(reverse("link-answer"), {})
    assert "Kies een antwoord" in text_of(page)


def test_it_closes_after_five_wrong_birth_dates(client, cast, asked):
    sign_in(client, cast.anna)
    path = link_in(client.post(reverse("consent-link", args=[asked.pk])))
    client.logout()
    client.get(path)
    wrong = {"day": 1, "month": 1, "year": 2001}
    pages = [client.post(reverse("link-check"), wrong) for _ in range(5)]
    assert [page.status_code for page in pages] == [200, 200, 200, 200, 404]
    consent = open_question(asked)
    assert client.post(reverse("link-check"), born(consent)).status_code == 404
    assert client.get(path).status_code == 404
    assert client.get(reverse("link-answer")).status_code == 403


def test_it_says_when_a_date_does_not_exist(client, cast, asked):
    sign_in(client, cast.anna)
    path = link_in(client.post(reverse("consent-link", args=[asked.pk])))
    client.logout()
    client.get(path)
    page = client.post(reverse("link-check"), {"day": 31, "month": 2, "year": 2015})
    assert "Deze dag bestaat niet" in text_of(page)


def test_it_tells_nothing_about_a_link_that_does_not_work(client, cast, asked):
    unknown = text_of(client.get("/l/bestaatniet/"))
    sign_in(client, cast.anna)
    url = reverse("consent-link", args=[asked.pk])
    first = link_in(client.post(url))
    newest = open_question(asked)
    client.post(reverse("consent-link", args=[newest.pk]))
    client.logout()
    replaced = client.get(first)
    assert replaced.status_code == 404
    strip = re.compile(r'nonce-[\w+/=-]+|csrfmiddlewaretoken" value="\w+"')
    assert strip.sub("", text_of(replaced)) == strip.sub("", unknown)
    assert "Canary" not in unknown


def test_it_mails_a_link_without_a_name_of_a_child(
    client, cast, asked, django_capture_on_commit_callbacks
):
    asked.guardian.email = "vader@voorbeeld.nl"
    asked.guardian.save()
    url = reverse("consent-link", args=[asked.pk])
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in(client, cast.anna).post(url, {"mail": "1"})
    assert answer.status_code == 302
    [letter] = mail.outbox
    assert letter.to == ["vader@voorbeeld.nl"]
    assert "Canary" not in letter.subject + letter.body
    assert link_in(letter.body)


def test_it_stops_sharing_the_moment_consent_is_withdrawn(client, cast):
    row = cast.a.queued
    consent = Consent.objects.filter(request=row, purpose="share").first()
    detail = reverse("request-detail", args=[row.pk])
    assert sign_in(client, cast.cato).get(detail).status_code == 200
    url = reverse("consent-withdraw", args=[consent.pk])
    page = sign_in(client, cast.anna).get(url)
    assert "Vanaf vandaag" in text_of(page)
    send(client, url, {"note": ""})
    assert sign_in(client, cast.cato).get(detail).status_code == 404


def test_it_corrects_an_answer_and_keeps_both(client, cast):
    row = cast.a.queued
    consent = Consent.objects.filter(request=row, purpose="share").first()
    url = reverse("consent-correct", args=[consent.pk])
    day = f"{today() - dt.timedelta(days=3):%d-%m-%Y}"
    data = {"answer": "refused", "answered_on": day, "answered_on_quick": "other", "form": "talk"}
    sign_in(client, cast.anna)
    assert "Schrijf in een paar woorden" in text_of(send(client, url, data, status=200))
    send(client, url, data | {"note": "Verkeerde ouder aangekruist."})
    consent.refresh_from_db()
    assert consent.superseded_by.state == "refused"
    row.refresh_from_db()
    assert row.share_state == "disputed"


def test_it_shows_help_consent_to_who_helps(client, cast):
    url = reverse("trajectory-consent", args=[cast.a.trajectory.pk])
    page = sign_in(client, cast.bas).get(url)
    assert all(giver.word == "Akkoord" for giver in page.context["givers"])
    assert sign_in(client, cast.gijs).get(url).status_code == 404
    assert sign_in(client, cast.joke).get(url).status_code == 404


def test_it_asks_help_of_one_person(client, cast):
    row = cast.a.new_trajectory(helped=False)
    mother = row.pupil.guardians.first()
    url = f"{reverse('trajectory-consent', args=[row.pk])}?wie={mother.pk}"
    data = {"answer": "given", "answered_on_quick": "vandaag", "form": "letter"}
    send(sign_in(client, cast.bas), url, data)
    consent = Consent.objects.get(trajectory=row, guardian=mother, purpose="help")
    assert (consent.form, consent.state) == ("letter", "given")


def test_it_names_the_pupil_who_decides_too(client, cast):
    pupil = cast.a.new_pupil(birth_date=today() - dt.timedelta(days=365 * 13))
    row = cast.a.new_request(pupil=pupil, submitted=True)
    agree(row)
    page = sign_in(client, cast.anna).get(reverse("request-detail", args=[row.pk]))
    assert pupil.full_name in [giver.name for giver in page.context["givers"]]
    assert len(page.context["givers"]) == 3


def test_it_stops_asking_to_talk_once_that_person_answered(client, cast, asked):
    mother = asked.request.pupil.parents[0]
    ConsentFactory(request=asked.request, guardian=mother, state="talk")
    words = f"Praat met {mother.full_name}"
    sign_in(client, cast.anna)
    assert words in text_of(client.get(reverse("home")))
    url = f"{reverse('consent-ask', args=[asked.request_id])}?wie={mother.pk}"
    send(client, url, {"answer": "given", "answered_on_quick": "vandaag", "form": "talk"})
    assert words not in text_of(client.get(reverse("home")))


def test_it_tells_the_rule_of_twelve_also_to_who_sees_no_family(client, cast):
    row = cast.a.request
    row.pupil.birth_date = today().replace(year=today().year - 13, day=1)
    row.pupil.save()
    ConsentFactory(request=row, guardian=None)
    page = sign_in(client, cast.cato).get(reverse("request-detail", args=[row.pk]))
    assert "Kind en iedereen met gezag beslissen samen" in text_of(page)
