"""Who works where: constraints, questions, and who pays."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from oja.access.actor import Actor
from providers import actions, queries
from providers.models import (
    Arrangement,
    ParticipatingMunicipality,
    Participation,
    Posting,
    Provider,
    Worker,
)
from providers.payers import payer_of
from schools import actions as school_actions
from schools.models import Pupil, Residence

START = dt.date(2023, 8, 1)
MONDAY = dt.date(2025, 10, 6)
DAY = dt.timedelta(days=1)


@pytest.fixture
def system(db):
    return Actor.system("test")


@pytest.fixture
def municipality(system):
    return school_actions.register_municipality(system, code="0153", name="Enschede")


@pytest.fixture
def site(system, municipality):
    return school_actions.register_site(system, name="De Wissel", municipality=municipality)


@pytest.fixture
def provider(system):
    return actions.register_provider(system, name="Vlechtwerk")


@pytest.fixture
def arrangement(system, municipality):
    return actions.start_arrangement(
        system, name="OJA Twente", valid_from=START, municipalities=[municipality]
    )


@pytest.fixture
def participation(system, arrangement, site, provider):
    return actions.add_participation(
        system, arrangement=arrangement, site=site, provider=provider, valid_from=START
    )


@pytest.fixture
def worker(system, provider):
    return actions.add_worker(system, provider=provider, name="Bas Wolters", hours_per_week=24)


@pytest.fixture
def posting(system, worker, site):
    return actions.post_worker(
        system,
        worker=worker,
        site=site,
        weekdays=[3, 1],
        start_time=dt.time(9),
        end_time=dt.time(16),
        room="2.04",
        valid_from=START,
    )


def refuses(constraint, write):
    """Assert that the write fails on that constraint."""
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        write()
    assert constraint in str(raised.value)


BACK = {"valid_until": dt.date(2020, 1, 1)}


def test_it_keeps_one_active_participation_per_site(system, participation, provider):
    other = actions.register_provider(system, name="Hagenbeek")
    twin = Participation(
        arrangement=participation.arrangement,
        site=participation.site,
        provider=other,
        valid_from=MONDAY,
    )
    refuses("participation_one_active_per_site", lambda: Participation.objects.bulk_create([twin]))
    with pytest.raises(ValidationError):
        actions.add_participation(
            system,
            arrangement=participation.arrangement,
            site=participation.site,
            provider=other,
            valid_from=MONDAY,
        )
    rows = Participation.objects.filter(pk=participation.pk)
    refuses("participation_end_after_start", lambda: rows.update(**BACK))


def test_it_lets_another_provider_in_on_the_day_the_first_leaves(system, participation):
    other = actions.register_provider(system, name="Hagenbeek")
    actions.end_participation(system, participation=participation, on=MONDAY)
    actions.add_participation(
        system,
        arrangement=participation.arrangement,
        site=participation.site,
        provider=other,
        valid_from=MONDAY,
    )
    site = participation.site
    assert queries.participation_of(site, MONDAY - DAY).provider == participation.provider
    assert queries.participation_of(site.pk, MONDAY).provider == other
    assert queries.participation_of(site, START - DAY) is None
    assert queries.sites_of(other, MONDAY) == {site.pk}
    assert queries.sites_of(participation.provider, MONDAY) == set()


def test_it_keeps_third_parties_out_of_participation(system, arrangement, site):
    third = actions.register_provider(system, name="Het Baken", kind=Provider.Kind.THIRD)
    with pytest.raises(ValidationError):
        actions.add_participation(
            system, arrangement=arrangement, site=site, provider=third, valid_from=START
        )


def test_it_keeps_a_municipality_once_per_arrangement(arrangement, municipality):
    rows = ParticipatingMunicipality.objects.filter(arrangement=arrangement)
    twin = ParticipatingMunicipality(
        arrangement=arrangement, municipality=municipality, valid_from=MONDAY
    )
    refuses(
        "participatingmunicipality_once_per_date",
        lambda: ParticipatingMunicipality.objects.bulk_create([twin]),
    )
    refuses("participatingmunicipality_end_after_start", lambda: rows.update(**BACK))
    arrangements = Arrangement.objects.filter(pk=arrangement.pk)
    refuses("arrangement_end_after_start", lambda: arrangements.update(**BACK))


def test_it_keeps_workers_and_postings_possible(system, worker, posting, django_user_model):
    user = django_user_model.objects.create_user("bas@example.nl", "geheim-genoeg-12", "Bas")
    Worker.objects.filter(pk=worker.pk).update(user=user)
    twin = Worker(provider=worker.provider, user=user, name="Bas")
    refuses("worker_user_once_per_provider", lambda: Worker.objects.bulk_create([twin]))
    rows = Worker.objects.filter(pk=worker.pk)
    refuses("worker_hours_are_possible", lambda: rows.update(hours_per_week=61))
    postings = Posting.objects.filter(pk=posting.pk)
    refuses("posting_end_after_start", lambda: postings.update(**BACK))
    refuses("posting_time_end_after_start", lambda: postings.update(end_time=dt.time(9)))
    for days in ([], [6], [0, 1]):
        refuses(
            "posting_weekdays_are_school_days", lambda days=days: postings.update(weekdays=days)
        )


def test_it_knows_who_is_in_school_today(posting, site):
    wednesday = MONDAY + 2 * DAY
    assert posting.weekdays == [1, 3]
    assert list(queries.postings_on(site, MONDAY)) == [posting]
    assert list(queries.postings_on(site, wednesday)) == [posting]
    assert not queries.postings_on(site, MONDAY + DAY).exists()
    assert not queries.postings_on(site, START - 7 * DAY).exists()
    Posting.objects.update(valid_until=wednesday)
    assert not queries.postings_on(site, wednesday).exists()


def test_it_lists_the_workers_that_can_get_a_case(system, provider, worker, django_user_model):
    assert not queries.workers_of(provider).exists()
    user = django_user_model.objects.create_user("bas@example.nl", "geheim-genoeg-12", "Bas")
    Worker.objects.filter(pk=worker.pk).update(user=user)
    assert list(queries.workers_of(provider)) == [worker]
    user.is_active = False
    user.save()
    assert not queries.workers_of(provider).exists()


def test_it_pays_by_the_arrangement_of_the_school(participation, municipality, site):
    pupil = Pupil(site=site, first_name="Noor")
    lives = Residence(municipality=municipality, valid_from=START)
    assert payer_of(pupil, lives, MONDAY).funded
    assert payer_of(pupil, lives, START - DAY).reason == "no_arrangement"
    assert payer_of(pupil, None, MONDAY).reason == "unknown"
    ParticipatingMunicipality.objects.update(valid_until=MONDAY)
    assert payer_of(pupil, lives, MONDAY).reason == "outside"
    assert queries.participating_codes(participation.arrangement, MONDAY - DAY) == {"0153"}
    assert queries.participating_codes(None, MONDAY) == set()


def test_it_lets_only_administrators_write(site, provider, django_user_model):
    actor = Actor.for_user(
        django_user_model.objects.create_user("anna@example.nl", "geheim-genoeg-12", "Anna")
    )
    for write in (
        lambda: actions.register_provider(actor, name="X"),
        lambda: actions.add_worker(actor, provider=provider, name="X"),
        lambda: actions.start_arrangement(actor, name="X", valid_from=START),
    ):
        with pytest.raises(PermissionDenied):
            write()
