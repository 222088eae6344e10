"""The menu: what a role needs, in its order, and never a page that it may not use."""

import datetime as dt

import pytest

import oja.urls  # noqa: F401  views register their items of the menu
from oja.access.actor import Actor
from oja.access.models import Membership, Organisation, User
from oja.access.permissions import Role
from oja.pages import home, navigation
from oja.pages.navigation import items_for, nav

KINDS = {
    Role.SCHOOL_COORDINATOR: "site",
    Role.TEACHER: "site",
    Role.CARE_WORKER: "provider",
    Role.PROVIDER_MANAGER: "provider",
    Role.MUNICIPAL_ADVISER: "municipality",
    Role.PARTNERSHIP: "partnership",
    Role.ADMINISTRATOR: "platform",
}


@pytest.fixture
def person(db):
    """A new account with these roles, each in an organisation of its own."""

    def make(*roles):
        number = User.objects.count()
        user = User.objects.create_user(
            f"p{number}@example.nl", "geheim-genoeg", f"Persoon {number}"
        )
        user.is_staff = Role.ADMINISTRATOR in roles
        user.save()
        for role in roles:
            place = Organisation.objects.create(kind=KINDS[role], name=f"Plek van {role}")
            Membership.objects.create(
                user=user, role=role, organisation=place, valid_from=dt.date(2020, 1, 1)
            )
        return user

    return make


MANAGER = [
    *("Start", "Trajecten", "Hulpvragen", "Derden", "Budget", "Cijfers", "Overleg"),
    *("Groepen", "Vragenlijsten", "Monitor"),  # in the menu of the account
]


COORDINATOR = [
    *("Start", "Hulpvragen", "Leerlingen", "Verzuim", "Groepen", "Cijfers", "Overleg"),
    "Monitor",
]
WORKER = [
    *("Vandaag", "Trajecten", "Vastleggen", "Groepen", "Hulpvragen", "Derden"),
    "Vragenlijsten",
]


def labels(user, path="/"):
    return [item.label for item in items_for(Actor.for_user(user), path)]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (
            Role.SCHOOL_COORDINATOR,
            COORDINATOR,
        ),
        (Role.TEACHER, ["Afspraken"]),
        (
            Role.CARE_WORKER,
            WORKER,
        ),
        (Role.PROVIDER_MANAGER, MANAGER),
        (Role.MUNICIPAL_ADVISER, ["Monitor", "Overleg"]),
        (Role.PARTNERSHIP, ["Monitor", "Overleg"]),
        (Role.ADMINISTRATOR, ["Start", "Beheer"]),
    ],
)
def test_every_role_has_its_menu(person, role, expected):
    assert labels(person(role)) == expected


def test_two_roles_have_the_union_and_no_page_twice(person):
    both = labels(person(Role.TEACHER, Role.PROVIDER_MANAGER))
    assert both == MANAGER
    items = items_for(Actor.for_user(person(Role.PROVIDER_MANAGER)))
    assert [item.label for item in items.main] == MANAGER[:7]
    assert [item.label for item in items.more] == ["Groepen", "Vragenlijsten", "Monitor"]


def test_nobody_and_somebody_without_a_role_have_no_menu(person):
    assert items_for(Actor.anonymous()) == []
    assert labels(person()) == []


def test_one_item_is_current_and_the_longest_address_wins(person, monkeypatch):
    monkeypatch.setattr(navigation, "ENTRIES", {})
    for url_name, order in (("home", 1), ("glossary", 2), ("gallery", 3), ("no-such-page", 4)):
        nav(url_name, url_name, "house", "page_view", order=order, tab=order == 2)
    actor = Actor.for_user(person(Role.TEACHER))
    items = items_for(actor, "/begrippen/regisseur/")
    assert [(item.label, item.current) for item in items] == [
        ("home", False),
        ("glossary", True),
        ("gallery", False),
    ]
    assert items_for(actor, "/")[0].current
    assert [item.label for item in items.tabs] == ["glossary"]


def test_without_chosen_tabs_the_phone_gets_the_first_five(person, monkeypatch):
    monkeypatch.setattr(navigation, "ENTRIES", {})
    nav("home", "home", "house", "page_view", order=1, count=lambda actor: 3)
    items = items_for(Actor.for_user(person(Role.TEACHER)), "/")
    assert [item.count for item in items.tabs] == [3]


def test_the_words_under_a_name(person):
    teacher = items_for(Actor.for_user(person(Role.TEACHER)))
    assert teacher.facts == "Leraar · Plek van teacher"
    both = items_for(Actor.for_user(person(Role.TEACHER, Role.PROVIDER_MANAGER)))
    assert both.facts == "Leraar · Manager hoofdaanbieder"


def test_the_search_of_the_top_bar_is_for_who_may_see_pupils(person):
    coordinator, adviser = person(Role.SCHOOL_COORDINATOR), person(Role.MUNICIPAL_ADVISER)
    assert navigation.search_url(Actor.for_user(coordinator)) == "/leerlingen/"
    assert navigation.search_url(Actor.for_user(adviser)) == ""


def test_who_has_no_home_of_a_role_reads_what_the_account_can_do(person, client):
    client.force_login(person(Role.ADMINISTRATOR))
    text = client.get("/").content.decode()
    assert "Wat je hier kunt doen" in text
    assert "Beheert accounts" in text


def test_the_home_with_the_lowest_number_wins(person, client, monkeypatch):
    from django.http import HttpResponse

    monkeypatch.setattr(home, "_HOMES", {})
    home.register_home(Role.TEACHER, lambda request: HttpResponse("leraar"), 2)
    home.register_home(Role.PROVIDER_MANAGER, lambda request: HttpResponse("manager"), 1)
    client.force_login(person(Role.TEACHER, Role.PROVIDER_MANAGER))
    assert client.get("/").content == b"manager"
