"""What comes out of the survey: nothing before five answers, and then five at a time."""

import pytest

from oja.access.actor import Actor, become
from oja.core.periods import today
from support import survey_results
from support.actions.survey import record_answers_many
from support.models import AnswerSheet, SurveyInvitation
from support.survey_rules import HalfYear
from tests.cast import NAMES
from tests.support.helpers import acting
from tests.support.surveys import FULL, invite, only, results, send

pytestmark = pytest.mark.django_db


def test_it_shows_nothing_before_five(cast):
    for number in range(4):
        send(invite(cast)[1], mark=number + 5)
    row = only(results(cast))
    assert (row.invited, row.answered, row.counted, row.mark) == (4, None, 0, None)
    assert not AnswerSheet.objects.exists()


def test_it_shows_marks_from_five(cast):
    for number in range(5):
        send(invite(cast)[1], mark=number + 5, remark=f"opmerking {number}")
    row = only(results(cast))
    assert (row.invited, row.answered, row.counted, row.mark) == (5, 5, 5, 7)
    assert (row.high_share, row.score("q1"), row.score("q3")) == (0.4, 4, None)
    with acting(cast, "cato"):
        found = survey_results.remarks([HalfYear.of(today())])
    assert sorted(found) == [("parent", f"opmerking {number}") for number in range(5)]


def test_it_does_not_change_by_one_more_answer(cast):
    for _number in range(5):
        send(invite(cast)[1], mark=8)
    before = only(results(cast))
    for _number in range(4):
        send(invite(cast)[1], mark=1, q1=1, remark="dit mag niet te herkennen zijn")
        after = only(results(cast))
        assert after.invited > before.invited
        assert {**vars(after), "invited": 0} == {**vars(before), "invited": 0}
        with acting(cast, "cato"):
            assert survey_results.remarks([HalfYear.of(today())]) == []
    send(invite(cast)[1], mark=1)
    assert only(results(cast)).counted == 10


def test_it_counts_the_last_answers_in_the_response_once_closed(cast):
    past = HalfYear(2024, 1)
    with become(Actor.system("a world with a past")) as system:
        provider, arrangement = cast.a.provider, cast.a.arrangement
        answer = {"provider": provider, "arrangement": arrangement, "half_year": str(past)}
        answers = [{**answer, "informant": "parent", **FULL} for _number in range(7)]
        assert record_answers_many(system, answers) == 5
    for _number in range(8):
        SurveyInvitation.objects.create(
            trajectory=cast.a.trajectory if not _number else cast.a.new_trajectory(active=True),
            provider=provider,
            arrangement=arrangement,
            half_year=str(past),
            informant="parent",
            giver_label="iemand",
            asked_on=past.period.start,
            expires_on=past.period.last,
        )
    with acting(cast, "cato") as actor:
        window = (past.period.start, past.period.end)
        (row,) = survey_results.results(actor, "provider", [provider], *window)
        assert survey_results.results(actor, "school", [provider], *window) == []
    assert (row.invited, row.answered, row.counted) == (8, 7, 5)


def test_it_shows_results_to_the_own_organisation_and_remarks_to_its_manager(cast):
    for _number in range(5):
        send(invite(cast)[1], remark="Canary")
    seen, read = set(), set()
    for name in NAMES:
        if results(cast, name):
            seen.add(name)
        with acting(cast, name):
            if survey_results.remarks([HalfYear.of(today())]):
                read.add(name)
    assert seen == {"bas", "cato", "gijs"}
    assert read == {"cato"}


def test_it_publishes_exact_numbers_for_the_system_only(cast):
    for _number in range(5):
        send(invite(cast)[1], mark=9)
    half_years = [HalfYear.of(today())]
    with become(Actor.system("a snapshot")) as system:
        (row,) = survey_results.results_for_publication(
            system, arrangement=cast.a.arrangement, half_years=half_years
        )
        assert row.mark == 9
        assert not survey_results.results_for_publication(
            system, arrangement=cast.b.arrangement, half_years=half_years
        )
    with acting(cast, "cato") as actor, pytest.raises(PermissionError):
        survey_results.results_for_publication(actor, arrangement=None, half_years=[])
