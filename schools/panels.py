"""What upper floors lend to the card of a pupil: panels, buttons, and who pays.

The card itself knows no help. Each function gets the request and the pupil, and decides by the
actor what to show; nothing is shown for an empty answer.
"""

from bisect import insort
from dataclasses import dataclass, field
from typing import Any

_PANELS: list = []
_ACTIONS: list = []
_PAYER: list = []


@dataclass(frozen=True, order=True)
class _Entry:
    order: int
    name: str
    fn: Any = field(compare=False)
    side: bool = field(default=False, compare=False)


def _register(entries, order, fn, side=False):
    name = f"{fn.__module__}.{fn.__qualname__}"
    entries[:] = [entry for entry in entries if entry.name != name]
    insort(entries, _Entry(order, name, fn, side))
    return fn


def register_pupil_panel(order, fn, *, side=False):
    """Show on the card the HTML that fn(request, pupil) gives (a rendered panel, or "").

    `side` puts it in the right column. Own panels of the card: guardians 20, residence 30,
    enrolment 40.
    """
    return _register(_PANELS, order, fn, side)


def register_pupil_action(order, fn):
    """Show on the card the button of fn(request, pupil): (label, url, icon) or None.

    The first one is the primary action of the page.
    """
    return _register(_ACTIONS, order, fn)


def register_payer(fn):
    """Lend the answer to "who pays": fn(pupil, residence, on) gives a residence_rules.Payer."""
    _PAYER[:] = [fn]
    return fn


def panels_for(request, pupil, *, side=False):
    """The panels of other floors, as (order, HTML)."""
    found = [(e.order, e.fn(request, pupil)) for e in _PANELS if e.side is side]
    return [(order, html) for order, html in found if html]


def actions_for(request, pupil):
    """The buttons of other floors."""
    return [button for entry in _ACTIONS if (button := entry.fn(request, pupil))]


def payer_for(pupil, residence, on):
    """Who pays for help to this pupil on the date, or None when nobody knows."""
    return _PAYER[0](pupil, residence, on) if _PAYER else None
