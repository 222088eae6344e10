"""Between two count dates: where pupils were, where they are, and which way that is.

Schools count their pupils on 1 February (Wet op de expertisecentra 116). The place on the second
date is a fact of the row, worked out once for every condition that reads it.
"""

from django.db.models import Q

from schools import transition_rules
from schools.transition_sql import counted_at, position


def name_of(window):
    """The name of the fact: where the pupil is on the count date of the window."""
    return f"place_{window.counting_date:%Y%m%d}"


def facts(window):
    """For `Indicator.annotations`: the place on the count date."""
    return {name_of(window): position(window.counting_date)}


def is_at(window, kinds):
    """The pupil is in one of these kinds of school or other places on the count date."""
    return Q(**{f"{name_of(window)}__in": list(kinds)})


def counted(window):
    """Enrolled on the count date a year before."""
    return counted_at(window.counting_date_before)


def still_counted(window):
    """Enrolled a year before; children who went abroad or died are left out."""
    return counted(window) & ~is_at(window, transition_rules.NOT_COUNTED)


def in_direction(types_of):
    """A condition: the pupil went from its kind of school to one of `types_of(kind)`."""

    def condition(window):
        found = Q(pk__in=[])
        for kind in transition_rules.LEVELS:
            if kinds := types_of(kind):
                found |= Q(school_type=kind) & is_at(window, kinds)
        return found

    return condition


def directed(direction):
    """A condition: heavier, lighter or the same, by the levels of the rule."""
    return in_direction(lambda kind: transition_rules.types_in(direction, kind))


sent_back = in_direction(transition_rules.types_back)
