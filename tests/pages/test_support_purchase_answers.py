"""Answers to bought care in the browser: by link, from a talk, by the school."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from oja.core.periods import today
from support.models import Subcontract, SubcontractAgreement
from tests.factories.purchases import SchoolAnswerFactory, SubcontractFactory
from tests.pages.purchase_pages import detail, link_of, new_url, proposal, through, world
from tests.pages.support_pages import send, sign_in, text_of

__all__ = ["world"]

pytestmark = pytest.mark.django_db


def test_a_parent_answers_by_link_and_only_once(client, cast, world):
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    row = Subcontract.objects.get()
    path = link_of(bas, row, world.parents[0])
    home, other = Client(), Client()
    through(home, path, world.pupil)
    through(other, path, world.pupil)
    page = text_of(home.get(reverse("link-subcontract")))
    for words in ("Praktijk De Linde", "Vlechtwerk", world.pupil.first_name, "12 uur"):
        assert words in page
    assert "1.740" not in page
    assert "checked" not in page
    answer = home.post(reverse("link-subcontract"), {"answer": "yes"})
    assert answer.url == reverse("link-done")
    assert "Uw antwoord is bewaard" in text_of(home.get(reverse("link-done")))
    assert other.post(reverse("link-subcontract"), {"answer": "no"}).status_code in (403, 404)
    assert home.get(path).status_code == 404
    agreement = SubcontractAgreement.objects.get(guardian=world.parents[0])
    assert (agreement.state, agreement.form) == ("agreed", "link")


def test_a_wrong_birth_date_opens_nothing(client, cast, world):
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    path = link_of(bas, Subcontract.objects.get(), world.parents[0])
    home = Client()
    home.get(path)
    page = home.post(reverse("link-check"), {"day": 1, "month": 1, "year": 1999})
    assert page.status_code == 200
    assert home.get(reverse("link-subcontract")).status_code == 403


def test_a_pupil_is_spoken_to_with_je(client, cast, world):
    world.pupil.birth_date = today().replace(year=today().year - 13, day=1)
    world.pupil.save()
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    url = reverse("subcontract-agreement", args=[Subcontract.objects.get().pk])
    page = bas.post(f"{url}?wie=pupil&manier=link")
    home = Client()
    through(home, re.search(r"/l/[\w-]+/", text_of(page)).group(), world.pupil)
    text = text_of(home.get(reverse("link-subcontract")))
    assert "Wil je hulp buiten de school?" in text
    assert " u " not in re.sub(r"<[^>]+>", " ", text)


def test_an_answer_from_a_talk_is_recorded_on_the_order(client, cast, world):
    bas = sign_in(client, cast.bas)
    send(bas, new_url(world), proposal(world))
    row = Subcontract.objects.get()
    url = reverse("subcontract-agreement", args=[row.pk]) + f"?wie={world.parents[1].pk}"
    data = {"answer": "given", "answered_on_quick": "vandaag", "form": "talk", "note": ""}
    assert send(bas, url, data).url == detail(row)
    assert SubcontractAgreement.objects.get(guardian=world.parents[1]).state == "agreed"


def test_the_school_answers_without_seeing_why_or_how_much(client, cast, world):
    row = SubcontractFactory(
        trajectory=world.trajectory, asked=True, could_we_note="Geheim waarom", goal="Geheim doel"
    )
    answer = SchoolAnswerFactory(subcontract=row)
    anna = sign_in(client, cast.anna)
    assert reverse("school-answer", args=[answer.pk]) in text_of(anna.get("/"))
    url = reverse("school-answer", args=[answer.pk])
    page = text_of(anna.get(url))
    assert "Praktijk De Linde" in page
    for secret in ("Geheim", "1.740", "174000", "xpertise", "€ 145"):
        assert secret not in page
    assert "checked" not in page
    send(anna, url, {"answer": "objection", "remark": "Liever onder schooltijd."})
    answer.refresh_from_db()
    assert (answer.answer, answer.answered_by) == ("objection", cast.anna)
    case = text_of(anna.get(reverse("trajectory-detail", args=[world.trajectory.pk])))
    assert "Hulp van buiten" in case
    assert "Geheim" not in case
    assert "1.740" not in case


def test_an_objection_without_words_is_asked_again(client, cast, world):
    answer = SchoolAnswerFactory(
        subcontract=SubcontractFactory(trajectory=world.trajectory, asked=True)
    )
    url = reverse("school-answer", args=[answer.pk])
    page = send(sign_in(client, cast.anna), url, {"answer": "objection"}, status=200)
    assert "Schrijf de opmerking of het bezwaar" in text_of(page)


def test_after_the_decision_the_school_sees_what_came_of_it(client, cast, world):
    row = SubcontractFactory(trajectory=world.trajectory, running=True)
    answer = SchoolAnswerFactory(subcontract=row)
    page = sign_in(client, cast.anna).get(reverse("school-answer", args=[answer.pk]))
    assert "Loopt" in text_of(page)
    assert "<form" not in text_of(page).split('id="inhoud"')[1].split("</main>")[0]
