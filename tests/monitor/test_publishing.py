"""Freezing and publishing: who may, when, what is stored, and that it never changes."""

import datetime as dt
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, transaction

from monitor import relations
from monitor.actions import (
    NotNow,
    freeze_snapshot,
    publish,
    published_entries,
    publishing,
    statements,
)
from monitor.disclosure import Exact, Kind
from monitor.exact import layout_of
from monitor.gate import Leak
from monitor.indicators import indicators
from monitor.models import Figure, Snapshot, SnapshotIndicator
from monitor.tables import Settled
from oja.access.actor import Actor, become
from providers.models import Arrangement
from tests.monitor.world import TODAY

OCTOBER, NOVEMBER = dt.date(2026, 10, 15), dt.date(2026, 11, 1)
JULY = dt.date(2026, 7, 1)


@pytest.fixture
def system(world):
    with become(Actor.system("test")) as actor:
        yield actor


@pytest.fixture
def arrangement(world):
    return Arrangement.objects.get()


def freeze(system, arrangement, on=NOVEMBER, today=TODAY):
    return freeze_snapshot(
        system, arrangement=arrangement, reference_date=on, reason="test", on=today
    )


def test_what_is_stored_may_be_shown(system, arrangement):
    snapshot = freeze(system, arrangement)
    assert snapshot.state == "draft"
    figures = Figure.objects.filter(snapshot=snapshot)
    offered = {one.slug for one in indicators() if one.published}
    assert set(figures.values_list("slug", flat=True)) == offered
    assert {one.slug for one in SnapshotIndicator.objects.filter(snapshot=snapshot)} == offered
    for one in figures:
        if one.unit == "count" and one.value is not None:
            assert one.value % 5 == 0
            assert one.value >= 10  # too few pupils here for the exception of large totals
        if one.unit == "percent" and one.value is not None and one.denominator is not None:
            assert one.value == one.value.to_integral_value()
        assert one.status == "shown" or one.value is None


def test_every_part_stands_in_every_place_also_when_it_is_nought(system, arrangement):
    snapshot = freeze(system, arrangement)
    parts = {}
    for one in Figure.objects.filter(snapshot=snapshot):
        parts.setdefault(one.slug, {}).setdefault(one.where_label, set()).add(one.part)
    for slug, places in parts.items():
        assert len({frozenset(found) for found in places.values()}) == 1, slug


def test_a_part_that_misses_somewhere_is_refused():
    cells = [
        Exact("f", "a", (), Kind.COUNT, 1),
        Exact("f", "b", (), Kind.COUNT, 1),
        Exact("f", "a", (("site", "x"),), Kind.COUNT, 1),
    ]
    with pytest.raises(ValueError, match="misses"):
        publishing._no_part_is_missing(cells)


def test_figures_that_are_compared_with_each_other_exist(system, arrangement):
    freeze(system, arrangement)
    known = set(Figure.objects.values_list("slug", "part"))
    named = {pair for link in relations.SAME for pair, _factor in link}
    named |= {pair for pairs in relations.AT_MOST for pair in pairs}
    assert named - known == set()


def test_a_measure_that_nobody_described_is_not_published():
    class Strange:
        measure, numbers = object(), {}
        indicator = type("I", (), {"measure": object()})

    with pytest.raises(NotImplementedError):
        layout_of(Strange())


def test_nobody_reads_it_before_it_is_published(system, arrangement, world):
    snapshot = freeze(system, arrangement)
    anna = Actor.for_user(world.users["anna"])

    def seen():
        with become(anna):
            return [model.objects.count() for model in (Snapshot, SnapshotIndicator, Figure)]

    assert seen() == [0, 0, 0]
    publish(system, snapshot=snapshot)
    assert all(seen())
    with become(Actor.for_user(world.users["bas"])):
        assert not Snapshot.objects.exists()


@pytest.mark.parametrize("model", [Snapshot, SnapshotIndicator, Figure])
def test_what_was_published_never_changes(system, arrangement, model):
    snapshot = publish(system, snapshot=freeze(system, arrangement))
    one = model.objects.first()
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        model.objects.filter(pk=one.pk).update(created_at=one.created_at)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        model.objects.filter(pk=one.pk)._raw_delete("default")
    if model is not Snapshot:
        one.pk = None
        with pytest.raises(DatabaseError), transaction.atomic():
            one.save(force_insert=True)
    assert publish(system, snapshot=snapshot) == snapshot


def test_a_figure_is_not_added_as_published(system, arrangement):
    snapshot = freeze(system, arrangement)
    one = Figure.objects.filter(snapshot=snapshot).first()
    one.pk, one.part, one.published_arrangement_id = None, "planted", arrangement.pk
    with pytest.raises(DatabaseError), transaction.atomic():
        one.save(force_insert=True)


def test_a_person_cannot_freeze_or_publish(system, arrangement, world):
    cato = Actor.for_user(world.users["cato"])
    with pytest.raises(PermissionDenied):
        freeze(cato, arrangement)
    with pytest.raises(PermissionDenied):
        publish(cato, snapshot=freeze(system, arrangement))


def test_once_a_month_and_never_back_in_time(system, arrangement):
    publish(system, snapshot=freeze(system, arrangement))
    for day in (NOVEMBER + dt.timedelta(days=9), OCTOBER, TODAY + dt.timedelta(days=1)):
        with pytest.raises(NotNow):
            freeze(system, arrangement, day)
    with pytest.raises(NotNow):
        freeze(system, arrangement, dt.date(2020, 1, 1))


def test_two_dimensions_are_crossed_once_a_quarter(system, arrangement):
    def crossings(day):
        made = publish(system, snapshot=freeze(system, arrangement, day))
        return made.has_crossings, made.previous

    july, none = crossings(JULY)
    assert july
    assert none is None
    assert crossings(dt.date(2026, 8, 1))[0] is False
    october, previous = crossings(OCTOBER)
    assert october
    assert previous.reference_date == dt.date(2026, 8, 1)
    assert crossings(NOVEMBER)[0] is False
    last = Snapshot.objects.order_by("-reference_date").first()
    crossed = Figure.objects.filter(snapshot=last, slug="hours-by-form", part="groep")
    assert {one.status for one in crossed.exclude(where={})} == {"not_offered"}


@pytest.fixture
def a_leak(monkeypatch):
    def settle(publication):
        return Settled((), frozenset(), (Leak("Tafel van één kind", ()),), 1, 2)

    monkeypatch.setattr(publishing, "settle", settle)


def test_a_snapshot_with_a_leak_is_stopped_and_names_the_table(system, arrangement, a_leak):
    snapshot = freeze(system, arrangement)
    assert snapshot.state == "blocked"
    assert not Figure.objects.exists()
    with pytest.raises(NotNow, match="Tafel van één kind"):
        publish(system, snapshot=snapshot)


def test_the_command_publishes_and_tells(world, capsys):
    call_command("freeze_snapshot", on=NOVEMBER)
    assert "OJA Oosterveld" in capsys.readouterr().out
    assert Snapshot.objects.get().state == "published"
    with pytest.raises(SystemExit) as ended:
        call_command("freeze_snapshot", on=NOVEMBER, arrangement="OJA Oosterveld")
    assert ended.value.code == 2


def test_the_command_says_that_nothing_was_published(world, a_leak, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("freeze_snapshot", on=NOVEMBER)
    assert ended.value.code == 2
    assert "Tafel van één kind" in capsys.readouterr().err


def test_statements_hold_every_published_cell_as_it_is_shown(system, arrangement, tmp_path):
    freeze(system, arrangement)
    assert list(statements(system)) == []
    snapshot = publish(system, snapshot=Snapshot.objects.get())
    found = list(statements(system))
    assert len(found) == Figure.objects.filter(snapshot=snapshot).count()
    assert {frozenset(one) for one in found} == {frozenset(("snapshot", "slug", "where", "value"))}
    assert all(one["snapshot"] == "2026-11-01 OJA Oosterveld" for one in found)
    assert {frozenset(set(one["where"]) - {"part"}) for one in found} == {
        frozenset(),
        frozenset({"provider"}),
        frozenset({"site"}),
    }
    values = {str(one["value"]) for one in found if not isinstance(one["value"], int | float)}
    assert values <= {"None", "<10", "te klein", "0–2", "<5%", ">95%"}
    file = tmp_path / "statements.jsonl"
    call_command("statements", file=str(file), json=str(file))
    assert [json.loads(line) for line in file.read_text().splitlines()] == found


def test_the_newest_figures_of_each_arrangement_for_a_program(system, arrangement):
    assert published_entries(system) == []
    for day in (OCTOBER, NOVEMBER):
        publish(system, snapshot=freeze(system, arrangement, day))
    found = published_entries(system)
    assert {one["reference_date"] for one in found} == {"2026-11-01"}
    keys = {"slug", "version", "part", "value", "numerator", "denominator", "status"}
    assert all(keys <= one.keys() for one in found)
