"""Acting as somebody, in the eyes of both walls."""

from contextlib import contextmanager

from oja.access.actor import become
from oja.access.scoping import guarded


@contextmanager
def acting(cast, name):
    """The block runs as a page would: row security of that person, and the guard on."""
    actor = cast.actor(name)
    with become(actor), guarded():
        yield actor
