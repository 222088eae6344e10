"""What guards and pages ask about bought care: who must agree, what they said, who pays, what fits.

Whoever sees the family reads it; a manager gets the keys of who must agree from the database, and
names only of those who were asked. Under `booked(...)` a whole set is answered from one reading.
"""

import datetime as dt
from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oja.core.money import format_euros
from providers.models import Unit
from schools.models import Municipality, Pupil
from support import consent_rules, costs, facts
from support.models import (
    AgreementState,
    Plan,
    PlanState,
    SchoolAnswer,
    SubcontractAgreement,
    Trajectory,
)

_GIVEN = {AgreementState.AGREED: "given"}


@dataclass(frozen=True)
class Payment:
    """Who pays for a pupil on a day. `municipality_id` None: nobody knows."""

    municipality_id: object
    is_funded: bool
    sentence: str


@dataclass
class Book:
    """Answers of many orders, by order."""

    agreements: dict
    school_answers: dict
    trajectories: dict


_book: ContextVar[Book | None] = ContextVar("purchase_book", default=None)


@contextmanager
def booked(actor, rows):
    """Answer the questions about these orders from one reading; nothing else may write them."""
    keys = [row.pk for row in rows]
    book = Book(defaultdict(list), {}, {})
    for each in SubcontractAgreement.objects.visible_to(actor).filter(subcontract__in=keys):
        book.agreements[each.subcontract_id].append(each)
    for each in SchoolAnswer.objects.visible_to(actor).filter(subcontract__in=keys):
        book.school_answers[each.subcontract_id] = each
    cases = Trajectory.objects.visible_to(actor).filter(pk__in={row.trajectory_id for row in rows})
    book.trajectories = {case.pk: case for case in cases.select_related("regisseur")}
    token = _book.set(book)
    try:
        with facts.booked(actor, book.trajectories.values()):
            yield
    finally:
        _book.reset(token)


@contextmanager
def read_once(actor, rows, on):
    """Ask what guards need to know about these orders in a few statements, for a page that lists
    them. Nothing may be written inside the block."""
    with facts.remembering():
        keys, cases = [row.pk for row in rows], {row.trajectory_id for row in rows}
        who = id(actor)
        agreements, plans = defaultdict(list), defaultdict(list)
        asked = SubcontractAgreement.objects.visible_to(actor).filter(subcontract__in=keys)
        for each in asked.order_by("created_at", "pk"):
            agreements[each.subcontract_id].append(each)
        for each in (
            Plan.objects.visible_to(actor).filter(trajectory__in=cases).order_by("version_number")
        ):
            plans[each.trajectory_id].append(each)
        answers = SchoolAnswer.objects.visible_to(actor).filter(subcontract__in=keys)
        answered = {each.subcontract_id: each for each in answers}
        seen = Pupil.objects.visible_to(actor).filter(pk__in={row.pupil_id for row in rows})
        pupils = {pupil.pk: pupil for pupil in seen}
        found = Trajectory.objects.visible_to(actor).filter(pk__in=cases)
        for case in found.select_related("regisseur"):
            _know((who, "trajectory", case.pk), case)
        for case in cases:
            _know((who, "plans", case), plans[case])
        for (case, day), payer in costs.payers_on([(case, on) for case in cases]).items():
            _know((who, "payer", case, day), payer)
        givers = _givers_of_many(keys, on)
        for row in rows:
            _know((who, "agreements-to", row.pk), agreements[row.pk])
            _know((who, "school-answer", row.pk), answered.get(row.pk))
            _know((who, "pupil", row.pupil_id), pupils.get(row.pupil_id))
            _know(("givers", row.pk, on), givers[row.pk])
        yield


def _know(question, answer):
    """Answer a question before a guard asks it."""
    facts.once(question, lambda: answer)


def _givers_of_many(keys, on):
    """{order: [(birth date, key of who has custody)]} in one statement."""
    found = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked.id, given.* FROM unnest(%s::uuid[]) AS asked(id)"
            " CROSS JOIN LATERAL oja.support_purchase_givers(asked.id, %s) AS given",
            [keys, on],
        )
        for key, *given in cursor.fetchall():
            found[key].append(tuple(given))
    return found


# --- Answers ------------------------------------------------------------------------------------


def agreements_of(actor, row):
    """What parents and pupil were asked and said, oldest first."""
    book = _book.get()
    if book is not None:
        return sorted(book.agreements[row.pk], key=lambda each: (each.created_at, each.pk))
    rows = SubcontractAgreement.objects.visible_to(actor).filter(subcontract=row.pk)
    ordered = rows.order_by("created_at", "pk")
    return facts.once((id(actor), "agreements-to", row.pk), lambda: list(ordered))


def school_answer_of(actor, row):
    """The row of the school, answered or not; None when the school was not asked."""
    book = _book.get()
    if book is not None:
        return book.school_answers.get(row.pk)
    rows = SchoolAnswer.objects.visible_to(actor).filter(subcontract=row.pk)
    return facts.once((id(actor), "school-answer", row.pk), rows.first)


def answered_by(actor, row):
    """Who answered already, in words: a proposal changes as long as this is empty."""
    found = [
        each.giver_label for each in agreements_of(actor, row) if each.state != AgreementState.ASKED
    ]
    answer = school_answer_of(actor, row)
    if answer is not None and answer.answer:
        found.append(_("School"))
    return list(dict.fromkeys(found))


def trajectory_of(actor, row):
    """The trajectory of an order as the actor sees it."""
    book = _book.get()
    if book is not None:
        return book.trajectories[row.trajectory_id]
    rows = Trajectory.objects.visible_to(actor).select_related("regisseur")
    return facts.once(
        (id(actor), "trajectory", row.trajectory_id), lambda: rows.get(pk=row.trajectory_id)
    )


def _reply(agreement):
    return consent_rules.Reply(
        giver=consent_rules.PUPIL if agreement.guardian_id is None else agreement.guardian_id,
        state=_GIVEN.get(agreement.state, agreement.state),
        asked_on=agreement.asked_on,
        answered_on=agreement.answered_on,
        order=(agreement.created_at, agreement.pk),
    )


def _family(actor, row, on, labels):
    """(birth date, custodians) of the pupil of an order, as the consent rule reads them."""
    pupil = facts.pupil_of(actor, row)
    if pupil is not None and facts.sees_family(actor, row):
        return pupil.birth_date, facts.custodians_of(actor, row.pupil_id)
    found = facts.once(("givers", row.pk, on), lambda: _givers_of_many([row.pk], on)[row.pk])
    birth_date = found[0][0] if found else trajectory_of(actor, row).birth_date
    keys = [key for _birth_date, key in found if key is not None]
    return birth_date, tuple(consent_rules.Custodian(key, labels.get(key, "")) for key in keys)


def agreement_state(actor, row, on):
    """Whether everyone who must agree to this purchase did: a `consent_rules.ConsentState`.

    The regime of consent holds here too: parents, pupil and parents from 12, the pupil alone from
    16 (Jeugdwet 7.3.4 and 7.3.5). Each purchase is agreed to by itself.
    """
    answers = agreements_of(actor, row)
    labels = {each.guardian_id: each.giver_label for each in answers}
    birth_date, custodians = _family(actor, row, on, labels)
    found = consent_rules.state(birth_date, custodians, [_reply(each) for each in answers], on)
    named = tuple(
        consent_rules.Giver(
            giver.key,
            giver.label or (row.pupil_name if giver.key == consent_rules.PUPIL else ""),
            giver.standing,
            giver.since,
        )
        for giver in found.givers
    )
    return consent_rules.with_givers(found, named)


def school_may_answer(actor, row, on):
    """Whether the trajectory is shared with the school on this day."""
    case = trajectory_of(actor, row)
    if case.shared_site is None:
        return False
    return case.shared_until is None or on < case.shared_until


# --- Plan and money -----------------------------------------------------------------------------


def agreed_plan(actor, row):
    """The version of the plan in force, or None."""
    plans = facts.plans_of(actor, trajectory_of(actor, row))
    agreed = [plan for plan in plans if plan.state == PlanState.AGREED]
    return agreed[-1] if agreed else None


def payment_of(actor, row, on):
    """Who pays for the pupil of an order (or a trajectory) on a day, as a Payment."""
    pupil = facts.pupil_of(actor, row)
    if pupil is not None and facts.sees_family(actor, row):
        payer = facts.payer_of(actor, pupil, row.site_id, on)
        return Payment(payer.municipality and payer.municipality.pk, payer.funded, payer.sentence)
    case_id = row.pk if isinstance(row, Trajectory) else row.trajectory_id
    ask = (id(actor), "payer", case_id, on)
    municipality_id, is_funded = facts.once(ask, lambda: costs.payer_on(case_id, on))
    if is_funded:
        return Payment(municipality_id, True, "")
    if municipality_id is None:
        return Payment(None, False, _("It is not known in which municipality the pupil lives"))
    name = Municipality.objects.get(pk=municipality_id).name
    sentence = _("The pupil lives in %(municipality)s. That municipality does not take part")
    return Payment(municipality_id, False, sentence % {"municipality": name})


def effect_of(actor, row, municipality_id=None):
    """What an order does to the budgets of its years: [costs.Effect]."""
    return costs.budget_effect(
        actor,
        provider=row.provider_id,
        municipality=municipality_id or row.municipality_id,
        cents=row.ceiling_cents,
        start=row.starts_on,
        end=row.ends_on + dt.timedelta(days=1),
    )


def ceiling(volume, rate_cents):
    """Volume times rate in cents, rounded half up."""
    exact = volume * rate_cents
    whole = int(exact)
    return whole + (1 if exact - whole >= exact.__class__("0.5") else 0)


def rate_words(cents, unit):
    """ "€ 145 per uur"."""
    return _("%(amount)s per %(unit)s") % {
        "amount": format_euros(cents),
        "unit": str(Unit(unit).label).lower(),
    }


def volume_words(volume, unit):
    """ "12 sessies", "7,5 uur": how much, of the unit of the rate."""
    number = f"{volume.normalize():f}".replace(".", ",")
    words = {
        Unit.HOUR: ngettext("%(number)s hour", "%(number)s hours", _plural(volume)),
        Unit.DAY: ngettext(
            "%(number)s day of 24 hours", "%(number)s days of 24 hours", _plural(volume)
        ),
        Unit.PIECE: ngettext("%(number)s session", "%(number)s sessions", _plural(volume)),
    }
    return words[Unit(unit)] % {"number": number}


def _plural(volume):
    return 1 if volume == 1 else 2
