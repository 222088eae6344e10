"""The measure of stock and flow gives back a published table, over rows that are made up for it.

CBS, jeugdbescherming 2022: children with a measure on 1 January, who came, who went, and those on
31 December, rounded to five by CBS. The four kinds add up to the total in every column.
"""

import datetime as dt
import uuid
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.db import connection, models
from django.db.models import Q
from django.test.utils import isolate_apps

from monitor.definition import Audience, Window
from monitor.engine import Own, measure
from monitor.indicators import indicator
from monitor.measures import StockFlow
from oja.access.actor import Actor
from oja.core.periods import Period

TOTAL = "Totaal"
#: kind: on 1 January 2022, came, went, on 31 December 2022
PUBLISHED = {
    TOTAL: (31_960, 9_065, 11_955, 29_070),
    "Ondertoezichtstelling": (21_890, 6_500, 9_000, 19_390),
    "Voorlopige ondertoezichtstelling": (330, 1_370, 1_345, 355),
    "Voogdij": (9_480, 925, 1_325, 9_080),
    "Voorlopige en tijdelijke voogdij": (260, 270, 285, 245),
}
YEAR = Period(dt.date(2022, 1, 1), dt.date(2023, 1, 1), label="2022")
PROVIDER = uuid.UUID(int=1)

TABLE = """
CREATE TEMPORARY TABLE figures_measure (
  id bigint GENERATED ALWAYS AS IDENTITY, provider_id uuid, kind text, start date, stop date
) ON COMMIT DROP
"""
#: `number` measures of a kind that start and stop on days spread over two intervals of days.
FILL = """
INSERT INTO figures_measure (provider_id, kind, start, stop)
SELECT %(provider)s, %(kind)s, %(start)s::date - n %% %(early)s,
  CASE WHEN %(stop)s::date IS NOT NULL THEN %(stop)s::date + n %% %(late)s END
FROM generate_series(0, %(number)s - 1) AS n
"""


class Everything(models.QuerySet):
    """Rows without secrets."""

    def visible_to(self, actor):
        """All of them."""
        return self


def fill(kind, begin, came, went, end):
    """Rows that give these numbers: some stay, some go, some come and go within the year."""
    gone = min(begin, went)
    passing = went - gone
    first, last = YEAR.start, YEAR.last
    before, within = first - dt.timedelta(days=1), dt.date(2022, 6, 30)
    rows = (
        # number, last day of start, days before it, first day of stop, days after it
        (begin - gone, before, 700, None, 1),
        (gone, before, 700, first, 365),
        (passing, within, 181, within, 185),
        (came - passing, last, 365, None, 1),
        # neither in nor out of the year: gone before it, or not come yet
        (500, dt.date(2021, 6, 1), 100, dt.date(2021, 6, 2), 213),
        (500, dt.date(2024, 1, 1), 365, None, 1),
    )
    assert begin + came - went == end
    with connection.cursor() as cursor:
        for number, start, early, stop, late in rows:
            cursor.execute(
                FILL,
                {
                    "provider": PROVIDER,
                    "kind": kind,
                    "number": number,
                    "start": start,
                    "early": early,
                    "stop": stop,
                    "late": late,
                },
            )


@pytest.fixture
def source(db):
    """A model over a temporary table with made-up measures."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    for kind, row in PUBLISHED.items():
        if kind != TOTAL:
            fill(kind, *row)
    with isolate_apps("monitor"):

        class Protection(models.Model):
            provider = models.UUIDField(db_column="provider_id")
            kind = models.TextField()
            start = models.DateField()
            stop = models.DateField(null=True)
            objects = Everything.as_manager()

            class Meta:
                app_label = "monitor"
                managed = False
                db_table = "figures_measure"

            def __str__(self):
                return self.kind

        yield Protection


@pytest.mark.parametrize("kind", PUBLISHED)
def test_it_gives_back_every_row_of_the_table(source, kind):
    labels = dict.fromkeys(("begin", "in", "out", "end"), "")
    among = (lambda window: Q()) if kind == TOTAL else (lambda window: Q(kind=kind))
    known = replace(
        indicator("stock-and-flow"),
        measure=StockFlow(start="start", end="stop", labels=labels, among=among),
        sources={Audience.PROVIDER: source},
    )
    own = Own(Audience.PROVIDER, (SimpleNamespace(pk=PROVIDER, name="CBS"),))
    window = Window.of(YEAR, YEAR.last)
    actor = Actor.system("test: a table without secrets")
    found = measure([known], actor, own, [window], on=YEAR.last)[known.slug, window]
    numbers = {slug: number.value for slug, number in found.numbers.items()}
    assert tuple(numbers[part] for part in ("begin", "in", "out", "end")) == PUBLISHED[kind]
    assert found.headline.value == PUBLISHED[kind][3]


def test_it_adds_up_in_print():
    for column in range(4):
        parts = [row[column] for kind, row in PUBLISHED.items() if kind != TOTAL]
        assert sum(parts) == PUBLISHED[TOTAL][column]


def test_it_refuses_numbers_that_do_not_balance():
    measure_ = StockFlow(start="a", end="b", labels=dict.fromkeys(("begin", "in", "out", "end")))
    with pytest.raises(ArithmeticError):
        measure_.values({"begin": 1, "in": 1, "out": 1, "end": 2}, None)
