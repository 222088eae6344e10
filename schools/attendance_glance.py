"""The block of Start: how many sit at home, and how many near 16 hours. Numbers, no names."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.attendance_overview import Overview
from schools.attendance_views import tab_url


def glance(actor, on):
    """Lines of the block: icon, title, words under it, address; none when nobody is absent."""
    overview = Overview(actor, on)
    lines = []
    steps = list(overview.rows("home").order_by().values_list("step_on", flat=True))
    if steps:
        number = len(steps)
        title = ngettext("%d pupil at home", "%d pupils at home", number) % number
        open_ = sum(step is None or step < on for step in steps)
        words = (
            ngettext(
                "%d with a step that is missing or late", "%d with a step missing or late", open_
            )
            % open_
        )
        words = words if open_ else _("each has a next step")
        lines.append(("house", title, words, tab_url("home")))
    if overview.hours:
        number = len(overview.hours)
        title = ngettext("%d pupil nears 16 hours", "%d pupils near 16 hours", number) % number
        reached = sum(hours.reached_on is not None for hours in overview.hours.values())
        if reached:
            words = ngettext("%d to report now", "%d to report now", reached) % reached
        else:
            most = max(hours.running for hours in overview.hours.values())
            words = _("at most %(hours)s hours in four school weeks") % {
                "hours": f"{most.normalize():f}".replace(".", ",")
            }
        lines.append(("clock-alert", title, words, tab_url("near")))
    return lines
