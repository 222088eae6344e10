"""The rules of `schools.attendance_rules` as conditions on Pupil, for lists and figures.

Each function gives a Q that fits `filter()` and `Count(filter=…)`; what it knows about other
tables stands in subqueries, so no row is counted twice.
"""

import datetime as dt
from itertools import pairwise

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import DateRangeField
from django.db.models import BooleanField, Case, Exists, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import LessThanOrEqual

from schools import attendance_rules as rules
from schools.models import AttendanceSpell, Enrolment
from schools.models.dated import DateRange

HAS_DAYS = Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from"))


def compulsory(on):
    """Pupils who must go to school on the date."""
    after, last = rules.compulsory_births(on)
    return Q(birth_date__gt=after, birth_date__lte=last)


def thuiszitter_ocw(on, rule=None):
    """Pupils without school on the date by the national count."""
    return _at_home(on, rule, "ocw", on)


def thuiszitter_breed(on, rule=None):
    """Pupils without school on the date by the practical count."""
    return _at_home(on, rule, "broad", on)


def thuiszitter_pact(on, rule=None):
    """Pupils at home for longer than three months without a suitable offer."""
    return _at_home(on, rule, "broad", pact_day(on, rule)) & ~has_offer(on)


def duration_class(on, key, rule=None, of="ocw"):
    """Pupils whose time at home on the date falls in the class `key` of rules.DURATIONS."""
    least, less = rules.DURATIONS[key]
    found = _at_home(on, rule, of, rules.months_before(on, least))
    if less is None:
        return found
    return found & ~_at_home(on, rule, of, rules.months_before(on, less))


def without_school(on):
    """Pupils who are nowhere at school on the date (absoluut verzuim)."""
    return since([_absolute(on)], on)


def pact_day(on, rule=None):
    """Who is at home since this day or earlier has been so for too long without an offer."""
    return rules.months_before(on, (rule or rules.rule_on(on)).pact_months) - rules.DAY


def has_offer(on):
    """Pupils with a suitable offer in a spell that holds on the date."""
    return Exists(_spells(on).filter(offer_on__lte=on))


#: Which reasons make somebody a thuiszitter, per count.
REASONS = {"ocw": ("unlawful", "absolute"), "broad": ("unlawful", "absolute", "broad")}


def reasons(on, rule=None):
    """{reason: since when it holds on the date}: expressions over pupils, null where it does not.

    Since the first day, of those that have lasted as long as the rule asks.
    """
    rule = rule or rules.rule_on(on)
    unlawful = _spells(
        on, kind="unlawful", is_full=True, valid_from__lte=on - rules.DAY * rule.lrv_wait
    )
    broad = _spells(
        on,
        percent_present__lte=rule.broad_percent,
        valid_from__lte=on - rules.DAY * rule.broad_days,
    )
    broad = broad.exclude(kind="exempt").exclude(kind="ill", attends_by_plan=False)
    return {
        "unlawful": _first(unlawful, "valid_from"),
        "absolute": _absolute(on),
        "broad": _first(broad, "valid_from"),
    }


def since(days, latest):
    """The condition that one of these days, which may be null, is `latest` or earlier."""
    first = Least(*days) if len(days) > 1 else days[0]
    return Q(LessThanOrEqual(Coalesce(first, Value(dt.date.max)), latest))


def may_be_at_home(start, end):
    """The only pupils whom a rule can count on a day of [start, end); the others cost nothing."""
    spells = AttendanceSpell.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=start), valid_from__lt=end
    )
    left = Enrolment.objects.filter(destination_type="none", valid_until__lt=end)
    return Q(pk__in=spells.values("pupil")) | Q(pk__in=left.values("pupil"))


def _spells(on, **facts):
    """The spells of the pupil of the outer query that hold on the date."""
    return AttendanceSpell.objects.valid_on(on).filter(pupil=OuterRef("pk"), **facts)


def _first(rows, column):
    """The first of the days in a column of a subquery, or null."""
    return Subquery(rows.order_by(column).values(column)[:1])


def _at_home(on, rule, of, latest):
    """Thuiszitters of whom at least one reason holds since `latest` or earlier."""
    known = reasons(on, rule)
    return since([known[reason] for reason in REASONS[of]], latest)


def _absolute(on):
    """See rules.absolute_since: a day or null."""
    enrolled = Enrolment.objects.valid_on(on).filter(pupil=OuterRef("pk"))
    # The next enrolment, if there is one, begins after the date.
    last = _left_without_school().filter(~Exists(_later().filter(valid_from__lte=on)))
    last = last.filter(valid_until__lte=on)
    recorded = _spells(on, kind="absolute")
    nowhere = compulsory(on) & ~Exists(enrolled) & ~Exists(_spells(on, kind="exempt"))
    return Case(
        When(nowhere, then=Least(_first(recorded, "valid_from"), _first(last, "valid_until")))
    )


def _left_without_school():
    """Enrolments of the pupil of the outer query that ended without another school."""
    return Enrolment.objects.filter(HAS_DAYS, pupil=OuterRef("pk"), destination_type="none")


def _later():
    """The enrolments that began after that of the outer query."""
    return Enrolment.objects.filter(
        HAS_DAYS, pupil=OuterRef("pupil"), valid_from__gt=OuterRef("valid_from")
    )


# --- On any day of a period -----------------------------------------------------------------------


class _Days(DateRange):
    """daterange(start, end) with its own type."""

    output_field = DateRangeField()


class _CompulsoryDays(Func):
    """From the month after the fifth birthday to the eighteenth; born on 29 February: 1 March."""

    _LEAP = "(to_char(%(expressions)s, 'MMDD') = '0229')::int"
    template = (
        "daterange((date_trunc('month', %(expressions)s::timestamp) + interval '5 years 1 month'"
        f" + {_LEAP} * interval '1 month')::date,"
        f" (%(expressions)s + interval '18 years')::date + {_LEAP})"
    )
    output_field = DateRangeField()


class _Common(Func):
    """The days that lie in every range."""

    template = "(%(expressions)s)"
    arg_joiner = " * "
    output_field = DateRangeField()


class _DayIsLeft(Func):
    """Whether a day of the first range lies in none of the arrays of ranges behind it."""

    template = "NOT isempty(datemultirange(%(expressions)s))"
    arg_joiner = ") - datemultirange(VARIADIC "
    output_field = BooleanField()


def was_thuiszitter_in(start, end):
    """Pupils who were a thuiszitter by the national count on any day of [start, end).

    A period in which another rule begins is counted part by part, each by its own rule.
    """
    borders = sorted(
        {start, end, *(r.holds_from for r in rules.RULES.values() if start < r.holds_from < end)}
    )
    found = Q(pk__in=[])
    for first, stop in pairwise(borders):
        found |= Q(Exists(_long_unlawful_in(first, stop, rules.rule_on(first))))
    return found | _absolute_in(start, end)


def _long_unlawful_in(start, end, rule):
    wait = dt.timedelta(days=rule.lrv_wait)
    return AttendanceSpell.objects.filter(
        Q(valid_until__isnull=True)
        | Q(valid_until__gt=start) & Q(valid_until__gt=F("valid_from") + Value(wait)),
        pupil=OuterRef("pk"),
        kind="unlawful",
        is_full=True,
        valid_from__lt=end - wait,
    )


def _absolute_in(start, end):
    """Nowhere at school on a day of [start, end): days at home less days of school or exemption."""
    days = _Days(Value(start), Value(end))
    must = _CompulsoryDays(OuterRef("birth_date"))
    taken = [
        ArraySubquery(
            rows.order_by()
            .filter(HAS_DAYS, pupil=OuterRef("pupil"))
            .values(days=_Days("valid_from", "valid_until"))
        )
        for rows in (Enrolment.objects.all(), AttendanceSpell.objects.filter(kind="exempt"))
    ]

    def some_day(*own):
        return _DayIsLeft(_Common(_Days(*own), days, must), *taken)

    recorded = AttendanceSpell.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=start),
        some_day("valid_from", "valid_until"),
        HAS_DAYS,
        pupil=OuterRef("pk"),
        kind="absolute",
        valid_from__lt=end,
    )
    left = _left_without_school().annotate(next_from=_first(_later(), "valid_from"))
    left = left.filter(some_day("valid_until", "next_from"), valid_until__lt=end)
    return Q(Exists(recorded)) | Q(Exists(left))
