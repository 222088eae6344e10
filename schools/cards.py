"""What stands on the card of a pupil, worked out for the actor who looks."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.access.permissions import Permission
from oja.access.scoping import CHANGE
from oja.core import periods
from schools import attendance_rules, panels
from schools.attendance_sql import HAS_DAYS
from schools.models import AttendanceSpell, Enrolment, Guardian, Pupil, Residence

#: Spells of absence on the card; the rest is a number.
SPELLS_SHOWN = 5


def context(request, pupil):
    """Everything that templates/schools/pupil_detail.html shows."""
    actor, on = request.actor, periods.today()
    may_change = (
        actor.may(Permission.PUPIL_CHANGE)
        and Pupil.objects.visible_to(actor, CHANGE).filter(pk=pupil.pk).exists()
    )
    own = [(order, html) for order, html in _own_panels(request, pupil, on, may_change) if html]
    main = sorted([*own, *panels.panels_for(request, pupil)], key=lambda pair: pair[0])
    return {
        "pupil": pupil,
        "title": pupil.full_name,
        "facts": facts(pupil, on),
        "breadcrumb": [(_("Pupils"), reverse("pupil-list")), (pupil.full_name, "")],
        "may_change": may_change,
        "summary": _summary(pupil, may_change),
        "panels": [html for _order, html in main],
        "side_panels": [html for _order, html in panels.panels_for(request, pupil, side=True)],
        "siblings": _siblings(actor, pupil),
        "actions": panels.actions_for(request, pupil),
    }


def facts(pupil, on):
    """The line under the name: age, group, school."""
    age = pupil.age_on(on)
    parts = [ngettext("%d year", "%d years", age) % age]
    if pupil.group_label:
        parts.append(_("group %(name)s") % {"name": pupil.group_label})
    return " · ".join([*parts, pupil.site.name])


def _summary(pupil, is_own):
    """Label and value; what belongs to the school alone only for the school."""
    rows = [
        (_("Case number"), pupil.case_number),
        (_("Born"), date_format(pupil.birth_date, "j F Y")),
        (_("Group"), pupil.group_label),
        (_("School"), pupil.site.name),
        (_("Language at home"), pupil.get_language_display()),
    ]
    if is_own:
        rows += [
            (_("Gender"), pupil.get_gender_display()),
            (_("Number of the school"), pupil.school_number),
        ]
    return rows


def _own_panels(request, pupil, on, may_change):
    """(order, HTML) of guardians, residence and enrolment, for whoever may see them."""
    actor = request.actor
    base = {"pupil": pupil, "may_change": may_change, "on": on}

    def panel(name, **extra):
        return render_to_string(f"schools/panels/{name}.html", base | extra, request)

    guardians = list(Guardian.objects.visible_to(actor).filter(pupil=pupil))
    if guardians or may_change:
        people = [(guardian, guardian.has_custody_on(on)) for guardian in guardians]
        yield 20, panel("guardians", people=people, has_custodian=any(c for _g, c in people))

    residences = list(
        Residence.objects.visible_to(actor).filter(pupil=pupil).select_related("municipality")
    )
    if residences or may_change:
        current = next((row for row in residences if row.holds_on(on)), None)
        last = current or next((row for row in residences if row.valid_from <= on), None)
        payer = panels.payer_for(pupil, last, on)
        yield 30, panel("residence", residences=residences, current=current, payer=payer)

    enrolments = list(Enrolment.objects.visible_to(actor).filter(pupil=pupil))
    if enrolments or may_change:
        last = next((row for row in enrolments if row.holds_on(on)), None)
        yield 40, panel("enrolments", enrolments=enrolments, current=last)

    spells = list(AttendanceSpell.objects.visible_to(actor).filter(HAS_DAYS, pupil=pupil))
    if actor.may(Permission.ATTENDANCE_VIEW) and (spells or may_change):
        known = attendance_rules.Facts(pupil.birth_date, tuple(spells), tuple(enrolments))
        yield 50, panel("attendance", **_attendance(known, on))


def _attendance(known, on):
    """The newest spells in words, and whether the pupil counts as without school."""
    since = attendance_rules.since(known, on, of="broad")
    is_national = attendance_rules.thuiszitter_ocw(known, on)
    home = ""
    if since is not None:
        days = (on - since).days
        home = ngettext("At home for %d day", "At home for %d days", days) % days
    shown = [(spell, _spell_words(spell, on)) for spell in known.spells[:SPELLS_SHOWN]]
    return {
        "spells": shown,
        "more": len(known.spells) - len(shown),
        "home": home,
        "home_words": _("Counts in the national figure of children without school.")
        if is_national
        else _("Counts in the broad figure: hardly at school for four weeks."),
    }


def _spell_words(spell, on):
    start = date_format(spell.valid_from, "j F Y")
    if spell.valid_until is None or spell.valid_until > on:
        parts = [_("since %(start)s") % {"start": start}]
    else:
        end = date_format(spell.valid_until, "j F Y")
        parts = [_("from %(start)s until %(end)s") % {"start": start, "end": end}]
        parts.append(_("back at school") if spell.returned else "")
    if spell.percent_present:
        parts.append(_("%(part)s percent at school") % {"part": spell.percent_present})
    if spell.next_step and spell.valid_until is None:
        day = date_format(spell.next_step_on, "j F")
        parts.append(_("%(day)s: %(step)s") % {"day": day, "step": spell.next_step})
    return " · ".join(part for part in parts if part)


def _siblings(actor, pupil):
    """Brothers and sisters that this person may see too."""
    rows = Pupil.objects.visible_to(actor).filter(household=pupil.household).for_list()
    return [(row, facts(row, periods.today())) for row in rows.exclude(pk=pupil.pk)]
