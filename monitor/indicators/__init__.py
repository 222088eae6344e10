"""The registry of figures: every module in this folder holds one `INDICATOR`.

Nothing else has to be told: a new file is found, checked at start-up, shown on the page of
live figures and walked by the generic tests.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules


@cache
def indicators():
    """All indicators, in the order in which they are shown."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return tuple(sorted((m.INDICATOR for m in modules), key=lambda known: known.order))


def indicator(slug):
    """The indicator of that slug. Raises KeyError."""
    return {known.slug: known for known in indicators()}[slug]
