"""The scale of bonus and malus: three zones, and a mark for where the year stands."""

from django.utils.translation import gettext as _

from oja.core.charts import Drawing, scale
from support.budget_words import about

WIDTH, HEIGHT = 330, 118
TOP, THICK = 34, 20


def settle_scale(settled, name):
    """The drawing for one Settled: shared, reserve, shared, and the difference on it."""
    outcome = settled.outcome
    margin, difference = outcome.margin_cents, outcome.difference_cents
    reach = max(2 * margin, abs(difference) * 6 // 5, 1)
    x = scale(-reach, reach, 0, WIDTH)
    drawing = Drawing(name, WIDTH, HEIGHT, title=_("Bonus and malus"), description=said(settled))
    zones = ((-reach, -margin, "zone-malus"), (-margin, margin, "zone-reserve"))
    for low, high, css in (*zones, (margin, reach, "zone-bonus")):
        drawing.rect(x(low), TOP, x(high) - x(low), THICK, css)
    drawing.line((x(0), TOP - 6), (x(0), TOP + THICK + 6), "chart-zero")
    mark = x(difference)
    drawing.dot((mark, TOP + THICK / 2), "chart-dot", 7)
    room = 66
    drawing.text(
        (max(room, min(mark, WIDTH - room)), 20), difference_words(outcome), "brand", "middle"
    )
    for number, words in enumerate(
        (
            (_("lacking:"), _("shared")),
            (_("to or from"), _("the reserve")),
            (_("left over:"), _("shared")),
        )
    ):
        at = (52, WIDTH / 2, WIDTH - 52)[number]
        for line, text in enumerate(words):
            drawing.text((at, TOP + THICK + 26 + 18 * line), text, "", "middle")
    return drawing.svg()


def difference_words(outcome):
    """ "€ 47.000 over" or "€ 12.000 tekort"."""
    cents = outcome.difference_cents
    words = _("%(amount)s over") if cents >= 0 else _("%(amount)s short")
    return words % {"amount": about(abs(cents))}


def said(settled):
    """What the rule would do with the difference, in one sentence."""
    outcome = settled.outcome
    if not outcome.difference_cents:
        return _("There is nothing to divide.")
    words = {
        "reserve": about(abs(outcome.reserve_cents)),
        "provider": about(abs(outcome.provider_cents)),
        "municipality": about(abs(outcome.municipality_cents)),
    }
    has_rest = outcome.difference_cents != outcome.reserve_cents
    if outcome.difference_cents > 0:
        sentence = (
            _(
                "%(reserve)s would go to the reserve, %(provider)s to us and %(municipality)s to"
                " the municipality."
            )
            if has_rest
            else _("All of it would go to the reserve: %(reserve)s.")
        )
    else:
        sentence = (
            _(
                "%(reserve)s would come out of the reserve, we would pay %(provider)s and the"
                " municipality %(municipality)s."
            )
            if has_rest
            else _("All of it would come out of the reserve: %(reserve)s.")
        )
    return sentence % words
