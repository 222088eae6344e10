"""Who writes in which meetings, and which figures stand on an agenda: plain rows, no person."""

from monitor.models import AgendaPoint, Meeting
from monitor.models.meetings import KEEPERS


def own_arrangements(actor):
    """Keys of the arrangements in whose meetings this person writes."""
    return {key for role in KEEPERS for key in actor.ids(role, "arrangements")}


def meetings_of(actor, arrangement_id):
    """The meetings of an arrangement that are still to come, the first one first."""
    rows = Meeting.objects.visible_to(actor).filter(arrangement_id=arrangement_id)
    return rows.filter(state=Meeting.State.PLANNED).order_by("on", "id")


def standing(actor):
    """The figures that stand on an agenda and were not taken off."""
    return AgendaPoint.objects.visible_to(actor).filter(taken_off_at__isnull=True)
