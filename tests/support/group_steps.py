"""A group with eight participants, and a session of it as its leader records it."""

import pytest

from oja.core.periods import today
from support.actions import (
    record_session,
)
from tests.factories.groups import (
    group_of,
    join,
)
from tests.support.helpers import acting

PRESENT, ILL = "present", "ill"


@pytest.fixture
def group(cast):
    return group_of(cast.a)


@pytest.fixture
def eight(cast, group):
    """Eight participants for whom everyone agreed."""
    return [join(cast.a, group) for _n in range(8)]


def marks(rows, *absent):
    return {row.pk: ILL if row in absent else PRESENT for row in rows}


def recorded(cast, group, rows, *absent, **fields):
    with acting(cast, "bas") as bas:
        return record_session(
            bas,
            group=group,
            on=fields.pop("on", today()),
            minutes=fields.pop("minutes", 60),
            workers=fields.pop("workers", 2),
            outcomes=marks(rows, *absent),
            **fields,
        )
