"""Figures that count the same children under two names: a stranger who reads both knows more.

Each line is (figure, part) with a factor. A rule that does not hold in a cell is left out there.
"""

from schools.transition_rules import NOT_COUNTED, SPECIAL, SUPPORTED, types_back

OTHER_ROWS = ("bao", "sbo", "pro", "vo")


def _special_education():
    """Going to special education is a sum of cells of the matrix."""
    moved = tuple(
        (("transitions", f"{kind}-to-{place}"), -1) for kind in OTHER_ROWS for place in SPECIAL
    )
    still_there = tuple((("transitions", f"from-{kind}"), -1) for kind in OTHER_ROWS)
    gone = tuple(
        (("transitions", f"{kind}-to-{place}"), 1) for kind in OTHER_ROWS for place in NOT_COUNTED
    )
    return (
        ((("to-special-education", "numerator"), 1), *moved),
        ((("to-special-education", "denominator"), 1), *still_there, *gone),
    )


def _sent_back():
    """Going back to a lighter kind of school is a sum of other cells of it."""
    back = tuple(
        (("transitions", f"{kind}-to-{place}"), -1)
        for kind in SUPPORTED
        for place in types_back(kind)
    )
    still_there = tuple((("transitions", f"from-{kind}"), -1) for kind in SUPPORTED)
    gone = tuple(
        (("transitions", f"{kind}-to-{place}"), 1) for kind in SUPPORTED for place in NOT_COUNTED
    )
    return (
        ((("sent-back", "numerator"), 1), *back),
        ((("sent-back", "denominator"), 1), *still_there, *gone),
    )


#: Sums that are nought.
SAME = (
    ((("thuiszitters-ocw", "count"), 1), (("thuiszitters-duration", "count"), -1)),
    ((("stock-and-flow", "in"), 1), (("start-within-28-days", "denominator"), -1)),
    ((("budget-use", "spent"), 1), (("realised-and-committed", "spent"), -1)),
    ((("budget-use", "spent"), 1), (("share-of-third-parties-in-cost", "count"), -1)),
    ((("budget-use", "budget"), 1), (("realised-and-committed", "budget"), -1)),
    # Help that ran in the period had begun before it, or began in it.
    (
        (("share-with-third-party", "trajectories-denominator"), 1),
        (("stock-and-flow", "begin"), -1),
        (("stock-and-flow", "in"), -1),
    ),
    (
        (("share-with-third-party", "euros-denominator"), 1),
        (("under-the-line", "euros-total"), -1),
    ),
    ((("hours-by-form", "total"), 1), (("under-the-line", "hours-total"), -1)),
    (
        (("under-the-line", "hours-collective"), 1),
        (("hours-by-form", "collectief"), -1),
        (("hours-by-form", "consultatie-team"), -1),
    ),
    *_special_education(),
    *_sent_back(),
)

#: A part that never exceeds one of another figure.
AT_MOST = (
    (("thuiszitters-ocw", "count"), ("thuiszitters-breed", "count")),
    (("thuiszitters-ocw", "count"), ("thuiszitters-in-year", "count")),
    (("time-to-help", "count"), ("start-within-28-days", "denominator")),
    # Each child once, and each child that is enrolled and paid for once.
    (("under-the-line", "pupils-total"), ("share-with-third-party", "trajectories-denominator")),
    (("reach", "numerator"), ("under-the-line", "pupils-total")),
)
