"""Groups: the list, one group with its participants, who may join, and its end."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from oja.access.decorators import needs
from oja.access.lookup import get_visible_or_404, log_list
from oja.access.permissions import Permission, Role
from oja.access.scoping import CHANGE
from oja.core.money import format_euros
from oja.core.periods import today
from oja.pages.forms import form_page
from providers.models import GroupOffer, HourRate, Participation, Worker
from support import group_rules
from support.actions import (
    change_group,
    close_group,
    open_group,
)
from support.forms.groups import CloseGroupForm, GroupForm
from support.models import GroupParticipant, GroupSession, Topic
from support.progress import day
from support.views import group_parts as parts
from support.views.request_rows import group_words


@needs(Permission.GROUP_VIEW)
def group_list(request):
    """The groups by school; those that finished stand behind a fold-out."""
    actor, on = request.actor, today()
    rows = list(parts.group_rows(actor))
    leaders, sessions = parts.leaders_of(actor, rows, on), parts.sessions_of(actor, rows)
    cards = [parts.card_of(row, leaders, sessions, on) for row in rows]
    sites = {}
    for card in cards:
        if not card["group"].is_done:
            sites.setdefault(card["group"].site, []).append(card)
    return render(
        request,
        "support/group_list.html",
        {
            "title": _("Groups"),
            "sites": sorted(sites.items(), key=lambda pair: str(pair[0])),
            "done": [card for card in cards if card["group"].is_done],
            "may_record": actor.may(Permission.GROUP_RECORD),
        },
    )


def own_workers(actor):
    """The worker rows of this person; an account may work for two providers."""
    providers = actor.ids(Role.CARE_WORKER, "providers")
    return list(Worker.objects.filter(user_id=actor.user_id, provider_id__in=providers))


def sites_of(workers, on):
    """(key, label) of the schools where the providers of these workers work on a day."""
    rows = Participation.objects.filter(provider__in=[w.provider_id for w in workers])
    rows = rows.valid_on(on).select_related("site").order_by("site__name")
    return [(str(row.site_id), row.site.name) for row in rows]


def colleagues_of(provider_ids):
    """(key, label) of the workers with an account, by name."""
    rows = Worker.objects.filter(provider__in=provider_ids, user__is_active=True)
    return [(str(row.pk), row.name) for row in rows.order_by("name")]


def fields_of(data, workers):
    """The cleaned form as the actions take it."""
    chosen = Worker.objects.filter(pk__in=data["workers"], provider__in=workers)
    fields = {name: value for name, value in data.items() if name not in ("site", "workers")}
    return {**fields, "workers": list(chosen.order_by("name"))}


@needs(Permission.GROUP_RECORD)
def group_create(request):
    """A new group at a school of the own provider."""
    actor, on = request.actor, today()
    own = own_workers(actor)
    providers = [worker.provider_id for worker in own]
    sites = sites_of(own, on)

    def save(data):
        return open_group(actor, site=data["site"], **fields_of(data, providers), on=on)

    initial = {"valid_from": on, "workers": [str(worker.pk) for worker in own]}
    if len(sites) == 1:
        initial["site"] = sites[0][0]
    return form_page(
        request,
        GroupForm,
        save=save,
        title=_("New group"),
        template="support/small_form.html",
        success_url=lambda group: group.get_absolute_url(),
        draft_key="group-create.new",
        submit_label=_("Open the group"),
        form_kwargs={
            "sites": sites,
            "workers": colleagues_of(providers),
            "today": on,
            "initial": initial,
        },
        done=_("The group is open. Add pupils."),
        context={
            "crumbs": [(_("Groups"), reverse("group-list")), (_("New group"), "")],
            "back": reverse("group-list"),
        },
    )


@needs(Permission.GROUP_RECORD)
def group_edit(request, pk):
    """Change what a group is and who leads it."""
    actor, on = request.actor, today()
    group = get_visible_or_404(request, GroupOffer, pk, rows=parts.group_rows(actor, CHANGE))
    leaders = parts.leaders_of(actor, [group], on).get(group.pk, [])

    def save(data):
        return change_group(actor, group=group, **fields_of(data, [group.provider_id]), on=on)

    kept = ("title", "goal", "topic", "weekday", "start_time", "minutes", "session_count")
    return form_page(
        request,
        GroupForm,
        save=save,
        title=_("Change the group"),
        template="support/small_form.html",
        success_url=group.get_absolute_url(),
        draft_key=f"group-edit.{group.pk}",
        submit_label=_("Save"),
        form_kwargs={
            "workers": colleagues_of([group.provider_id]),
            "is_new": False,
            "initial": {
                **{name: getattr(group, name) for name in (*kept, "places", "room")},
                "workers": [str(worker.pk) for worker in leaders],
            },
        },
        done=_("The group is changed."),
        context={
            "intro": group.title,
            "crumbs": parts.crumbs(group, _("Change")),
            "back": group.get_absolute_url(),
        },
    )


@needs(Permission.GROUP_VIEW)
def group_detail(request, pk):
    """One group: who takes part, the sessions, presence, and an estimate of what it saves."""
    actor, on = request.actor, today()
    group = get_visible_or_404(request, GroupOffer, pk, rows=parts.group_rows(actor))
    leaders = parts.leaders_of(actor, [group], on).get(group.pk, [])
    is_leader = parts.leads(actor, leaders) and not group.is_done
    rows = GroupParticipant.objects.visible_to(actor).filter(group=group)
    participants = list(rows.order_by("pupil_sort", "pk"))
    parts.with_cases(actor, participants)
    seen = [row.trajectory.pupil_id for row in participants if row.trajectory]
    log_list(request, sorted(set(seen)), "group")
    sessions = session_rows(actor, group)
    return render(
        request,
        "support/group_detail.html",
        {
            "title": group.title,
            "group": group,
            "facts": parts.line(group.site.name, parts.when_words(group), group.room),
            "leaders": leaders,
            "is_leader": is_leader,
            "is_care": actor.may(Permission.CONTACT_VIEW),
            "participants": participant_rows(actor, group, participants, on),
            "hidden": hidden_words(group, participants),
            "places": parts.places_words(group),
            "free": parts.free_words(group),
            "is_full": group.free < 1,
            "sessions": sessions,
            "attendance": attendance_words(sessions),
            "next_url": next_url(group, sessions),
            "next_words": parts.times_words(len(sessions) + 1, group),
            "topic": Topic(group.topic).label if group.topic in Topic.values else "",
            "estimate": estimate(actor, group, leaders, on),
        },
    )


def hidden_words(group, participants):
    """How many participants this reader does not see: not shared, or not in the own caseload."""
    unseen = group.taken - sum(not row.has_left for row in participants)
    if unseen < 1:
        return ""
    return _("%(pupils)s more, whose names you do not see.") % {
        "pupils": parts.pupils_words(unseen)
    }


def participant_rows(actor, group, participants, on):
    """Current participants first, with presence and, for who helps, the state of consent."""
    presence = parts.presence_of(actor, group, "participant_id")
    helps = set(actor.ids(Role.CARE_WORKER, "caseload"))
    own = [row for row in participants if row.trajectory_id in helps and not row.has_left]
    _able, blocked = parts.sort_out(actor, own, on)
    why = {item.row.pk: item for item in blocked}
    return [
        {
            "row": row,
            "class": group_words(row.group_label),
            "url": row.trajectory.get_absolute_url() if row.trajectory else "",
            "presence": presence.get(row.pk, parts.Presence(0, 0)).words,
            "blocked": why.get(row.pk),
            "is_checked": row.trajectory_id in helps,
            "left": _("until %(day)s") % {"day": day(row.valid_until)} if row.has_left else "",
        }
        for row in sorted(participants, key=lambda row: row.has_left)
    ]


def session_rows(actor, group):
    """What was recorded, the last session first: number, day, and how many were there."""
    presence = parts.presence_of(actor, group, "number")
    minutes = GroupSession.objects.visible_to(actor).standing().filter(group=group)
    lengths = {
        number: (m, w) for number, m, w in minutes.values_list("number", "minutes", "workers")
    }
    found = []
    for number, on in reversed(parts.sessions_of(actor, [group]).get(group.pk, [])):
        length = lengths.get(number)
        found.append(
            {
                "number": number,
                "on": on,
                "url": reverse("group-session", args=[group.pk, number]),
                "presence": presence.get(number, parts.Presence(0, 0)),
                "length": _("%(minutes)s minutes, %(workers)s workers")
                % {"minutes": length[0], "workers": length[1]}
                if length
                else "",
            }
        )
    return found


def attendance_words(sessions):
    """How many of those who were marked were there, over all sessions that this reader sees."""
    total = sum(item["presence"].total for item in sessions)
    if not total:
        return ""
    present = sum(item["presence"].present for item in sessions)
    return _("%(share)s present: %(present)s of %(total)s times") % {
        "share": f"{round(100 * present / total)}%",
        "present": present,
        "total": total,
    }


def next_url(group, sessions):
    """Where the next session is recorded."""
    number = sessions[0]["number"] + 1 if sessions else 1
    return reverse("group-session", args=[group.pk, number])


def estimate(actor, group, leaders, on):
    """Hours of the group beside individual help; amounts for who keeps the budget."""
    if not actor.may(Permission.CONTACT_VIEW):
        return None
    found = group_rules.comparison(
        sessions=group.session_count,
        minutes=group.minutes,
        workers=max(len(leaders), 1),
        pupils=group.taken,
    )
    words = {
        "break_even": _("From %(n)s pupils on a group takes less time than individual help.")
        % {"n": f"{found.break_even:.1f}".replace(".", ",")},
        "assumed": _(
            "Assumed: %(alone)s hours for one pupil alone, and %(preparation)s hour to prepare a"
            " session."
        )
        % {
            "alone": f"{group_rules.HOURS_ALONE:g}".replace(".", ","),
            "preparation": f"{group_rules.PREPARATION_HOURS:g}".replace(".", ","),
        },
        "rows": [],
    }
    rates = HourRate.objects.visible_to(actor).filter(provider=group.provider_id).valid_on(on)
    rate = rates.first() if actor.may(Permission.BUDGET_VIEW) else None
    if rate is not None and found.pupils:
        saving = found.saving(rate.cents_per_hour)
        words["rows"] = [
            (_("This group, all sessions"), euros(found.cost(rate.cents_per_hour))),
            (_("For one pupil in this group"), euros(found.cost_per_pupil(rate.cents_per_hour))),
            (_("For one pupil alone"), euros(found.cost_alone(rate.cents_per_hour))),
            (_("Saves") if saving >= 0 else _("Costs more"), euros(abs(saving))),
        ]
        words["replaced"] = _(
            "Assumed too: %(share)s of the pupils would have had help alone otherwise."
        ) % {"share": f"{round(100 * group_rules.REPLACED)}%"}
    return words


def euros(cents):
    """An estimate, so whole euros."""
    return format_euros(round(cents, -2))


@needs(Permission.GROUP_RECORD)
def group_close(request, pk):
    """Finish a group: what did it bring?"""
    rows = parts.group_rows(request.actor, CHANGE)
    group = get_visible_or_404(request, GroupOffer, pk, rows=rows)
    if group.is_done:
        raise Http404

    def save(data):
        return close_group(request.actor, group=group, **data, on=today())

    return form_page(
        request,
        CloseGroupForm,
        save=save,
        title=_("Finish the group"),
        template="support/small_form.html",
        success_url=group.get_absolute_url(),
        draft_key=f"group-close.{group.pk}",
        submit_label=_("Finish the group"),
        done=_("The group is finished. Nobody takes part any more."),
        context={
            "intro": group.title,
            "crumbs": parts.crumbs(group, _("Finish")),
            "back": group.get_absolute_url(),
        },
    )
