"""Reading a file of bills: columns, example, booking, and taking it back to the cent."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oja.access.actor import Actor
from oja.core.money import format_euros
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from providers.models import Budget
from support.actions import cost_imports
from support.actions.costs import close_month, match_external_cost
from support.models import Contact, CostImport, CostLine, ExternalCost, Spending
from tests.cast import cast
from tests.factories.access import PASSWORD
from tests.factories.money import BudgetFactory, CostLineFactory

__all__ = ["cast"]

YEAR = today().year
JANUARY = dt.date(YEAR, 1, 1)
HEAD = "datum;verwijzer;productcategorie;bedrag;gemeente;kenmerk;zaaknummer;naam"


def upload(client, text, name="kosten.csv"):
    file = SimpleUploadedFile(name, text.encode("utf-8"), "text/csv")
    return client.post(reverse("budget-import"), {"file": file})


def row(cast, **changes):
    cells = {
        "datum": JANUARY.strftime("%d-%m-%Y"),
        "verwijzer": "02",
        "product": "54",
        "bedrag": "1.740,50",
        "gemeente": cast.a.municipality.name,
        "kenmerk": "R-1",
        "zaaknummer": "",
        "naam": "Amira Haddad",
    }
    return ";".join((cells | changes).values())


@pytest.fixture
def money(cast):
    """World A and world B with a budget of this year."""
    for world in (cast.a, cast.b):
        BudgetFactory(provider=world.provider, municipality=world.municipality)
    return cast


@pytest.fixture
def cato(cast):
    client = Client()
    assert client.login(username=cast.cato.email, password=PASSWORD)
    return client


def numbers(page):
    return page.content.decode().replace("\xa0", " ")


def handed_in(client, *rows, head=HEAD):
    """The page of a file that was handed in."""
    answer = upload(client, "\n".join([head, *rows]))
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    return client.get(answer.url)


def book(client, page):
    """Say that the columns are right where that is asked, and read the file in."""
    given = page.context["given"]
    if not given.are_columns_checked:
        fields = page.context["form"].fields
        data = {name: field.initial for name, field in fields.items()}
        client.post(reverse("budget-import-columns", args=[given.pk]), data)
        page = client.get(reverse("budget-import-detail", args=[given.pk]))
    example = {"example": page.context["fingerprint"]}
    return client.post(reverse("budget-import-run", args=[given.pk]), example)


def test_a_file_is_shown_first_and_booked_after_that(money, cato):
    page = handed_in(
        cato, row(money, zaaknummer=money.a.trajectory.reference), row(money, kenmerk="R-2")
    )
    assert not CostLine.objects.exists(), "looking books nothing"
    assert format_euros(348_100) in numbers(page)
    given = page.context["given"]
    assert given.sheet["ignored"] == ["naam"]
    assert "naam" in numbers(page)
    assert "Haddad" not in json.dumps(given.sheet), "what is not needed is not kept"
    assert book(cato, page).status_code == 302
    given.refresh_from_db()
    assert (given.state, given.sheet, given.report["new"]) == ("done", None, 2)
    assert CostLine.objects.count() == 2
    assert ExternalCost.objects.get(source_ref="R-1").trajectory_id == money.a.trajectory.pk
    run = reverse("budget-import-run", args=[given.pk])
    assert cato.post(run, {"example": "x"}).status_code == 302, "a second click"
    assert CostLine.objects.count() == 2
    again = handed_in(cato, row(money, zaaknummer=money.a.trajectory.reference))
    assert again.context["nothing"]


def test_columns_are_remembered_for_the_next_file(money, cato):
    head = HEAD.replace("bedrag", "te betalen").replace("kenmerk", "Declaratie-nr")
    page = upload(cato, "\n".join([head, row(money)]))
    assert page.status_code == 422, "no reference was found"
    head = HEAD.replace("bedrag", "te betalen")
    page = handed_in(cato, row(money), head=head)
    given = page.context["given"]
    assert given.columns["tebetalen"] == "cents", "by its values"
    assert not given.are_columns_checked
    assert b'name="example"' not in page.content, "say first that the columns are right"
    book(cato, page)
    page = handed_in(cato, row(money, kenmerk="R-9"), head=head)
    assert page.context["given"].are_columns_checked
    assert b'name="example"' in page.content


def test_a_column_is_chosen_once_and_none_that_is_needed_is_left_out(money, cato):
    given = handed_in(cato, row(money)).context["given"]
    actor = money.actor("cato")
    chosen = dict.fromkeys(given.sheet["headings"], "")
    for wrong in (chosen, dict.fromkeys(chosen, "cents")):
        with pytest.raises(cost_imports.ValidationError):
            cost_imports.choose_columns(actor, cost_import=given, chosen=wrong)
    address = reverse("budget-import-columns", args=[given.pk])
    page = cato.post(address, {"kolom-0": "-"})
    assert page.context["form"].errors
    given.refresh_from_db()
    assert not given.are_columns_checked


def test_a_file_is_put_away_and_forgotten(money, cato):
    given = handed_in(cato, row(money)).context["given"]
    assert cato.post(reverse("budget-import-drop", args=[given.pk])).status_code == 302
    given.refresh_from_db()
    assert (given.state, given.sheet) == ("dropped", None)
    run = reverse("budget-import-run", args=[given.pk])
    assert cato.post(run, {"example": "x"}).status_code == 409
    late = handed_in(cato, row(money)).context["given"]
    actor, at = money.actor("cato"), timezone.now()
    assert cost_imports.forget_old(actor, at=at) == 0
    assert cost_imports.forget_old(actor, at=at + dt.timedelta(days=7, seconds=1)) == 1
    late.refresh_from_db()
    assert late.sheet is None


def test_what_is_booked_is_what_was_looked_at(money, cato):
    page = handed_in(cato, row(money), row(money, kenmerk="R-2"))
    other = handed_in(cato, row(money))
    book(cato, other)
    assert book_without_looking(cato, page).status_code == 302
    assert CostLine.objects.count() == 1, "one of the bills stood there meanwhile"
    page.context["given"].refresh_from_db()
    assert page.context["given"].state == "open"


def book_without_looking(client, page):
    given = page.context["given"]
    example = {"example": page.context["fingerprint"]}
    return client.post(reverse("budget-import-run", args=[given.pk]), example)


# --- Taking back ----------------------------------------------------------------------------------


def per_month(provider):
    """{(month, kind): cents} of everything that was spent, without what comes to nought."""
    rows = Spending.objects.filter(provider=provider).order_by().values_list("on", "category")
    found = {(on, kind): cents for on, kind, cents in rows.annotate(cents=Sum("cents"))}
    return {key: cents for key, cents in found.items() if cents}


@pytest.fixture
def imported(money, cato):
    """Three bills over two months, one of a closed month, one that was linked afterwards."""
    Contact.objects.all().delete()
    CostLineFactory(budget=Budget.objects.get(provider=money.a.provider), cents=777)
    money.before = per_month(money.a.provider)
    page = handed_in(
        cato,
        row(money, kenmerk="R-1"),
        row(money, kenmerk="R-2", bedrag="-0,01"),
        row(money, kenmerk="R-3", product="43"),
    )
    book(cato, page)
    money.given = page.context["given"]
    money.given.refresh_from_db()
    return money


def undo(imported, client):
    return client.post(reverse("budget-import-undo", args=[imported.given.pk]))


def test_undoing_leaves_every_month_and_budget_as_it_was_to_the_cent(imported, cato):
    system = Actor.system("test")
    cost = ExternalCost.objects.get(source_ref="R-1")
    match_external_cost(system, cost=cost, trajectory=imported.a.trajectory)
    if today().month > 1:
        close_month(system, provider=imported.a.provider, month=JANUARY)
    assert per_month(imported.a.provider) != imported.before
    assert undo(imported, cato).status_code == 302
    assert per_month(imported.a.provider) == imported.before
    lines = CostLine.objects.filter(external__file=imported.given)
    assert lines.count() == 3, "what was booked stays to be seen"
    for line in lines:
        back = line.reversed_by
        assert (back.on, back.budget_id, back.cents) == (line.on, line.budget_id, -line.cents)
        assert (back.trajectory_id, back.category) == (line.trajectory_id, line.category)
        assert back.is_provisional == line.is_provisional
    assert set(ExternalCost.objects.values_list("state", flat=True)) == {"undone"}
    imported.given.refresh_from_db()
    assert imported.given.state == "undone"
    assert undo(imported, cato).status_code == 409, "once"
    assert CostLine.objects.exclude(reverses=None).count() == 3


def test_what_was_undone_may_come_again_as_it_should_have_been(imported, cato):
    undo(imported, cato)
    page = handed_in(cato, row(imported, kenmerk="R-1", bedrag="12,34"))
    book(cato, page)
    standing = ExternalCost.objects.exclude(state="undone").get()
    assert (standing.source_ref, standing.cents) == ("R-1", 1_234)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalCost.objects.filter(source_ref="R-1").update(state="unmatched")


def test_a_bill_that_was_taken_back_is_linked_to_nobody(imported, cato):
    undo(imported, cato)
    cost = ExternalCost.objects.get(source_ref="R-1")
    with pytest.raises(MoveRefused):
        match_external_cost(Actor.system("t"), cost=cost, trajectory=imported.a.trajectory)
    assert cost.cents
    only = cato.get(reverse("budget-lines"), {"koppeling": "zonder"})
    assert len(only.context["rows"]) == 0


def test_it_can_be_undone_for_a_week(imported):
    actor, done = imported.actor("cato"), imported.given.done_at
    with pytest.raises(MoveRefused):
        cost_imports.undo_import(
            actor, cost_import=imported.given, on=today(), at=done + dt.timedelta(days=7)
        )
    in_time = done + dt.timedelta(days=7) - dt.timedelta(seconds=1)
    cost_imports.undo_import(actor, cost_import=imported.given, on=today(), at=in_time)


@pytest.mark.parametrize(
    ("name", "problem"), [("hans", NotVisible), ("bas", MoveNotAllowed), ("anna", MoveNotAllowed)]
)
def test_only_the_own_manager_takes_it_back(imported, name, problem):
    with pytest.raises(problem):
        cost_imports.undo_import(
            imported.actor(name), cost_import=imported.given, on=today(), at=timezone.now()
        )


def test_a_line_is_taken_back_once(imported):
    line = CostLine.objects.filter(external__isnull=False).first()
    fields = {"budget": line.budget, "on": line.on, "cents": -line.cents, "reverses": line}
    CostLineFactory(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLineFactory(**fields)


# --- What is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"datum": "31-02-2026"},
        {"datum": "01-01-2099"},
        {"verwijzer": "07"},
        {"product": "39"},
        {"bedrag": "veel"},
        {"bedrag": "0"},
        {"gemeente": "Nergens"},
        {"kenmerk": ""},
        {"datum": "01-01-2019"},
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_booked(money, cato, changes):
    page = handed_in(cato, row(money, kenmerk="R-0"), row(money, **changes))
    assert [one["line"] for one in page.context["refused"]] == [3]
    book(cato, page)
    assert not CostLine.objects.exists()


def test_a_file_without_amounts_is_refused_as_a_whole(money, cato):
    page = upload(cato, "datum;gemeente\n01-01-2026;Oosterveld")
    assert page.status_code == 422
    assert "bedrag" in str(page.context["form"].errors)
    assert not CostImport.objects.exists()


def test_the_command_reads_the_same_file(money, tmp_path, capsys):
    file = tmp_path / "kosten.csv"
    file.write_text("\n".join([HEAD, row(money)]), encoding="utf-8")
    say = {"provider": money.a.provider.name, "json": True}
    before = CostLine.objects.count()
    call_command("import_costs", str(file), dry_run=True, **say)
    assert CostLine.objects.count() == before
    call_command("import_costs", str(file), **say)
    call_command("import_costs", str(file), **say)
    trial, first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (trial["new"], first["new"], first["cents"], first["unmatched"]) == (1, 1, 174_050, 1)
    assert (second["new"], second["unchanged"]) == (0, 1)
    file.write_text("\n".join([HEAD, row(money, bedrag="x")]), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_costs", str(file), **say)
    with pytest.raises(CommandError):
        call_command("import_costs", str(file), provider="Niemand")
