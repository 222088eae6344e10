"""Invitations to say what the help was like, and what people answered."""

import datetime as dt
from random import Random

from oja.demo.register import Register
from oja.demo.stories import Story
from support.actions.survey import invite_many_to_survey, record_answers_many
from support.survey_rules import HalfYear, pupil_informant

RESPONSE = 0.65
REMARKS = (
    "Fijn dat het op school kon.",
    "Graag eerder beginnen.",
    "We hadden steeds dezelfde persoon. Dat werkte.",
    "Vertel de meester beter wat we oefenen.",
)


class Asker:
    """Invites parents and pupils during the help and at its end, and draws their answers."""

    def __init__(self, register: Register, random: Random, today: dt.date):
        self.register = register
        self.random = random
        self.today = today
        self.sheets: list[dict] = []

    def play(self, actor, stories: list[Story], trajectories: dict) -> None:
        """The invitations of these stories; the answers are kept for `send`."""
        invitations = []
        for story in stories:
            trajectory, asked = trajectories[id(story)], set()
            for on in self._moments(story):
                half = str(HalfYear.of(on))
                if half in asked:
                    continue
                asked.add(half)
                for guardian in story.custodians[:1]:
                    invitations.append(self._invitation(trajectory, "parent", on, guardian))
                    self._answer(trajectory, "parent", on)
                informant = pupil_informant(story.pupil.birth_date, on)
                if informant:
                    invitations.append(self._invitation(trajectory, informant, on))
                    self._answer(trajectory, informant, on)
        invite_many_to_survey(actor, invitations)

    def _moments(self, story):
        """Some months after the start, and at the end; once in a half-year at most."""
        last = min(self.today - dt.timedelta(days=14), story.end_on)
        later = story.start_on + dt.timedelta(days=self.random.randint(60, 100))
        return [day for day in (later, story.end_on) if day <= last]

    def _invitation(self, trajectory, informant, on, guardian=None):
        return {
            "trajectory": trajectory,
            "informant": informant,
            "on": on,
            "guardian": guardian,
        }

    def _answer(self, trajectory, informant, on):
        if self.random.random() >= RESPONSE:
            return
        mark = max(1, min(10, round(self.random.gauss(7.8 if informant == "parent" else 7.5, 1.2))))
        sheet = {
            "provider": trajectory.provider,
            "arrangement": self.register.arrangement,
            "half_year": str(HalfYear.of(on)),
            "informant": informant,
            "q1": self._face(),
            "q2": self._face(),
            "q3": self._face(),
        }
        if informant != "child":
            remark = self.random.choice(REMARKS) if self.random.random() < 0.3 else ""
            sheet |= {"mark": mark, "remark": remark}
        self.sheets.append(sheet)

    def _face(self):
        return self.random.choices((1, 2, 3, 4, None), (3, 9, 38, 46, 4))[0]

    def send(self, actor) -> None:
        """All answers at once: nobody can tell whose they are."""
        record_answers_many(actor, self.sheets)
