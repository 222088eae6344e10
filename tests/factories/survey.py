"""Invitations to the questions about satisfaction. Answers come through the actions only."""

import factory
from factory.django import DjangoModelFactory

from oja.core.periods import today
from support.models import SurveyInvitation
from support.survey_rules import HalfYear, link_expires_on


class SurveyInvitationFactory(DjangoModelFactory):
    """A parent of a trajectory was invited today."""

    class Meta:
        model = SurveyInvitation

    trajectory = factory.SubFactory("tests.factories.support.TrajectoryFactory")
    provider = factory.SelfAttribute("trajectory.provider")
    arrangement = factory.SelfAttribute("trajectory.request.arrangement")
    informant = "parent"
    giver_label = "moeder"
    asked_on = factory.LazyFunction(today)
    half_year = factory.LazyAttribute(lambda o: str(HalfYear.of(o.asked_on)))
    expires_on = factory.LazyAttribute(lambda o: link_expires_on(o.asked_on))
