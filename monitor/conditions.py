"""Conditions that several figures share, so that two figures never mean two things by one word."""

from functools import reduce
from operator import or_

from django.db.models import F, Q

from providers.models import OUTSIDE_SCHOOL

#: How a pupil's kind of school is written when the school has both kinds of special education.
SPECIAL_TYPES = ("so", "vso", "so_vso")


def in_window(column):
    """The date lies in the window."""

    def condition(window):
        return Q(**{f"{column}__gte": window.start, f"{column}__lt": window.end})

    return condition


def help_ran(window):
    """Help had begun by the end of the window and had not ended before its first day."""
    return Q(first_help_on__lt=window.end) & (
        Q(help_ended_on__isnull=True) | Q(help_ended_on__gte=window.start)
    )


def held(window):
    """Contacts in the window that took place and stand."""
    return in_window("on")(window) & Q(
        outcome="held", undone_at__isnull=True, replaced_by__isnull=True
    )


def collective(window):
    """Work for a class or team in the window that stands."""
    return in_window("on")(window) & Q(undone_at__isnull=True)


def spent(window):
    """What was spent in the calendar year of the reference date, up to and including that date."""
    return Q(year=window.money_year, on__lte=window.reference_date)


def years_of(window):
    """Of the calendar years that the window and the year of its reference date lie in.

    For `Part.among` of what was spent: the database then works out own help of these years only.
    """
    return Q(year__in=range(window.start.year, window.reference_date.year + 1))


def budgeted(window):
    """Budgets of the calendar year of the reference date."""
    return Q(year=window.money_year)


def by_others(window):
    """Costs of help from outside the school: ordered, not ordered, and residential."""
    return Q(category__in=OUTSIDE_SCHOOL)


def of(column, value):
    """The column holds the value."""
    return lambda window: Q(**{column: value})


def talked_before_help(window):
    """A first talk came before or together with the first help."""
    return Q(first_talk_on__isnull=False, first_talk_on__lte=F("first_help_on"))


def any_of(conditions):
    """At least one of them holds. One that another implies is left out: a, or a and b, is a."""
    known = {frozenset(_all_of(one)): one for one in conditions}
    return reduce(or_, (one for parts, one in known.items() if not any(p < parts for p in known)))


def _all_of(condition):
    """What must hold together, as far as that can be seen from the outside."""
    if condition.negated or (condition.connector != Q.AND and len(condition.children) > 1):
        yield condition
        return
    for child in condition.children:
        if isinstance(child, Q):
            yield from _all_of(child)
        else:
            yield Q(child)
