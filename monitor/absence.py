"""Facts about absence by name, worked out once per pupil for every figure that reads them."""

from django.db.models import BooleanField, ExpressionWrapper, F, Q

from schools import attendance_rules as rules
from schools.attendance_sql import (
    REASONS,
    has_offer,
    may_be_at_home,
    pact_day,
    reasons,
    since,
    was_thuiszitter_in,
)


def _name(window, fact):
    return f"{fact}_{window.start:%Y%m%d}_{window.reference_date:%Y%m%d}"


def among(window):
    """For `Indicator.among`: the only pupils whom these figures can count."""
    return may_be_at_home(window.start, window.end)


def since_when(window):
    """For `Indicator.annotations`: since when each reason holds, and whether there is an offer."""
    day = window.reference_date
    found = {_name(window, reason): first for reason, first in reasons(day).items()}
    return found | {_name(window, "offer"): has_offer(day)}


def in_year(window):
    """For `Indicator.annotations`: whether the pupil was at home on any day of the window."""
    met = ExpressionWrapper(
        was_thuiszitter_in(window.start, window.end), output_field=BooleanField()
    )
    return {_name(window, "year"): met}


def was_at_home(window):
    """The condition that goes with `in_year`."""
    return Q(**{_name(window, "year"): True})


def at_home(of, latest=None):
    """A condition: counted by "ocw" or "broad", since `latest(day)` or earlier."""

    def condition(window):
        day = window.reference_date
        days = [F(_name(window, reason)) for reason in REASONS[of]]
        return since(days, latest(day) if latest else day)

    return condition


def without_offer(window):
    """At home by the broad count for longer than the pact allows, without an offer."""
    found = at_home("broad", pact_day)(window)
    return found & Q(**{_name(window, "offer"): False})


def lasts(least, less):
    """The condition that somebody has been at home for `least` months, and not for `less`.

    `least` nought is everybody in the national count, `less` None has no upper border.
    """

    def months(number):
        return at_home("ocw", lambda day: rules.months_before(day, number))

    def condition(window):
        found = months(least)(window)
        return found if less is None else found & ~months(less)(window)

    return condition
