"""Room per worker: hours in schools, what is planned in them, and the cases of each.

Pure functions over rows that were read already; hours are minutes until the last moment.
Names stand in the alphabet: this is about room, and no ranking of people.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

#: Hours a week of a full-time job in youth care (CAO Jeugdzorg).
FULL_TIME = Decimal(36)


@dataclass(frozen=True)
class Room:
    """One worker. `free_minutes` is None for who is in no school, `per_fte` without contract hours.

    A negative number of free minutes means that more is planned than there are hours.
    """

    name: str
    school_minutes: int
    planned_minutes: int
    cases: int
    per_fte: Decimal | None

    @property
    def free_minutes(self):
        """Hours in schools minus planned provisions and groups, in minutes a week."""
        return self.school_minutes - self.planned_minutes if self.school_minutes else None


def rooms(workers, *, postings, provisions, groups, cases):
    """[Room] of workers by name. `cases` is {worker key: open trajectories as regisseur}.

    `postings` hold on the day; `provisions` and `groups` are (worker key, minutes a week).
    """
    school, planned = {}, {}
    for row in postings:
        minutes = minutes_between(row.start_time, row.end_time) * len(row.weekdays)
        school[row.worker_id] = school.get(row.worker_id, 0) + minutes
    for key, minutes in (*provisions, *groups):
        planned[key] = planned.get(key, 0) + minutes
    found = [
        Room(
            worker.name,
            school.get(worker.pk, 0),
            planned.get(worker.pk, 0),
            cases.get(worker.pk, 0),
            per_fte(cases.get(worker.pk, 0), worker.hours_per_week),
        )
        for worker in workers
        if worker.pk in school or worker.pk in planned or cases.get(worker.pk)
    ]
    return sorted(found, key=lambda room: (room.name.casefold(), room.name))


def per_fte(cases, hours_per_week):
    """Cases for each full-time job, with one decimal; None without hours."""
    if not hours_per_week:
        return None
    return (cases * FULL_TIME / hours_per_week).quantize(Decimal("0.1"))


def minutes_between(start, end):
    """Minutes from one time of a day to a later one."""
    return (dt.datetime.combine(dt.date.min, end) - dt.datetime.combine(dt.date.min, start)) // (
        dt.timedelta(minutes=1)
    )
