"""From which kind of education to which: heavier, lighter or the same. Pure.

Special education is counted on 1 February (Wet op de expertisecentra 116, since 2023). Where a
pupil is on a date follows from the enrolments of one record: the one that holds, or else where
the last one said the pupil went. The sister `schools.transition_sql` says the same in SQL.
"""

import datetime as dt
from collections import Counter

#: Stage -> kind of school -> level; a school for both stages stands in both.
STAGES = {
    "po": {"bao": 1, "sbo": 2, "so": 3, "so_vso": 3},
    "vo": {"vo": 1, "pro": 1.5, "vso": 3, "so_vso": 3},
}
LEVELS = {kind: level for stage in STAGES.values() for kind, level in stage.items()}
SPECIAL = ("so", "vso", "so_vso")
#: Kinds from which somebody can be sent back.
SUPPORTED = ("sbo", *SPECIAL)
HEAVIER, LIGHTER, SAME = "heavier", "lighter", "same"
#: No step of education: left out of a denominator, and listed.
NOT_COUNTED = ("abroad", "deceased")
UNKNOWN = "unknown"


def count_date(on):
    """The last 1 February on the date or before it."""
    first = dt.date(on.year, 2, 1)
    return first if first <= on else first.replace(year=on.year - 1)


def year_before(day):
    """The count date a year before a count date."""
    return day.replace(year=day.year - 1)


def direction(from_type, to_type):
    """HEAVIER, LIGHTER or SAME between two kinds of schools; None when one is no such kind."""
    if from_type not in LEVELS or to_type not in LEVELS:
        return None
    # From special primary school to either kind of ordinary secondary school is the usual way.
    if from_type == "sbo" and to_type in ("pro", "vo"):
        return SAME
    before, after = LEVELS[from_type], LEVELS[to_type]
    return SAME if before == after else HEAVIER if after > before else LIGHTER


def is_sent_back(from_type, to_type):
    """Terugplaatsing: from (v)so or sbo to a lower level of the same stage."""
    return (
        from_type in SUPPORTED
        and direction(from_type, to_type) == LIGHTER
        and any(from_type in stage and to_type in stage for stage in STAGES.values())
    )


def types_in(direction_, from_type):
    """The kinds of schools that lie in that direction from one kind."""
    return tuple(to for to in LEVELS if direction(from_type, to) == direction_)


def types_back(from_type):
    """The kinds of schools to which somebody of one kind can be sent back."""
    return tuple(to for to in LEVELS if is_sent_back(from_type, to))


def position(enrolments, on):
    """Where a pupil is on the date: a kind of school, a destination, or None before the first.

    Enrolments of no days never held. A pupil who left without a destination is "unknown".
    """
    begun = [
        row
        for row in enrolments
        if row.valid_from <= on and (row.valid_until is None or row.valid_until > row.valid_from)
    ]
    last = max(begun, key=lambda row: row.valid_from, default=None)
    if last is None:
        return None
    return last.school_type if last.holds_on(on) else last.destination_type or UNKNOWN


def transition(enrolments, before, after):
    """(kind before, position after) of a pupil who was enrolled on `before`; else None."""
    counted = next((row for row in enrolments if row.holds_on(before)), None)
    return None if counted is None else (counted.school_type, position(enrolments, after))


def matrix(records, before, after):
    """How many pupils went from which kind to where; records: the enrolments of each pupil."""
    found = (transition(enrolments, before, after) for enrolments in records)
    return Counter(pair for pair in found if pair is not None)
