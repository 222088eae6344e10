"""`manage.py figures`: the same numbers as on the page, for one person, and nothing more."""

import datetime as dt
import io
import json

import pytest
import time_machine
from django.core.management import call_command

from monitor.definition import Audience
from monitor.indicators import indicators
from oja.access.models import Membership
from tests.monitor.world import TODAY

KEYS = {
    *("slug", "version", "part", "value", "numerator", "denominator", "status", "reference_date"),
    *("unit", "period", "population"),
}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(12), dt.UTC), tick=False):
        yield


def figures(name, period="2026-2027", indicator="all", **options):
    out = io.StringIO()
    arguments = ["--period", period, "--as", f"{name}@example.test", "--indicator", indicator]
    call_command("figures", *arguments, "--json", stdout=out, **options)
    return json.loads(out.getvalue())


def shares(*arguments, **options):
    """The headline only, of a figure that has other numbers behind it."""
    return [one for one in figures(*arguments, **options) if one["part"] == "share"]


def refused(*arguments):
    err = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("figures", *arguments, "--json", stderr=err)
    assert stopped.value.code == 2
    assert err.getvalue().count("\n") == 1
    return err.getvalue()


def test_it_prints_every_number_of_every_figure(world):
    found = figures("cato")
    own = {known.slug for known in indicators() if known.is_for(Audience.PROVIDER)}
    assert {entry["slug"] for entry in found} == own
    assert all(entry.keys() == KEYS for entry in found)
    share = next(one for one in found if one["slug"] == "start-within-28-days")
    waits = [one for one in found if one["slug"] == "open-waiting"]
    assert (share["part"], share["value"], share["unit"]) == ("share", 75.0, "percent")
    assert (share["numerator"], share["denominator"]) == (6, 8)
    assert (share["status"], share["reference_date"]) == ("provisional", "2026-11-21")
    assert [(w["part"], w["value"]) for w in waits] == [
        ("count", 6),
        ("over-norm", 2),
        ("longest", 32),
    ]
    assert {entry["population"] for entry in found} == {"Vlechtwerk"}


def test_it_prints_one_figure_of_a_year_that_is_over(world):
    (entry,) = shares("dirk", "2025-2026", "start-within-28-days")
    assert (entry["numerator"], entry["denominator"], entry["value"]) == (1, 2, 50.0)
    assert (entry["status"], entry["reference_date"]) == ("final", "2026-07-31")


def test_it_prints_no_value_where_there_is_nothing_to_divide(world):
    (entry,) = shares("dirk", "2024-2025", "start-within-28-days")
    assert (entry["value"], entry["denominator"], entry["status"]) == (None, 0, "no-rows")


def test_it_prints_both_populations_of_somebody_with_two_roles(world):
    found = shares("kees", indicator="start-within-28-days")
    assert [entry["population"] for entry in found] == ["De Kring, De Wissel", "Kiemkracht"]


@pytest.mark.parametrize("name", ["els", "fem", "bas"])
def test_it_prints_an_empty_list_for_whoever_sees_no_live_figures(people, name):
    assert figures(name) == []


def test_it_prints_nothing_of_a_role_that_has_ended(people):
    Membership.objects.filter(user=people.users["dirk"]).update(valid_until=TODAY)
    assert figures("dirk") == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"--as": "niemand@example.test"}, "niemand@example.test"),
        ({"--indicator": "geluk"}, "start-within-28-days, open-waiting"),
        ({"--period": "2027-2028"}, "2027-2028"),
        ({"--period": "vorig jaar"}, "vorig jaar"),
    ],
)
def test_it_refuses_in_one_sentence_with_exit_code_2(people, change, words):
    good = {"--as": "anna@example.test", "--indicator": "all", "--period": "2026-2027"} | change
    said = refused(*[word for pair in good.items() for word in pair])
    assert words in said


def test_it_refuses_an_account_that_was_switched_off(people):
    people.users["anna"].is_active = False
    people.users["anna"].save(update_fields=["is_active"])
    assert "anna@" in refused("--as", "anna@example.test", "--period", "2026-2027")


def test_it_prints_lines_for_people(world):
    out = io.StringIO()
    call_command("figures", "--period", "2026-2027", "--as", "cato@example.test", stdout=out)
    assert "start-within-28-days share: 75.0 (percent; 6/8) Vlechtwerk" in out.getvalue()


def test_it_prints_what_was_published_last_without_a_user(people):
    out = io.StringIO()
    call_command("figures", "--json", stdout=out)
    assert json.loads(out.getvalue()) == []


def test_it_takes_this_school_year_when_no_period_is_given(world):
    out = io.StringIO()
    call_command("figures", "--as", "cato@example.test", "--json", stdout=out)
    assert json.loads(out.getvalue()) == figures("cato")
