"""A list of pupils that waits to be read, and one that was read, at both schools."""

import datetime as dt

from oja.core.periods import AMSTERDAM
from oja.demo.probe.audience import SCHOOL_B
from oja.demo.probe.house import House
from schools.pupil_import.actions import hand_in, read_in


def build(house: House) -> None:
    """Names in a file are secrets before they are pupils."""
    probe = house.probe
    for site, group, coordinator, may in (
        (house.a, "file_a", "coordinator_a", "coordinator_a"),
        (house.b, "file_b", "coordinator_b", SCHOOL_B),
    ):
        with house.acting(coordinator) as actor:
            read = hand_in(
                actor, site=site, content=_list(house, group), file_name="eerder.csv", on=house.on
            )
            at = dt.datetime.combine(house.on, dt.time(9), AMSTERDAM)
            read_in(actor, pupil_import=read, on=house.on, at=at)
            waits = hand_in(
                actor, site=site, content=_list(house, group), file_name="lijst.csv", on=house.on
            )
        probe.url("pupil-import-detail", read.pk)
        probe.url("pupil-import-detail", waits.pk)
        probe.button("pupil-import-undo", read.pk, may=may)
        columns = {"kolom-0": "first_name", "kolom-1": "last_name", "kolom-2": "birth_date"}
        probe.button("pupil-import-columns", waits.pk, may=may, **columns)
        probe.button("pupil-import-run", waits.pk, may=may)
        probe.button("pupil-import-drop", waits.pk, may=may)
    probe.form("pupil-import", may=f"coordinator_a {SCHOOL_B}")


def _list(house, group):
    """A child with a birth date, and one without: that line is refused and named."""
    canary = house.probe.canary
    lines = (
        "Voornaam;Achternaam;Geboortedatum",
        f"{canary(group)};{canary(group)};1-2-{house.on.year - 8}",
        f"{canary(group)};{canary(group)};31-2-{house.on.year - 8}",
    )
    return "\r\n".join(lines).encode()
