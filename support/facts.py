"""What guards and pages ask about a case: who must agree, who pays, who works there, which plan.

Everything is read for the actor. Under `booked(...)` the same questions are answered from one
reading of a whole set: so the bulk sister of a move asks the same guards in a few statements.
Under `remembering()` a page that only reads asks each question once.
"""

from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

from oja.access.permissions import Role
from providers.models import ParticipatingMunicipality, Participation
from schools.models import Guardian, Pupil, Residence
from schools.residence_rules import payer
from support import consent_rules
from support.consent_rules import Custodian
from support.models import (
    Consent,
    Goal,
    GroupParticipant,
    Plan,
    PlanAgreement,
    PlanState,
    Provision,
    Purpose,
    Subcontract,
    SubcontractState,
    SupportRequest,
    Trajectory,
)

#: What is asked of many cases at once: model, column, which keys of the cases, and order.
PARTS = {
    "pupils": (Pupil, "id", "pupils", ("pk",)),
    "guardians": (Guardian, "pupil_id", "pupils", ("created_at", "pk")),
    "residences": (Residence, "pupil_id", "pupils", ("valid_from",)),
    "consents": (Consent, "request_id", "requests", ("pk",)),
    "plans": (Plan, "trajectory_id", "cases", ("version_number",)),
    "goals": (Goal, "trajectory_id", "cases", ("position",)),
    "agreements": (PlanAgreement, "trajectory_id", "cases", ("pk",)),
    "provisions": (Provision, "trajectory_id", "cases", ("pk",)),
    "orders": (Subcontract, "trajectory_id", "cases", ("pk",)),
    "participations_in_groups": (GroupParticipant, "trajectory_id", "cases", ("pk",)),
}


class Book:
    """Rows of many cases. Each part is read for all of them when the first question needs it."""

    def __init__(self, actor, rows):
        rows = list(rows)
        self.actor = actor
        self.keys = {
            "pupils": {row.pupil_id for row in rows},
            "requests": {case_key(row) for row in rows},
            "cases": {row.pk for row in rows if isinstance(row, Trajectory)},
        }
        self.custodians: dict = {}
        self._parts: dict[str, dict] = {}

    def rows(self, name, key):
        """The rows of a part that belong to this key; do not change the list."""
        if name not in self._parts:
            self._parts[name] = self._read(name)
        return self._parts[name].get(key, [])

    def _read(self, name):
        model, column, keys, order = PARTS[name]
        found = defaultdict(list)
        if self.keys[keys]:
            rows = model.objects.visible_to(self.actor).filter(**{f"{column}__in": self.keys[keys]})
            if model is Residence:
                rows = rows.select_related("municipality")
            for row in rows.order_by(*order):
                found[getattr(row, column)].append(row)
        return found

    @cached_property
    def participations(self):
        """Site -> its participations, oldest first."""
        rows = Participation.objects.select_related("arrangement", "provider")
        return _grouped(rows.order_by("valid_from"), "site_id")

    @cached_property
    def municipalities(self):
        """Arrangement -> the municipalities that pay in it."""
        rows = ParticipatingMunicipality.objects.select_related("municipality")
        return _grouped(rows, "arrangement_id")


def _grouped(rows, column):
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


_book: ContextVar[Book | None] = ContextVar("support_book", default=None)
_memory: ContextVar[dict | None] = ContextVar("support_memory", default=None)


@contextmanager
def remembering():
    """Ask each question about a case once inside the block, in which nothing may be written."""
    if _memory.get() is not None:
        yield
        return
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def once(question, ask):
    """The answer to a question (any key), remembered where a page asked for that."""
    memory = _memory.get()
    if memory is None:
        return ask()
    if question not in memory:
        memory[question] = ask()
    return memory[question]


@contextmanager
def booked(actor, rows):
    """Answer the questions about these requests or trajectories from one reading.

    Nothing that the questions ask about may be written inside the block, except by the move.
    """
    book = Book(actor, rows)
    token = _book.set(book)
    try:
        yield book
    finally:
        _book.reset(token)


def _rows(name, model, actor, column, key, *order):
    """The rows of one case: from the book, or read now."""
    book = _book.get()
    if book is not None:
        return book.rows(name, key)
    rows = model.objects.visible_to(actor).filter(**{column: key}).order_by(*order)
    return once((id(actor), name, key), lambda: list(rows))


def case_key(row):
    """The request to which consents belong: the row itself, or that of the trajectory."""
    return row.pk if isinstance(row, SupportRequest) else row.request_id


# --- The pupil and the family -----------------------------------------------------------------


def pupil_of(actor, row):
    """The pupil of a request or trajectory as the actor may see it, or None."""
    book = _book.get()
    if book is not None:
        return next(iter(book.rows("pupils", row.pupil_id)), None)
    rows = Pupil.objects.visible_to(actor).filter(pk=row.pupil_id)
    return once((id(actor), "pupil", row.pupil_id), rows.first)


def guardians_of(actor, pupil_id):
    """The guardians that the actor may see, oldest record first."""
    return _rows("guardians", Guardian, actor, "pupil_id", pupil_id, "created_at", "pk")


def sees_family(actor, row):
    """Whether the actor sees who has custody: the school and those who help do, a manager not."""
    if actor.kind == "system":
        return True
    if row.site_id in actor.ids(Role.SCHOOL_COORDINATOR, "sites"):
        return True
    if isinstance(row, Trajectory):
        return row.pk in actor.ids(Role.CARE_WORKER, "caseload")
    return row.pupil_id in actor.ids(Role.CARE_WORKER, "caseload_pupils")


def guardian_label(guardian):
    """How a guardian is named where it must be clear who is meant: "mother, Ans de Wit"."""
    return f"{guardian.get_relation_display()}, {guardian.full_name}"


def custodians(guardians):
    """Guardians as the consent rule reads them."""
    return tuple(
        Custodian(
            key=guardian.pk,
            label=guardian_label(guardian),
            has_custody=guardian.has_custody,
            custody_from=guardian.custody_from,
            custody_until=guardian.custody_until,
            is_deceased=guardian.is_deceased,
        )
        for guardian in guardians
    )


def custodians_of(actor, pupil_id):
    """The guardians of a pupil as the consent rule reads them."""
    book = _book.get()
    if book is None:
        return custodians(guardians_of(actor, pupil_id))
    if pupil_id not in book.custodians:
        book.custodians[pupil_id] = custodians(book.rows("guardians", pupil_id))
    return book.custodians[pupil_id]


def people_to_ask(actor, pupil, on):
    """(guardian or None for the pupil, label) of everyone who must agree on that day."""
    guardians = guardians_of(actor, pupil.pk)
    by_key = {guardian.pk: guardian for guardian in guardians}
    required = consent_rules.required_givers(pupil.birth_date, custodians(guardians), on)
    return [(by_key.get(key), label or pupil.full_name) for key, label in required]


# --- Consent ----------------------------------------------------------------------------------


def consents_of(actor, row, purpose):
    """All recorded answers of the case for one purpose that the actor may see.

    Those given for the provider of the case: another provider has to be agreed to anew.
    """
    found = _rows("consents", Consent, actor, "request_id", case_key(row), "created_at", "pk")
    return [
        consent
        for consent in found
        if consent.purpose == purpose and consent.provider_id == row.provider_id
    ]


def consent_state(actor, row, purpose, on):
    """What the answers for one purpose come to on a day: a `consent_rules.ConsentState`.

    Who may not see the family gets the outcome that the database keeps on the row (sharing and
    help), without names.
    """
    pupil = pupil_of(actor, row)
    if pupil is None or not sees_family(actor, row):
        return _kept_state(row, pupil, purpose, on)
    found = consent_rules.state(
        pupil.birth_date,
        custodians_of(actor, row.pupil_id),
        [consent.as_reply() for consent in consents_of(actor, row, purpose)],
        on,
    )
    named = tuple(
        giver
        if giver.label
        else consent_rules.Giver(giver.key, pupil.full_name, giver.standing, giver.since)
        for giver in found.givers
    )
    return consent_rules.with_givers(found, named)


def _kept_state(row, pupil, purpose, on):
    """The outcome as triggers keep it on the row, for readers who do not see the family."""
    kept = until = None
    if purpose == Purpose.SHARE:
        kept, until = getattr(row, "share_state", None), row.shared_until
        if isinstance(row, Trajectory):
            kept = "complete" if row.shared_site else "incomplete"
    elif purpose == Purpose.HELP and isinstance(row, Trajectory):
        kept, until = row.help_state, row.help_until
    outcome = consent_rules.Outcome(kept or "none")
    if outcome is consent_rules.Outcome.COMPLETE and until is not None and until <= on:
        outcome = consent_rules.Outcome.INCOMPLETE
    birth_date = getattr(row, "birth_date", None)
    return consent_rules.ConsentState(
        outcome=outcome,
        regime=consent_rules.regime(birth_date, on) if birth_date else consent_rules.Regime.PARENTS,
        on=on,
        until=until,
    )


# --- Who pays and who works there ---------------------------------------------------------------


def participation_on(site_id, on):
    """The participation of a site on a day, with arrangement and provider, or None."""
    book = _book.get()
    if book is not None:
        rows = book.participations.get(site_id, ())
        return next((row for row in rows if row.holds_on(on)), None)
    rows = Participation.objects.filter(site_id=site_id).valid_on(on)
    rows = rows.select_related("arrangement", "provider")
    return once(("participation", site_id, on), rows.first)


def paying_codes(arrangement_id, on):
    """Codes of the municipalities that pay in an arrangement on a day."""
    book = _book.get()
    if book is not None:
        found = book.municipalities.get(arrangement_id, ())
        return frozenset(row.municipality.code for row in found if row.holds_on(on))
    rows = ParticipatingMunicipality.objects.filter(arrangement_id=arrangement_id).valid_on(on)
    codes = rows.values_list("municipality__code", flat=True)
    return once(("paying", arrangement_id, on), lambda: frozenset(codes))


def residence_on(actor, pupil_id, on):
    """The residence that was recorded last up to that day (it may have ended), or None."""
    book = _book.get()
    if book is not None:
        rows = [row for row in book.rows("residences", pupil_id) if row.valid_from <= on]
        return rows[-1] if rows else None
    rows = Residence.objects.visible_to(actor).filter(pupil_id=pupil_id, valid_from__lte=on)
    rows = rows.select_related("municipality").order_by("-valid_from")
    return once((id(actor), "residence", pupil_id, on), rows.first)


def payer_of(actor, pupil, site, on):
    """Who pays for help to a pupil of a site on a day: a `residence_rules.Payer`."""
    participation = participation_on(getattr(site, "pk", site), on)
    codes = paying_codes(participation.arrangement_id, on) if participation else frozenset()
    return payer(residence_on(actor, pupil.pk, on), on, codes, name=pupil.first_name)


# --- The plan ---------------------------------------------------------------------------------


def plans_of(actor, trajectory):
    """All versions of the plan, oldest first."""
    key = trajectory.pk
    return _rows("plans", Plan, actor, "trajectory_id", key, "version_number")


def draft_plan(actor, trajectory):
    """The version that is being made, or None."""
    drafts = [plan for plan in plans_of(actor, trajectory) if plan.state == PlanState.DRAFT]
    return drafts[-1] if drafts else None


def current_plan(actor, trajectory):
    """The version that counts now: the last one that everybody agreed to, or the draft."""
    plans = plans_of(actor, trajectory)
    agreed = [plan for plan in plans if plan.state != PlanState.DRAFT]
    if agreed:
        return agreed[-1]
    return plans[-1] if plans else None


def goals_of(actor, trajectory, plan):
    """The goals of one version of the plan, in order."""
    if plan is None:
        return []
    found = _rows("goals", Goal, actor, "trajectory_id", trajectory.pk, "position")
    return [goal for goal in found if goal.plan_id == plan.pk]


def agreements_of(actor, trajectory, plan):
    """Who agreed to one version of the plan."""
    found = _rows(
        "agreements", PlanAgreement, actor, "trajectory_id", trajectory.pk, "created_at", "pk"
    )
    return [agreement for agreement in found if agreement.plan_id == plan.pk]


def plan_givers(actor, trajectory, plan, on):
    """[(guardian or None for the pupil, label, agreed on or None)] of who must agree to a plan."""
    agreed = {a.guardian_id: a.agreed_on for a in agreements_of(actor, trajectory, plan)}
    guardians = guardians_of(actor, trajectory.pupil_id)
    by_key = {guardian.pk: guardian for guardian in guardians}
    # the school may have corrected the birth date since it was copied
    born = (pupil_of(actor, trajectory) or trajectory).birth_date
    required = consent_rules.required_givers(born, custodians(guardians), on)
    found = []
    for key, label in required:
        guardian = by_key.get(key)
        found.append(
            (guardian, label or trajectory.pupil_name, agreed.get(guardian and guardian.pk))
        )
    return found


def provisions_of(actor, trajectory):
    """All that was ever planned in a trajectory."""
    return _rows("provisions", Provision, actor, "trajectory_id", trajectory.pk, "created_at", "pk")


def groups_of(actor, trajectory):
    """In which groups the pupil takes part or took part (GroupParticipant rows)."""
    name, key = "participations_in_groups", trajectory.pk
    return _rows(name, GroupParticipant, actor, "trajectory_id", key, "created_at", "pk")


#: Bought care that is settled between the provider and the third party, and not over.
_APPROVED = (SubcontractState.APPROVED, SubcontractState.ORDERED, SubcontractState.RUNNING)


def orders_of(actor, trajectory):
    """Bought care of a trajectory that was approved and has not ended."""
    key = trajectory.pk
    rows = _rows("orders", Subcontract, actor, "trajectory_id", key, "created_at", "pk")
    return [row for row in rows if row.state in _APPROVED]
