"""Invitations with links that work, answers that may be read, and answers that stay sealed."""

from oja.access.actor import Actor, become
from oja.demo.probe.audience import CARE_P, CARE_Q
from oja.demo.probe.house import House
from support import actions
from support.actions.survey import invite_to_survey, record_answers_many
from support.survey_rules import HalfYear

PAGES = ["/vragenlijst/", "/vragenlijst/1/", "/vragenlijst/versturen/"]


def build(house: House) -> None:
    """Two links for parents and one for a child; five answers of parents of P, three of Q."""
    for key, worker, may, informants in (
        ("case_a", "worker_p", CARE_P, ("parent", "child")),
        ("case_b", "worker_q", CARE_Q, ("parent",)),
    ):
        case = house.cases[key]
        for informant in informants:
            with house.acting(worker) as actor:
                invitation, code = invite_to_survey(
                    actor,
                    trajectory=case.trajectory,
                    informant=informant,
                    guardian=case.parent if informant == "parent" else None,
                    on=house.on,
                )
            house.probe.link(code, "survey", PAGES)
            house.probe.url("survey-link", invitation.pk)
            house.probe.form("survey-again", invitation.pk, may=may)
        house.probe.form("survey-invite", case.trajectory.pk, may=may)
    half_year = str(HalfYear.of(house.on))
    house.probe.url("survey-list")
    house.probe.url("survey-list", query=f"?halfjaar={half_year}")
    _answers(house, half_year)
    _consent_link(house)


def _answers(house, half_year):
    """Answers become readable five at a time: what is fewer is for nobody."""
    sheets = [
        {
            "provider": provider,
            "arrangement": house.arrangement,
            "half_year": half_year,
            "informant": "parent",
            "q1": 4,
            "q2": 3,
            "q3": 4,
            "mark": 8,
            "remark": house.word(group, "Opmerking"),
        }
        for provider, group, count in ((house.p, "remarks_p", 5), (house.q, "sealed_q", 3))
        for _number in range(count)
    ]
    with become(Actor.system("probe world")) as actor:
        record_answers_many(actor, sheets)


def _consent_link(house):
    """A question about consent by link, beside those about bought care and satisfaction."""
    case = house.cases["case_b"]
    with house.acting("worker_q") as actor:
        _consent, _link, code = actions.ask_consent_by_link(
            actor,
            trajectory=case.trajectory,
            purpose="others_present",
            guardian=case.parent,
            on=house.on,
        )
    house.probe.link(code, "consent", ["/vraag/", "/akkoord/"], case.pupil.birth_date)
