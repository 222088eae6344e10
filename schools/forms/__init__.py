"""Forms of the record of a pupil."""

from schools.forms.attendance import (
    CorrectSpellForm,
    EndSpellForm,
    SpellForm,
    StepForm,
    kind_words,
)
from schools.forms.pupil import (
    EnrolmentForm,
    GuardianForm,
    LeaveForm,
    NewPupilForm,
    OtherTypeForm,
    PupilForm,
    ResidenceForm,
)

__all__ = [
    "CorrectSpellForm",
    "EndSpellForm",
    "EnrolmentForm",
    "GuardianForm",
    "LeaveForm",
    "NewPupilForm",
    "OtherTypeForm",
    "PupilForm",
    "ResidenceForm",
    "SpellForm",
    "StepForm",
    "kind_words",
]
