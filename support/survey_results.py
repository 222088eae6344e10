"""What answers come to: per round of the own organisation, never per person.

The functions of the database count for whoever asks; they know answers only in groups of five or
more, so one more answer changes nothing until four others came with it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from support.survey_rules import TOGETHER, HalfYear, half_years_in

_NUMBERS = (
    *("mark_count", "mark_sum", "high_count"),
    *("q1_count", "q1_sum", "q2_count", "q2_sum", "q3_count", "q3_sum"),
)


@dataclass(frozen=True)
class SurveyResult:
    """One kind of informant, one provider, one arrangement, one half-year.

    answered: sent answers, None where fewer than five were invited; counted: those that are
    readable, which the sums are about (marks 1 to 10, scores 1 to 4).
    """

    provider_id: uuid.UUID
    arrangement_id: uuid.UUID
    half_year: str
    informant: str
    invited: int
    answered: int | None
    counted: int
    mark_count: int = 0
    mark_sum: int = 0
    high_count: int = 0
    q1_count: int = 0
    q1_sum: int = 0
    q2_count: int = 0
    q2_sum: int = 0
    q3_count: int = 0
    q3_sum: int = 0

    @property
    def mark(self) -> float | None:
        """The mean mark, from five marks on."""
        return self.mark_sum / self.mark_count if self.mark_count >= TOGETHER else None

    @property
    def high_share(self) -> float | None:
        """The share of marks of 8 or more, from five marks on."""
        return self.high_count / self.mark_count if self.mark_count >= TOGETHER else None

    def score(self, key: str) -> float | None:
        """The mean of q1, q2 or q3 on a scale of 1 to 4, from five scores on."""
        number = getattr(self, f"{key}_count")
        return getattr(self, f"{key}_sum") / number if number >= TOGETHER else None


def of_half_years(half_years: Iterable[str]) -> list[SurveyResult]:
    """The results of whoever the database knows as acting: own provider, or the system all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM oja.survey_results(%s)", [list(map(str, half_years))])
        rows = cursor.fetchall()
    return [SurveyResult(*row[:7], *(int(value or 0) for value in row[7:])) for row in rows]


def together(rows: Iterable[SurveyResult]) -> SurveyResult | None:
    """Several results as one; None when there are none.

    The answered number is known only where it is known for every part.
    """
    rows = list(rows)
    if not rows:
        return None
    first = rows[0]
    answered = [row.answered for row in rows]
    return SurveyResult(
        first.provider_id,
        first.arrangement_id,
        first.half_year,
        first.informant,
        invited=sum(row.invited for row in rows),
        answered=None if None in answered else sum(answered),
        counted=sum(row.counted for row in rows),
        **{name: sum(getattr(row, name) for row in rows) for name in _NUMBERS},
    )


def results(actor, audience, organisations, start: dt.date, end: dt.date) -> list[SurveyResult]:
    """The results of providers in the half-years that lie wholly in [start, end).

    `organisations` are providers or their keys. Answers belong to no school, so an audience other
    than "provider" gets nothing. Call it inside `become(actor)`, as every page is.
    """
    if str(getattr(audience, "value", audience)) != "provider":
        return []
    keys = {getattr(item, "pk", item) for item in organisations}
    return [row for row in of_half_years(half_years_in(start, end)) if row.provider_id in keys]


def results_for_publication(
    actor, *, arrangement, half_years: Iterable[str | HalfYear]
) -> list[SurveyResult]:
    """Exact results of an arrangement: for snapshots, by the system."""
    if actor.kind != "system":
        raise PermissionError("only the system counts for everybody")
    key = getattr(arrangement, "pk", arrangement)
    return [row for row in of_half_years(half_years) if row.arrangement_id == key]


def remarks(half_years: Iterable[str]) -> list[tuple[str, str]]:
    """(informant, remark) in random order, of the provider whose manager asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT informant, remark FROM oja.survey_remarks(%s)", [list(map(str, half_years))]
        )
        return cursor.fetchall()
