"""What may be shown of an exact figure to somebody outside: pure, and the only place that decides.

A number of persons below ten is not shown and everything else is rounded, each total from its own
true number. Every threshold is compared with the number *as it is shown*: a second rule that
looked at the true number would tell on which side of a rounding it lies.

CBS publishes youth care in multiples of five as well.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

#: Where a number is counted: () is the whole arrangement, (("provider", name),), (("site", name),).
Where = tuple[tuple[str, str], ...]
#: What identifies a published cell: figure, part of it, and where.
Key = tuple[str, str, Where]


class Kind(StrEnum):
    """What sort of number it is; the rule differs."""

    COUNT = "count"  # persons or cases
    SHARE = "share"  # of two counts, in percent
    MEAN = "mean"  # of answers
    MEDIAN = "median"
    TAIL = "tail"  # a duration that nine of ten stay within
    EXTREME = "extreme"  # of one case: never shown
    EUROS = "euros"  # whole cents
    HOURS = "hours"  # whole minutes
    PART_OF_SUM = "part_of_sum"  # of two sums, in percent


class Status(StrEnum):
    """Why a cell shows a number, or none."""

    SHOWN = "shown"
    SMALL = "small"  # too few to show; zero as well
    PROTECTED = "protected"  # would give away another number
    NOT_OFFERED = "not_offered"  # no number of this kind is given here
    NOT_COMPUTED = "not_computed"  # nothing to compute it from, and that is no secret


@dataclass(frozen=True)
class Profile:
    """The thresholds for an audience. A change is never applied to what was frozen before."""

    counts_from: int = 10
    step: int = 5
    #: From this population on an undivided total also shows what is below `counts_from`.
    whole_from: int = 200
    #: Such a total has no second threshold at ten: 8 reads as 10, so the next step is asked.
    enough_in_whole: int = 15
    percent_from: int = 25
    percent_step: int = 5
    tail_from: int = 25
    euro_step: int = 50_000  # cents
    minute_step: int = 300


PUBLIC = Profile()
TOO_FEW = "<10"
LOWEST = "0–2"


@dataclass(frozen=True)
class Exact:
    """A true number, which never leaves the computation.

    `of`: the part whose rows hold the rows of this count. `over`: the parts of which a share is
    made, numerator first. `people`: so many different children are behind it, None when no
    person can be. `largest`: what the largest of them contributes to a sum. `whole`: an undivided
    total over a population that is large enough for the exception.
    """

    slug: str
    part: str
    where: Where
    kind: Kind
    value: int | Decimal | None
    of: str = ""
    over: tuple[str, str] | None = None
    people: int | None = None
    largest: int = 0
    whole: bool = False
    offered: bool = True

    @property
    def key(self) -> Key:
        """What identifies the cell."""
        return self.slug, self.part, self.where


@dataclass(frozen=True)
class Shown:
    """What may be told. `value` where a number is shown, `text` for TOO_FEW and LOWEST."""

    key: Key
    kind: Kind
    status: Status
    value: int | Decimal | None = None
    text: str = ""


def nearest(number: int | Decimal, step: int) -> int:
    """To the nearest multiple of the step, half away from nought."""
    steps = (Decimal(number) / step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return int(steps) * step


def shown_count(number: int, whole: bool, profile: Profile = PUBLIC) -> tuple[int | None, str]:
    """A number of persons as it may be shown: (rounded number or None, text or "")."""
    rounded = nearest(number, profile.step)
    if whole:
        return (rounded, "") if rounded else (None, LOWEST)
    if number < profile.counts_from:
        return None, TOO_FEW
    return rounded, ""


def enough(number: int, whole: bool, profile: Profile = PUBLIC) -> bool:
    """Whether something may be said about so many persons, judged by the number as shown."""
    rounded, _text = shown_count(number, whole, profile)
    least = profile.enough_in_whole if whole else profile.counts_from
    return rounded is not None and rounded >= least


def opens_row(number: int, whole: bool, profile: Profile = PUBLIC) -> bool:
    """Whether a denominator is large enough to show what is counted among it."""
    rounded, _text = shown_count(number, whole, profile)
    return rounded is not None and rounded >= profile.counts_from


def interval(shown: Shown, whole: bool, profile: Profile = PUBLIC) -> tuple[int, int | None]:
    """The true counts that would have been shown like this: what a stranger knows of it.

    The upper end is None where nothing is known. A protected count is known not to be the
    smallest that is ever told: that would have been said.
    """
    if shown.status == Status.PROTECTED:
        return (profile.step // 2 + 1 if whole else profile.counts_from), None
    if shown.value is not None:
        low, high = int(shown.value) - profile.step // 2, int(shown.value) + profile.step // 2
        return (low if whole else max(low, profile.counts_from)), high
    if shown.text == LOWEST:
        return 0, profile.step // 2
    if shown.text == TOO_FEW:
        return 0, profile.counts_from - 1
    return 0, None


def disclose(
    cells: list[Exact], profile: Profile = PUBLIC, protected: frozenset[Key] = frozenset()
) -> list[Shown]:
    """What may be shown of each cell, in the same order.

    `protected` are cells that the publication gate wants left out. The result depends on nothing
    but the cells: the same cells give the same publication.
    """
    exact = {cell.key: cell for cell in cells}
    if len(exact) < len(cells):
        raise ValueError("a cell stands twice in a publication")
    found: dict[Key, Shown] = {}
    # Shares last: they are made from what is shown of their two parts.
    for cell in sorted(cells, key=lambda cell: cell.over is not None):
        found[cell.key] = _shown(cell, exact, found, profile, protected)
    return [found[cell.key] for cell in cells]


def _shown(cell, exact, found, profile, protected):
    def say(status, value=None, text=""):
        return Shown(cell.key, cell.kind, status, value, text)

    if not cell.offered or cell.kind == Kind.EXTREME:
        return say(Status.NOT_OFFERED)
    if cell.kind in (Kind.SHARE, Kind.PART_OF_SUM):
        return _share(cell, found, profile, protected, say)
    if cell.kind == Kind.COUNT:
        return _count(cell, exact, profile, protected, say)
    if cell.kind in (Kind.EUROS, Kind.HOURS):
        return _sum(cell, profile, protected, say)
    return _middle(cell, profile, protected, say)


def _count(cell, exact, profile, protected, say):
    among = exact.get((cell.slug, cell.of, cell.where)) if cell.of else None
    if among is not None and not opens_row(among.value, among.whole, profile):
        return say(Status.SMALL)
    value, text = shown_count(cell.value, cell.whole, profile)
    if value is not None and cell.key in protected:
        return say(Status.PROTECTED)
    return say(Status.SMALL if value is None else Status.SHOWN, value, text)


def _sum(cell, profile, protected, say):
    step = profile.euro_step if cell.kind == Kind.EUROS else profile.minute_step
    if too_personal(cell, profile):
        return say(Status.SMALL)
    if cell.key in protected:
        return say(Status.PROTECTED)
    return say(Status.SHOWN, nearest(cell.value, step))


def too_personal(cell: Exact, profile: Profile = PUBLIC) -> bool:
    """Whether a sum tells too much about one child, or about too few.

    Hours need enough children. Euros may not be for more than half those of one child; with few
    children they may be shown only where most of the sum is of nobody in particular.
    """
    if cell.people is None:
        return False
    few = not enough(cell.people, cell.whole, profile)
    if cell.kind == Kind.HOURS:
        return few
    total = abs(int(cell.value or 0))
    if not total or 2 * cell.largest > total:
        return True
    return few and 2 * cell.largest * cell.people > total


def _middle(cell, profile, protected, say):
    """Means, medians and tails: of enough cases, and in the tenths or days they are told in."""
    people = 0 if cell.people is None else cell.people
    allowed = enough(people, cell.whole, profile)
    if cell.kind == Kind.TAIL:
        rounded, _text = shown_count(people, cell.whole, profile)
        allowed = rounded is not None and rounded >= profile.tail_from
    if cell.value is None or not allowed:
        return say(Status.SMALL)
    if cell.key in protected:
        return say(Status.PROTECTED)
    places = Decimal("0.1") if cell.kind == Kind.MEAN else Decimal(1)
    return say(Status.SHOWN, Decimal(cell.value).quantize(places, rounding=ROUND_HALF_UP))


def _share(cell, found, profile, protected, say):
    """From the two numbers as they are shown, so that it tells nothing that they do not."""
    numerator, denominator = (found[(cell.slug, part, cell.where)] for part in cell.over)
    for part in (denominator, numerator):
        if part.status != Status.SHOWN:
            return say(part.status)
    if cell.key in protected:
        return say(Status.PROTECTED)
    if not denominator.value:
        return say(Status.NOT_COMPUTED)
    percent = Decimal(100 * numerator.value) / denominator.value
    if cell.kind == Kind.PART_OF_SUM:
        return say(Status.SHOWN, nearest(percent, 1))
    if denominator.value < profile.percent_from:
        return say(Status.SMALL)
    if cell.whole:
        return say(Status.SHOWN, nearest(percent, 1))
    if percent < profile.percent_step:
        return say(Status.SHOWN, None, f"<{profile.percent_step}%")
    if percent > 100 - profile.percent_step:
        return say(Status.SHOWN, None, f">{100 - profile.percent_step}%")
    return say(Status.SHOWN, nearest(percent, profile.percent_step))
