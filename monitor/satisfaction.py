"""Marks and response out of the results of the survey, for the figures that show them."""

from django.utils.translation import gettext_lazy as _

from monitor.definition import Audience, Indicator, Value, percentage
from monitor.measures_many import Anonymous


def marks_of(*informants):
    """A `read` for `Anonymous`: mean mark, number of marks, and the share of 8 or more."""

    def read(results, window):
        rows = [row for row in results if row.informant in informants]
        number = sum(row.mark_count for row in rows)
        total = sum(row.mark_sum for row in rows)
        high = sum(row.high_count for row in rows)
        mean = round(total / number, 1) if number else None
        share = float(percentage(high, number, 1)) if number else None
        return (
            Value("mean", "mean", mean, total, number, _("mean mark"), people=number),
            Value("answers", "count", number, number, None, _("marks"), people=number),
            Value("high", "percent", share, high, number, _("marks of 8 or more"), people=number),
        )

    return read


def marks_figure(*informants, **words):
    """The figure of the marks of these informants; `words` is what differs between them."""
    return Indicator(
        version="2026-1",
        measure=Anonymous(marks_of(*informants), shown=("answers", "high")),
        sources={},
        without_rows=(Audience.PROVIDER,),
        columns=(),
        direction="up",
        origin=_("Anonymous answers to the survey of OJA"),
        exclusions=(
            _("Answers wait until four others have come: numbers go up five at a time."),
            _("Answers without a mark."),
        ),
        audience_notes={Audience.PROVIDER: _("Answers about the help of the own organisation.")},
        published=Audience.PROVIDER,
        breakdowns=("provider",),
        provisional_days=28,
        term="tevredenheid",
        theme="satisfaction",
        chart="columns",
        **words,
    )


def response_of(results, window):
    """Answered of invited, over the rounds in which at least five people were invited."""
    rows = [row for row in results if row.answered is not None]
    invited = sum(row.invited for row in rows)
    answered = sum(row.answered for row in rows)
    share = float(percentage(answered, invited, 1)) if invited else None
    return (
        Value("share", "percent", share, answered, invited, _("Percentage"), people=invited),
        Value("answered", "count", answered, answered, invited, _("answered"), people=answered),
        Value("invited", "count", invited, invited, None, _("invited"), people=invited),
    )
