"""Groups: who leads them, who takes part. A pupil joins when everyone agreed that others are there.

That somebody leads a group shows that person the cases of its participants; triggers write and
end those treatment relations, and count the places.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oja.access.permissions import Permission
from oja.access.scoping import forget_sets
from oja.core.workflow import MoveRefused, hold
from providers.models import GroupOffer, GroupState, GroupWorker, Participation
from support import facts, group_rules
from support.actions.common import day, locked, refuse, require, seen, store, text
from support.models import GroupParticipant, ParticipantState, Trajectory

#: What may be changed of a group that stands.
OFFER_FIELDS = (
    *("title", "goal", "topic", "room", "weekday", "start_time"),
    *("minutes", "session_count", "places"),
)


@transaction.atomic
def open_group(actor, *, site, title, weekday, workers, valid_from=None, on=None, **fields):
    """Open a group at a school of the own provider; `workers` (Worker rows) lead it.

    `fields` are the others of OFFER_FIELDS. Raises ValidationError where the provider does not
    work at that school on the first day.
    """
    require(actor, Permission.GROUP_RECORD)
    workers = list(workers)
    if not workers:
        raise ValidationError({"workers": _("Choose who leads the group.")})
    valid_from = valid_from or day(on)
    provider_id = workers[0].provider_id
    site_id = getattr(site, "pk", site)
    here = Participation.objects.filter(site_id=site_id, provider_id=provider_id)
    if not here.valid_on(valid_from).exists():
        raise ValidationError({"site": _("Your organisation does not work at this school.")})
    group = GroupOffer(
        provider_id=provider_id,
        site_id=site_id,
        weekday=weekday,
        valid_from=valid_from,
        **_clean({"title": title, **fields}),
    )
    store(group, insert=True)
    for worker in workers:
        _let_in(group, worker, valid_from)
    return group


def _clean(fields):
    unknown = set(fields) - set(OFFER_FIELDS)
    if unknown:
        raise TypeError(f"no fields of a group: {sorted(unknown)}")
    return {
        name: text(value) if name in ("title", "goal", "room") else value
        for name, value in fields.items()
    }


def _let_in(group, worker, on):
    if worker.provider_id != group.provider_id:
        raise ValidationError(
            {"workers": _("%(name)s does not work for this provider.") % {"name": worker.name}}
        )
    row = GroupWorker(
        group=group,
        worker=worker,
        provider_id=group.provider_id,
        site_id=group.site_id,
        valid_from=on,
    )
    store(row, insert=True)
    forget_sets()
    return row


def hold_pupils(actor, group):
    """Lock the pupils who take part now, before the group itself.

    Ending a case locks the pupil and then the group; the other way round two people wait forever.
    """
    rows = GroupParticipant.objects.visible_to(actor).filter(group=group).current()
    for pupil in sorted(set(rows.values_list("trajectory__pupil", flat=True))):
        hold("pupil_id", pupil)


def standing_group(actor, group):
    """The group, locked; refused when it is finished."""
    group = locked(actor, group)
    if group.is_done:
        refuse(_("This group is finished. Nothing changes any more"), group)
    return group


@transaction.atomic
def change_group(actor, *, group, workers=None, on=None, **fields):
    """Change what a group is (OFFER_FIELDS) and who leads it from today on.

    Whoever stops leading loses sight of the participants today. Only who helps all participants,
    or the manager, lets somebody else in; the database sees to that.
    """
    require(actor, Permission.GROUP_RECORD)
    on = day(on)
    group = standing_group(actor, group)
    for name, value in _clean(fields).items():
        setattr(group, name, value)
    store(group, fields.keys())
    if workers is not None:
        _lead(actor, group, list(workers), on)
    return group


def _lead(actor, group, workers, on):
    if not workers:
        raise ValidationError({"workers": _("Choose who leads the group.")})
    rows = GroupWorker.objects.visible_to(actor).filter(group=group).valid_on(on)
    leading = {row.worker_id: row for row in rows}
    wanted = {worker.pk for worker in workers}
    for worker in workers:
        if worker.pk not in leading:
            _let_in(group, worker, on)
    for worker_id, row in leading.items():
        if worker_id not in wanted:
            row.valid_until = max(on, row.valid_from)
            store(row, ["valid_until"])
    forget_sets()


@transaction.atomic
def close_group(actor, *, group, evaluation, on=None):
    """Finish a group: what it brought in words without names, and everybody leaves today."""
    require(actor, Permission.GROUP_RECORD)
    on = day(on)
    hold_pupils(actor, group)
    group = standing_group(actor, group)
    if not text(evaluation):
        raise ValidationError({"evaluation": _("Write in a few words what the group brought.")})
    _leads(actor, group, on)
    for participant in _current(actor, group):
        _leave(participant, on)
    group.refresh_from_db()
    group.state, group.evaluation = GroupState.DONE, text(evaluation)
    group.valid_until = max(on, group.valid_from)
    store(group, ["state", "evaluation", "valid_until"])
    forget_sets()
    return group


def _leads(actor, group, on):
    """Refuse whoever does not lead the group: only they see every participant."""
    if actor.kind == "system":
        return
    rows = GroupWorker.objects.visible_to(actor).filter(group=group).valid_on(on)
    if not rows.filter(worker__user_id=actor.user_id).exists():
        refuse(_("Only who leads this group can do this"), group)


def leader_keys(actor, group, on):
    """The keys of the workers who lead a group on a day."""
    rows = GroupWorker.objects.visible_to(actor).filter(group=group).valid_on(on)
    return set(rows.values_list("worker_id", flat=True))


def _current(actor, group):
    rows = GroupParticipant.objects.visible_to(actor).filter(group=group).current()
    return list(rows.order_by("pupil_sort", "pk"))


# --- Participants -----------------------------------------------------------------------------


@transaction.atomic
def add_participant(actor, *, group, trajectory, on=None, invite=False, led_by=None):
    """Let a pupil join: help is agreed to, others may be present, and there is a place.

    With `invite` the pupil takes a place while the question about others is still open, and
    cannot be marked as present before everyone agreed. `led_by` are the keys of the workers who
    led the group when somebody decided this: who came since would see the pupil unasked. Raises
    MoveRefused with every reason.
    """
    require(actor, Permission.GROUP_RECORD)
    on = day(on)
    row = seen(actor, Trajectory, trajectory)
    hold("pupil_id", row.pupil_id)
    group = standing_group(actor, group)
    if led_by is not None and leader_keys(actor, group, on) - set(led_by):
        refuse(_("Somebody else leads this group by now. Look again who will see the pupil"), group)
    refusals = group_rules.joining_refusals(actor, row, group, on, is_invitation=invite)
    if refusals:
        raise MoveRefused(refusals, row)
    known = GroupParticipant.objects.visible_to(actor).filter(group=group, trajectory=row)
    if known.current().exists():
        refuse(_("%(name)s takes part in this group already") % {"name": row.pupil_name}, row)
    participant = _participant(actor, group, row, on)
    store(participant, insert=True)
    forget_sets()
    participant.refresh_from_db()
    return participant


def _participant(actor, group, row, on):
    agreed = group_rules.others_refusal(actor, row, on) is None
    return GroupParticipant(
        trajectory=row,
        provider_id=row.provider_id,
        group=group,
        site_id=row.site_id,
        pupil_name=row.pupil_name,
        pupil_sort=row.pupil_sort,
        group_label=row.group_label,
        valid_from=on,
        state=ParticipantState.JOINED if agreed else ParticipantState.INVITED,
    )


def _leave(participant, on):
    participant.state = ParticipantState.LEFT
    participant.valid_until = max(on, participant.valid_from)
    store(participant, ["state", "valid_until"])


@transaction.atomic
def end_participation(actor, *, participant, on=None):
    """A pupil leaves the group. Who only led the group for this pupil loses sight of the case."""
    require(actor, Permission.GROUP_RECORD)
    participant = seen(actor, GroupParticipant, participant)
    hold("pupil_id", seen(actor, Trajectory, participant.trajectory_id).pupil_id)
    standing_group(actor, seen(actor, GroupOffer, participant.group_id))
    participant = locked(actor, participant)
    if participant.has_left:
        refuse(_("This pupil does not take part any more"), participant)
    _leave(participant, day(on))
    forget_sets()
    return participant


def add_participants_many(actor, items, *, on=None):
    """The bulk sister of add_participant, for several groups at once.

    `items`: dicts with `group` (GroupOffer), `trajectory` (as read for the actor), `on` (the day),
    and optional `invite` and `until` (the day on which the pupil left). Raises MoveRefused with
    every refusal.
    """
    require(actor, Permission.GROUP_RECORD)
    refusals, rows = [], []
    cases = {item["trajectory"].pk: item["trajectory"] for item in items}
    groups = {item["group"].pk: item["group"] for item in items}
    with transaction.atomic():
        with facts.booked(actor, cases.values()):
            for item in items:
                row, group = item["trajectory"], groups[item["group"].pk]
                found = group_rules.joining_refusals(
                    actor, row, group, item["on"], is_invitation=item.get("invite", False)
                )
                refusals += found
                if found:
                    continue
                participant = _participant(actor, group, row, item["on"])
                if item.get("until"):
                    participant.state = ParticipantState.LEFT
                    participant.valid_until = item["until"]
                else:
                    group.taken += 1
                validate_fields(participant)
                rows.append(participant)
        if refusals:
            raise MoveRefused(refusals)
        GroupParticipant.objects.bulk_create(rows, batch_size=500)
    forget_sets()
    return rows


def validate_fields(row):
    """Field by field; keys and constraints are left to the database."""
    row.clean_fields(exclude=[f.name for f in row._meta.fields if f.is_relation])
    row.clean()
