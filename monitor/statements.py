"""Numbers over many sources in one statement, and its text remembered: making it costs the most.

The text depends on the day, the indicators and what the reader may see, all of which stand in the
key; the answer is asked anew every time, under the identity of whoever reads.
"""

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import F, Min, TextField
from django.db.models.functions import Cast

#: So many statements are kept per process; the one that was not asked longest goes first.
MOST = 256
_known: OrderedDict[Any, "Statement"] = OrderedDict()


@dataclass(frozen=True)
class Statement:
    """The text with its values, its columns in order, which are sums, and what needs no asking."""

    text: str
    names: tuple[str, ...]
    sums: frozenset[str]
    known: Mapping[str, Any]

    def answer(self, connection):
        """{name: number}, as `QuerySet.aggregate` gives it."""
        if not self.text:
            return dict(self.known)
        with connection.cursor() as cursor:
            cursor.execute(self.text)
            row = cursor.fetchone()
        found = zip(self.names, row, strict=True)
        # The database gives a sum of whole numbers as a decimal.
        return self.known | {
            name: int(value) if name in self.sums else value for name, value in found
        }


class _NotAsked(Exception):
    """Stops an aggregation when its text is known."""


def together(key, make, sums):
    """{name: number} of all aggregations that `make()` gives: (rows, {name: aggregate}) each.

    `sums` are the names of those that add up. A name stands in one aggregation only.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if key not in _known:
        _known[key] = _statement(connection, make(), sums)
        while len(_known) > MOST:
            _known.popitem(last=False)
    _known.move_to_end(key)
    return _known[key].answer(connection)


def _statement(connection, asked, sums):
    texts, names, known = [], [], {}
    for rows, aggregates in asked:
        text, numbers = _said(connection, rows, aggregates)
        if text:
            texts.append(f"({text}) AS part_{len(texts)}")
            # Django selects the aggregates in the order in which they were given.
            names += aggregates
        known |= numbers
    # Each text is an aggregation as Django wrote it.
    text = "SELECT * FROM " + " CROSS JOIN ".join(texts) if texts else ""  # noqa: S608 - see above
    return Statement(text, tuple(names), frozenset(sums), known)


def _said(connection, rows, aggregates):
    """The text of an aggregation, or its numbers: Django asks nothing where no row can be."""
    said = []

    def keep(execute, sql, params, many, context):
        said.append((sql, params))
        raise _NotAsked

    with _first(connection, keep), suppress(_NotAsked):
        return "", rows.aggregate(**aggregates)
    with connection.cursor() as cursor:
        return cursor.mogrify(*said[0]), {}


@contextmanager
def _first(connection, wrapper):
    """Before every other wrapper, and unseen by the debug cursor: nothing is asked, so nobody who
    counts or times statements is told.
    """
    debugged, connection.force_debug_cursor = connection.force_debug_cursor, False
    connection.execute_wrappers.insert(0, wrapper)
    try:
        yield
    finally:
        connection.execute_wrappers.remove(wrapper)
        connection.force_debug_cursor = debugged


def apart(rows, column, fenced, aggregates, sums):
    """(value, {name: number}) per value of a column: an aggregation over fenced rows, in groups.

    Django groups rows of a table only, and there a fact is worked out again in every condition
    that reads it. So the aggregation is Django's own, and the groups are added to its text.
    """
    connection = connections[rows.db]
    key = {"group_key": Min(Cast("group_of", TextField()))}
    text, _none = _said(connection, fenced(rows.annotate(group_of=F(column))), key | aggregates)
    if not text:
        return
    with connection.cursor() as cursor:
        cursor.execute(f'{text} GROUP BY "group_of"')
        for value, *row in cursor.fetchall():
            found = zip(aggregates, row, strict=True)
            yield UUID(value), {n: int(v) if n in sums else v for n, v in found}


def forget():
    """Empty the memory."""
    _known.clear()
