"""The demo world is a test of the rules: it is built by its own people through the actions."""

import datetime as dt
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from oja.access.actor import Actor, become
from oja.access.models import Membership
from oja.access.permissions import Role
from oja.core.periods import today
from oja.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD, as_shown
from oja.demo.names import Namer
from oja.demo.register import SITES
from oja.demo.world import ONE_SCHOOL, build_world, waves
from schools.models import Enrolment, Guardian, Pupil, Residence
from support.models import Contact, RequestState, SupportRequest, Trajectory


@pytest.fixture
def world(db):
    return build_world(seed=7, today=today(), size=ONE_SCHOOL)


@pytest.fixture
def everyone(world):
    with become(Actor.system("test")) as actor:
        yield actor


def test_it_builds_one_school_with_everything_in_it(everyone):
    enrolled = Enrolment.objects.visible_to(everyone).valid_on(today())
    assert enrolled.count() == 29  # one of the thirty left a month ago
    assert Pupil.objects.visible_to(everyone).count() == 30 + 3 * 4
    assert SupportRequest.objects.visible_to(everyone).count() == 14
    assert Trajectory.objects.visible_to(everyone).exists()
    held = Contact.objects.visible_to(everyone).held()
    assert held.exists()
    assert held.filter(on__gt=today()).count() == 0


def test_every_help_that_runs_began_with_a_contact_and_its_request_says_so(everyone):
    requests = SupportRequest.objects.visible_to(everyone).filter(first_help_on__isnull=False)
    assert requests.exists()
    for request in requests:
        first = (
            Contact.objects.visible_to(everyone)
            .held()
            .filter(trajectory__request=request)
            .order_by("on")
            .first()
        )
        assert request.first_help_on == first.on


def test_it_holds_the_awkward_cases(everyone):
    pupils = Pupil.objects.visible_to(everyone)
    assert pupils.filter(last_name__startswith="Oude Grootenhuis").count() == 1
    assert pupils.filter(first_name="İlayda").count() == 1
    assert (
        pupils.exclude(pk__in=Residence.objects.visible_to(everyone).values("pupil")).count() == 1
    )
    without = pupils.exclude(
        pk__in=Guardian.objects.visible_to(everyone).filter(has_custody=True).values("pupil")
    )
    assert without.count() == 1
    assert Guardian.objects.visible_to(everyone).filter(is_contact_secret=True).exists()
    twins = pupils.values("first_name", "birth_date").annotate(n=Count("pk")).filter(n__gt=1)
    assert twins.exists()


def _digest(actor):
    pupils = Pupil.objects.visible_to(actor).order_by("case_number")
    requests = SupportRequest.objects.visible_to(actor).order_by(
        "pupil__case_number", "submitted_on", "talk_on"
    )
    return (
        list(pupils.values_list("id", "case_number", "sort_name", "birth_date")),
        list(requests.values_list("pupil__case_number", "submitted_on", "state", "topics")),
        sorted(Contact.objects.visible_to(actor).values_list("on", "start_time", "outcome")),
    )


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_gives_the_same_world(django_db_serialized_rollback):
    digests = []
    for seed in (3, 3, 4):
        build_world(seed=seed, today=dt.date(2026, 11, 18), size=ONE_SCHOOL)
        with become(Actor.system("test")) as actor:
            digests.append(_digest(actor))
        call_command("flush", interactive=False, verbosity=0)
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_the_command_fills_an_empty_database_only(world):
    with pytest.raises(CommandError, match="lege database"):
        call_command("seed")


def test_each_account_of_the_small_world_can_log_in(world, client):
    shown = {account["email"] for account in as_shown()}
    assert shown == {account.email for account in DEMO_ACCOUNTS}
    anna = {"login": "anna@demo.example", "password": DEMO_PASSWORD}
    assert client.post("/inloggen/", anna).status_code == 302
    assert client.get("/").status_code == 200


def test_there_is_an_account_for_every_role():
    assert {account.role for account in DEMO_ACCOUNTS} == set(Role)


def test_nobody_holds_a_role_without_a_start(world):
    assert Membership.objects.filter(valid_from__gt=today()).count() == 0


def test_a_family_stands_once_in_a_wave():
    class Child:
        def __init__(self, household):
            self.household = household

    class Told:
        def __init__(self, household):
            self.pupil = Child(household)

    stories = [Told(1), Told(2), Told(1), Told(1)]
    sets = waves(stories)
    assert [len(each) for each in sets] == [2, 1, 1]
    assert sets[0][0] is stories[0]


def test_names_are_composed_from_the_lists():
    namer = Namer(Random(5))
    families = [namer.family() for _number in range(200)]
    assert len({names["language"] for names, _prefix, _name in families}) >= 5
    child = namer.member(families[0])
    assert child.last_name == families[0][2]
    assert child.first_name in families[0][0]["girls" if child.is_girl else "boys"]


def test_the_magnitudes_are_those_of_a_pilot_with_six_schools():
    assert len(SITES) == 6
    assert sum(site.pupils for site in SITES) == 1055
    assert {site.provider for site in SITES} == {"Vlechtwerk", "Kiemkracht"}


def test_questions_in_every_stage_exist_in_the_small_world(everyone):
    states = set(SupportRequest.objects.visible_to(everyone).values_list("state", flat=True))
    assert RequestState.STARTED in states
    assert len(states) >= 3
