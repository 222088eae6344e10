"""Pieces of a case: a child with a parent, a request, and help with a canary in every text."""

import datetime as dt

from oja.demo.probe.house import Case, House
from schools.actions import add_guardian, add_pupil
from schools.models import Enrolment
from support import actions
from support.models import Consent, Trajectory


def new_pupil(
    house: House, actor, group_name: str, family_group: str, *, site, class_, household=None
):
    """A child of nine with one parent; both names are canaries."""
    probe, canary = house.probe, house.probe.canary
    pupil = add_pupil(
        actor,
        site=site,
        on=house.on,
        municipality=house.town,
        enrolled_on=probe.start,
        household=household,
        first_name=canary(group_name),
        last_name=canary(group_name),
        birth_date=house.days_ago(365 * 9),
        gender=2,
        group=class_,
    )
    parent = add_guardian(
        actor,
        pupil=pupil,
        first_name=canary(family_group),
        last_name=canary(family_group),
        relation="mother",
        has_custody=True,
        custody_source="school",
        email=f"{canary(family_group).lower()}@probe.example",
    )
    house.probe.url("pupil-detail", pupil.pk)
    return pupil, parent


def card_forms(house: House, actor, pupil, parent, may: str) -> None:
    """Every form on the card of a pupil."""
    probe = house.probe
    names = {"first_name": "Ander", "last_name": "Ander"}
    probe.form("pupil-edit", pupil.pk, may=may, **names, birth_date=f"{pupil.birth_date:%d-%m-%Y}")
    probe.form("guardian-create", pupil.pk, may=may, **names, relation="father")
    probe.form("guardian-edit", pupil.pk, parent.pk, may=may, **names, relation="mother")
    day = f"{house.on:%d-%m-%Y}"
    probe.form("residence-set", pupil.pk, may=may, municipality=str(house.town.pk), valid_from=day)
    probe.form("request-create", query=f"?leerling={pupil.pk}", may=may, question="Een vraag")
    probe.form("attendance-create", query=f"?leerling={pupil.pk}", may=may, kind="ill")
    probe.form("enrolment-create", pupil.pk, may=may, valid_from=day)
    probe.form("enrolment-again", pupil.pk, may=may, valid_from=day, school_type="so")
    for enrolment in Enrolment.objects.visible_to(actor).filter(pupil=pupil):
        probe.form("enrolment-edit", pupil.pk, enrolment.pk, may=may, valid_from=day)
        probe.form(
            "enrolment-leave",
            pupil.pk,
            enrolment.pk,
            may=may,
            valid_until=day,
            destination_type="so",
        )


def submit(house: House, actor, pupil, parent, question_group, on, *, may, answer="given"):
    """A submitted request of a school with the consent of the parent. `may`: who keeps consent."""
    request = actions.submit_request(
        actor,
        pupil=pupil,
        talk_with=[{"id": "pupil", "label": "pupil"}],
        talk_on=on,
        topics=["SOCEM"],
        question=house.word(question_group, "Vraag"),
        consents=[{"guardian": parent, "answer": answer, "form": "talk", "on": on}],
        on=on,
    )
    probe = house.probe
    probe.url("request-detail", request.pk)
    probe.url("consent-ask", request.pk)
    for step in ("agenda", "accepteren", "intrekken", "toewijzen", "terugdraaien"):
        probe.url("request-move", request.pk, step)
    for consent in Consent.objects.visible_to(actor).filter(request=request):
        if may is None:  # the consent is taken back later on: there is nothing left to change
            probe.url("consent-withdraw", consent.pk)
            continue
        probe.form("consent-withdraw", consent.pk, may=may, note="x")
        probe.form("consent-correct", consent.pk, may=may, answer="refused", note="x")
    return request


def accept(actor, request, on):
    """The team decides that the provider of the school helps."""
    request = actions.put_on_agenda(actor, request=request, team_meeting_on=on, on=on)
    return actions.decide(actor, request=request, outcome="accept", decided_on=on, on=on)


def assign(house: House, manager: str, request, worker: str, on) -> None:
    """A manager gives the request to a worker."""
    with house.acting(manager) as actor:
        actions.assign_regisseur(
            actor, request=request, regisseur=house.probe.workers[worker], on=on
        )


def run_help(house: House, name: str, case: Case, groups: dict, on: dt.date) -> None:
    """Help of one worker from consent to the first contact, with a canary in every text."""
    worker = house.probe.workers[name]
    with house.acting(name) as actor:
        trajectory = Trajectory.objects.visible_to(actor).get(request=case.request)
        for purpose in ("help", "others_present"):
            actions.record_consent(
                actor,
                trajectory=trajectory,
                purpose=purpose,
                guardian=case.parent,
                answer="given",
                answered_on=on,
                on=on,
            )
        trajectory = actions.plan_intake(actor, trajectory=trajectory, intake_on=on, on=on)
        trajectory = actions.record_intake(actor, trajectory=trajectory, intake_held_on=on, on=on)
        plan = _plan(house, actor, trajectory, groups, on)
        actions.record_plan_agreement(actor, plan=plan, guardian=case.parent, agreed_on=on, on=on)
        trajectory = actions.agree_plan(actor, trajectory=trajectory, on=on)
        case.provision = actions.add_provision(
            actor,
            trajectory=trajectory,
            worker=worker,
            form="INDIVIDUEEL",
            place="school",
            weekday=on.isoweekday() if on.isoweekday() < 6 else 1,
            start_time=dt.time(10, 15),
            valid_from=on,
            on=on,
        )
        case.trajectory = actions.start_help(actor, trajectory=trajectory, started_on=on, on=on)
        contact = actions.record_contact(
            actor,
            trajectory=case.trajectory,
            provision=case.provision,
            contact_on=on,
            minutes=45,
            note=house.word(groups["note"], "Notitie"),
            audience="care",
            on=on,
        )
        words = {"trajectory": case.trajectory, "audience": "school", "on": on}
        actions.add_note(actor, text=house.word(groups["message"], "Bericht"), **words)
        if "agreement" in groups:
            text = house.word(groups["agreement"], "Afspraak")
            actions.add_note(actor, text=text, kind="agreement", **words)
    _help_addresses(house, case, contact, groups)


def _plan(house, actor, trajectory, groups, on):
    goals = [
        {
            "title": house.word(groups["school_goal"], "Doel"),
            "start_score": 2,
            "target_score": 7,
            "is_for_school": True,
        },
        {
            "title": house.word(groups["care_goal"], "Doel"),
            "approach": house.word(groups["care_goal"], "Aanpak"),
            "start_score": 3,
            "target_score": 8,
            "is_for_school": False,
        },
    ]
    return actions.save_plan(
        actor,
        trajectory=trajectory,
        goals=goals,
        next_evaluation_on=on + dt.timedelta(days=90),
        home_part=house.word(groups["plan"], "Thuis"),
        going_well=house.word(groups["plan"], "Goed"),
        on=on,
    )


def _help_addresses(house, case, contact, groups):
    probe, key = house.probe, case.trajectory.pk
    workers, provider = groups["workers"], groups["provider"]
    for name in ("trajectory-detail", "trajectory-consent", "trajectory-school-view"):
        probe.url(name, key)
    probe.form("trajectory-plan", key, may=provider, home_part="Anders")
    probe.form("trajectory-provision", key, may=provider, minutes="30")
    probe.form("trajectory-scores", key, may=provider)
    probe.form("plan-agreement", key, query=f"?wie={case.parent.pk}", may=workers, form="talk")
    probe.form("trajectory-note", key, may=workers, text="Een notitie", audience="school")
    day = f"{house.on:%d-%m-%Y}"
    probe.form(
        "trajectory-move",
        *(key, "pauzeren"),
        may=provider,
        paused_on=day,
        pause_until=f"{house.on + dt.timedelta(days=14):%d-%m-%Y}",
        note="x",
    )
    for step in ("intake-plannen", "hulp-starten", "afsluiten", "stoppen"):
        probe.url("trajectory-move", key, step)
    probe.form("contact-create", query=f"?traject={key}", may=workers, minutes="45")
    probe.form("contact-correct", contact.pk, may=workers, minutes="30", reason="Vergissing")
    probe.button("contact-undo", contact.pk, may=workers)
