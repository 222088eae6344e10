"""Groups in every half year, and work for whole classes: help that reaches further than one."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from oja.core.periods import AMSTERDAM, closed_days
from oja.demo.register import SITE_OF, Register
from oja.demo.stories import Story
from providers.models import Worker
from support import actions

TITLES = {
    "SOCEM": ("Samen spelen", "Vrienden maken en ruzies oplossen"),
    "GEDRAG": ("Rustig blijven", "Stoppen, denken en dan pas doen"),
    "ANGST_SOMBER": ("Durven", "Elke week een klein spannend ding"),
    "AUTISME": ("Prikkels", "Weten wat er komt en op tijd rust zoeken"),
    "ADHD": ("Aan de slag", "Beginnen, volhouden en afmaken"),
}
THEMES = ("Rust in de klas", "Praten over ruzie", "Slapen en schermen", "Omgaan met verlies")
LEAST, MOST = 4, 8
SESSIONS = 10
PRESENT = 0.88
EVALUATION = "De meeste kinderen doen nu zelf wat ze hier hebben geoefend."


@dataclass
class Term:
    """A half year in which groups run."""

    start: dt.date
    end: dt.date

    def holds(self, story: Story, today: dt.date) -> bool:
        """Whether a pupil has help long enough in this half year to take part."""
        begins = max(self.start, story.start_on)
        return begins + dt.timedelta(weeks=5) <= min(self.end, story.end_on, today)


class GroupPlayer:
    """Lets the workers of a site lead groups of the pupils whom they help."""

    def __init__(self, register: Register, random: Random, start: dt.date, today: dt.date):
        self.register = register
        self.random = random
        self.today = today
        self.terms = [
            Term(dt.date(year, month, 15), dt.date(year + (month == 9), 1 if month == 9 else 6, 30))
            for year in range(start.year, today.year + 1)
            for month in (2, 9)
            if start <= dt.date(year, month, 15) <= today
        ]

    def play(self, actor, stories: list[Story], trajectories: dict, worker: Worker) -> None:
        """The groups that this worker leads for the pupils of these stories."""
        groups, joining = [], []
        for number, term in enumerate(self.terms):
            chosen = [story for story in stories if term.holds(story, self.today)]
            if len(chosen) < LEAST:
                continue
            chosen = sorted(chosen, key=lambda story: story.pupil.sort_name)[:MOST]
            group = self._open(actor, worker, term, number, chosen)
            groups.append((group, term))
            joining += [self._joins(group, term, story, trajectories) for story in chosen]
        participants = actions.add_participants_many(actor, joining, on=self.today)
        by_group: dict = {}
        for participant in participants:
            by_group.setdefault(participant.group_id, []).append(participant)
        sessions = [
            session
            for group, term in groups
            for session in self._sessions(group, term, by_group.get(group.pk, []))
        ]
        actions.record_sessions_many(actor, sessions)
        self.finished(actor, groups)
        self._classes(actor, worker)

    def _open(self, actor, worker, term, number, chosen):
        topics = [story.topics[0] for story in chosen if story.topics[0] in TITLES]
        topic = max(set(topics), key=lambda one: (topics.count(one), one)) if topics else "SOCEM"
        title, goal = TITLES[topic]
        return actions.open_group(
            actor,
            site=self.register.sites[chosen[0].site],
            title=title,
            goal=goal,
            topic=topic,
            weekday=1 + number % 4,
            start_time=dt.time(13, 30),
            minutes=60,
            session_count=SESSIONS,
            places=MOST,
            room="de bibliotheek",
            workers=[worker],
            valid_from=term.start,
            on=self.today,
        )

    def _joins(self, group, term, story, trajectories):
        ended = min(term.end, story.end_on)
        return {
            "group": group,
            "trajectory": trajectories[id(story)],
            "on": max(term.start, story.start_on),
            "until": ended if ended <= self.today else None,
        }

    def _sessions(self, group, term, participants):
        """Weekly on the day of the group, not in holidays and not for who is no longer helped."""
        off = closed_days("NOORD", term.start, term.end)
        day = term.start + dt.timedelta(days=(group.weekday - term.start.isoweekday()) % 7)
        held = 0
        # The last days are left to whoever tries the demo.
        while held < SESSIONS and day <= min(term.end, self.today - dt.timedelta(days=3)):
            here = [p for p in participants if p.holds_on(day)]
            if here and not any(_in(item, day) for item in off):
                held += 1
                yield {
                    "group": group,
                    "on": day,
                    "minutes": group.minutes,
                    "workers": 1 + (held % 3 == 0),
                    "outcomes": {participant: self._outcome() for participant in here},
                    "at": dt.datetime.combine(day, dt.time(15), AMSTERDAM),
                }
            day += dt.timedelta(days=7)

    def _outcome(self):
        if self.random.random() < PRESENT:
            return "present"
        return self.random.choice(("ill", "forgotten", "unknown"))

    def finished(self, actor, groups):
        """Groups of a half year that is over end with a few words."""
        for group, term in groups:
            if term.end < self.today:
                actions.close_group(actor, group=group, evaluation=EVALUATION, on=term.end)

    def _classes(self, actor, worker):
        """Once or twice a month something for a whole class or for the team."""
        site = self.register.sites[SITE_OF[worker.name]]
        names = [group.name for group in self.register.groups[site.name]]
        works, day = [], self.terms[0].start if self.terms else self.today
        while day < self.today:
            if day.isoweekday() <= 5 and day.month not in (7, 8):
                for_team = self.random.random() < 0.25
                works.append(
                    {
                        "worker": worker,
                        "site": site,
                        "on": day,
                        "minutes": self.random.choice((45, 60, 90)),
                        "theme": self.random.choice(THEMES),
                        "reach": self.random.randint(8, 14),
                        "group_label": "" if for_team else self.random.choice(names),
                        "form": "CONSULTATIE_TEAM" if for_team else "COLLECTIEF",
                    }
                )
            day += dt.timedelta(days=self.random.randint(12, 24))
        actions.record_collective_many(actor, works)


def _in(item, day):
    return item == day if isinstance(item, dt.date) else item.contains(day)
