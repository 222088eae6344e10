"""What happened to each hulpvraag of the demo world: dates and choices, before any row is made.

A story is drawn whole, from the first talk to the end of the help; what lies after today has not
happened yet. The magnitudes are those of a pilot with six schools.
"""

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from oja.core.periods import add_school_days, closed_days
from oja.demo.pupils import Children
from oja.demo.register import TEAMS, Register, SiteSize
from schools.models import Guardian, Pupil

OUTCOMES = {"accept": 72, "education": 18, "district_team": 6, "elsewhere": 4}
END_REASONS = {"31": 68, "32": 9, "33": 5, "34": 12, "35": 6}
SOURCES = {"school": 66, "parent": 22, "pupil": 6, "youth_health": 3, "district_team": 3}
TOPICS = {
    "SOCEM": 22,
    "GEDRAG": 18,
    "ANGST_SOMBER": 16,
    "AUTISME": 10,
    "ADHD": 10,
    "SCHOOLGANG": 8,
    "OPVOEDING_THUIS": 6,
    "SCHEIDING": 5,
    "ROUW": 3,
    "VERSLAVING_GAMEN": 2,
}
QUESTIONS = {
    "SOCEM": "{name} zoekt vaak ruzie op het plein en weet niet hoe het goed komt. We willen dat"
    " {name} weer een vriend heeft om mee te spelen.",
    "GEDRAG": "{name} loopt elke dag de klas uit als het werk moeilijk wordt. We willen dat {name}"
    " om hulp vraagt voordat het misgaat.",
    "ANGST_SOMBER": "{name} is sinds de herfstvakantie stil en vaak misselijk op maandag. {name}"
    " wil graag weer met plezier naar school.",
    "AUTISME": "Het is voor {name} te druk in de klas. {name} wil een vaste plek en weten wat er"
    " komt.",
    "ADHD": "{name} begint snel, maar maakt weinig af. We willen dat {name} een half uur achter"
    " elkaar kan werken.",
    "SCHOOLGANG": "{name} kwam de laatste weken drie keer niet naar school. We willen dat {name}"
    " alle dagen komt.",
    "OPVOEDING_THUIS": "De ouders vragen hoe zij thuis rust krijgen rond het eten en slapen van"
    " {name}.",
    "SCHEIDING": "De ouders van {name} gaan uit elkaar. {name} kan het in de klas niet vertellen en"
    " is vaak boos.",
    "ROUW": "De opa van {name} is overleden. {name} praat er niet over en huilt vaak.",
    "VERSLAVING_GAMEN": "{name} gamet tot laat en slaapt in de les. {name} wil zelf minder gamen.",
}
GOALS = {
    "SOCEM": ("{name} speelt in de pauze met een ander kind", "Oefenen in een klein groepje"),
    "GEDRAG": ("{name} vraagt om hulp met een kaartje", "De juf en {name} spreken een teken af"),
    "ANGST_SOMBER": ("{name} gaat alle dagen naar school", "Op maandag wacht de juf bij de deur"),
    "AUTISME": ("{name} blijft de hele ochtend in de klas", "Een vaste plek en een dagplanning"),
    "ADHD": ("{name} werkt twintig minuten door", "Een klok op tafel en korte taken"),
    "SCHOOLGANG": ("{name} komt vier dagen per week", "Elke week een dagdeel erbij"),
    "OPVOEDING_THUIS": ("{name} slaapt om acht uur", "Vast ritme, ouders bouwen samen af"),
    "SCHEIDING": ("{name} kan zeggen hoe het gaat", "Elke week een gesprek met tekenen"),
    "ROUW": ("{name} praat over opa", "Een herinneringsdoos maken"),
    "VERSLAVING_GAMEN": ("{name} gamet een uur per dag", "Samen met ouders een afspraak"),
}
HOME_GOAL = ("{name} vertelt thuis hoe de dag was", "Elke avond vijf minuten, zonder telefoon")


@dataclass
class Story:
    """One hulpvraag with its dates; a date after today has not happened."""

    site: str
    pupil: Pupil
    custodians: list[Guardian]
    topics: list[str]
    source: str
    urgency: str
    submitted_on: dt.date
    answers: dict = field(default_factory=dict)  # guardian key or None -> (answer, form)
    team_on: dt.date | None = None
    decided_on: dt.date | None = None
    outcome: str = "accept"
    worker: str = ""
    assigned_on: dt.date | None = None
    intake_on: dt.date | None = None
    plan_on: dt.date | None = None
    start_on: dt.date | None = None
    weekday: int = 1
    start_time: dt.time = dt.time(10, 15)
    minutes: int = 45
    contacts: list[dt.date] = field(default_factory=list)
    between: set[dt.date] = field(default_factory=set)  # those outside the fixed hour
    end_on: dt.date | None = None
    end_reason: str = "31"
    stays_concept: bool = False

    @property
    def first_name(self) -> str:
        """How the texts name the pupil."""
        return self.pupil.first_name.split(" ")[0]

    def text(self, template: str) -> str:
        """A sentence about this pupil."""
        return template.format(name=self.first_name)


class StoryTeller:
    """Draws the stories of one site."""

    def __init__(self, random: Random, register: Register, start: dt.date, today: dt.date):
        self.random = random
        self.register = register
        self.start = start
        self.today = today
        self.closed = closed_days("NOORD", start - dt.timedelta(days=60), today)
        self.off = {day for item in self.closed for day in self._days_of(item)}

    def tell(self, size: SiteSize, children: Children, count: int) -> list[Story]:
        """`count` stories of the site, oldest first; one at a time in a family."""
        guardians = children.guardians_by_pupil()
        custodians = {
            pupil.pk: [guardian for guardian in guardians[pupil.pk] if guardian.has_custody]
            for pupil in children.pupils
        }
        home = self.register.home.pk
        at_home = {row.pupil_id for row in children.residences if row.municipality_id == home}
        asked = [pupil for pupil in children.pupils[:-9] if custodians[pupil.pk]]
        # Schools know who pays, so for the others they seldom ask.
        pupils = [p for p in asked if p.pk in at_home or self.random.random() < 0.1]
        days = self._school_days()
        moments = sorted(self._pick_day(days) for _number in range(count))
        stories, free_from = [], {}
        for moment in moments:
            candidates = [p for p in pupils if free_from.get(p.household, self.start) <= moment]
            if not candidates:
                continue
            pupil = self.random.choice(candidates)
            story = self._story(size, custodians[pupil.pk], pupil, moment)
            until = story.end_on or (dt.date.max if story.outcome == "accept" else moment)
            free_from[pupil.household] = min(until, self.today) + dt.timedelta(days=60)
            stories.append(story)
        return stories

    def _school_days(self):
        days = []
        day = add_school_days(self.start, 20, self.closed)
        while day <= self.today:
            days.append(day)
            day = add_school_days(day + dt.timedelta(days=1), 0, self.closed)
        return days

    def _pick_day(self, days):
        """Any school day, and the last weeks more often: open questions are what people see."""
        if self.random.random() < 0.2:
            return self.random.choice(days[-30:])
        return self.random.choice(days)

    def later(self, day: dt.date, least: int, most: int) -> dt.date:
        """A school day so many school days later."""
        return add_school_days(day, self.random.randint(least, most), self.closed)

    def _weighted(self, table):
        return self.random.choices(list(table), weights=list(table.values()))[0]

    def _story(self, size, custodians, pupil, moment):
        first = self._weighted(TOPICS)
        topics = [first] + [t for t in (self._weighted(TOPICS),) if t != first]
        story = Story(
            site=size.name,
            pupil=pupil,
            custodians=custodians,
            topics=topics,
            source=self._weighted(SOURCES),
            urgency="urgent" if self.random.random() < 0.06 else "normal",
            submitted_on=moment,
            worker=self.random.choice(TEAMS[size.name]),
            outcome=self._weighted(OUTCOMES),
            end_reason=self._weighted(END_REASONS),
        )
        self._answers(story)
        self._dates(story)
        return story

    def _answers(self, story):
        """Who says what about sharing; asked from those who decide on the day of submitting."""
        is_recent = (self.today - story.submitted_on).days < 40
        age = story.pupil.age_on(story.submitted_on)
        givers = [] if age >= 16 else [g.pk for g in story.custodians]
        givers += [None] if age >= 12 else []
        for place, giver in enumerate(givers):
            draw = self.random.random()
            if place > 0 and draw < (0.35 if is_recent else 0.03):
                story.answers[giver] = ("asked", "link")
            elif place > 0 and draw < (0.40 if is_recent else 0.05):
                story.answers[giver] = ("refused", "talk")
            else:
                story.answers[giver] = ("given", "talk")

    def _dates(self, story):
        if story.submitted_on > self.today - dt.timedelta(days=4) and self.random.random() < 0.4:
            story.stays_concept = True
            return
        is_shared = all(answer == "given" for answer, _form in story.answers.values())
        # Teams meet now and then, so the newest questions are still waiting for one.
        is_new = (self.today - story.submitted_on).days < 21
        story.team_on = self.later(story.submitted_on, 1, 12 if is_new else 6)
        story.decided_on = story.team_on
        if story.outcome == "accept" and not is_shared:
            if (self.today - story.submitted_on).days > 50:
                story.outcome = "education"  # without agreement the school does what it can
            else:
                story.decided_on = None  # waits for an answer
            return
        if story.outcome != "accept":
            return
        story.assigned_on = self.later(story.decided_on, 0, 9 if is_new else 2)
        story.intake_on = self.later(story.assigned_on, 1, 4)
        story.plan_on = self.later(story.intake_on, 1, 4)
        # One in seven has to wait for a place.
        wait = (8, 16) if self.random.random() < 0.14 else (1, 2)
        story.start_on = self.later(story.plan_on, *wait)
        self._help(story)

    def _help(self, story):
        """Weekly help at a fixed hour for two to eight months; sometimes it does not go ahead."""
        weeks = self.random.randint(12, 44)
        first = story.start_on
        story.weekday = first.isoweekday()
        story.minutes = self.random.choice((30, 45, 45, 60))
        story.start_time = dt.time(self.random.randint(8, 15), self.random.choice((0, 15, 30, 45)))
        day = first
        comes_twice = self.random.random() < 0.75
        for _week in range(weeks):
            other = day + dt.timedelta(days=2 if day.isoweekday() <= 3 else 4)
            if day not in self.off:
                story.contacts.append(day)
            if comes_twice and other not in self.off:
                story.contacts.append(other)
                story.between.add(other)
            day += dt.timedelta(days=7)
        story.end_on = add_school_days(max(story.contacts), 1, self.closed)

    def _days_of(self, item):
        if isinstance(item, dt.date):
            return [item]
        return [item.start + dt.timedelta(days=n) for n in range(item.days)]
