"""Statements of figures, remembered: making one costs more than asking it.

A page of figures asks one large statement per source. Its text depends on the day, the indicators
and what the reader may see, all of which stand in the key; the answer is asked anew every time,
under the identity of whoever reads.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

#: So many statements are kept per process; the one that was not asked longest goes first.
MOST = 256
_known: OrderedDict[Any, "Statement"] = OrderedDict()


@dataclass(frozen=True)
class Statement:
    """The text and values of a statement, its columns in order, and which are whole numbers."""

    sql: str
    params: Any
    names: tuple[str, ...]
    whole: frozenset[str]

    def answer(self, connection):
        """{name: number}, as `QuerySet.aggregate` gives it."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            row = cursor.fetchone()
        return {
            name: int(value) if name in self.whole else value
            for name, value in zip(self.names, row, strict=True)
        }


def aggregate(key, make, whole):
    """The aggregates of the rows that `make()` gives: (rows, {name: aggregate}).

    `whole` names the sums: the database gives those as decimals. Without a statement, because
    nobody may see a row, nothing is remembered.
    """
    statement = _known.get(key)
    if statement is not None:
        _known.move_to_end(key)
        return statement.answer(connections[DEFAULT_DB_ALIAS])
    rows, aggregates = make()
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connections[rows.db].execute_wrapper(note):
        answer = rows.aggregate(**aggregates)
    if len(asked) == 1:
        # Django selects the aggregates in the order in which they were given.
        _known[key] = Statement(*asked[0], tuple(aggregates), frozenset(whole))
        while len(_known) > MOST:
            _known.popitem(last=False)
    return answer


def forget():
    """Empty the memory."""
    _known.clear()
