"""Bought care from proposal to settlement: who may do what, and why not yet."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from oja.access.actor import Actor, become
from oja.access.models import OneTimeLink
from oja.access.permissions import Role
from oja.core.periods import today
from oja.core.workflow import MoveNotAllowed, MoveRefused, NotVisible
from schools.models import Guardian, Residence
from support import actions, purchases
from support.models import (
    Commitment,
    CostLine,
    SchoolAnswer,
    Subcontract,
    SubcontractAgreement,
)
from support.models import SubcontractState as S
from tests.factories.access import member
from tests.factories.money import BudgetFactory
from tests.factories.purchases import (
    AgreementFactory,
    ContractFactory,
    SchoolAnswerFactory,
    SubcontractFactory,
    third_party,
)
from tests.factories.schools import MunicipalityFactory
from tests.factories.support import PlanFactory, days_ago


def words(error):
    return " ".join(str(refusal.sentence) for refusal in error.value.refusals)


def later(days):
    return today() + dt.timedelta(days=days)


@pytest.fixture
def world(cast):
    """World A with budgets of this year and the next, and a contract."""
    for year in (today().year, today().year + 1):
        BudgetFactory(provider=cast.a.provider, municipality=cast.a.municipality, year=year)
    cast.a.contract = ContractFactory(provider=cast.a.provider)
    return cast.a


def values(world, **more):
    return {
        "contract": world.contract,
        "plan_goal": world.goal,
        "reason": "expertise",
        "could_we": "partly",
        "volume": Decimal(12),
        "starts_on": today(),
        "ends_on": later(30),
        "take_back_plan": "Na keer acht neemt Bas het over.",
        "choice_discussed_on": days_ago(1),
        **more,
    }


def sent(cast, world, **more):
    with become(cast.actor("bas")) as bas:
        return actions.propose_and_send(bas, trajectory=world.trajectory, **values(world, **more))


def answered(cast, world, row, answer="agreed", remark=""):
    """Both parents agree in a talk, and the school answers."""
    with become(cast.actor("bas")) as bas:
        for parent in world.parents:
            actions.record_agreement(bas, subcontract=row, guardian=parent, answer="agreed")
    with become(cast.actor("anna")) as anna:
        actions.answer_for_school(
            anna, school_answer=SchoolAnswer.objects.get(), answer=answer, remark=remark
        )


def approved(cast, world, **more):
    row = sent(cast, world, **more)
    answered(cast, world, row)
    with become(cast.actor("cato")) as cato:
        return actions.approve_subcontract(cato, subcontract=row)


def moved(cast, name, row, move, **data):
    with become(cast.actor(name)) as actor:
        return actions.move_subcontract(actor, subcontract=row, move=move, **data)


def test_it_asks_parents_and_school_at_once(cast, world):
    row = sent(cast, world)
    assert row.state == S.ASKED
    assert row.ceiling_cents == 174000
    assert row.municipality_id == world.municipality.pk
    asked = SubcontractAgreement.objects.filter(subcontract=row)
    assert {each.guardian_id for each in asked} == {parent.pk for parent in world.parents}
    assert {each.state for each in asked} == {"asked"}
    answer = SchoolAnswer.objects.get()
    assert (answer.answer, answer.third_name) == ("", "Praktijk De Linde")
    assert answer.shared_site == world.site.pk
    assert row.events.get().move == "send"


def test_it_takes_help_and_rate_from_the_contract(cast, world):
    with become(cast.actor("bas")) as bas:
        row = actions.propose_subcontract(
            bas, trajectory=world.trajectory, **values(world, volume=Decimal("7.25"))
        )
    assert (row.third, row.jz020, row.rate_cents) == (world.contract.third, "54", 14500)
    assert row.help_kind == "Traumabehandeling"
    assert row.ceiling_cents == 105125


@pytest.mark.parametrize(
    ("volume", "rate", "cents"), [("0.33", 150, 50), ("0.01", 149, 1), ("1.5", 101, 152)]
)
def test_it_rounds_the_highest_amount_half_up(volume, rate, cents):
    assert purchases.ceiling(Decimal(volume), rate) == cents


def test_it_asks_a_pupil_of_twelve_too_and_one_of_sixteen_alone(cast, world):
    row = sent(cast, world)
    pupil = world.pupil
    for years, expected in ((13, {"pupil", "parents"}), (17, {"pupil"})):
        pupil.birth_date = today().replace(year=today().year - years, day=1)
        pupil.save()
        with become(cast.actor("cato")) as cato:
            state = purchases.agreement_state(cato, row, today())
        keys = {"pupil" if giver.key == "pupil" else "parents" for giver in state.givers}
        assert keys == expected


def test_a_manager_and_a_worker_get_the_same_people_to_ask(cast, world):
    row = sent(cast, world)
    Guardian.objects.filter(pk=world.parents[1].pk).update(has_custody=False)
    states = []
    for name in ("bas", "cato"):
        with become(cast.actor(name)) as actor:
            states.append(purchases.agreement_state(actor, row, today()))
    assert [[giver.key for giver in state.givers] for state in states] == [
        [world.parents[0].pk],
        [world.parents[0].pk],
    ]
    assert [giver.label for giver in states[1].givers] == [
        SubcontractAgreement.objects.get(guardian=world.parents[0]).giver_label
    ]


def test_a_stranger_gets_no_keys_of_a_family(cast, world):
    row = sent(cast, world)
    for name in ("anna", "gijs", "hans", "joke", "els", "fem"):
        with become(cast.actor(name)), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM oja.support_purchase_givers(%s, %s)", [row.pk, today()])
            assert cursor.fetchall() == [], name


def test_it_does_not_send_without_a_plan_in_force(cast, world):
    world.plan.state = "ended"
    world.plan.save()
    with become(cast.actor("bas")) as bas, pytest.raises(MoveRefused) as refused:
        actions.propose_and_send(bas, trajectory=world.trajectory, **values(world))
    assert "plan" in words(refused)
    assert not Subcontract.objects.exists()


def test_it_does_not_send_without_a_plan_to_take_it_back(cast, world):
    with become(cast.actor("bas")) as bas, pytest.raises(MoveRefused):
        actions.propose_and_send(
            bas, trajectory=world.trajectory, **values(world, take_back_plan="")
        )
    row = sent(cast, world, take_back_plan="", reason="imposed")
    assert row.state == S.ASKED


def test_it_does_not_send_without_a_talk_about_the_choice(cast, world):
    with become(cast.actor("bas")) as bas, pytest.raises(MoveRefused):
        actions.propose_and_send(
            bas, trajectory=world.trajectory, **values(world, choice_discussed_on=None)
        )


@pytest.mark.parametrize("name", ["anna", "cato", "dirk", "gijs", "joke", "els", "ilse"])
def test_only_who_helps_the_child_proposes(cast, world, name):
    with become(cast.actor(name)) as actor, pytest.raises((NotVisible, MoveNotAllowed)):
        actions.propose_and_send(actor, trajectory=world.trajectory, **values(world))


def test_it_is_approved_once_everybody_answered_and_reserves_the_money(cast, world):
    row = approved(cast, world)
    assert (row.state, row.approved_by_id) == (S.APPROVED, cast.cato.pk)
    assert sum(Commitment.objects.values_list("open_cents", flat=True)) == 174000
    assert Subcontract.objects.get(pk=row.pk).committed_cents == 174000


def test_the_manager_cannot_approve_before_a_parent_agreed(cast, world):
    row = sent(cast, world)
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[0], answer="agreed")
    with become(cast.actor("anna")) as anna:
        actions.answer_for_school(anna, school_answer=SchoolAnswer.objects.get(), answer="agreed")
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused) as refused:
        actions.approve_subcontract(cato, subcontract=row)
    assert world.parents[1].full_name in words(refused)
    assert not Commitment.objects.exists()


def test_the_last_answer_of_a_parent_counts(cast, world):
    row = sent(cast, world)
    answered(cast, world, row)
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[0], answer="refused")
    assert SubcontractAgreement.objects.filter(guardian=world.parents[0]).count() == 2
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused) as refused:
        actions.approve_subcontract(cato, subcontract=row)
    assert world.parents[0].full_name in words(refused)


def test_it_waits_for_the_answer_of_the_school(cast, world):
    row = sent(cast, world)
    with become(cast.actor("bas")) as bas:
        for parent in world.parents:
            actions.record_agreement(bas, subcontract=row, guardian=parent, answer="agreed")
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused) as refused:
        actions.approve_subcontract(cato, subcontract=row)
    assert len(refused.value.refusals) == 1
    assert refused.value.refusals[0].since == today()


def test_it_does_not_wait_for_a_school_that_may_not_know(cast, world):
    row = sent(cast, world)
    with become(cast.actor("bas")) as bas:
        for parent in world.parents:
            actions.record_agreement(bas, subcontract=row, guardian=parent, answer="agreed")
    share = world.request.consents.filter(purpose="share").first()
    with become(cast.actor("anna")) as anna:
        actions.withdraw_consent(anna, consent=share)
    assert SchoolAnswer.objects.get().shared_site is None
    with become(cast.actor("cato")) as cato:
        assert actions.approve_subcontract(cato, subcontract=row).state == S.APPROVED


def test_an_objection_asks_a_written_decision_and_a_talk(cast, world):
    row = sent(cast, world)
    answered(cast, world, row, "objection", "Liever op woensdagmiddag.")
    with become(cast.actor("cato")) as cato:
        for data in ({}, {"decision_note": "Toch."}, {"talk_held_on": today()}):
            with pytest.raises(MoveRefused) as refused:
                actions.approve_subcontract(cato, subcontract=row, **data)
            assert len(refused.value.refusals) == 1
        with pytest.raises(MoveRefused):  # a talk before the objection is no talk about it
            actions.approve_subcontract(
                cato, subcontract=row, decision_note="Toch.", talk_held_on=days_ago(9)
            )
        row = actions.approve_subcontract(
            cato, subcontract=row, decision_note="Toch.", talk_held_on=today()
        )
    assert (row.decision_note, row.talk_held_on) == ("Toch.", today())


def test_an_arrangement_may_let_an_objection_stop_the_care(cast, world):
    row = sent(cast, world)
    answered(cast, world, row, "objection", "Nee.")
    type(world.arrangement).objects.update(objection_blocks=True)
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused):
        actions.approve_subcontract(
            cato, subcontract=row, decision_note="Toch.", talk_held_on=today()
        )


def test_it_buys_only_for_whom_a_municipality_of_the_arrangement_pays(cast, world):
    row = sent(cast, world)
    answered(cast, world, row)
    Residence.objects.filter(pupil=world.pupil).update(
        municipality=MunicipalityFactory(name="Verweg")
    )
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused) as refused:
        actions.approve_subcontract(cato, subcontract=row)
    assert "Verweg" in words(refused)


def test_beyond_the_budget_it_asks_a_reason(cast, world):
    row = sent(cast, world, volume=Decimal(90000))
    answered(cast, world, row)
    with become(cast.actor("cato")) as cato:
        with pytest.raises(MoveRefused):
            actions.approve_subcontract(cato, subcontract=row)
        row = actions.approve_subcontract(cato, subcontract=row, override_reason="Geen andere weg.")
    assert row.state == S.APPROVED


def test_without_a_budget_of_the_year_there_is_no_approval(cast, world):
    row = sent(cast, world, starts_on=later(800), ends_on=later(830))
    answered(cast, world, row)
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused):
        actions.approve_subcontract(cato, subcontract=row, override_reason="Toch.")


def test_the_worker_does_not_approve_and_the_manager_does_not_answer_for_the_family(cast, world):
    row = sent(cast, world)
    answered(cast, world, row)
    with become(cast.actor("bas")) as bas, pytest.raises(MoveNotAllowed):
        actions.approve_subcontract(bas, subcontract=row)
    with become(cast.actor("cato")) as cato, pytest.raises(MoveNotAllowed):
        actions.record_agreement(cato, subcontract=row, guardian=world.parents[0], answer="refused")


def test_taking_an_approval_back_frees_the_money(cast, world):
    row = moved(cast, "cato", approved(cast, world), "revoke_approval")
    assert (row.state, row.approved_on, row.approved_by_id) == (S.ASKED, None, None)
    assert sum(Commitment.objects.values_list("open_cents", flat=True)) == 0


def test_an_order_asks_once_more_whether_everybody_agrees(cast, world):
    row = approved(cast, world)
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[1], answer="refused")
    with pytest.raises(MoveRefused):
        moved(cast, "cato", row, "order")


def second_manager(cast):
    return member(Role.PROVIDER_MANAGER, cast.a.provider.organisation, "Petra")


def billed(cast, world, **more):
    row = moved(cast, "cato", approved(cast, world), "order")
    row = moved(cast, "bas", row, "start")
    with become(cast.actor("cato")) as cato:
        bill = actions.report_delivery(
            cato,
            subcontract=row,
            period_start=today(),
            volume=Decimal(2),
            invoice_number="2026-118",
            invoiced_on=today(),
            **more,
        )
    return row, bill


def test_somebody_else_than_the_approver_of_the_order_approves_the_bill(cast, world):
    petra = second_manager(cast)
    row, bill = billed(cast, world)
    assert (bill.cents, bill.period_start.day) == (29000, 1)
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused) as refused:
        actions.approve_delivery(cato, delivery=bill, override_reason="Haast.")
    assert refused.value.refusals[0].who == "Petra"
    with become(Actor.for_user(petra)) as actor:
        actions.approve_delivery(actor, delivery=bill)
    line = CostLine.objects.get()
    assert (line.cents, line.delivery_id) == (29000, bill.pk)
    assert Subcontract.objects.get(pk=row.pk).committed_cents == 145000


def test_who_registered_the_third_party_does_not_approve_its_bills(cast, world):
    petra = second_manager(cast)
    third = world.contract.third
    third.registered_by = petra.pk
    third.save()
    _row, bill = billed(cast, world)
    with become(Actor.for_user(petra)) as actor, pytest.raises(MoveRefused):
        actions.approve_delivery(actor, delivery=bill)


def test_a_bill_above_the_order_asks_a_reason(cast, world):
    petra = second_manager(cast)
    _row, bill = billed(cast, world, cents=174001)
    with become(Actor.for_user(petra)) as actor:
        with pytest.raises(MoveRefused) as refused:
            actions.approve_delivery(actor, delivery=bill)
        assert "0,01" in words(refused)
        actions.approve_delivery(actor, delivery=bill, override_reason="Extra gesprek.")
    assert CostLine.objects.get().cents == 174001


def test_without_an_order_there_is_no_delivery(cast, world):
    row = approved(cast, world)
    with become(cast.actor("cato")) as cato, pytest.raises(MoveRefused):
        actions.report_delivery(
            cato,
            subcontract=row,
            period_start=today(),
            volume=Decimal(1),
            invoice_number="1",
            invoiced_on=today(),
        )


def test_a_refused_bill_books_nothing_and_may_come_again(cast, world):
    row, bill = billed(cast, world)
    with become(cast.actor("cato")) as cato:
        actions.refuse_delivery(cato, delivery=bill, note="Verkeerde maand.")
        again = actions.report_delivery(
            cato,
            subcontract=row,
            period_start=today(),
            volume=Decimal(2),
            invoice_number="2026-118",
            invoiced_on=today(),
        )
    assert again.state == "reported"
    assert not CostLine.objects.exists()


def test_it_is_settled_when_every_bill_is_decided(cast, world):
    row, bill = billed(cast, world)
    row = moved(cast, "bas", row, "end", ended_on=today(), note="Klaar.")
    with pytest.raises(MoveRefused):
        moved(cast, "cato", row, "settle")
    with become(cast.actor("cato")) as cato:
        actions.refuse_delivery(cato, delivery=bill, note="Dubbel.")
    row = moved(cast, "cato", row, "settle")
    assert row.state == S.SETTLED
    assert sum(Commitment.objects.values_list("open_cents", flat=True)) == 0


def test_a_review_lies_within_three_months(cast, world):
    row, _bill = billed(cast, world)
    assert row.review_on is not None
    with pytest.raises(MoveRefused):
        moved(cast, "bas", row, "review", review_on=later(120), note="Later.")
    row = moved(cast, "bas", row, "review", review_on=later(60), note="Nog nodig.")
    assert row.review_on == later(60)


def test_a_rejected_or_withdrawn_proposal_closes_its_links(cast, world):
    for name, move, data in (
        ("cato", "reject", {"decision_note": "Kan hier."}),
        ("bas", "withdraw", {"note": "Anders opgelost."}),
    ):
        row = sent(cast, world)
        with become(cast.actor("bas")) as bas:
            _agreement, link, _code = actions.ask_agreement_by_link(
                bas, subcontract=row, guardian=world.parents[0]
            )
        row = moved(cast, name, row, move, **data)
        assert OneTimeLink.objects.get(pk=link.pk).revoked_at is not None
        assert row.school_answer.subcontract_state == row.state


# --- By link --------------------------------------------------------------------------------------


def linked(cast, world, row, guardian):
    with become(cast.actor("bas")) as bas:
        agreement, link, _code = actions.ask_agreement_by_link(
            bas, subcontract=row, guardian=guardian
        )
    return agreement, Actor.for_link(OneTimeLink.objects.get(pk=link.pk))


@pytest.mark.parametrize(
    ("answer", "state"), [("yes", "agreed"), ("no", "refused"), ("talk", "talk")]
)
def test_a_parent_answers_by_link_once(cast, world, answer, state):
    row = sent(cast, world)
    agreement, parent = linked(cast, world, row, world.parents[0])
    with become(parent):
        actions.answer_agreement(parent, agreement=agreement, answer=answer)
    agreement.refresh_from_db()
    assert (agreement.state, agreement.form, agreement.answered_on) == (state, "link", today())
    with become(parent), pytest.raises(MoveRefused):
        actions.answer_agreement(parent, agreement=agreement, answer="yes")


def test_a_link_sees_its_own_question_and_nothing_else(cast, world):
    row = sent(cast, world)
    agreement, parent = linked(cast, world, row, world.parents[0])
    with become(parent) as actor:
        assert list(SubcontractAgreement.objects.visible_to(actor)) == [agreement]
        assert list(SubcontractAgreement.objects.all()) == [agreement]
        assert not Subcontract.objects.exists()
        assert not SchoolAnswer.objects.exists()


def test_a_talk_after_the_link_closes_the_link(cast, world):
    row = sent(cast, world)
    agreement, parent = linked(cast, world, row, world.parents[0])
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[0], answer="refused")
    with become(parent), pytest.raises(MoveRefused):
        actions.answer_agreement(parent, agreement=agreement, answer="yes")
    agreement.refresh_from_db()
    assert agreement.state == "refused"


def test_the_answer_to_a_withdrawn_proposal_is_refused(cast, world):
    row = sent(cast, world)
    agreement, parent = linked(cast, world, row, world.parents[0])
    Subcontract.objects.filter(pk=row.pk).update(state="withdrawn")
    with become(parent), pytest.raises(MoveRefused):
        actions.answer_agreement(parent, agreement=agreement, answer="yes")


# --- The school -----------------------------------------------------------------------------------


def test_the_school_may_change_its_answer_until_the_decision(cast, world):
    row = sent(cast, world)
    answered(cast, world, row, "objection", "Nee.")
    with become(cast.actor("anna")) as anna:
        answer = SchoolAnswer.objects.get()
        actions.answer_for_school(anna, school_answer=answer, answer="agreed")
    with become(cast.actor("cato")) as cato:
        actions.approve_subcontract(cato, subcontract=row)
    with become(cast.actor("anna")) as anna, pytest.raises(MoveRefused):
        actions.answer_for_school(anna, school_answer=answer, answer="objection", remark="Toch.")


@pytest.mark.parametrize("name", ["bas", "cato", "dirk", "ilse", "joke", "els"])
def test_nobody_else_answers_for_the_school(cast, world, name):
    sent(cast, world)
    answer = SchoolAnswer.objects.get()
    with become(cast.actor(name)) as actor, pytest.raises((NotVisible, MoveNotAllowed)):
        actions.answer_for_school(actor, school_answer=answer, answer="agreed")


def test_a_remark_and_an_objection_are_written(cast, world):
    sent(cast, world)
    with become(cast.actor("anna")) as anna:
        for answer in ("remark", "objection"):
            with pytest.raises(ValidationError):
                actions.answer_for_school(
                    anna, school_answer=SchoolAnswer.objects.get(), answer=answer
                )


def test_a_reminder_puts_the_question_on_top(cast, world):
    row = sent(cast, world)
    with become(cast.actor("bas")) as bas:
        actions.remind_school(bas, subcontract=row)
    assert SchoolAnswer.objects.get().reminded_on == today()


# --- Free choice ----------------------------------------------------------------------------------


def test_the_choice_of_parents_gets_an_answer_and_stops_nothing(cast, world):
    with become(cast.actor("bas")) as bas:
        choice = actions.record_choice(bas, trajectory=world.trajectory, guardian=world.parents[0])
        assert choice.answer_due_on > today() + dt.timedelta(days=9)
        world.trajectory.refresh_from_db()
        assert world.trajectory.state == "active"
        choice = actions.answer_choice(bas, choice=choice, outcome="stay", note="Blijft.")
        with pytest.raises(MoveRefused):
            actions.answer_choice(bas, choice=choice, outcome="subcontract")
    assert (choice.outcome, choice.answer_on) == ("stay", today())


# --- Many at once ---------------------------------------------------------------------------------


def test_it_does_all_of_it_for_many(cast, world):
    petra = second_manager(cast)
    cases = [world.trajectory, world.new_trajectory(active=True)]
    PlanFactory(trajectory=cases[1], agreed=True)
    with become(Actor.system("test")) as actor:
        rows = actions.propose_many(
            actor,
            [
                {
                    "trajectory": case,
                    "on": days_ago(5),
                    "proposed_by": cast.bas,
                    **values(world, plan_goal=None, goal="Slapen", starts_on=days_ago(4)),
                    "choice_discussed_on": days_ago(6),
                }
                for case in cases
            ],
        )
        on = {"on_of": lambda row: days_ago(4)}
        rows = actions.move_purchases_many(actor, rows, "send", **on)
        assert SubcontractAgreement.objects.count() == 4
        actions.record_agreements_many(
            actor,
            [
                {"subcontract": row, "guardian": parent, "answer": "agreed", "on": days_ago(3)}
                for row in rows
                for parent in Guardian.objects.filter(pupil=row.pupil_id)
            ],
        )
        actions.answer_for_schools_many(
            actor,
            [
                {"subcontract": row, "answer": "agreed", "on": days_ago(3), "by": cast.anna}
                for row in rows
            ],
        )
        on = {"on_of": lambda row: days_ago(3)}
        rows = actions.move_purchases_many(
            actor, rows, "approve", by_of=lambda row: cast.cato, **on
        )
        rows = actions.move_purchases_many(actor, rows, "order", **on)
        rows = actions.move_purchases_many(actor, rows, "start", **on)
        bills = actions.deliver_many(
            actor,
            [
                {
                    "subcontract": row,
                    "period_start": today(),
                    "volume": Decimal(2),
                    "invoice_number": f"F{number}",
                    "invoiced_on": today(),
                    "on": today(),
                    "reported_by": cast.cato,
                    "approved_by": petra,
                }
                for number, row in enumerate(rows)
            ],
        )
    assert len(bills) == 2
    assert sum(CostLine.objects.values_list("cents", flat=True)) == 58000
    kept = Subcontract.objects.all()
    assert {row.state for row in kept} == {"running"}
    assert sum(row.committed_cents for row in kept) == 2 * 145000


def test_factories_fit_the_constraints(cast):
    for state in ("asked", "approved", "ordered", "running"):
        SubcontractFactory(trajectory=cast.a.trajectory, **{state: True})
    AgreementFactory(subcontract=SubcontractFactory(trajectory=cast.a.trajectory, asked=True))
    SchoolAnswerFactory(subcontract=SubcontractFactory(trajectory=cast.a.trajectory, asked=True))
    assert third_party().kind == "third"


def test_a_parent_may_take_an_agreement_back_while_care_runs(cast, world):
    row = moved(cast, "bas", moved(cast, "cato", approved(cast, world), "order"), "start")
    with become(cast.actor("bas")) as bas:
        actions.record_agreement(bas, subcontract=row, guardian=world.parents[0], answer="refused")
        assert purchases.agreement_state(bas, row, today()).is_disputed
        with pytest.raises(MoveRefused):  # a link asks what is still open, and nothing else
            actions.ask_agreement_by_link(bas, subcontract=row, guardian=world.parents[0])
