"""Contact vastleggen: prefilled from the provision; corrected later, undone the same day."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404
from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core.periods import today
from oja.core.workflow import MoveRefused
from oja.pages.forms import form_page
from oja.pages.refused import refused_page
from support.actions import add_note, correct_contact, record_contact, undo_contact
from support.forms.contacts import (
    CARE,
    MINUTES,
    OTHER,
    ContactForm,
    CorrectionForm,
    NoteForm,
)
from support.models import (
    Contact,
    ContactOutcome,
    Form,
    Place,
    Provision,
    Trajectory,
)
from support.views import people
from support.views.keys import key_or_404, only_reads
from support.views.request_rows import group_words

PUPIL, TEACHER = "pupil", "teacher"


@needs(Permission.CONTACT_RECORD)
def contact_create(request):
    """Record a contact of a trajectory (`?traject=`) or of a provision (`?inzet=&dag=`)."""
    actor = request.actor
    on = today()
    provision = None
    if "inzet" in request.GET:
        rows = Provision.objects.visible_to(actor)
        provision = get_visible_or_404(
            request, Provision, key_or_404(request.GET["inzet"]), rows=rows
        )
        key = provision.trajectory_id
    elif "traject" in request.GET:
        key = key_or_404(request.GET["traject"])
    else:
        return choose_trajectory(request)
    rows = Trajectory.objects.visible_to(actor, CHANGE).for_detail()
    row = get_visible_or_404(request, Trajectory, key, rows=rows)
    day = parse_date(request.GET.get("dag", "")) or on
    if day > on:
        raise Http404
    present = present_of(actor, row)
    last = last_contact(actor, row)

    def save(data):
        contact = record_contact(
            actor,
            trajectory=row,
            provision=provision,
            **fields_of(data, present),
            on=on,
            at=timezone.now(),
        )
        toast(request, kept_sentence(row, contact), contact)
        return contact

    return form_page(
        request,
        ContactForm,
        save=save,
        title=_("Record contact"),
        template="support/contact_form.html",
        success_url=reverse("home") if provision else reverse("trajectory-detail", args=[row.pk]),
        draft_key=f"contact-create.{row.pk}.{day:%Y%m%d}",
        submit_label=_("Save"),
        form_kwargs={
            "people": present,
            "today": on,
            "initial": initial_of(provision or last, day, provision),
        },
        context=form_context(row, _("Changing is possible later. The old version stays.")),
    )


def kept_sentence(row, contact):
    """Contact met Amira bewaard, 45 minuten."""
    return _("Contact with %(name)s kept, %(minutes)s minutes") % {
        "name": row.pupil_name.split(" ")[0],
        "minutes": contact.minutes,
    }


def toast(request, sentence, contact):
    """Say what was kept, with the way back of the same day."""
    undo = reverse("contact-undo", args=[contact.pk])
    messages.success(request, sentence, extra_tags=f"undo:{undo}")


def form_context(row, note):
    """Whose contact it is, and what the person who writes should know."""
    return {
        "row": row,
        "first_name": row.pupil_name.split(" ")[0],
        "facts": facts_line(row),
        "note": note,
        "audience_hint": _(
            "The school does not see a note for youth care. Parents and %(name)s may read the file."
        )
        % {"name": row.pupil_name.split(" ")[0]},
    }


def facts_line(row):
    """Group and school of the pupil in one line."""
    return " · ".join(part for part in (group_words(row.group_label), row.site.name) if part)


def choose_trajectory(request):
    """Whom it is about: the own running trajectories, those of today first."""
    actor = request.actor
    rows = Trajectory.objects.visible_to(actor).active().for_list().order_by("pupil_sort", "pk")
    found = [(row, facts_line(row)) for row in rows]
    return render(request, "support/contact_choose.html", {"rows": found})


def present_of(actor, row):
    """Who can have been there: the child, the guardians, and the teacher."""
    guardians = people.guardians_of(actor, row.pupil_id).values()
    parents = [
        (str(guardian.pk), guardian.get_relation_display().capitalize())
        for guardian in guardians
        if not guardian.is_deceased
    ]
    return [(PUPIL, row.pupil_name.split(" ")[0]), *parents, (TEACHER, _("Teacher"))]


def last_contact(actor, row):
    """The last contact of this trajectory: it gives the defaults when nothing was planned."""
    rows = Contact.objects.visible_to(actor).held().filter(trajectory=row)
    return rows.order_by("-on", "-created_at").first()


def initial_of(source, day, provision):
    """What the form starts with: what was planned, else the last contact, else the usual."""
    minutes = str(source.minutes) if source else "45"
    chosen = [key_of(person) for person in source.people] if source else []
    return {
        "length": minutes if minutes in MINUTES else OTHER,
        "minutes": None if minutes in MINUTES else minutes,
        "place": source.place if source else Place.SCHOOL,
        "people": chosen or [PUPIL],
        "form": source.form if source else Form.INDIVIDUEEL,
        "outcome": ContactOutcome.HELD,
        "audience": CARE,
        "on": day,
        "start_time": provision.start_time if provision else None,
    }


def key_of(person):
    """The key of somebody who was there, as it was stored."""
    return str(person.get("id", "")) if isinstance(person, dict) else str(person)


def fields_of(data, present):
    """The cleaned form as `record_contact` takes it."""
    labels = dict(present)
    return {
        "contact_on": data["on"],
        "start_time": data["start_time"],
        "minutes": data["minutes"],
        "form": data["form"],
        "place": data["place"],
        "people": [{"id": key, "label": labels[key]} for key in data["people"]],
        "outcome": data["outcome"],
        "note": data["note"],
        "audience": data["audience"],
    }


@needs(Permission.CONTACT_RECORD)
def contact_correct(request, pk):
    """A new version of a contact, with the reason; the old one stays."""
    actor = request.actor
    on = today()
    rows = Contact.objects.visible_to(actor).select_related("worker")
    contact = get_visible_or_404(request, Contact, pk, rows=rows)
    if refusal := only_reads(request, contact):
        return refusal
    trajectories = Trajectory.objects.visible_to(actor).for_detail()
    row = get_visible_or_404(request, Trajectory, contact.trajectory_id, rows=trajectories)
    back = reverse("trajectory-detail", args=[row.pk])
    if not contact.is_standing or contact.session_id is not None:
        return redirect(back)  # a session of a group is changed as a whole
    present = present_of(actor, row)

    def save(data):
        fields = fields_of(data, present)
        return correct_contact(actor, contact=contact, reason=data["reason"], **fields, on=on)

    initial = initial_of(contact, contact.on, None)
    return form_page(
        request,
        CorrectionForm,
        save=save,
        title=_("Correct contact"),
        template="support/contact_form.html",
        success_url=back,
        done=_("Contact corrected. The earlier version stays."),
        draft_key=f"contact-correct.{contact.pk}",
        submit_label=_("Save the correction"),
        form_kwargs={
            "people": present,
            "today": on,
            "initial": {
                **initial,
                "start_time": contact.start_time,
                "outcome": contact.outcome,
            },
        },
        context={
            **form_context(row, _("The earlier version stays and can be read.")),
            "contact": contact,
        },
    )


@needs(Permission.CONTACT_RECORD)
@require_POST
def contact_undo(request, pk):
    """Take back what was recorded today: it leaves no trace in the plan."""
    contact = get_visible_or_404(request, Contact, pk)
    if refusal := only_reads(request, contact):
        return refusal
    try:
        undo_contact(request.actor, contact=contact, at=timezone.now())
    except MoveRefused as problem:
        return refused_page(request, problem, title=_("Undo"), back_url=reverse("home"))
    messages.success(request, _("Contact taken back."))
    return redirect("home")


@needs(Permission.CONTACT_RECORD)
def trajectory_note(request, pk):
    """Write a note; on a closed trajectory that is the only thing that can still be added."""
    actor = request.actor
    rows = Trajectory.objects.visible_to(actor, CHANGE).for_detail()
    row = get_visible_or_404(request, Trajectory, pk, rows=rows)
    back = reverse("trajectory-detail", args=[row.pk])

    def save(data):
        return add_note(actor, trajectory=row, **data, on=today())

    return form_page(
        request,
        NoteForm,
        save=save,
        title=_("Write a note"),
        template="support/small_form.html",
        success_url=f"{back}#verloop",
        done=_("Note kept."),
        draft_key=f"trajectory-note.{row.pk}",
        submit_label=_("Save the note"),
        form_kwargs={"initial": {"audience": CARE}},
        context={
            "row": row,
            "intro": row.pupil_name,
            "back": back,
            "crumbs": [
                (_("Trajectories"), reverse("trajectory-list")),
                (row.pupil_name, back),
                (_("Note"), ""),
            ],
        },
    )
