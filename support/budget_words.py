"""The sentence above the budget, by fixed rules from the figures; and amounts in words."""

from django.utils.translation import gettext as _

from oja.core.money import format_euros

#: Closer to an even spread than this share of the budget is "as when spread evenly".
NEAR_PERCENT = 2


def about(cents):
    """An amount for a sentence: to a thousand euros from ten thousand on, else to whole euros."""
    step = 100_000 if abs(cents) >= 1_000_000 else 100
    whole = (abs(cents) + step // 2) // step * step
    return format_euros(whole if cents >= 0 else -whole)


def finding(board):
    """What the figures say, in one sentence of at most twelve words."""
    if not board.has_budget:
        return _("No budget was recorded for %(year)s yet") % {"year": board.year}
    if board.is_over:
        if board.left_cents < 0:
            words = {"short": about(-board.left_cents)}
            return _("The year ended about %(short)s short") % words
        return _("The year ended with about %(left)s left") % {"left": about(board.left_cents)}
    if board.left_cents < 0:
        words = {"short": about(-board.left_cents)}
        return _("About %(short)s more was spent than the budget holds") % words
    if board.free_cents < 0:
        words = {"short": about(-board.free_cents)}
        return _("With what was ordered, about %(short)s is lacking") % words
    words = {"left": about(board.left_cents)}
    more = board.left_cents - board.even_left_cents
    if abs(more) * 100 < board.amount_cents * NEAR_PERCENT:
        return _("About %(left)s is left, as when spread evenly") % words
    words["more"] = about(abs(more))
    if more > 0:
        return _("About %(left)s is left, %(more)s more than when spread evenly") % words
    return _("About %(left)s is left, %(more)s less than when spread evenly") % words


def percent(number):
    """A percentage without needless noughts: 5%, 2,5%."""
    return f"{number.normalize():f}%".replace(".", ",")


def rule_words(rule):
    """A rule of bonus and malus in two sentences."""
    words = {
        "margin": percent(rule.margin),
        "share": percent(rule.share),
        "cap": percent(rule.cap),
    }
    return (
        _(
            "Up to a difference of %(margin)s goes to the reserve or comes out of it. Of the rest"
            " %(share)s is ours, at most %(cap)s of the budget; the municipality has what is left."
        )
        % words
    )
