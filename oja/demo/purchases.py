"""Care that is bought from third parties: proposals, answers, orders and bills."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from oja.access.models import User
from oja.core.workflow import MoveRefused
from oja.demo.register import Register
from oja.demo.stories import Story
from providers.actions import agree_contract, register_third_party
from providers.models import Provider, ThirdPartyContract
from support import actions
from support.actions.costs import next_month

#: Of the trajectories, how many buy something: those that have ended, and those that run.
SHARE, SHARE_NOW = 0.4, 0.6
#: Of what is asked for a pupil who has help now, how much waits for an answer.
WAITS = 0.3


@dataclass(frozen=True)
class Offer:
    """What a third party gives: help, category of care, unit, rate, and how much of it."""

    third: str
    help_kind: str
    jz020: str
    unit: str
    rate_cents: int
    volume: tuple[int, int]
    weeks: tuple[int, int]
    has_contract: bool
    reason: str
    goal: str


OFFERS = (
    Offer(
        *("Praktijk De Linde", "Traumabehandeling", "54", "hour", 14_500, (8, 16), (12, 20)),
        *(True, "expertise", "{name} slaapt weer in het eigen bed"),
    ),
    Offer(
        *("Atelier Wilg", "Vaktherapie", "45", "hour", 9_800, (10, 20), (12, 24)),
        *(False, "expertise", "{name} laat zien wat hem of haar boos maakt"),
    ),
    Offer(
        *("Boerderij De Hoeve", "Dagbehandeling", "41", "day", 16_400, (24, 60), (16, 30)),
        *(True, "capacity", "{name} houdt een hele dag vol"),
    ),
    Offer(
        *("Huize Zonneweide", "Logeren in het weekend", "44", "day", 31_500, (4, 8), (12, 30)),
        *(True, "residential", "Thuis is er elk weekend een dag rust"),
    ),
    Offer(
        *("Praktijk Kade", "Diagnostiek", "54", "hour", 13_200, (6, 12), (8, 12)),
        *(True, "parents_choice", "We weten wat {name} nodig heeft"),
    ),
)
WEIGHTS = (36, 20, 18, 12, 14)
TAKE_BACK = "Na de helft sluit de eigen jeugdhulpverlener aan en neemt de begeleiding over."


@dataclass
class Purchase:
    """One purchase with its dates, before any row is made."""

    story: Story
    offer: Offer
    proposed_on: dt.date
    starts_on: dt.date
    ends_on: dt.date
    volume: Decimal
    school: str
    answered: bool
    bills: list = field(default_factory=list)


class Market:
    """Buys care for the pupils of a site; the same seed gives the same orders."""

    def __init__(self, register: Register, random: Random, today: dt.date):
        self.register = register
        self.random = random
        self.today = today
        self.thirds: dict[str, Provider] = {}
        self.contracts: dict[tuple, ThirdPartyContract] = {}

    def open(self, actor, start: dt.date) -> None:
        """Register the third parties and agree on rates for both lead providers."""
        for offer in OFFERS:
            self.thirds[offer.third] = register_third_party(actor, name=offer.third)
            for provider in self.register.providers.values() if offer.has_contract else ():
                self.contracts[provider.name, offer.third] = agree_contract(
                    actor,
                    provider=provider,
                    third=self.thirds[offer.third],
                    jz020=offer.jz020,
                    description=offer.help_kind,
                    rate_cents=offer.rate_cents,
                    unit=offer.unit,
                    valid_from=start,
                )

    def draw(self, stories: list[Story]) -> list[Purchase]:
        """Which of the pupils get help from outside, what, and when."""
        found = []
        for story in stories:
            last = min(story.end_on, self.today)
            share = SHARE_NOW if last == self.today else SHARE
            if self.random.random() >= share or not story.custodians:
                continue
            waits = self.random.random() < WAITS and last == self.today
            after = (last - story.start_on).days
            if after < 30:
                continue
            proposed_on = (
                self.today - dt.timedelta(days=self.random.randint(2, 12))
                if waits
                else story.start_on + dt.timedelta(days=self.random.randint(10, after // 2 + 10))
            )
            offer = self.random.choices(OFFERS, WEIGHTS)[0]
            starts_on = proposed_on + dt.timedelta(days=22)
            # A birthday in between changes who must agree; here that does not happen.
            if story.pupil.age_on(proposed_on) < story.pupil.age_on(starts_on) in (12, 16):
                continue
            ends_on = starts_on + dt.timedelta(weeks=self.random.randint(*offer.weeks))
            if story.end_on <= self.today:
                ends_on = min(ends_on, story.end_on - dt.timedelta(days=1))
            if ends_on <= starts_on:
                continue
            draw = self.random.random()
            school = "agreed" if draw < 0.75 else "remark" if draw < 0.96 else "objection"
            found.append(
                Purchase(
                    story=story,
                    offer=offer,
                    proposed_on=proposed_on,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    volume=Decimal(self.random.randint(*offer.volume)),
                    school=school,
                    answered=(self.today - proposed_on).days > 15,
                )
            )
        return found

    def play(
        self, actor, stories, trajectories, *, coordinator: User, managers: tuple[User, User]
    ) -> None:
        """From proposal to settlement, as far as today allows; the system in everybody's place."""
        actions.record_choices_many(actor, list(self._choices(stories, trajectories)))
        drawn = self.draw(stories)
        rows = actions.propose_many(actor, [self._proposal(one, trajectories) for one in drawn])
        bought = {row.pk: one for row, one in zip(rows, drawn, strict=True)}
        rows = self._move(actor, rows, "send", bought, 1)
        self._answers(actor, rows, bought, coordinator)
        rows = [row for row in rows if bought[row.pk].answered]
        rows = self._decide(actor, rows, bought, managers[0])
        rows = self._move(actor, rows, "order", bought, 17)
        rows = [row for row in rows if bought[row.pk].starts_on <= self.today]
        rows = self._move(actor, rows, "start", bought, 22)
        actions.deliver_many(actor, list(self._bills(rows, bought, managers[1])))
        ended = [row for row in rows if bought[row.pk].ends_on < self.today]
        for row in ended:  # the bills changed what is still promised
            row.refresh_from_db()
        ended = self._move(actor, ended, "end", bought, None, self._end)
        long_ago = self.today - dt.timedelta(days=60)
        settled = [row for row in ended if bought[row.pk].ends_on < long_ago]
        self._move(actor, settled, "settle", bought, None)

    def _choices(self, stories, trajectories):
        """Now and then parents want somebody else: they get an answer within two weeks."""
        for number, story in enumerate(stories):
            if number % 25 or not story.custodians:
                continue
            asked_on = story.start_on
            answered = asked_on + dt.timedelta(days=9)
            is_answered = answered <= self.today
            yield {
                "trajectory": trajectories[id(story)],
                "asked_on": asked_on,
                "asked_by_label": story.custodians[0].full_name,
                "guardian": story.custodians[0],
                "wish": "Liever iemand die wij al kennen.",
                "answer_due_on": asked_on + dt.timedelta(days=14),
                "answer_on": answered if is_answered else None,
                "outcome": "stay" if is_answered else "",
                "note": "Besproken; ouders kiezen voor een andere dag." if is_answered else "",
            }

    def _proposal(self, one, trajectories):
        offer = one.offer
        trajectory = trajectories[id(one.story)]
        contract = self.contracts.get((trajectory.provider.name, offer.third))
        return {
            "trajectory": trajectory,
            "on": one.proposed_on,
            "third": self.thirds[offer.third],
            "contract": contract,
            "jz020": offer.jz020,
            "goal": one.story.text(offer.goal),
            "help_kind": offer.help_kind,
            "reason": offer.reason,
            "could_we": self.random.choice(("no", "no", "partly", "yes")),
            "could_we_note": "De gesprekken met ouders doen we zelf.",
            "volume": one.volume,
            "unit": offer.unit,
            "rate_cents": offer.rate_cents,
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
            "take_back_plan": TAKE_BACK,
            "choice_discussed_on": one.proposed_on,
            "proposed_by": self.register.people[one.story.worker],
        }

    def _move(self, actor, rows, move, bought, after, data_of=None, by=None):
        def day(row):
            one = bought[row.pk]
            if after is None:
                return min(self.today, one.ends_on + dt.timedelta(days=50 * (move == "settle")))
            return min(self.today, one.proposed_on + dt.timedelta(days=after))

        if not rows:
            return []
        return actions.move_purchases_many(
            actor,
            rows,
            move,
            on_of=day,
            data_of=(lambda row: data_of(bought[row.pk])) if data_of else None,
            by_of=(lambda row: by) if by else None,
        )

    def _answers(self, actor, rows, bought, coordinator):
        said, schools = [], []
        for row in rows:
            one = bought[row.pk]
            on = min(self.today, one.proposed_on + dt.timedelta(days=6))
            age = one.story.pupil.age_on(on)
            givers = ([] if age >= 16 else list(one.story.custodians)) + (
                [None] if age >= 12 else []
            )
            # Of a proposal that waits, the first parent has answered already.
            said += [
                {"subcontract": row, "guardian": giver, "answer": "agreed", "on": on}
                for giver in (givers if one.answered else givers[:1])
            ]
            if one.answered or self.random.random() < 0.5:
                remark = "Graag buiten de rekenles." if one.school != "agreed" else ""
                schools.append(
                    {
                        "subcontract": row,
                        "answer": one.school,
                        "remark": remark,
                        "on": on,
                        "by": coordinator,
                    }
                )
        actions.record_agreements_many(actor, said)
        actions.answer_for_schools_many(actor, schools)

    def _decide(self, actor, rows, bought, manager):
        """Approve what fits in the budget; the rest is rejected. Gives what was approved."""
        try:
            return self._move(actor, rows, "approve", bought, 16, self._decision, manager)
        except MoveRefused:  # not all of them fit together
            pass
        approved = []
        for row in rows:
            row.refresh_from_db()
            try:
                approved += self._move(actor, [row], "approve", bought, 16, self._decision, manager)
            except MoveRefused:
                row.refresh_from_db()
                self._move(actor, [row], "reject", bought, 16, self._rejection)
        return approved

    def _rejection(self, one):
        return {"decision_note": "Dit past niet meer in het budget van dit jaar."}

    def _decision(self, one):
        objection = one.school == "objection"
        return {
            "override_reason": "",
            "decision_note": "Met school besproken; we kiezen een andere tijd."
            if objection
            else "",
            "talk_held_on": one.proposed_on + dt.timedelta(days=12) if objection else None,
        }

    def _end(self, one):
        return {"ended_on": one.ends_on, "note": "Zoals afgesproken."}

    def _bills(self, rows, bought, approver):
        """A bill a month; that of the last month still waits for a decision."""
        for row in rows:
            one = bought[row.pk]
            months = list(_months(one.starts_on, min(one.ends_on, self.today)))
            whole = len(list(_months(one.starts_on, one.ends_on)))
            each = (one.volume / whole).quantize(Decimal("0.25"), rounding="ROUND_DOWN")
            for number, month in enumerate(months):
                invoiced_on = min(self.today, (month + dt.timedelta(days=34)).replace(day=5))
                waits = (self.today - invoiced_on).days < 20 and one.ends_on >= self.today
                yield {
                    "subcontract": row,
                    "period_start": month,
                    "volume": max(each, Decimal("0.25")),
                    "invoice_number": f"{row.reference}-{number + 1}",
                    "invoiced_on": invoiced_on,
                    "on": invoiced_on,
                    "approved_by": None if waits else approver,
                    "approved_on": invoiced_on,
                }


def _months(first, last):
    """The first day of every month that holds one of the days."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = next_month(month)
