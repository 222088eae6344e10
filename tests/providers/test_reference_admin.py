"""Reference data through the administration: as an administrator, under row security."""

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from django.urls import NoReverseMatch, reverse

from oja.access.actor import Actor, become
from oja.access.models import Membership, Organisation
from providers import actions as provider_actions
from providers.models import Arrangement, Participation, Posting, Provider, Worker
from schools import actions
from schools.models import Municipality, SchoolSite, SiteChange

PASSWORD = "geheim-genoeg-12"


@pytest.fixture
def system(db):
    return Actor.system("test")


@pytest.fixture
def municipality(system):
    return actions.register_municipality(system, code="0153", name="Enschede")


def user_of(django_user_model, role, organisation, **fields):
    user = django_user_model.objects.create_user(f"{role}@example.nl", PASSWORD, role, **fields)
    Membership.objects.create(
        user=user, role=role, organisation=organisation, valid_from=dt.date(2020, 1, 1)
    )
    return user


@pytest.fixture
def fem(client, django_user_model):
    platform = Organisation.objects.create(kind="platform", name="Beheer")
    user = user_of(django_user_model, "administrator", platform, is_staff=True)
    client.force_login(user)
    return user


def add(client, model, data):
    """Post the add form of the administration; gives the answer."""
    return client.post(reverse(f"admin:{model}_add"), data)


SITE = {
    "name": "De Wissel",
    "school_type": "bao",
    "street": "Het Lang",
    "changes-TOTAL_FORMS": "0",
    "changes-INITIAL_FORMS": "0",
}


def test_it_makes_a_site_with_its_organisation_and_keeps_history(client, fem, municipality):
    data = SITE | {"municipality": str(municipality.pk)}
    assert add(client, "schools_schoolsite", data).status_code == 302
    site = SchoolSite.objects.get()
    assert (site.organisation.kind, site.organisation.name) == ("site", "De Wissel")
    url = reverse("admin:schools_schoolsite_change", args=[site.pk])
    assert client.get(url).status_code == 200
    answer = client.post(url, data | {"name": "De Wisselaar"})
    assert answer.status_code == 302
    site.refresh_from_db()
    assert (site.name, site.organisation.name) == ("De Wisselaar", "De Wisselaar")
    change = SiteChange.objects.get()
    assert (change.field, change.old, change.new) == ("name", "De Wissel", "De Wisselaar")


def test_it_makes_a_provider_with_a_worker_at_a_school(client, fem, system, municipality):
    site = actions.register_site(system, name="De Wissel", municipality=municipality)
    lead = {"name": "Vlechtwerk", "kind": "lead"}
    assert add(client, "providers_provider", lead).status_code == 302
    provider = Provider.objects.get()
    assert provider.organisation.kind == "provider"
    worker = {"provider": str(provider.pk), "name": "Bas Wolters", "hours_per_week": "24"}
    assert add(client, "providers_worker", worker).status_code == 302
    posting = {
        "worker": str(Worker.objects.get().pk),
        "site": str(site.pk),
        "weekdays": ["1", "3"],
        "start_time": "09:00",
        "end_time": "16:00",
        "valid_from": "2025-08-01",
    }
    assert add(client, "providers_posting", posting).status_code == 302
    assert Posting.objects.get().weekdays == [1, 3]

    start = {"valid_from": "2025-08-01"}
    add(client, "providers_arrangement", start | {"name": "OJA"})
    participation = start | {
        "arrangement": str(Arrangement.objects.get().pk),
        "site": str(site.pk),
        "provider": str(provider.pk),
    }
    assert add(client, "providers_participation", participation).status_code == 302
    again = add(client, "providers_participation", participation | {"valid_from": "2026-01-01"})
    assert again.status_code == 200
    assert again.context["errors"]
    assert Participation.objects.count() == 1


def test_it_deletes_nothing(client, fem, municipality):
    url = reverse("admin:schools_municipality_delete", args=[municipality.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert Municipality.objects.exists()


@pytest.mark.parametrize("name", ["schools_pupil", "schools_guardian", "schools_schoolgroup"])
def test_it_knows_no_persons(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{name}_changelist")


def test_it_keeps_others_out_even_past_the_pages(client, django_user_model, system, municipality):
    site = actions.register_site(system, name="De Wissel", municipality=municipality)
    anna = user_of(django_user_model, "school_coordinator", site.organisation, is_staff=True)
    client.force_login(anna)
    page = client.get(reverse("admin:schools_municipality_changelist"), follow=True)
    assert page.status_code == 403
    with become(Actor.for_user(anna)):
        assert Municipality.objects.filter(pk=municipality.pk).update(name="X") == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            Municipality.objects.create(code="0147", name="Borne")
    municipality.refresh_from_db()
    assert municipality.name == "Enschede"


def test_it_filters_on_the_provider(client, fem, system):
    provider = provider_actions.register_provider(system, name="Vlechtwerk")
    for name in ("worker", "participation"):
        page = client.get(
            reverse(f"admin:providers_{name}_changelist"),
            {"provider__organisation__exact": str(provider.pk)},
        )
        assert page.status_code == 200
