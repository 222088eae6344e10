"""The pages of the pupil record, as people use them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oja.access.actor import Actor
from oja.access.models import Membership, ReadLog
from oja.pages import searches
from providers import actions as provider_actions
from schools import actions, panels
from schools.models import Enrolment, Guardian, Pupil, Residence

PASSWORD = "geheim-genoeg-12"


@pytest.fixture
def member(django_user_model):
    def member(role, organisation, name):
        user = django_user_model.objects.create_user(f"{name}@example.nl", PASSWORD, name)
        Membership.objects.create(
            user=user, role=role, organisation=organisation, valid_from=dt.date(2020, 1, 1)
        )
        return user

    return member


@pytest.fixture
def anna(member, site):
    return member("school_coordinator", site.organisation, "anna")


@pytest.fixture
def dirk(member, other_site):
    return member("school_coordinator", other_site.organisation, "dirk")


@pytest.fixture
def as_anna(client, anna):
    client.force_login(anna)
    return client


def posted(client, url, data):
    """Fill in the form as a browser does: with the hidden fields of the page."""
    page = client.get(url)
    hidden = dict(page.context["hidden_fields"])
    return client.post(url, hidden | data)


NEW = {
    "first_name": "Canary Zoë",
    "prefix": "",
    "last_name": "Yıldız",
    "birth_date": "03-04-2015",
    "gender": "2",
    "new_group": "5/6",
    "school_number": "",
    "language": "tr",
}


def test_it_shows_the_own_pupils_and_logs_the_list(as_anna, anna, pupil, system, other_site):
    actions.add_pupil(
        system,
        site=other_site,
        first_name="Vreemd",
        last_name="Kind",
        birth_date=dt.date(2015, 1, 1),
        on=dt.date(2025, 1, 1),
    )
    page = as_anna.get(reverse("pupil-list"))
    assert page.status_code == 200
    assert "Canary Noor" in page.content.decode()
    assert "Vreemd" not in page.content.decode()
    (line,) = ReadLog.objects.filter(user_id=anna.pk, action="list")
    assert line.subjects == [pupil.pk]


def test_it_searches_by_post_and_keeps_names_out_of_the_address(as_anna, pupil):
    answer = as_anna.post(reverse("pupil-list"), {searches.FIELD: "berg"}, follow=True)
    assert "Canary Noor" in answer.content.decode()
    assert "berg" not in answer.redirect_chain[-1][0]
    answer = as_anna.post(reverse("pupil-list"), {searches.FIELD: "jansen"}, follow=True)
    assert "Canary Noor" not in answer.content.decode()


def test_it_filters_by_group(as_anna, anna, site, pupil, system):
    group = actions.add_group(system, site=site, name="7")
    page = as_anna.get(reverse("pupil-list"), {"group": str(group.pk)})
    assert "Canary Noor" not in page.content.decode()


def test_it_makes_a_pupil(as_anna, site, municipality):
    data = NEW | {"municipality": str(municipality.pk)}
    answer = posted(as_anna, reverse("pupil-create"), data)
    pupil = Pupil.objects.get()
    assert answer.url == reverse("pupil-detail", args=[pupil.pk])
    assert (pupil.full_name, pupil.group.name) == ("Canary Zoë Yıldız", "5/6")
    assert Residence.objects.get(pupil=pupil).municipality == municipality
    assert Enrolment.objects.filter(pupil=pupil).exists()


def test_it_puts_brothers_and_sisters_in_one_family(as_anna, pupil, system, other_site):
    stranger = actions.add_pupil(
        system,
        site=other_site,
        first_name="Vreemd",
        last_name="Kind",
        birth_date=dt.date(2015, 1, 1),
        on=dt.date(2025, 1, 1),
    )
    for number in (stranger.case_number, "AAA-AAA"):
        page = posted(as_anna, reverse("pupil-create"), NEW | {"sibling": number})
        assert "sibling" in page.context["form"].errors
    posted(as_anna, reverse("pupil-create"), NEW | {"sibling": pupil.case_number.lower()})
    assert Pupil.objects.get(first_name="Canary Zoë").household == pupil.household


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("first_name", ""),
        ("birth_date", "31 november 2015"),
        ("birth_date", "01-01-1960"),
        ("gender", ""),
        ("language", "xx"),
        ("municipality", "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_it_says_what_is_wrong_with_a_new_pupil(as_anna, name, value):
    page = posted(as_anna, reverse("pupil-create"), NEW | {name: value})
    assert page.status_code == 200
    assert name in page.context["form"].errors
    assert not Pupil.objects.exists()


def test_it_shows_the_card_and_logs_the_reading(as_anna, anna, pupil):
    page = as_anna.get(reverse("pupil-detail", args=[pupil.pk]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Canary Noor van der Berg" in text
    assert pupil.case_number in text
    assert ReadLog.objects.filter(user_id=anna.pk, object_id=pupil.pk, result="ok").exists()


def test_it_hides_a_stranger_s_pupil_and_logs_the_attempt(client, dirk, pupil):
    client.force_login(dirk)
    urls = [
        reverse(name, args=[pupil.pk])
        for name in (
            "pupil-detail",
            "pupil-edit",
            "guardian-create",
            "residence-set",
            "enrolment-create",
        )
    ]
    for url in urls:
        assert client.get(url).status_code == 404
        assert client.post(url, {}).status_code == 404
    refused = ReadLog.objects.filter(user_id=dirk.pk, object_id=pupil.pk, result="not_found")
    assert refused.count() == 2 * len(urls)


def test_it_changes_the_card(as_anna, pupil):
    url = reverse("pupil-edit", args=[pupil.pk])
    posted(as_anna, url, NEW | {"birth_date": "01-03-2016"})
    pupil.refresh_from_db()
    assert (pupil.last_name, pupil.sort_name.split("|")[0]) == ("Yıldız", "yildiz")
    assert pupil.group_label == "5/6"


GUARDIAN = {
    "first_name": "Canary Vera",
    "last_name": "Berg",
    "relation": "mother",
    "has_custody": "True",
    "language": "nl",
    "phone": "06 12345678",
}


def test_it_records_a_guardian_and_changes_custody(as_anna, pupil):
    posted(as_anna, reverse("guardian-create", args=[pupil.pk]), GUARDIAN)
    guardian = Guardian.objects.get(pupil=pupil)
    assert (guardian.has_custody, guardian.site_id) == (True, pupil.site_id)
    card = as_anna.get(reverse("pupil-detail", args=[pupil.pk])).content.decode()
    assert "06 12345678" in card
    url = reverse("guardian-edit", args=[pupil.pk, guardian.pk])
    posted(as_anna, url, GUARDIAN | {"has_custody": "False", "is_contact_secret": "on"})
    guardian.refresh_from_db()
    assert not guardian.has_custody
    assert (
        "06 12345678" not in as_anna.get(reverse("pupil-detail", args=[pupil.pk])).content.decode()
    )


def test_it_never_presets_custody(as_anna, pupil):
    url = reverse("guardian-create", args=[pupil.pk])
    data = {key: value for key, value in GUARDIAN.items() if key != "has_custody"}
    page = posted(as_anna, url, data)
    assert "has_custody" in page.context["form"].errors
    assert not Guardian.objects.exists()


def test_it_does_not_reach_a_guardian_through_another_pupil(as_anna, system, site, pupil):
    sibling = actions.add_pupil(
        system,
        site=site,
        first_name="Canary Sem",
        last_name="Berg",
        birth_date=dt.date(2014, 1, 1),
        household=pupil.household,
        on=dt.date(2025, 1, 1),
    )
    guardian = actions.add_guardian(
        system, pupil=sibling, first_name="A", last_name="B", relation="other", has_custody=False
    )
    assert as_anna.get(reverse("guardian-edit", args=[pupil.pk, guardian.pk])).status_code == 404
    card = as_anna.get(reverse("pupil-detail", args=[pupil.pk])).content.decode()
    assert "Canary Sem" in card


def test_it_says_who_pays(as_anna, system, site, pupil, municipality):
    borne = actions.register_municipality(system, code="0147", name="Borne")
    provider = provider_actions.register_provider(system, name="Vlechtwerk")
    arrangement = provider_actions.start_arrangement(
        system, name="OJA", valid_from=dt.date(2020, 1, 1), municipalities=[municipality]
    )
    provider_actions.add_participation(
        system,
        arrangement=arrangement,
        site=site,
        provider=provider,
        valid_from=dt.date(2020, 1, 1),
    )
    url = reverse("residence-set", args=[pupil.pk])
    data = {"municipality": str(municipality.pk), "ground": "brp", "valid_from": "01-01-2025"}
    posted(as_anna, url, data)
    page = as_anna.get(reverse("pupil-detail", args=[pupil.pk]))
    assert "Enschede" in page.content.decode()
    assert panels.payer_for(pupil, Residence.objects.get(pupil=pupil), dt.date(2025, 6, 1)).funded
    posted(as_anna, url, data | {"municipality": str(borne.pk), "valid_from": "02-01-2025"})
    assert not panels.payer_for(
        pupil, Residence.objects.get(pupil=pupil, municipality=borne), dt.date(2025, 6, 1)
    ).funded


def test_it_ends_an_enrolment_and_starts_another(as_anna, pupil):
    (first,) = Enrolment.objects.filter(pupil=pupil)
    url = reverse("enrolment-edit", args=[pupil.pk, first.pk])
    data = {"valid_from": "06-10-2025", "school_type": "bao", "group_label": "6"}
    page = posted(as_anna, url, data | {"end_reason": "special"})
    assert "valid_until" in page.context["form"].errors
    end = {"valid_until": "01-02-2026", "end_reason": "special", "destination_type": "sbo"}
    assert posted(as_anna, url, data | end).status_code == 302
    again = reverse("enrolment-create", args=[pupil.pk])
    page = posted(as_anna, again, data | {"valid_from": "01-01-2026"})
    assert page.context["form"].errors
    assert posted(as_anna, again, data | {"valid_from": "01-02-2026"}).status_code == 302
    assert Enrolment.objects.filter(pupil=pupil).count() == 2


def test_it_lets_a_manager_read_a_shared_card_and_no_more(
    client, member, system, pupil, municipality
):
    provider = provider_actions.register_provider(system, name="Vlechtwerk")
    cato = member("provider_manager", provider.organisation, "cato")
    client.force_login(cato)
    url = reverse("pupil-detail", args=[pupil.pk])
    actions.set_residence(
        system, pupil=pupil, municipality=municipality, valid_from=dt.date(2025, 1, 1)
    )
    actions.change_pupil(system, pupil=pupil, on=dt.date(2025, 10, 6), school_number="LVS-77")
    assert client.get(url).status_code == 404
    share(pupil, provider)
    page = client.get(url)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Canary Noor" in text
    assert "LVS-77" not in text
    assert reverse("pupil-edit", args=[pupil.pk]) not in text
    assert "woonplaats" not in text
    assert client.get(reverse("pupil-edit", args=[pupil.pk])).status_code == 403


def share(pupil, provider):
    """What the triggers of consent write, without a consent: they are off for this statement."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE schools_pupil DISABLE TRIGGER USER")
        Pupil.objects.filter(pk=pupil.pk).update(client_of=provider.organisation)
        cursor.execute("ALTER TABLE schools_pupil ENABLE TRIGGER USER")


def test_it_draws_panels_and_buttons_of_other_floors(as_anna, pupil, monkeypatch):
    monkeypatch.setattr(panels, "_PANELS", [])
    monkeypatch.setattr(panels, "_ACTIONS", [])
    panels.register_pupil_panel(10, lambda request, pupil: "<p>hulpvragen hier</p>")
    panels.register_pupil_panel(11, nothing, side=True)
    panels.register_pupil_action(10, lambda request, pupil: ("Vraag hulp", "/x/", "plus"))
    text = as_anna.get(reverse("pupil-detail", args=[pupil.pk])).content.decode()
    assert "Vraag hulp" in text


def nothing(request, pupil):
    return ""


def test_it_costs_the_same_for_two_pupils_and_for_seven(as_anna, system, site):
    add_pupils(system, site, 2)
    as_anna.get(reverse("pupil-list"))
    with CaptureQueriesContext(connection) as few:
        as_anna.get(reverse("pupil-list"))
    add_pupils(system, site, 5)
    with CaptureQueriesContext(connection) as many:
        as_anna.get(reverse("pupil-list"))
    assert len(many) == len(few)


def add_pupils(system, site, count):
    for number in range(count):
        actions.add_pupil(
            system,
            site=site,
            first_name=f"Canary {number}",
            last_name="Berg",
            birth_date=dt.date(2015, 1, 1),
            on=dt.date(2025, 1, 1),
        )


def test_it_asks_for_whom_in_the_actor(anna, pupil):
    assert Pupil.objects.visible_to(Actor.for_user(anna)).get() == pupil
