"""Every write of the monitor: freezing and publishing by the system, meetings by people."""

from monitor.actions.meetings import (
    add_action_point,
    add_decision,
    add_interpretation,
    add_participant,
    change_meeting,
    choose_snapshot,
    finish_action_point,
    hold_meeting,
    judge_interpretation,
    plan_meeting,
    put_on_agenda,
    take_off_agenda,
)
from monitor.actions.publishing import (
    NotNow,
    freeze_snapshot,
    publish,
    published_entries,
    statements,
)

__all__ = [
    "NotNow",
    "add_action_point",
    "add_decision",
    "add_interpretation",
    "add_participant",
    "change_meeting",
    "choose_snapshot",
    "finish_action_point",
    "freeze_snapshot",
    "hold_meeting",
    "judge_interpretation",
    "plan_meeting",
    "publish",
    "published_entries",
    "put_on_agenda",
    "statements",
    "take_off_agenda",
]
