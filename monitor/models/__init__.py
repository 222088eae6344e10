"""What is settled and talked about: no person, and no key to one."""

from monitor.models.meetings import (
    ActionPoint,
    AgendaPoint,
    Decision,
    Interpretation,
    Meeting,
    Participant,
)
from monitor.models.published import Figure, Snapshot, SnapshotIndicator

__all__ = [
    "ActionPoint",
    "AgendaPoint",
    "Decision",
    "Figure",
    "Interpretation",
    "Meeting",
    "Participant",
    "Snapshot",
    "SnapshotIndicator",
]
