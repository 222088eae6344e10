"""Absence of a pupil, and the enrolment that it lies in."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from oja.core.periods import today
from schools.models import AttendanceSpell, Enrolment
from tests.factories.access import SINCE


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    site = factory.SelfAttribute("pupil.site")
    school_type = "sbo"
    valid_from = SINCE


class SpellFactory(DjangoModelFactory):
    """Wholly absent without valid reason since forty days."""

    class Meta:
        model = AttendanceSpell

    site = factory.SelfAttribute("pupil.site")
    kind = "unlawful"
    valid_from = factory.LazyFunction(lambda: today() - dt.timedelta(days=40))
    next_step = "Canarystap: bel de ouders"
    next_step_on = factory.LazyFunction(lambda: today() + dt.timedelta(days=2))
