"""What the database refuses, in words."""

from types import SimpleNamespace

from django.apps import apps
from django.db import IntegrityError

from oja.core.constraints import constraint_sentence


def refused(name):
    """An error as PostgreSQL gives it."""
    problem = IntegrityError("x")
    problem.__cause__ = Exception()
    problem.__cause__.diag = SimpleNamespace(constraint_name=name)
    return problem


def test_a_constraint_has_its_own_sentence():
    constraint = next(
        constraint
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message
    )
    said = constraint_sentence(refused(constraint.name))
    assert said == str(constraint.get_violation_error_message())


def test_an_unknown_constraint_has_a_neutral_sentence():
    for problem in (refused("unknown"), refused(None), IntegrityError("x")):
        assert "past niet bij wat er al staat" in constraint_sentence(problem)
