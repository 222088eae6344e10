"""Rows of the list of absence: columns, orders and words, per tab."""

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oja.core.templatetags.ui.progress import mini_steps
from oja.core.templatetags.ui.text import tag
from oja.pages.lists import Column
from schools.attendance_overview import LADDER, LASTING, day_of, is_open, rung_of
from schools.forms import kind_words
from schools.models import AttendanceSpell

Rung = AttendanceSpell.Rung
RUNGS = {**dict(Rung.choices), "back": gettext_lazy("back at school")}


def orderings(tab):
    """Key -> fields of a tab; the first is the usual one: what is urgent on top."""
    name = ("sort_name",)
    step, since = ("step_on", "sort_name"), ("since", "sort_name")
    first = {
        "home": {"since": since},
        "near": {"name": name},
        "exempt": {"name": name},
        "back": {"ended": ("-ended_on", "sort_name")},
        "all": {"step": step},
    }[tab]
    return first | {
        "name": name,
        "group": ("group_label", *name),
        "since": since,
        "step": step,
        "site": ("site__name", *name),
    }


def columns_of(actor, overview, tab):
    """The columns of a tab and of its export."""
    on, hours = overview.on, overview.hours
    columns = [
        Column("name", _("Pupil"), "full_name", order="name", card="name"),
        Column("group", _("Group"), "group_label", order="group"),
    ]
    if len(actor.ids("school_coordinator", "sites")) != 1:
        columns.append(Column("site", _("School"), "site__name", order="site"))
    if tab == "near":
        columns += [
            Column(
                "hours", _("Hours in four school weeks"), lambda p: hours[p.pk].running, "number"
            ),
            Column(
                "reached",
                _("16 hours reached on"),
                lambda p: hours[p.pk].reached_on,
                "date",
                cell=lambda p: _reached_cell(hours[p.pk].reached_on),
                card="state",
            ),
        ]
    else:
        columns.append(Column("kind", _("Kind"), _kind_words, cell=_kind_cell, card="state"))
    if tab in ("home", "all"):
        columns += [
            Column(
                "days",
                _("Days"),
                lambda p: _days(p, on),
                "number",
                order="since",
                card="mark",
            ),
            Column("present", _("At school"), _present_words, card="line"),
        ]
    if tab == "exempt":
        columns += [
            Column("since", _("Since"), "since", "date", order="since"),
            Column("until", _("Until"), lambda p: day_of(p.spell["valid_until"]), "date"),
        ]
        return columns
    if tab == "back":
        columns += [
            Column("ended", _("Back since"), "ended_on", "date", order="ended"),
            Column(
                "lasting",
                _("For four weeks"),
                lambda p: _lasts(p, on),
                cell=lambda p: tag(_("yes"), "ok") if _lasts(p, on) else _("not yet"),
                card="mark",
            ),
        ]
        return columns
    columns += [
        Column("rung", _("Where it stands"), _rung_words, cell=_rung_cell),
        Column("reason", _("Waits for"), _reason_words, card="none"),
        Column(
            "step",
            _("Next step to school"),
            _step_words,
            cell=lambda p: _step_cell(p, on),
            order="step",
            card="next",
        ),
    ]
    return columns


def _kind_words(pupil):
    return kind_words(pupil.spell["kind"]) if pupil.spell else _("Left without a school")


def _kind_cell(pupil):
    words = _kind_words(pupil)
    if not pupil.is_ocw:
        return words
    national = _("counts nationally")
    return format_html('<span>{}<span class="cell-sub">{}</span></span>', words, national)


def _days(pupil, on):
    return (on - pupil.since).days if pupil.since else None


def _present_words(pupil):
    return f"{pupil.spell['percent_present']}%" if pupil.spell else "0%"


def _lasts(pupil, on):
    return (on - pupil.ended_on).days >= LASTING


def _rung_words(pupil):
    return str(RUNGS[rung_of(pupil.spell)]) if pupil.spell else str(Rung.SIGNAL.label)


def _rung_cell(pupil):
    rung = rung_of(pupil.spell) if pupil.spell else Rung.SIGNAL
    return mini_steps(LADDER.index(rung), len(LADDER), capfirst(str(RUNGS[rung])))


def _reason_words(pupil):
    reason = pupil.spell["reason"] if pupil.spell else ""
    return capfirst(str(AttendanceSpell.Reason(reason).label)) if reason else ""


def _reached_cell(day):
    if day is None:
        return "–"
    return tag(_("%(day)s, not reported") % {"day": date_format(day, "j F")}, "crit")


def _step_words(pupil):
    step = pupil.spell["next_step"] if pupil.spell else ""
    if not step:
        return _("No next step yet")
    day = date_format(day_of(pupil.spell["next_step_on"]), "j F Y")
    return _("%(day)s: %(step)s") % {"day": day, "step": step}


def _step_cell(pupil, on):
    words = _step_words(pupil)
    day = day_of(pupil.spell["next_step_on"]) if pupil.spell else None
    if pupil.spell and not is_open(pupil.spell, on):
        return "–"
    if day is None or day < on:
        return format_html(
            "<span>{} {}</span>", words, tag(_("late") if day else _("missing"), "att")
        )
    return words
