"""What hangs together in a snapshot: the rules that a stranger may use, and how leaks are mended.

Pure: exact cells in, what may be shown out. A rule that the true numbers do not follow (children
who moved count at two schools) is no rule and is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from monitor.disclosure import (
    PUBLIC,
    Exact,
    Key,
    Kind,
    Profile,
    Shown,
    Status,
    Where,
    disclose,
    interval,
    too_personal,
)
from monitor.gate import LIMIT, Amount, Attack, Group, Leak, Memory, Rule, Unknown, programs_of

#: Put before the key of a cell of the snapshot before this one.
BEFORE = "before"
SUMS = (Kind.EUROS, Kind.HOURS)
#: The solver works in euros and hours rather than in cents and minutes.
UNIT = {Kind.EUROS: 100, Kind.HOURS: 60}
DEPTH = {"provider": 1, "site": 2}


@dataclass(frozen=True)
class Shape:
    """How the parts of one figure hang together.

    `balances`: sums of parts that are nought, with a factor each. `within`: (part, whole) pairs.
    `grows`: parts that never become less within a school year; `stays`: that stay the same.
    """

    slug: str
    title: str
    balances: tuple[tuple[tuple[str, int], ...], ...] = ()
    within: tuple[tuple[str, str], ...] = ()
    grows: frozenset[str] = frozenset()
    stays: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Publication:
    """Everything of one snapshot that is measured, and how it hangs together.

    `places`: provider -> its sites. `populations`: how many pupils there are, which is known in
    town. `before`: what the snapshot before told, per cell, with whether it was an undivided
    total. `links`: sums over parts of different figures that are nought; `at_most`: a part that
    never exceeds one of another figure.
    """

    cells: tuple[Exact, ...]
    shapes: Mapping[str, Shape]
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    populations: Mapping[Where, int] = field(default_factory=dict)
    before: Mapping[Key, tuple[Shown, bool]] = field(default_factory=dict)
    links: tuple[tuple[tuple[tuple[str, str], int], ...], ...] = ()
    at_most: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = ()


@dataclass(frozen=True)
class Settled:
    """What may be shown, or the leaks that could not be mended."""

    shown: tuple[Shown, ...]
    protected: frozenset[Key]
    leaks: tuple[Leak, ...]
    groups: int
    programs: int


def settle(publication: Publication, profile: Profile = PUBLIC) -> Settled:
    """Show as little less as needed until the attack finds nothing.

    Each round leaves out the smallest number, at the deepest level, that helps the attacker.
    """
    protected: frozenset[Key] = frozenset()
    memory: Memory = {}
    while True:
        shown = disclose(list(publication.cells), profile, protected)
        leaks, groups = find_leaks(publication, shown, profile, memory)
        extra = _mend(publication, shown, leaks)
        if not extra:
            return Settled(tuple(shown), protected, tuple(leaks), groups, programs_of(memory))
        protected |= extra


def find_leaks(
    publication: Publication,
    shown: Iterable[Shown],
    profile: Profile = PUBLIC,
    memory: Memory | None = None,
) -> tuple[list[Leak], int]:
    """All leaks of what is shown, and of how many groups.

    `memory` keeps answers for the next round, in which most tables are the same.
    """
    memory = {} if memory is None else memory
    told = {one.key: one for one in shown}
    exact = {cell.key: cell for cell in publication.cells}
    counts = {key: cell for key, cell in exact.items() if cell.kind == Kind.COUNT}
    rules = list(_true_rules(publication, counts))
    unknowns = {
        key: _bounded(interval(told[key], cell.whole, profile), cell, publication.populations)
        for key, cell in counts.items()
    }
    groups = list(_groups(publication, counts, told, rules))
    old = _Before(publication, counts, told, profile, memory)
    attacker = old.joined(unknowns, rules)
    groups += old.groups(attacker)
    leaks = [
        Leak(group.table, tuple(key for key, _factor in group.terms))
        for group in attacker.leaks_of_groups(groups)
    ]
    leaks += _leaks_of_sums(publication, exact, told, profile, memory)
    return leaks, len(groups)


def _bounded(limits, cell, populations):
    low, high = limits
    population = populations.get(cell.where)
    if population is not None and cell.value <= population:
        high = population if high is None else min(high, population)
    return Unknown(low, high)


# --- Rules ----------------------------------------------------------------------------------------


def _rules(publication, cells) -> Iterator[Rule]:
    """Every rule between these cells, true or not."""
    wheres = sorted({where for _slug, _part, where in cells})
    for shape in publication.shapes.values():
        for where in wheres:
            for balance in shape.balances:
                yield _rule(((shape.slug, part, where), factor) for part, factor in balance)
            for part, whole in shape.within:
                yield _rule(
                    (((shape.slug, part, where), 1), ((shape.slug, whole, where), -1)), low=None
                )
    for link in publication.links:
        for where in wheres:
            yield _rule(((slug, part, where), factor) for (slug, part), factor in link)
    for part, whole in publication.at_most:
        for where in wheres:
            yield _rule((((*part, where), 1), ((*whole, where), -1)), low=None)
    for slug, part in sorted({(slug, part) for slug, part, _where in cells}):
        for whole, pieces in _divisions(publication.places):
            yield _rule(
                [((slug, part, whole), 1), *(((slug, part, piece), -1) for piece in pieces)]
            )


def _rule(terms, low=0):
    return Rule(tuple(terms), low, 0)


def _divisions(places):
    """The whole over its providers, each provider over its sites, the whole over all sites."""
    providers = sorted(places)
    if providers:
        yield (), [(("provider", name),) for name in providers]
    for name in providers:
        yield (("provider", name),), [(("site", site),) for site in places[name]]
    sites = [(("site", site),) for name in providers for site in places[name]]
    if sites:
        yield (), sites


def _true_rules(publication, cells):
    """The rules whose cells are all here and that the true numbers follow."""
    for rule in _rules(publication, cells):
        if not all(key in cells and cells[key].value is not None for key, _factor in rule.terms):
            continue
        total = sum(cells[key].value * factor for key, factor in rule.terms)
        if total == 0 or (rule.low is None and total < 0):
            yield rule


# --- Groups that need protection ------------------------------------------------------------------


def _groups(publication, counts, told, rules):
    for key, cell in counts.items():
        yield Group(
            _title(publication, key),
            ((key, 1),),
            cell.value,
            _known_in_town(publication.populations.get(cell.where)),
        )
    for rule in rules:
        if rule.low is None:  # the others: the whole without the part
            terms = tuple((key, -factor) for key, factor in rule.terms)
        else:  # what a total leaves for those that are not told
            pieces = [key for key, factor in rule.terms[1:] if factor == -1]
            terms = tuple((key, 1) for key in pieces if told[key].status != Status.SHOWN)
            if len(pieces) < len(rule.terms) - 1 or len(terms) < 2:
                continue
        true = sum(counts[key].value * factor for key, factor in terms)
        yield Group(_title(publication, terms[0][0]), terms, true)


def _known_in_town(population):
    """So many numbers are possible for whoever knows how many pupils there are."""
    return None if population is None else lambda: population + 1


def _title(publication, key):
    return publication.shapes[key[0]].title


class _Before:
    """The snapshot before this one, in the eyes of somebody who kept it."""

    def __init__(self, publication, counts, told, profile, memory):
        """`counts` and `told`: the exact counts of the new snapshot, and what it tells of them."""
        self.publication = publication
        self.memory = memory
        self.unknowns, self.relations = {}, []
        news = self._news(told)
        for key, (shown, whole) in publication.before.items():
            shape = publication.shapes.get(key[0])
            if shape is None or key not in counts or shown.kind != Kind.COUNT:
                continue
            part = key[1]
            if part in shape.grows or (part in shape.stays and key[0] in news):
                self.unknowns[(BEFORE, *key)] = Unknown(*interval(shown, whole, profile))
                high = None if part in shape.grows else 0
                self.relations.append(Rule(((key, 1), ((BEFORE, *key), -1)), 0, high))
        cells = {key[1:] for key in self.unknowns}
        self.rules = [
            Rule(tuple(((BEFORE, *key), factor) for key, factor in rule.terms), rule.low, rule.high)
            for rule in _rules(publication, cells)
            if all(key in cells for key, _factor in rule.terms)
        ]

    def _news(self, told):
        """The figures of which the new snapshot tells something else than the one before."""
        return {
            key[0]
            for key, (shown, _whole) in self.publication.before.items()
            if key in told and told[key].status != Status.NOT_OFFERED and told[key] != shown
        }

    def joined(self, unknowns, rules):
        """The attack with both snapshots; without what later corrections made untrue."""
        alone = Attack(self.unknowns, self.rules, self.memory)
        self.rules = [rule for rule in self.rules if alone.fits(rule.terms[0][0])]
        self.alone = Attack(self.unknowns, self.rules, self.memory)
        both = {**unknowns, **self.unknowns}
        attacker = Attack(both, [*rules, *self.rules, *self.relations], self.memory)
        self.relations = [rule for rule in self.relations if attacker.fits(rule.terms[0][0])]
        attacker = Attack(both, [*rules, *self.rules, *self.relations], self.memory)
        return attacker

    def groups(self, attacker):
        """Who came between the two snapshots, and the small numbers of the first of them."""
        for rule in self.relations:
            (new, _one), (old, _minus) = rule.terms
            title = _title(self.publication, new)
            if rule.high is None:
                yield Group(title, rule.terms)
            yield Group(title, ((old, 1),), known=partial(self._known_before, old))

    def _known_before(self, key):
        """So many numbers were possible before there was a new snapshot."""
        low, high = self.alone.span(((key, 1),))
        return LIMIT if high is None else high - low + 1


# --- Sums of money and hours ----------------------------------------------------------------------


def _leaks_of_sums(publication, exact, told, profile, memory):
    leaks = []
    for kind in SUMS:
        sums = {key: cell for key, cell in exact.items() if cell.kind == kind}
        rules = list(_true_rules(publication, sums))
        step = (profile.euro_step if kind == Kind.EUROS else profile.minute_step) / UNIT[kind]
        unknowns = {key: _range_of_sum(told[key], cell, step) for key, cell in sums.items()}
        attacker = Attack(unknowns, rules, memory)
        for rule in rules:
            leak = _personal_rest(publication, rule, sums, told, profile)
            if leak is not None:
                leaks.append(leak)
        for key, cell in sums.items():
            if told[key].status == Status.SMALL and cell.value:
                amount = Amount(_title(publication, key), key, abs(cell.value) / UNIT[kind])
                if attacker.leak_of_amount(amount):
                    leaks.append(Leak(amount.table, (key,)))
    return leaks


def _range_of_sum(shown, cell, step):
    if shown.status == Status.SHOWN:
        middle = shown.value / UNIT[cell.kind]
        return Unknown(middle - step / 2, middle + step / 2)
    return Unknown(0 if cell.value is None or cell.value >= 0 else None, None)


def _personal_rest(publication, rule, sums, told, profile):
    """A leak where a total leaves a rest that is itself too much of one child, or of too few."""
    hidden = [(sums[key], factor) for key, factor in rule.terms if told[key].value is None]
    if not hidden or len({factor for _cell, factor in hidden}) > 1:
        return None  # nothing is left, or both sides are unknown
    if all(told[cell.key].status == Status.PROTECTED for cell, _factor in hidden):
        return None
    persons = [cell for cell, _factor in hidden if cell.people is not None]
    rest = replace(
        hidden[0][0],
        value=sum(cell.value for cell, _factor in hidden),
        # The same child may stand in several parts: neither number is taken too favourably.
        people=max((cell.people for cell in persons), default=None),
        largest=sum(cell.largest for cell in persons),
        whole=False,
    )
    if not rest.value or not too_personal(rest, profile):
        return None
    return Leak(
        _title(publication, rest.key),
        tuple(cell.key for cell, _factor in hidden),
        tuple(key for key, _factor in rule.terms),
    )


# --- Mending --------------------------------------------------------------------------------------


def _mend(publication, shown, leaks) -> frozenset[Key]:
    """The cells to leave out besides: one per leak, the cheapest that helps."""
    told = {one.key: one for one in shown}
    exact = {cell.key: cell for cell in publication.cells}
    rules = list(_rules_for_mending(publication, exact))
    in_share = {
        (cell.slug, part, cell.where)
        for cell in publication.cells
        if cell.over is not None
        for part in cell.over
    }
    extra: set[Key] = set()
    for leak in leaks:
        for able in _candidates(leak, rules, exact):
            able = [key for key in able if _may_go(told.get(key))]
            if extra & set(able):
                break
            if able:
                extra.add(min(able, key=lambda key: _price(key, told[key], in_share)))
                break
    return frozenset(extra)


def _candidates(leak, rules, exact):
    """Cells that might be left out, the nearest to the leak first."""
    if leak.among:
        yield leak.among
    near = {key for key in leak.keys if key in exact} | {
        key[1:] for key in leak.keys if key[0] == BEFORE
    }
    reached: set[Key] = set()
    while near - reached:
        reached |= near
        near = {
            key
            for rule in rules
            if any(key in reached for key, _factor in rule.terms)
            for key, _factor in rule.terms
        }
        yield near | reached


def _rules_for_mending(publication, exact):
    return _true_rules(
        publication, {key: cell for key, cell in exact.items() if cell.kind in (Kind.COUNT, *SUMS)}
    )


def _may_go(shown):
    return shown is not None and shown.status == Status.SHOWN and shown.value is not None


def _price(key, shown, in_share):
    """What is lost first: the deepest level, then what no percentage needs, then the smallest."""
    slug, part, where = key
    depth = DEPTH[where[0][0]] if where else 0
    return -depth, key in in_share, abs(shown.value), slug, part, where
