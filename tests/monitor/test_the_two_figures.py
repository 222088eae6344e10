"""Help started within 28 days, and open waits: exact numbers in a world that is known."""

import pytest

from monitor.definition import Window
from monitor.engine import FINAL, NO_ROWS, PROVISIONAL, measure, populations, rows
from monitor.indicators import indicator, indicators
from oja.access.actor import Actor, become
from tests.monitor.world import TODAY, day

STARTED, WAITING = "start-within-28-days", "open-waiting"
THIS, LAST, BEFORE = "2026-2027", "2025-2026", "2024-2025"


def figure(world, name, slug, year, audience=None):
    """The figure of one person over one school year."""
    window = Window.of_school_year(year, TODAY)
    actor = Actor.for_user(world.users[name], on=TODAY)
    with become(actor):
        owns = [own for own in populations(actor) if audience in (None, own.audience)]
        (found,) = (measure(indicators(), actor, own, [window], on=TODAY) for own in owns)
    return found[slug, window]


@pytest.mark.parametrize(
    ("name", "year", "numerator", "denominator", "percent"),
    [
        ("dirk", THIS, 2, 3, 66.7),
        ("dirk", LAST, 1, 2, 50.0),
        ("dirk", BEFORE, 0, 0, None),
        ("anna", THIS, 4, 5, 80.0),
        ("hans", THIS, 2, 3, 66.7),
        ("cato", THIS, 6, 8, 75.0),
        ("cato", LAST, 2, 4, 50.0),
    ],
)
def test_it_tells_how_much_help_started_in_time(world, name, year, numerator, denominator, percent):
    value = figure(world, name, STARTED, year).headline
    assert (value.numerator, value.denominator, value.value) == (numerator, denominator, percent)


@pytest.mark.parametrize(
    ("name", "year", "count", "over", "longest"),
    [
        ("dirk", THIS, 3, 1, 32),
        ("dirk", LAST, 2, 1, 51),
        ("dirk", BEFORE, 0, 0, None),
        ("anna", THIS, 5, 3, 93),
        ("hans", THIS, 3, 1, 32),
        ("cato", THIS, 6, 2, 32),
    ],
)
def test_it_tells_who_waits_on_the_reference_date(world, name, year, count, over, longest):
    found = figure(world, name, WAITING, year)
    assert [value.value for value in found.values] == [count, over, longest]


def test_it_counts_the_own_help_of_a_provider_after_sharing_ended(world):
    before = figure(world, "cato", STARTED, THIS).headline
    request = world.started(world.c, day("2026-09-03"), day("2026-09-08"), day("2026-09-10"))
    world.stop_sharing(request)
    after = figure(world, "cato", STARTED, THIS).headline
    assert (after.numerator, after.denominator) == (before.numerator + 1, before.denominator + 1)


def test_it_takes_an_open_wait_from_the_provider_when_sharing_ends(world):
    request = world.request(world.c, day("2026-09-03"), decided=day("2026-09-08"))
    assert figure(world, "cato", WAITING, THIS).headline.value == 7
    world.stop_sharing(request)
    assert figure(world, "cato", WAITING, THIS).headline.value == 6


def test_it_moves_by_exactly_one_when_help_starts(world):
    request = world.started(world.b, day("2026-10-20"), day("2026-10-25"))
    waiting = figure(world, "dirk", WAITING, THIS).headline.value
    started = figure(world, "dirk", STARTED, THIS).headline
    world.contact(request, TODAY)
    assert figure(world, "dirk", WAITING, THIS).headline.value == waiting - 1
    after = figure(world, "dirk", STARTED, THIS).headline
    assert after.denominator == started.denominator + 1
    assert after.numerator == started.numerator  # 32 days


def test_it_forgets_a_start_whose_only_contact_was_undone(world):
    request = world.started(world.b, day("2026-10-20"), day("2026-10-25"))
    contact = world.contact(request, day("2026-11-02"))
    before = figure(world, "dirk", STARTED, THIS).headline
    type(contact).objects.filter(pk=contact.pk).update(undone_at="2026-11-02T13:00+00:00")
    after = figure(world, "dirk", STARTED, THIS).headline
    assert (after.numerator, after.denominator) == (before.numerator - 1, before.denominator - 1)


def test_it_is_provisional_while_late_recording_can_change_it(world):
    assert figure(world, "dirk", STARTED, THIS).status == PROVISIONAL
    assert figure(world, "dirk", WAITING, THIS).status == PROVISIONAL
    assert figure(world, "dirk", STARTED, LAST).status == FINAL
    assert figure(world, "dirk", STARTED, BEFORE).status == NO_ROWS
    known = indicator(STARTED)
    window = Window.of_school_year(LAST, TODAY)
    assert known.is_provisional(window, day("2026-10-29"))
    assert not known.is_provisional(window, day("2026-10-30"))


def test_it_keeps_the_populations_of_two_roles_apart(world):
    """Kees coordinates schools a and c and manages q: no child is counted twice, none is lost."""
    own = figure(world, "kees", STARTED, THIS, "school")
    assert own.own.label == "De Kring, De Wissel"
    assert own.headline.denominator == 5 + 3
    assert figure(world, "kees", STARTED, THIS, "provider").headline.denominator == 3


def test_it_lists_the_unshared_wait_to_the_school_only(world):
    for name, number in (("anna", 1), ("cato", 0)):
        actor = Actor.for_user(world.users[name], on=TODAY)
        window = Window.of_school_year(THIS, TODAY)
        with become(actor):
            (own,) = populations(actor)
            found = rows(indicator(WAITING), "count", own, actor, window)
            assert found.filter(share_state="none").count() == number
