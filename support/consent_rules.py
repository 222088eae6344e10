"""Who must agree to help or to sharing on a day, and whether they did. Pure: facts in, answer out.

Under 12 everyone with custody decides, from 12 the pupil together with everyone with custody, from
16 the pupil alone (Jeugdwet 7.3.4, 7.3.5 and 7.3.15). The same rule stands in SQL as
``support_consent_state``, because sharing must end in the statement that ends a consent; a property
test holds the two together.

Dates of custody and of consent are days; an end day is the first day on which it no longer holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from oja.core.periods import birthday

#: From this age the pupil decides as well (Jeugdwet 7.3.4).
PUPIL_TOO = 12
#: From this age the pupil decides alone (Jeugdwet 7.3.5).
PUPIL_ALONE = 16
#: After a birthday that adds a person who must agree, running help may go on this long.
GRACE = timedelta(weeks=4)

#: How the pupil is named among those who must agree; everybody else is a guardian's id.
PUPIL = "pupil"


class Regime(StrEnum):
    """Who decides: the parents, the pupil and the parents, or the pupil."""

    PARENTS = "parents"
    PUPIL_AND_PARENTS = "pupil_and_parents"
    PUPIL = "pupil"


class Standing(StrEnum):
    """What one person has answered, seen on one day."""

    MISSING = "missing"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    TALK = "talk"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """What all answers come to. `none`: nobody was asked yet."""

    NONE = "none"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    DISPUTED = "disputed"


@dataclass(frozen=True)
class Custodian:
    """A guardian as far as the rule needs one. `until` is the first day without custody."""

    key: object
    label: str = ""
    has_custody: bool = True
    custody_from: date | None = None
    custody_until: date | None = None
    is_deceased: bool = False

    def decides_on(self, on: date) -> bool:
        """True when this person lives and has custody on that day."""
        return (
            self.has_custody
            and not self.is_deceased
            and (self.custody_from is None or self.custody_from <= on)
            and (self.custody_until is None or on < self.custody_until)
        )


@dataclass(frozen=True)
class Reply:
    """One recorded question or answer; `order` decides between two of the same day.

    `state` is asked, given, refused, talk or withdrawn. A withdrawn reply was given from
    `answered_on` up to `withdrawn_on`. `valid_until` is the first day on which it no longer holds.
    """

    giver: object
    state: str
    asked_on: date | None = None
    answered_on: date | None = None
    withdrawn_on: date | None = None
    valid_until: date | None = None
    is_superseded: bool = False
    order: object = 0


@dataclass(frozen=True)
class Giver:
    """One person who must agree, and what that person has answered."""

    key: object
    label: str
    standing: Standing
    since: date | None = None


@dataclass(frozen=True)
class ConsentState:
    """The answers of all who must agree on one day."""

    outcome: Outcome
    regime: Regime
    on: date
    givers: tuple[Giver, ...] = ()
    #: First day on which a complete consent is no longer complete, as far as is known today.
    until: date | None = None
    #: Running help may go on up to this day although a birthday made the consent incomplete.
    grace_until: date | None = None
    #: Parents must agree and nobody with custody is known.
    has_no_custodian: bool = False

    def _standing(self, *wanted: Standing) -> tuple[Giver, ...]:
        return tuple(giver for giver in self.givers if giver.standing in wanted)

    @property
    def is_complete(self) -> bool:
        """Everyone who must agree has agreed."""
        return self.outcome is Outcome.COMPLETE

    @property
    def is_disputed(self) -> bool:
        """Someone who must agree has refused."""
        return self.outcome is Outcome.DISPUTED

    @property
    def missing(self) -> tuple[Giver, ...]:
        """Those who must agree and have not answered, or whose answer no longer holds."""
        return self._standing(
            Standing.MISSING, Standing.ASKED, Standing.EXPIRED, Standing.WITHDRAWN, Standing.TALK
        )

    @property
    def given(self) -> tuple[Giver, ...]:
        """Those whose agreement holds on this day."""
        return self._standing(Standing.GIVEN)

    @property
    def refused(self) -> tuple[Giver, ...]:
        """Those who said no."""
        return self._standing(Standing.REFUSED)

    @property
    def withdrawn(self) -> tuple[Giver, ...]:
        """Those who agreed and took that back."""
        return self._standing(Standing.WITHDRAWN)


def regime(birth_date: date, on: date) -> Regime:
    """Who decides on that day. The birthday itself already counts as the new age."""
    if on >= birthday(birth_date, PUPIL_ALONE):
        return Regime.PUPIL
    if on >= birthday(birth_date, PUPIL_TOO):
        return Regime.PUPIL_AND_PARENTS
    return Regime.PARENTS


def may_answer(birth_date: date, on: date) -> bool:
    """Whether an answer of the pupil counts on that day: from twelve on (Jeugdwet 7.3.15)."""
    return on >= birthday(birth_date, PUPIL_TOO)


def required_givers(
    birth_date: date, custodians: Iterable[Custodian], on: date
) -> tuple[tuple[object, str], ...]:
    """(key, label) of everyone who must agree on that day, the pupil first."""
    who = regime(birth_date, on)
    pupil = () if who is Regime.PARENTS else ((PUPIL, ""),)
    if who is Regime.PUPIL:
        return pupil
    return pupil + tuple((c.key, c.label) for c in custodians if c.decides_on(on))


def standing(
    key: object, replies: Iterable[Reply], birth_date: date, on: date
) -> tuple[Standing, date | None]:
    """What one person's answers come to on a day, and since when.

    The last answer counts; a question that is still open never undoes an earlier answer. An answer
    of a pupil who was not yet 12 does not count (Jeugdwet 7.3.15).
    """
    own = [reply for reply in replies if reply.giver == key and not reply.is_superseded]
    if key == PUPIL:
        from_age = birthday(birth_date, PUPIL_TOO)
        own = [r for r in own if r.answered_on is None or r.answered_on >= from_age]
    answered = [r for r in own if r.answered_on is not None and r.answered_on <= on]
    if not answered:
        asked = [r.asked_on for r in own if r.asked_on is not None and r.asked_on <= on]
        return (Standing.ASKED, min(asked)) if asked else (Standing.MISSING, None)
    last = max(answered, key=lambda r: (r.answered_on, r.order))
    if last.state in ("refused", "talk"):
        return Standing(last.state), last.answered_on
    if last.withdrawn_on is not None and last.withdrawn_on <= on:
        return Standing.WITHDRAWN, last.withdrawn_on
    if last.valid_until is not None and last.valid_until <= on:
        return Standing.EXPIRED, last.valid_until
    return Standing.GIVEN, last.answered_on


def _outcome(
    birth_date: date, custodians: Sequence[Custodian], replies: Sequence[Reply], on: date
) -> tuple[Outcome, tuple[Giver, ...]]:
    givers = tuple(
        Giver(key, label, *standing(key, replies, birth_date, on))
        for key, label in required_givers(birth_date, custodians, on)
    )
    found = {giver.standing for giver in givers}
    if Standing.REFUSED in found:
        return Outcome.DISPUTED, givers
    if found <= {Standing.MISSING}:  # also true when nobody with custody is known
        return Outcome.NONE, givers
    if found == {Standing.GIVEN} and not _parents_unknown(birth_date, custodians, on):
        return Outcome.COMPLETE, givers
    return Outcome.INCOMPLETE, givers


def _parents_unknown(birth_date: date, custodians: Sequence[Custodian], on: date) -> bool:
    """True when parents must agree and nobody with custody is known: never silently complete."""
    return regime(birth_date, on) is not Regime.PUPIL and not any(
        c.decides_on(on) for c in custodians
    )


def turning_days(
    birth_date: date, custodians: Sequence[Custodian], replies: Sequence[Reply], after: date
) -> tuple[date, ...]:
    """The later days on which the answer can change by itself, in order."""
    days = {birthday(birth_date, PUPIL_TOO), birthday(birth_date, PUPIL_ALONE)}
    for custodian in custodians:
        days |= {custodian.custody_from, custodian.custody_until}
    for reply in replies:
        days |= {reply.answered_on, reply.withdrawn_on, reply.valid_until}
    return tuple(sorted(day for day in days if day is not None and day > after))


def state(
    birth_date: date, custodians: Iterable[Custodian], replies: Iterable[Reply], on: date
) -> ConsentState:
    """What the answers come to on a day, who is still missing, and how long it will hold."""
    custodians, replies = tuple(custodians), tuple(replies)
    outcome, givers = _outcome(birth_date, custodians, replies, on)
    until = grace = None
    if outcome is Outcome.COMPLETE:
        for day in turning_days(birth_date, custodians, replies, on):
            if _outcome(birth_date, custodians, replies, day)[0] is not Outcome.COMPLETE:
                until = day
                break
    else:
        grace = _grace(birth_date, custodians, replies, givers, on)
    return ConsentState(
        outcome=outcome,
        regime=regime(birth_date, on),
        on=on,
        givers=givers,
        until=until,
        grace_until=grace,
        has_no_custodian=_parents_unknown(birth_date, custodians, on),
    )


def _grace(
    birth_date: date,
    custodians: Sequence[Custodian],
    replies: Sequence[Reply],
    givers: Sequence[Giver],
    on: date,
) -> date | None:
    """Last day of help that a birthday alone made incomplete; None when something else did.

    Help that parents agreed to does not stop on the day their child turns 12; the pupil is asked
    within four weeks. A pupil who already said no, or wants to talk first, is heard at once.
    """
    turned = birthday(birth_date, PUPIL_TOO)
    if not turned <= on < turned + GRACE:
        return None
    others = [giver for giver in givers if giver.key != PUPIL]
    pupil = [giver for giver in givers if giver.key == PUPIL]
    if not all(giver.standing in (Standing.MISSING, Standing.ASKED) for giver in pupil):
        return None
    if not others or any(giver.standing is not Standing.GIVEN for giver in others):
        return None
    before = _outcome(birth_date, custodians, replies, turned - timedelta(days=1))[0]
    return turned + GRACE - timedelta(days=1) if before is Outcome.COMPLETE else None


def with_givers(found: ConsentState, givers: tuple[Giver, ...]) -> ConsentState:
    """The same state with givers that carry names."""
    return replace(found, givers=givers)


def may_share(share: ConsentState) -> bool:
    """Sharing asks a complete consent; a birthday gives no grace here."""
    return share.is_complete


def may_help(help_: ConsentState, *, is_running: bool = False) -> bool:
    """Help asks a complete consent on the day itself (Jeugdwet 7.3.4).

    Help that already runs may go on four weeks after a twelfth birthday.
    """
    return help_.is_complete or (is_running and help_.grace_until is not None)
