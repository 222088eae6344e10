"""The publication gate: attacks a snapshot as a stranger would, before anybody can read it.

What is shown of a number leaves a range; totals, parts and the snapshot before narrow it. For
every group of one to nine children the smallest and largest possible number are worked out by an
integer program over all tables together. Fewer than three possible numbers is a leak. Sums of
money and hours that may not be shown are attacked by a linear program.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

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

    `true` is their number, None when it is not known here. `known` gives how many numbers are
    possible for somebody who never saw the snapshot; what they know is no leak of ours.
    """

    table: str
    terms: tuple[tuple[object, int], ...]
    true: int | None = None
    known: Callable[[], int] | None = None


@dataclass(frozen=True)
class Amount:
    """A sum that is not shown: it may not be found more closely than within its own size."""

    table: str
    key: object
    size: int


@dataclass(frozen=True)
class Leak:
    """A table that tells too much, the cells of the group concerned, and of the rule that tells."""

    table: str
    keys: tuple[object, ...]
    among: tuple[object, ...] = ()


class Tables:
    """Numbers that hang together by rules, and the solutions that were found for them so far."""

    def __init__(self, members: tuple[tuple[object, Unknown], ...], rules: tuple[Rule, ...]):
        """`members` are the numbers with what is known of each."""
        self.index = {key: number for number, (key, _unknown) in enumerate(members)}
        self.bounds = Bounds(*_limits(unknown for _key, unknown in members))
        matrix = np.zeros((len(rules), len(members)))
        for row, rule in enumerate(rules):
            for key, factor in rule.terms:
                matrix[row, self.index[key]] += factor
        self.constraints = LinearConstraint(matrix, *_limits(rules)) if rules else None
        self.solutions: dict[bool, list[np.ndarray]] = {True: [], False: []}
        self.spans: dict[tuple, tuple[float | None, float | None]] = {}
        self.programs = 0

    def goal(self, terms):
        """The terms as a row of factors."""
        row = np.zeros(len(self.index))
        for key, factor in terms:
            row[self.index[key]] += factor
        return row

    def fits(self):
        """Whether any whole numbers fit all the rules."""
        if not self.solutions[True]:
            try:
                self._extreme(np.zeros(len(self.index)), True)
            except Impossible:
                return False
        return True

    def seen(self, terms, whole_numbers):
        """How far the solutions that were found by chance lie apart: no proof of a leak."""
        found = [float(one @ self.goal(terms)) for one in self.solutions[whole_numbers]]
        return max(found) - min(found) if found else 0

    def span(self, terms, whole_numbers):
        """The smallest and largest possible sum of the terms; None where there is no limit."""
        if (terms, whole_numbers) not in self.spans:
            goal = self.goal(terms)
            ends = [self._extreme(sign * goal, whole_numbers) @ goal for sign in (1, -1)]
            self.spans[terms, whole_numbers] = tuple(
                None if abs(end) > LIMIT / 2 else round(end) if whole_numbers else float(end)
                for end in ends
            )
        return self.spans[terms, whole_numbers]

    def _extreme(self, goal, whole_numbers):
        self.programs += 1
        answer = milp(
            goal,
            integrality=np.full(len(goal), int(whole_numbers)),
            bounds=self.bounds,
            constraints=self.constraints,
        )
        if answer.x is None:
            raise Impossible
        self.solutions[whole_numbers].append(answer.x)
        return answer.x


#: What hangs together -> the tables, so that the next round knows what this one found.
Memory = dict[tuple, Tables]


class Attack:
    """All that a stranger has, and what can be found with it."""

    def __init__(
        self, unknowns: Mapping[object, Unknown], rules: list[Rule], memory: Memory | None = None
    ) -> None:
        """What hangs together by rules is put together: each such part is attacked by itself."""
        memory = {} if memory is None else memory
        root = {key: key for key in unknowns}

        def find(key):
            while root[key] != key:
                root[key] = root[root[key]]
                key = root[key]
            return key

        for rule in rules:
            first, *others = (key for key, _factor in rule.terms)
            for other in others:
                root[find(other)] = find(first)
        members: dict[object, list] = defaultdict(list)
        rules_of: dict[object, list[Rule]] = defaultdict(list)
        for key, unknown in unknowns.items():
            members[find(key)].append((key, unknown))
        for rule in rules:
            rules_of[find(rule.terms[0][0])].append(rule)
        self.tables: dict[object, Tables] = {}
        for name, found in members.items():
            signature = tuple(found), tuple(rules_of[name])
            tables = memory.get(signature)
            if tables is None:
                tables = memory[signature] = Tables(*signature)
            self.tables.update((key, tables) for key, _unknown in found)

    def span(self, terms, *, whole_numbers=True):
        """The smallest and largest possible sum of terms that hang together.

        None where there is no limit. Raises Impossible when no numbers fit.
        """
        return self.tables[terms[0][0]].span(terms, whole_numbers)

    def fits(self, key):
        """Whether any numbers fit the tables that this one belongs to."""
        return self.tables[key].fits()

    def leak_of_group(self, group):
        """Whether a group of one to nine is left with too few possible numbers."""
        if group.true is not None and group.true not in GROUP:
            return False
        if self.tables[group.terms[0][0]].seen(group.terms, True) >= POSSIBLE - 1:
            return False
        low, high = self.span(group.terms)
        if low is None or high is None:
            return False
        if group.true is None and (high < GROUP.start or low >= GROUP.stop):
            return False
        possible = high - low + 1
        if possible >= POSSIBLE:
            return False
        return group.known is None or possible < group.known()

    def leak_of_amount(self, amount):
        """Whether a hidden sum is found more closely than within its own size."""
        terms = ((amount.key, 1),)
        if self.tables[amount.key].seen(terms, False) >= amount.size:
            return False
        low, high = self.span(terms, whole_numbers=False)
        return low is not None and high is not None and high - low < amount.size


def _limits(limited):
    """The limits of unknowns or rules as the solver takes them."""
    pairs = [(one.low, one.high) for one in limited]
    return (
        [-LIMIT if low is None else low for low, _high in pairs],
        [LIMIT if high is None else high for _low, high in pairs],
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
    memory: Memory = {}
    attacker = Attack(unknowns, list(rules), memory)
    leaks = [
        Leak(group.table, tuple(key for key, _factor in group.terms))
        for group in groups
        if attacker.leak_of_group(group)
    ]
    leaks += [
        Leak(amount.table, (amount.key,)) for amount in amounts if attacker.leak_of_amount(amount)
    ]
    return leaks, programs_of(memory)


def programs_of(memory: Memory) -> int:
    """How many programs were solved for all tables that are remembered."""
    return sum(tables.programs for tables in memory.values())
