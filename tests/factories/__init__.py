"""Rows for tests. Traits stand for situations; nothing inherits from anything."""
