"""Pages of the pupils: the list, the card, and the forms of its parts."""

from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core import periods
from oja.pages.forms import form_page
from oja.pages.lists import Column, EmptyText, list_page
from schools import actions, cards, forms
from schools.filters import PupilFilter
from schools.models import Enrolment, Guardian, Pupil, SchoolSite


@needs(Permission.PUPIL_VIEW)
def pupil_list(request):
    """The pupils that this person may see."""
    actor = request.actor
    sites = actor.ids("school_coordinator", "sites")
    columns = [
        Column("name", _("Pupil"), "full_name", order="name", card="name"),
        Column("group", _("Group"), "group_label", order="group", card="line"),
        Column("birth_date", _("Born"), "birth_date", kind="date", order="born", card="line"),
        Column("case_number", _("Case number"), "case_number", card="line"),
    ]
    if len(sites) != 1:
        columns.insert(2, Column("site", _("School"), "site__name", order="site", card="line"))
    buttons = []
    if actor.may(Permission.PUPIL_CHANGE) and sites:
        buttons.append((_("New pupil"), reverse("pupil-create"), "plus"))
        buttons.append((_("Read a list of pupils"), reverse("pupil-import"), "upload"))
    return list_page(
        request,
        Pupil.objects.visible_to(actor).for_list(),
        title=_("Pupils"),
        columns=columns,
        orderings={
            "name": ("sort_name",),
            "group": ("group_label", "sort_name"),
            "born": ("birth_date", "sort_name"),
            "site": ("site__name", "sort_name"),
        },
        what="pupils",
        subject="pk",
        filterset=PupilFilter,
        search=lambda rows, words: rows.search(words),
        noun=(_("pupil"), _("pupils")),
        empty=EmptyText(_("There are no pupils yet."), _("No pupils with these filters.")),
        actions=buttons,
        row_url=lambda pupil: reverse("pupil-detail", args=[pupil.pk]),
    )


@needs(Permission.PUPIL_VIEW)
def pupil_detail(request, pk):
    """The card of a pupil, with what other floors add to it."""
    pupil = get_visible_or_404(request, Pupil, pk, rows=Pupil.objects.for_detail())
    return render(request, "schools/pupil_detail.html", cards.context(request, pupil))


@needs(Permission.PUPIL_CHANGE)
def pupil_create(request):
    """One page for a new pupil; guardians follow on the card."""
    actor, on = request.actor, periods.today()
    own = actor.ids("school_coordinator", "sites")
    sites = list(SchoolSite.objects.filter(pk__in=own).order_by("name"))
    if not sites:
        raise Http404
    asked = request.GET.get("school", "")
    site = next((site for site in sites if str(site.pk) == asked), sites[0])

    def save(data):
        group, sibling = _group(actor, site, data), data.pop("sibling")
        return actions.add_pupil(
            actor,
            site=site,
            on=on,
            group=group,
            household=sibling.household if sibling else None,
            **data,
        )

    return form_page(
        request,
        forms.NewPupilForm,
        save=save,
        title=_("New pupil"),
        success_url=lambda pupil: reverse("pupil-detail", args=[pupil.pk]),
        draft_key=f"pupil-new.{site.pk}",
        submit_label=_("Save pupil"),
        done=_("Pupil saved. Add the parents now."),
        form_kwargs={"actor": actor, "site": site, "on": on},
        context={
            "breadcrumb": _trail((_("New pupil"), "")),
            "cancel_url": reverse("pupil-list"),
            "head_facts": site.name,
            "sites": _choice_of_sites(sites, site),
            "site": site,
        },
        template="schools/pupil_form.html",
    )


@needs(Permission.PUPIL_CHANGE)
def pupil_edit(request, pk):
    """Change the card itself."""
    pupil = _own_pupil(request, pk)
    actor, on = request.actor, periods.today()

    def save(data):
        group = _group(actor, pupil.site, data)
        return actions.change_pupil(actor, pupil=pupil, on=on, group=group, **data)

    return _part_page(
        request,
        pupil,
        forms.PupilForm,
        save=save,
        title=_("Change the card"),
        draft_key=f"pupil-edit.{pupil.pk}",
        instance=pupil,
        form_kwargs={"actor": actor, "on": on},
        template="schools/pupil_form.html",
    )


@needs(Permission.PUPIL_CHANGE)
def guardian_create(request, pk):
    """A parent or guardian more."""
    pupil = _own_pupil(request, pk)
    return _part_page(
        request,
        pupil,
        forms.GuardianForm,
        save=lambda data: actions.add_guardian(request.actor, pupil=pupil, **data),
        title=_("New parent or guardian"),
        draft_key=f"guardian-new.{pupil.pk}",
    )


@needs(Permission.PUPIL_CHANGE)
def guardian_edit(request, pk, guardian_pk):
    """Change a parent or guardian."""
    pupil = _own_pupil(request, pk)
    guardian = _part(request, Guardian, pupil, guardian_pk)
    return _part_page(
        request,
        pupil,
        forms.GuardianForm,
        save=lambda data: actions.change_guardian(request.actor, guardian=guardian, **data),
        title=_("Change parent or guardian"),
        draft_key=f"guardian-edit.{guardian.pk}",
        instance=guardian,
    )


@needs(Permission.PUPIL_CHANGE)
def residence_set(request, pk):
    """Record where the pupil lives from a date on."""
    pupil = _own_pupil(request, pk)
    on = periods.today()
    return _part_page(
        request,
        pupil,
        forms.ResidenceForm,
        save=lambda data: actions.set_residence(request.actor, pupil=pupil, checked_on=on, **data),
        title=_("Record residence"),
        draft_key=f"residence.{pupil.pk}",
    )


@needs(Permission.PUPIL_CHANGE)
def enrolment_create(request, pk):
    """An enrolment more."""
    pupil = _own_pupil(request, pk)
    initial = {"school_type": pupil.site.school_type, "group_label": pupil.group_label}
    return _part_page(
        request,
        pupil,
        forms.EnrolmentForm,
        save=partial(_enrol, request.actor, pupil),
        title=_("New enrolment"),
        draft_key=f"enrolment-new.{pupil.pk}",
        form_kwargs={"initial": initial},
    )


def _enrol(actor, pupil, data):
    end = {key: data.pop(key) for key in ("end_reason", "destination_type", "valid_until")}
    enrolment = actions.enrol(actor, pupil=pupil, **data)
    if end["valid_until"]:
        enrolment = actions.change_enrolment(actor, enrolment=enrolment, **end)
    return enrolment


@needs(Permission.PUPIL_CHANGE)
def enrolment_edit(request, pk, enrolment_pk):
    """Correct or end an enrolment."""
    pupil = _own_pupil(request, pk)
    enrolment = _part(request, Enrolment, pupil, enrolment_pk)
    return _part_page(
        request,
        pupil,
        forms.EnrolmentForm,
        save=lambda data: actions.change_enrolment(request.actor, enrolment=enrolment, **data),
        title=_("Change enrolment"),
        draft_key=f"enrolment-edit.{enrolment.pk}",
        instance=enrolment,
    )


@needs(Permission.PUPIL_CHANGE)
def enrolment_leave(request, pk, enrolment_pk):
    """The pupil leaves, and where to."""
    pupil, on = _own_pupil(request, pk), periods.today()
    enrolment = _part(request, Enrolment, pupil, enrolment_pk)
    return _part_page(
        request,
        pupil,
        forms.LeaveForm,
        save=lambda data: actions.end_enrolment(request.actor, enrolment=enrolment, on=on, **data),
        title=_("The pupil leaves"),
        draft_key=f"enrolment-leave.{enrolment.pk}",
        instance=enrolment,
    )


@needs(Permission.PUPIL_CHANGE)
def enrolment_again(request, pk):
    """Another kind of school, or back after having left."""
    pupil, on = _own_pupil(request, pk), periods.today()
    initial = {"group_label": pupil.group_label}
    return _part_page(
        request,
        pupil,
        forms.OtherTypeForm,
        save=lambda data: actions.enrol_again(request.actor, pupil=pupil, on=on, **data),
        title=_("Another kind of school"),
        draft_key=f"enrolment-again.{pupil.pk}",
        form_kwargs={"initial": initial},
    )


# --- What these pages share -----------------------------------------------------------------------

PUPILS = gettext_lazy("Pupils")


def _own_pupil(request, pk):
    """The pupil, or 404 for a stranger's and for one that this person may only read."""
    rows = Pupil.objects.visible_to(request.actor, CHANGE).for_detail()
    return get_visible_or_404(request, Pupil, pk, rows=rows)


def _part(request, model, pupil, pk):
    rows = model.objects.visible_to(request.actor, CHANGE).filter(pupil=pupil)
    return get_visible_or_404(request, model, pk, rows=rows)


def _part_page(request, pupil, form_class, *, title, **options):
    """The form of a part of the card: back to the card when it is saved."""
    card = reverse("pupil-detail", args=[pupil.pk])
    return form_page(
        request,
        form_class,
        title=title,
        success_url=card,
        submit_label=_("Save"),
        done=_("Saved."),
        context={
            "site": pupil.site,
            "breadcrumb": _trail((pupil.full_name, card), (title, "")),
            "pupil": pupil,
            "head_facts": f"{pupil.full_name} · {cards.facts(pupil, periods.today())}",
            "cancel_url": card,
        },
        **{"template": "schools/part_form.html"} | options,
    )


def _trail(*steps):
    return [(PUPILS, reverse("pupil-list")), *steps]


def _group(actor, site, data):
    """The chosen group, or the new one by its name; takes both fields out of the data."""
    name, group = data.pop("new_group"), data.pop("group", None)
    return actions.group_of_name(actor, site=site, name=name) if name else group


def _choice_of_sites(sites, current):
    """Links to the same form for another school of this person; none when there is no choice."""
    if len(sites) < 2:
        return []
    return [
        {"label": site.name, "url": f"?school={site.pk}", "current": site == current}
        for site in sites
    ]
