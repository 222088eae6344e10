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
from scipy.sparse import csr_array

#: A group of so many is protected.
GROUP = range(1, 10)
#: And so many numbers must stay possible.
POSSIBLE = 3
#: No number in a snapshot comes near this; the solver wants limits to everything.
LIMIT = 10**9
#: How far numbers without a limit go where only examples are sought.
EXAMPLE = 1_000
#: What the solver leaves of a rule between numbers that are not whole.
CLOSE = 1e-6
#: Fewer groups than this are attacked one by one at once.
TOGETHER = 3


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

    def __init__(
        self,
        members: tuple[tuple[object, Unknown], ...],
        rules: tuple[Rule, ...],
        earlier: "Tables | None" = None,
    ):
        """`members` are the numbers with what is known of each.

        `earlier`: tables with other limits. What solved those and fits these is a solution here.
        """
        self.rules = rules
        self.index = {key: number for number, (key, _unknown) in enumerate(members)}
        self.bounds = Bounds(*map(np.array, _limits(unknown for _key, unknown in members)))
        entries = [
            (row, self.index[key], factor)
            for row, rule in enumerate(rules)
            for key, factor in rule.terms
        ]
        rows, columns, factors = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = csr_array((factors, (rows, columns)), shape=(len(rules), len(members)))
        self.constraints = LinearConstraint(matrix, *map(np.array, _limits(rules)))
        self.solutions: dict[bool, list[np.ndarray]] = {True: [], False: []}
        if earlier is not None:
            for whole_numbers, solutions in earlier.solutions.items():
                self.solutions[whole_numbers] = [one for one in solutions if self._holds(one)]
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
        solutions = self.solutions[whole_numbers]
        if not solutions:
            return 0
        columns = [self.index[key] for key, _factor in terms]
        found = np.array(solutions)[:, columns] @ [factor for _key, factor in terms]
        return np.ptp(found)

    def is_open(self, terms):
        """Whether the solutions that were found already leave enough numbers possible."""
        return self.seen(terms, True) >= POSSIBLE - 1

    def find_examples(self, groups):
        """Look for solutions in which many groups differ at once.

        Two solutions in which the number of a group lies far enough apart prove that the group is
        safe; a program for that group alone would find at least as much. Groups for which no such
        pair turns up are attacked by themselves, so nothing is skipped that was not proven.
        """
        unsafe = [terms for terms in groups if not self.is_open(terms)]
        far = np.minimum(self.bounds.ub, np.maximum(self.bounds.lb, 0) + EXAMPLE)
        near = Bounds(self.bounds.lb, np.where(self.bounds.ub < LIMIT, self.bounds.ub, far))
        random, misses = np.random.default_rng(0), 0
        signs = np.ones(len(unsafe))
        while len(unsafe) > TOGETHER and misses < 2:
            goal = sum(sign * self.goal(terms) for sign, terms in zip(signs, unsafe, strict=True))
            try:
                for direction in (1, -1):
                    self._extreme(direction * goal, True, near)
            except Impossible:
                return
            left = [terms for terms in unsafe if not self.is_open(terms)]
            misses = misses + 1 if len(unsafe) - len(left) < 2 else 0
            unsafe = left
            signs = random.choice((-1.0, 1.0), len(unsafe))

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

    def _extreme(self, goal, whole_numbers, bounds=None):
        self.programs += 1
        answer = milp(
            goal,
            integrality=np.full(len(goal), int(whole_numbers)),
            bounds=bounds or self.bounds,
            constraints=self.constraints if self.rules else None,
        )
        if answer.x is None:
            raise Impossible
        found = np.round(answer.x) if whole_numbers else answer.x
        if self._holds(found):
            self.solutions[whole_numbers].append(found)
        return answer.x

    def _holds(self, solution):
        """Whether these numbers keep within all limits and follow all rules."""
        sums = self.constraints.A @ solution
        return all(
            np.all(value >= low - CLOSE) and np.all(value <= high + CLOSE)
            for value, low, high in (
                (solution, self.bounds.lb, self.bounds.ub),
                (sums, self.constraints.lb, self.constraints.ub),
            )
        )


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
                earlier = _same_but_for_limits(memory, *signature)
                tables = memory[signature] = Tables(*signature, earlier)
            self.tables.update((key, tables) for key, _unknown in found)

    def span(self, terms, *, whole_numbers=True):
        """The smallest and largest possible sum of terms that hang together.

        None where there is no limit. Raises Impossible when no numbers fit.
        """
        return self.tables[terms[0][0]].span(terms, whole_numbers)

    def fits(self, key):
        """Whether any numbers fit the tables that this one belongs to."""
        return self.tables[key].fits()

    def leaks_of_groups(self, groups):
        """The groups of one to nine that are left with too few possible numbers."""
        groups = [group for group in groups if group.true is None or group.true in GROUP]
        together: dict[Tables, list] = defaultdict(list)
        for group in groups:
            together[self.tables[group.terms[0][0]]].append(group.terms)
        for tables, terms in together.items():
            tables.find_examples(terms)
        return [group for group in groups if self.leak_of_group(group)]

    def leak_of_group(self, group):
        """Whether a group of one to nine is left with too few possible numbers."""
        if group.true is not None and group.true not in GROUP:
            return False
        if self.tables[group.terms[0][0]].is_open(group.terms):
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


def _same_but_for_limits(memory, members, rules):
    """The newest tables with the same numbers and rules, whatever is known of each, or None."""
    keys = [key for key, _unknown in members]
    for tables in reversed(memory.values()):
        if list(tables.index) == keys and tables.rules == rules:
            return tables
    return None


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
        for group in attacker.leaks_of_groups(groups)
    ]
    leaks += [
        Leak(amount.table, (amount.key,)) for amount in amounts if attacker.leak_of_amount(amount)
    ]
    return leaks, programs_of(memory)


def programs_of(memory: Memory) -> int:
    """How many programs were solved for all tables that are remembered."""
    return sum(tables.programs for tables in memory.values())
