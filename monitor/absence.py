"""Facts about absence by name, worked out once per pupil for every figure that reads them."""

from django.db.models import BooleanField, ExpressionWrapper, Q

from schools.attendance_sql import (
    at_home_for,
    thuiszitter_breed,
    thuiszitter_ocw,
    thuiszitter_pact,
    was_thuiszitter_in,
)

#: Months at home that are facts of their own: the classes of a duration lie between them.
MONTHS = (3, 6, 12)
_ON_A_DAY = {"ocw": thuiszitter_ocw, "breed": thuiszitter_breed, "pact": thuiszitter_pact}


def _name(window, fact):
    return f"{fact}_{window.start:%Y%m%d}_{window.reference_date:%Y%m%d}"


def _truth(condition):
    return ExpressionWrapper(condition, output_field=BooleanField())


def facts(*names):
    """For `Indicator.annotations`: these facts in a window, by rule; also "year" and "months"."""

    def annotations(window):
        day = window.reference_date
        found = {}
        for name in names:
            if name == "year":
                found[_name(window, name)] = _truth(was_thuiszitter_in(window.start, window.end))
            elif name == "months":
                for months in MONTHS:
                    found[_name(window, f"months_{months}")] = _truth(at_home_for(day, months))
            else:
                found[_name(window, name)] = _truth(_ON_A_DAY[name](day))
        return found

    return annotations


def lasts(least, less):
    """The condition that somebody has been at home for `least` months, and not for `less`.

    `least` nought is everybody in the national count, `less` None has no upper border.
    """

    def condition(window):
        found = Q(**{_name(window, f"months_{least}" if least else "ocw"): True})
        return found if less is None else found & Q(**{_name(window, f"months_{less}"): False})

    return condition


def holds(fact):
    """The condition that a fact by name holds."""
    return lambda window: Q(**{_name(window, fact): True})
