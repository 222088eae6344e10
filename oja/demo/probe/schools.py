"""The children of the two schools: in every stage, and with a row across every border."""

import datetime as dt

from oja.demo.probe.audience import CARE_P, CARE_Q, CASE_P, SCHOOL_B
from oja.demo.probe.cases import accept, assign, card_forms, new_pupil, run_help, submit
from oja.demo.probe.house import Case, House
from support import actions
from support.models import Consent, Trajectory

HELP_A = {
    "school_goal": "case_a_school_goal",
    "care_goal": "case_a_care_goal",
    "plan": "case_a_plan",
    "note": "case_a_note",
    "message": "case_a_message",
    "agreement": "case_a_agreement",
    "workers": CASE_P,
    "provider": CARE_P,
}
HELP_WITHDRAWN = {
    "school_goal": "withdrawn_a_plan",
    "care_goal": "withdrawn_a_plan",
    "plan": "withdrawn_a_plan",
    "note": "withdrawn_a_note",
    "message": "withdrawn_a_message",
    "workers": CASE_P,
    "provider": CARE_P,
}
HELP_B = {
    "school_goal": "case_b_question",
    "care_goal": "case_b_plan",
    "plan": "case_b_plan",
    "note": "case_b_note",
    "message": "case_b_message",
    "workers": "worker_q",
    "provider": CARE_Q,
}


def build(house: House) -> None:
    """School A, then school B with a sister of one of its children."""
    _school_a(house)
    _school_b(house)


def _school_a(house):
    recent, old = house.recent, house.changed_on - dt.timedelta(days=60)
    own = {"site": house.a, "class_": house.group_a}
    who = {"may": "coordinator_a"}
    with house.acting("coordinator_a") as actor:
        pupil, _parent = new_pupil(house, actor, "private_a", "private_a", **own)
        _edit(house, pupil)
        pupil, parent = new_pupil(house, actor, "unshared_a", "unshared_a", **own)
        submit(
            house, actor, pupil, parent, "unshared_a_question", house.on, answer="refused", **who
        )
        pupil, parent = new_pupil(house, actor, "queue_a", "queue_a_family", **own)
        submit(house, actor, pupil, parent, "queue_a", house.on, **who)
        child, question = "withdrawn_a_child", "withdrawn_a_question"
        for key, groups, on, may in (
            (
                "case_a",
                ("case_a_child", "case_a_family", "case_a_question"),
                recent,
                f"coordinator_a {CASE_P}",
            ),
            ("gone", (child, child, question), recent, None),
            (
                "old",
                ("old_a_child", "old_a_child", "old_a_question"),
                old,
                "coordinator_a worker_q",
            ),
        ):
            group, family, question = groups
            pupil, parent = new_pupil(house, actor, group, family, **own)
            request = submit(house, actor, pupil, parent, question, on, may=may)
            accept(actor, request, on)
            house.cases[key] = Case(pupil, parent, request)
            if key == "case_a":
                card_forms(house, actor, pupil, parent, "coordinator_a")
    cases = house.cases
    assign(house, "manager_p", cases["case_a"].request, "worker_p", recent)
    assign(house, "manager_p", cases["gone"].request, "worker_p", recent)
    assign(house, "manager_q", cases["old"].request, "worker_q", old)
    run_help(house, "worker_p", cases["case_a"], HELP_A, recent)
    run_help(house, "worker_p", cases["gone"], HELP_WITHDRAWN, recent)
    with house.acting("worker_q") as actor:
        trajectory = Trajectory.objects.visible_to(actor).get(request=cases["old"].request)
        text = house.word("old_a_note", "Notitie")
        actions.add_note(actor, trajectory=trajectory, text=text, audience="care")
        house.probe.url("trajectory-detail", trajectory.pk)


def withdraw(house: House) -> None:
    """The parent of one child takes the consent to share back: the school sees nothing new."""
    with house.acting("coordinator_a") as actor:
        rows = Consent.objects.visible_to(actor)
        consent = rows.get(request=house.cases["gone"].request, purpose="share")
        actions.withdraw_consent(actor, consent=consent)


def _school_b(house):
    own = {"site": house.b, "class_": house.group_b}
    with house.acting("coordinator_b") as actor:
        new_pupil(house, actor, "private_b", "private_b", **own)
        # A sister of a child of school A: one family, two providers.
        sister = house.cases["case_a"].pupil.household
        pupil, parent = new_pupil(
            house, actor, "case_b_child", "case_b_family", household=sister, **own
        )
        may = f"{SCHOOL_B} worker_q"
        request = submit(house, actor, pupil, parent, "case_b_question", house.recent, may=may)
        accept(actor, request, house.recent)
        card_forms(house, actor, pupil, parent, SCHOOL_B)
    house.cases["case_b"] = Case(pupil, parent, request)
    assign(house, "manager_q", request, "worker_q", house.recent)
    run_help(house, "worker_q", house.cases["case_b"], HELP_B, house.recent)


def _edit(house, pupil):
    """A form with a text field and the version that it started from."""
    house.probe.edit = {
        "url": house.probe.url("pupil-edit", pupil.pk),
        "user": house.probe.accounts["coordinator_a"].email,
        "field": "last_name",
        "version": "_version",
    }
