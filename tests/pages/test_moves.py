"""One page for every move: its form, its refusals, and who was first."""

import datetime as dt
import uuid

import pytest
from django import forms
from django.db import connection, models
from django.urls import include, path
from django.utils import timezone

from oja.access import rowsecurity
from oja.access.actor import Actor
from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission, Role
from oja.access.scoping import CHANGE, CREATE, READ, Rule, ScopedModel
from oja.core.models import BaseModel, TransitionEvent
from oja.core.workflow import MOVE_FORMS, WORKFLOWS, Refusal, Transition, Workflow, guard
from oja.pages.forms import MoveForm
from oja.pages.models import Draft
from oja.pages.moves import move_form, move_page
from tests.pages.small_pages import anna, colleague, hidden, small

__all__ = ["anna", "small"]


class Job(BaseModel, ScopedModel):
    site = models.UUIDField()
    state = models.CharField(
        max_length=10, default="open", choices=[("open", "Open"), ("done", "Gedaan")]
    )
    text = models.CharField(max_length=50, blank=True)
    is_ready = models.BooleanField(default=True)

    class Meta:
        app_label = "jobs"

    class Scope:
        rules = (
            Rule(Role.SCHOOL_COORDINATOR, "site", "sites", may=(READ, CREATE, CHANGE)),
            Rule(Role.CARE_WORKER, "site", "providers"),
        )
        own = {"site": "of the test"}
        logs_reads = False

    def get_absolute_url(self):
        return f"/werk/{self.pk}/"


class JobEvent(TransitionEvent, ScopedModel):
    job = models.ForeignKey(Job, models.CASCADE)
    site = models.UUIDField()

    class Meta:
        app_label = "jobs"

    class Scope:
        rules = (Rule(Role.SCHOOL_COORDINATOR, "site", "sites", may=(READ, CREATE)),)
        own = {"site": "of the test"}
        logs_reads = False


@guard("Het werk is klaar om te doen")
def is_ready(row, move):
    if row.is_ready:
        return None
    return Refusal("Het werk is nog niet klaar", who="Bas", url="/hier/", url_label="Maak klaar")


JOBS = Workflow(
    "jobs",
    Job,
    "state",
    JobEvent,
    (
        Transition(
            "finish",
            "Afronden",
            ("open",),
            "done",
            Permission.PUPIL_CHANGE,
            sets=("text",),
            guards=(is_ready,),
            done="Het werk is af",
        ),
        Transition("reopen", "Heropenen", ("done",), "open", Permission.PUPIL_VIEW, kind="danger"),
        Transition("secret", "Geheim", ("open",), "done", Permission.ACCOUNTS_CHANGE),
    ),
)
del WORKFLOWS["jobs"]  # the start-up checks of the house do not know these tables


@move_form("jobs", "finish")
class FinishForm(MoveForm):
    text = forms.CharField(label="Toelichting", max_length=50)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = f"{self.row.state} · {self.actor.label}"


FINISH_FORM = MOVE_FORMS.pop(("jobs", "finish"))


@needs(Permission.PUPIL_VIEW)
def job_move(request, pk, move):
    row = get_visible_or_404(request, Job, pk)
    return move_page(request, JOBS, row, move, success_url=lambda row: f"/werk/{row.pk}/?klaar")


urlpatterns = [
    path("", include("oja.pages.urls")),
    path("", include("oja.access.urls")),
    path("werk/<uuid:pk>/<slug:move>/", job_move, name="job-move"),
]


@pytest.fixture
def tables(small, settings, monkeypatch):
    """Two guarded tables; PostgreSQL takes them away with the transaction of the test."""
    settings.ROOT_URLCONF = __name__
    monkeypatch.setitem(MOVE_FORMS, ("jobs", "finish"), FINISH_FORM)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE oja_owner")
    for model in (Job, JobEvent):
        with connection.schema_editor() as editor:
            editor.create_model(model)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(rowsecurity.policies(rowsecurity.policy_of_scope(model)))
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.fixture
def job(tables, small):
    return Job.objects.create(site=small.pk)


@pytest.fixture
def desk(client, anna):
    client.force_login(anna)
    return client


def url(job, move="finish"):
    return f"/werk/{job.pk}/{move}/"


def text(response):
    return response.content.decode()


def test_it_shows_the_form_of_the_move(desk, job):
    page = desk.get(url(job))
    assert page.status_code == 200
    assert "Toelichting" in text(page)
    assert "open · Anna" in text(page)
    assert "Afronden" in text(page)


def test_it_makes_the_move_and_says_so(desk, job):
    response = desk.post(url(job), hidden(desk.get(url(job))) | {"text": "goed"})
    assert response.url == f"/werk/{job.pk}/?klaar"
    job.refresh_from_db()
    assert (job.state, job.text) == ("done", "goed")
    (event,) = JobEvent.objects.all()
    assert (event.move, event.actor_label) == ("finish", "Anna")
    assert "Het werk is af" in text(desk.get("/"))


def test_a_move_without_a_form_asks_for_one_click(desk, job):
    Job.objects.update(state="done")
    page = desk.get(url(job, "reopen"))
    assert "Heropenen" in text(page)
    assert desk.post(url(job, "reopen"), hidden(page)).status_code == 302


def test_an_incomplete_form_keeps_the_text(desk, job):
    page = desk.post(url(job), {"text": "x" * 60})
    assert page.status_code == 200
    assert "Fout:" in text(page)
    assert Draft.objects.get().form == f"jobs-finish.{job.pk}"


def test_a_guard_is_told_before_and_after(desk, job):
    Job.objects.update(is_ready=False)
    page = desk.get(url(job))
    assert page.status_code == 409
    assert "Het werk is nog niet klaar" in text(page)
    assert 'href="/hier/"' in text(page)
    page = desk.post(url(job), {"text": "toch"})
    assert page.status_code == 409
    assert "als concept bewaard" in text(page)
    job.refresh_from_db()
    assert job.state == "open"
    assert Draft.objects.get().data["text"] == ["toch"]


def test_a_wrong_state_is_told(desk, job):
    Job.objects.update(state="done")
    page = desk.get(url(job))
    assert page.status_code == 409
    assert "hoort niet bij de stand ‘Gedaan’" in text(page)


def test_the_second_of_two_deciders_is_told_who_was_first(desk, job, small, client):
    mine = hidden(desk.get(url(job))) | {"text": "mijn besluit"}
    Wies = Actor.for_user(colleague(small, "Wies"))
    JOBS.perform(Job.objects.get(), "finish", Wies, text="haar besluit")
    page = desk.post(url(job), mine)
    assert page.status_code == 409
    assert "Wies was je net voor: de stand is nu ‘Gedaan’." in text(page)
    job.refresh_from_db()
    assert job.text == "haar besluit"
    assert JobEvent.objects.count() == 1


def test_a_second_click_gets_the_result_of_the_first(desk, job):
    data = hidden(desk.get(url(job))) | {"text": "goed"}
    assert desk.post(url(job), data).url == desk.post(url(job), data).url
    assert JobEvent.objects.count() == 1


def test_who_may_not_make_the_move_gets_the_reason(desk, job):
    page = desk.get(url(job, "secret"))
    assert page.status_code == 403
    assert "Met jouw rol" in text(page)
    assert desk.post(url(job, "secret")).status_code == 403


def test_who_may_only_read_is_told_so(tables, client):
    from oja.access.models import Membership, Organisation, User

    provider = Organisation.objects.create(kind="provider", name="Vlechtwerk")
    bas = User.objects.create_user("bas@example.nl", "geheim-genoeg", "Bas")
    Membership.objects.create(
        user=bas, role=Role.CARE_WORKER, organisation=provider, valid_from=dt.date(2020, 1, 1)
    )
    job = Job.objects.create(site=provider.pk, state="done")
    client.force_login(bas)
    assert client.get(url(job, "reopen")).status_code == 403
    assert client.post(url(job, "reopen")).status_code == 403
    job.refresh_from_db()
    assert job.state == "done"


def test_a_stranger_and_an_unknown_move_do_not_exist(desk, tables, job):
    foreign = Job.objects.create(site=uuid.uuid4())
    assert desk.get(url(foreign)).status_code == 404
    assert desk.post(url(foreign)).status_code == 404
    assert desk.get(url(job, "vlieg")).status_code == 404


def test_a_move_that_appears_in_between_asks_to_look_again(desk, job):
    data = hidden(desk.get(url(job))) | {"text": "goed"}
    Job.objects.filter(pk=job.pk).update(updated_at=timezone.now())
    page = desk.post(url(job), data)
    assert page.status_code == 409
    assert "gewijzigd terwijl je keek" in text(page)
    page = desk.get(url(job))
    assert page.context["form"]["text"].value() == "goed"
    assert desk.post(url(job), hidden(page) | {"text": "goed"}).status_code == 302
