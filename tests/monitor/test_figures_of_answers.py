"""Marks and response: no rows, no drill-down, five at a time."""

import pytest

from monitor.engine import rows
from monitor.indicators import indicator
from support.models import AnswerSheet, SurveyInvitation, SurveyRound
from support.survey_results import SurveyResult
from tests.monitor.world import day, figure_of, values_of


def results(informant, invited, answered, marks):
    """What the survey says of one round."""
    return SurveyResult(
        None,
        None,
        "2026-1",
        informant,
        invited,
        answered,
        len(marks),
        mark_count=len(marks),
        mark_sum=sum(marks),
        high_count=sum(mark >= 8 for mark in marks),
    )


def test_it_takes_the_mean_over_all_marks_of_the_informants():
    found = [
        results("parent", 9, 5, [8, 8, 7, 9, 10]),
        results("parent", 9, 5, [6, 6, 6, 6, 6]),
        results("pupil", 9, 5, [1, 1, 1, 1, 1]),
    ]
    values = indicator("marks-of-parents").measure.values(found, None)
    assert [value.value for value in values] == [7.2, 10, 40.0]
    pupils = indicator("marks-of-pupils").measure.values(found, None)
    assert [value.value for value in pupils] == [1.0, 5, 0.0]


def test_it_leaves_out_rounds_of_fewer_than_five_invitations():
    found = [results("parent", 10, 5, []), results("pupil", 3, None, [])]
    values = indicator("response").measure.values(found, None)
    assert [value.value for value in values] == [50.0, 5, 10]


@pytest.fixture
def answered(people):
    """Six parents of provider p were invited in this half-year; five answers can be read."""
    requests = [
        people.started(people.a, day("2026-08-10"), day("2026-08-10"), day("2026-09-01"))
        for _number in range(6)
    ]
    for request in requests:
        SurveyInvitation.objects.create(
            trajectory=request.trajectory_row,
            provider=people.p,
            arrangement=people.arrangement,
            half_year="2026-1",
            informant="parent",
            giver_label="moeder",
            asked_on=day("2026-10-01"),
            expires_on=day("2026-10-19"),
        )
    asked = SurveyRound.objects.create(
        provider=people.p, arrangement=people.arrangement, half_year="2026-1", informant="parent"
    )
    for mark in (7, 8, 8, 9, 7):
        AnswerSheet.objects.create(round=asked, mark=mark)
    return people


def test_it_shows_marks_to_the_manager_of_that_provider_only(answered):
    found = values_of(answered, "cato", "marks-of-parents")
    assert found == {"mean": 7.8, "answers": 5, "high": 60.0}
    assert values_of(answered, "cato", "response")["invited"] == 6
    assert values_of(answered, "hans", "marks-of-parents")["mean"] is None


def test_it_has_no_rows_to_open(answered):
    figure = figure_of(answered, "cato", "marks-of-parents", "2026-2027")
    assert figure.numbers == {}
    with pytest.raises(KeyError):
        rows(figure.indicator, "answers", figure.own, None, figure.window)
