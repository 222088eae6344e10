"""The pages about money: what they show, what they book, and that no file holds a child."""

import datetime as dt
import io
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from oja.access.actor import Actor
from oja.core.money import format_euros
from oja.core.periods import today
from providers.models import Advance, Budget, HourRate, Subsidy
from support import costs
from support.actions.costs import close_month, record_external_costs
from support.budget_board import board_of
from support.budget_watch import watch_of
from support.models import ClosedMonth, Contact, CostLine, ExternalCost
from tests.cast import cast
from tests.factories.access import PASSWORD
from tests.factories.money import (
    BillFactory,
    BudgetFactory,
    BudgetPartFactory,
    CostLineFactory,
    HourRateFactory,
    OrderFactory,
    SubsidyFactory,
)
from tests.factories.support import ContactFactory

__all__ = ["cast"]

YEAR = today().year
JANUARY = dt.date(YEAR, 1, 1)


@pytest.fixture
def money(cast):
    """World A with a budget, own help, an order with a bill, and a bill from outside."""
    Contact.objects.all().delete()
    a = cast.a
    HourRateFactory(provider=a.provider)
    cast.budget = BudgetFactory(provider=a.provider, municipality=a.municipality)
    BudgetPartFactory(budget=cast.budget, category="ordered", amount_cents=4_000_000)
    BudgetPartFactory(budget=cast.budget, category="individual", amount_cents=6_000_000)
    ContactFactory(trajectory=a.trajectory, on=JANUARY, minutes=50)
    order = OrderFactory(trajectory=a.trajectory, municipality=a.municipality, ordered=True)
    system = Actor.system("test")
    costs.commit(system, subcontract=order, on=today())
    costs.book_delivery(system, delivery=BillFactory(subcontract=order, cents=12_345), on=today())
    record_external_costs(
        system,
        provider=a.provider,
        items=[
            {
                "source_ref": "GEM-1",
                "referrer": "08",
                "jz020": "43",
                "period_start": JANUARY,
                "cents": 70_001,
                "municipality": a.municipality,
            }
        ],
    )
    return cast


def signed_in(cast, name):
    client = Client()
    assert client.login(username=getattr(cast, name).email, password=PASSWORD)
    return client


@pytest.fixture
def cato(cast):
    return signed_in(cast, "cato")


def numbers(page):
    """The amounts of a page, without the spaces that keep them together."""
    return page.content.decode().replace("\xa0", " ")


# --- The board ------------------------------------------------------------------------------------


def test_the_table_is_the_sum_of_the_lines_to_the_cent(money):
    actor = money.actor("cato")
    board = board_of(actor, money.a.provider, year=YEAR, on=today())
    spent = {str(kind.category): kind.spent_cents for kind in board.kinds}
    assert spent == {
        "residential": 70_001,
        "not_ordered": 0,
        "ordered": 12_345,
        "individual": 7_500,
        "group": 0,
    }
    lines = CostLine.objects.aggregate(cents=Sum("cents"))["cents"]
    assert board.spent_cents == lines + 7_500
    assert sum(month.spent_cents for month in board.months) == board.spent_cents
    assert board.committed_cents == 100_000 - 12_345
    assert board.free_cents == 10_000_000 - board.spent_cents - board.committed_cents
    totals = costs.totals_of(money.a.provider, money.a.municipality, [YEAR])[YEAR]
    assert totals.free_cents == board.free_cents, "the approval sees what the page shows"


def test_closing_a_month_moves_no_cent_of_the_board(money):
    actor = money.actor("cato")
    ContactFactory(trajectory=money.a.trajectory, on=JANUARY.replace(month=2), minutes=7)
    before = board_of(actor, money.a.provider, year=YEAR, on=today())
    close_month(actor, provider=money.a.provider, month=JANUARY)
    ContactFactory(trajectory=money.a.trajectory, on=JANUARY, minutes=11)
    after = board_of(actor, money.a.provider, year=YEAR, on=today())
    assert after.spent_cents == before.spent_cents + 1_650
    assert [month.is_provisional for month in after.months][:2] == [False, True]
    assert after.months[0].spent_cents == before.months[0].spent_cents, "a closed month stays"


def test_an_earlier_state_puts_later_bills_back(money):
    actor = money.actor("cato")
    CostLineFactory(budget=money.budget, on=today(), cents=5)
    if today().month > 1:
        then = today().replace(day=1) - dt.timedelta(days=1)
        board = board_of(actor, money.a.provider, year=YEAR, on=then)
        assert board.spent_cents == 70_001 + 12_345 + 7_500


# --- The pages ------------------------------------------------------------------------------------


def test_the_budget_page_says_what_is_left_in_one_sentence(money, cato):
    page = cato.get(reverse("budget"))
    text = numbers(page)
    assert page.status_code == 200
    for cents in (70_001, 12_345, 7_500, 100_000 - 12_345, 10_000_000):
        assert format_euros(cents) in text
    assert 'role="img"' in text
    assert "chart-even" in text
    assert "chart-even" not in numbers(cato.get(reverse("budget"), {"tabel": "1"}))


def test_the_budget_page_filters_by_municipality(money, cato):
    there = {"gemeente": str(money.a.municipality.pk), "jaar": YEAR}
    assert format_euros(70_001) in numbers(cato.get(reverse("budget"), there))
    nowhere = {"gemeente": str(money.b.municipality.pk), "stand": "1999-01-01", "jaar": "x"}
    assert cato.get(reverse("budget"), nowhere).status_code == 200, "unknown words are left out"


def test_the_page_leaves_out_the_most_expensive_trajectories(money, cato):
    plain = cato.get(reverse("budget"), {"jaar": YEAR})
    page = cato.get(reverse("budget"), {"jaar": YEAR, "zonder": "on"})
    assert plain.context["board"].spent_cents - page.context["board"].spent_cents == 12_345
    assert page.context["board"].committed_cents == 0
    ordered = page.context["kinds"][2]
    assert (ordered["spent_cents"], ordered["committed_cents"]) == (0, 0)
    lines = cato.get(page.context["kinds"][2]["url"])
    assert format_euros(12_345) not in numbers(lines)
    assert format_euros(12_345) in numbers(cato.get(plain.context["kinds"][2]["url"]))
    file = cato.get(page.context["csv_url"].replace("?", reverse("budget") + "?"))
    assert "123,45" not in file.content.decode("utf-8-sig")


def test_the_scale_says_what_the_rule_of_the_subsidy_would_do(money, cato):
    """Of a whole year: what is left of the budget, by the default rule and by another."""
    last = BudgetFactory(
        provider=money.a.provider,
        municipality=money.a.municipality,
        year=YEAR - 1,
        amount_cents=1_000_000,
        subsidy=SubsidyFactory(provider=money.a.provider, arrangement=money.a.arrangement),
    )
    CostLineFactory(budget=last, cents=900_000)
    page = cato.get(reverse("budget"), {"jaar": YEAR - 1})
    (scale,) = page.context["scales"]
    assert scale["is_default"]
    for cents in (50_000, 25_000):
        assert format_euros(cents) in scale["outcome"].replace("\xa0", " ")
    data = {
        "subsidy": str(last.subsidy_id),
        "margin_percent": "10",
        "share_percent": "50",
        "cap_percent": "2,5",
    }
    assert record(cato, "bonus-malus", **data).status_code == 302
    (scale,) = cato.get(reverse("budget"), {"jaar": YEAR - 1}).context["scales"]
    assert not scale["is_default"]
    assert "10%" in scale["rule"]
    assert format_euros(100_000) in scale["outcome"]
    assert record(cato, "bonus-malus", **data | {"cap_percent": "101"}).status_code == 200


def test_it_says_what_stands_out(money, cato):
    """Each rule once; the number leads to the lines that it counts."""
    page = cato.get(reverse("budget"))
    titles = [row["title"] for row in page.context["watch"]]
    assert len(titles) == len(set(titles))
    unmatched = next(
        row for row in page.context["watch"] if "koppeling=zonder" in row.get("url", "")
    )
    assert unmatched["title"].startswith("1 ")
    assert len(cato.get(unmatched["url"]).context["rows"]) == 1
    OrderFactory(
        trajectory=money.a.trajectory,
        municipality=money.a.municipality,
        ordered=True,
        starts_on=dt.date(YEAR - 1, 1, 1),
        ends_on=dt.date(YEAR - 1, 6, 30),
    )
    CostLineFactory(
        budget=money.budget,
        trajectory=money.a.trajectory,
        pupil_key=money.a.trajectory.pupil_id,
        cents=9_000_000,
    )
    watch = watch_of(
        money.actor("cato"),
        money.a.provider,
        board_of(money.actor("cato"), money.a.provider, year=YEAR, on=today()),
    )
    assert watch.overdue == 1
    assert watch.dominant_percent == round(100 * (9_012_345) / (9_012_345 + 70_001 + 7_500))
    assert "individual" in [one.category for one in watch.ahead]
    assert watch.largest_percent is None, "one trajectory is not five"


def test_the_files_hold_the_numbers_of_the_page_and_no_child(money, cato):
    child = money.a.trajectory
    names = [child.pupil_name, child.reference, money.a.pupil.last_name, money.a.pupil.case_number]
    for address in (reverse("budget"), reverse("budget-lines")):
        text = cato.get(address, {"formaat": "csv"}).content.decode("utf-8-sig")
        assert "700,01" in text
        assert not [name for name in names if name in text]
        book = zipfile.ZipFile(io.BytesIO(cato.get(address, {"formaat": "xlsx"}).content))
        cells = "".join(book.read(name).decode() for name in book.namelist())
        assert not [name for name in names if name in cells]


def test_the_lines_lead_to_the_trajectory_and_to_linking(money, cato):
    text = numbers(cato.get(reverse("budget-lines")))
    assert money.a.trajectory.reference in text
    assert reverse("budget-match", args=[ExternalCost.objects.get().pk]) in text
    only = cato.get(reverse("budget-lines"), {"koppeling": "zonder"})
    assert format_euros(12_345) not in numbers(only)


def test_linking_takes_the_number_of_an_own_trajectory(money, cato):
    cost = ExternalCost.objects.get()
    address = reverse("budget-match", args=[cost.pk])
    foreign = cato.post(address, {"reference": money.b.trajectory.reference})
    assert foreign.status_code == 200
    assert cato.post(address, {"reference": money.a.trajectory.reference}).status_code == 302
    cost.refresh_from_db()
    assert (cost.state, cost.trajectory_id) == ("matched", money.a.trajectory.pk)


def test_a_month_is_closed_with_one_button(money, cato):
    assert cato.post(reverse("budget-close"), {"maand": JANUARY.isoformat()}).status_code == 302
    assert ClosedMonth.objects.get().month == JANUARY
    assert cato.post(reverse("budget-close"), {"maand": today().isoformat()}).status_code == 409
    assert cato.post(reverse("budget-close"), {"maand": "gisteren"}).status_code == 404


def test_somebody_elses_provider_is_not_found(money, cato):
    foreign = {"aanbieder": str(money.b.provider.pk)}
    for name in ("budget", "budget-keep", "budget-import"):
        assert cato.get(reverse(name), foreign).status_code == 404
    assert cato.get(reverse("budget"), {"aanbieder": "x"}).status_code == 404


def test_the_manager_starts_with_decisions_and_money_in_one_sentence(money, cato):
    OrderFactory(trajectory=money.a.trajectory, municipality=money.a.municipality)
    text = numbers(cato.get(reverse("home")))
    assert "Ambulante begeleiding" in text
    assert format_euros(100_000) in text
    assert reverse("budget") in text


# --- Recording ------------------------------------------------------------------------------------


def record(client, what, **data):
    return client.post(reverse("budget-record", args=[what]), data)


def test_the_manager_records_subsidy_advance_budget_and_rate(cast, cato):
    a = cast.a
    subsidy = {
        "arrangement": str(a.arrangement.pk),
        "decision_number": "BES-1",
        "amount_cents": "8.200.000",
        "valid_from": "01-01-2026",
        "last_day": "31-12-2030",
    }
    assert record(cato, "subsidie", **subsidy).status_code == 302
    row = Subsidy.objects.get()
    assert (row.amount_cents, row.valid_until) == (820_000_000, dt.date(2031, 1, 1))
    advance = {"subsidy": str(row.pk), "on": "15-01-2026", "amount_cents": "8.200.000,01"}
    assert record(cato, "voorschot", **advance).status_code == 200, "more than the subsidy"
    assert record(cato, "voorschot", **advance | {"amount_cents": "400.000"}).status_code == 302
    assert Advance.objects.get().amount_cents == 40_000_000
    budget = {
        "municipality": str(a.municipality.pk),
        "year": str(YEAR),
        "part_ordered": "420.000",
        "part_group": "0,50",
    }
    assert record(cato, "budget", **budget).status_code == 302
    assert record(cato, "budget", **budget | {"part_group": "1"}).status_code == 302, "changes it"
    row = Budget.objects.get()
    assert row.amount_cents == 42_000_100
    assert row.parts.aggregate(cents=Sum("amount_cents"))["cents"] == row.amount_cents
    rate = {"cents_per_hour": "92,50", "valid_from": f"01-01-{YEAR}"}
    assert record(cato, "tarief", **rate).status_code == 302
    assert record(cato, "tarief", **rate).status_code == 200, "not twice from one date"
    assert HourRate.objects.get().cents_per_hour == 9_250


def test_a_new_rate_ends_the_one_before(cast, cato):
    HourRateFactory(provider=cast.a.provider)
    record(cato, "tarief", cents_per_hour="95", valid_from=f"01-02-{YEAR}")
    old, new = HourRate.objects.order_by("valid_from")
    assert (old.valid_until, new.valid_until) == (dt.date(YEAR, 2, 1), None)


def test_an_advance_lies_within_its_subsidy(cast, cato):
    subsidy = SubsidyFactory(provider=cast.a.provider, arrangement=cast.a.arrangement)
    data = {"subsidy": str(subsidy.pk), "on": "15-01-2031", "amount_cents": "1"}
    assert record(cato, "voorschot", **data).status_code == 200
    assert not Advance.objects.exists()
    foreign = SubsidyFactory(provider=cast.b.provider, arrangement=cast.b.arrangement)
    assert record(cato, "voorschot", **data | {"subsidy": str(foreign.pk)}).status_code == 200


def test_what_was_recorded_stands_on_one_page(money, cato):
    subsidy = SubsidyFactory(provider=money.a.provider, arrangement=money.a.arrangement)
    SubsidyFactory(provider=money.b.provider, arrangement=money.b.arrangement)
    Advance.objects.create(
        subsidy=subsidy, provider=money.a.provider, on=dt.date(2026, 1, 15), amount_cents=123_400
    )
    text = numbers(cato.get(reverse("budget-keep")))
    for cents in (10_000_000, 4_000_000, 500_000_000, 123_400, 500_000_000 - 123_400, 9_000):
        assert format_euros(cents) in text
    assert len(cato.get(reverse("budget-keep")).context["subsidies"]) == 1


def test_an_unknown_form_is_not_found(cast, cato):
    assert cato.get(reverse("budget-record", args=["onzin"])).status_code == 404


# --- At night -------------------------------------------------------------------------------------


def test_the_night_closes_the_month_that_is_due(money, capsys):
    call_command("close_month", month=f"{YEAR}-01")
    assert ClosedMonth.objects.filter(provider=money.a.provider, month=JANUARY).exists()
    call_command("close_month", provider=money.a.provider.name, month=f"{YEAR}-01")
    assert CostLine.objects.filter(source="own").count() == 1
    call_command("close_month", provider=money.a.provider.name)
    with pytest.raises(CommandError):
        call_command("close_month", month="januari")


def test_the_night_goes_on_after_a_provider_without_a_budget(money, capsys):
    Budget.objects.filter(provider=money.b.provider).delete()
    HourRateFactory(provider=money.b.provider)
    ContactFactory(trajectory=money.b.trajectory, on=JANUARY, minutes=50)
    call_command("close_month", month=f"{YEAR}-01")
    assert not ClosedMonth.objects.filter(provider=money.b.provider).exists()
    assert ClosedMonth.objects.filter(provider=money.a.provider).exists()
