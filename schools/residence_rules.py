"""Which municipality pays, by the rule of residence (Jeugdwet 1.1). Pure: facts in, answer out.

Not the address decides but the recorded residence: with a stay elsewhere the municipality of the
address before the stay keeps paying, also for help at school.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Payer:
    """Whether the arrangement pays on a date, who does, and the sentence for the user."""

    funded: bool
    municipality: object | None
    sentence: str
    reason: str  # funded | outside | unknown | ended


def payer(residence, on, participating_codes, *, name=""):
    """Who pays for help to a pupil on a date.

    `residence` is the Residence that was recorded last or None, `participating_codes` the codes
    of the municipalities that take part on that date, `name` the first name for the sentence.
    An unknown residence is never funded: somebody has to look it up first.
    """
    who = name or _("This pupil")
    if residence is None:
        return Payer(
            False,
            None,
            _("Residence unknown. Record first in which municipality %(name)s lives.")
            % {"name": name or _("the pupil")},
            "unknown",
        )
    if not residence.holds_on(on):
        return Payer(
            False,
            None,
            _("The known residence has ended. Record the new residence of %(name)s.")
            % {"name": name or _("the pupil")},
            "ended",
        )
    municipality = residence.municipality
    facts = {"name": who, "municipality": municipality.name}
    before_stay = residence.ground == "stay"
    if municipality.code in participating_codes:
        if before_stay:
            sentence = _(
                "%(name)s lived in %(municipality)s before the stay. The arrangement pays."
            )
        else:
            sentence = _("%(name)s lives in %(municipality)s. The arrangement pays.")
        return Payer(True, municipality, sentence % facts, "funded")
    if before_stay:
        sentence = _(
            "%(name)s lived in %(municipality)s before the stay. "
            "That municipality does not take part, so the arrangement does not pay this help."
        )
    else:
        sentence = _(
            "%(name)s lives in %(municipality)s. "
            "That municipality does not take part, so the arrangement does not pay this help."
        )
    return Payer(False, municipality, sentence % facts, "outside")
