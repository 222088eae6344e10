"""Verloop: everything that happened in a trajectory, newest first, with who may read it."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.access.permissions import Permission
from oja.core.periods import day_of, today
from support.models import (
    CareNote,
    Consent,
    ConsentState,
    Contact,
    ContactOutcome,
    Form,
    NoteKind,
    PlanAgreement,
    SchoolNote,
    TrajectoryEvent,
)
from support.progress import name_of

PER_PAGE = 20
LONGEST = 500  # the most that one page shows; a trajectory of two years has about a hundred
VIEWS = (
    ("", gettext_lazy("Everything")),
    ("contacten", gettext_lazy("Contacts")),
    ("plan", gettext_lazy("Plan")),
    ("toestemming", gettext_lazy("Consent")),
)
PLACE_ICONS = {"home": "house", "online": "video", "after_school": "sun"}


@dataclass(frozen=True)
class Item:
    """One thing that happened; `view` is the filter it belongs to."""

    moment: tuple
    view: str
    icon: str
    title: str
    facts: str
    when: str
    audience: str = ""
    narrow: bool = False
    kind: str = ""
    lines: tuple = ()


def page_size(request):
    """How many items to show: `?meer=2` shows two pages."""
    more = request.GET.get("meer", "1")
    pages = int(more) if more.isascii() and more.isdigit() else 1
    return min(max(pages, 1) * PER_PAGE, LONGEST)


def timeline(actor, row, view, number):
    """(the newest `number` items, whether there are older ones)."""
    reads = {
        "contacten": (_contacts, _notes, _care_notes),
        "plan": (_agreements,),
        "toestemming": (_consents,),
    }
    chosen = reads.get(view) or (_contacts, _notes, _care_notes, _agreements, _consents, _events)
    items = [item for read in chosen for item in read(actor, row, number + 1)]
    items.sort(key=lambda item: item.moment, reverse=True)
    return items[:number], len(items) > number


def more_url(row, view, number):
    """The same page with twenty items more."""
    query = f"meer={number // PER_PAGE + 1}"
    if view:
        query = f"verloop={view}&{query}"
    return f"{reverse('trajectory-detail', args=[row.pk])}?{query}#verloop"


def views(row, current):
    """The choice of views as links."""
    base = reverse("trajectory-detail", args=[row.pk])
    return [
        {
            "label": label,
            "url": f"{base}?verloop={key}#verloop" if key else f"{base}#verloop",
            "current": key == current,
        }
        for key, label in VIEWS
    ]


def when(day, at=None):
    """Maandag 16 november, 10.15 uur."""
    text = date_format(day, "l j F").capitalize()
    if day.year != today().year:
        text = f"{text} {day.year}"
    return _("%(day)s, %(time)s h") % {"day": text, "time": at.strftime("%H.%M")} if at else text


def _moment(day: date, at: time | None, stored: datetime):
    return (day, at or time(0), stored)


def _contacts(actor, row, number):
    notes = CareNote.objects.visible_to(actor)
    school = SchoolNote.objects.visible_to(actor)
    rows = (
        Contact.objects.visible_to(actor)
        .standing()
        .filter(trajectory=row)
        .for_list()
        .prefetch_related(
            Prefetch("care_notes", queryset=notes), Prefetch("school_notes", queryset=school)
        )
        .order_by("-on", "-start_time", "-created_at")[:number]
    )
    earlier = Contact.objects.visible_to(actor).filter(trajectory=row, replaced_by__isnull=False)
    newer = dict(earlier.values_list("pk", "replaced_by_id"))
    before = _notes_before(newer, notes, school)
    may_correct = actor.may(Permission.CONTACT_RECORD) and not row.is_closed
    replaced = set(newer.values())
    return [
        _contact(
            contact,
            contact.pk in replaced,
            may_correct and contact.session_id is None,
            before.get(contact.pk, ((), ())),
        )
        for contact in rows
    ]


def _notes_before(newer, notes, school):
    """What was written with earlier versions of a contact, by the version that stands now.

    A correction of the minutes does not take the note away.
    """
    found = {}
    for place, rows in enumerate((notes, school)) if newer else ():
        for note in rows.filter(contact__in=newer).order_by("created_at"):
            key = note.contact_id
            while key in newer:
                key = newer[key]
            found.setdefault(key, ([], []))[place].append(note.text)
    return found


def _contact(contact, is_corrected, may_correct, before):
    lines = [*before[0], *(note.text for note in contact.care_notes.all())]
    shared = [*before[1], *(note.text for note in contact.school_notes.all())]
    corrected = []
    if contact.correction_reason:
        corrected = [_("Corrected: %(reason)s") % {"reason": contact.correction_reason}]
    held = contact.outcome == ContactOutcome.HELD
    people = ", ".join(_label(person) for person in contact.people)
    parts = [
        _("%(minutes)s minutes") % {"minutes": contact.minutes} if held else "",
        contact.worker.name,
        people,
    ]
    title = contact_title(contact) if held else contact.get_outcome_display()
    return Item(
        moment=_moment(contact.on, contact.start_time, contact.created_at),
        view="contacten",
        icon=PLACE_ICONS.get(contact.place, "message-circle") if held else "circle-x",
        title=title,
        facts=" · ".join(part for part in parts if part),
        when=format_html(
            '{} · <a class="link" href="{}">{}</a>',
            when(contact.on, contact.start_time),
            reverse("contact-correct", args=[contact.pk]),
            _("Correct"),
        )
        if may_correct
        else when(contact.on, contact.start_time),
        audience=_("The school sees this note") if shared else _("Youth care only"),
        narrow=not shared,
        kind="corrected" if is_corrected else "",
        lines=tuple(lines + shared + corrected),
    )


def _label(person):
    return person.get("label", "") if isinstance(person, dict) else str(person)


def contact_title(contact):
    """Gesprek op school: the kind of help and the place, in a few words."""
    return _("%(form)s, %(place)s") % {
        "form": Form(contact.form).label,
        "place": contact.get_place_display().lower(),
    }


def _notes(actor, row, number):
    rows = (
        SchoolNote.objects.visible_to(actor)
        .filter(trajectory=row, contact__isnull=True, is_undone=False)
        .order_by("-on", "-created_at")[:number]
    )
    return [
        Item(
            moment=_moment(note.on, None, note.created_at),
            view="contacten",
            icon="handshake" if note.kind == NoteKind.AGREEMENT else "message-square-text",
            title=_("Agreement for in the class")
            if note.kind == NoteKind.AGREEMENT
            else _("Message to the school"),
            facts="",
            when=_("%(day)s · shared by %(who)s")
            % {"day": when(note.on), "who": note.author_label},
            audience=_("The school sees this")
            if note.shared_site
            else _("The school does not see this now"),
            narrow=note.shared_site is None,
            lines=(note.text,),
        )
        for note in rows
    ]


def _care_notes(actor, row, number):
    rows = (
        CareNote.objects.visible_to(actor)
        .filter(
            # a note stays when a correction says that the pupil was not there after all
            Q(contact__isnull=True)
            | Q(contact__undone_at__isnull=False, contact__session__replaced_by__isnull=False),
            trajectory=row,
        )
        .order_by("-created_at")[:number]
    )
    return [
        Item(
            moment=_moment(day_of(note.created_at), None, note.created_at),
            view="contacten",
            icon="notebook-pen",
            title=_("Note"),
            facts=note.author_label,
            when=when(day_of(note.created_at)),
            audience=_("Youth care only"),
            narrow=True,
            lines=(note.text,),
        )
        for note in rows
    ]


def _agreements(actor, row, number):
    rows = (
        PlanAgreement.objects.visible_to(actor)
        .filter(trajectory=row)
        .select_related("plan")
        .order_by("-agreed_on", "-created_at")[:number]
    )
    return [
        Item(
            moment=_moment(item.agreed_on, None, item.created_at),
            view="plan",
            icon="target",
            title=_("%(who)s agreed to the plan") % {"who": name_of(item.giver_label)},
            facts=_("version %(number)s") % {"number": item.plan.version_number},
            when=when(item.agreed_on),
            audience=_("The family sees this"),
        )
        for item in rows
    ]


def _consents(actor, row, number):
    rows = (
        Consent.objects.visible_to(actor)
        .filter(trajectory=row, superseded_by__isnull=True)
        .order_by("-created_at")[:number]
    )
    return [_consent(item) for item in rows]


def _consent(item):
    words = {"who": name_of(item.giver_label)}
    titles = {
        ConsentState.ASKED: _("%(who)s was asked for consent"),
        ConsentState.GIVEN: _("%(who)s gave consent"),
        ConsentState.REFUSED: _("%(who)s said no"),
        ConsentState.TALK: _("%(who)s wants to talk first"),
        ConsentState.WITHDRAWN: _("%(who)s withdrew the consent"),
    }
    day = item.withdrawn_on or item.answered_on or item.asked_on
    return Item(
        moment=_moment(day, None, item.created_at),
        view="toestemming",
        icon="shield-check" if item.state == ConsentState.GIVEN else "shield",
        title=titles[item.state] % words,
        facts=item.get_purpose_display(),
        when=when(day),
        audience=_("The family sees this"),
    )


def _events(actor, row, number):
    rows = (
        TrajectoryEvent.objects.visible_to(actor)
        .filter(trajectory=row)
        .order_by("-on", "-at")[:number]
    )
    return [
        Item(
            moment=_moment(event.on, None, event.created_at),
            view="status",
            icon="route",
            title=event.to_label,
            facts=event.actor_label,
            when=when(event.on),
            kind="status",
            lines=(event.note,) if event.note else (),
        )
        for event in rows
    ]
