"""Three sentences out of the figures, each by a fixed rule: both numbers, and no reason why.

A rule is a figure with a sentence for more, for less and for the same. The first three of which
both numbers may be shown, and were counted in the same way, stand on the page.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor.told import short_day, told

MOST = 3
#: Below this a share moves by chance alone.
FEW = 50


@dataclass(frozen=True)
class Rule:
    """What is said of a figure that went up, went down, or stayed the same."""

    slug: str
    more: Any
    less: Any
    same: Any
    #: Said behind it, where a reader might take a cause from it.
    but: Any = ""


RULES = (
    Rule(
        "start-within-28-days",
        gettext_lazy("Help starts in time more often."),
        gettext_lazy("Help starts in time less often."),
        gettext_lazy("Help starts in time as often as before."),
    ),
    Rule(
        "thuiszitters-ocw",
        gettext_lazy("More pupils are at home."),
        gettext_lazy("Fewer pupils are at home."),
        gettext_lazy("As many pupils are at home."),
    ),
    Rule(
        "to-special-education",
        gettext_lazy("A larger part goes to special education."),
        gettext_lazy("A smaller part goes to special education."),
        gettext_lazy("The same part goes to special education."),
        gettext_lazy("Whether that is because of OJA, we do not know."),
    ),
    Rule(
        "under-the-line",
        gettext_lazy("More pupils are helped inside the school."),
        gettext_lazy("Fewer pupils are helped inside the school."),
        gettext_lazy("As many pupils are helped inside the school."),
    ),
    Rule(
        "share-of-third-parties-in-cost",
        gettext_lazy("A larger part of the money goes to others."),
        gettext_lazy("A smaller part of the money goes to others."),
        gettext_lazy("The same part of the money goes to others."),
    ),
    Rule(
        "marks-of-parents",
        gettext_lazy("Parents give a higher mark."),
        gettext_lazy("Parents give a lower mark."),
        gettext_lazy("Parents give the same mark."),
    ),
    Rule(
        "reach",
        gettext_lazy("A larger part of the pupils gets help."),
        gettext_lazy("A smaller part of the pupils gets help."),
        gettext_lazy("The same part of the pupils gets help."),
    ),
)


def in_short(board):
    """At most three sentences as icon, word and text; none in the first snapshot."""
    if board.earlier is None:
        return []
    found = (sentence(board, rule) for rule in RULES)
    return [one for one in found if one][:MOST]


def sentence(board, rule):
    """What one rule says, or None where it may not or cannot say it."""
    head = board.headline(rule.slug)
    before = board.figure(rule.slug, head.part, snapshot=board.earlier) if head else None
    if before is None or head.value is None or before.value is None:
        return None
    if head.version != before.version:
        return None
    if head.value > before.value:
        icon, word = "trending-up", rule.more
    elif head.value < before.value:
        icon, word = "trending-down", rule.less
    else:
        icon, word = "equal", rule.same
    texts = [
        _("%(now)s, in %(date)s %(then)s.")
        % {
            "now": told(head),
            "date": short_day(board.earlier.reference_date),
            "then": told(before),
        }
    ]
    norm = board.indicators[rule.slug].norm
    if norm is not None:
        met = head.value >= norm
        said = (
            _("The norm of %(norm)s%% is met.") if met else _("The norm of %(norm)s%% is not met.")
        )
        texts.append(said % {"norm": norm})
    if head.denominator is not None and head.unit == "percent" and head.denominator < FEW:
        texts.append(_("With small numbers this goes up and down a lot."))
    if rule.but:
        texts.append(str(rule.but))
    return {"icon": icon, "word": word, "text": " ".join(texts)}
