"""Conditions on trajectories that lack something: one for the number and for the list behind it."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from support.models import GroupParticipant, ParticipantState, Provision, TrajectoryState

#: After so many days without a contact help is called silent.
SILENT_DAYS = 30
_RUNS = Q(state=TrajectoryState.ACTIVE)
#: Help runs by its state, and no contact that took place was recorded.
NO_FIRST_HELP = _RUNS & Q(first_help_on__isnull=True)


def silent(on):
    """Help runs, and nobody was seen for more than SILENT_DAYS before a day."""
    since = on - timedelta(days=SILENT_DAYS)
    return _RUNS & (
        Q(last_contact_on__lt=since) | Q(last_contact_on__isnull=True, started_on__lt=since)
    )


def not_planned(on):
    """Help runs on a day, and neither a moment of the week nor a group is planned for it."""
    moments = Provision.objects.valid(on).filter(trajectory=OuterRef("pk"), weekday__isnull=False)
    groups = GroupParticipant.objects.filter(
        trajectory=OuterRef("pk"), state=ParticipantState.JOINED
    )
    return _RUNS & ~Q(Exists(moments)) & ~Q(Exists(groups))
