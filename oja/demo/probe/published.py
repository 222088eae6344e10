"""A published snapshot and the meetings about it, in two arrangements that do not meet."""

import datetime as dt

from monitor.actions import (
    add_action_point,
    add_decision,
    add_interpretation,
    add_participant,
    freeze_snapshot,
    hold_meeting,
    plan_meeting,
    publish,
)
from oja.access.actor import Actor, become
from oja.demo.probe.audience import AUDIENCE
from oja.demo.probe.house import House

SLUGS = ("thuiszitters-ocw", "open-waiting", "hours-by-form", "budget-use")


def build(house: House) -> None:
    """Freeze last month, hold a meeting about it, and plan the next one."""
    month = (house.on.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    with become(Actor.system("probe world")) as actor:
        snapshot = freeze_snapshot(
            actor,
            arrangement=house.arrangement,
            reference_date=month,
            reason="probe",
            on=house.on,
        )
        snapshot = publish(actor, snapshot=snapshot)
    probe = house.probe
    for name in ("monitor", "published-flow", "published-pyramid", "meeting-list", "small-numbers"):
        probe.url(name)
    for slug in SLUGS:
        probe.url("published-figure", slug)
        probe.url("published-figure", slug, query="?formaat=csv")
    _meeting(house, "adviser", "meeting", house.arrangement, snapshot)
    _meeting(house, "adviser_west", "meeting_west", house.arrangement_west, None)
    keepers = _keepers("meeting") | _keepers("meeting_west")
    probe.form("meeting-new", may=" ".join(keepers), on=f"{house.on:%d-%m-%Y}")


def _keepers(group):
    """Who may change a meeting: everybody at the table but the partnership, which reads."""
    return set(AUDIENCE[group].split()) - {"partnership"}


def _meeting(house, name, group, arrangement, snapshot):
    """A meeting with a canary in every text; held when there are figures to hold it about."""
    word, probe = house.word, house.probe
    with house.acting(name) as actor:
        meeting = plan_meeting(
            actor,
            arrangement=arrangement,
            on=house.days_ago(1),
            place=word(group, "Kamer"),
            snapshot=snapshot,
        )
        add_participant(
            actor, meeting=meeting, name=word(group, "Naam"), organisation=word(group, "Van")
        )
        add_decision(actor, meeting=meeting, theme="flow", text=word(group, "Besluit"))
        said = add_interpretation(
            actor, meeting=meeting, theme="money", kind="fact", text=word(group, "Duiding")
        )
        point = add_action_point(
            actor,
            meeting=meeting,
            theme="money",
            text=word(group, "Actie"),
            owner=word(group, "Wie"),
            due_on=house.on + dt.timedelta(days=30),
        )
        if snapshot is not None:
            hold_meeting(actor, meeting=meeting)
        coming = plan_meeting(
            actor,
            arrangement=arrangement,
            on=house.on + dt.timedelta(days=60),
            place=word(group, "Kamer"),
        )
    probe.url("meeting-detail", meeting.pk)
    probe.url("meeting-detail", coming.pk)
    may = " ".join(_keepers(group))
    probe.form("meeting-change", coming.pk, may=may, place="Elders")
    probe.form("meeting-figures", coming.pk, may=may)
    for part, fields in (
        ("deelnemer", {"name": "Iemand"}),
        ("duiding", {"text": "Iets", "kind": "fact", "theme": "flow"}),
        ("besluit", {"text": "Iets", "theme": "flow"}),
        ("actie", {"text": "Iets", "theme": "flow", "owner": "Iemand"}),
    ):
        probe.form("meeting-add", coming.pk, part, may=may, **fields)
    probe.form("meeting-point-done", point.pk, may=may, note="x")
    probe.button("meeting-held", coming.pk, may=may)
    probe.button("meeting-interpretation-judge", said.pk, may=may, agreed="1")
