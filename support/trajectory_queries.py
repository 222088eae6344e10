"""Conditions on trajectories that lack something: one for the number and for the list behind it."""

from django.db.models import Exists, OuterRef, Q

from support.models import GroupParticipant, ParticipantState, Provision, TrajectoryState

_RUNS = Q(state=TrajectoryState.ACTIVE)
#: Help runs by its state, and no contact that took place was recorded.
NO_FIRST_HELP = _RUNS & Q(first_help_on__isnull=True)


def not_planned(on):
    """Help runs on a day, and neither a moment of the week nor a group is planned for it."""
    moments = Provision.objects.valid(on).filter(trajectory=OuterRef("pk"), weekday__isnull=False)
    groups = GroupParticipant.objects.filter(
        trajectory=OuterRef("pk"), state=ParticipantState.JOINED
    )
    return _RUNS & ~Q(Exists(moments)) & ~Q(Exists(groups))
