"""Small pages over pupils, for the tests of lists, forms and drafts, and who uses them.

They are the shortest pages that the how-to describes, so what holds for them holds for every page.
"""

import datetime as dt
import threading

import django_filters
import pytest
from django import forms
from django.db import connection
from django.db.models import IntegerField, Value
from django.db.models.functions import Cast
from django.test import Client
from django.urls import include, path, reverse
from django.utils.functional import lazystr
from django.utils.html import format_html

from oja.access.actor import Actor
from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.models import Membership, Organisation, User
from oja.access.permissions import Permission, Role
from oja.pages.forms import PageForm, PageModelForm, form_page
from oja.pages.lists import Column, EmptyText, list_page
from schools import actions
from schools.models import Pupil, SchoolGroup, SchoolSite
from schools.models.pupil import Language

ON = dt.date(2026, 11, 17)


class PupilFilter(django_filters.FilterSet):
    group = django_filters.CharFilter(field_name="group_label", label="Groep")
    gender = django_filters.NumberFilter(label="Geslacht")
    born = django_filters.DateFilter(field_name="birth_date", label="Geboren")

    language = django_filters.ChoiceFilter(choices=Language.choices, label="Taal")
    numbered = django_filters.BooleanFilter(label="Met nummer", method="by_number")
    groups = django_filters.ModelMultipleChoiceFilter(
        field_name="group",
        label="Groepen",
        queryset=lambda request: SchoolGroup.objects.visible_to(request.actor),
    )
    cast = django_filters.CharFilter(method="by_cast", label="Getal")

    class Meta:
        model = Pupil
        fields = ()

    def by_number(self, rows, name, value):
        return rows.exclude(school_number="") if value else rows.filter(school_number="")

    def by_cast(self, rows, name, value):
        """A filter that leaves it to the database to read the value."""
        return rows.annotate(number=Cast(Value(value), IntegerField())).filter(number__gt=0)


COLUMNS = (
    Column("name", "Naam", "full_name", order="naam", card="name"),
    Column("born", "Geboren", "birth_date", "date", order="geboren"),
    Column("group", "Groep", "group_label"),
)


@needs(Permission.PUPIL_VIEW)
def pupils(request):
    return list_page(
        request,
        Pupil.objects.visible_to(request.actor),
        title="Leerlingen",
        columns=COLUMNS,
        orderings={"naam": ("sort_name",), "geboren": ("-birth_date",)},
        what="pupils",
        subject="pk",
        filterset=PupilFilter,
        search="sort_name",
        noun=("leerling", "leerlingen"),
        empty=EmptyText(lazystr("Nog geen leerlingen"), lazystr("Niets met deze filters")),
        row_url=lambda row: reverse("small-edit", args=[row.pk]),
    )


@needs(Permission.PUPIL_VIEW)
def plain(request):
    """The least that a list can be."""
    return list_page(
        request,
        SchoolGroup.objects.visible_to(request.actor),
        title="Groepen",
        columns=(
            Column("name", "Naam", "name", card="none"),
            Column("price", "Bedrag", lambda row: 174_050 if row.name == "7a" else None, "money"),
            Column("mark", "Merk", "name", cell=lambda row: format_html("<b>{}</b>", row.name)),
        ),
        orderings={"naam": ("name",)},
        what="groups",
        subject=None,
        for_page=lambda rows: [row for row in rows if row.name != "weg"],
        about={"Bron": "de test"},
    )


class PupilForm(PageModelForm):
    class Meta:
        model = Pupil
        fields = ("first_name", "last_name", "language", "prefix")


@needs(Permission.PUPIL_CHANGE)
def edit(request, pk):
    pupil = get_visible_or_404(request, Pupil, pk)

    def save(cleaned):
        for name, value in cleaned.items():
            setattr(pupil, name, value)
        pupil.save(update_fields=[*cleaned, "updated_at"])
        return pupil

    return form_page(
        request,
        PupilForm,
        save=save,
        title="Leerling wijzigen",
        success_url=reverse("small-list"),
        draft_key=f"small-edit.{pk}",
        submit_label="Opslaan",
        instance=pupil,
        done="Opgeslagen",
    )


class NoteForm(PageForm):
    title = forms.CharField(label="Titel", max_length=40)
    text = forms.CharField(label="Tekst", widget=forms.Textarea, required=False)
    phone = forms.CharField(
        label="Telefoon", required=False, widget=forms.TextInput({"type": "tel"})
    )
    password = forms.CharField(label="Wachtwoord", required=False, widget=forms.PasswordInput)


SAVED = []


@needs(Permission.PUPIL_CHANGE)
def note(request):
    def save(cleaned):
        if cleaned["title"] == "weiger":
            raise forms.ValidationError({"text": "Schrijf iets anders"})
        site = request.actor.organisations(Role.SCHOOL_COORDINATOR)[0]
        SAVED.append(cleaned)
        site = SchoolSite.objects.get(pk=site.pk)
        return actions.add_group(request.actor, site=site, name=cleaned["title"])

    return form_page(
        request,
        NoteForm,
        save=save,
        title="Notitie",
        success_url=lambda group: f"{reverse('small-list')}?groep={group.pk}",
        draft_key="small-note",
        submit_label="Bewaren",
        done=lambda group: f"{group.name} bewaard",
    )


urlpatterns = [
    path("", include("oja.pages.urls")),
    path("", include("oja.access.urls")),
    path("klein/", pupils, name="small-list"),
    path("klein/groepen/", plain, name="small-plain"),
    path("klein/notitie/", note, name="small-note"),
    path("klein/<uuid:pk>/", edit, name="small-edit"),
]


def colleague(site, name):
    """Another coordinator of the same school."""
    user = User.objects.create_user(f"{name.lower()}@example.nl", "geheim-genoeg", name)
    Membership.objects.create(
        user=user,
        role=Role.SCHOOL_COORDINATOR,
        organisation=Organisation.objects.get(pk=site.pk),
        valid_from=dt.date(2020, 1, 1),
    )
    return user


@pytest.fixture
def small(settings, db):
    """The small pages instead of the whole house, and a school with a coordinator."""
    settings.ROOT_URLCONF = "tests.pages.small_pages"
    SAVED.clear()
    system = Actor.system("test")
    town = actions.register_municipality(system, code="0153", name="Enschede")
    return actions.register_site(system, name="De Wissel", municipality=town)


@pytest.fixture
def anna(small):
    return colleague(small, "Anna")


@pytest.fixture
def desk(client, anna):
    """Anna's browser."""
    client.force_login(anna)
    return client


def add_pupils(site, number, **fields):
    """Pupils with names in order: Canary 0 Zomer, …"""
    system = Actor.system("test")
    return [
        actions.add_pupil(
            system,
            site=site,
            first_name=f"Canary {i}",
            last_name=f"Zomer {i:03d}",
            birth_date=dt.date(2014, 1, 1) + dt.timedelta(days=i),
            on=ON,
            **fields,
        )
        for i in range(number)
    ]


def hidden(response):
    """The hidden fields of the form on a page, as a browser would send them."""
    return dict(response.context["hidden_fields"])


def text(response):
    """What the page holds."""
    return response.content.decode()


def fill(response, **changes):
    """What a browser would post: the fields of the page, some of them changed."""
    form = response.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return hidden(response) | values | changes


def two_windows(user):
    """The same person, logged in twice."""
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
    return clients


def at_once(work, clients):
    """Run the same thing for every client in a thread of its own."""
    answers, barrier = [], threading.Barrier(len(clients))

    def run(client):
        barrier.wait(10)
        try:
            answers.append(work(client))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers
