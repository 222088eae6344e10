"""The cast, for every test of support."""

from tests.cast import cast

__all__ = ["cast"]
