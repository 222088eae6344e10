"""Facts about absence by name, worked out once per pupil for every figure that reads them."""

from django.db.models import BooleanField, ExpressionWrapper, Q

from schools.attendance_sql import (
    duration_class,
    thuiszitter_breed,
    thuiszitter_ocw,
    thuiszitter_pact,
    was_thuiszitter_in,
)

#: Class of schools.attendance_rules.DURATIONS, the shortest first.
CLASSES = ("under_3m", "3_6m", "6_12m", "over_12m")
_ON_A_DAY = {"ocw": thuiszitter_ocw, "breed": thuiszitter_breed, "pact": thuiszitter_pact}


def _name(window, fact):
    return f"{fact}_{window.start:%Y%m%d}_{window.reference_date:%Y%m%d}"


def _truth(condition):
    return ExpressionWrapper(condition, output_field=BooleanField())


def facts(*names):
    """For `Indicator.annotations`: these facts in a window, by rule; also "year" and "lasts"."""

    def annotations(window):
        day = window.reference_date
        found = {}
        for name in names:
            if name == "year":
                found[_name(window, name)] = _truth(was_thuiszitter_in(window.start, window.end))
            elif name == "lasts":
                for key in CLASSES:
                    found[_name(window, f"lasts_{key}")] = _truth(duration_class(day, key))
            else:
                found[_name(window, name)] = _truth(_ON_A_DAY[name](day))
        return found

    return annotations


def holds(fact):
    """The condition that a fact by name holds."""
    return lambda window: Q(**{_name(window, fact): True})
