"""The tiles of published figures: question, number, what it was before, and a small chart."""

from django.utils.translation import gettext as _

from monitor import published_charts
from monitor.told import hidden_reason, hidden_word, short_day, state, told, written

#: The tiles, in the order of the meeting: the four questions of the client first.
TILES = (
    ("thuiszitters-ocw",),
    ("to-special-education",),
    ("realised-and-committed", "budget-use"),
    ("marks-of-parents", "marks-of-pupils"),
    ("start-within-28-days",),
    ("under-the-line",),
    ("share-of-third-parties-in-cost",),
    ("reach",),
)


def tile_of(board, slugs):
    """A tile of one figure, or of two beside each other; None when it is not in the snapshot."""
    known = [board.indicators[slug] for slug in slugs if slug in board.indicators]
    heads = [board.headline(one.slug) for one in known]
    # Of several names for one question the first that shows something stands on the tile.
    if len(known) > 1 and slugs[0] == "realised-and-committed":
        pairs = [pair for pair in zip(known, heads, strict=True) if pair[1].status == "shown"]
        known, heads = ([one for one, _head in pairs[:1]], [head for _one, head in pairs[:1]])
        known = known or [board.indicators[slugs[0]]]
        heads = heads or [board.headline(known[0].slug)]
    if not known:
        return None
    first, head = known[0], heads[0]
    shown = [one for one in heads if one.status == "shown"]
    return {
        "question": first.question,
        "url": board.url(first.slug),
        "value": value_of(shown) if shown else hidden_word(head.status),
        "unit": unit_of(first, head) if len(shown) < 2 else _("parents and pupils"),
        "compare": compared(board, first, head),
        "state": tile_state(head) if not shown else tile_state(shown[0]),
        "reason": hidden_reason(head.status),
        "notes": notes(board, first, head),
        "chart": published_charts.trend(board, first.slug),
    }


def value_of(shown):
    """One number, or two beside each other."""
    texts = [told(one) for one in shown]
    return (
        texts[0]
        if len(texts) == 1
        else _("%(one)s and %(other)s") % dict(zip(("one", "other"), texts, strict=True))
    )


def unit_of(indicator, head):
    """The words beside the large number: over what it is, and that it was rounded."""
    if head.status != "shown":
        return ""
    if head.unit == "count":
        return _("rounded to 5")
    if head.unit == "percent" and head.denominator is not None:
        if head.numerator is not None and indicator.kind in ("share", "timely"):
            return _("%(part)s of %(whole)s") % {
                "part": f"{head.numerator:.0f}",
                "whole": f"{head.denominator:.0f}",
            }
        if indicator.theme == "money":
            return _("of %(whole)s") % {"whole": written(head.denominator, "euro_cents")}
        return ""
    return _("over %(n)s") % {"n": head.n_text} if head.n_text else ""


def tile_state(head):
    """Final, provisional, too small or not there."""
    kind = state(head)
    if head.status == "shown":
        return "provisional" if head.is_provisional else "final"
    return {"small": "small", "missing": "missing"}.get(kind, kind)


def compared(board, indicator, head):
    """The same number in the snapshot to compare with and in the first one, with their dates."""
    earlier, first = board.earlier, board.first
    if earlier is None:
        return _("This is the first snapshot.")
    before = board.figure(indicator.slug, head.part, snapshot=earlier)
    date = short_day(earlier.reference_date)
    if before is None or before.version != head.version:
        return _("Not counted like this in %(date)s.") % {"date": date}
    if earlier == first:
        return _("Baseline of %(date)s: %(value)s.") % {"date": date, "value": told(before)}
    sentence = _("In %(date)s: %(value)s.") % {"date": date, "value": told(before)}
    baseline = board.baseline(indicator.slug, head.part)
    if baseline is None:
        return sentence
    of_first = _("Baseline of %(date)s: %(value)s.") % {
        "date": short_day(first.reference_date),
        "value": told(baseline),
    }
    return f"{sentence} {of_first}"


def notes(board, indicator, head):
    """The norm, and the warning that few rows make a share jump."""
    found = []
    if indicator.norm is not None:
        found.append(_("Norm %(percent)s%%.") % {"percent": indicator.norm})
    if head.unit == "percent" and head.denominator is not None and head.denominator < 50:
        found.append(_("With small numbers this goes up and down a lot."))
    return found
