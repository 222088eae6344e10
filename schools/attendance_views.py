"""Pages of absence: the list, one spell with its next step, and its forms."""

import uuid

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404, log_list
from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core import periods
from oja.pages.forms import form_page
from oja.pages.lists import EmptyText, list_page
from schools import actions, cards, forms
from schools.attendance_overview import LADDER, Overview
from schools.attendance_rows import RUNGS, columns_of, orderings
from schools.filters import AbsenceFilter
from schools.models import AttendanceSpell, Pupil

#: Tab -> (its part of the address, its word, what it says when there is nobody).
TABS = {
    "home": ("", gettext_lazy("Without school"), gettext_lazy("Nobody sits at home.")),
    "near": (
        "nadert-16-uur",
        gettext_lazy("Nears 16 hours"),
        gettext_lazy("Nobody nears 16 hours in four school weeks."),
    ),
    "exempt": ("vrijgesteld", gettext_lazy("Exempt"), gettext_lazy("Nobody is exempt.")),
    "back": ("terug", gettext_lazy("Back"), gettext_lazy("Nobody came back this school year.")),
    "all": ("alles", gettext_lazy("All absent"), gettext_lazy("Nobody is absent.")),
}
BY_SLUG = {slug: tab for tab, (slug, _word, _nobody) in TABS.items()}
#: Search results that are shown: whoever has more hits types one letter more.
SHOWN = 8


# --- The list -------------------------------------------------------------------------------------


@needs(Permission.ATTENDANCE_VIEW)
def attendance_list(request, slug=""):
    """Who is absent, in five tabs; the first is who sits at home."""
    actor, on = request.actor, periods.today()
    if slug not in BY_SLUG:
        raise Http404
    tab = BY_SLUG[slug]
    overview = Overview(actor, on)
    buttons = []
    if actor.may(Permission.ATTENDANCE_RECORD):
        buttons.append((_("Record absence"), reverse("attendance-create"), "plus"))
    return list_page(
        request,
        overview.rows(tab).select_related("site"),
        title=_("Absence"),
        columns=columns_of(actor, overview, tab),
        orderings=orderings(tab),
        what="attendance",
        subject="pk",
        filterset=AbsenceFilter if len(actor.ids("school_coordinator", "sites")) > 1 else None,
        search=lambda rows, words: rows.search(words),
        noun=(_("pupil"), _("pupils")),
        empty=EmptyText(TABS[tab][2], _("No pupils with these filters."), is_done=True),
        actions=buttons,
        row_url=_row_url,
        template="schools/attendance_list.html",
        about={_("Tab"): TABS[tab][1]},
        context={
            "tabs": [
                {
                    "label": word,
                    "url": tab_url(key),
                    "current": key == tab,
                    # The others would cost a query each time; the list says its own number.
                    "count": len(overview.hours) if key == "near" else 0,
                    "waits": True,
                }
                for key, (_slug, word, _nobody) in TABS.items()
            ],
            "rule": overview.rule,
        },
    )


def tab_url(tab):
    """The address of a tab of the list."""
    slug = TABS[tab][0]
    return reverse("attendance-tab", args=[slug]) if slug else reverse("attendance-list")


def _row_url(pupil):
    """The spell; without one the form for a first one."""
    if pupil.spell:
        return reverse("attendance-detail", args=[pupil.spell["pk"]])
    return f"{reverse('attendance-create')}?leerling={pupil.pk}"


# --- One spell ------------------------------------------------------------------------------------


@needs(Permission.ATTENDANCE_RECORD)
def attendance_detail(request, pk):
    """One spell: where it stands, and the form for the next step while it lasts."""
    spell, on = _own_spell(request, pk), periods.today()
    context = _spell_context(request, spell, on)
    if spell.valid_until is not None and spell.valid_until <= on:
        return render(request, "schools/attendance_ended.html", context)
    return form_page(
        request,
        forms.StepForm,
        save=lambda data: actions.record_step(request.actor, spell=spell, on=on, **data),
        title=context["title"],
        success_url=reverse("attendance-list"),
        submit_label=_("Record step"),
        done=_("Step recorded."),
        draft_key=f"attendance-step.{spell.pk}",
        instance=spell,
        template="schools/attendance_detail.html",
        context=context,
    )


@needs(Permission.ATTENDANCE_RECORD)
def attendance_edit(request, pk):
    """Correct what was recorded, with the report and the offer."""
    spell, on = _own_spell(request, pk), periods.today()
    return _spell_page(
        request,
        spell,
        forms.CorrectSpellForm,
        save=lambda data: actions.correct_spell(request.actor, spell=spell, on=on, **data),
        title=_("Change absence"),
        draft_key=f"attendance-edit.{spell.pk}",
    )


@needs(Permission.ATTENDANCE_RECORD)
def attendance_end(request, pk):
    """It is over, by going back to school or otherwise."""
    spell, on = _own_spell(request, pk), periods.today()
    return _spell_page(
        request,
        spell,
        forms.EndSpellForm,
        save=lambda data: actions.end_spell(request.actor, spell=spell, on=on, **data),
        title=_("End absence"),
        draft_key=f"attendance-end.{spell.pk}",
    )


@needs(Permission.ATTENDANCE_RECORD)
def attendance_create(request):
    """A new spell of the pupil in the address; without one the question who it is about."""
    if not request.GET.get("leerling"):
        return _choose_pupil(request)
    actor, on = request.actor, periods.today()
    rows = Pupil.objects.visible_to(actor, CHANGE).for_detail()
    pupil = get_visible_or_404(request, Pupil, _key(request.GET["leerling"]), rows=rows)
    card = reverse("pupil-detail", args=[pupil.pk])
    return form_page(
        request,
        forms.SpellForm,
        save=lambda data: actions.record_spell(actor, pupil=pupil, on=on, **data),
        title=_("Record absence"),
        success_url=f"{card}#verzuim",
        submit_label=_("Save"),
        done=_("Absence saved."),
        draft_key=f"attendance-new.{pupil.pk}",
        template="schools/part_form.html",
        context={
            "breadcrumb": _trail((_("Record absence"), "")),
            "head_facts": f"{pupil.full_name} · {cards.facts(pupil, on)}",
            "cancel_url": card,
        },
    )


def _choose_pupil(request):
    """Search an own pupil; posted, because a name may not stand in an address."""
    words = request.POST.get("naam", "").strip()
    found = []
    if words:
        rows = Pupil.objects.visible_to(request.actor, CHANGE).search(words).for_list()
        found = list(rows.order_by("sort_name", "pk")[: SHOWN + 1])
        log_list(request, [pupil.pk for pupil in found], "pupils")
    on = periods.today()
    context = {
        "title": _("Record absence"),
        "breadcrumb": _trail((_("Record absence"), "")),
        "words": words,
        "found": [(pupil, cards.facts(pupil, on)) for pupil in found[:SHOWN]],
        "has_more": len(found) > SHOWN,
    }
    return render(request, "schools/attendance_choose.html", context)


def _key(text):
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def _own_spell(request, pk):
    """The spell, or 404 for a stranger's and for one that this person may not change."""
    rows = AttendanceSpell.objects.visible_to(request.actor, CHANGE)
    rows = rows.select_related("pupil__site")
    return get_visible_or_404(request, AttendanceSpell, pk, rows=rows)


def _spell_page(request, spell, form_class, *, title, **options):
    url = reverse("attendance-detail", args=[spell.pk])
    name = spell.pupil.full_name
    return form_page(
        request,
        form_class,
        title=title,
        success_url=url,
        submit_label=_("Save"),
        done=_("Saved."),
        instance=spell,
        template="schools/part_form.html",
        context={
            "breadcrumb": _trail((name, url), (title, "")),
            "head_facts": f"{name} · {cards.facts(spell.pupil, periods.today())}",
            "cancel_url": url,
        },
        **options,
    )


def _trail(*steps):
    return [(_("Absence"), reverse("attendance-list")), *steps]


def _spell_context(request, spell, on):
    pupil = spell.pupil
    return {
        "spell": spell,
        "pupil": pupil,
        "title": _("Absence of %(name)s") % {"name": pupil.full_name},
        "head_facts": cards.facts(pupil, on),
        "breadcrumb": _trail((pupil.full_name, "")),
        "steps": _steps(spell),
        "summary": summary(spell, on),
        "card_url": reverse("pupil-detail", args=[pupil.pk]),
        "cancel_url": reverse("attendance-list"),
        "may_report": spell.kind == AttendanceSpell.Kind.UNLAWFUL,
    }


def _steps(spell):
    """The ladder to school: what was done, where it stands, what comes."""
    is_back = spell.returned
    now = LADDER.index("back" if is_back else spell.rung)
    return [
        {
            "label": capfirst(str(RUNGS[rung])),
            "state": "done" if number < now or is_back else "now" if number == now else "next",
        }
        for number, rung in enumerate(LADDER)
    ]


def summary(spell, on):
    """Label and value of a spell, on its page and on the card."""
    days = (min(on, spell.valid_until or on) - spell.valid_from).days
    since = _("%(day)s, %(days)s") % {
        "day": date_format(spell.valid_from, "j F Y"),
        "days": ngettext("%d day", "%d days", days) % days,
    }
    until = spell.valid_until
    return [
        (_("Kind"), capfirst(spell.get_kind_display())),
        (_("Since"), since),
        (_("Until"), date_format(until, "j F Y") if until else _("it lasts")),
        (_("At school"), f"{spell.percent_present}%"),
        (
            _("Missed hours"),
            f"{spell.hours.normalize():f}".replace(".", ",") if spell.hours else "",
        ),
        (_("Waits for"), capfirst(spell.get_reason_display())),
        (_("By the plan"), _("could come in part") if spell.attends_by_plan else ""),
        (_("Offer"), _offer(spell)),
        (
            _("Reported to DUO"),
            date_format(spell.reported_on, "j F Y") if spell.reported_on else "",
        ),
    ]


def _offer(spell):
    if spell.offer_on is None:
        return _("no suitable offer yet") if spell.valid_until is None else ""
    parts = [date_format(spell.offer_on, "j F Y"), spell.offer_party]
    return " · ".join(part for part in parts if part)
