"""The engine of all processes, on a small one of its own."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.http import Http404

from oja.core import workflow as engine
from oja.core.checks import check_workflows, problems_of
from oja.core.move_values import as_json
from oja.core.workflow import (
    MOVE_FORMS,
    MoveNotAllowed,
    MoveRefused,
    NotVisible,
    StateChanged,
    Transition,
    Workflow,
    hold,
    move_form,
)
from tests.core.conftest import TRANSITIONS, Actor, PlainEvent, Task, TaskEvent, is_ready

ON = dt.date(2026, 11, 17)


def test_it_makes_a_move_and_leaves_an_event(workflow, task, anna):
    anna.user_id = uuid.uuid4()
    moved = workflow.perform(task, "finish", anna, on=ON, text="long story", weight=11, note="ok")
    stored = Task.objects.get()
    assert (stored.state, stored.text, stored.weight) == ("done", "long story", 11)
    assert (stored.finished_on, stored.finished_by_id) == (ON, anna.user_id)
    assert moved.pk == task.pk
    event = TaskEvent.objects.get()
    assert (event.move, event.from_state, event.to_state) == ("finish", "open", "done")
    assert (event.on, event.actor_id, event.actor_label) == (ON, anna.user_id, "Anna")
    assert (event.note, event.team) == ("ok", "a")
    assert str(event) == "finish: open → done"


def test_an_event_holds_no_free_text_and_nothing_that_is_no_field(workflow, task, anna):
    data = {"text": "secret", "weight": 3, "helper": "Bas", "finished_on": ON}
    workflow.perform(task, "finish", anna, **data)
    assert TaskEvent.objects.get().data == {"weight": 3, "finished_on": "2026-11-17"}


def test_an_event_copies_what_the_database_generates(workflow, task, anna):
    workflow.perform(task, "finish", anna, weight=11)
    assert TaskEvent.objects.get().is_heavy is True


def test_an_event_need_not_copy_anything(task, anna):
    plain = Workflow("plain", Task, "state", PlainEvent, TRANSITIONS)
    del engine.WORKFLOWS["plain"]
    plain.perform(task, "start", anna)
    assert PlainEvent.objects.get().to_state == "busy"


def test_a_day_from_the_form_wins_over_the_day_of_the_move(workflow, task, anna):
    moved = workflow.perform(task, "finish", anna, on=ON, finished_on=dt.date(2026, 1, 1))
    assert moved.finished_on == dt.date(2026, 1, 1)


def test_it_gives_the_row_a_new_version(workflow, task, anna):
    moved = workflow.perform(task, "start", anna)
    assert moved.updated_at > task.updated_at
    assert Task.objects.get().version == moved.version


def test_it_refuses_without_the_permission(workflow, task):
    with pytest.raises(MoveNotAllowed, match="Drop") as refused:
        workflow.perform(task, "drop", Actor(permissions=("work",)))
    assert isinstance(refused.value, PermissionDenied)
    with pytest.raises(MoveNotAllowed):
        workflow.perform_many([task], "drop", Actor(permissions=()))


def test_a_row_of_others_does_not_exist(workflow, task):
    stranger = Actor(reads=("b",), changes=("b",))
    with pytest.raises(NotVisible) as refused:
        workflow.perform(task, "start", stranger)
    assert isinstance(refused.value, Http404)


def test_a_row_that_may_only_be_read_stays_as_it_is(workflow, task):
    with pytest.raises(MoveNotAllowed):
        workflow.perform(task, "start", Actor(changes=()))
    assert Task.objects.get().state == "open"


def test_it_refuses_a_wrong_state_with_a_sentence_and_a_link(workflow, task, anna):
    task.state = "dropped"
    task.save()
    with pytest.raises(MoveRefused, match="Start") as refused:
        workflow.perform(task, "start", anna)
    assert not isinstance(refused.value, StateChanged)
    assert refused.value.refusals[0].url == f"/tasks/{task.pk}/"


def test_a_lost_race_names_who_was_first(workflow, task, anna):
    workflow.perform(Task.objects.get(), "drop", Actor(label="Cato"))
    with pytest.raises(StateChanged, match=r"Cato .*Dropped"):
        workflow.perform(task, "start", anna)


def test_a_lost_race_without_event_is_said_in_general(workflow, task, anna):
    Task.objects.update(state="done")
    with pytest.raises(StateChanged) as refused:
        workflow.perform(task, "start", anna)
    assert "Cato" not in str(refused.value)


def test_a_stale_version_is_refused_although_the_state_fits(workflow, task, anna):
    old = task.version
    task.save()
    with pytest.raises(StateChanged):
        workflow.perform(task, "start", anna, version=old)
    assert workflow.perform(task, "start", anna, version=task.version).state == "busy"


@pytest.mark.parametrize("version", ["", "yesterday", 3])
def test_a_damaged_version_counts_as_stale(workflow, task, anna, version):
    with pytest.raises(StateChanged):
        workflow.perform(task, "start", anna, version=version)


def test_a_version_may_be_a_moment(workflow, task, anna):
    assert workflow.perform(task, "start", anna, version=task.updated_at).state == "busy"


def test_it_refuses_with_every_guard_that_is_not_met(workflow, task, anna):
    Task.objects.update(is_ready=False, text="keep")
    with pytest.raises(MoveRefused) as refused:
        workflow.perform(task, "finish", anna, on=ON)
    first, second = refused.value.refusals
    assert (first.sentence, first.who, first.since) == ("It is not ready", "Bas", ON)
    assert second.sentence == "Fem keeps it"
    assert str(refused.value) == "It is not ready Fem keeps it"
    assert not TaskEvent.objects.exists()


def test_it_takes_the_locks_before_the_guards(workflow, task, anna, django_assert_num_queries):
    with django_assert_num_queries(9) as seen:
        workflow.perform(task, "start", anna)
    statements = [query["sql"] for query in seen.captured_queries]
    (lock,) = [number for number, sql in enumerate(statements) if "advisory" in sql]
    (row,) = [number for number, sql in enumerate(statements) if "NO KEY UPDATE OF" in sql]
    assert row < lock < next(n for n, sql in enumerate(statements) if sql.startswith("UPDATE"))


def test_it_validates_what_was_set(workflow, task, anna):
    with pytest.raises(ValidationError) as refused:
        workflow.perform(task, "finish", anna, weight=-1)
    assert "weight" in refused.value.error_dict
    with pytest.raises(ValidationError, match="100 at most"):
        workflow.perform(task, "finish", anna, weight=101)
    assert Task.objects.get().state == "open"


def test_what_the_database_refuses_becomes_a_sentence(workflow, task, anna, monkeypatch):
    monkeypatch.setattr(Task, "validate_constraints", lambda self, exclude: None)
    with pytest.raises(MoveRefused, match="past niet bij"):
        workflow.perform(task, "finish", anna, weight=101)
    assert Task.objects.get().state == "open"


def test_it_knows_only_the_data_that_the_table_names(workflow, task, anna):
    with pytest.raises(TypeError, match="colour"):
        workflow.perform(task, "finish", anna, colour="red")
    with pytest.raises(KeyError):
        workflow.perform(task, "fly", anna)


def test_effects_run_inside_the_transaction(workflow, task, anna):
    @workflow.effect("finish")
    def complain(row, move):
        assert row.state == "done"
        assert move.data["helper"] == "Bas"
        raise IntegrityError("no")

    with pytest.raises(IntegrityError):
        workflow.perform(task, "finish", anna, helper="Bas")
    assert Task.objects.get().state == "open"
    assert not TaskEvent.objects.exists()


def test_the_moment_of_a_past_day_is_noon(workflow, task, anna):
    workflow.perform(task, "start", anna, on=dt.date(2026, 1, 5))
    assert TaskEvent.objects.get().at == dt.datetime(2026, 1, 5, 11, tzinfo=dt.UTC)


def test_the_day_of_a_moment_is_that_of_amsterdam(workflow, task, anna):
    workflow.perform(task, "start", anna, at=dt.datetime(2026, 1, 5, 23, 30, tzinfo=dt.UTC))
    assert TaskEvent.objects.get().on == dt.date(2026, 1, 6)


# What a page asks


def test_it_tells_what_is_possible_and_what_is_missing(workflow, task, anna):
    Task.objects.update(is_ready=False)
    task.refresh_from_db()
    start, finish, drop = workflow.available(task, anna, on=ON)
    assert [move.transition.name for move in (start, finish, drop)] == ["start", "finish", "drop"]
    assert not start.allowed
    assert (finish.met, [refusal.since for refusal in finish.refusals]) == (
        ["Somebody may drop it"],
        [ON],
    )
    assert drop.allowed


def test_it_asks_a_shared_guard_once_and_the_database_once(
    workflow, task, anna, django_assert_num_queries
):
    is_ready.calls = 0
    with django_assert_num_queries(1):
        workflow.available(task, anna)
    assert is_ready.calls == 1
    with django_assert_num_queries(0):
        assert workflow.available(task, anna, may_change=True)


def test_it_offers_nothing_that_cannot_apply(workflow, task, anna):
    assert workflow.available(task, Actor(permissions=())) == []
    assert workflow.available(task, Actor(changes=())) == []
    task.state = "done"
    assert workflow.available(task, anna) == []


# Many at once


def test_it_moves_many_with_few_statements(workflow, tables, anna, django_assert_max_num_queries):
    tasks = [Task.objects.create(text=str(number)) for number in range(30)]
    with django_assert_max_num_queries(10):
        moved = workflow.perform_many(
            tasks,
            "finish",
            anna,
            on_of=lambda row: ON + dt.timedelta(days=int(row.text)),
            at_of=lambda row: dt.datetime(2026, 12, 31, tzinfo=dt.UTC),
            data_of=lambda row: {"weight": int(row.text)},
        )
    assert [row.pk for row in moved] == [row.pk for row in tasks]
    assert sorted(Task.objects.values_list("weight", flat=True)) == list(range(30))
    assert set(Task.objects.values_list("state", flat=True)) == {"done"}
    event = TaskEvent.objects.get(task=tasks[11])
    assert (event.on, event.is_heavy, event.data) == (dt.date(2026, 11, 28), True, {"weight": 11})


def test_many_or_none(workflow, tables, anna):
    tasks = [Task.objects.create(), Task.objects.create(text="keep"), Task.objects.create()]
    with pytest.raises(MoveRefused, match="Fem keeps it"):
        workflow.perform_many(tasks, "drop", anna)
    assert set(Task.objects.values_list("state", flat=True)) == {"open"}


def test_many_are_seen_and_changed_like_one(workflow, tables):
    mine, other = Task.objects.create(), Task.objects.create(team="b")
    with pytest.raises(NotVisible):
        workflow.perform_many([mine, other], "drop", Actor())
    with pytest.raises(MoveNotAllowed):
        workflow.perform_many([mine, other], "drop", Actor(reads=("a", "b")))


def test_many_have_effects_one_by_one_or_together(workflow, tables, anna):
    tasks = [Task.objects.create() for _number in range(3)]
    seen = []
    workflow.effect("start")(lambda row, move: seen.append(row.pk))
    workflow.perform_many(tasks, "start", anna)
    assert seen == [row.pk for row in tasks]
    workflow.effect_many("start")(lambda steps: seen.append(len(steps)))
    Task.objects.update(state="open")
    fresh = list(Task.objects.all())
    workflow.perform_many(fresh, "start", anna)
    assert seen[3:] == [3]


def test_none_is_many_enough(workflow, tables, anna):
    assert workflow.perform_many([], "start", anna) == []


def test_many_assert_the_number_of_rows(workflow, task, anna, monkeypatch):
    monkeypatch.setattr(type(Task.objects.all()), "bulk_update", lambda *args, **kwargs: 0)
    with pytest.raises(MoveNotAllowed):
        workflow.perform_many([task], "start", anna)


# The table


def test_it_draws_the_table(workflow):
    assert workflow.as_mermaid() == (
        "stateDiagram-v2\n"
        "    open: Open\n    busy: Busy\n    done: Done\n    dropped: Dropped\n"
        "    [*] --> open\n"
        "    open --> busy: start\n    open --> done: finish\n    busy --> done: finish\n"
        "    open --> dropped: drop\n    done --> open: reopen\n"
        "    dropped --> [*]\n"
    )


def test_it_names_states_in_words(workflow):
    assert workflow.state_label("busy") == "Busy"
    assert workflow.state_label("gone") == "gone"


def test_two_moves_cannot_have_one_name():
    with pytest.raises(ValueError, match="one name"):
        Workflow("twice", Task, "state", TaskEvent, TRANSITIONS[:1] * 2)


def test_it_finds_the_key_from_event_to_row():
    with pytest.raises(ValueError, match="which key"):
        Workflow("lost", TaskEvent, "to_state", TaskEvent, ())
    made = Workflow("told", Task, "state", TaskEvent, (), event_link="task")
    del engine.WORKFLOWS["told"]
    assert made.event_link == "task"


def test_the_tables_in_use_are_complete():
    assert check_workflows(None) == []


def test_a_table_with_faults_is_found_at_the_start(workflow):
    found = {problem.id for problem in problems_of(workflow)}
    assert found == {"core.W002"}  # finish sets fields and has no form
    wrong = Transition("bad", " ", ("nowhere",), "open", "work", sets=("text",))
    faulty = Workflow("faulty", Task, "state", TaskEvent, (wrong,))

    @move_form("faulty", "bad")
    class Form:
        base_fields = {"weight": None}

    found = {problem.id for problem in problems_of(faulty)}
    del engine.WORKFLOWS["faulty"], MOVE_FORMS["faulty", "bad"]
    assert found == {"core.W001", "core.W003", "core.W004"}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.time(9, 5), "09:05:00"),
        ([1, dt.date(2026, 1, 2)], [1, "2026-01-02"]),
        (None, None),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_values_of_an_event_fit_in_json(value, plain):
    assert as_json(value) == plain


def test_a_row_in_an_event_is_its_key(task):
    assert as_json(task) == str(task.pk)


def test_a_fact_is_held_until_the_end_of_the_transaction(db):
    hold("pupil_id", "x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        assert cursor.fetchone()[0] >= 1
