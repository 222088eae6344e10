"""Plays the stories: every step by the person who takes it, through the actions and their guards.

Bulk sisters of an action are used where they exist; they run the same guards over a set.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from random import Random

from oja.access.actor import Actor, become
from oja.access.models import User
from oja.access.scoping import CHANGE
from oja.core.periods import birthday
from oja.demo.answers import Asker
from oja.demo.groups import GroupPlayer
from oja.demo.purchases import Market
from oja.demo.register import Register
from oja.demo.stories import GOALS, HOME_GOAL, QUESTIONS, Story
from providers.models import Worker
from support import actions
from support.models import Goal, Purpose, RequestState, SupportRequest, Trajectory
from support.workflow import REQUEST, TRAJECTORY


class Player:
    """Plays the stories of one site, step by step, until today."""

    def __init__(
        self,
        register: Register,
        random: Random,
        today: dt.date,
        *,
        groups: GroupPlayer | None,
        market: Market,
        asker: Asker,
    ):
        self.groups = groups
        self.market = market
        self.asker = asker
        self.register = register
        self.random = random
        self.today = today
        self.requests: dict[int, SupportRequest] = {}
        self.trajectories: dict[int, Trajectory] = {}

    def happened(self, day: dt.date | None) -> bool:
        """Whether the day has come."""
        return day is not None and day <= self.today

    def play(self, stories: list[Story], *, coordinator: User, managers: tuple[User, User]) -> None:
        """Everything that happened in these stories. The second manager decides about bills."""
        manager = managers[0]
        with become(Actor.for_user(coordinator)) as actor:
            self._ask(actor, stories)
            self._decide(actor, stories)
        with become(Actor.for_user(manager)) as actor:
            self._assign(actor, stories)
        by_worker = defaultdict(list)
        for story in stories:
            if id(story) in self.trajectories:
                by_worker[story.worker].append(story)
        for name, own in by_worker.items():
            with become(Actor.for_user(self.register.people[name])) as actor:
                self._help(actor, own, self.register.workers[name])
        helped = [
            story
            for story in stories
            if id(story) in self.trajectories and self.happened(story.start_on)
        ]
        with become(Actor.system("Oefenomgeving")) as actor:
            self.market.play(
                actor, helped, self.trajectories, coordinator=coordinator, managers=managers
            )
            self.asker.play(actor, helped, self.trajectories)
        # A worker does not see what ended some months ago; the manager closes it in the worker's
        # place, since here all of the past happens today.
        ended = [s for s in stories if id(s) in self.trajectories and self.happened(s.end_on)]
        with become(Actor.for_user(manager)) as actor:
            self._close(actor, ended)

    # --- School ---------------------------------------------------------------------------

    def _ask(self, actor, stories):
        for stays_concept in (True, False):
            chosen = [story for story in stories if story.stays_concept == stays_concept]
            drafts = [
                self._draft(story) | {"consents": [] if stays_concept else self._answers(story)}
                for story in chosen
            ]
            rows = actions.submit_requests_many(actor, drafts, submit=not stays_concept)
            for story, request in zip(chosen, rows, strict=True):
                self.requests[id(story)] = request

    def _draft(self, story):
        people = [story.custodians[0]] if story.custodians else []
        talk_with = [{"id": str(g.pk), "label": g.full_name} for g in people]
        talk_with.append({"id": "pupil", "label": story.pupil.full_name})
        return {
            "pupil": story.pupil,
            "on": story.submitted_on,
            "source": story.source,
            "talk_with": talk_with,
            "talk_on": story.submitted_on,
            "topics": story.topics,
            "question": story.text(QUESTIONS[story.topics[0]]),
            "urgency": story.urgency,
        }

    def _answers(self, story):
        by_key = {guardian.pk: guardian for guardian in story.custodians}
        answers = [
            {"guardian": by_key.get(giver), "answer": answer, "form": form}
            for giver, (answer, form) in story.answers.items()
        ]
        return answers + self._when_twelve(story, story.submitted_on)

    def _when_twelve(self, story, since):
        """A pupil who turned twelve since is asked too, and says yes (Jeugdwet 7.3.4)."""
        twelve = birthday(story.pupil.birth_date, 12)
        if not since < twelve <= self.today:
            return []
        return [{"guardian": None, "answer": "given", "form": "talk", "on": twelve}]

    def _decide(self, actor, stories):
        on_agenda = [s for s in stories if not s.stays_concept and self.happened(s.team_on)]
        self._move(actor, on_agenda, "to_team", lambda s: s.submitted_on, self._agenda)
        decided = [s for s in on_agenda if self.happened(s.decided_on)]
        for story in decided:
            if story.outcome == "accept" and not self._is_funded(story):
                story.outcome = "not_funded"
        moves = {
            "accept": "accept",
            "education": "decide_education",
            "district_team": "decide_district_team",
            "elsewhere": "decide_elsewhere",
            "not_funded": "decide_not_funded",
        }
        for outcome, move in moves.items():
            chosen = [s for s in decided if s.outcome == outcome]
            self._move(actor, chosen, move, lambda s: s.decided_on, self._decision)

    def _agenda(self, story):
        return {"team_meeting_on": story.team_on}

    def _decision(self, story):
        return {"decided_on": story.decided_on, "decision_note": ""}

    def _is_funded(self, story):
        return bool(self.requests[id(story)].is_funded)

    def _move(self, actor, stories, move, day_of: Callable, data_of=None):
        """One move of REQUEST for many stories; the rows are kept for the next step."""
        rows = [self.requests[id(story)] for story in stories]
        moved = self._perform(actor, REQUEST, stories, rows, move, day_of, data_of)
        for story, row in zip(stories, moved, strict=True):
            self.requests[id(story)] = row

    def _perform(self, actor, workflow, stories, rows, move, day_of, data_of):
        by_row = {row.pk: story for row, story in zip(rows, stories, strict=True)}
        return actions.perform_many(
            actor,
            workflow,
            rows,
            move,
            on_of=lambda row: day_of(by_row[row.pk]),
            data_of=(lambda row: data_of(by_row[row.pk])) if data_of else None,
        )

    # --- Provider -------------------------------------------------------------------------

    def _assign(self, actor, stories):
        chosen = [
            story
            for story in stories
            if self.requests[id(story)].state == RequestState.ACCEPTED
            and self.happened(story.assigned_on)
        ]
        self._move(actor, chosen, "assign", lambda s: s.assigned_on, self._regisseur)
        rows = Trajectory.objects.visible_to(actor).filter(
            request__in=[self.requests[id(story)] for story in chosen]
        )
        by_request = {row.request_id: row for row in rows}
        for story in chosen:
            self.trajectories[id(story)] = by_request[self.requests[id(story)].pk]

    def _regisseur(self, story):
        return {"regisseur": self.register.workers[story.worker]}

    def _help(self, actor, stories, worker: Worker):
        """From consent to help up to the end of it, for the stories of one worker."""
        ready = [s for s in stories if self.happened(s.intake_on)]
        self._consent(actor, ready, Purpose.HELP)
        self._step(actor, ready, "plan_intake", lambda s: s.assigned_on, self._intake)
        self._step(actor, ready, "record_intake", lambda s: s.intake_on, self._intake_held)
        planned = [s for s in ready if self.happened(s.plan_on)]
        actions.save_plans_many(actor, [self._plan(story) for story in planned])
        self._step(actor, planned, "agree_plan", lambda s: s.plan_on)
        started = [s for s in planned if self.happened(s.start_on)]
        provisions = actions.add_provisions_many(
            actor, [self._provision(story, worker) for story in started]
        )
        self._step(actor, started, "start_help", lambda s: s.start_on, self._start)
        self._contacts(actor, started, provisions, worker)
        if self.groups is not None:
            self._consent(actor, started, Purpose.OTHERS_PRESENT)
            self.groups.play(actor, started, self.trajectories, worker)

    def _consent(self, actor, stories, purpose):
        consents = []
        for story in stories:
            case = {"case": self.trajectories[id(story)], "purpose": purpose}
            first = case | {"answer": "given", "form": "talk", "on": story.assigned_on}
            givers = self._who_decides(story, story.assigned_on)
            consents += [first | {"guardian": giver} for giver in givers]
            consents += [case | later for later in self._when_twelve(story, story.assigned_on)]
        actions.record_consents_many(actor, consents)

    def _who_decides(self, story, on):
        """Those with custody, and the pupil from 12; the pupil alone from 16 (None)."""
        age = story.pupil.age_on(on)
        return ([] if age >= 16 else list(story.custodians)) + ([None] if age >= 12 else [])

    def _intake(self, story):
        return {"intake_on": story.intake_on}

    def _intake_held(self, story):
        return {"intake_held_on": story.intake_on}

    def _start(self, story):
        return {"started_on": story.start_on}

    def _step(self, actor, stories, move, day_of: Callable, data_of=None):
        """One move of TRAJECTORY for many stories."""
        rows = [self.trajectories[id(story)] for story in stories]
        moved = self._perform(actor, TRAJECTORY, stories, rows, move, day_of, data_of)
        for story, row in zip(stories, moved, strict=True):
            self.trajectories[id(story)] = row

    def _plan(self, story):
        goals = [self._goal(story, GOALS[story.topics[0]], story.topics[0], for_school=True)]
        if self.random.random() < 0.5:
            goals.append(self._goal(story, HOME_GOAL, "OPVOEDING_THUIS", for_school=False))
        return {
            "trajectory": self.trajectories[id(story)],
            "goals": goals,
            "next_evaluation_on": story.plan_on + dt.timedelta(days=175),
            "home_part": "Ouders en kind kiezen samen een vast moment op de dag.",
            "agreements": [
                {"guardian": giver, "agreed_on": story.plan_on}
                for giver in self._who_decides(story, story.plan_on)
            ],
        }

    def _goal(self, story, words, topic, *, for_school):
        title, approach = words
        start = self.random.randint(1, 4)
        return {
            "title": story.text(title),
            "approach": story.text(approach),
            "topic": topic,
            "start_score": start,
            "target_score": self.random.randint(7, 8),
            "current_score": start + self.random.randint(0, 3),
            "is_for_school": for_school,
        }

    def _provision(self, story, worker):
        return {
            "trajectory": self.trajectories[id(story)],
            "worker": worker,
            "form": "INDIVIDUEEL",
            "place": "school",
            "weekday": story.weekday,
            "start_time": story.start_time,
            "minutes": story.minutes,
            "people": [self._child(story)],
            "valid_from": story.start_on,
            # Some families need more than a child alone.
            "layer": "L4" if self.random.random() < 0.15 else "L3",
        }

    def _child(self, story):
        return {"id": "pupil", "label": story.first_name}

    def _contacts(self, actor, stories, provisions, worker):
        rows = []
        for story, provision in zip(stories, provisions, strict=True):
            for number, day in enumerate(story.contacts):
                # The last days are left to whoever tries the demo.
                if (self.today - day).days <= 2:
                    continue
                rows.append(self._contact(story, provision, worker, number, day))
        actions.record_contacts_many(actor, rows)

    def _contact(self, story, provision, worker, number, day):
        draw = self.random.random()
        is_held = number == 0 or draw < 0.9
        is_between = day in story.between
        at_home = is_held and number % 6 == 5
        return {
            "trajectory": self.trajectories[id(story)],
            "provision": None if is_between else provision,
            "worker": worker,
            "contact_on": day,
            "start_time": dt.time(13, 30) if is_between else story.start_time,
            "minutes": (60 if at_home else story.minutes) if is_held else 0,
            "form": "GEZIN" if at_home else "INDIVIDUEEL",
            "place": "home" if at_home else "school",
            "people": [self._child(story)],
            "is_as_planned": is_held and not at_home and not is_between,
            "outcome": "held" if is_held else ("no_show" if draw > 0.97 else "cancelled"),
            "note": self._note(story, number) if is_held else "",
            "audience": "school" if number == 3 else "care",
            "kind": "agreement",
        }

    def _note(self, story, number):
        if number == 3:
            return story.text("{name} mag op maandag rustig starten met een taakje voor de juf.")
        if number % 4 == 0:
            return story.text("Het ging twee keer goed deze week. {name} wil het nu zonder hulp.")
        return ""

    def _close(self, actor, stories):
        cases = [self.trajectories[id(story)] for story in stories]
        goals = Goal.objects.visible_to(actor, CHANGE).filter(trajectory__in=cases)
        scores = {
            goal: self.random.randint(5, 9)
            for goal in goals.order_by("trajectory__pupil_sort", "position")
        }
        actions.score_goals_many(actor, scores)
        self._step(actor, stories, "close", lambda s: s.end_on, self._end)

    def _end(self, story):
        return {
            "ended_on": story.end_on,
            "end_reason": story.end_reason,
            "closing_note": "",
        }
