"""A small process of its own, so that the engine is tested apart from any real one."""

import pytest
from django.db import connection, models

from oja.core.models import BaseModel, TransitionEvent
from oja.core.workflow import WORKFLOWS, Refusal, Transition, Workflow, guard


class TaskQuerySet(models.QuerySet):
    def visible_to(self, actor, may="read"):
        names = actor.changes if may == "change" else actor.reads
        return self.filter(team__in=names)


class Task(BaseModel):
    """A row with everything that the engine treats in its own way."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        BUSY = "busy", "Busy"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    team = models.CharField(max_length=10, default="a")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    text = models.TextField(blank=True)
    weight = models.PositiveIntegerField(default=0)
    finished_on = models.DateField(null=True)
    finished_by = models.ForeignKey(
        "access.User", models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    is_ready = models.BooleanField(default=True)
    is_heavy = models.GeneratedField(
        expression=models.Q(weight__gt=10), output_field=models.BooleanField(), db_persist=True
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        app_label = "engine"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weight__lte=100),
                name="task_weight_at_most_100",
                violation_error_message="A task weighs 100 at most.",
            )
        ]

    def get_absolute_url(self):
        return f"/tasks/{self.pk}/"


class TaskEvent(TransitionEvent):
    task = models.ForeignKey(Task, models.CASCADE)
    team = models.CharField(max_length=10)
    is_heavy = models.BooleanField()

    objects = TaskQuerySet.as_manager()

    class Meta:
        app_label = "engine"


class PlainEvent(TransitionEvent):
    """An event that copies nothing of its row."""

    task = models.ForeignKey(Task, models.CASCADE)

    objects = TaskQuerySet.as_manager()

    class Meta:
        app_label = "engine"


class Actor:
    """As much of an actor as the engine knows."""

    def __init__(self, label="Anna", reads=("a",), changes=("a",), permissions=("work", "drop")):
        self.label, self.reads, self.changes = label, reads, changes
        self.permissions, self.user_id = permissions, None

    def may(self, permission):
        return permission in self.permissions


@guard("It is ready")
def is_ready(row, move):
    is_ready.calls += 1
    if not row.is_ready:
        return Refusal("It is not ready", who="Bas", since=move.on, url="/x/", url_label="Do it")
    return None


is_ready.calls = 0


@guard("Somebody may drop it")
def may_drop(row, move):
    return Refusal("Fem keeps it") if row.text == "keep" else None


S = Task.State
TRANSITIONS = (
    Transition("start", "Start", (S.OPEN,), S.BUSY, "work", guards=(is_ready,), locks=("team",)),
    Transition(
        "finish",
        "Finish",
        (S.OPEN, S.BUSY),
        S.DONE,
        "work",
        sets=("text", "weight", "helper", "note", "finished_on"),
        guards=(is_ready, may_drop),
        stamps=("finished", "unknown"),
    ),
    Transition("drop", "Drop", (S.OPEN,), S.DROPPED, "drop", guards=(may_drop,), kind="danger"),
    Transition("reopen", "Reopen", (S.DONE,), S.OPEN, "secret"),
)


@pytest.fixture
def workflow():
    made = Workflow("engine", Task, "state", TaskEvent, TRANSITIONS)
    yield made
    del WORKFLOWS["engine"]


@pytest.fixture
def tables(db):
    """The two tables; PostgreSQL takes them away with the transaction of the test."""
    with connection.schema_editor() as editor:
        editor.create_model(Task)
        editor.create_model(TaskEvent)
        editor.create_model(PlainEvent)


@pytest.fixture
def anna():
    return Actor()


@pytest.fixture
def task(tables):
    return Task.objects.create()
