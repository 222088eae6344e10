"""The publication gate: attacks a snapshot as a stranger would, before anybody can read it.

What is shown of a number leaves a range; totals, parts and the snapshot before narrow it. For
every group of one to nine children the smallest and largest possible number are worked out by an
integer program over all tables together. Fewer than three possible numbers is a leak. Sums of
money and hours that may not be shown are attacked by a linear program.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

#: A group of so many is protected.
GROUP = range(1, 10)
#: And so many numbers must stay possible.
POSSIBLE = 3
#: No number in a snapshot comes near this; the solver wants limits to everything.
LIMIT = 10**9


class Impossible(Exception):
    """No numbers fit these tables together: a rule between them does not hold."""


@dataclass(frozen=True)
class Unknown:
    """A number as a stranger knows it: between `low` and `high` (None: no limit)."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Rule:
    """What holds between numbers: the sum of the terms lies from `low` to `high`."""

    terms: tuple[tuple[object, int], ...]
    low: float | None = 0
    high: float | None = 0


@dataclass(frozen=True)
class Group:
    """Persons that are counted together, by a sum of terms.

    `true` is their number, None when it is not known here. `known` is how many numbers are
    possible for somebody who never saw the snapshot; what they know is no leak of ours.
    """

    table: str
    terms: tuple[tuple[object, int], ...]
    true: int | None = None
    known: int | None = None


@dataclass(frozen=True)
class Amount:
    """A sum that is not shown: it may not be found more closely than within its own size."""

    table: str
    key: object
    size: int


@dataclass(frozen=True)
class Leak:
    """A table that tells too much, and the cells of the group concerned."""

    table: str
    keys: tuple[object, ...]


@dataclass
class Attack:
    """All that a stranger has, and what was found with it."""

    unknowns: Mapping[object, Unknown]
    rules: list[Rule]
    programs: int = 0
    _members: dict[object, list[object]] = field(default_factory=dict)
    _rules: dict[object, list[Rule]] = field(default_factory=dict)

    def __post_init__(self):
        """Put what hangs together by rules together: each such part is attacked by itself."""
        root = {key: key for key in self.unknowns}

        def find(key):
            while root[key] != key:
                root[key] = root[root[key]]
                key = root[key]
            return key

        for rule in self.rules:
            first, *others = (key for key, _factor in rule.terms)
            for other in others:
                root[find(other)] = find(first)
        self._members, self._rules = defaultdict(list), defaultdict(list)
        self._root = {key: find(key) for key in self.unknowns}
        for key in self.unknowns:
            self._members[self._root[key]].append(key)
        for rule in self.rules:
            self._rules[self._root[rule.terms[0][0]]].append(rule)

    def span(self, terms, *, whole_numbers=True):
        """The smallest and largest possible sum of the terms; None where there is no limit.

        Raises Impossible when nothing fits.
        """
        roots = {self._root[key] for key, _factor in terms}
        members = sorted((key for root in roots for key in self._members[root]), key=repr)
        index = {key: number for number, key in enumerate(members)}
        goal = np.zeros(len(members))
        for key, factor in terms:
            goal[index[key]] += factor
        rules = [rule for root in roots for rule in self._rules[root]]
        return tuple(
            self._extreme(sign, goal, members, index, rules, whole_numbers) for sign in (1, -1)
        )

    def _extreme(self, sign, goal, members, index, rules, whole_numbers):
        matrix = np.zeros((len(rules), len(members)))
        for row, rule in enumerate(rules):
            for key, factor in rule.terms:
                matrix[row, index[key]] += factor
        limits = [self.unknowns[key] for key in members]
        self.programs += 1
        answer = milp(
            sign * goal,
            integrality=np.full(len(members), int(whole_numbers)),
            bounds=_within(limits, Bounds),
            constraints=_within(rules, lambda *limits: LinearConstraint(matrix, *limits)),
        )
        if answer.x is None:
            raise Impossible
        found = sign * answer.fun
        if abs(found) > LIMIT / 2:
            return None
        return round(found) if whole_numbers else found

    def fits(self, key):
        """Whether any numbers fit the tables that this one belongs to."""
        try:
            self.span(((key, 0),))
        except Impossible:
            return False
        return True

    def leak_of_group(self, group):
        """Whether a group of one to nine is left with too few possible numbers."""
        if group.true is not None and group.true not in GROUP:
            return False
        low, high = self.span(group.terms)
        if low is None or high is None:
            return False
        if group.true is None and (high < GROUP.start or low >= GROUP.stop):
            return False
        possible = high - low + 1
        return possible < POSSIBLE and (group.known is None or possible < group.known)

    def leak_of_amount(self, amount):
        """Whether a hidden sum is found more closely than within its own size."""
        low, high = self.span(((amount.key, 1),), whole_numbers=False)
        return low is not None and high is not None and high - low < amount.size


def _within(limited, make):
    """The limits of unknowns or rules as the solver takes them; None where there are none."""
    if not limited:
        return None
    return make(
        [-LIMIT if one.low is None else one.low for one in limited],
        [LIMIT if one.high is None else one.high for one in limited],
    )


def attack(
    unknowns: Mapping[object, Unknown],
    rules: Iterable[Rule],
    groups: Iterable[Group] = (),
    amounts: Iterable[Amount] = (),
) -> tuple[list[Leak], int]:
    """The leaks of these tables, and how many programs it took to look for them.

    Raises Impossible when no numbers fit: then a rule is no rule.
    """
    attacker = Attack(unknowns, list(rules))
    leaks = [
        Leak(group.table, tuple(key for key, _factor in group.terms))
        for group in groups
        if attacker.leak_of_group(group)
    ]
    leaks += [
        Leak(amount.table, (amount.key,)) for amount in amounts if attacker.leak_of_amount(amount)
    ]
    return leaks, attacker.programs
