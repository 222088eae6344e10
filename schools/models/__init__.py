"""Models of the schools app, one file per subject."""

from schools.models.attendance import AttendanceSpell
from schools.models.dated import Dated, DatedQuerySet
from schools.models.group import GroupTeacher, SchoolGroup
from schools.models.pupil import Pupil
from schools.models.pupil_import import ImportedRow, PupilImport
from schools.models.record import Enrolment, EnrolmentDestination, Guardian, Residence
from schools.models.register import (
    Holiday,
    HolidayRegion,
    ImportRun,
    Municipality,
    School,
    SchoolBoard,
    SchoolSite,
    SchoolType,
    SiteChange,
)

__all__ = [
    "AttendanceSpell",
    "Dated",
    "DatedQuerySet",
    "Enrolment",
    "EnrolmentDestination",
    "GroupTeacher",
    "Guardian",
    "Holiday",
    "HolidayRegion",
    "ImportRun",
    "ImportedRow",
    "Municipality",
    "Pupil",
    "PupilImport",
    "Residence",
    "School",
    "SchoolBoard",
    "SchoolGroup",
    "SchoolSite",
    "SchoolType",
    "SiteChange",
]
