"""The cast, for every test of a page."""

from tests.cast import cast

__all__ = ["cast"]
