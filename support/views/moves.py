"""Moves on a page: their addresses, the one that comes next, and what stands in its way."""

from dataclasses import dataclass, field

from django.http import Http404
from django.urls import reverse

REQUEST_SLUGS = {
    "indienen": "submit",
    "terugdraaien": "recall",
    "agenda": "to_team",
    "accepteren": "accept",
    "onderwijs": "decide_education",
    "wijkteam": "decide_district_team",
    "elders": "decide_elsewhere",
    "niet-gefinancierd": "decide_not_funded",
    "intrekken": "withdraw",
    "toewijzen": "assign",
}
TRAJECTORY_SLUGS = {
    "intake-plannen": "plan_intake",
    "intake-vastleggen": "record_intake",
    "plan-akkoord": "agree_plan",
    "hulp-starten": "start_help",
    "pauzeren": "pause",
    "hervatten": "resume",
    "plan-vernieuwen": "renew_plan",
    "afsluiten": "close",
    "stoppen": "stop",
}
_REQUEST_STEPS = {move: slug for slug, move in REQUEST_SLUGS.items()}
_TRAJECTORY_STEPS = {move: slug for slug, move in TRAJECTORY_SLUGS.items()}


def move_name(slugs, step):
    """The move behind a Dutch address. Raises Http404 for any other word."""
    if step not in slugs:
        raise Http404
    return slugs[step]


def request_url(row, move):
    """Where a move of a hulpvraag is made."""
    return reverse("request-move", args=[row.pk, _REQUEST_STEPS[move]])


def trajectory_url(row, move):
    """Where a move of a trajectory is made."""
    return reverse("trajectory-move", args=[row.pk, _TRAJECTORY_STEPS[move]])


@dataclass(frozen=True)
class Choice:
    """A move as the page shows it: `guards` is empty when it can be made now, `stays` says that
    it leads to the state in which the row already is."""

    name: str
    label: str
    url: str
    kind: str
    asks: bool
    stays: bool = False
    guards: list = field(default_factory=list)

    @property
    def guards_id(self):
        """Where the guard list of this move stands on the page."""
        return f"guards-{self.name}"


def choices(available, url_of, state):
    """The moves of `Workflow.available` from this state, in the order of the table."""
    return [
        Choice(
            name=found.transition.name,
            label=str(found.transition.label),
            url=url_of(found.transition.name),
            kind=found.transition.kind,
            asks=bool(found.transition.sets),
            stays=found.transition.target == state,
            guards=guard_items(found) if found.refusals else [],
        )
        for found in available
    ]


def guard_items(available):
    """All conditions of one move for the guard list: the met ones first."""
    met = [{"met": True, "label": str(label)} for label in available.met]
    open_ = [
        {
            "met": False,
            "sentence": str(refusal.sentence).rstrip("."),
            "who": refusal.who,
            "since": refusal.since,
            "url": refusal.url,
            "url_label": refusal.url_label,
        }
        for refusal in available.refusals
    ]
    return met + open_


def next_of(found):
    """(the move that comes next or None, the others): one primary button per page."""
    primary = sorted(
        (choice for choice in found if choice.kind == "primary"), key=lambda choice: choice.stays
    )
    chosen = primary[0] if primary else None
    return chosen, [choice for choice in found if choice is not chosen]
