"""When a child counts as without school, and when absence must be reported. Pure, with versions.

A rule holds from a date; a figure keeps the version it was computed with. The sister
`schools.attendance_sql` says the same in SQL, and a test compares the two.

Facts are rows of AttendanceSpell and Enrolment, or anything with the same attributes. Rows of no
days (both dates the same) count nowhere.
"""

import calendar
import datetime as dt
import operator
from dataclasses import dataclass, field
from decimal import Decimal

from oja.core import periods

DAY = dt.timedelta(days=1)
OPERATORS = {">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True)
class Rule:
    """The numbers of one version; days are calendar days, `window_days` school days."""

    version: str
    holds_from: dt.date
    lrv_days: int = 28  # langdurig relatief verzuim: absent without reason, wholly
    lrv_operator: str = ">"
    broad_days: int = 28  # at least
    broad_percent: int = 25  # at most this part of the timetable at school
    pact_months: int = 3  # longer than
    hours: Decimal = Decimal(16)
    hours_operator: str = ">="
    near_hours: Decimal = Decimal(8)
    window_days: int = 20  # four school weeks
    day_hours: Decimal = Decimal(5)  # a day, as long as nobody recorded the hours

    @property
    def lrv_wait(self):
        """Days from the first day of a spell until the day on which it counts."""
        return self.lrv_days + (self.lrv_operator == ">")


# 4 weeks: DUO, "langdurig relatief verzuim"; Kamerstuk 26695-108 writes "langer dan" and "vier
# weken of langer". 16 hours in 4 school weeks: Leerplichtwet 21a. 3 months: Thuiszitterspact.
RULES = {rule.version: rule for rule in (Rule("2026-1", dt.date(2000, 1, 1)),)}


def rule_on(on):
    """The newest rule that holds on the date; the first one for what lies before it."""
    rules = sorted(RULES.values(), key=lambda rule: rule.holds_from)
    return next((rule for rule in reversed(rules) if rule.holds_from <= on), rules[0])


# --- Compulsory education -------------------------------------------------------------------------


def compulsory_from(birth_date):
    """The first day of the month after the fifth birthday (Leerplichtwet 3)."""
    fifth = periods.birthday(birth_date, 5)
    return (fifth.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def leerplichtig(birth_date, on):
    """From the month after the fifth birthday to the end of the school year of the sixteenth."""
    last_year = periods.school_year_of(periods.birthday(birth_date, 16))
    return compulsory_from(birth_date) <= on < last_year.end


def kwalificatieplichtig(birth_date, on, has_qualification=False):
    """16 or 17 years old without havo, vwo or mbo 2 (Leerplichtwet 4a)."""
    return 16 <= periods.age_on(birth_date, on) < 18 and not has_qualification


def compulsory(birth_date, on):
    """Whether the child must go to school on the date; nobody here has a diploma yet."""
    return leerplichtig(birth_date, on) or kwalificatieplichtig(birth_date, on)


def born_by(on, years):
    """The last birth date of whoever is that many years old on the date."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return dt.date(on.year - years, 2, 28)


def compulsory_births(on):
    """(after, last): who was born after the one, until the other, must go to school on the date."""
    return born_by(on, 18), born_by(on.replace(day=1) - DAY, 5)


# --- Without school -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What the record of one school knows about one pupil."""

    birth_date: dt.date
    spells: tuple = ()
    enrolments: tuple = ()

    def open_spells(self, on):
        """The spells of absence that hold on the date."""
        return [spell for spell in self.spells if spell.holds_on(on)]

    def is_enrolled(self, on):
        """Whether an enrolment holds on the date."""
        return any(row.holds_on(on) for row in self.enrolments)

    def last_enrolment(self, on):
        """The enrolment that began last, on the date or before it."""
        rows = [row for row in self.enrolments if row.valid_from <= on and _has_days(row)]
        return max(rows, key=lambda row: row.valid_from, default=None)


def _has_days(row):
    return row.valid_until is None or row.valid_until > row.valid_from


def absolute_since(facts, on):
    """Since when the child is nowhere at school (absoluut verzuim), or None.

    It must go to school, this record has no enrolment and no exemption on the date, and somebody
    recorded that it sits at home, or the last enrolment ended without another school. Whoever
    went somewhere else is at school there.
    """
    open_spells = facts.open_spells(on)
    if not compulsory(facts.birth_date, on) or facts.is_enrolled(on):
        return None
    if any(spell.kind == "exempt" for spell in open_spells):
        return None
    found = [spell.valid_from for spell in open_spells if spell.kind == "absolute"]
    last = facts.last_enrolment(on)
    if last is not None and last.destination_type == "none":
        found.append(last.valid_until)
    return min(found, default=None)


def is_lrv(spell, on, rule):
    """Wholly absent without valid reason for longer than four weeks."""
    return (
        spell.kind == "unlawful"
        and spell.is_full
        and OPERATORS[rule.lrv_operator]((on - spell.valid_from).days, rule.lrv_days)
    )


def is_broad(spell, on, rule):
    """Hardly at school for four weeks, and not because of illness that allows nothing."""
    return (
        spell.kind != "exempt"
        and (on - spell.valid_from).days >= rule.broad_days
        and spell.percent_present <= rule.broad_percent
        and (spell.kind != "ill" or spell.attends_by_plan)
    )


def since(facts, on, rule=None, of="ocw"):
    """Since when the child is a thuiszitter ("ocw" or "broad"), or None when it is none."""
    rule = rule or rule_on(on)
    tests = (is_lrv,) if of == "ocw" else (is_lrv, is_broad)
    spells = facts.open_spells(on)
    found = [s.valid_from for s in spells if any(test(s, on, rule) for test in tests)]
    absolute = absolute_since(facts, on)
    return min(found if absolute is None else [*found, absolute], default=None)


def thuiszitter_ocw(facts, on, rule=None):
    """By the national count: absolute absence, or unlawful for longer than four weeks."""
    return since(facts, on, rule, "ocw") is not None


def thuiszitter_breed(facts, on, rule=None):
    """By the practical count: also enrolled and hardly there for four weeks, not by illness."""
    return since(facts, on, rule, "broad") is not None


def thuiszitter_pact(facts, on, rule=None):
    """Longer than three months at home without a suitable offer (Thuiszitterspact)."""
    rule = rule or rule_on(on)
    start = since(facts, on, rule, "broad")
    return (
        start is not None
        and start < months_before(on, rule.pact_months)
        and not any(s.offer_on is not None and s.offer_on <= on for s in facts.open_spells(on))
    )


# --- How long -------------------------------------------------------------------------------------

#: Key -> (at least this many months, less than this many months or None), in order.
DURATIONS = {"under_3m": (0, 3), "3_6m": (3, 6), "6_12m": (6, 12), "over_12m": (12, None)}


def months_before(on, months):
    """The same day some months earlier, or the last day of that month."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(on.day, last))


def duration_class(start, on):
    """The key of DURATIONS in which somebody at home since `start` falls on the date."""
    return next(
        key
        for key, (_least, less) in DURATIONS.items()
        if less is None or start > months_before(on, less)
    )


# --- 16 hours in four school weeks ----------------------------------------------------------------


@dataclass(frozen=True)
class HoursCount:
    """Days on which the limit was reached, and the hours that count towards the next time."""

    reached: tuple = ()
    running: Decimal = field(default=Decimal(0))


def count_hours(days, school_days, rule):
    """Slide a window of `rule.window_days` school days over missed hours; gives a HoursCount.

    days: pairs of a date and hours. school_days: all school days in order, up to and including
    the last one that counts; other days do not exist. After the limit is reached the count
    begins anew on the next day.
    """
    missed = {}
    for day, hours in days:
        missed[day] = missed.get(day, Decimal(0)) + Decimal(hours)
    limit = OPERATORS[rule.hours_operator]
    window, reached = [], []
    for day in school_days:
        window = [*window, missed.get(day, Decimal(0))][-rule.window_days :]
        if limit(sum(window), rule.hours):
            reached.append(day)
            window = []
    return HoursCount(tuple(reached), sum(window, Decimal(0)))


def sixteen_hours(days, school_days, rule):
    """The first day on which the limit is reached, or None (see `count_hours`)."""
    reached = count_hours(days, school_days, rule).reached
    return reached[0] if reached else None


def missed_hours(spells, school_days, rule):
    """(date, hours) of absence without valid reason, for `count_hours`.

    Recorded hours are spread evenly over the school days of their spell; without them a day counts
    `rule.day_hours`, less the part that the pupil is at school. What lasts after it was reported
    is no reason for another report, so it counts up to the day of the report.
    """
    found = []
    for spell in spells:
        if spell.kind != "unlawful":
            continue
        own = [day for day in school_days if spell.holds_on(day)]
        if spell.hours is None:
            each = rule.day_hours * (100 - spell.percent_present) / 100
        else:
            each = spell.hours / (len(own) or 1)
        last = spell.reported_on
        found += [(day, each) for day in own if last is None or day <= last]
    return found


def school_days(start, end, region):
    """The school days of a region from `start` up to, not including, `end`."""
    closed = set()
    for item in periods.closed_days(region, start, end):
        period = item if isinstance(item, periods.Period) else periods.Period(item, item + DAY)
        closed.update(period.start + DAY * number for number in range(period.days))
    every = (start + DAY * number for number in range((end - start).days))
    return [day for day in every if day.weekday() < 5 and day not in closed]
