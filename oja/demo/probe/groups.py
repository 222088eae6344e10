"""Groups with a session each, and work for a whole class: with secrets in every note."""

import datetime as dt

from oja.core.periods import AMSTERDAM
from oja.demo.probe.audience import CASE_P, WORKERS_P
from oja.demo.probe.house import House
from support import actions


def build(house: House) -> None:
    """A group at either school; two workers lead the one at school A."""
    probe = house.probe
    group, participants = _group(
        house, "a", leaders=("worker_p", "leader_p"), cases=("case_a", "gone")
    )
    session = f"?traject={house.cases['case_a'].trajectory.pk}"
    probe.form("group-edit", group.pk, may=WORKERS_P, title="Anders")
    probe.form("group-close", group.pk, may=WORKERS_P, evaluation="Goed gegaan")
    probe.form("group-join", group.pk, may=WORKERS_P)
    probe.url("group-join", group.pk, query=session)
    for participant in participants:
        probe.button("group-leave", group.pk, participant.pk, may=CASE_P)
    marks = {f"mark_{row.pk}": "present" for row in participants}
    probe.form("group-session", group.pk, 2, may=CASE_P, minutes="60", workers="1", **marks)
    probe.button("group-session-undo", group.pk, 1, may=WORKERS_P)
    probe.form("group-create", may=f"{WORKERS_P} worker_q", title="Nieuw")
    probe.form("collective-create", may=f"{WORKERS_P} worker_q", theme="Nieuw", reach="10")
    other, _participants = _group(house, "b", leaders=("worker_q",), cases=("case_b",))
    probe.form("group-edit", other.pk, may="worker_q", title="Anders")
    probe.form("group-session", other.pk, 2, may="worker_q", minutes="60", workers="1")
    probe.url("group-list")
    with house.acting("leader_p") as actor:
        work = actions.record_collective(
            actor,
            worker=probe.workers["leader_p"],
            site=house.a,
            on=house.days_ago(5),
            minutes=60,
            theme=house.word("collective_a", "Thema"),
            reach=14,
            group_label="5a",
        )
    probe.button("collective-undo", work.pk, may=WORKERS_P)


def _group(house, letter, *, leaders, cases):
    """A group with its participants and one session that was held."""
    started, held = house.days_ago(28), house.days_ago(7)
    with house.acting(leaders[0]) as actor:
        group = actions.open_group(
            actor,
            site=getattr(house, letter),
            title=house.word(f"group_{letter}", "Groep"),
            goal=house.word(f"group_{letter}", "Samen"),
            weekday=2,
            workers=[house.probe.workers[name] for name in leaders],
            valid_from=started,
            on=started,
        )
        participants = [
            actions.add_participant(
                actor, group=group, trajectory=house.cases[key].trajectory, on=started
            )
            for key in cases
        ]
        words = (f"group_{letter}_attention", "withdrawn_a_attention")
        attention = {
            row.pk: house.word(word, "Aandacht")
            for row, word in zip(participants, words, strict=False)
        }
        actions.record_session(
            actor,
            group=group,
            on=held,
            minutes=60,
            workers=len(leaders),
            outcomes={row.pk: "present" for row in participants},
            group_note=house.word(f"group_{letter}_note", "Verslag"),
            attention=attention,
            at=_noon(house.on),
        )
    house.probe.url("group-detail", group.pk)
    house.probe.url("group-session", group.pk, 1)
    return group, participants


def _noon(day):
    return dt.datetime.combine(day, dt.time(12), AMSTERDAM)
