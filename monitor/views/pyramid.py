"""What stands around the live pyramid: hours of others, moves between layers, help that is here.

Only the lead provider has these figures, over its own orders and trajectories.
"""

from monitor import live_charts
from monitor.columns import detail_url, for_list
from monitor.engine import measure, rows
from monitor.indicators import indicator
from monitor.presentation import headline
from oja.access.lookup import log_list

BESIDE = ("hours-of-third-parties", "layer-moves", "help-already-here")
#: So many orders stand on the page; the number above them opens all.
SHORT = 10


def around_pyramid(request, choice):
    """The three figures, and the first orders for help that is already here, with their pages."""
    hours, moves, here = (indicator(slug) for slug in BESIDE)
    window = choice.window
    found = measure((hours, moves, here), request.actor, choice.own, [window], on=choice.today)
    counted = rows(here, "count", choice.own, request.actor, window)
    part = here.part("count")
    listed = for_list(counted, here, part, choice.own.audience).order_by("ends_on", "pk")
    orders = list(listed[:SHORT])
    log_list(request, sorted({row.pupil_id for row in orders}), f"figure {here.slug}")
    return {
        "hours": headline(found[hours.slug, window], choice),
        "hours_of": hours,
        "matrix": live_charts.matrix(found[moves.slug, window], choice),
        "here": here,
        "here_number": headline(found[here.slug, window], choice),
        "orders": [(row, detail_url(row)) for row in orders],
    }
