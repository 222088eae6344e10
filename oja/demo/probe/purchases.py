"""Care bought from third parties, in every state, with the answers of parents and school."""

import datetime as dt
from decimal import Decimal

from oja.demo.probe.audience import CARE_P, CASE_P, MANAGERS_P, SCHOOL_B
from oja.demo.probe.house import House
from providers.actions import agree_contract, register_third_party
from support import actions
from support.models import SchoolAnswer

RATE = 10_000
#: The first state is the proposal itself; then what has to happen to come in a state.
STEPS = {
    "proposal": (),
    "waiting": ("send",),
    "asked": ("send", "answers"),
    "approved": ("send", "answers", "approve"),
    "ordered": ("send", "answers", "approve", "order"),
    "running": ("send", "answers", "approve", "order", "start"),
    "ended": ("send", "answers", "approve", "order", "start", "end"),
    "rejected": ("send", "answers", "reject"),
    "withdrawn": ("send", "withdraw"),
}


class Market:
    """Buys care for the children of the two cases."""

    def __init__(self, house: House):
        self.house = house
        self.on = house.days_ago(28)

    def build(self) -> None:
        """Purchases of both providers, bills, a link for a parent and a choice of provider."""
        house, word = self.house, self.house.word
        self.contracts = {}
        for letter, manager in (("p", "manager_p"), ("q", "manager_q")):
            with house.acting(manager) as actor:
                self.contracts[letter] = agree_contract(
                    actor,
                    provider=getattr(house, letter),
                    third=register_third_party(actor, name=f"Praktijk {letter.upper()}"),
                    jz020="54",
                    description=word(f"contract_{letter}", "Behandeling"),
                    rate_cents=RATE,
                    valid_from=house.probe.start,
                )
        self._of_p()
        self._of_q()
        self._choices()
        probe = house.probe
        for name in ("subcontract-list", "choice-list", "contract-list"):
            probe.url(name)
            probe.url(name, query="?formaat=csv")
        managers = f"{MANAGERS_P} manager_q"
        probe.form("contract-create", may=managers, description="Anders", rate_cents="100,00")
        probe.form("third-create", may=managers, name="Een derde")

    # --- Provider P ---------------------------------------------------------------------------

    def _of_p(self):
        house = self.house
        rows = {
            state: self._purchase("case_a", state)
            for state in STEPS
            if state not in ("waiting", "ended", "asked")
        }
        ended = self._purchase("case_a", "ended", ends_on=house.days_ago(3))
        rows["settled"] = self._purchase("case_a", "ended", ends_on=house.days_ago(4))
        with house.acting("manager_p") as actor:
            actions.move_subcontract(actor, subcontract=rows["settled"], move="settle", on=house.on)
        objected = self._purchase("case_a", "asked", answer="objection")
        waiting = self._purchase("case_a", "waiting")
        self._link(waiting, "worker_p", "case_a")
        self.race = [self._next_year("case_a") for _number in range(2)]
        moves = {
            "goedkeuren": (objected, MANAGERS_P, {"decision_note": "x", "talk_held_on": "vandaag"}),
            "afwijzen": (objected, MANAGERS_P, {"decision_note": "x"}),
            "bestellen": (rows["approved"], MANAGERS_P, {}),
            "goedkeuring-intrekken": (rows["approved"], MANAGERS_P, {}),
            "versturen": (rows["proposal"], CASE_P, {}),
            "intrekken": (waiting, CASE_P, {"note": "x"}),
            "gestart": (rows["ordered"], CARE_P, {}),
            "herbeoordelen": (rows["running"], CARE_P, {"review_on": "over 30 dagen", "note": "x"}),
            "beeindigen": (rows["running"], CARE_P, {"ended_on": "vandaag", "note": "x"}),
            "afrekenen": (ended, MANAGERS_P, {}),
        }
        self._moves(moves)
        probe = house.probe
        proposal, running = rows["proposal"], rows["running"]
        probe.form("subcontract-edit", proposal.pk, may=CASE_P, take_back_plan="Anders")
        query = f"?traject={house.cases['case_a'].trajectory.pk}"
        probe.form("subcontract-create", query=query, may=CASE_P, reason="capacity", volume="3")
        probe.url("subcontract-effect", query=query)
        who = f"?wie={house.cases['case_a'].parent.pk}"
        probe.form("subcontract-agreement", waiting.pk, query=who, may=CASE_P, answer="agreed")
        probe.form("subcontract-agreement", waiting.pk, query=f"{who}&manier=link", may=CASE_P)
        probe.button("subcontract-remind", waiting.pk, may=CASE_P)
        probe.form(
            "delivery-create",
            running.pk,
            may=MANAGERS_P,
            cents="10,00",
            invoice_number="X",
            invoiced_on="vandaag",
        )
        with house.acting("manager_p") as actor:
            answer = SchoolAnswer.objects.visible_to(actor).get(subcontract=waiting)
        probe.form("school-answer", answer.pk, may="coordinator_a", answer="agreed", remark="x")
        self._bills(running)

    def _bills(self, row):
        house = self.house
        canary = house.probe.canary
        with house.acting("manager_p") as actor:
            bills = [
                actions.report_delivery(
                    actor,
                    subcontract=row,
                    period_start=row.starts_on,
                    volume=Decimal(1),
                    invoice_number=f"{number}-{canary('bill_a')}",
                    invoiced_on=house.days_ago(2),
                    on=house.on,
                )
                for number in range(3)
            ]
        with house.acting("second_manager_p") as actor:
            reason = house.word("bill_a", "Toch betaald")
            actions.approve_delivery(actor, delivery=bills[0], override_reason=reason, on=house.on)
            actions.refuse_delivery(
                actor, delivery=bills[1], note=house.word("bill_a", "Dubbel"), on=house.on
            )
        probe = house.probe
        # The first manager placed the order, and gets a refusal with the reason.
        probe.form("delivery-approve", bills[2].pk, may=MANAGERS_P)
        probe.form("delivery-refuse", bills[2].pk, may=MANAGERS_P, note="x")

    def _moves(self, moves):
        for step, (row, may, fields) in moves.items():
            self.house.probe.form("subcontract-move", row.pk, step, may=may, **fields)

    # --- Provider Q ---------------------------------------------------------------------------

    def _of_q(self):
        waiting = self._purchase("case_b", "waiting")
        self._link(waiting, "worker_q", "case_b")
        asked = self._purchase("case_b", "asked")
        probe = self.house.probe
        with self.house.acting("manager_q") as actor:
            answers = SchoolAnswer.objects.visible_to(actor)
            answer = answers.get(subcontract=waiting)
        probe.form("school-answer", answer.pk, may=SCHOOL_B, answer="objection", remark="x")
        fields = {"override_reason": ""}
        probe.form("subcontract-move", asked.pk, "goedkeuren", may="manager_q", **fields)
        probe.form("subcontract-move", waiting.pk, "intrekken", may="worker_q", note="x")

    # --- Pieces -------------------------------------------------------------------------------

    def _names(self, key):
        """(worker, manager, coordinator, letter of provider, letter of school) of a case."""
        if key == "case_a":
            return "worker_p", "manager_p", "coordinator_a", "p", "a"
        return "worker_q", "manager_q", "coordinator_b", "q", "b"

    def _purchase(self, key, state, answer="remark", starts_on=None, ends_on=None, volume=5):
        """One purchase of a case, brought into a state; a canary in every text."""
        house, word = self.house, self.house.word
        worker, manager, coordinator, provider, school = self._names(key)
        why = f"purchase_{school}"
        starts_on = starts_on or house.days_ago(20)
        values = {
            "contract": self.contracts[provider],
            "goal": word(why, "Doel"),
            "help_kind": word(f"{why}_help", "Hulp"),
            "reason": "expertise",
            "could_we": "partly",
            "could_we_note": word(why, "Zelf"),
            "volume": Decimal(volume),
            "starts_on": starts_on,
            "ends_on": ends_on or starts_on + dt.timedelta(days=80),
            "take_back_plan": word(why, "Terug"),
            "choice_discussed_on": self.on,
        }
        case = house.cases[key]
        with house.acting(worker) as actor:
            row = actions.propose_subcontract(
                actor, trajectory=case.trajectory, on=self.on, **values
            )
        for step in STEPS[state]:
            if step == "answers":
                self._answers(row, case, answer, worker, coordinator, f"{why}_answer", why)
                continue
            name = worker if step in ("send", "start", "end", "withdraw") else manager
            with house.acting(name) as actor:
                data = self._data(step, row, why)
                row = actions.move_subcontract(
                    actor,
                    subcontract=row,
                    move=step,
                    on=max(self.on, row.ends_on) if step == "end" else self.on,
                    **data,
                )
        house.probe.url("subcontract-detail", row.pk)
        return row

    def _data(self, step, row, why):
        return {
            "approve": {"override_reason": "", "decision_note": "", "talk_held_on": None},
            "end": {"ended_on": row.ends_on, "note": self.house.word(why, "Einde")},
            "reject": {"decision_note": self.house.word(f"{why}_decision", "Besluit")}
            if step == "reject"
            else {},
            "withdraw": {"note": self.house.word(why, "Ingetrokken")} if step == "withdraw" else {},
        }.get(step, {})

    def _answers(self, row, case, answer, worker, coordinator, group, why):
        house = self.house
        with house.acting(worker) as actor:
            actions.record_agreement(
                actor,
                subcontract=row,
                guardian=case.parent,
                answer="agreed",
                note=house.word(why, "Besproken"),
                answered_on=self.on,
                on=self.on,
            )
        with house.acting(coordinator) as actor:
            asked = SchoolAnswer.objects.visible_to(actor).get(subcontract=row.pk)
            actions.answer_for_school(
                actor,
                school_answer=asked,
                answer=answer,
                remark=house.word(group, "School"),
                on=self.on,
            )
        house.probe.url("school-answer", asked.pk)

    def _next_year(self, key):
        """A purchase in the year to come: nothing but two of these touches that budget."""
        year = self.house.on.year + 1
        return self._purchase(
            key,
            "asked",
            starts_on=dt.date(year, 2, 1),
            ends_on=dt.date(year, 3, 31),
            volume=10,
        )

    def _link(self, row, worker, key):
        """The question to the parent as a link that works."""
        house = self.house
        case = house.cases[key]
        with house.acting(worker) as actor:
            _agreement, _link, code = actions.ask_agreement_by_link(
                actor, subcontract=row, guardian=case.parent, on=house.on
            )
        house.probe.link(code, "subcontract", ["/vraag/", "/akkoord/derde/"], case.pupil.birth_date)

    def _choices(self):
        """A parent who wants another provider, answered and not."""
        house, probe = self.house, self.house.probe
        case = house.cases["case_a"]
        with house.acting("worker_p") as actor:
            rows = [
                actions.record_choice(
                    actor,
                    trajectory=case.trajectory,
                    guardian=case.parent,
                    asked_on=house.days_ago(days),
                    wish=house.word("choice_a", "Wens"),
                    on=house.days_ago(days),
                )
                for days in (20, 2)
            ]
            note = house.word("choice_a", "Antwoord")
            actions.answer_choice(actor, choice=rows[0], outcome="stay", note=note, on=house.on)
        probe.url("choice-detail", rows[0].pk)
        probe.form("choice-detail", rows[1].pk, may=CARE_P, outcome="stay", note="x")
        query = f"?traject={case.trajectory.pk}"
        probe.form("choice-create", query=query, may=CARE_P, wish="Anders")
