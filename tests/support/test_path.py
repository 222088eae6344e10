"""The whole path as the people themselves, under row security and with the guard on."""

import datetime as dt

from django.utils import timezone

from oja.access.actor import Actor, become
from oja.access.scoping import guarded
from oja.core.periods import today
from schools.models import Guardian
from support import actions, facts
from support.models import Contact, Purpose, SchoolNote, SupportRequest, Trajectory
from support.workflow import REQUEST, TRAJECTORY
from tests.support.helpers import acting

GOAL = {
    "title": "Elke dag een keer samen spelen",
    "start_score": 3,
    "target_score": 7,
    "is_for_school": True,
}


def test_it_leads_from_a_question_to_closed_help(cast):
    world, now = cast.a, today()
    pupil = world.new_pupil()
    mother, father = pupil.parents

    with acting(cast, "anna") as anna:
        request = actions.submit_request(
            anna,
            pupil=pupil,
            talk_with=[{"id": str(mother.pk), "label": "moeder"}],
            talk_on=now,
            topics=["SOCEM", "GEDRAG"],
            question="Hoe leert hij spelen? Zijn nummer is 111222333.",
            consents=[
                {"guardian": mother, "answer": "given"},
                {"guardian": father, "answer": "link"},
            ],
        )
        assert "111222333" not in request.question
        assert request.provider_id == world.provider.pk
        assert request.is_funded
        [(question, link, _code)] = request.new_links
        assert facts.consent_state(anna, request, Purpose.SHARE, now).missing[0].key == father.pk

    with acting(cast, "cato") as cato:
        before = SupportRequest.objects.visible_to(cato).count()

    by_link = Actor.for_link(link)
    with become(by_link), guarded():
        actions.answer_consent(by_link, consent=question, answer="yes", at=timezone.now())

    with acting(cast, "cato") as cato:
        assert SupportRequest.objects.visible_to(cato).count() == before + 1

    with acting(cast, "anna") as anna:
        request = actions.put_on_agenda(anna, request=request, team_meeting_on=now)
        request = actions.decide(anna, request=request, outcome="accept", decision_note="Goed.")
        assert request.state == "accepted"

    with acting(cast, "cato") as cato:
        row = SupportRequest.objects.visible_to(cato).get(pk=request.pk)
        assert [move.transition.name for move in REQUEST.available(row, cato)] == ["assign"]
        trajectory = actions.assign_regisseur(cato, request=row, regisseur=world.worker)

    with acting(cast, "bas") as bas:
        trajectory = Trajectory.objects.visible_to(bas).get(pk=trajectory.pk)
        [intake, _stop] = TRAJECTORY.available(trajectory, bas)
        assert [str(refusal.sentence) for refusal in intake.refusals]
        for parent in Guardian.objects.visible_to(bas).filter(pupil=pupil.pk):
            actions.record_consent(
                bas, trajectory=trajectory, purpose="help", guardian=parent, answer="given"
            )
        trajectory = actions.plan_intake(bas, trajectory=trajectory, intake_on=now)
        trajectory = actions.record_intake(bas, trajectory=trajectory, intake_held_on=now)
        plan = actions.save_plan(
            bas,
            trajectory=trajectory,
            goals=[GOAL],
            next_evaluation_on=now + dt.timedelta(days=90),
            home_not_needed_reason="Thuis gaat het goed.",
        )
        for guardian, _label, _on in facts.plan_givers(bas, trajectory, plan, now):
            actions.record_plan_agreement(bas, plan=plan, guardian=guardian)
        trajectory = actions.agree_plan(bas, trajectory=trajectory)
        provision = actions.add_provision(
            bas, trajectory=trajectory, worker=world.worker, valid_from=now
        )
        trajectory = actions.start_help(bas, trajectory=trajectory)
        contact = actions.record_planned(bas, provision=provision, contact_on=now)
        assert actions.record_planned(bas, provision=provision, contact_on=now).pk == contact.pk
        second = actions.record_contact(
            bas,
            trajectory=trajectory,
            contact_on=now,
            minutes=30,
            note="Even apart zitten mag.",
            audience="school",
        )
        corrected = actions.correct_contact(
            bas, contact=second, reason="Het duurde langer.", minutes=60
        )
        assert Contact.objects.visible_to(bas).filter(trajectory=trajectory).standing().count() == 2
        assert corrected.minutes == 60

    with acting(cast, "anna") as anna:
        request = SupportRequest.objects.visible_to(anna).get(pk=request.pk)
        assert request.state == "started"
        assert (request.first_talk_on, request.first_help_on) == (now, now)
        assert SchoolNote.objects.visible_to(anna).filter(trajectory=trajectory).count() == 1

    with acting(cast, "bas") as bas:
        [goal] = facts.goals_of(bas, trajectory, facts.current_plan(bas, trajectory))
        trajectory = actions.close_trajectory(
            bas, trajectory=trajectory, end_reason="31", scores={goal: 8}, closing_note="Mooi."
        )
        assert trajectory.state == "closed"

    with acting(cast, "anna") as anna:
        request = SupportRequest.objects.visible_to(anna).get(pk=request.pk)
        assert request.ended_on == now
