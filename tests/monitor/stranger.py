"""Somebody who has nothing but what was published, and a solver: written apart from the gate.

Reads cells as texts, as they stand in the file of statements, and asks for every small group how
many numbers are still possible.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

FAR = 10**6


def text_of(shown):
    """A cell as it is written in a file of statements: a number, a text, or None."""
    if shown.text:
        return shown.text
    return None if shown.value is None else int(shown.value)


def limits(said, whole):
    """What a text leaves open."""
    if said is None:
        return 0, FAR
    if said == "<10":
        return 0, 9
    if said == "0–2":
        return 0, 2
    return (said - 2 if whole or said > 10 else 10), said + 2


def possible(said, equations, goal):
    """The lowest and highest value of a sum of cells; `said`: key -> (text, whole).

    `equations`: ({key: factor}, low, high).
    """
    keys = sorted(said, key=repr)
    place = {key: number for number, key in enumerate(keys)}

    def row(terms):
        found = np.zeros(len(keys))
        for key, factor in terms.items():
            found[place[key]] = factor
        return found

    pairs = [limits(*said[key]) for key in keys]
    constraints = (
        LinearConstraint(
            np.array([row(terms) for terms, _low, _high in equations]),
            [low for _terms, low, _high in equations],
            [high for _terms, _low, high in equations],
        )
        if equations
        else None
    )
    ends = []
    for sign in (1, -1):
        answer = milp(
            sign * row(goal),
            integrality=np.ones(len(keys)),
            bounds=Bounds([low for low, _high in pairs], [high for _low, high in pairs]),
            constraints=constraints,
        )
        assert answer.x is not None, "nothing fits what was published"
        ends.append(round(sign * answer.fun))
    return ends


def pinned(said, equations, groups):
    """The groups of one to nine of which fewer than three numbers are possible.

    `groups`: ({key: factor}, true number).
    """
    found = []
    for goal, true in groups:
        if 1 <= true <= 9:
            low, high = possible(said, equations, goal)
            if high - low < 2:
                found.append((goal, true, low, high))
    return found
