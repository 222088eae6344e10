"""Absence at both schools: a spell that runs, one that ended, and a child that is near sixteen."""

from decimal import Decimal

from oja.demo.probe.audience import SCHOOL_B
from oja.demo.probe.house import House
from schools.actions import end_spell, record_spell

TABS = ("thuiszitters", "vrijgesteld", "terug", "alles")


def build(house: House) -> None:
    """Spells of the children of both cases, with a canary in every next step."""
    for key, group, coordinator, may in (
        ("case_a", "absence_a", "coordinator_a", "coordinator_a"),
        ("case_b", "absence_b", "coordinator_b", SCHOOL_B),
    ):
        pupil, probe = house.cases[key].pupil, house.probe
        with house.acting(coordinator) as actor:
            ended = record_spell(
                actor,
                pupil=pupil,
                kind="ill",
                valid_from=house.days_ago(90),
                on=house.days_ago(85),
                next_step=house.word(group, "Bellen"),
                next_step_on=house.days_ago(80),
            )
            end_spell(
                actor,
                spell=ended,
                valid_until=house.days_ago(80),
                returned=True,
                on=house.days_ago(80),
            )
            spell = record_spell(
                actor,
                pupil=pupil,
                kind="unlawful",
                reason="SCHOOLWEIGERING",
                valid_from=house.days_ago(40),
                on=house.on,
                hours=Decimal(70),
                offer_on=house.on,
                offer_party=house.word(group, "Partij"),
                next_step=house.word(group, "Gesprek"),
                next_step_on=house.on,
            )
        probe.url("attendance-detail", ended.pk)
        probe.url("attendance-detail", spell.pk)
        probe.form("attendance-edit", spell.pk, may=may, next_step="Anders")
        probe.form("attendance-end", spell.pk, may=may, valid_until="vandaag", returned="True")
    probe.url("attendance-list")
    probe.url("attendance-list", query="?formaat=csv")
    for slug in TABS:
        probe.url("attendance-tab", slug)
