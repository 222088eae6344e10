"""Start of the manager: decisions first, numbers that equal the lists behind them, few queries."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from oja.access.actor import Actor, become
from oja.core.periods import today
from providers.models import Posting
from support.actions.costs import record_external_costs
from support.budget_board import board_of, positions_of
from support.models import Contact, SupportRequest, Trajectory
from support.progress import waiting
from support.views.home_manager import waiting_per_school
from tests.cast import cast
from tests.factories.access import PASSWORD
from tests.factories.money import (
    BudgetFactory,
    HourRateFactory,
    OrderFactory,
)
from tests.factories.support import ContactFactory, RequestFactory, days_ago

__all__ = ["cast"]


@pytest.fixture
def cato(cast):
    client = Client()
    assert client.login(username=cast.cato.email, password=PASSWORD)
    return client


def start(client):
    page = client.get(reverse("home"))
    assert page.status_code == 200
    return page


def bill(world, reference):
    return {
        "source_ref": reference,
        "referrer": "02",
        "jz020": "54",
        "period_start": dt.date(today().year, 1, 1),
        "cents": 5_000,
        "municipality": world.municipality,
    }


def test_decisions_stand_first_with_one_button_each(cast, cato):
    assert b"Niets wacht op jouw besluit" in start(cato).content
    OrderFactory(trajectory=cast.a.trajectory, municipality=cast.a.municipality)
    page = start(cato)
    text = page.content.decode()
    assert len(page.context["decisions"]) == 1
    main = text[text.index("<main") :]
    assert main.index("Dit wacht op jouw besluit") < main.index("Hulpvragen zonder regisseur")


def test_room_is_hours_in_schools_minus_the_plan(cast, cato):
    worker = cast.a.worker
    Posting.objects.filter(worker=worker).delete()
    Posting.objects.create(
        worker=worker,
        site=cast.a.site,
        weekdays=[1, 3],
        start_time=dt.time(9),
        end_time=dt.time(12),
        valid_from=dt.date(2024, 1, 1),
    )
    page = start(cato)
    room = next(row for row in page.context["rooms"] if row["name"] == worker.name)
    assert room["school"] == "6"
    names = [row["name"] for row in page.context["rooms"]]
    assert names == sorted(names, key=str.casefold)


def test_each_number_of_missing_data_is_that_of_its_list(cast, cato):
    Contact.objects.all().delete()
    Trajectory.objects.filter(pk=cast.a.trajectory.pk).update(first_help_on=None)
    for world, references in ((cast.a, "123"), (cast.b, "4")):
        BudgetFactory(provider=world.provider, municipality=world.municipality)
        record_external_costs(
            Actor.system("t"), provider=world.provider, items=[bill(world, r) for r in references]
        )
    seen = set()
    for title, figure, url in start(cato).context["missing"]:
        assert figure
        number = int(title.split()[0])
        if "?" not in url:
            continue
        listed = cato.get(url).context["page"].paginator.count
        assert listed == number, url
        seen.add(url.partition("=")[2])
    assert "zonder" in seen


def test_money_is_one_sentence_about_the_amounts_of_the_budget_page(cast, cato):
    HourRateFactory(provider=cast.a.provider)
    BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality)
    ContactFactory(trajectory=cast.a.trajectory, on=today(), minutes=50)
    actor = cast.actor("cato")
    board = board_of(actor, cast.a.provider, year=today().year, on=today())
    position = positions_of(actor, [cast.a.provider], today())[cast.a.provider.pk]
    names = ("amount_cents", "spent_cents", "committed_cents", "free_cents", "even_left_cents")
    assert [getattr(position, name) for name in names] == [getattr(board, name) for name in names]
    ((sentence, url),) = start(cato).context["money"]
    assert url == reverse("budget")
    assert sentence.endswith(".")


def test_it_costs_as_many_queries_for_seven_decisions_as_for_two(
    cast, cato, django_assert_max_num_queries
):
    def more(number):
        for _each in range(number):
            OrderFactory(trajectory=cast.a.trajectory, municipality=cast.a.municipality)
        start(cato)
        with django_assert_max_num_queries(50) as asked:
            start(cato)
        return len(asked.captured_queries)

    assert more(2) == more(5)


def test_waiting_per_school_is_the_wait_of_each_request(cast):
    """The page adds up in the database what the list works out per row."""
    for state, days in (("submitted", 40), ("submitted", 40), ("in_team", 3), ("accepted", 12)):
        RequestFactory(**{state: True, "submitted_on": days_ago(days)})
    for ended in ("first_talk_on", "first_help_on"):
        RequestFactory(started=True, submitted_on=days_ago(60), **{ended: days_ago(1)})
    RequestFactory()  # a draft waits for nobody
    with become(Actor.system("test")) as actor:
        requests = SupportRequest.objects.visible_to(actor)
        found = waiting_per_school(requests, today())
        waits = [(row.site.name, waiting(row, today())) for row in requests.for_list()]
    running = [(name, wait) for name, wait in waits if wait.running]
    assert {row["name"] for row in found} == {name for name, _wait in running}
    assert sum(row["number"] for row in found) == len(running) >= 4
    assert sum(row["over"] for row in found) == sum(wait.is_over_norm for _, wait in running) >= 2
    for row in found:
        own = [wait.days for name, wait in running if name == row["name"]]
        assert (row["number"], row["longest"]) == (len(own), max(own))
