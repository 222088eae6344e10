"""Who is absent, for the list, Start and the card of a pupil: rows of one actor on one day."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject
from django.utils.functional import cached_property

from oja.core import periods
from schools import attendance_rules as rules
from schools import attendance_sql as sql
from schools.models import AttendanceSpell, Enrolment, Pupil

Kind, Rung = AttendanceSpell.Kind, AttendanceSpell.Rung
#: What a row of the list tells of its spell.
SHOWN = (
    "pk",
    "kind",
    "reason",
    "percent_present",
    "valid_until",
    "rung",
    "next_step",
    "next_step_on",
    "returned",
)
#: Back at school for so many days without a new spell: it lasts.
LASTING = 28
#: Tabs in which a spell that ended is what it is about.
ENDED_TOO = ("near", "back")
#: The ladder: one step for every rung, and back at school as the last.
LADDER = [*Rung.values, "back"]


@dataclass(frozen=True)
class Hours:
    """Unlawful hours that count now, and since when the limit was reached and not reported."""

    running: Decimal
    reached_on: dt.date | None = None


class Overview:
    """The absences that an actor may see, on one day. Each question asks the database once."""

    def __init__(self, actor, on):
        self.actor, self.on = actor, on
        self.rule = rules.rule_on(on)
        self.pupils = Pupil.objects.visible_to(actor)
        self.spells = AttendanceSpell.objects.visible_to(actor).filter(sql.HAS_DAYS)

    @cached_property
    def hours(self):
        """Pupil key -> Hours, for whoever nears the limit or reached it and was not reported."""
        start = periods.school_year_of(self.on - dt.timedelta(days=90)).start
        stop = self.on + rules.DAY
        rows = self.spells.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=start),
            kind=Kind.UNLAWFUL,
            valid_from__lt=stop,
        ).select_related("site")
        found, days = {}, {}
        for spell in rows:
            found.setdefault((spell.pupil_id, spell.site.holiday_region), []).append(spell)
        near = {}
        for (pupil, region), own in found.items():
            if region not in days:
                days[region] = rules.school_days(start, stop, region)
            hours = _hours(own, days[region], self.rule)
            if hours.reached_on or hours.running >= self.rule.near_hours:
                near[pupil] = hours
        return near

    def conditions(self):
        """Tab -> condition on pupils, in the order of the page."""
        spells = self.spells.filter(pupil=OuterRef("pk"))
        open_now = spells.valid_on(self.on)
        year = periods.school_year_of(self.on)
        back = spells.filter(returned=True, valid_until__gt=year.start, valid_until__lte=self.on)
        return {
            "home": sql.thuiszitter_breed(self.on),
            "near": Q(pk__in=list(self.hours)),
            "exempt": Q(Exists(open_now.filter(kind=Kind.EXEMPT))),
            "back": Q(Exists(back)) & ~Q(Exists(open_now)),
            "all": Q(Exists(open_now)) | sql.without_school(self.on),
        }

    def rows(self, tab):
        """The pupils of a tab with `spell` (the newest, as a dict), `since`, and `is_ocw`."""
        begun = self.spells.filter(pupil=OuterRef("pk"), valid_from__lte=self.on)
        # Who left without a school has no spell that runs; one that ended tells about then.
        told = begun if tab in ENDED_TOO else begun.valid_on(self.on)
        newest = told.order_by("-valid_from")
        left = (
            Enrolment.objects.visible_to(self.actor)
            .filter(pupil=OuterRef("pk"), destination_type="none", valid_until__lte=self.on)
            .order_by("-valid_until")
        )
        is_ocw = Case(
            When(sql.thuiszitter_ocw(self.on), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        found = JSONObject(**{name: name for name in SHOWN})
        return self.pupils.filter(self.conditions()[tab]).annotate(
            spell=Subquery(newest.values(found=found)[:1]),
            since=Coalesce(
                Subquery(begun.valid_on(self.on).values("valid_from")[:1]),
                Subquery(left.values("valid_until")[:1]),
                output_field=DateField(),
            ),
            ended_on=Subquery(newest.values("valid_until")[:1]),
            step_on=Subquery(newest.values("next_step_on")[:1]),
            is_ocw=is_ocw,
        )


def _hours(spells, days, rule):
    count = rules.count_hours(rules.missed_hours(spells, days, rule), days, rule)
    last = count.reached[-1] if count.reached else None
    reported = max((s.reported_on for s in spells if s.reported_on), default=None)
    if last is not None and reported is not None and reported >= last:
        last = None
    return Hours(count.running.quantize(Decimal("0.1")), last)


def day_of(text):
    """The date in the JSON of a spell; None when there is none."""
    return dt.date.fromisoformat(text) if text else None


def is_open(spell, on):
    """Whether the spell, as a dict of `Overview.rows`, holds on the date."""
    end = day_of(spell["valid_until"])
    return end is None or end > on


def rung_of(spell):
    """The rung of a spell on the ladder; "back" when it ended at school."""
    return "back" if spell["returned"] else spell["rung"]
