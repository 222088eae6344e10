"""Parts of the pages of a trajectory: identity line, sub navigation, plan, provision, people."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.core.periods import age_on, closed_days, school_days_between
from support import facts, progress
from support.models import (
    Closing,
    Contact,
    Place,
    PlanState,
    Trajectory,
)
from support.trajectory_queries import SILENT_DAYS
from support.views.request_rows import group_words
from support.views.trajectory_rows import is_silent, state_tag


def head_context(row, on):
    """The identity line and the steps, the same for every reader."""
    age = age_on(row.birth_date, on)
    parts = [
        ngettext("%(age)s year", "%(age)s years", age) % {"age": age},
        group_words(row.group_label),
        row.site.name,
        _("regisseur %(name)s") % {"name": row.regisseur.name},
        row.reference,
    ]
    return {
        "row": row,
        "age": age,
        "facts_line": " · ".join(part for part in parts if part),
        "first_name": row.pupil_name.split(" ")[0],
        "people_title": _("People around %(name)s") % {"name": row.pupil_name.split(" ")[0]},
        "state_tag": state_tag(row),
        "steps": progress.trajectory_steps(row),
        "is_silent": is_silent(row, on),
        "silent_words": _("No contact for more than %(days)s days") % {"days": SILENT_DAYS},
    }


def is_draft(plan):
    """Whether a version of the plan is being made."""
    return plan is not None and plan.state == PlanState.DRAFT


def plan_words(plan):
    """Akkoord van iedereen, versie 2."""
    if plan is None:
        return ""
    if plan.state == PlanState.AGREED:
        return _("Agreed by everybody, version %(number)s") % {"number": plan.version_number}
    if plan.state == PlanState.ENDED:
        return _("Version %(number)s, ended") % {"number": plan.version_number}
    return _("Draft, version %(number)s") % {"number": plan.version_number}


def closed_words(actor, row):
    """That and why a closed trajectory is read-only; how it went only for who may read that."""
    if not row.is_closed:
        return {"closed_title": "", "closed_text": ""}
    closings = Closing.objects.visible_to(actor).filter(trajectory=row).order_by("-created_at")
    notes = [closing.note for closing in closings[:1] if closing.note]
    return {
        "closed_title": _("Closed on %(day)s") % {"day": progress.day_full(row.ended_on).lower()},
        "closed_text": " · ".join([row.get_end_reason_display(), *notes]),
    }


def people_around(actor, row, guardians):
    """Guardians, regisseur, and the brothers and sisters with help: one family, one plan."""
    found = []
    for guardian in guardians:
        if guardian.is_deceased:
            continue
        parts = [guardian.get_relation_display()]
        parts.append(_("custody") if guardian.has_custody else _("no custody"))
        if guardian.language != "nl":
            words = {"language": guardian.get_language_display()}
            parts.append(_("speaks %(language)s") % words)
        phone = "" if guardian.is_contact_secret else guardian.phone
        label = _("Call %(name)s") % {"name": guardian.full_name}
        found.append(
            {
                "name": guardian.full_name,
                "facts": ", ".join(map(str, parts)),
                "phone": phone,
                "phone_label": label,
            }
        )
    found.append({"name": row.regisseur.name, "facts": _("regisseur"), "phone": ""})
    siblings = [
        {"name": other.pupil_name, "facts": _("same family, one plan"), "phone": ""}
        for other in siblings_of(actor, row)
    ]
    return found + siblings


def current_plan(actor, row):
    """The draft when there is one, else the plan in force; of a closed trajectory the last plan
    that was in force. None without any."""
    found = {plan.state: plan for plan in facts.plans_of(actor, row)}
    if row.is_closed and PlanState.ENDED in found:
        return found[PlanState.ENDED]
    return found.get(PlanState.DRAFT) or found.get(PlanState.AGREED)


def siblings_of(actor, row):
    """Other trajectories of the same family that this person may see: one family, one plan."""
    if row.family_id is None:
        return []
    rows = Trajectory.objects.visible_to(actor).filter(family_id=row.family_id)
    return list(rows.exclude(pk=row.pk).open())


def provision_rows(actor, provisions, on):
    """Each provision with the minutes planned since its start and the minutes that were held."""
    rows = list(provisions)
    held = {}
    contacts = Contact.objects.visible_to(actor).held()
    for contact in contacts.filter(provision__in=[row.pk for row in rows]):
        held[contact.provision_id] = held.get(contact.provision_id, 0) + contact.minutes
    found = []
    for row in rows:
        planned = planned_minutes(row, on)
        done = held.get(row.pk, 0)
        words = {"held": hours(done), "planned": hours(planned)}
        found.append(
            {
                **provision_words(row),
                "planned": planned,
                "held": done,
                "hours": _("%(held)s of %(planned)s hours") % words,
            }
        )
    return found


def hours(minutes):
    """Minutes as hours with at most one decimal and a comma."""
    return f"{minutes / 60:.1f}".removesuffix(".0").replace(".", ",")


def provision_words(row):
    """A provision in words: kind and place, and who, when and until when."""
    when = ""
    if row.weekday:
        when = _("every %(day)s") % {"day": row.get_weekday_display().lower()}
        if row.start_time:
            when = f"{when} {row.start_time:%H.%M}"
    until = ""
    if row.valid_until:
        until = _("until %(day)s") % {"day": progress.day(row.valid_until)}
    parts = [row.worker.name, when, _("%(minutes)s minutes") % {"minutes": row.minutes}, until]
    return {
        "title": f"{row.get_form_display()}, {row.get_place_display().lower()}",
        "facts": " · ".join(part for part in parts if part),
    }


def planned_minutes(provision, on):
    """Minutes that the weekly pattern comes to up to and including `on`; at school no holidays."""
    if provision.weekday is None:
        return provision.minutes
    first = provision.valid_from
    first += timedelta(days=(provision.weekday - first.isoweekday()) % 7)
    end = on + timedelta(days=1)
    if provision.valid_until is not None:
        end = min(end, provision.valid_until)
    days = [first + timedelta(weeks=week) for week in range(max(0, (end - first).days + 6) // 7)]
    if provision.place == Place.SCHOOL and days:
        closed = closed_days(provision.site.holiday_region, first, end)
        one = timedelta(days=1)
        days = [day for day in days if school_days_between(day, day + one, closed)]
    return len(days) * provision.minutes


def subnav(request, row, state):
    """The parts of a trajectory, with what is missing as an amber counter."""
    parts = [
        ("trajectory-detail", _("Overview"), 0),
        ("trajectory-plan", _("Plan and goals"), 0),
        ("trajectory-provision", _("Provision"), 0),
        ("trajectory-consent", _("Consent"), len(state.missing) + len(state.refused)),
        ("trajectory-school-view", _("As the school sees it"), 0),
    ]
    return [
        {
            "label": label,
            "url": reverse(name, args=[row.pk]),
            "current": request.path == reverse(name, args=[row.pk]),
            "count": count,
            "waits": True,
        }
        for name, label, count in parts
    ]
