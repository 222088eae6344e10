"""Published figures of some months, and the meetings in which people looked at them."""

import datetime as dt

from monitor.actions import (
    add_action_point,
    add_decision,
    add_interpretation,
    add_participant,
    finish_action_point,
    freeze_snapshot,
    hold_meeting,
    judge_interpretation,
    plan_meeting,
    publish,
)
from oja.access.actor import Actor, become
from oja.demo.register import Register

PEOPLE = (
    ("Els Nijhuis", "Oosterveld"),
    ("Anna de Vries", "De Wissel"),
    ("Dirk Postma", "Het Baken"),
    ("Cato Brouwer", "Vlechtwerk"),
    ("Hans Evers", "Kiemkracht"),
)
FIRST = (
    ("attendance", "explanation", "In het voorjaar waren er minder plekken bij de dagbehandeling."),
    ("money", "fact", "Het deel van hulp door anderen is hoger dan in het plan staat."),
)
SECOND = (
    ("attendance", "fact", "Er is voor elke leerling die thuiszit een plan met een datum."),
    (
        "flow",
        "explanation",
        "Meer leerlingen blijven omdat er hulp in de klas is. Zeker is dat niet.",
    ),
    ("satisfaction", "fact", "Ouders antwoorden vaker nu de vragen op de telefoon komen."),
)


def months_before(day: dt.date, months: int) -> dt.date:
    """The first day of the month so many months before that of the day."""
    index = day.year * 12 + day.month - 1 - months
    return dt.date(index // 12, index % 12 + 1, 1)


def publish_figures(register: Register, today: dt.date) -> list:
    """Snapshots of a year ago, of five months ago and of the last month that settled."""
    last = months_before(today - dt.timedelta(days=19), 0)
    snapshots = []
    with become(Actor.system("demo: figures of past months")) as actor:
        for months in (12, 5, 0):
            snapshot = freeze_snapshot(
                actor,
                arrangement=register.arrangement,
                reference_date=months_before(last, months),
                reason="demo",
                on=today,
            )
            snapshots.append(publish(actor, snapshot=snapshot))
    return snapshots


def hold_meetings(register: Register, snapshots: list, today: dt.date) -> None:
    """Two meetings with frozen figures, and the next one that opens with their actions."""
    before, now = snapshots[-2], snapshots[-1]
    with become(Actor.for_user(register.people["Els Nijhuis"])) as actor:
        first = _meeting(actor, register, before.reference_date + dt.timedelta(days=16), before)
        _say(actor, first, FIRST)
        add_decision(
            actor,
            meeting=first,
            theme="attendance",
            text="Elke school maakt binnen tien schooldagen een plan voor wie thuiszit.",
        )
        done = add_action_point(
            actor,
            meeting=first,
            theme="attendance",
            text="Overzicht van plekken voor dagbehandeling maken",
            owner="Kiemkracht",
            due_on=first.on + dt.timedelta(days=60),
        )
        add_action_point(
            actor,
            meeting=first,
            theme="money",
            text="Bespreken welke hulp van anderen terug kan naar school",
            owner="Vlechtwerk",
            due_on=first.on + dt.timedelta(days=120),
        )
        hold_meeting(actor, meeting=first)
        second = _meeting(actor, register, now.reference_date + dt.timedelta(days=11), now)
        finish_action_point(
            actor,
            action_point=done,
            done_on=first.on + dt.timedelta(days=50),
            note="Verstuurd aan alle scholen.",
        )
        _say(actor, second, SECOND)
        add_decision(
            actor,
            meeting=second,
            theme="satisfaction",
            text="Wij vragen ouders na drie maanden hulp, niet pas aan het einde.",
        )
        add_action_point(
            actor,
            meeting=second,
            theme="flow",
            text="Nagaan waarheen leerlingen gaan van wie we het niet weten",
            owner="Alle scholen",
            due_on=second.on + dt.timedelta(days=75),
        )
        hold_meeting(actor, meeting=second)
        plan_meeting(
            actor,
            arrangement=register.arrangement,
            on=today + dt.timedelta(days=80),
            place="Gemeentehuis, kamer 3",
        )


def _meeting(actor, register, on, snapshot):
    meeting = plan_meeting(
        actor,
        arrangement=register.arrangement,
        on=on,
        place="Gemeentehuis, kamer 3",
        snapshot=snapshot,
    )
    for name, organisation in PEOPLE:
        if name in register.people:
            add_participant(actor, meeting=meeting, name=name, organisation=organisation)
    return meeting


def _say(actor, meeting, items):
    for theme, kind, text in items:
        said = add_interpretation(actor, meeting=meeting, theme=theme, kind=kind, text=text)
        judge_interpretation(actor, interpretation=said, is_agreed=True)
