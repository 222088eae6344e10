"""What the database refused, in a sentence for the user."""

from django.apps import apps
from django.utils.translation import gettext as _


def constraint_sentence(problem):
    """The sentence of the constraint that an IntegrityError names, or a neutral one.

    Neutral too when the row that is in the way may be one that the user is not allowed to see:
    the sentence of a constraint never names that row.
    """
    diagnosis = getattr(problem.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if name and constraint.name == name and constraint.violation_error_message:
                return str(constraint.get_violation_error_message())
    return _("This does not fit with what is already stored. Look at it again.")
