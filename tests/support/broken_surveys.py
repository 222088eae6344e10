"""Constraint of the survey -> what breaks it in a world; see test_constraints."""

from support.models import AnswerSheet, SurveyInvitation, SurveyRound
from tests.factories.support import days_ago
from tests.factories.survey import SurveyInvitationFactory


def invitation(**fields):
    """Changes an invitation into what cannot be."""

    def broken(world):
        row = SurveyInvitationFactory(trajectory=world.trajectory)
        SurveyInvitation.objects.filter(pk=row.pk).update(**fields)

    return broken


def invited_twice(world):
    """The same person in the same half-year."""
    SurveyInvitationFactory(trajectory=world.trajectory)
    SurveyInvitationFactory(trajectory=world.trajectory)


def new_round(world):
    """A round of the parents of this world."""
    return SurveyRound.objects.create(
        provider=world.provider,
        arrangement=world.arrangement,
        half_year="2026-1",
        informant="parent",
    )


def same_round(world):
    """A second round of the same answers."""
    new_round(world)
    new_round(world)


BROKEN = {
    "surveyinvitation_once_per_half_year": invited_twice,
    "surveyinvitation_guardian_is_a_parent": lambda w: SurveyInvitationFactory(
        trajectory=w.trajectory, informant="child", guardian=w.parents[0]
    ),
    "surveyinvitation_link_lasts": invitation(resent_on=days_ago(9)),
    "surveyround_once": same_round,
    "answersheet_scores_in_range": lambda w: AnswerSheet.objects.create(
        round=new_round(w), q1=4, q2=None, q3=1, mark=11
    ),
}
