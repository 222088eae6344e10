"""Forms of the record of a pupil."""

from schools.forms.pupil import (
    EnrolmentForm,
    GuardianForm,
    NewPupilForm,
    PupilForm,
    ResidenceForm,
)

__all__ = ["EnrolmentForm", "GuardianForm", "NewPupilForm", "PupilForm", "ResidenceForm"]
