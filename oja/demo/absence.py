"""Who is not at school: illness, truancy, exemptions, and the pupils who stay at home."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from oja.demo.pupils import Children
from schools.actions import record_spells_many


@dataclass(frozen=True)
class Kind:
    """A kind of spell: how many of a hundred pupils have it in a year, and how long it lasts."""

    kind: str
    share: float
    days: tuple[int, int]
    reason: str = ""
    is_full: bool = True
    percent: int = 0
    hours_a_week: int = 0


YEARLY = (
    Kind("ill", 0.05, (5, 25)),
    Kind("unlawful", 0.03, (3, 15), "SCHOOLWEIGERING", is_full=False, percent=70, hours_a_week=8),
    Kind("unlawful", 0.012, (35, 140), "WACHT_PLAATS"),
    Kind("suspended", 0.006, (1, 5), "SCHORSING_VERWIJDERING"),
    Kind("custom", 0.012, (40, 160), "PSYCH", is_full=False, percent=20),
    Kind("exempt", 0.004, (150, 300)),
)
#: Who is at home today: days ago, kind, reason, whether an offer was made.
NOW = (
    (45, "unlawful", "SCHOOLWEIGERING", False),
    (120, "unlawful", "WACHT_PLAATS", True),
    (75, "custom", "PSYCH", False),
    (230, "unlawful", "WACHT_HULP", False),
)
STEPS = {
    "contact": "Bellen met ouders",
    "plan": "Gesprek met ouders en jeugdarts",
    "partly": "Twee ochtenden per week terug",
}


class Absences:
    """Records the spells of a site; the same seed gives the same days."""

    def __init__(self, random: Random, start: dt.date, today: dt.date):
        self.random = random
        self.start = start
        self.today = today

    def record(self, actor, children: Children) -> None:
        """Spells in every year since the start, and a few that run today."""
        enrolled = {e.pupil_id: e for e in children.enrolments if e.valid_until is None}
        pupils = [pupil for pupil in children.pupils if pupil.pk in enrolled]
        self.random.shuffle(pupils)
        spells, busy = [], {}
        # One in two schools has a pupil of each kind at home now.
        now = [item for item in NOW if self.random.random() < 0.5][: max(1, len(pupils) // 40)]
        for pupil, item in zip(pupils, now, strict=False):
            began = max(self.today - dt.timedelta(days=item[0]), enrolled[pupil.pk].valid_from)
            busy[pupil.pk] = began
            spells.append(self._running(pupil, began, *item[1:]))
        for pupil in pupils[len(now) : len(now) + len(pupils) // 60 + 1]:
            spells.append(self._near_sixteen(pupil))
            busy[pupil.pk] = self.today
        quiet = [pupil for pupil in pupils if pupil.pk not in busy]
        years = (self.today - self.start).days / 365
        for kind in YEARLY:
            for _spell in range(round(kind.share * len(pupils) * years)):
                pupil = next((p for p in quiet if self._fits(kind, enrolled[p.pk])), None)
                if pupil:
                    quiet.remove(pupil)
                    spells.append(self._past(kind, pupil, enrolled[pupil.pk]))
        record_spells_many(actor, spells, on=self.today)

    def _running(self, pupil, began, kind, reason, has_offer):
        rung = self.random.choice(list(STEPS))
        spell = {
            "pupil": pupil,
            "kind": kind,
            "reason": reason,
            "valid_from": began,
            "is_full": kind != "custom",
            "percent_present": 15 if kind == "custom" else 0,
            "rung": rung,
            "next_step": STEPS[rung],
            "next_step_on": self.today + dt.timedelta(days=self.random.randint(1, 10)),
        }
        if kind == "unlawful":
            spell["reported_on"] = began + dt.timedelta(days=20)
        if has_offer:
            spell |= {
                "offer_on": self.today - dt.timedelta(days=20),
                "offer_party": "Samenwerkingsverband",
            }
        return spell

    def _near_sixteen(self, pupil):
        return {
            "pupil": pupil,
            "kind": "unlawful",
            "reason": "SCHOOLWEIGERING",
            "valid_from": self.today - dt.timedelta(days=20),
            "is_full": False,
            "percent_present": 75,
            "hours": Decimal(self.random.randint(11, 15)),
        }

    def _fits(self, kind, enrolment):
        """Whether the pupil is at school long enough to have had this, and to be back."""
        return max(self.start, enrolment.valid_from) < self._last(kind)

    def _last(self, kind):
        """The day on which it has to have begun to be over now."""
        return self.today - dt.timedelta(days=kind.days[1] + 5)

    def _past(self, kind, pupil, enrolment):
        first = max(self.start, enrolment.valid_from)
        began = first + dt.timedelta(days=self.random.randrange((self._last(kind) - first).days))
        days = self.random.randint(*kind.days)
        is_long = kind.kind == "unlawful" and days > 20
        return {
            "pupil": pupil,
            "kind": kind.kind,
            "reason": kind.reason,
            "valid_from": began,
            "valid_until": began + dt.timedelta(days=days),
            "is_full": kind.is_full,
            "percent_present": kind.percent,
            "hours": Decimal(max(1, kind.hours_a_week * days // 7)) if kind.hours_a_week else None,
            "returned": kind.kind != "exempt",
            "reported_on": began + dt.timedelta(days=20) if is_long else None,
        }
